"""What the slice shows of customers: the shapes of API answers."""

from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec


class CustomerRow(msgspec.Struct, kw_only=True):
    """A customer in a list."""

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


class IdentityView(msgspec.Struct, kw_only=True):
    """By what we know a customer, and why we believe it."""

    id: UUID
    kind: str
    value: str | None
    verified: bool
    reason: str
    created_at: datetime
    last_seen: datetime | None


class CustomerDetails(CustomerRow, kw_only=True):
    """One customer with everything that is known."""

    notes: str
    fields: dict[str, Any]
    blocked_at: datetime | None
    merged_into_id: UUID | None
    identities: list[IdentityView]
