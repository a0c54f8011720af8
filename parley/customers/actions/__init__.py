"""Everything one can do to customers; the only writer of their tables."""
