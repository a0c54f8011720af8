"""Live chat on the shop's own pages. Messages travel by the widget's socket, so sending is already done."""

from collections.abc import AsyncIterator
from typing import Annotated, Any, Literal

import msgspec

from parley.channels.ports import Capabilities, Link, Manifest, OutboundMessage, Sent, Step


def _field(title: str, description: str = "", **extra: Any) -> msgspec.Meta:
    return msgspec.Meta(title=title, description=description, extra=extra)


class ChatSettings(msgspec.Struct, kw_only=True):
    """How the widget looks and where it may appear."""

    colour: Annotated[
        str,
        msgspec.Meta(
            title="Accent colour", pattern="^#[0-9a-fA-F]{6}$", extra={"shape": "a colour like #2f6f5e"}
        ),
    ] = "#2f6f5e"
    position: Annotated[Literal["end", "start"], _field("Corner")] = "end"
    greeting: Annotated[
        dict[str, str], _field("Greeting", "By language; the visitor's language is chosen.")
    ] = {}
    allowed_domains: Annotated[
        list[str], _field("Allowed domains", "Where the widget may appear; empty: everywhere.")
    ] = []
    languages: Annotated[list[str], _field("Languages")] = msgspec.field(
        default_factory=lambda: ["en", "pt-BR", "ko", "sl", "zh-Hans"]
    )
    ask_email: Annotated[bool, _field("Ask for an e-mail address when nobody is there")] = True
    rating: Annotated[bool, _field("Ask for a rating at the end")] = True
    emoji: Annotated[bool, _field("Offer emoji")] = True
    identity_secret: Annotated[
        str, _field("Identity secret", "Signs who is logged in at your shop.", secret=True)
    ] = ""
    require_identity: Annotated[bool, _field("Only signed-in customers may chat")] = False


class ChatAdapter:
    """The chat plug-in."""

    manifest = Manifest(
        slug="chat",
        kind="chat",
        title="Live chat",
        description="A chat window on your shop's pages, by one script tag.",
        settings=ChatSettings,
        capabilities=Capabilities(instant=True, undo_seconds=0, max_length=8000, typing=True, seen=True),
        runs=False,
    )

    async def send(self, _link: Link, _settings: ChatSettings, _message: OutboundMessage) -> Sent:
        """Has nothing to carry: the widget reads its messages from the log."""
        return Sent()

    async def test(self, _link: Link, settings: ChatSettings) -> AsyncIterator[Step]:
        """Says where the widget may appear."""
        where = ", ".join(settings.allowed_domains) or "every domain"
        yield Step("widget", True, f"The widget may appear on {where}.")

    async def run(self, _link: Link, _settings: ChatSettings) -> None:
        """Returns at once: visitors come to us."""


ADAPTER = ChatAdapter()
