"""The demo store's orders, products and people in the words every store is mirrored in. Pure."""

from collections import Counter
from datetime import datetime, timedelta

from parley.app.demo.catalogue import Catalogue, Product, list_variants, load_catalogue
from parley.app.demo.orders import DemoOrder, OrderEvent
from parley.app.demo.people import Customer
from parley.app.demo.shop import find_version
from parley.app.demo.urls import Urls
from parley.commerce.model import (
    Address,
    Payment,
    Pieces,
    ShipmentStatus,
    StoreCustomer,
    StoreFulfilment,
    StoreLine,
    StoreOrder,
    StoreParcel,
    StoreProduct,
    StoreRefund,
    StoreReturn,
    StoreReturnLine,
    StoreVariant,
    Tracking,
    TrackingEvent,
)
from parley.kit.money import Money

# How much longer a carrier that reports a delay says it will take.
DELAY = timedelta(days=3)
# What the shop promises at the checkout, in days from the order; the help page says it in working days.
PROMISED = {"standard": 6, "express": 3, "pac": 13, "sedex": 5, "pickup": 1}
WAY: dict[str, ShipmentStatus] = {
    "packed": "label_created", "shipped": "in_transit", "in_transit": "in_transit", "customs": "in_transit",
    "delayed": "in_transit", "out_for_delivery": "out_for_delivery", "delivered": "delivered",
    "ready_for_pickup": "ready_for_pickup", "collected": "delivered",
}  # fmt: skip
WORDS = {
    "packed": "Packed", "shipped": "Handed to the carrier", "in_transit": "On its way", "customs": "At customs",
    "delayed": "Delayed on the way", "out_for_delivery": "Out for delivery", "delivered": "Delivered",
    "ready_for_pickup": "Ready to be collected", "collected": "Collected",
}  # fmt: skip


def show_order(order: DemoOrder, origin: str) -> StoreOrder:
    """Gives an order as the store shows it."""
    catalogue = load_catalogue()
    kinds = [event.kind for event in order.events]
    cancelled = next((event.at for event in order.events if event.kind == "cancelled"), None)
    sent = [event for event in order.events if event.kind in WAY and event.kind != "packed"]
    lines = show_lines(order, catalogue, origin, sent=bool(sent))
    times = [
        order.placed_at,
        *(event.at for event in order.events),
        *([order.changed_at] if order.changed_at else []),
    ]
    option = catalogue.shipping.get(order.shipping_code or "")
    refunded = max(order.refunded, sum(one.amount for one in order.refunds))
    return StoreOrder(
        external_id=order.number,
        updated_at=max(times),
        number=order.number,
        placed_at=order.placed_at,
        currency=order.currency,
        payment=_payment(order, refunded),
        fulfilment="fulfilled" if sent else "unfulfilled",
        subtotal=order.subtotal,
        discount=order.discount,
        shipping=order.shipping,
        tax=0,
        total=order.total,
        refunded=refunded,
        email=order.email,
        name=order.name,
        customer_id=order.email.lower(),
        language=order.language,
        address=show_address(order),
        shipping_code=order.shipping_code or "",
        shipping_title=option.name["en"] if option else "",
        promised_at=order.placed_at + timedelta(days=PROMISED.get(order.shipping_code or "", 7)),
        cancelled_at=cancelled,
        cancel_reason="customer" if cancelled else "",
        closed_at=order.events[-1].at
        if kinds and kinds[-1] in ("delivered", "collected", "refunded")
        else None,
        discount_codes=[order.discount_code] if order.discount_code else [],
        note=order.note,
        gateway="demo",
        status_url=f"{origin}{_urls().order(order.number)}",
        lines=lines,
        fulfilments=show_fulfilments(order, lines, sent),
        refunds=show_refunds(order, lines),
        returns=[
            StoreReturn(
                external_id=one.key,
                status="approved" if one.status == "open" else "closed",
                number=f"{order.number}-R{number}",
                created_at=one.at,
                lines=[StoreReturnLine(line=_line(lines, sku), quantity=n) for sku, n in one.pieces],
            )
            for number, one in enumerate(order.returns, 1)
        ],
    )


def show_lines(order: DemoOrder, catalogue: Catalogue, origin: str, *, sent: bool) -> list[StoreLine]:
    """Gives the lines; the discount is shared out so that they come to what was paid for the goods."""
    gross = [line.unit_price * line.quantity for line in order.lines]
    shares = (
        [part.minor for part in Money(order.discount, order.currency).split(gross)]
        if order.discount and sum(gross)
        else [0] * len(gross)
    )
    returned = Counter[str]()
    for one in order.refunds:
        returned.update(dict(one.pieces))
    found = []
    for position, (line, discount) in enumerate(zip(order.lines, shares, strict=True), 1):
        product = catalogue.products.get(line.product)
        left = line.quantity - line.removed
        size = "" if line.size == "One size" else line.size
        found.append(
            StoreLine(
                external_id=str(position),
                title=line.title,
                variant_title=", ".join(filter(None, [_colour(catalogue, line.colour), size])),
                sku=line.sku,
                product_id=line.product,
                variant_id=line.sku,
                ordered=line.quantity,
                quantity=left,
                fulfilled=left if sent else 0,
                refunded=min(returned[line.sku], line.quantity),
                unit_price=line.unit_price,
                discount=discount,
                total=line.unit_price * line.quantity - discount,
                image_url=f"{origin}{_urls().picture(line.product, line.colour)}" if product else "",
                digital=bool(product and product.digital),
            )
        )
    return found


