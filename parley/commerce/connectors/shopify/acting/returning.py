"""Returns and exchanges: the key stands in the note of every line that comes back."""

from typing import Any

from parley.commerce.connectors.shopify.client import Session, ask, check_errors
from parley.commerce.connectors.shopify.fetching import collect
from parley.commerce.connectors.shopify.mapping import Node
from parley.commerce.connectors.shopify.marks import add_mark, find_mark
from parley.commerce.ports import Effect
from parley.kit.failures import Refused

_LONGEST_NOTE = 255


async def open_return(session: Session, args: dict[str, Any], key: str) -> Effect:
    """Opens a return, with what goes out instead; one with the key that is there is given again."""
    there = await find_return(session, args, key)
    if there is not None:
        return there
    asked = {
        "orderId": args["order"],
        "returnLineItems": await _build_lines(session, args, key),
        "exchangeLineItems": [
            {"variantId": one["variant"], "quantity": one["quantity"]} for one in args["exchange"]
        ],
    }
    answer = await ask(session, "return_create", {"input": asked})
    return _effect_of(check_errors(answer["returnCreate"])["return"])


async def find_return(session: Session, args: dict[str, Any], key: str) -> Effect | None:
    """Looks through the returns of the order for the key."""
    asked: Node = {"id": args["order"], "first": 20, "few": 10, "after": None}
    while True:
        order = (await ask(session, "order_returns", asked))["order"]
        if order is None:
            raise Refused("The order is gone.")
        for node in order["returns"]["nodes"]:
            notes = (item["returnReasonNote"] for item in node["returnLineItems"]["nodes"])
            if any(find_mark(note) == key for note in notes):
                return _effect_of(node)
        if not order["returns"]["pageInfo"]["hasNextPage"]:
            return None
        asked["after"] = order["returns"]["pageInfo"]["endCursor"]


async def _build_lines(session: Session, args: dict[str, Any], key: str) -> list[Node]:
    """Takes the pieces from the fulfilments that they went out with."""
    asked = {"id": args["order"], "first": 3, "few": 50}
    fulfilments = await collect(session, "returnable", "returnableFulfillments", asked)
    items = [item for one in fulfilments for item in one["returnableFulfillmentLineItems"]["nodes"]]
    reasons = await _load_reasons(session)
    lines: list[Node] = []
    for gid, quantity in args["pieces"].items():
        left = quantity
        said = args["reasons"].get(gid, "")
        note = ": ".join(part for part in (said, args["note"]) if part)
        for item in items:
            part = min(left, item["quantity"])
            if part > 0 and item["fulfillmentLineItem"]["lineItem"]["id"] == gid:
                line: Node = {
                    "fulfillmentLineItemId": item["fulfillmentLineItem"]["id"],
                    "quantity": part,
                    "returnReasonNote": add_mark(note, key, _LONGEST_NOTE),
                }
                reason = reasons.get(_folded(said)) or reasons.get("other")
                if reason is not None:
                    line["returnReasonDefinitionId"] = reason
                lines.append(line)
                left -= part
        if left > 0:
            raise Refused("Shopify does not take so many pieces back.")
    return lines


async def _load_reasons(session: Session) -> dict[str, str]:
    """The store's reasons, by handle and by name."""
    nodes = (await ask(session, "return_reasons", {"first": 100}))["returnReasonDefinitions"]["nodes"]
    alive = [node for node in nodes if not node["deleted"]]
    names = {_folded(node["name"]): node["id"] for node in alive}
    return {**names, **{_folded(node["handle"]): node["id"] for node in alive}}


def _folded(text: str) -> str:
    return " ".join(text.replace("_", " ").replace("-", " ").split()).casefold()


def _effect_of(node: Node) -> Effect:
    return Effect(external_id=node["id"], details={"number": node["name"], "status": node["status"].lower()})
