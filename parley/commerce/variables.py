"""What a text may say of an order: the variables of macros, flows and messages, filled in the reader's language. Pure."""

from collections.abc import Callable
from datetime import datetime
from zoneinfo import ZoneInfo

from parley.commerce.shapes import OrderView, ShipmentView
from parley.kit.i18n.formats import format_date
from parley.kit.money import Money, format_money

TIMES = "\N{MULTIPLICATION SIGN}"
Fill = Callable[[OrderView, str, str], str | None]


def fill_order_variables(order: OrderView, language: str, time_zone: str = "UTC") -> dict[str, str | None]:
    """Gives every variable of an order; None where the order has no such thing yet, so that a composer asks."""
    return {name: fill(order, language, time_zone) for name, fill in ORDER_VARIABLES.items()}


def current_shipment(order: OrderView) -> ShipmentView | None:
    """Gives the parcel people ask about: the newest that is still on its way, else the newest."""
    sent = [one for one in order.shipments if one.direction == "out"]
    moving = [one for one in sent if one.status not in ("delivered", "returned", "cancelled")]
    return (moving or sent)[-1] if sent else None


def _money(pick: Callable[[OrderView], int]) -> Fill:
    return lambda order, language, _zone: format_money(language, Money(pick(order), order.currency))


def _day(pick: Callable[[OrderView], datetime | None]) -> Fill:
    def fill(order: OrderView, language: str, zone: str) -> str | None:
        at = pick(order)
        if at is None:
            return None
        return format_date(language, at.astimezone(ZoneInfo(zone)).date(), width="long")

    return fill


def _parcel(pick: Callable[[ShipmentView], str]) -> Fill:
    def fill(order: OrderView, _language: str, _zone: str) -> str | None:
        shipment = current_shipment(order)
        return (pick(shipment) or None) if shipment else None

    return fill


def _address(order: OrderView, _language: str, _zone: str) -> str | None:
    to = order.address
    if to is None:
        return None
    place = " ".join(filter(None, [to.postcode, to.city]))
    return ", ".join(filter(None, [to.name, to.line1, to.line2, place, to.region, to.country]))


def _items(order: OrderView, _language: str, _zone: str) -> str | None:
    lines = [line for line in order.lines if line.quantity]
    named = [
        f"{line.quantity} {TIMES} {line.title}{f', {line.variant_title}' if line.variant_title else ''}"
        for line in lines
    ]
    return "; ".join(named) or None


def _delivered_at(order: OrderView) -> datetime | None:
    shipment = current_shipment(order)
    return shipment.delivered_at if shipment else None


def _expected_at(order: OrderView) -> datetime | None:
    shipment = current_shipment(order)
    return (shipment.estimated_at if shipment else None) or order.promised_at


ORDER_VARIABLES: dict[str, Fill] = {
    "order.number": lambda order, _l, _z: order.number,
    "order.date": _day(lambda order: order.placed_at),
    "order.total": _money(lambda order: order.total),
    "order.refunded": _money(lambda order: order.refunded),
    "order.items": _items,
    "order.address": _address,
    "order.link": lambda order, _l, _z: order.status_url or None,
    "order.shipping": lambda order, _l, _z: order.shipping_title or None,
    "shipment.number": _parcel(lambda shipment: shipment.number),
    "shipment.carrier": _parcel(lambda shipment: shipment.carrier),
    "shipment.link": _parcel(lambda shipment: shipment.url),
    "shipment.expected": _day(_expected_at),
    "shipment.delivered": _day(_delivered_at),
    "customer.name": lambda order, _l, _z: order.name or None,
}
