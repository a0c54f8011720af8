"""The embedded PostgreSQL: found, created, started, watched and stopped by Parley itself.

`EmbeddedPostgres` runs a server below one data folder, reachable only through a private unix socket;
`find_running` tells another process where that server listens.
"""

from parley.kit.postgres.binaries import Installation, find_installation
from parley.kit.postgres.errors import PostgresError
from parley.kit.postgres.server import EmbeddedPostgres, ServerEvent, find_running
from parley.kit.postgres.sockets import Addresses

__all__ = [
    "Addresses",
    "EmbeddedPostgres",
    "Installation",
    "PostgresError",
    "ServerEvent",
    "find_installation",
    "find_running",
]
