"""Fetches one thing with everything that belongs to it, however many pages that takes."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from parley.commerce.connectors.shopify.client import Session, TooCostlyError, ask
from parley.commerce.connectors.shopify.mapping import (
    Node,
    build_customer,
    build_product,
    build_subscription,
)
from parley.commerce.connectors.shopify.orders import build_order
from parley.commerce.connectors.shopify.settings import build_base_url
from parley.commerce.model import AnySnapshot, Kind, StoreOrder
from parley.kit.failures import Refused

MOST = 250


@dataclass(frozen=True, slots=True)
class Sizes:
    """How much is asked for at once: lines of an order, fulfilments or refunds or returns, and lines of those."""

    lines: int = 25
    many: int = 5
    few: int = 10

    def halved(self) -> "Sizes":
        """Gives half of everything; raises Refused when it is already as small as can be."""
        if (self.lines, self.many, self.few) == (1, 1, 1):
            raise Refused("The store finds even the smallest question too costly.")
        return Sizes(max(1, self.lines // 2), max(1, self.many // 2), max(1, self.few // 2))


async def fetch_order(session: Session, external_id: str) -> StoreOrder | None:
    """Gives an order as it is now, None when it is gone."""
    node = await _load_order(session, external_id)
    if node is None:
        return None
    await _add_rest(session, node, "lineItems", "order_lines", "order")
    await _add_rest(session, node, "returns", "order_returns", "order", few=10)
    for kind, name, parts in (
        ("fulfillment", "fulfillmentLineItems", node["fulfillments"]),
        ("refund", "refundLineItems", node["refunds"]),
        ("return", "returnLineItems", node["returns"]["nodes"]),
    ):
        for part in parts:
            await _add_rest(session, part, name, f"{kind}_lines", kind)
    return build_order(node, f"{build_base_url(session.settings)}/admin")


async def _load_order(session: Session, external_id: str) -> Node | None:
    """Fulfilments and refunds are lists without pages, so they are asked for in larger numbers when they are full."""
    sizes = Sizes()
    for _ in range(16):
        try:
            asked = {"id": external_id, "lines": sizes.lines, "many": sizes.many, "few": sizes.few}
            node: Node | None = (await ask(session, "order", asked))["order"]
        except TooCostlyError:
            sizes = sizes.halved()
            continue
        if node is None:
            return None
        sent = (node["fulfillmentsCount"] or {}).get("count", 0)
        full = len(node["fulfillments"]) < sent or len(node["refunds"]) >= sizes.many
        if not full or sizes.many == MOST:
            return node
        # More of the lists, and for that less of what stands in them: that has pages.
        sizes = Sizes(1, min(MOST, max(sent, sizes.many * 2)), 1)
    raise Refused("The order has more parts than the store lets be read at once.")


async def _add_rest(
    session: Session, node: Node, connection: str, operation: str, root: str, *, few: int = 0
) -> None:
    """Reads on in a connection until its end and adds the nodes to those there are."""
    found, first = node[connection], 50
    while found["pageInfo"]["hasNextPage"]:
        asked: Node = {"id": node["id"], "first": first, "after": found["pageInfo"]["endCursor"]}
        if few:
            asked["few"] = few
        try:
            parent = (await ask(session, operation, asked))[root]
        except TooCostlyError:
            if first == 1:
                raise Refused("The store finds even the smallest question too costly.") from None
            first //= 2
            continue
        if parent is None:
            raise Refused("It was deleted while it was being read.")
        found["nodes"].extend(parent[connection]["nodes"])
        found["pageInfo"] = parent[connection]["pageInfo"]


async def _fetch_product(session: Session, external_id: str) -> AnySnapshot | None:
    node = await _load_lined(session, "product", "product", external_id)
    if node is None:
        return None
    await _add_rest(session, node, "variants", "product_variants", "product")
    return build_product(node)


async def _fetch_customer(session: Session, external_id: str) -> AnySnapshot | None:
    node = (await ask(session, "customer", {"id": external_id}))["customer"]
    return None if node is None else build_customer(node)


async def _fetch_subscription(session: Session, external_id: str) -> AnySnapshot | None:
    node = await _load_lined(session, "contract", "subscriptionContract", external_id)
    if node is None:
        return None
    await _add_rest(session, node, "lines", "contract_lines", "subscriptionContract")
    return build_subscription(node)


async def _load_lined(session: Session, operation: str, root: str, external_id: str) -> Node | None:
    sizes = Sizes(lines=50)
    while True:
        try:
            found = (await ask(session, operation, {"id": external_id, "lines": sizes.lines}))[root]
        except TooCostlyError:
            sizes = sizes.halved()
            continue
        return None if found is None else dict(found)


_FETCHERS: dict[str, Callable[[Session, str], Awaitable[AnySnapshot | None]]] = {
    "order": fetch_order,
    "product": _fetch_product,
    "customer": _fetch_customer,
    "subscription": _fetch_subscription,
}


async def fetch_snapshot(session: Session, kind: Kind, external_id: str) -> AnySnapshot | None:
    """Gives something as it is now, None when it is gone."""
    return await _FETCHERS[kind](session, external_id)


async def collect(session: Session, operation: str, root: str, asked: dict[str, Any]) -> list[Node]:
    """Gives all nodes of a root connection, page by page."""
    nodes: list[Node] = []
    after: str | None = None
    while True:
        found = (await ask(session, operation, {**asked, "after": after}))[root]
        nodes.extend(found["nodes"])
        if not found["pageInfo"]["hasNextPage"]:
            return nodes
        after = found["pageInfo"]["endCursor"]
