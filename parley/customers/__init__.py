"""Who they are: customers, their identities with the reason we believe each, blocking.

Owns everything about the people who write to the shop. Names and addresses live in versioned personal values.
"""
