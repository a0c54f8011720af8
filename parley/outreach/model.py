"""An order as the deciders and the radar see it, and what they find."""

from datetime import datetime
from uuid import UUID

import msgspec

from parley.commerce.policies.terms import Processing

OVER = frozenset({"delivered", "returned", "cancelled"})
MOVING = frozenset({"in_transit", "out_for_delivery"})


class Waiting(msgspec.Struct, frozen=True, kw_only=True):
    """A line that has not left: so many pieces, and how its variant stands.

    `newer` are the pieces that later orders wait for: what a store has sold too much of, the last buyers miss.
    """

    ref: str
    variant_ref: str | None
    pieces: int
    available: bool | None = None
    stock: int | None = None
    newer: int = 0


class Parcel(msgspec.Struct, frozen=True, kw_only=True):
    """A parcel to the shopper."""

    id: UUID
    status: str
    shipped_at: datetime | None
    estimated_at: datetime | None
    delivered_at: datetime | None
    last_event_at: datetime | None
    created_at: datetime


class OrderState(msgspec.Struct, frozen=True, kw_only=True):
    """What is to be known of an order before anything is said about it."""

    id: UUID
    store_id: UUID
    brand_id: UUID | None
    customer_id: UUID | None
    number: str
    email: str
    name: str
    language: str
    time_zone: str | None
    country: str
    store_zone: str
    connected_at: datetime
    placed_at: datetime
    promised_at: datetime | None
    cancelled: bool
    refunded: bool
    deleted: bool
    blocked: bool
    waiting: list[Waiting]
    parcels: list[Parcel]
    processing: Processing | None

    @property
    def over(self) -> str | None:
        """Why nothing more is said about the order, or None."""
        for name in ("deleted", "cancelled", "refunded"):
            if getattr(self, name):
                return name
        return None

    @property
    def from_before(self) -> bool:
        """Whether the order is older than the connection of its store: it came with a back-fill."""
        return self.placed_at < self.connected_at

    def parcel(self, parcel_id: UUID | None) -> Parcel | None:
        """Gives a parcel by its id."""
        return next((one for one in self.parcels if one.id == parcel_id), None)


class Check(msgspec.Struct, frozen=True, kw_only=True):
    """When the radar looks whether something is late; `subject` is a parcel, a line, or empty for the order.

    Without a time it waits for a fact.
    """

    kind: str
    subject: str
    due_at: datetime | None
    variant_ref: str | None = None


class Found(msgspec.Struct, frozen=True, kw_only=True):
    """A delay."""

    kind: str
    shipment_id: UUID | None
    line: str | None
    promised_at: datetime | None
    days: int


class Later(msgspec.Struct, frozen=True):
    """Not late yet: look again then, or when a fact says so (None)."""

    due_at: datetime | None


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """A message about the order that there is already."""

    key: str
    kind: str
    state: str
    at: datetime


class Talk(msgspec.Struct, frozen=True, kw_only=True):
    """What is being said about the order: the open conversation, whether the customer asked, when an agent wrote."""

    conversation_id: UUID | None = None
    asked: bool = False
    agent_wrote_at: datetime | None = None


class Snapshot(msgspec.Struct, frozen=True, kw_only=True):
    """What is looked at before something is told."""

    order: OrderState
    told: list[Told]
    talk: Talk


class Planned(msgspec.Struct, frozen=True, kw_only=True):
    """A message whose time has come."""

    id: UUID
    order_id: UUID
    key: str
    kind: str
    shipment_id: UUID | None
    line: str | None
    promised_at: datetime | None
    days: int
    due_at: datetime
