"""Parts intents into calls, with absolute ends where the API allows them. Pure."""

from typing import Any

import msgspec

from parley.commerce.connectors.woocommerce.settings import WooCommerceSettings
from parley.commerce.intents import (
    AnyIntent,
    CancelOrder,
    ChangeAddress,
    CreateDiscount,
    CreateDraft,
    DuplicateOrder,
    EditOrder,
    OpenReturn,
    RefundOrder,
    act_of,
)
from parley.commerce.model import Pieces, StoreLine, StoreOrder, StoreSubscription
from parley.commerce.ports import VendorStep
from parley.kit.failures import Refused

Target = StoreOrder | StoreSubscription | None
Args = dict[str, Any]
ACTS = frozenset({"edit", "address", "cancel", "refund", "duplicate", "return", "draft", "discount"})
STRIPE = ("pi_", "ch_", "py_")
_UNPAID = frozenset({"pending", "authorized", "voided"})


def build_steps(settings: WooCommerceSettings, intent: AnyIntent, target: Target) -> list[VendorStep]:
    """Parts an intent into vendor calls; raises Refused when WooCommerce cannot do it."""
    act = act_of(intent)
    if act not in ACTS:
        raise Refused(f"WooCommerce cannot do this: {act}.")
    if isinstance(intent, CreateDraft | CreateDiscount):
        return [VendorStep(name=act, args=msgspec.to_builtins(intent))]
    if not isinstance(target, StoreOrder):
        raise Refused("This is done to an order, and none was given.")
    if isinstance(intent, RefundOrder):
        return _refund_steps(settings, intent, target)
    if isinstance(intent, CancelOrder):
        return _cancel_steps(settings, intent, target)
    base: Args = {"order": target.external_id, "currency": target.currency}
    if isinstance(intent, EditOrder):
        return [VendorStep(name=act, args={**base, **_edit_args(intent, target)}, again=True)]
    if isinstance(intent, ChangeAddress):
        _refuse_cancelled(target)
        address = msgspec.to_builtins(intent.address)
        return [VendorStep(name=act, args={**base, "address": address}, again=True)]
    if isinstance(intent, DuplicateOrder):
        return [VendorStep(name=act, args={**base, **_duplicate_args(intent, target)})]
    if isinstance(intent, OpenReturn):
        return [VendorStep(name="note", args={**base, "text": _describe_return(intent, target)})]
    raise Refused("WooCommerce cannot do this.")


def _refund_steps(settings: WooCommerceSettings, intent: RefundOrder, target: StoreOrder) -> list[VendorStep]:
    """The gateway gives the money back, or Stripe does and WooCommerce records it after a look whether it will."""
    if intent.amount <= 0:
        raise Refused("A refund is more than nothing.")
    if intent.destination != "original":
        raise Refused("WooCommerce has no store credit.")
    for piece in intent.pieces:
        line = _line_of(target, piece.line)
        if piece.quantity > line.ordered - line.refunded:
            raise Refused(f"Of {line.title} only {line.ordered - line.refunded} can be refunded.")
    args: Args = {
        "order": target.external_id,
        "currency": target.currency,
        "amount": intent.amount,
        "shipping": intent.shipping,
        "pieces": [msgspec.to_builtins(one) for one in intent.pieces],
        "restock": intent.restock,
        "reason": intent.note or intent.reason,
        "known": [one.external_id for one in target.refunds],
    }
    reference = intent.payment_reference or target.payment_reference
    if settings.stripe_refund and reference.startswith(STRIPE):
        payment = {"reference": reference, "amount": intent.amount, "currency": target.currency}
        return [
            VendorStep(name="check", args=args, again=True),
            VendorStep(name="payments.refund", args=payment),
            VendorStep(name="refund", args={**args, "by": "stripe"}),
        ]
    return [VendorStep(name="refund", args={**args, "by": "gateway" if settings.api_refund else "hand"})]


def _cancel_steps(settings: WooCommerceSettings, intent: CancelOrder, target: StoreOrder) -> list[VendorStep]:
    """The money first: where it cannot be given back, the order stays as it is."""
    left = 0 if target.payment in _UNPAID else target.total - target.refunded
    money: list[VendorStep] = []
    if intent.refund and left > 0:
        back = RefundOrder(amount=left, reason=intent.note or "Cancelled")
        money = _refund_steps(settings, back, target)
    args = {"order": target.external_id, "currency": target.currency, "note": intent.note}
    return [*money, VendorStep(name="cancel", args=args, again=True)]


def _edit_args(intent: EditOrder, target: StoreOrder) -> Args:
    """Added variants become totals per variant, so that doing it twice adds nothing."""
    _refuse_cancelled(target)
    if target.fulfilment == "fulfilled":
        raise Refused("The order is completed.")
    quantities = {one.line: one.quantity for one in intent.quantities}
    for known, quantity in quantities.items():
        line = _line_of(target, known)
        if quantity < line.refunded:
            raise Refused(f"{line.refunded} of {line.title} have been paid back; they stay on the order.")
    totals: dict[str, int] = {}
    for added in intent.add:
        totals[added.variant] = totals.get(added.variant, 0) + added.quantity
    for line in target.lines:
        if line.variant_id in totals:
            totals[line.variant_id] += quantities.get(line.external_id, line.ordered)
    return {"quantities": quantities, "totals": totals, "total": target.total}


def _duplicate_args(intent: DuplicateOrder, target: StoreOrder) -> Args:
    lines = [{"variant": one.variant, "quantity": one.quantity} for one in intent.lines]
    if not lines:
        lines = [{"variant": line.variant_id, "quantity": line.ordered} for line in target.lines]
    if not lines or any(line["variant"] is None for line in lines):
        raise Refused("Some of the order's products are gone; choose what shall be sent.")
    address = intent.address or target.address
    return {
        "free": intent.free,
        "lines": lines,
        "address": msgspec.to_builtins(address) if address else None,
        "email": intent.email,
        "note": intent.note or f"Again: {target.number}",
    }


def _describe_return(intent: OpenReturn, target: StoreOrder) -> str:
    """What the order's note says of a return, for WooCommerce has no returns of its own."""
    if not intent.pieces:
        raise Refused("Nothing was chosen.")
    said = []
    for piece in intent.pieces:
        line, reason = _line_of(target, piece.line), intent.reasons.get(piece.line, "")
        said.append(f"{piece.quantity} x {line.title}{_in_brackets(line.variant_title)}{_behind(reason)}")
    said += [f"-> {one.quantity} x {one.variant}" for one in intent.exchange]
    return "\n".join(["Return:", *said, *([intent.note] if intent.note else [])])


def _in_brackets(text: str) -> str:
    return f" ({text})" if text else ""


def _behind(text: str) -> str:
    return f": {text}" if text else ""


def _line_of(target: StoreOrder, known: str) -> StoreLine:
    found = next((line for line in target.lines if line.external_id == known), None)
    if found is None:
        raise Refused("The order has no such line.")
    return found


def _refuse_cancelled(target: StoreOrder) -> None:
    if target.cancelled_at is not None:
        raise Refused("The order is cancelled.")


def list_pieces(args: Args) -> list[Pieces]:
    """Gives the pieces in the arguments of a refund."""
    return msgspec.convert(args["pieces"], list[Pieces])
