"""What can go wrong with the embedded server."""


class PostgresError(Exception):
    """The server cannot be created, started or stopped; the text is one sentence for the operator."""
