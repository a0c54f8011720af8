"""Rich text: Parley's one format for formatted text, sanitised HTML of a small vocabulary in a normal form."""
