"""Understands what customers write: language, sentiment, intents, what is named in the text.

Owns the table `understandings` and tells `MessageUnderstood` after every message of a customer.
"""
