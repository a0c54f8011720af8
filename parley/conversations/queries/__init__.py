"""Reading the inbox."""
