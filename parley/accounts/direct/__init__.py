"""What agents write to each other, seen by nobody else.

It lives with the accounts because it knows agents and nothing else. It stands outside the log: facts are told to every
screen and webhook of a workspace, and who writes to whom is nobody else's business.
"""
