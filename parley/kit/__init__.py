"""How Parley does things: database, log, jobs, live updates, HTTP, files, text, secrets, time.

Nothing here knows what a conversation or a customer is; the slices above bring the words.
"""
