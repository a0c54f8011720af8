"""Bodies and answers of the channels' routes."""

from typing import Annotated, Any, Literal
from uuid import UUID

import msgspec
from msgspec import Meta

from parley.channels.ports import Capabilities, Step
from parley.kit.plugins import FormField

Name = Annotated[str, Meta(min_length=1, max_length=120)]


class ChannelBody(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """A new channel."""

    plugin: Annotated[str, Meta(max_length=60)]
    name: Name
    brand_id: UUID | None = None
    settings: dict[str, Any] = {}


class ChannelChangeBody(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """Changes to a channel; settings are merged, an empty secret keeps the old one."""

    name: Name | None = None
    brand_id: UUID | None = None
    state: Literal["active", "paused"] | None = None
    settings: dict[str, Any] | None = None


class ChannelView(msgspec.Struct, kw_only=True):
    """A channel as the settings show it; secrets are only named when they are set."""

    id: UUID
    plugin: str
    kind: str
    name: str
    address: str
    brand_id: UUID | None
    state: str
    error: str
    public_key: str
    settings: dict[str, Any]
    secrets_set: list[str]
    capabilities: Capabilities


class ChannelKind(msgspec.Struct, kw_only=True):
    """A kind of channel that can be added, with the form of its settings."""

    slug: str
    kind: str
    title: str
    description: str
    fields: list[FormField]
    capabilities: Capabilities


class TestResult(msgspec.Struct, kw_only=True):
    """What a connection test found, step by step."""

    ok: bool
    steps: list[Step]


class IdentitySecret(msgspec.Struct):
    """The secret with which the shop signs who is logged in."""

    secret: str


class UploadView(msgspec.Struct, kw_only=True):
    """A stored file."""

    id: UUID
    name: str
    type: str
    size: int
    url: str
    thumbnail: str | None
    width: int | None
    height: int | None
