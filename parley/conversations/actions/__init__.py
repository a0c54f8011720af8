"""Everything one can do in the inbox; the only writer of its tables."""
