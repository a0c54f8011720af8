"""Planning acts: from what somebody wants and what the order is to what will happen. Pure, no clock, no database."""

from collections.abc import Callable
from typing import Any, cast

import msgspec

from parley.commerce.acting.plan import Line, Plan
from parley.commerce.acting.reckoning import reckon, refundable, refundable_shipping
from parley.commerce.intents import (
    BuyLabel,
    CancelOrder,
    ChangeAddress,
    CreateDiscount,
    CreateDraft,
    DuplicateOrder,
    EditOrder,
    Intent,
    OpenReturn,
    RefundOrder,
    SwapVariant,
    act_of,
)
from parley.commerce.model import Pieces, StoreOrder, StoreSubscription

Target = StoreOrder | StoreSubscription | None
Prices = dict[str, tuple[str, int, bool]]
"""Variants by the store's id: title, price in minor units, whether it can be bought."""


class Seen(msgspec.Struct, frozen=True):
    """What a plan is made on: the order or subscription, the prices of the variants named, the store's currency."""

    target: Target
    prices: Prices
    currency: str

    @property
    def order(self) -> StoreOrder:
        """The order; an intent for orders comes with one."""
        return cast(StoreOrder, self.target)


def decide_plan(intent: Intent, target: Target, prices: Prices, currency: str) -> Plan:
    """Says what an intent will do to an order, store or subscription as we know it."""
    planner = PLANNERS.get(act_of(intent), _plain)
    return planner(intent, Seen(target, prices, currency))


def _refund(intent: Intent, seen: Seen) -> Plan:
    wanted, order = cast(RefundOrder, intent), seen.order
    refusals, warnings = _check_pieces(order, wanted.pieces), []
    most, sum_of = refundable(order), reckon(order, wanted.pieces, wanted.shipping)
    if wanted.amount <= 0:
        refusals.append(Line("refund.nothing"))
    elif most == 0:
        refusals.append(Line("refund.nothing_left" if order.refunded else "refund.not_paid"))
    elif wanted.amount > most:
        refusals.append(Line("refund.too_much", {"amount": most, "currency": order.currency}))
    if wanted.shipping > refundable_shipping(order):
        args = {"amount": refundable_shipping(order), "currency": order.currency}
        refusals.append(Line("refund.shipping_too_much", args))
    if wanted.pieces and wanted.amount != sum_of:
        warnings.append(Line("refund.differs", {"amount": sum_of, "currency": order.currency}))
    if order.fulfilment == "unfulfilled" and wanted.pieces and not order.cancelled_at:
        warnings.append(Line("refund.not_sent_yet"))
    effects = [
        Line("refund.pay", {"amount": wanted.amount, "currency": order.currency, "to": wanted.destination}),
        *(_piece_line("refund.piece", order, piece) for piece in wanted.pieces),
    ]
    if wanted.shipping:
        effects.append(Line("refund.shipping", {"amount": wanted.shipping, "currency": order.currency}))
    if wanted.restock and wanted.pieces:
        effects.append(Line("refund.restock"))
    if wanted.notify:
        effects.append(Line("notify"))
    return Plan(
        act="refund", effects=effects, amount=max(wanted.amount, 0), currency=order.currency, warnings=warnings,
        refusals=refusals,
    )  # fmt: skip


def _edit(intent: Intent, seen: Seen) -> Plan:
    wanted, order = cast(EditOrder, intent), seen.order
    refusals = _check_open(order)
    effects: list[Line] = []
    difference = 0
    for piece in wanted.quantities:
        effect, refusal, cost = _edit_line(order, piece)
        difference += cost
        effects += [effect] if effect else []
        refusals += [refusal] if refusal else []
    for added in wanted.add:
        title, price, available = seen.prices.get(added.variant, ("", 0, False))
        if not title or not available:
            refusals.append(Line("variant.sold_out", {"title": title or added.variant}))
        difference += price * added.quantity
        args = {"title": title, "quantity": added.quantity, "amount": price, "currency": order.currency}
        effects.append(Line("edit.add", args))
    if not effects:
        refusals.append(Line("nothing_changes"))
    if difference:
        code = "edit.customer_pays" if difference > 0 else "edit.customer_gets"
        effects.append(Line(code, {"amount": abs(difference), "currency": order.currency}))
    if wanted.notify:
        effects.append(Line("notify"))
    return Plan(act="edit", effects=effects, amount=-difference, currency=order.currency, refusals=refusals)


