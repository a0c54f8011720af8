"""Refunds: Shopify takes our key, and it stands in the refund's note, so that none is made twice."""

from datetime import timedelta
from typing import Any

from parley.commerce.connectors.shopify.client import Session, ask, check_errors
from parley.commerce.connectors.shopify.mapping import Node, bag_minor, write_amount
from parley.commerce.connectors.shopify.marks import add_mark
from parley.commerce.connectors.shopify.orders import build_refund
from parley.commerce.intents import RefundOrder
from parley.commerce.model import StoreRefund
from parley.commerce.ports import Effect, Quote
from parley.kit.failures import Refused, Retry

_SOME, _MOST = 20, 100


async def refund_order(session: Session, args: dict[str, Any], key: str) -> Effect:
    """Gives money back once per key; raises Refused when the payments of the order do not hold so much."""
    there = await _load_refund(session, args, key)
    if there is not None and there.status != "failed":
        return _effect_of(there, args["currency"])
    order = await _load_suggestion(session, args)
    asked = {"input": await _build_input(session, order, args, key), "key": key}
    payload = check_errors((await ask(session, "refund_create", asked))["refundCreate"])
    if payload["refund"] is None:
        raise Retry(timedelta(seconds=10), "the store did not say what became of the refund", uncertain=True)
    made = build_refund(payload["refund"], args["currency"])
    if made.status == "failed":
        raise Refused("The payment provider refused the refund.")
    return _effect_of(made, args["currency"])


async def find_refund(session: Session, args: dict[str, Any], key: str) -> Effect | None:
    """Looks for the refund with the key; one that the payment provider refused has moved no money and is none."""
    found = await _load_refund(session, args, key)
    return None if found is None or found.status == "failed" else _effect_of(found, args["currency"])


async def _load_refund(session: Session, args: dict[str, Any], key: str) -> StoreRefund | None:
    """Looks through the refunds, which come as a list without pages; raises Refused when it cannot see them all."""
    for many in (_SOME, _MOST):
        order = (await ask(session, "order_refunds", {"id": args["order"], "many": many}))["order"]
        if order is None:
            raise Refused("The order is gone.")
        mapped = [build_refund(one, args["currency"]) for one in order["refunds"]]
        found = [one for one in mapped if one.key == key]
        if found or len(mapped) < many:
            return found[-1] if found else None
    raise Refused("The order has too many refunds to look through.")


async def quote_refund(session: Session, intent: RefundOrder, args: dict[str, Any]) -> Quote:
    """Asks what Shopify reckons for these pieces and this shipping, and how much can be given back at all."""
    order = await _load_suggestion(session, args)
    suggested, currency = order["suggestedRefund"], args["currency"]
    most = bag_minor(suggested["maximumRefundableSet"], currency)
    reckoned = bag_minor(suggested["amountSet"], currency)
    named = bool(intent.pieces or intent.shipping)
    warnings = []
    if intent.amount > most:
        warnings.append(f"Only {write_amount(most, currency)} {currency} can be refunded.")
    if named and reckoned != intent.amount:
        warnings.append(f"Shopify reckons {write_amount(reckoned, currency)} {currency} for this.")
    return Quote(
        amount=reckoned if named else min(intent.amount, most),
        currency=currency,
        details={"maximum": most, "suggested": reckoned},
        warnings=warnings,
    )


async def _load_suggestion(session: Session, args: dict[str, Any]) -> Node:
    lines = [
        {"lineItemId": one["line"], "quantity": one["quantity"], "restockType": one["restock"]}
        for one in args["pieces"]
    ]
    asked = {
        "id": args["order"],
        "lines": lines,
        "shipping": write_amount(args["shipping"], args["currency"]) if args["shipping"] else None,
    }
    order: Node | None = (await ask(session, "suggested_refund", asked))["order"]
    if order is None:
        raise Refused("The order is gone.")
    if order["suggestedRefund"] is None:
        raise Refused("Nothing of this order can be refunded.")
    if order["presentmentCurrencyCode"] != args["currency"]:
        raise Refused("The order is in another currency.")
    return order


async def _build_input(session: Session, order: Node, args: dict[str, Any], key: str) -> Node:
    currency, suggested = args["currency"], order["suggestedRefund"]
    places = {
        one["lineItem"]["id"]: one["location"]["id"]
        for one in suggested["refundLineItems"]
        if one["location"]
    }
    lines = []
    for one in args["pieces"]:
        line = {"lineItemId": one["line"], "quantity": one["quantity"], "restockType": one["restock"]}
        if one["restock"] != "NO_RESTOCK" and one["line"] in places:
            line["locationId"] = places[one["line"]]
        lines.append(line)
    found: Node = {
        "orderId": args["order"],
        "currency": currency,
        "note": add_mark(args["note"], key),
        "notify": args["notify"],
        "refundLineItems": lines,
    }
    if args["shipping"]:
        found["shipping"] = {"amount": write_amount(args["shipping"], currency)}
    if args["destination"] == "store_credit":
        amount = {"amount": write_amount(args["amount"], currency), "currencyCode": currency}
        return {**found, "transactions": [], "refundMethods": [{"storeCreditRefund": {"amount": amount}}]}
    shares, left = _share_out(suggested, args)
    if left:
        # An amount that no lines stand behind: what is suggested may be nothing.
        whole = (await ask(session, "refund_sources", {"id": args["order"]}))["order"]
        shares, left = _share_out(whole["suggestedRefund"] or suggested, args)
    if left:
        most = write_amount(int(args["amount"]) - left, currency)
        raise Refused(f"The payments of this order hold only {most} {currency} that can be given back.")
    return {**found, "transactions": shares}


def _share_out(suggested: Node, args: dict[str, Any]) -> tuple[list[Node], int]:
    """Parts the amount over the payments, in the order in which Shopify suggests them; gives also what is left."""
    currency, left, shares = args["currency"], int(args["amount"]), []
    for one in suggested["suggestedTransactions"]:
        part = min(left, bag_minor(one["maximumRefundableSet"] or one["amountSet"], currency))
        if part > 0:
            shares.append(
                {
                    "orderId": args["order"],
                    "parentId": (one["parentTransaction"] or {}).get("id"),
                    "gateway": one["gateway"] or "",
                    "kind": "REFUND",
                    "amount": write_amount(part, currency),
                }
            )
            left -= part
    return shares, left


def _effect_of(refund: StoreRefund, currency: str) -> Effect:
    return Effect(
        external_id=refund.external_id,
        amount=refund.amount,
        currency=currency,
        details={"status": refund.status, "destination": refund.destination},
        pending=refund.status == "pending",
    )
