"""What one can do; the only writers of the tables of this slice."""
