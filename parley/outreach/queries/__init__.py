"""What the slice reads: orders as the deciders see them, the messages of an order."""
