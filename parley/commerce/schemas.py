"""Bodies of the commerce routes."""

from typing import Annotated, Any, Literal
from uuid import UUID

import msgspec
from msgspec import Meta

from parley.kit.plugins import FormField

Name = Annotated[str, Meta(max_length=120)]


class StoreBody(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """A new store, carrier or payment provider; without a name it gets the store's own."""

    plugin: Annotated[str, Meta(max_length=60)]
    name: Name = ""
    brand_id: UUID | None = None
    settings: dict[str, Any] = {}
    backfill: bool = True


class InstallBody(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """A store to be connected by agreeing there; with `store_id` it is one that is connected already."""

    plugin: Annotated[str, Meta(max_length=60)]
    name: Name = ""
    brand_id: UUID | None = None
    store_id: UUID | None = None
    settings: dict[str, Any] = {}


class StoreChangeBody(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """Changes to a connection; settings are merged, an empty secret keeps the old one."""

    name: Name | None = None
    state: Literal["active", "paused"] | None = None
    settings: dict[str, Any] | None = None


class LinkBody(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """Whose order it is; null takes the link away."""

    customer_id: UUID | None


class ConnectorView(msgspec.Struct, kw_only=True):
    """A connector that can be added, with the form of its settings."""

    slug: str
    kind: str
    title: str
    description: str
    acts: list[str]
    fields: list[FormField]
    oauth: bool = False
    """Can be connected by agreeing at the store, without a token to copy."""


class ConnectionView(msgspec.Struct, kw_only=True):
    """A carrier or payment provider as the settings show it."""

    id: UUID
    plugin: str
    kind: str
    name: str
    state: str
    error: str
    settings: dict[str, Any]
    secrets_set: list[str]
    hook_url: str
