"""What one can do in commerce: the only writers of its tables."""
