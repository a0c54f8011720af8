"""How the inbox's replies reach the channels: rules, addresses, and the job that carries deliveries out."""

from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID

from parley.channels.model import Channel
from parley.channels.ports import OutboundMessage
from parley.channels.queries.channels import ChannelBook
from parley.conversations.ports import NewThread, Outgoing, SendingRules
from parley.kit.ctx import Ctx
from parley.kit.errors import Conflict

Address = Callable[[Ctx, Channel, UUID, UUID, dict[str, Any]], Awaitable[Outgoing]]
Start = Callable[[Ctx, Channel, list[dict[str, str]], str], Awaitable[NewThread]]
Watch = Callable[[Ctx, Channel, OutboundMessage], Awaitable[None]]


class ChannelSending:
    """Implements `conversations.ports.ChannelPort`."""

    def __init__(self, book: ChannelBook) -> None:
        self._book = book
        self._address: dict[str, Address] = {}
        self._start: dict[str, Start] = {}
        self._check: dict[str, Watch] = {}
        self._note: dict[str, Watch] = {}

    def address_by(self, kind: str, address: Address, *, start: Start | None = None) -> None:
        """Says how replies on channels of a kind are addressed, and how a thread that the shop begins starts."""
        self._address[kind] = address
        if start is not None:
            self._start[kind] = start

    def guard_by(self, kind: str, *, check: Watch, note: Watch) -> None:
        """Says who may hold back (by raising Refused) what leaves on channels of a kind, and who notes what has left."""
        self._check[kind] = check
        self._note[kind] = note

    async def check(self, ctx: Ctx, channel: Channel, message: OutboundMessage) -> None:
        """Raises Refused when a message may not leave."""
        if channel.kind in self._check:
            await self._check[channel.kind](ctx, channel, message)

    async def note_sent(self, ctx: Ctx, channel: Channel, message: OutboundMessage) -> None:
        """Notes a message that has left."""
        if channel.kind in self._note:
            await self._note[channel.kind](ctx, channel, message)

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

    async def start_thread_to(
        self, ctx: Ctx, channel_id: UUID, to: list[dict[str, str]], subject: str
    ) -> NewThread:
        """Says how a thread to these people starts; raises NotFound, Conflict and Invalid."""
        channel = await self._book.get(ctx.tx, ctx.workspace_id, channel_id)
        start = self._start.get(channel.kind)
        if start is None:
            raise Conflict(
                "cannot_begin", f"On {channel.name} only the customer can begin; choose an e-mail channel."
            )
        return await start(ctx, channel, to, subject)
