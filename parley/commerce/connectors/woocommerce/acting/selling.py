"""New orders and discount codes: our key stands in a meta field of theirs."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec

from parley.commerce.connectors.woocommerce.client import Session, ask, find_currency
from parley.commerce.connectors.woocommerce.fetching import PER_PAGE, get_order_node
from parley.commerce.connectors.woocommerce.mapping import (
    KEY,
    Node,
    find_meta,
    to_minor,
    write_address,
    write_amount,
    write_time,
)
from parley.commerce.intents import CreateDiscount, CreateDraft
from parley.commerce.model import Address
from parley.commerce.ports import Effect
from parley.kit.failures import Failure, Refused

Args = dict[str, Any]
_MOST_PAGES = 50
_LONGEST_WAIT = timedelta(days=7)
_SKEW = timedelta(hours=1)
_FREE = {"subtotal": "0.00", "total": "0.00"}


async def duplicate_order(session: Session, args: Args, key: str) -> Effect:
    """Makes the order again, for nothing and ready to be sent, or to be paid; once per key."""
    there = await _find_order(session, key)
    if there is None:
        source = await get_order_node(session, args["order"])
        there = await _create(session, _build_copy(source, args), key, args["note"])
    return _effect_of(there)


async def find_duplicate(session: Session, _args: Args, key: str) -> Effect | None:
    """Looks for the order with the key."""
    there = await _find_order(session, key)
    return None if there is None else _effect_of(there)


def _build_copy(source: Node, args: Args) -> Node:
    free = bool(args["free"])
    billing = {name: value for name, value in source["billing"].items() if value}
    if args["email"]:
        billing["email"] = args["email"]
    address = msgspec.convert(args["address"], Address) if args["address"] else None
    return {
        "status": "processing" if free else "pending",
        "currency": source["currency"],
        "customer_id": source["customer_id"],
        "billing": billing,
        "shipping": write_address(address) if address else {},
        "line_items": [
            {"product_id": int(one["variant"]), "quantity": one["quantity"], **(_FREE if free else {})}
            for one in args["lines"]
        ],
        "shipping_lines": [
            {
                "method_id": one["method_id"],
                "method_title": one["method_title"],
                "total": "0.00" if free else one["total"],
            }
            for one in source["shipping_lines"]
        ],
    }


async def create_draft(session: Session, args: Args, key: str) -> Effect:
    """Makes an order that waits for its payment, and gives the address where it can be paid; once per key.

    A discount is taken off after WooCommerce has priced the lines, which goes on where it was left.
    """
    wanted = msgspec.convert(args, CreateDraft)
    there = await _find_order(session, key)
    if there is None:
        body: Node = {
            "status": "pending",
            "line_items": [
                {"product_id": int(one.variant), "quantity": one.quantity} for one in wanted.lines
            ],
        }
        if wanted.customer:
            body["customer_id"] = int(wanted.customer)
        if wanted.address:
            body["shipping"] = write_address(wanted.address)
        if wanted.email:
            body["billing"] = {"email": wanted.email}
        there = await _create(session, body, key, wanted.note)
    lines = _lines_to_reduce(there, wanted.percent_off)
    if lines:
        there = (await ask(session, "PUT", f"orders/{there['id']}", body={"line_items": lines})).data
    return _effect_of(there)


async def find_draft(session: Session, args: Args, key: str) -> Effect | None:
    """Looks for the order with the key, which must have its discount."""
    there = await _find_order(session, key)
    if there is None or _lines_to_reduce(there, args["percent_off"]):
        return None
    return _effect_of(there)


def _lines_to_reduce(node: Node, percent: int) -> list[Node]:
    currency, found = node["currency"], []
    for line in node["line_items"]:
        before = to_minor(line["subtotal"], currency)
        total = before - before * percent // 100
        if to_minor(line["total"], currency) != total:
            prices = {"subtotal": line["subtotal"], "total": write_amount(total, currency)}
            found.append({"id": line["id"], "quantity": line["quantity"], **prices})
    return found


async def _create(session: Session, body: Node, key: str, note: str) -> Node:
    made: Node = (
        await ask(session, "POST", "orders", body={**body, "meta_data": [{"key": KEY, "value": key}]})
    ).data
    if note:
        try:
            await ask(session, "POST", f"orders/{made['id']}/notes", body={"note": note})
        except Failure:
            # The order is there; a note less is no reason to doubt it.
            return made
    return made


async def _find_order(session: Session, key: str) -> Node | None:
    """Looks through the orders made since the act was planned, for meta fields cannot be searched.

    Raises Refused when there are too many.
    """
    asked: Args = {
        "after": write_time(_planned_at(session, key) - _SKEW),
        "dates_are_gmt": True,
        "per_page": PER_PAGE,
        "orderby": "id",
        "order": "asc",
    }
    for page in range(1, _MOST_PAGES + 1):
        nodes: list[Node] = (await ask(session, "GET", "orders", {**asked, "page": page})).data
        found = next((one for one in nodes if find_meta(one["meta_data"], KEY) == key), None)
        if found is not None or len(nodes) < PER_PAGE:
            return found
    raise Refused("The store has too many new orders to look through.")


def _planned_at(session: Session, key: str) -> datetime:
    """A key begins with the id of its act, in which the time stands (RFC 9562, version 7)."""
    try:
        known = UUID(key.partition(":")[0])
    except ValueError:
        known = None
    if known is None or known.version != 7:
        return session.link.clock.now() - _LONGEST_WAIT
    return datetime.fromtimestamp((known.int >> 80) / 1000, UTC)


def _effect_of(node: Node) -> Effect:
    details = {"number": f"#{node['number']}", "total": to_minor(node["total"], node["currency"])}
    if node.get("needs_payment"):
        details["invoice_url"] = node["payment_url"]
    return Effect(external_id=str(node["id"]), currency=node["currency"], details=details)


async def create_discount(session: Session, args: Args, key: str) -> Effect:
    """Makes a coupon; raises Refused when the code is taken, or shall be valid only later."""
    there = await find_discount(session, args, key)
    if there is not None:
        return there
    wanted = msgspec.convert(args, CreateDiscount)
    if wanted.starts_at is not None and wanted.starts_at > session.link.clock.now():
        raise Refused("WooCommerce's coupons are valid at once.")
    made = (await ask(session, "POST", "coupons", body=await _build_coupon(session, wanted, key))).data
    return Effect(external_id=str(made["id"]), details={"code": made["code"]})


async def _build_coupon(session: Session, wanted: CreateDiscount, key: str) -> Node:
    currency = await find_currency(session)
    amount = str(wanted.percent) if wanted.percent else write_amount(wanted.amount, currency)
    body: Node = {
        "code": wanted.code,
        "discount_type": "percent" if wanted.percent else "fixed_cart",
        "amount": amount,
        "free_shipping": wanted.free_shipping,
        "meta_data": [{"key": KEY, "value": key}],
    }
    if wanted.uses is not None:
        body["usage_limit"] = wanted.uses
    if wanted.once_per_customer:
        body["usage_limit_per_user"] = 1
    if wanted.ends_at is not None:
        body["date_expires_gmt"] = write_time(wanted.ends_at)
    if wanted.least_subtotal:
        body["minimum_amount"] = write_amount(wanted.least_subtotal, currency)
    return body


async def find_discount(session: Session, args: Args, key: str) -> Effect | None:
    """Looks for the coupon with the code, which must have our key; WooCommerce writes codes in lower case."""
    nodes = (await ask(session, "GET", "coupons", {"code": args["code"]})).data
    found = next((one for one in nodes if find_meta(one["meta_data"], KEY) == key), None)
    return Effect(external_id=str(found["id"]), details={"code": found["code"]}) if found else None
