"""One decider a file: its snapshot, its pure function, its loader."""
