"""Draft orders, replacements and discount codes: found again by a tag, or by their title."""

from typing import Any

import msgspec

from parley.commerce.connectors.shopify.client import Session, ask, check_errors
from parley.commerce.connectors.shopify.mapping import Node, write_address, write_amount, write_time
from parley.commerce.connectors.shopify.marks import build_tag
from parley.commerce.intents import CreateDiscount
from parley.commerce.model import Address
from parley.commerce.ports import Effect
from parley.kit.failures import Refused

_RECENT = 100


async def create_draft(session: Session, args: dict[str, Any], key: str) -> Effect:
    """Makes a draft order that the customer can pay; one with the key that is there is given again."""
    return _effect_of_draft(await _ensure_draft(session, args, key))


async def find_draft(session: Session, _args: dict[str, Any], key: str) -> Effect | None:
    """Looks for the draft order with the key."""
    draft = await _find_draft(session, key)
    return _effect_of_draft(draft) if draft is not None else None


async def duplicate_order(session: Session, args: dict[str, Any], key: str) -> Effect:
    """Makes the order again: completed at once for nothing, or as a draft to be paid.

    A draft that is there is completed, so that a crash between the two calls leaves no second one.
    """
    if not args["free"]:
        return await create_draft(session, args, key)
    draft = await _ensure_draft(session, {**args, "percent_off": 100}, key)
    if draft["status"] != "COMPLETED":
        answer = await ask(session, "draft_complete", {"id": draft["id"]})
        draft = check_errors(answer["draftOrderComplete"])["draftOrder"]
    return _effect_of_order(draft)


async def find_duplicate(session: Session, args: dict[str, Any], key: str) -> Effect | None:
    """Looks for the replacement with the key; a draft that was not completed is none yet."""
    draft = await _find_draft(session, key)
    if draft is None:
        return None
    if not args["free"]:
        return _effect_of_draft(draft)
    return _effect_of_order(draft) if draft["status"] == "COMPLETED" else None


async def _ensure_draft(session: Session, args: dict[str, Any], key: str) -> Node:
    there = await _find_draft(session, key)
    if there is not None:
        return there
    answer = await ask(session, "draft_create", {"input": _build_draft(args, key)})
    return dict(check_errors(answer["draftOrderCreate"])["draftOrder"])


async def _find_draft(session: Session, key: str) -> Node | None:
    """Looks by the tag and among the newest, for the search index may be a little behind."""
    tag = build_tag(key)
    for asked in ({"first": 5, "query": f"tag:'{tag}'"}, {"first": _RECENT, "query": None}):
        for node in (await ask(session, "drafts", asked))["draftOrders"]["nodes"]:
            if tag in node["tags"]:
                return dict(node)
    return None


def _build_draft(args: dict[str, Any], key: str) -> Node:
    found: Node = {
        "lineItems": [{"variantId": line["variant"], "quantity": line["quantity"]} for line in args["lines"]],
        "tags": [build_tag(key)],
        "note": args["note"],
    }
    if args["email"]:
        found["email"] = args["email"]
    if args["customer"]:
        found["purchasingEntity"] = {"customerId": args["customer"]}
    if args["address"]:
        found["shippingAddress"] = write_address(msgspec.convert(args["address"], Address))
    if args.get("percent_off"):
        found["appliedDiscount"] = {"value": float(args["percent_off"]), "valueType": "PERCENTAGE"}
    return found


def _effect_of_draft(draft: Node) -> Effect:
    return Effect(
        external_id=draft["id"],
        details={"number": draft["name"], "invoice_url": draft["invoiceUrl"] or ""},
    )


def _effect_of_order(draft: Node) -> Effect:
    order = draft["order"] or {}
    return Effect(
        external_id=order.get("id", ""),
        details={"number": order.get("name", ""), "draft": draft["id"]},
        pending=not order,
    )


async def create_discount(session: Session, args: dict[str, Any], key: str) -> Effect:
    """Makes a discount code; raises Refused when somebody else's code has the same name."""
    intent = msgspec.convert(args, CreateDiscount)
    shipping = intent.free_shipping
    root = "discountCodeFreeShippingCreate" if shipping else "discountCodeBasicCreate"
    operation = "discount_shipping_create" if shipping else "discount_create"
    answer = await ask(session, operation, {"discount": await _build_discount(session, intent, key)})
    node = check_errors(answer[root])["codeDiscountNode"]
    return Effect(external_id=node["id"], details={"code": intent.code})


async def find_discount(session: Session, args: dict[str, Any], key: str) -> Effect | None:
    """Looks for the code, and whether its title carries the key."""
    node = (await ask(session, "discount_by_code", {"code": args["code"]}))["codeDiscountNodeByCode"]
    if node is None or not str(node["codeDiscount"].get("title", "")).endswith(build_tag(key)):
        return None
    return Effect(external_id=node["id"], details={"code": args["code"]})


async def _build_discount(session: Session, intent: CreateDiscount, key: str) -> Node:
    currency = ""
    if intent.amount or intent.least_subtotal:
        currency = (await ask(session, "shop"))["shop"]["currencyCode"]
    starts_at = intent.starts_at or session.link.clock.now()
    found: Node = {
        "title": f"{intent.code} {build_tag(key)}",
        "code": intent.code,
        "startsAt": write_time(starts_at),
        "endsAt": write_time(intent.ends_at) if intent.ends_at else None,
        "usageLimit": intent.uses,
        "appliesOncePerCustomer": intent.once_per_customer,
        "context": {"all": "ALL"},
    }
    if intent.least_subtotal:
        least = write_amount(intent.least_subtotal, currency)
        found["minimumRequirement"] = {"subtotal": {"greaterThanOrEqualToSubtotal": least}}
    if intent.free_shipping:
        return {**found, "destination": {"all": True}}
    if bool(intent.percent) == bool(intent.amount) or not 0 <= intent.percent <= 100:
        raise Refused("A discount is a percentage, an amount, or free shipping.")
    value: Node = (
        {"percentage": intent.percent / 100}
        if intent.percent
        else {"discountAmount": {"amount": write_amount(intent.amount, currency), "appliesOnEachItem": False}}
    )
    return {**found, "customerGets": {"value": value, "items": {"all": True}}}
