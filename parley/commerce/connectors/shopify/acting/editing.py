"""Edits, addresses and cancellations of orders: all of them are found again by how the order looks."""

from typing import Any

import msgspec

from parley.commerce.connectors.shopify.client import Session, ask, check_errors
from parley.commerce.connectors.shopify.fetching import fetch_order
from parley.commerce.connectors.shopify.mapping import (
    Node,
    bag_minor,
    number_of,
    write_address,
)
from parley.commerce.connectors.shopify.marks import add_mark
from parley.commerce.model import Address, StoreOrder
from parley.commerce.ports import Effect, Quote
from parley.kit.failures import Refused

_JOBS, _MOST_JOBS = "cancel_jobs", 50
_REASONS = {
    "customer": "CUSTOMER",
    "inventory": "INVENTORY",
    "fraud": "FRAUD",
    "declined": "DECLINED",
    "staff": "STAFF",
    "other": "OTHER",
}


async def edit_order(session: Session, args: dict[str, Any], key: str) -> Effect:
    """Brings lines to their quantities and variants to their totals; an order that is so already is left alone."""
    draft, changed = await _stage(session, args)
    if changed:
        asked = {"id": draft["id"], "notify": args["notify"], "note": add_mark(args["note"], key)}
        check_errors((await ask(session, "edit_commit", asked))["orderEditCommit"])
    return Effect(
        external_id=args["order"],
        currency=args["currency"],
        details={
            "changed": changed,
            "total": bag_minor(draft["totalPriceSet"], args["currency"]),
            "outstanding": bag_minor(draft["totalOutstandingSet"], args["currency"]),
        },
    )


async def find_edit(session: Session, args: dict[str, Any], _key: str) -> Effect | None:
    """Looks whether the order is as the edit wanted it."""
    order = await _get_order(session, args["order"])
    have = {line.external_id: line.quantity for line in order.lines}
    totals: dict[str | None, int] = {}
    for line in order.lines:
        totals[line.variant_id] = totals.get(line.variant_id, 0) + line.quantity
    right = all(have.get(line, 0) == quantity for line, quantity in args["quantities"].items())
    if not right or any(totals.get(variant, 0) < want for variant, want in args["totals"].items()):
        return None
    return Effect(external_id=args["order"], currency=args["currency"], details={"total": order.total})


async def quote_edit(session: Session, args: dict[str, Any]) -> Quote:
    """Stages the edit without committing it: what the order would cost then."""
    draft, _ = await _stage(session, args)
    currency = args["currency"]
    before = bag_minor(draft["originalOrder"]["totalPriceSet"], currency)
    total = bag_minor(draft["totalPriceSet"], currency)
    return Quote(
        amount=before - total,
        currency=currency,
        details={"total": total, "outstanding": bag_minor(draft["totalOutstandingSet"], currency)},
    )


async def _stage(session: Session, args: dict[str, Any]) -> tuple[Node, bool]:
    """Opens an edit and stages what is missing; gives the calculated order and whether anything is."""
    begun = await ask(session, "edit_begin", {"id": args["order"], "first": 50}, harmless=True)
    draft = dict(check_errors(begun["orderEditBegin"])["calculatedOrder"])
    lines = await _load_lines(session, draft)
    changed = False
    for gid, quantity in args["quantities"].items():
        line = lines.get(number_of(gid))
        if line is None:
            if quantity == 0:
                continue
            raise Refused("The order has no such line any more.")
        if line["quantity"] != quantity:
            asked = {"id": draft["id"], "line": line["id"], "quantity": quantity}
            draft |= await _stage_one(session, "edit_set_quantity", "orderEditSetQuantity", asked)
            line["quantity"], changed = quantity, True
    for variant, want in args["totals"].items():
        missing = want - sum(
            line["quantity"] for line in lines.values() if (line["variant"] or {}).get("id") == variant
        )
        if missing > 0:
            asked = {"id": draft["id"], "variant": variant, "quantity": missing}
            draft |= await _stage_one(session, "edit_add_variant", "orderEditAddVariant", asked)
            changed = True
    return draft, changed


async def _stage_one(session: Session, operation: str, root: str, asked: Node) -> Node:
    answer = await ask(session, operation, asked, harmless=True)
    return dict(check_errors(answer[root])["calculatedOrder"])