def _edit_line(order: StoreOrder, piece: Pieces) -> tuple[Line | None, Line | None, int]:
    """Gives what becomes of a line, what speaks against it, and what it costs the customer."""
    line = next((one for one in order.lines if one.external_id == piece.line), None)
    if line is None:
        return None, Line("line.unknown", {"line": piece.line}), 0
    title = _title(order, piece.line)
    if piece.quantity < line.fulfilled:
        return None, Line("edit.sent_already", {"title": title, "sent": line.fulfilled}), 0
    if piece.quantity == line.quantity:
        return None, None, 0
    each = line.total // line.ordered if line.ordered else line.unit_price
    code = "edit.remove" if piece.quantity == 0 else "edit.quantity"
    args = {"title": title, "before": line.quantity, "after": piece.quantity}
    return Line(code, args), None, (piece.quantity - line.quantity) * each


def _address(intent: Intent, seen: Seen) -> Plan:
    wanted, order = cast(ChangeAddress, intent), seen.order
    refusals, warnings = _check_open(order), []
    new, old = wanted.address, order.address
    if not (new.line1 and new.city and new.country):
        refusals.append(Line("address.incomplete"))
    if old == new:
        refusals.append(Line("nothing_changes"))
    if order.fulfilment == "fulfilled":
        refusals.append(Line("address.sent_already"))
    elif order.fulfilment == "partially_fulfilled":
        warnings.append(Line("address.partly_sent"))
    if old is not None and old.country and old.country != new.country:
        warnings.append(Line("address.other_country", {"before": old.country, "after": new.country}))
    return Plan(act="address", effects=[Line("address.change")], refusals=refusals, warnings=warnings)


def _cancel(intent: Intent, seen: Seen) -> Plan:
    wanted, order = cast(CancelOrder, intent), seen.order
    refusals, effects = _check_open(order), [Line("cancel.order", {"number": order.number})]
    if order.fulfilment == "fulfilled":
        refusals.append(Line("cancel.sent_already"))
    amount = refundable(order) if wanted.refund else 0
    if amount:
        effects.append(Line("refund.pay", {"amount": amount, "currency": order.currency, "to": "original"}))
    if wanted.restock:
        effects.append(Line("refund.restock"))
    if wanted.notify:
        effects.append(Line("notify"))
    warnings = [Line("cancel.partly_sent")] if order.fulfilment == "partially_fulfilled" else []
    if not wanted.refund and refundable(order):
        warnings.append(Line("cancel.keeps_money", {"amount": refundable(order), "currency": order.currency}))
    return Plan(
        act="cancel",
        effects=effects,
        amount=amount,
        currency=order.currency,
        refusals=refusals,
        warnings=warnings,
    )


def _duplicate(intent: Intent, seen: Seen) -> Plan:
    wanted, order = cast(DuplicateOrder, intent), seen.order
    known = {line.variant_id: line for line in order.lines if line.variant_id}
    wants = [(x.variant, x.quantity) for x in wanted.lines] or [
        (line.variant_id or "", line.ordered) for line in order.lines
    ]
    effects, refusals, worth = [], [], 0
    for variant, quantity in wants:
        title, price, available = seen.prices.get(variant, ("", 0, False))
        if not title and variant in known:
            title = known[variant].title
        if not title:
            refusals.append(Line("variant.unknown", {"variant": variant}))
        elif not available:
            refusals.append(Line("variant.sold_out", {"title": title}))
        worth += price * quantity
        effects.append(Line("duplicate.piece", {"title": title, "quantity": quantity}))
    code = "duplicate.free" if wanted.free else "duplicate.to_pay"
    effects.append(Line(code, {"amount": worth, "currency": order.currency}))
    return Plan(
        act="duplicate",
        effects=effects,
        amount=worth if wanted.free else 0,
        currency=order.currency,
        refusals=refusals,
    )


def _draft(intent: Intent, seen: Seen) -> Plan:
    wanted = cast(CreateDraft, intent)
    total = sum(seen.prices.get(x.variant, ("", 0, False))[1] * x.quantity for x in wanted.lines)
    off = total * wanted.percent_off // 100
    refusals = [
        Line("variant.unknown", {"variant": x.variant}) for x in wanted.lines if x.variant not in seen.prices
    ]
    if not wanted.lines:
        refusals.append(Line("draft.empty"))
    if not 0 <= wanted.percent_off <= 100:
        refusals.append(Line("discount.percent"))
    effects = [
        Line("draft.piece", {"title": seen.prices.get(x.variant, ("", 0, False))[0], "quantity": x.quantity})
        for x in wanted.lines
    ]
    effects.append(Line("draft.total", {"amount": total - off, "currency": seen.currency}))
    return Plan(act="draft", effects=effects, amount=off, currency=seen.currency, refusals=refusals)


