"""Orders of the demo store: the shape of an order, the port that stores them, and believable past ones."""

from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Literal, Protocol

import msgspec
from msgspec import Struct

from parley.app.demo.cart import Cart, CartLine, price_cart
from parley.app.demo.catalogue import CURRENCY, Catalogue, load_catalogue
from parley.app.demo.people import Customer, load_customers
from parley.app.demo.words import Lang

HERE = Path(__file__).parent

EventKind = Literal[
    "packed", "shipped", "in_transit", "customs", "delayed", "out_for_delivery", "delivered", "ready_for_pickup",
    "collected", "cancelled", "return_requested", "return_received", "refunded",
]  # fmt: skip
Status = Literal["placed"] | EventKind


class OrderLine(Struct, frozen=True):
    """One variant in an order with the price of one piece at that time, in minor units.

    `quantity` were bought, `removed` of them taken out again before they were sent.
    """

    sku: str
    product: str
    title: str
    colour: str
    size: str
    quantity: int
    unit_price: int
    removed: int = 0


class OrderAddress(Struct, frozen=True):
    """Where an order goes; `country` is an ISO 3166 code."""

    name: str
    line1: str
    postcode: str
    city: str
    region: str
    country: str


class OrderEvent(Struct, frozen=True):
    """Something that happened to an order on its way, at `place` if it is known."""

    kind: EventKind
    at: datetime
    place: str | None = None


class OrderRefund(Struct, frozen=True):
    """Money given back under a key; `pieces` are SKUs with their number."""

    key: str
    at: datetime
    amount: int
    shipping: int = 0
    reason: str = ""
    note: str = ""
    pieces: tuple[tuple[str, int], ...] = ()
    store_credit: bool = False


class OrderReturn(Struct, frozen=True):
    """Pieces that are on their way back under a key."""

    key: str
    at: datetime
    pieces: tuple[tuple[str, int], ...]
    status: str = "open"


class DemoOrder(Struct, frozen=True):
    """An order; amounts are minor units of `currency`, events are in the order they happened.

    `number` ("AP-1042") is empty until the repository has allotted one. `customer` is the key of one of the
    fictional customers, or None for somebody who tried the shop. `address` is None when all goes by e-mail.
    """

    number: str
    placed_at: datetime
    email: str
    name: str
    language: str
    currency: str
    lines: tuple[OrderLine, ...]
    subtotal: int
    discount: int
    shipping: int
    total: int
    shipping_code: str | None
    address: OrderAddress | None
    events: tuple[OrderEvent, ...] = ()
    carrier: str | None = None
    tracking: str | None = None
    discount_code: str | None = None
    refunded: int = 0
    note: str = ""
    replacement_for: str | None = None
    customer: str | None = None
    refunds: tuple[OrderRefund, ...] = ()
    returns: tuple[OrderReturn, ...] = ()
    changed_at: datetime | None = None

    @property
    def status(self) -> Status:
        """What happened last."""
        return self.events[-1].kind if self.events else "placed"


class DemoOrders(Protocol):
    """The port through which the shop keeps its orders."""

    async def add(self, order: DemoOrder) -> DemoOrder:
        """Store an order that has no number yet under the next free one; returns it with the number."""

    async def get(self, number: str, email: str) -> DemoOrder | None:
        """The order with this number if it belongs to this e-mail address (in any case), else None."""

    async def list_for(self, email: str) -> list[DemoOrder]:
        """The orders of an e-mail address, newest first."""


class PastEvent(Struct, frozen=True, forbid_unknown_fields=True):
    """An event by its distance from now."""

    kind: EventKind
    hours_ago: float
    place: str | None = None


class PastOrder(Struct, frozen=True, forbid_unknown_fields=True):
    """An order as written in `orders.json`: `placed` in hours before now, `code` a discount code."""

    number: str
    customer: str
    placed: float
    lines: list[CartLine]
    shipping: str
    events: list[PastEvent]
    code: str | None = None
    tracking: str | None = None
    refunded: int = 0
    recipient: OrderAddress | None = None
    gift_note: str = ""
    replacement_for: str | None = None


class PastOrdersFile(Struct, frozen=True):
    """The shape of `orders.json`."""

    orders: list[PastOrder]


@cache
def load_past_orders() -> tuple[PastOrder, ...]:
    """Read `orders.json` once; raises msgspec.ValidationError when it is malformed."""
    file = msgspec.json.decode((HERE / "orders.json").read_bytes(), type=PastOrdersFile)
    return tuple(file.orders)


def build_lines(
    lines: tuple[CartLine, ...] | list[CartLine],
    currency: Literal["EUR", "BRL"],
    lang: Lang,
    catalogue: Catalogue,
) -> tuple[OrderLine, ...]:
    """Turn cart lines into order lines at today's prices, with titles in the buyer's shop language."""
    found = [(catalogue.variants[line.sku], line.quantity) for line in lines]
    return tuple(
        OrderLine(
            sku=variant.sku,
            product=variant.product,
            title=catalogue.products[variant.product].title[lang],
            colour=variant.colour,
            size=variant.size,
            quantity=quantity,
            unit_price=variant.prices[currency],
        )
        for variant, quantity in found
    )


def build_address(customer: Customer) -> OrderAddress:
    """The customer's own address."""
    home = customer.address
    return OrderAddress(
        customer.name, home.line1, home.postcode, customer.city, home.region, customer.country
    )


def build_past_order(past: PastOrder, customer: Customer, catalogue: Catalogue, now: datetime) -> DemoOrder:
    """Turn a written order into one dated before `now`; a replacement costs nothing."""
    lang: Lang = "pt-BR" if customer.country == "BR" else "en"
    currency = CURRENCY[lang]
    lines = build_lines(past.lines, currency, lang, catalogue)
    digital = all(catalogue.products[line.product].digital for line in lines)
    option = None if digital else catalogue.shipping[past.shipping]
    bill = price_cart(Cart(tuple(past.lines), past.code), currency, option, catalogue)
    free = past.replacement_for is not None
    return DemoOrder(
        number=past.number,
        placed_at=now - timedelta(hours=past.placed),
        email=customer.email,
        name=customer.name,
        language=customer.language,
        currency=currency,
        lines=lines,
        subtotal=bill.subtotal,
        discount=bill.subtotal if free else bill.discount,
        shipping=0 if free else bill.shipping,
        total=0 if free else bill.total,
        shipping_code=option.code if option else None,
        address=None if digital else past.recipient or build_address(customer),
        events=tuple(
            OrderEvent(event.kind, now - timedelta(hours=event.hours_ago), event.place)
            for event in past.events
        ),
        carrier=option.carrier if option else None,
        tracking=past.tracking,
        discount_code=past.code,
        refunded=past.refunded,
        note=past.gift_note,
        replacement_for=past.replacement_for,
        customer=customer.key,
    )


def list_past_orders(now: datetime) -> list[DemoOrder]:
    """About sixty past orders, oldest first, dated relative to `now` (UTC)."""
    catalogue, customers = load_catalogue(), load_customers()
    return [build_past_order(past, customers[past.customer], catalogue, now) for past in load_past_orders()]
