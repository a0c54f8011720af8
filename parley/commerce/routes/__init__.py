"""Routes of commerce."""
