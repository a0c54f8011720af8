"""Reading channels."""
