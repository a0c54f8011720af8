"""Bodies of requests about customers."""

from typing import Annotated, Any, Literal
from uuid import UUID

import msgspec
from msgspec import UNSET, Meta, UnsetType

from parley.customers.merging import MergeReason

Name = Annotated[str, Meta(max_length=200)]
Note = Annotated[str, Meta(max_length=20_000)]
Tag = Annotated[str, Meta(max_length=35)]
Zone = Annotated[str, Meta(max_length=64)]
Country = Annotated[str, Meta(pattern="^[A-Z]{2}$")]


class CustomerBody(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """Changes to a customer; absent fields stay."""

    name: Name | UnsetType = UNSET
    notes: Note | UnsetType = UNSET
    language: Tag | UnsetType | None = UNSET
    zone: Zone | UnsetType | None = UNSET
    country: Country | UnsetType | None = UNSET
    vip: bool | UnsetType = UNSET
    fields: dict[str, Any] | UnsetType = UNSET


class IdentityBody(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """An address that an agent enters for a customer."""

    kind: Literal["email", "phone"] = "email"
    value: Annotated[str, Meta(min_length=1, max_length=320)]


class NewCustomerBody(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """A customer entered by hand."""

    name: Name = ""
    email: Annotated[str, Meta(max_length=320)] | None = None
    language: Tag | None = None
    zone: Zone | None = None


class MergeBody(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """Who the customer turned out to be, and how one knows."""

    into: UUID
    reason: MergeReason = "by_hand"
