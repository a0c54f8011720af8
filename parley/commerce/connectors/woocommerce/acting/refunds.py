"""Refunds: our key stands in a meta field of theirs, so that none is made twice.

WooCommerce writes a refund down, has the gateway give the money back, and writes our field last. A refund that may be
ours and has no key yet is therefore looked at again for a while, and then left to a person.
"""

from datetime import timedelta
from typing import Any

from parley.commerce.connectors.woocommerce.acting.editing import find_note, write_note
from parley.commerce.connectors.woocommerce.acting.steps import list_pieces
from parley.commerce.connectors.woocommerce.client import Session, ask
from parley.commerce.connectors.woocommerce.fetching import get_order_node, list_all
from parley.commerce.connectors.woocommerce.mapping import (
    KEY,
    Node,
    find_meta,
    read_time,
    to_minor,
    write_amount,
)
from parley.commerce.intents import RefundOrder
from parley.commerce.model import StoreOrder
from parley.commerce.ports import Effect, Quote
from parley.kit.failures import Failure, Refused
from parley.kit.money import Money

UNDER_WAY = timedelta(minutes=2)
Args = dict[str, Any]


async def refund_order(session: Session, args: Args, key: str) -> Effect:
    """Gives money back once per key (`by` gateway), or records what goes back by hand or through Stripe.

    Raises Refused with WooCommerce's words when the gateway cannot refund or the amount is too large.
    """
    there = await find_refund(session, args, key)
    if there is not None:
        return there
    try:
        return await _make_refund(session, args, key)
    except Refused as failure:
        if args["by"] != "stripe":
            raise
        return await _note_unrecorded(session, args, key, failure.reason)


async def _make_refund(session: Session, args: Args, key: str) -> Effect:
    node = await get_order_node(session, args["order"])
    _check_left(node, args)
    refunds = await list_all(session, f"orders/{args['order']}/refunds") if node["refunds"] else []
    body: Node = {
        "amount": write_amount(args["amount"], args["currency"]),
        "reason": args["reason"],
        "api_refund": args["by"] == "gateway",
        "api_restock": bool(args["restock"]),
        "meta_data": [{"key": KEY, "value": key}],
    }
    lines = build_lines(node, refunds, args)
    if lines:
        body["line_items"] = lines
    made = (await ask(session, "POST", f"orders/{args['order']}/refunds", body=body)).data
    return _effect_of(made, args)


async def find_refund(session: Session, args: Args, key: str) -> Effect | None:
    """Looks for the refund with the key; `pending` for one that may be ours and is just being made.

    Raises Refused when a refund of this amount has appeared that nobody can tell from ours.
    """
    refunds = await list_all(session, f"orders/{args['order']}/refunds")
    keyed = next((one for one in refunds if find_meta(one["meta_data"], KEY) == key), None)
    if keyed is not None:
        return _effect_of(keyed, args)
    if args["by"] == "stripe" and await find_note(session, args, key) is not None:
        return Effect(
            external_id=args["order"], currency=args["currency"], details={"by": "stripe", "recorded": 0}
        )
    doubtful = [one for one in refunds if _may_be_ours(one, args)]
    if not doubtful:
        return None
    if args["by"] == "stripe":
        # A plug-in of the store that listens to Stripe has been quicker to record what went back.
        return _effect_of(doubtful[-1], args)
    made_at = read_time(doubtful[-1]["date_created_gmt"])
    if made_at is not None and session.link.clock.now() - made_at < UNDER_WAY:
        return Effect(external_id=str(doubtful[-1]["id"]), currency=args["currency"], pending=True)
    raise Refused("The order has a refund of this amount, and nobody can tell whether it is this one.")


async def _note_unrecorded(session: Session, args: Args, key: str, reason: str) -> Effect:
    """Stripe has given the money back already: what cannot be recorded as a refund is written down as a note."""
    amount = f"{write_amount(args['amount'], args['currency'])} {args['currency']}"
    text = f"{amount} went back through Stripe and could not be recorded as a refund: {reason}"
    await write_note(session, {**args, "text": text}, key)
    details = {"by": "stripe", "recorded": 0, "reason": reason}
    return Effect(external_id=args["order"], currency=args["currency"], details=details)


def _may_be_ours(refund: Node, args: Args) -> bool:
    """A refund that came after the plan, is of this amount and of no other act."""
    new = str(refund["id"]) not in args["known"] and not find_meta(refund["meta_data"], KEY)
    return new and to_minor(refund["amount"], args["currency"]) == args["amount"]


def _effect_of(refund: Node, args: Args) -> Effect:
    """What Stripe gave back is counted there, not here once more."""
    amount = to_minor(refund["amount"], args["currency"])
    return Effect(
        external_id=str(refund["id"]),
        amount=0 if args["by"] == "stripe" else amount,
        currency=args["currency"],
        details={"by": args["by"], "recorded": amount, "refunded_payment": refund["refunded_payment"]},
    )


async def check_refund(session: Session, args: Args, _key: str) -> Effect:
    """Looks whether WooCommerce will record a refund, before Stripe moves the money; changes nothing."""
    node = await get_order_node(session, args["order"])
    _check_left(node, args)
    refunds = await list_all(session, f"orders/{args['order']}/refunds") if node["refunds"] else []
    build_lines(node, refunds, args)
    return Effect(external_id=args["order"], currency=args["currency"])


async def find_nothing(_session: Session, _args: Args, _key: str) -> Effect | None:
    """A look leaves nothing behind that could be found; it is done again."""
    return None


def left_of(node: Node) -> int:
    """Gives what is left to be given back of an order."""
    currency = node["currency"]
    back = sum(abs(to_minor(one["total"], currency)) for one in node["refunds"])
    return max(0, to_minor(node["total"], currency) - back)


