"""Promises to customers (SLA): how soon the first and the next reply come, and how soon a matter is settled.

`model` reads SLAs, `reckoning` counts their time, `deciding` says what a fact does to the promises of a conversation (all
pure); `loading` reads what the decider looks at, `acts` carry out, `firing` warns and breaks when the time has come.
"""
