"""Commerce as the API shows it. Amounts are integers in minor units of the `currency` beside them."""

from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from parley.commerce.model import Address, Pieces, TrackingEvent


class LineView(msgspec.Struct, kw_only=True):
    """A line of an order; `ref` is the store's id, by which acts name it."""

    ref: str
    product_ref: str | None
    variant_ref: str | None
    sku: str
    title: str
    variant_title: str
    ordered: int
    quantity: int
    fulfilled: int
    refunded: int
    unit_price: int
    discount: int
    tax: int
    total: int
    image_url: str
    digital: bool


class ShipmentView(msgspec.Struct, kw_only=True):
    """A parcel and its way, events oldest first."""

    id: UUID
    order_id: UUID
    direction: str
    carrier: str
    number: str
    url: str
    status: str
    shipped_at: datetime | None
    estimated_at: datetime | None
    delivered_at: datetime | None
    read_at: datetime | None
    events: list[TrackingEvent]


class RefundView(msgspec.Struct, kw_only=True):
    """Money that went back."""

    id: UUID
    order_id: UUID
    amount: int
    shipping: int
    currency: str
    destination: str
    status: str
    reason: str
    note: str
    pieces: list[Pieces]
    created_at: datetime


class OrderRow(msgspec.Struct, kw_only=True):
    """An order as lists show it. `ref` is its id at the store, `read_at` says how fresh it is.

    `stale` says that it is just being read anew.
    """

    id: UUID
    store_id: UUID
    ref: str
    number: str
    customer_id: UUID | None
    linked_by: str | None
    email: str
    name: str
    placed_at: datetime
    currency: str
    payment: str
    fulfilment: str
    subtotal: int
    discount: int
    shipping: int
    tax: int
    total: int
    refunded: int
    items: int
    promised_at: datetime | None
    cancelled_at: datetime | None
    read_at: datetime
    stale: bool
    deleted: bool


class OrderView(OrderRow, kw_only=True):
    """An order with everything that belongs to it; `refundable` is what is left of what was paid."""

    refundable: int
    phone: str
    language: str
    address: Address | None
    taxes_included: bool
    shipping_title: str
    cancel_reason: str
    discount_codes: list[str]
    note: str
    tags: list[str]
    gateway: str
    admin_url: str
    status_url: str
    lines: list[LineView]
    shipments: list[ShipmentView]
    refunds: list[RefundView]


class StoreView(msgspec.Struct, kw_only=True):
    """A store as the settings show it; secrets are only named when they are set."""

    id: UUID
    plugin: str
    name: str
    domain: str
    currency: str
    time_zone: str
    country: str
    state: str
    error: str
    acts: list[str]
    settings: dict[str, Any]
    secrets_set: list[str]
    hook_url: str
    orders: int
    syncs: list["SyncView"]


class SyncView(msgspec.Struct, kw_only=True):
    """How far a back-fill or reconciliation has got."""

    id: UUID
    purpose: str
    kind: str
    state: str
    done: int
    total: int | None
    changed: int
    error: str
    started_at: datetime
    finished_at: datetime | None


class VariantView(msgspec.Struct, kw_only=True):
    """One thing that can be bought."""

    id: UUID
    ref: str
    title: str
    sku: str
    price: int
    compare_at: int | None
    stock: int | None
    available: bool
    options: dict[str, str]
    image_url: str


class ProductView(msgspec.Struct, kw_only=True):
    """A product with its variants."""

    id: UUID
    store_id: UUID
    ref: str
    title: str
    status: str
    kind: str
    vendor: str
    tags: list[str]
    url: str
    image_url: str
    currency: str
    read_at: datetime
    variants: list[VariantView]


class SubscriptionView(msgspec.Struct, kw_only=True):
    """A subscription."""

    id: UUID
    store_id: UUID
    ref: str
    customer_id: UUID | None
    status: str
    currency: str
    price: int
    unit: str
    every: int
    next_at: datetime | None
    lines: list[dict[str, Any]]
    read_at: datetime
    stale: bool


class ShopperView(msgspec.Struct, kw_only=True):
    """What the stores know of a customer: one figure per currency, newest first where there are lists."""

    orders: int
    first_order_at: datetime | None
    last_order_at: datetime | None
    spent: list["Spent"]
    returns: int
    open_orders: int
    accounts: list["AccountView"]
    favourite_sizes: list[str]
    favourite_kinds: list[str]
    unproven_orders: int
    """Orders under an address that the customer has only claimed; they are not counted above."""


class Spent(msgspec.Struct, kw_only=True):
    """What was paid, less what went back."""

    currency: str
    total: int
    refunded: int


class AccountView(msgspec.Struct, kw_only=True):
    """A customer account at a store."""

    store_id: UUID
    ref: str
    name: str
    email: str
    tags: list[str]
    marketing: bool
    joined_at: datetime | None
