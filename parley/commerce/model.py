"""What a store says, in one vocabulary for all stores: the snapshots that connectors give.

Amounts are integers in minor units of the order's currency. `external_id` is the store's own id as text.
Prices include tax when the order's `taxes_included` is set. Ids of lines, products and variants are external ids.
"""

from datetime import datetime
from typing import Any, Literal

import msgspec

Payment = Literal[
    "pending", "authorized", "partially_paid", "paid", "partially_refunded", "refunded", "voided"
]
Fulfilment = Literal["unfulfilled", "partially_fulfilled", "fulfilled", "on_hold"]
ShipmentStatus = Literal[
    "unknown", "label_created", "in_transit", "out_for_delivery", "ready_for_pickup", "delivered", "failed",
    "returned", "cancelled",
]  # fmt: skip
ReturnStatus = Literal["requested", "approved", "in_transit", "received", "closed", "declined", "cancelled"]
SubscriptionStatus = Literal["active", "paused", "cancelled", "expired", "failed"]
Destination = Literal["original", "store_credit"]


class Snapshot(msgspec.Struct, frozen=True, kw_only=True):
    """Something as the store showed it; `updated_at` is the store's own time of its last change, if it has one."""

    external_id: str
    updated_at: datetime | None = None


class Address(msgspec.Struct, frozen=True, kw_only=True):
    """A postal address; `country` is an ISO 3166 alpha-2 code, `region` a code or a name as the store has it."""

    name: str = ""
    company: str = ""
    line1: str = ""
    line2: str = ""
    city: str = ""
    region: str = ""
    postcode: str = ""
    country: str = ""
    phone: str = ""


class StoreLine(msgspec.Struct, frozen=True, kw_only=True):
    """A line of an order.

    `ordered` pieces were bought, `quantity` are left after edits and removals, of which `fulfilled` have been
    sent and `refunded` paid back. `total` is what the `ordered` pieces cost after `discount`.
    """

    external_id: str
    title: str
    ordered: int
    quantity: int
    unit_price: int
    total: int
    variant_title: str = ""
    sku: str = ""
    product_id: str | None = None
    variant_id: str | None = None
    fulfilled: int = 0
    refunded: int = 0
    discount: int = 0
    tax: int = 0
    image_url: str = ""
    digital: bool = False


class Pieces(msgspec.Struct, frozen=True):
    """So many pieces of an order's line; `amount` where money belongs to them."""

    line: str
    quantity: int
    amount: int = 0


class StoreParcel(msgspec.Struct, frozen=True, kw_only=True):
    """A parcel: carrier and number as the store has them, and what the store knows of its way."""

    number: str
    carrier: str = ""
    url: str = ""
    status: ShipmentStatus = "unknown"
    shipped_at: datetime | None = None
    estimated_at: datetime | None = None
    delivered_at: datetime | None = None


class StoreFulfilment(msgspec.Struct, frozen=True, kw_only=True):
    """Lines that were sent (or made ready) together."""

    external_id: str
    status: str
    created_at: datetime
    pieces: list[Pieces] = []
    parcels: list[StoreParcel] = []


class StoreRefund(msgspec.Struct, frozen=True, kw_only=True):
    """Money given back: `amount` in all, of which `shipping` for the shipping. `key` is ours when we asked for it."""

    external_id: str
    created_at: datetime
    amount: int
    shipping: int = 0
    reason: str = ""
    note: str = ""
    pieces: list[Pieces] = []
    destination: Destination = "original"
    status: Literal["pending", "done", "failed"] = "done"
    key: str | None = None


class StoreReturnLine(msgspec.Struct, frozen=True, kw_only=True):
    """Pieces that come back, with the reason in the store's own words."""

    line: str
    quantity: int
    reason: str = ""
    note: str = ""


class StoreReturn(msgspec.Struct, frozen=True, kw_only=True):
    """A return that the store knows of."""

    external_id: str
    status: ReturnStatus
    number: str = ""
    created_at: datetime | None = None
    lines: list[StoreReturnLine] = []


