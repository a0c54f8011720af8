"""The inbox, the heart: conversations, threads, messages, notes, drafts, views, search.

A conversation belongs to one customer and may span channels; each stretch on one channel is a thread.
The only writer of its tables; tells upward by facts.
"""
