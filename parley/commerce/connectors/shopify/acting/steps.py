"""Parts intents into calls with absolute ends. Pure."""

from typing import Any

import msgspec

from parley.commerce.intents import (
    AnyIntent,
    CancelOrder,
    ChangeAddress,
    ChangeDate,
    CreateDiscount,
    CreateDraft,
    DuplicateOrder,
    EditOrder,
    EndSubscription,
    NewLine,
    OpenReturn,
    PauseSubscription,
    RefundOrder,
    ResumeSubscription,
    SkipDelivery,
    SwapVariant,
    act_of,
)
from parley.commerce.model import StoreLine, StoreOrder, StoreSubscription
from parley.commerce.ports import VendorStep
from parley.kit.failures import Refused

Target = StoreOrder | StoreSubscription | None
ACTS = frozenset(
    {"edit", "address", "cancel", "refund", "duplicate", "return", "draft", "discount"}
    | {"skip", "pause", "resume", "swap", "date", "end"}
)
# Those whose end is a state: repeating them changes nothing.
_AGAIN = frozenset({"edit", "address", "skip", "pause", "resume", "swap", "date", "end"})


def build_steps(intent: AnyIntent, target: Target) -> list[VendorStep]:
    """Parts an intent into vendor calls; raises Refused when Shopify cannot do it."""
    act = act_of(intent)
    if act not in ACTS:
        raise Refused(f"Shopify cannot do this: {act}.")
    if isinstance(intent, CreateDraft | CreateDiscount):
        args: dict[str, Any] = msgspec.to_builtins(intent)
    elif isinstance(
        intent,
        SkipDelivery | PauseSubscription | ResumeSubscription | SwapVariant | ChangeDate | EndSubscription,
    ):
        args = _subscription_args(intent, target)
    else:
        args = _order_args(intent, target)
    return [VendorStep(name=act, args=args, again=act in _AGAIN)]


def _subscription_args(intent: AnyIntent, target: Target) -> dict[str, Any]:
    if not isinstance(target, StoreSubscription):
        raise Refused("This is done to a subscription, and none was given.")
    if isinstance(intent, SwapVariant):
        line = next((one for one in target.lines if one["line"] == intent.line), None)
        if line is None:
            raise Refused("The subscription has no such line.")
        if intent.quantity < 1:
            raise Refused("A line of a subscription has at least one piece.")
    return {"contract": target.external_id, **msgspec.to_builtins(intent)}


def _order_args(intent: AnyIntent, target: Target) -> dict[str, Any]:
    if not isinstance(target, StoreOrder):
        raise Refused("This is done to an order, and none was given.")
    args: dict[str, Any] = {"order": target.external_id, "currency": target.currency}
    if isinstance(intent, EditOrder):
        return {**args, **_edit_args(intent, target)}
    if isinstance(intent, ChangeAddress):
        _refuse_cancelled(target)
        return {**args, "address": msgspec.to_builtins(intent.address)}
    if isinstance(intent, CancelOrder):
        return {**args, **msgspec.to_builtins(intent), "refunded": target.refunded}
    if isinstance(intent, RefundOrder):
        return {**args, **_refund_args(intent, target)}
    if isinstance(intent, DuplicateOrder):
        return {**args, **_duplicate_args(intent, target)}
    if isinstance(intent, OpenReturn):
        return {**args, **_return_args(intent, target)}
    raise Refused("Shopify cannot do this.")


def _edit_args(intent: EditOrder, target: StoreOrder) -> dict[str, Any]:
    """Added variants become totals per variant, so that doing it twice adds nothing."""
    _refuse_cancelled(target)
    quantities = {one.line: one.quantity for one in intent.quantities}
    for gid, quantity in quantities.items():
        line = _line_of(target, gid)
        if quantity < line.fulfilled:
            raise Refused(f"{line.fulfilled} of {line.title} have been sent already.")
    totals: dict[str, int] = {}
    for added in intent.add:
        totals[added.variant] = totals.get(added.variant, 0) + added.quantity
    for line in target.lines:
        if line.variant_id in totals:
            totals[line.variant_id] += quantities.get(line.external_id, line.quantity)
    return {"quantities": quantities, "totals": totals, "notify": intent.notify, "note": intent.note}


def _refund_args(intent: RefundOrder, target: StoreOrder) -> dict[str, Any]:
    if intent.amount <= 0:
        raise Refused("A refund is more than nothing.")
    pieces = []
    for piece in intent.pieces:
        line = _line_of(target, piece.line)
        if piece.quantity > line.quantity:
            raise Refused(f"Of {line.title} only {line.quantity} can be refunded.")
        unsent = line.quantity - line.fulfilled
        back = "CANCEL" if unsent >= piece.quantity else "RETURN"
        pieces.append(
            {
                "line": piece.line,
                "quantity": piece.quantity,
                "restock": back if intent.restock else "NO_RESTOCK",
            }
        )
    return {
        "amount": intent.amount,
        "shipping": intent.shipping,
        "pieces": pieces,
        "destination": intent.destination,
        "note": intent.note or intent.reason,
        "notify": intent.notify,
    }


def _duplicate_args(intent: DuplicateOrder, target: StoreOrder) -> dict[str, Any]:
    lines = [{"variant": one.variant, "quantity": one.quantity} for one in intent.lines]
    if not lines:
        lines = [
            {"variant": line.variant_id, "quantity": line.quantity or line.ordered}
            for line in target.lines
            if line.quantity or target.cancelled_at is not None
        ]
    if not lines or any(line["variant"] is None for line in lines):
        raise Refused("Some of the order's products are gone; choose what shall be sent.")
    address = intent.address or target.address
    return {
        "free": intent.free,
        "lines": lines,
        "address": msgspec.to_builtins(address) if address else None,
        "email": intent.email or target.email,
        "customer": target.customer_id,
        "note": intent.note or f"Again: {target.number}",
    }


def _return_args(intent: OpenReturn, target: StoreOrder) -> dict[str, Any]:
    _refuse_nothing(intent.pieces)
    for piece in intent.pieces:
        line = _line_of(target, piece.line)
        if piece.quantity > line.fulfilled:
            raise Refused(f"Of {line.title} only {line.fulfilled} have been sent.")
    return {
        "pieces": {one.line: one.quantity for one in intent.pieces},
        "reasons": intent.reasons,
        "exchange": [_plain(one) for one in intent.exchange],
        "note": intent.note,
    }


def _plain(line: NewLine) -> dict[str, Any]:
    return {"variant": line.variant, "quantity": line.quantity}


def _line_of(target: StoreOrder, gid: str) -> StoreLine:
    found = next((line for line in target.lines if line.external_id == gid), None)
    if found is None:
        raise Refused("The order has no such line.")
    return found


def _refuse_cancelled(target: StoreOrder) -> None:
    if target.cancelled_at is not None:
        raise Refused("The order is cancelled.")


def _refuse_nothing(pieces: list[Any]) -> None:
    if not pieces:
        raise Refused("Nothing was chosen.")