class StoreOrder(Snapshot, frozen=True, kw_only=True):
    """An order with everything that belongs to it.

    `subtotal` is what the goods cost before `discount`, which may also take from the shipping. `total` is what the
    order came to; `tax` is part of it, or of the prices where they include it.
    """

    number: str
    placed_at: datetime
    currency: str
    payment: Payment
    fulfilment: Fulfilment
    subtotal: int
    discount: int
    shipping: int
    tax: int
    total: int
    refunded: int = 0
    taxes_included: bool = True
    email: str = ""
    phone: str = ""
    name: str = ""
    customer_id: str | None = None
    language: str = ""
    address: Address | None = None
    shipping_code: str = ""
    shipping_title: str = ""
    promised_at: datetime | None = None
    cancelled_at: datetime | None = None
    cancel_reason: str = ""
    closed_at: datetime | None = None
    discount_codes: list[str] = []
    note: str = ""
    tags: list[str] = []
    gateway: str = ""
    payment_reference: str = ""
    admin_url: str = ""
    status_url: str = ""
    lines: list[StoreLine] = []
    fulfilments: list[StoreFulfilment] = []
    refunds: list[StoreRefund] = []
    returns: list[StoreReturn] = []


class StoreVariant(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that can be bought; `stock` None means that the store does not count."""

    external_id: str
    title: str
    price: int
    sku: str = ""
    compare_at: int | None = None
    stock: int | None = None
    available: bool = True
    options: dict[str, str] = {}
    image_url: str = ""


class StoreProduct(Snapshot, frozen=True, kw_only=True):
    """A product with its variants; prices are in the store's currency."""

    title: str
    handle: str = ""
    status: Literal["active", "draft", "archived"] = "active"
    kind: str = ""
    vendor: str = ""
    tags: list[str] = []
    url: str = ""
    image_url: str = ""
    description: str = ""
    variants: list[StoreVariant] = []


class StoreCustomer(Snapshot, frozen=True, kw_only=True):
    """A customer account of the store."""

    name: str = ""
    email: str = ""
    phone: str = ""
    language: str = ""
    orders: int = 0
    spent: int = 0
    currency: str = ""
    tags: list[str] = []
    marketing: bool = False
    created_at: datetime | None = None


class StoreSubscription(Snapshot, frozen=True, kw_only=True):
    """A subscription; `price` per delivery, `every` `unit`s. Lines are plain: line id, variant, title, quantity."""

    status: SubscriptionStatus
    currency: str
    price: int
    unit: Literal["day", "week", "month", "year"]
    every: int
    next_at: datetime | None = None
    customer_id: str | None = None
    email: str = ""
    lines: list[dict[str, Any]] = []


class StoreInfo(msgspec.Struct, frozen=True, kw_only=True):
    """The store itself."""

    name: str
    domain: str
    currency: str
    time_zone: str = "UTC"
    country: str = ""
    languages: list[str] = []


class TrackingEvent(msgspec.Struct, frozen=True, kw_only=True):
    """Something that happened to a parcel; `code` is the carrier's own."""

    at: datetime
    status: ShipmentStatus
    code: str = ""
    text: str = ""
    place: str = ""


class Tracking(msgspec.Struct, frozen=True, kw_only=True):
    """Where a parcel is: events oldest first, `status` after the last of them."""

    number: str
    carrier: str
    status: ShipmentStatus
    events: list[TrackingEvent] = []
    estimated_at: datetime | None = None
    delivered_at: datetime | None = None
    url: str = ""
    external_id: str | None = None


class Parcel(msgspec.Struct, frozen=True, kw_only=True):
    """Size and weight for a label: grams and millimetres."""

    grams: int
    length: int = 300
    width: int = 200
    height: int = 100


class Label(msgspec.Struct, frozen=True, kw_only=True):
    """A shipping label that was bought: the file as `data` of media type `type`, its cost in minor units."""

    external_id: str
    number: str
    carrier: str
    data: bytes
    type: str
    cost: int
    currency: str
    url: str = ""


AnySnapshot = StoreOrder | StoreProduct | StoreCustomer | StoreSubscription
Kind = Literal["order", "product", "customer", "subscription"]
