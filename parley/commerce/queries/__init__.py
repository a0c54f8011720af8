"""Reading commerce."""
