"""What the inbox asks of the channels above it."""

from typing import Any, Protocol
from uuid import UUID

import msgspec

from parley.kit.ctx import Ctx


class SendingRules(msgspec.Struct, frozen=True):
    """How a channel takes a reply: at once (a socket) or by a delivery; defaults and limits."""

    instant: bool
    undo_seconds: int
    max_length: int
    refusal: str | None = None
    """Why no reply can be sent now, in a sentence; None when it can."""


class Outgoing(msgspec.Struct, frozen=True):
    """Who the reply goes to and its outside id; made by the channel, kept with the message."""

    external_id: str | None
    envelope: dict[str, Any]


class NewThread(msgspec.Struct, frozen=True, kw_only=True):
    """What a thread starts with that the shop begins: who is written to, and the key under which he answers.

    `key` is what the channel gives as `Inbound.thread_key` when an answer comes that names no earlier message.
    """

    channel_kind: str
    key: str
    identity_kind: str
    address: str
    name: str = ""
    brand_id: UUID | None = None
    participants: list[dict[str, str]] = []


class ChannelPort(Protocol):
    """Implemented by the channels slice, found in `runtime.parts["channel_port"]`."""

    async def get_rules(self, ctx: Ctx, channel_id: UUID) -> SendingRules:
        """Says how the channel takes replies; raises NotFound."""

    async def address_reply(
        self, ctx: Ctx, thread_id: UUID, message_id: UUID, wanted: dict[str, Any]
    ) -> Outgoing:
        """Completes recipients, subject and outside id of a reply; raises Invalid for a bad address."""

    async def start_thread_to(
        self, ctx: Ctx, channel_id: UUID, to: list[dict[str, str]], subject: str
    ) -> NewThread:
        """Says how a thread to these people (`name`, `address`) starts, the first of them being written to.

        Raises NotFound for an unknown channel, Conflict for one that cannot begin a thread (chat), and Invalid
        for a bad address.
        """
