"""Reading one thing as it is now, with everything that belongs to it."""

from typing import Any

from parley.commerce.connectors.woocommerce.client import GoneError, Session, ask, find_currency
from parley.commerce.connectors.woocommerce.mapping import Node, build_customer, build_product
from parley.commerce.connectors.woocommerce.orders import NO_ORDER, build_order
from parley.commerce.connectors.woocommerce.settings import build_base_url
from parley.commerce.model import AnySnapshot, Kind, StoreOrder
from parley.kit.failures import Refused

PER_PAGE = 100
FOLDERS: dict[str, str] = {"order": "orders", "product": "products", "customer": "customers"}


async def fetch_snapshot(session: Session, kind: Kind, external_id: str) -> AnySnapshot | None:
    """Gives an order, product or customer; None when it is gone or lies in the bin."""
    node = await fetch_node(session, kind, external_id)
    return None if node is None else await complete(session, kind, node)


async def fetch_node(session: Session, kind: str, external_id: str) -> Node | None:
    """Gives something as the API shows it."""
    if kind not in FOLDERS or not external_id.isdigit():
        raise Refused("WooCommerce knows no such thing.")
    try:
        node: Node = (await ask(session, "GET", f"{FOLDERS[kind]}/{external_id}")).data
    except GoneError:
        return None
    if kind == "order" and node["status"] in NO_ORDER:
        return None
    if kind == "product":
        if node["status"] in NO_ORDER:
            return None
        if node["type"] == "variation" and node["parent_id"]:
            return await fetch_node(session, kind, str(node["parent_id"]))
    return node


async def complete(session: Session, kind: Kind, node: Node) -> AnySnapshot:
    """Adds what the list leaves out (refunds of an order, variations of a product) and maps it."""
    if kind == "order":
        return await complete_order(session, node)
    if kind == "product":
        variations: list[Node] = []
        if node["type"] == "variable":
            variations = await list_all(session, f"products/{node['id']}/variations")
        return build_product(node, variations, await find_currency(session))
    return build_customer(node)


async def complete_order(session: Session, node: Node) -> StoreOrder:
    """Adds the refunds to an order, which tells only their sums itself, and maps it."""
    refunds = await list_all(session, f"orders/{node['id']}/refunds") if node["refunds"] else []
    return build_order(node, refunds, build_base_url(session.settings))


async def get_order_node(session: Session, external_id: str) -> Node:
    """Gives an order as the API shows it; raises Refused when it is gone."""
    node = await fetch_node(session, "order", external_id)
    if node is None:
        raise Refused("The order is gone.")
    return node


async def list_all(session: Session, path: str, params: dict[str, Any] | None = None) -> list[Node]:
    """Gives all of a short list, by id; one that changes in between is read once more."""
    asked = {**(params or {}), "per_page": PER_PAGE, "orderby": "id", "order": "asc"}
    nodes: list[Node] = []
    for _ in range(3):
        nodes, page, total = [], 1, None
        while True:
            found = await ask(session, "GET", path, {**asked, "page": page})
            nodes += found.data
            changed = total is not None and found.total != total
            total = found.total
            if changed or len(found.data) < PER_PAGE:
                break
            page += 1
        if total is None or len(nodes) >= total:
            break
    return nodes