def _check_left(node: Node, args: Args) -> None:
    if node["currency"] != args["currency"]:
        raise Refused("The order is in another currency.")
    left = left_of(node)
    if args["amount"] > left:
        raise Refused(
            f"Only {write_amount(left, args['currency'])} {args['currency']} are left of this order."
        )


async def quote_refund(session: Session, intent: RefundOrder, target: StoreOrder) -> Quote:
    """Says how much can be given back, and whether the order's gateway can do it."""
    node = await get_order_node(session, target.external_id)
    left, warnings = left_of(node), []
    if intent.amount > left:
        warnings.append(f"Only {write_amount(left, target.currency)} {target.currency} can be refunded.")
    by_gateway = session.settings.api_refund and not session.settings.stripe_refund
    if by_gateway and not await _can_refund(session, node):
        warnings.append("The payment gateway of this order cannot give money back by itself.")
    if not session.settings.api_refund and not session.settings.stripe_refund:
        warnings.append("The refund is only recorded; somebody has to send the money.")
    return Quote(
        amount=min(intent.amount, left),
        currency=target.currency,
        details={"maximum": left},
        warnings=warnings,
    )


async def _can_refund(session: Session, node: Node) -> bool:
    """Asks what the gateway supports; where that is not said, the refund will tell."""
    if not node["payment_method"]:
        return False
    try:
        gateway = (await ask(session, "GET", f"payment_gateways/{node['payment_method']}")).data
    except Failure:
        return True
    return "refunds" in (gateway.get("method_supports") or ["refunds"])


def build_lines(node: Node, refunds: list[Node], args: Args) -> list[Node]:
    """Gives `line_items` of a refund: what of the amount belongs to which line and to the shipping, and the tax in it.

    The pieces of a line share its price so that all of them together give exactly that price. An amount that differs
    from what the pieces and the shipping come to is shared out among them; what is above it belongs to no line.
    """
    currency = node["currency"]
    done = _count_back(refunds)
    parts = [
        _part_of(_find(node["line_items"], one.line), one.quantity, done.get(one.line, 0), currency)
        for one in list_pieces(args)
    ]
    parts += _shipping_parts(node["shipping_lines"], args["shipping"], currency)
    worth = sum(part["gross"] for part in parts)
    wanted = min(args["amount"], worth)
    if wanted <= 0:
        return [_write_part(part, 0, currency) for part in parts if part["quantity"]]
    shares = Money(wanted, currency).split([part["gross"] for part in parts])
    return [_write_part(part, share.minor, currency) for part, share in zip(parts, shares, strict=True)]


def _part_of(line: Node, quantity: int, back: int, currency: str) -> Node:
    """What so many pieces of a line are worth; those that went back before took the first shares."""
    taxes = {str(one["id"]): to_minor(one["total"], currency) for one in line["taxes"] if one["total"]}
    gross = to_minor(line["total"], currency) + to_minor(line["total_tax"], currency)
    ordered = int(line["quantity"])
    if quantity > ordered - back:
        raise Refused(f"Of {line['name']} only {ordered - back} can be refunded.")
    shares = Money(gross, currency).split([1] * ordered)[back : back + quantity]
    return {
        "id": line["id"],
        "quantity": quantity,
        "gross": sum(one.minor for one in shares),
        "whole": gross,
        "taxes": taxes,
    }


def _shipping_parts(lines: list[Node], amount: int, currency: str) -> list[Node]:
    """Shares an amount out among the shipping lines in proportion to what they cost."""
    costs = [to_minor(one["total"], currency) + to_minor(one["total_tax"], currency) for one in lines]
    if amount <= 0 or sum(costs) <= 0:
        return []
    shares = Money(amount, currency).split(costs)
    return [
        {
            "id": line["id"],
            "quantity": 0,
            "gross": share.minor,
            "whole": cost,
            "taxes": {
                str(one["id"]): to_minor(one["total"], currency) for one in line["taxes"] if one["total"]
            },
        }
        for line, share, cost in zip(lines, shares, costs, strict=True)
        if share.minor
    ]


def _write_part(part: Node, gross: int, currency: str) -> Node:
    """Splits what is given back of a line into the net amount and its taxes, in the line's own proportion."""
    net = part["whole"] - sum(part["taxes"].values())
    if part["whole"] > 0:
        split = Money(gross, currency).split([max(0, net), *part["taxes"].values()])
        amounts = [one.minor for one in split]
    else:
        amounts = [gross, *(0 for _ in part["taxes"])]
    found: Node = {
        "id": part["id"],
        "quantity": part["quantity"],
        "refund_total": _number(amounts[0], currency),
    }
    if part["taxes"]:
        found["refund_tax"] = [
            {"id": int(tax), "refund_total": _number(amount, currency)}
            for tax, amount in zip(part["taxes"], amounts[1:], strict=True)
        ]
    return found


def _number(minor: int, currency: str) -> float:
    """The API wants numbers here; of two digits behind the point a double holds every amount exactly enough."""
    return float(write_amount(minor, currency))


def _count_back(refunds: list[Node]) -> dict[str, int]:
    counted: dict[str, int] = {}
    for refund in refunds:
        for one in refund["line_items"]:
            line = str(find_meta(one["meta_data"], "_refunded_item_id") or "")
            counted[line] = counted.get(line, 0) + abs(int(one["quantity"]))
    return counted


def _find(lines: list[Node], known: str) -> Node:
    found = next((one for one in lines if str(one["id"]) == known), None)
    if found is None:
        raise Refused("The order has no such line any more.")
    return found
