"""Speaks first: messages about orders, and the radar that finds delays before the shopper asks.

Facts and due checks are judged by pure functions; what is to be told is a row first and a mail in an hour that suits.
"""
