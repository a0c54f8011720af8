"""What a channel plug-in is: a manifest, settings that become a form, and how it sends. Plug-ins see only this."""

from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import datetime
from typing import Any, Protocol, runtime_checkable
from uuid import UUID

import msgspec

from parley.kit.clock import Clock
from parley.kit.outbound import OutboundClient


class Capabilities(msgspec.Struct, frozen=True, kw_only=True):
    """What a channel can do; the composer shows no more than that."""

    receives: bool = True
    sends: bool = True
    instant: bool = False
    undo_seconds: int = 10
    max_length: int = 100_000
    files: bool = True
    subject: bool = False
    copies: bool = False
    typing: bool = False
    seen: bool = False


class Manifest(msgspec.Struct, frozen=True, kw_only=True):
    """Who the plug-in is. `settings` is a msgspec struct; its fields become the form on the screen.

    A field is described by `msgspec.Meta(title=…, description=…, extra={"secret": True, "multiline": True})`.
    """

    slug: str
    kind: str
    title: str
    description: str
    settings: type[msgspec.Struct]
    capabilities: Capabilities
    runs: bool = True
    """Its `run` works until cancelled; False for plug-ins that are only called from outside."""


class OutboundFile(msgspec.Struct, frozen=True):
    """A file of an outgoing message."""

    name: str
    type: str
    data: bytes
    content_id: str | None = None
    inline: bool = False


class OutboundMessage(msgspec.Struct, frozen=True, kw_only=True):
    """A message to be carried out. `external_id` stays the same over all attempts."""

    message_id: UUID
    thread_id: UUID
    conversation_id: UUID
    external_id: str | None
    html: str
    text: str
    files: list[OutboundFile]
    envelope: dict[str, Any]
    automatic: bool
    created_at: datetime
    attempt: int


class Sent(msgspec.Struct, frozen=True):
    """The channel took it; `external_id` where the channel gives one of its own."""

    external_id: str | None = None


class RawItem(msgspec.Struct, frozen=True, kw_only=True):
    """Something that arrived, exactly as it came. `key` tells it from every other item of the channel."""

    key: str
    data: bytes
    received_at: datetime
    envelope: dict[str, Any] = {}


class Step(msgspec.Struct, frozen=True):
    """One step of a connection test, in words a shop owner understands."""

    name: str
    ok: bool
    detail: str


class Link(Protocol):
    """What a running plug-in may ask of Parley: its settings, a place to keep its position, and to take items in."""

    channel_id: UUID
    clock: Clock
    http: OutboundClient

    async def take_in(self, item: RawItem) -> bool:
        """Stores an item durably (True: new, False: known); only then may the plug-in forget it at the source."""

    async def load_position(self) -> dict[str, Any]:
        """Gives what was saved last."""

    async def save_position(self, position: dict[str, Any]) -> None:
        """Keeps where the plug-in has got to."""

    async def save_secret(self, name: str, value: str) -> None:
        """Keeps a renewed secret, such as a refresh token."""

    async def report(self, error: str) -> None:
        """Shows the channel's health on the screens: a sentence, or nothing when all is well."""


class Adapter(Protocol):
    """A channel plug-in. Raises Retry, Refused and Misconfigured (kit.failures) from everything that reaches out."""

    manifest: Manifest

    async def send(self, link: Link, settings: Any, message: OutboundMessage) -> Sent:
        """Carries a message out. `Retry(uncertain=True)` means that it may have left: it is then never repeated by itself."""

    def test(self, link: Link, settings: Any) -> AsyncIterator[Step]:
        """Tries the connection step by step."""

    async def run(self, link: Link, settings: Any) -> None:
        """Receives until cancelled; a plug-in that is called from outside returns at once."""


@runtime_checkable
class KeepsCopies(Protocol):
    """What a plug-in may do besides: put what has left where its owner looks for what he has sent."""

    def wants_copy(self, settings: Any) -> bool:
        """Says whether copies are to be kept with these settings; raises Misconfigured."""

    async def keep_copy(self, link: Link, settings: Any, message: OutboundMessage) -> None:
        """Keeps a copy of a message that has left, once however often it is called; failing changes nothing else."""


Parse = Callable[[RawItem], Awaitable[Any]]
