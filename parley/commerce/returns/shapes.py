"""Returns as the API and the portal show them. Amounts are minor units of `currency`."""

from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec


class ReturnPhoto(msgspec.Struct, kw_only=True):
    """A photo of what comes back; the addresses are signed and expire."""

    id: UUID
    url: str = ""
    thumbnail_url: str = ""


class ReturnLineView(msgspec.Struct, kw_only=True):
    """Pieces that come back; `line` is the order's line by the store's id."""

    line: str
    title: str
    quantity: int
    reason: str
    note: str
    resolution: str
    exchange_variant: str | None
    exchange_title: str
    amount: int
    photos: list[ReturnPhoto]


class ReturnRow(msgspec.Struct, kw_only=True):
    """A return as lists show it."""

    id: UUID
    number: str
    store_id: UUID
    order_id: UUID
    order_number: str
    customer_id: UUID | None
    name: str
    state: str
    asked_by: str
    refund_amount: int
    fee: int
    currency: str
    destination: str
    error: str
    items: int
    created_at: datetime
    approved_at: datetime | None
    sent_at: datetime | None
    received_at: datetime | None
    refunded_at: datetime | None
    closed_at: datetime | None


class ReturnView(ReturnRow, kw_only=True):
    """A return with its lines; `decision` is what the policy said, with its clauses and their version."""

    external_id: str | None
    note: str
    policy_id: UUID | None
    decision: dict[str, Any]
    conversation_id: UUID | None
    asked_by_id: UUID | None
    approved_by: UUID | None
    approved_by_kind: str
    label_file_id: UUID | None
    label_url: str = ""
    tracking_number: str | None
    tracking_url: str | None
    carrier: str | None
    language: str
    lines: list[ReturnLineView]
