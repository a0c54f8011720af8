"""Deciders of the desk: who gets a conversation, what a visitor is told when nobody is there.

Pure functions of fact, snapshot, configuration and time; the kit's executor stores the decision and acts.
"""