def show_fulfilments(
    order: DemoOrder, lines: list[StoreLine], sent: list[OrderEvent]
) -> list[StoreFulfilment]:
    """Gives the one parcel of an order, once it has left."""
    if not sent:
        return []
    last = sent[-1]
    parcel = StoreParcel(
        number=order.tracking or "",
        carrier=order.carrier or "",
        status=WAY[last.kind],
        shipped_at=sent[0].at,
        estimated_at=None,
        delivered_at=last.at if WAY[last.kind] == "delivered" else None,
    )
    return [
        StoreFulfilment(
            external_id=f"{order.number}-F1",
            status="success",
            created_at=sent[0].at,
            pieces=[Pieces(line.external_id, line.quantity) for line in lines if line.quantity],
            parcels=[parcel] if parcel.number else [],
        )
    ]


def show_refunds(order: DemoOrder, lines: list[StoreLine]) -> list[StoreRefund]:
    """Gives what went back; what the past only tells as a sum is one refund without pieces."""
    found = [
        StoreRefund(
            external_id=one.key,
            created_at=one.at,
            amount=one.amount,
            shipping=one.shipping,
            reason=one.reason,
            note=one.note,
            pieces=[Pieces(_line(lines, sku), number) for sku, number in one.pieces],
            destination="store_credit" if one.store_credit else "original",
            key=one.key,
        )
        for one in order.refunds
    ]
    told = order.refunded - sum(one.amount for one in order.refunds)
    if told > 0:
        at = next((e.at for e in reversed(order.events) if e.kind == "refunded"), order.placed_at)
        found.insert(0, StoreRefund(external_id=f"{order.number}-0", created_at=at, amount=told))
    return found


def show_tracking(order: DemoOrder) -> Tracking | None:
    """Gives the way of an order's parcel as its carrier tells it; None before it was packed."""
    way = [event for event in order.events if event.kind in WAY]
    if not way or not order.tracking:
        return None
    events = [
        TrackingEvent(at=e.at, status=WAY[e.kind], code=e.kind, text=WORDS[e.kind], place=e.place or "")
        for e in way
    ]
    late = DELAY if way[-1].kind == "delayed" else timedelta(0)
    return Tracking(
        number=order.tracking,
        carrier=order.carrier or "",
        status=events[-1].status,
        events=events,
        estimated_at=order.placed_at + timedelta(days=PROMISED.get(order.shipping_code or "", 7)) + late,
        delivered_at=way[-1].at if events[-1].status == "delivered" else None,
    )


def show_address(order: DemoOrder) -> Address | None:
    """Gives where an order goes; None when all of it goes by e-mail."""
    if order.address is None:
        return None
    to = order.address
    return Address(
        name=to.name, line1=to.line1, postcode=to.postcode, city=to.city, region=to.region, country=to.country
    )


def show_product(product: Product, catalogue: Catalogue, origin: str) -> StoreProduct:
    """Gives a product with its variants, priced in the store's euros."""
    urls = _urls()
    variants = list_variants(catalogue, product)
    return StoreProduct(
        external_id=product.handle,
        title=product.title["en"],
        handle=product.handle,
        kind=product.kind,
        vendor="Alder & Pine",
        tags=[*product.collections, *([product.badge] if product.badge else [])],
        url=f"{origin}{urls.product(product.handle)}",
        image_url=f"{origin}{urls.picture(product.handle, variants[0].colour)}",
        description=product.summary["en"],
        variants=[
            StoreVariant(
                external_id=v.sku,
                title=", ".join(
                    filter(None, [_colour(catalogue, v.colour), "" if product.one_size else v.size])
                ),
                price=v.prices["EUR"],
                sku=v.sku,
                compare_at=product.was["EUR"] if product.was else None,
                stock=v.stock,
                available=v.stock > 0 or product.digital,
                options={
                    "colour": _colour(catalogue, v.colour),
                    **({} if product.one_size else {"size": v.size}),
                },
                image_url=f"{origin}{urls.picture(product.handle, v.colour)}",
            )
            for v in variants
        ],
    )


def show_customer(customer: Customer, orders: list[DemoOrder], now: datetime) -> StoreCustomer:
    """Gives somebody's account at the store."""
    last = max((order.placed_at for order in orders), default=None)
    return StoreCustomer(
        external_id=customer.email.lower(),
        updated_at=last,
        name=customer.name,
        email=customer.email,
        language=customer.language,
        orders=len(orders),
        spent=sum(order.total - order.refunded for order in orders),
        currency=orders[0].currency if orders else "EUR",
        tags=["vip"] if customer.vip else [],
        created_at=(now - timedelta(days=customer.since_days)).replace(
            hour=9, minute=0, second=0, microsecond=0
        ),
    )


def _payment(order: DemoOrder, refunded: int) -> Payment:
    if refunded <= 0:
        return "paid"
    return "refunded" if refunded >= order.total else "partially_refunded"


def _colour(catalogue: Catalogue, slug: str) -> str:
    return catalogue.colours[slug].name["en"] if slug in catalogue.colours else slug


def _line(lines: list[StoreLine], sku: str) -> str:
    return next((line.external_id for line in lines if line.sku == sku), "")


def _urls() -> Urls:
    return Urls("/demo", "en", find_version())
