"""What a running plug-in may ask of Parley, joined to one channel."""

from typing import TYPE_CHECKING, Any

from parley.channels.actions.channels import change_channel, set_channel_health
from parley.channels.model import Channel
from parley.channels.ports import RawItem
from parley.kit.log.fact import Actor

if TYPE_CHECKING:
    from parley.kit.runtime import Runtime


class ChannelLink:
    """Implements `channels.ports.Link`."""

    def __init__(self, runtime: "Runtime", channel: Channel) -> None:
        self._runtime = runtime
        self._channel = channel
        self.channel_id = channel.id
        self.renewed: dict[str, str] = {}
        """Secrets that the plug-in has renewed itself; such a change is no reason to start it again."""
        self.clock = runtime.clock
        self.http = runtime.http

    def _ctx(self) -> Any:
        return self._runtime.ctx(self._channel.workspace_id, Actor("channel", self._channel.id))

    async def take_in(self, item: RawItem) -> bool:
        """Stores an item durably; the rest happens after this has returned."""
        from parley.channels.actions.intake import store_item

        return await store_item(self._runtime, self._channel, item)

    async def load_position(self) -> dict[str, Any]:
        """Gives what was saved last."""
        async with self._ctx() as ctx:
            found = await ctx.tx.fetchval(
                "SELECT position FROM channels WHERE workspace_id = $1 AND id = $2",
                ctx.workspace_id,
                self.channel_id,
            )
        return found or {}

    async def save_position(self, position: dict[str, Any]) -> None:
        """Keeps where the plug-in has got to."""
        async with self._ctx() as ctx:
            await ctx.tx.execute(
                "UPDATE channels SET position = $3 WHERE workspace_id = $1 AND id = $2",
                ctx.workspace_id,
                self.channel_id,
                position,
            )

    async def save_secret(self, name: str, value: str) -> None:
        """Keeps a renewed secret."""
        self.renewed[name] = value
        async with self._ctx() as ctx:
            await change_channel(
                ctx, self._runtime.parts["channels"].book, self.channel_id, settings={name: value}
            )

    async def report(self, error: str) -> None:
        """Shows the channel's health on the screens."""
        async with self._ctx() as ctx:
            await set_channel_health(ctx, self.channel_id, error)
