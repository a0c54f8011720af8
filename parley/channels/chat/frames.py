"""Frames of the widget's socket, as docs/widget.md describes them."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

import msgspec
from msgspec import Meta

VERSION = 1
LONGEST_TEXT = 8000
Short = Annotated[str, Meta(max_length=320)]
Long = Annotated[str, Meta(max_length=2000)]


class Identity(msgspec.Struct, frozen=True):
    """Who the shop says the visitor is, signed by the shop."""

    id: Short
    email: Short = ""
    name: Short = ""
    expires: int = 0
    signature: Short = ""


class Page(msgspec.Struct, frozen=True):
    """Where the visitor is on the shop's pages."""

    url: Long = ""
    title: Short = ""
    referrer: Long = ""


class In(msgspec.Struct, frozen=True, tag_field="t"):
    """Base of what the widget sends."""


class Hello(In, frozen=True, tag="hello"):
    """Opens the session; `v` is the version of these frames that the client speaks."""

    v: int = VERSION
    token: Short | None = None
    identity: Identity | None = None
    language: Annotated[str, Meta(max_length=35)] | None = None
    zone: Annotated[str, Meta(max_length=64)] | None = None
    page: Page | None = None
    after: Annotated[str, Meta(max_length=64)] | None = None
    verified: bool = False
    """What the welcome said under which `after` was given."""


class Send(In, frozen=True, tag="send"):
    """A message; `id` is made by the client and stays the same when it is sent again."""

    id: UUID
    text: str = ""
    """Longer than LONGEST_TEXT it is rejected by name; the socket stays open."""
    files: Annotated[list[UUID], Meta(max_length=10)] = []
    topic: Annotated[str, Meta(max_length=40)] | None = None


class Typing(In, frozen=True, tag="typing"):
    """The visitor types, or has stopped."""

    on: bool = True


class Seen(In, frozen=True, tag="seen"):
    """The visitor has seen our messages up to this one."""

    message: UUID


class Email(In, frozen=True, tag="email"):
    """The visitor leaves an address."""

    email: Short
    name: Short = ""


class Rate(In, frozen=True, tag="rate"):
    """The visitor rates the conversation."""

    conversation: UUID
    score: int
    comment: Long = ""


class History(In, frozen=True, tag="history"):
    """The visitor scrolls up."""

    before: UUID


class PageMoved(In, frozen=True, tag="page"):
    """The visitor moved on."""

    url: Long = ""
    title: Short = ""


class Ping(In, frozen=True, tag="ping"):
    """Is anybody there."""


Frame = Hello | Send | Typing | Seen | Email | Rate | History | PageMoved | Ping
DECODER: msgspec.json.Decoder[Frame] = msgspec.json.Decoder(Frame)


class Person(msgspec.Struct, frozen=True):
    """Somebody of the shop."""

    name: str
    avatar: str


class WidgetAuthor(msgspec.Struct, frozen=True):
    """Who wrote, as the visitor may know it."""

    kind: str
    name: str
    avatar: str


class WidgetFile(msgspec.Struct, frozen=True):
    """A file of a message."""

    id: UUID
    name: str
    type: str
    size: int
    url: str
    thumbnail: str | None
    width: int | None
    height: int | None


class WidgetMessage(msgspec.Struct, frozen=True):
    """A message as the visitor sees it."""

    id: UUID
    client_id: str | None
    author: WidgetAuthor
    html: str
    text: str
    files: list[WidgetFile]
    at: datetime
    state: str
    seen: bool
    ask: str | None


class WidgetConversation(msgspec.Struct, frozen=True):
    """A conversation as the visitor sees it."""

    id: UUID
    status: str
    rating: int | None


def topic_envelope(topic: str | None) -> dict[str, Any] | None:
    """Gives what is kept with a message that began with a quick topic, or asked for a person."""
    return {"topic": topic} if topic else None


def encode(t: str, **fields: Any) -> str:
    """Builds a frame to the widget."""
    return msgspec.json.encode({"t": t, **fields}).decode()