async def _load_lines(session: Session, draft: Node) -> dict[str, Node]:
    """The lines of an opened edit by their numbers, which are those of the order's lines."""
    found = draft["lineItems"]
    nodes = list(found["nodes"])
    while found["pageInfo"]["hasNextPage"]:
        asked = {"id": draft["id"], "first": 50, "after": found["pageInfo"]["endCursor"]}
        found = (await ask(session, "edit_lines", asked))["node"]["lineItems"]
        nodes.extend(found["nodes"])
    return {number_of(node["id"]): node for node in nodes}


async def change_address(session: Session, args: dict[str, Any], _key: str) -> Effect:
    """Sets the shipping address."""
    address = write_address(msgspec.convert(args["address"], Address))
    asked = {"input": {"id": args["order"], "shippingAddress": address}}
    check_errors((await ask(session, "order_update", asked))["orderUpdate"])
    return Effect(external_id=args["order"], currency=args["currency"])


async def find_address(session: Session, args: dict[str, Any], _key: str) -> Effect | None:
    """Looks whether the order has the address; spelling that Shopify changes does not count."""
    order = await _get_order(session, args["order"])
    wanted = msgspec.convert(args["address"], Address)
    if order.address is None or _folded(order.address) != _folded(wanted):
        return None
    return Effect(external_id=args["order"], currency=args["currency"])


def _folded(address: Address) -> list[str]:
    parts = (
        address.name,
        address.company,
        address.line1,
        address.line2,
        address.city,
        address.region,
        address.postcode,
        address.country,
    )
    return ["".join(part.split()).casefold() for part in parts]


async def cancel_order(session: Session, args: dict[str, Any], key: str) -> Effect:
    """Asks for the cancellation, which Shopify carries out as a job; an order cancelled already is left alone.

    Raises Refused when the job is done and the order is not cancelled.
    """
    there = await find_cancellation(session, args, key)
    if there is not None:
        return there
    if await _find_job(session, key) is not None:
        raise Refused("Shopify has tried to cancel the order and could not.")
    asked = {
        "id": args["order"],
        "reason": _REASONS[args["reason"]],
        "restock": args["restock"],
        "notify": args["notify"],
        "refund": {"originalPaymentMethodsRefund": args["refund"]},
        "note": add_mark(args["note"], key, 255),
    }
    answer = (await ask(session, "order_cancel", asked))["orderCancel"]
    job = check_errors(answer, "orderCancelUserErrors")["job"]
    if job is not None:
        await _keep_job(session, key, job["id"])
    return Effect(external_id=args["order"], currency=args["currency"], pending=True)


async def find_cancellation(session: Session, args: dict[str, Any], key: str) -> Effect | None:
    """Looks whether the order is cancelled, or the job that shall do it is still at work."""
    order = (await ask(session, "cancellation", {"id": args["order"]}))["order"]
    if order is None:
        raise Refused("The order is gone.")
    if order["cancelledAt"] is not None:
        refunded = bag_minor(order["totalRefundedSet"], args["currency"])
        return Effect(
            external_id=args["order"],
            amount=max(0, refunded - int(args["refunded"])) if args["refund"] else 0,
            currency=args["currency"],
            details={"cancelled_at": order["cancelledAt"]},
        )
    job = await _find_job(session, key)
    if job is None or job["done"]:
        return None
    return Effect(external_id=args["order"], currency=args["currency"], pending=True)


async def _find_job(session: Session, key: str) -> Node | None:
    """The job of a cancellation, None when none is known (any more)."""
    known = (await session.link.load_position()).get(_JOBS, {}).get(key)
    return (await ask(session, "job", {"id": known}))["job"] if known else None


async def _keep_job(session: Session, key: str, job: str) -> None:
    """Keeps the id of a job, for an order does not tell by which it is being cancelled."""
    position = await session.link.load_position()
    jobs = {**position.get(_JOBS, {}), key: job}
    kept = dict(list(jobs.items())[-_MOST_JOBS:])
    await session.link.save_position({**position, _JOBS: kept})


async def _get_order(session: Session, external_id: str) -> StoreOrder:
    order = await fetch_order(session, external_id)
    if order is None:
        raise Refused("The order is gone.")
    return order