def _discount(intent: Intent, seen: Seen) -> Plan:
    wanted = cast(CreateDiscount, intent)
    refusals = []
    if not wanted.code.strip():
        refusals.append(Line("discount.no_code"))
    if not 0 <= wanted.percent <= 100 or wanted.amount < 0:
        refusals.append(Line("discount.percent"))
    if sum((wanted.percent > 0, wanted.amount > 0, wanted.free_shipping)) != 1:
        refusals.append(Line("discount.one_kind"))
    if wanted.starts_at and wanted.ends_at and wanted.ends_at <= wanted.starts_at:
        refusals.append(Line("discount.ends_before"))
    args = {
        "code": wanted.code,
        "percent": wanted.percent,
        "amount": wanted.amount,
        "currency": seen.currency,
    }
    kind = "percent" if wanted.percent else "amount" if wanted.amount else "shipping"
    effects = [Line(f"discount.{kind}", args)]
    if wanted.uses:
        effects.append(Line("discount.uses", {"uses": wanted.uses}))
    return Plan(
        act="discount", effects=effects, amount=wanted.amount, currency=seen.currency, refusals=refusals
    )


def _return(intent: Intent, seen: Seen) -> Plan:
    wanted, order = cast(OpenReturn, intent), seen.order
    refusals = _check_pieces(order, wanted.pieces)
    if not wanted.pieces:
        refusals.append(Line("return.nothing"))
    effects = [_piece_line("return.piece", order, piece) for piece in wanted.pieces]
    for added in wanted.exchange:
        title, _, available = seen.prices.get(added.variant, ("", 0, False))
        if not title or not available:
            refusals.append(Line("variant.sold_out", {"title": title or added.variant}))
        effects.append(Line("return.exchange", {"title": title, "quantity": added.quantity}))
    return Plan(act="return", effects=effects, currency=order.currency, refusals=refusals)


def _label(intent: Intent, seen: Seen) -> Plan:
    wanted = cast(BuyLabel, intent)
    complete = wanted.sender.line1 and wanted.sender.country and wanted.recipient.line1
    return Plan(
        act="label",
        effects=[Line("label.buy", {"grams": wanted.grams})],
        currency=seen.currency,
        refusals=[] if complete else [Line("address.incomplete")],
    )


def _plain(intent: Intent, seen: Seen) -> Plan:
    """Acts on subscriptions: allowed while it lives, and only if something changes."""
    act, known = act_of(intent), cast(StoreSubscription, seen.target)
    refusals = []
    if known.status in ("cancelled", "expired"):
        refusals.append(Line("subscription.over"))
    elif (act, known.status) in (("pause", "paused"), ("resume", "active")):
        refusals.append(Line("nothing_changes"))
    args: dict[str, Any] = {}
    if isinstance(intent, SwapVariant):
        title, price, available = seen.prices.get(intent.variant, ("", 0, False))
        args = {"title": title, "quantity": intent.quantity, "amount": price, "currency": known.currency}
        if not title or not available:
            refusals.append(Line("variant.sold_out", {"title": title or intent.variant}))
    elif hasattr(intent, "at"):
        args = {"at": intent.at}
    return Plan(
        act=act, effects=[Line(f"subscription.{act}", args)], currency=known.currency, refusals=refusals
    )


def _check_open(order: StoreOrder) -> list[Line]:
    return [Line("order.cancelled")] if order.cancelled_at is not None else []


def _check_pieces(order: StoreOrder, pieces: list[Pieces]) -> list[Line]:
    lines = {line.external_id: line for line in order.lines}
    refusals = []
    for piece in pieces:
        line = lines.get(piece.line)
        if line is None:
            refusals.append(Line("line.unknown", {"line": piece.line}))
        elif not 0 < piece.quantity <= line.ordered - line.refunded:
            args = {"title": _title(order, piece.line), "left": line.ordered - line.refunded}
            refusals.append(Line("line.not_so_many", args))
    if len({piece.line for piece in pieces}) != len(pieces):
        refusals.append(Line("line.twice"))
    return refusals


def _piece_line(code: str, order: StoreOrder, piece: Pieces) -> Line:
    return Line(code, {"title": _title(order, piece.line), "quantity": piece.quantity})


def _title(order: StoreOrder, ref: str) -> str:
    for line in order.lines:
        if line.external_id == ref:
            return f"{line.title}, {line.variant_title}" if line.variant_title else line.title
    return ref


PLANNERS: dict[str, Callable[[Intent, Seen], Plan]] = {
    "refund": _refund,
    "edit": _edit,
    "address": _address,
    "cancel": _cancel,
    "duplicate": _duplicate,
    "draft": _draft,
    "discount": _discount,
    "return": _return,
    "label": _label,
}
