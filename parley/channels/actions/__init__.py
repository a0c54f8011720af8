"""Everything one can do to channels; the only writer of their tables."""
