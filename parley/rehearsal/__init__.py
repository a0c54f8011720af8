"""Tries a change of configuration on the past: the same deciders, fed from the log, with nobody told.

Owns the table `rehearsals`.
"""
