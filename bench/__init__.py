"""Measures Parley: see README.md beside this file."""
