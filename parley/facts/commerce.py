"""Facts of the commerce slice. Names, addresses, texts and links never appear; amounts are minor units.

What a back-fill reads is the past and tells no order's facts, only `StoreSynced`; whatever changes later does.
"""

from datetime import datetime
from uuid import UUID

from parley.kit.log.fact import Fact, register_facts


class StoreChanged(Fact, frozen=True, kw_only=True):
    """A store or another connection was connected, changed, broken, mended or removed."""

    subject = "connection_id"
    connection_id: UUID
    kind: str
    act: str


class StoreSynced(Fact, frozen=True, kw_only=True):
    """A back-fill or reconciliation moved on or ended."""

    subject = "store_id"
    store_id: UUID
    run_id: UUID
    purpose: str
    kind: str
    state: str
    done: int
    total: int | None
    changed: int


class OrderPlaced(Fact, frozen=True, kw_only=True):
    """A new order came in; `fields` as in OrderChanged."""

    subject = "order_id"
    order_id: UUID
    store_id: UUID
    customer_id: UUID | None
    fields: dict[str, object]


class OrderChanged(Fact, frozen=True, kw_only=True):
    """Fields of an order changed; `previous` holds what they were. `parts` names what changed besides (lines, address)."""

    subject = "order_id"
    order_id: UUID
    store_id: UUID
    customer_id: UUID | None
    changes: dict[str, object]
    previous: dict[str, object]
    parts: list[str]


class OrderLinked(Fact, frozen=True, kw_only=True):
    """An order was found, or said by hand, to belong to a customer (or to nobody any more)."""

    subject = "order_id"
    order_id: UUID
    customer_id: UUID | None
    previous_customer_id: UUID | None
    reason: str


class ShipmentChanged(Fact, frozen=True, kw_only=True):
    """A parcel appeared (`previous` is empty) or its state changed: status, shipped_at, estimated_at, delivered_at."""

    subject = "order_id"
    order_id: UUID
    shipment_id: UUID
    customer_id: UUID | None
    direction: str
    changes: dict[str, object]
    previous: dict[str, object]


class RefundRecorded(Fact, frozen=True, kw_only=True):
    """Money went back to the shopper, as the store tells it."""

    subject = "order_id"
    order_id: UUID
    refund_id: UUID
    customer_id: UUID | None
    amount: int
    currency: str
    act_id: UUID | None


class StockChanged(Fact, frozen=True, kw_only=True):
    """A variant ran out or came back."""

    subject = "product_id"
    product_id: UUID
    variant_id: UUID
    store_id: UUID
    available: bool
    stock: int | None


class SubscriptionChanged(Fact, frozen=True, kw_only=True):
    """A subscription appeared or changed."""

    subject = "subscription_id"
    subscription_id: UUID
    store_id: UUID
    customer_id: UUID | None
    changes: dict[str, object]
    previous: dict[str, object]


class ActChanged(Fact, frozen=True, kw_only=True):
    """An act at a store was planned, committed, approved, done, or came to nothing."""

    subject = "act_id"
    act_id: UUID
    act: str
    store_id: UUID
    order_id: UUID | None
    subscription_id: UUID | None
    state: str
    previous_state: str
    amount: int
    currency: str


class ReturnChanged(Fact, frozen=True, kw_only=True):
    """A return was asked for (`previous` is empty) or moved on."""

    subject = "return_id"
    return_id: UUID
    order_id: UUID
    store_id: UUID
    customer_id: UUID | None
    changes: dict[str, object]
    previous: dict[str, object]


class PolicyPublished(Fact, frozen=True, kw_only=True):
    """A version of a policy is in force from now on."""

    subject = "policy_id"
    policy_id: UUID
    store_id: UUID | None
    version: int
    at: datetime


class WindowMoved(Fact, frozen=True, kw_only=True):
    """An order may be returned or exchanged so many days longer."""

    subject = "order_id"
    order_id: UUID
    days: int
    reason: str


register_facts(
    StoreChanged,
    StoreSynced,
    OrderPlaced,
    OrderChanged,
    OrderLinked,
    ShipmentChanged,
    RefundRecorded,
    StockChanged,
    SubscriptionChanged,
    ActChanged,
    ReturnChanged,
    PolicyPublished,
    WindowMoved,
)
