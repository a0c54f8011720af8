"""One thing one can do a function; the only writers of the slice's tables."""
