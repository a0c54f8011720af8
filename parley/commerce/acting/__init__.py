"""Acts at a store: planned, shown, committed, carried out step by step, and recorded once."""
