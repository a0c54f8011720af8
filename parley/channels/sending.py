"""How the inbox's replies reach the channels: rules, addresses, and the job that carries deliveries out."""

from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID

from parley.channels.model import Channel
from parley.channels.queries.channels import ChannelBook
from parley.conversations.ports import Outgoing, SendingRules
from parley.kit.ctx import Ctx

Address = Callable[[Ctx, Channel, UUID, UUID, dict[str, Any]], Awaitable[Outgoing]]


class ChannelSending:
    """Implements `conversations.ports.ChannelPort`."""

    def __init__(self, book: ChannelBook) -> None:
        self._book = book
        self._address: dict[str, Address] = {}

    def address_by(self, kind: str, address: Address) -> None:
        """Says how replies on channels of a kind are addressed."""
        self._address[kind] = address

    async def get_rules(self, ctx: Ctx, channel_id: UUID) -> SendingRules:
        """Says how the channel takes replies; raises NotFound."""
        channel = await self._book.get(ctx.tx, ctx.workspace_id, channel_id)
        abilities = channel.capabilities
        refusal = None
        if not abilities.sends:
            refusal = "Nothing can be sent on this channel; answer on another one."
        elif channel.state == "paused":
            refusal = f"The channel {channel.name} is paused. Switch it on in the settings, or answer on another channel."
        return SendingRules(abilities.instant, abilities.undo_seconds, abilities.max_length, refusal)

    async def address_reply(
        self, ctx: Ctx, thread_id: UUID, message_id: UUID, wanted: dict[str, Any]
    ) -> Outgoing:
        """Completes recipients, subject and outside id of a reply; raises Invalid for a bad address."""
        channel_id = await ctx.tx.fetchval(
            "SELECT channel_id FROM threads WHERE workspace_id = $1 AND id = $2", ctx.workspace_id, thread_id
        )
        channel = await self._book.get(ctx.tx, ctx.workspace_id, channel_id)
        address = self._address.get(channel.kind)
        if address is None:
            return Outgoing(None, {key: wanted[key] for key in ("ask",) if key in wanted})
        return await address(ctx, channel, thread_id, message_id, wanted)
