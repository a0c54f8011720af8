"""What can be done with the demo store's orders: pure functions from an order and a wish to the order after it."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import msgspec

from parley.app.demo.catalogue import Catalogue, load_catalogue
from parley.app.demo.orders import DemoOrder, OrderAddress, OrderEvent, OrderLine, OrderRefund, OrderReturn
from parley.app.demo.showing import show_order
from parley.commerce.acting.reckoning import refundable
from parley.commerce.intents import CancelOrder, ChangeAddress, EditOrder, OpenReturn, RefundOrder
from parley.commerce.ports import Effect


class Impossible(Exception):
    """The shop does not do this; the text says why."""


def refund_order(order: DemoOrder, wanted: RefundOrder, key: str, now: datetime) -> tuple[DemoOrder, Effect]:
    """Gives money back, never more than was paid."""
    left = refundable(show_order(order, ""))
    if not 0 < wanted.amount <= left:
        raise Impossible(f"there are only {left} left to give back")
    skus = {str(position): line.sku for position, line in enumerate(order.lines, 1)}
    refund = OrderRefund(
        key=key,
        at=now,
        amount=wanted.amount,
        shipping=wanted.shipping,
        reason=wanted.reason,
        note=wanted.note,
        pieces=tuple((skus[p.line], p.quantity) for p in wanted.pieces if p.line in skus),
        store_credit=wanted.destination == "store_credit",
    )
    refunded = order.refunded + wanted.amount
    events = order.events
    if refunded >= order.total:
        events = (*events, OrderEvent("refunded", now))
    after = msgspec.structs.replace(
        order, refunds=(*order.refunds, refund), refunded=refunded, events=events, changed_at=now
    )
    return after, Effect(external_id=key, amount=wanted.amount, currency=order.currency)


def cancel_order(order: DemoOrder, wanted: CancelOrder, key: str, now: datetime) -> tuple[DemoOrder, Effect]:
    """Cancels an order that has not left, and gives the money back if that is wanted."""
    if any(event.kind == "cancelled" for event in order.events):
        return order, Effect(external_id=order.number)
    if show_order(order, "").fulfilment == "fulfilled":
        raise Impossible("it has left already")
    left = refundable(show_order(order, "")) if wanted.refund else 0
    effect = Effect(external_id=order.number, amount=left, currency=order.currency)
    if left:
        money = RefundOrder(amount=left, reason=wanted.reason)
        order, effect = refund_order(order, money, key, now)
    events = tuple(event for event in order.events if event.kind != "refunded")
    return msgspec.structs.replace(
        order, events=(*events, OrderEvent("cancelled", now)), changed_at=now
    ), effect


def change_address(
    order: DemoOrder, wanted: ChangeAddress, _key: str, now: datetime
) -> tuple[DemoOrder, Effect]:
    """Sends an order elsewhere that has not left."""
    if show_order(order, "").fulfilment == "fulfilled":
        raise Impossible("it has left already")
    to = wanted.address
    line1 = ", ".join(filter(None, [to.line1, to.line2]))
    address = OrderAddress(to.name or order.name, line1, to.postcode, to.city, to.region, to.country)
    return msgspec.structs.replace(order, address=address, changed_at=now), Effect(external_id=order.number)


def edit_order(order: DemoOrder, wanted: EditOrder, _key: str, now: datetime) -> tuple[DemoOrder, Effect]:
    """Sets quantities and adds variants; what it costs more or less is added to the total."""
    if show_order(order, "").fulfilment == "fulfilled":
        raise Impossible("it has left already")
    catalogue = load_catalogue()
    targets = {piece.line: piece.quantity for piece in wanted.quantities}
    lines = []
    for position, line in enumerate(order.lines, 1):
        target = targets.get(str(position), line.quantity - line.removed)
        if target > line.quantity:
            lines.append(msgspec.structs.replace(line, quantity=target, removed=0))
        else:
            lines.append(msgspec.structs.replace(line, removed=line.quantity - target))
    lines += [_new_line(catalogue, order, added.variant, added.quantity) for added in wanted.add]
    before, after = (
        sum(x.unit_price * (x.quantity - x.removed) for x in side) for side in (order.lines, lines)
    )
    changed = msgspec.structs.replace(
        order,
        lines=tuple(lines),
        subtotal=sum(x.unit_price * x.quantity for x in lines),
        total=max(order.total + after - before, order.refunded),
        changed_at=now,
    )
    return changed, Effect(
        external_id=order.number, currency=order.currency, details={"difference": after - before}
    )


def open_return(order: DemoOrder, wanted: OpenReturn, key: str, now: datetime) -> tuple[DemoOrder, Effect]:
    """Notes that pieces are coming back."""
    skus = {str(position): line.sku for position, line in enumerate(order.lines, 1)}
    pieces = tuple((skus[p.line], p.quantity) for p in wanted.pieces if p.line in skus)
    if not pieces:
        raise Impossible("nothing of this order is coming back")
    returned = OrderReturn(key, now, pieces)
    events = (*order.events, OrderEvent("return_requested", now))
    after = msgspec.structs.replace(order, returns=(*order.returns, returned), events=events, changed_at=now)
    return after, Effect(external_id=key)


def _new_line(catalogue: Catalogue, order: DemoOrder, sku: str, quantity: int) -> OrderLine:
    variant = catalogue.variants.get(sku)
    if variant is None:
        raise Impossible(f"there is no {sku}")
    lang: Any = "pt-BR" if order.currency == "BRL" else "en"
    currency: Any = order.currency
    product = catalogue.products[variant.product]
    return OrderLine(
        sku=sku,
        product=variant.product,
        title=product.title[lang],
        colour=variant.colour,
        size=variant.size,
        quantity=quantity,
        unit_price=variant.prices[currency],
    )


DEEDS: dict[str, tuple[type[Any], Callable[[DemoOrder, Any, str, datetime], tuple[DemoOrder, Effect]]]] = {
    "refund": (RefundOrder, refund_order),
    "cancel": (CancelOrder, cancel_order),
    "address": (ChangeAddress, change_address),
    "edit": (EditOrder, edit_order),
    "return": (OpenReturn, open_return),
}
