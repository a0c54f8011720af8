"""What the commerce slice keeps for the life of a process."""

from typing import TYPE_CHECKING

from parley.commerce.connections import Connection, ConnectionBook
from parley.commerce.link import ConnectionLink

if TYPE_CHECKING:
    from parley.kit.runtime import Runtime


class CommerceParts:
    """The connections in memory and their links."""

    def __init__(self, runtime: "Runtime", book: ConnectionBook) -> None:
        self._runtime = runtime
        self.book = book

    def link(self, connection: Connection) -> ConnectionLink:
        """Gives what a connector of this connection may ask of us."""
        return ConnectionLink(self._runtime, connection)
