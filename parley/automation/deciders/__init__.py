"""One decider a file: its snapshot, its defaults, its pure function, its loader."""
