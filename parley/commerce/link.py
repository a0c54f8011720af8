"""What a connector may ask of Parley, joined to one connection."""

from typing import TYPE_CHECKING, Any

from parley.commerce.actions.connections import change_connection
from parley.commerce.connections import Connection
from parley.kit.log.fact import Actor

if TYPE_CHECKING:
    from parley.kit.runtime import Runtime


class ConnectionLink:
    """Implements `commerce.ports.Link`."""

    def __init__(self, runtime: "Runtime", connection: Connection) -> None:
        self._runtime = runtime
        self._connection = connection
        self.connection_id = connection.id
        self.clock = runtime.clock
        self.http = runtime.http
        self.hook_url = f"{runtime.settings.origin}/hooks/{connection.id}"

    def _ctx(self) -> Any:
        return self._runtime.ctx(self._connection.workspace_id, Actor("connection", self._connection.id))

    async def load_position(self) -> dict[str, Any]:
        """Gives what was saved last."""
        async with self._ctx() as ctx:
            found = await ctx.tx.fetchval(
                "SELECT position FROM connections WHERE workspace_id = $1 AND id = $2",
                ctx.workspace_id,
                self.connection_id,
            )
        return found or {}

    async def save_position(self, position: dict[str, Any]) -> None:
        """Keeps what the connector wants to remember."""
        async with self._ctx() as ctx:
            await ctx.tx.execute(
                "UPDATE connections SET position = $3 WHERE workspace_id = $1 AND id = $2",
                ctx.workspace_id,
                self.connection_id,
                position,
            )

    async def save_secret(self, name: str, value: str) -> None:
        """Keeps a renewed secret."""
        async with self._ctx() as ctx:
            book = self._runtime.parts["commerce"].book
            await change_connection(ctx, book, self.connection_id, settings={name: value})
