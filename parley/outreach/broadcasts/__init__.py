"""One reviewed message to everybody who is affected: selected once, previewed, sent slowly, replies followed.

What is sent is marked `automatic` with the agent as its author: a person's words, but nobody's answer. So nobody's
waiting ends by it, no promise is kept, no number of replies moves, and no rule about agents' messages is asked.
"""
