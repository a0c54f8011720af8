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


class ChannelPort(Protocol):
    """Implemented by the channels slice, found in `runtime.parts["channel_port"]`."""

    async def get_rules(self, ctx: Ctx, channel_id: UUID) -> SendingRules:
        """Says how the channel takes replies; raises NotFound."""

    async def address_reply(
        self, ctx: Ctx, thread_id: UUID, message_id: UUID, wanted: dict[str, Any]
    ) -> Outgoing:
        """Completes recipients, subject and outside id of a reply; raises Invalid for a bad address."""
