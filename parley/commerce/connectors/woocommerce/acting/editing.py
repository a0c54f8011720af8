"""Edits, addresses, cancellations and notes of orders: found again by how the order looks, a note by the key in it."""

from typing import Any

import msgspec

from parley.commerce.connectors.woocommerce.client import Session, ask
from parley.commerce.connectors.woocommerce.fetching import fetch_node, get_order_node
from parley.commerce.connectors.woocommerce.mapping import (
    Node,
    build_address,
    html_text,
    to_minor,
    write_address,
    write_amount,
)
from parley.commerce.model import Address
from parley.commerce.ports import Effect
from parley.kit.failures import Refused

EDITABLE = frozenset({"pending", "on-hold", "checkout-draft", "processing"})
Args = dict[str, Any]


async def edit_order(session: Session, args: Args, _key: str) -> Effect:
    """Brings lines to their quantities and variants to their totals; an order that is so already is left alone.

    Raises Refused for an order that is past editing, and for a paid one that would cost more than before.
    """
    node = await get_order_node(session, args["order"])
    if node["status"] not in EDITABLE:
        raise Refused(f"An order that is {node['status']} cannot be edited.")
    lines = [*_changed_lines(node, args), *_added_lines(node, args)]
    if lines:
        if node["date_paid_gmt"]:
            await _refuse_dearer(session, node, lines, args)
        node = (await ask(session, "PUT", f"orders/{args['order']}", body={"line_items": lines})).data
    total = to_minor(node["total"], args["currency"])
    return Effect(
        external_id=args["order"],
        currency=args["currency"],
        details={"changed": bool(lines), "total": total, "outstanding": max(0, total - args["total"])},
    )


async def find_edit(session: Session, args: Args, _key: str) -> Effect | None:
    """Looks whether the order is as the edit wanted it."""
    node = await get_order_node(session, args["order"])
    if _changed_lines(node, args) or _added_lines(node, args):
        return None
    total = to_minor(node["total"], args["currency"])
    return Effect(external_id=args["order"], currency=args["currency"], details={"total": total})


def _changed_lines(node: Node, args: Args) -> list[Node]:
    """Lines that have another quantity than they shall; WooCommerce leaves the prices of such lines to us."""
    there = {str(line["id"]): line for line in node["line_items"]}
    found: list[Node] = []
    for known, quantity in args["quantities"].items():
        line = there.get(known)
        if line is None and quantity:
            raise Refused("The order has no such line any more.")
        if line is None or int(line["quantity"]) == quantity:
            continue
        if quantity == 0:
            found.append({"id": line["id"], "quantity": 0})
            continue
        prices = {name: _scale(line, name, quantity, node["currency"]) for name in ("subtotal", "total")}
        found.append({"id": line["id"], "quantity": quantity, **prices})
    return found


def _scale(line: Node, name: str, quantity: int, currency: str) -> str:
    before = int(line["quantity"])
    amount = to_minor(line[name], currency) * quantity
    return write_amount((amount * 2 + before) // (before * 2), currency)


def _added_lines(node: Node, args: Args) -> list[Node]:
    """The product's id may be a variation's; WooCommerce finds out whose it is."""
    have: dict[str, int] = {}
    for line in node["line_items"]:
        variant = str(line["variation_id"] or line["product_id"])
        quantity = args["quantities"].get(str(line["id"]), int(line["quantity"]))
        have[variant] = have.get(variant, 0) + quantity
    return [
        {"product_id": int(variant), "quantity": want - have.get(variant, 0)}
        for variant, want in args["totals"].items()
        if want > have.get(variant, 0)
    ]


async def _refuse_dearer(session: Session, node: Node, lines: list[Node], args: Args) -> None:
    """WooCommerce cannot collect a difference for an order that is paid."""
    currency, taxed = node["currency"], node["prices_include_tax"]
    there = {line["id"]: line for line in node["line_items"]}
    total = to_minor(node["total"], currency)
    for line in lines:
        if "id" not in line:
            total += line["quantity"] * await load_price(session, str(line["product_id"]), currency)
            continue
        old = there[line["id"]]
        worth = to_minor(old["total"], currency) + (to_minor(old["total_tax"], currency) if taxed else 0)
        total += worth * (line["quantity"] - int(old["quantity"])) // int(old["quantity"])
    if total > args["total"]:
        more = write_amount(total - args["total"], currency)
        raise Refused(f"It would cost {more} {currency} more, and WooCommerce cannot collect the difference.")


async def load_price(session: Session, variant: str, currency: str) -> int:
    """Gives what a product or variation costs now; raises Refused when it is gone."""
    try:
        node = (await ask(session, "GET", f"products/{int(variant)}")).data
    except ValueError as failure:
        raise Refused("The store has no such product.") from failure
    return to_minor(node["price"], currency)


async def change_address(session: Session, args: Args, _key: str) -> Effect:
    """Sets the shipping address; WooCommerce reckons the taxes anew."""
    address = write_address(msgspec.convert(args["address"], Address))
    await ask(session, "PUT", f"orders/{args['order']}", body={"shipping": address})
    return Effect(external_id=args["order"], currency=args["currency"])


async def find_address(session: Session, args: Args, _key: str) -> Effect | None:
    """Looks whether the order has the address; spelling that the store changes does not count."""
    node = await get_order_node(session, args["order"])
    if _folded(build_address(node["shipping"])) != _folded(msgspec.convert(args["address"], Address)):
        return None
    return Effect(external_id=args["order"], currency=args["currency"])


def _folded(address: Address) -> list[str]:
    plain = msgspec.structs.replace(address, phone="")
    return ["".join(str(part).split()).casefold() for part in msgspec.structs.astuple(plain)]


async def cancel_order(session: Session, args: Args, key: str) -> Effect:
    """Cancels the order, by which WooCommerce takes its pieces back into stock; one cancelled already is left alone."""
    there = await find_cancellation(session, args, key)
    if there is not None:
        return there
    await ask(session, "PUT", f"orders/{args['order']}", body={"status": "cancelled"})
    return Effect(external_id=args["order"], currency=args["currency"])


async def find_cancellation(session: Session, args: Args, _key: str) -> Effect | None:
    """Looks whether the order is cancelled."""
    node = await fetch_node(session, "order", args["order"])
    if node is None:
        raise Refused("The order is gone.")
    if node["status"] != "cancelled":
        return None
    return Effect(external_id=args["order"], currency=args["currency"])


async def write_note(session: Session, args: Args, key: str) -> Effect:
    """Writes an internal note at the order, once per key."""
    there = await find_note(session, args, key)
    if there is not None:
        return there
    body = {"note": f"{args['text']}\n{_mark(key)}", "customer_note": False}
    made = (await ask(session, "POST", f"orders/{args['order']}/notes", body=body)).data
    return Effect(external_id=str(made["id"]), currency=args["currency"])


async def find_note(session: Session, args: Args, key: str) -> Effect | None:
    """Looks for the note with the key."""
    notes = (await ask(session, "GET", f"orders/{args['order']}/notes", {"type": "internal"})).data
    found = next((one for one in notes if _mark(key) in html_text(one["note"])), None)
    return Effect(external_id=str(found["id"]), currency=args["currency"]) if found else None


def _mark(key: str) -> str:
    return f"[parley:{key}]"
