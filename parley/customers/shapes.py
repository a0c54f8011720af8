"""What the slice shows of customers: the shapes of API answers."""

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

import msgspec

from parley.customers.merging import MergeReason

Reason = Literal[
    "answered_our_mail",
    "entered",
    "forwarded_by_agent",
    "left_in_chat",
    "left_in_form",
    "mail_without_sender",
    "named_in_forward",
    "named_in_reply_to",
    "ordered_in_shop",
    "sender_not_authenticated",
    "signed_in_at_shop",
    "written_to",
    "wrote_in_chat",
    "wrote_mail",
]
"""How we came by an identity."""


MergeWhy = Reason | MergeReason
"""Why two customers are one: an agent said so, or a proof showed it."""

TakenField = Literal["name", "note", "language", "time_zone", "country", "vip", "fields"]


class CustomerRow(msgspec.Struct, kw_only=True):
    """A customer in a list; `verified` says that the e-mail address shown is proven."""

    id: UUID
    name: str
    email: str | None
    verified: bool
    avatar_colour: str
    language: str | None
    zone: str | None
    country: str | None
    vip: bool
    blocked: bool
    conversations_count: int
    created_at: datetime
    last_seen: datetime | None


class ShopPage(msgspec.Struct):
    """A page of the shop."""

    url: str
    title: str


class IdentityView(msgspec.Struct, kw_only=True):
    """By what we know a customer, and why: `verified` is what is proven, not what somebody only claims.

    A browser (`visitor`) proves nothing about who sits before it; neither does what an agent has entered.
    """

    id: UUID
    kind: str
    value: str | None
    verified: bool
    reason: Reason
    created_at: datetime
    last_seen: datetime | None
    page: ShopPage | None
    """Where a visitor of the chat was last."""


class CustomerDetails(CustomerRow, kw_only=True):
    """One customer with everything that is known."""

    notes: str
    fields: dict[str, Any]
    blocked_at: datetime | None
    merged_into_id: UUID | None
    identities: list[IdentityView]


class Party(msgspec.Struct, kw_only=True):
    """One of the two in a merge."""

    id: UUID
    name: str
    avatar_colour: str


class MergeView(msgspec.Struct, kw_only=True):
    """A merge that stands: `source` is part of `target`; `by` is an agent, a program, or nobody where it was proven."""

    id: UUID
    source: Party
    target: Party
    reason: MergeWhy
    automatic: bool
    at: datetime
    by_kind: str
    by_name: str | None
    taken: list[TakenField]
    identities: int
    conversations: int


class MergePreview(msgspec.Struct, kw_only=True):
    """What a merge would do: the target takes these fields, so many identities and conversations."""

    source: CustomerDetails
    target: CustomerDetails
    taken: list[TakenField]
    identities: int
    conversations: int


class Suggestion(msgspec.Struct, kw_only=True):
    """Somebody who may be the same person; `value` is the address or number that both have."""

    customer: CustomerRow
    reason: MergeReason
    value: str
