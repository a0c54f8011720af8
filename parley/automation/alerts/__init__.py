"""Alerts: somebody has to look at once. Raised by acts, told to people, seen, handled and timed."""
