"""Reads everything of a kind: all of it by a bulk operation, what has changed since a time by paged queries.

A position of a bulk operation is its id and the byte behind the last whole object that was given; the file is read
line by line and never held. Source: Shopify, "Perform bulk operations with the GraphQL Admin API".
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import msgspec

from parley.commerce.connectors.shopify.client import Session, ask, check_errors, load_operation
from parley.commerce.connectors.shopify.fetching import fetch_order, fetch_snapshot
from parley.commerce.connectors.shopify.mapping import (
    Node,
    build_customer,
    build_product,
    build_subscription,
    read_time,
    type_of,
    write_time,
)
from parley.commerce.connectors.shopify.orders import build_order, complete_from_lines
from parley.commerce.connectors.shopify.settings import SUBSCRIPTION_SCOPES, build_base_url
from parley.commerce.model import AnySnapshot, Kind
from parley.commerce.ports import Page
from parley.kit.failures import Misconfigured, Refused, Retry

PAGE = 100
POLLS = (0.5, 1.0, 2.0, 4.0, 8.0)
_PAUSE, _LEAST_PAUSE, _MOST_PAUSE = timedelta(seconds=30), timedelta(seconds=15), timedelta(hours=1)
_UNDONE = frozenset({"CREATED", "RUNNING", "CANCELING"})

Builder = Callable[[Session, Node], Awaitable[AnySnapshot | None]]


@dataclass(frozen=True, slots=True)
class Source:
    """Where a kind is read from: operation files, the root field, the connections by the types of their children."""

    name: str
    root: str
    connections: dict[str, str]
    build: Builder


async def _build_order(session: Session, node: Node) -> AnySnapshot | None:
    if complete_from_lines(node):
        return build_order(node, f"{build_base_url(session.settings)}/admin")
    return await fetch_order(session, node["id"])


async def _build_product(_session: Session, node: Node) -> AnySnapshot | None:
    return build_product(node)


async def _build_customer(_session: Session, node: Node) -> AnySnapshot | None:
    return build_customer(node)


async def _build_subscription(_session: Session, node: Node) -> AnySnapshot | None:
    return build_subscription(node)


_VARIANT_MEDIA = dict.fromkeys(("MediaImage", "Video", "ExternalVideo", "Model3d"), "media")
SOURCES: dict[str, Source] = {
    "order": Source(
        "orders",
        "orders",
        {"LineItem": "lineItems", "FulfillmentOrder": "fulfillmentOrders"},
        _build_order,
    ),
    "product": Source(
        "products", "products", {"ProductVariant": "variants", **_VARIANT_MEDIA}, _build_product
    ),
    "customer": Source("customers", "customers", {}, _build_customer),
    "subscription": Source(
        "contracts", "subscriptionContracts", {"SubscriptionLine": "lines"}, _build_subscription
    ),
}
# The connections that the objects of a file have although no child stood behind them.
_EMPTY = {
    "Order": ("lineItems", "fulfillmentOrders"),
    "Product": ("variants",),
    "ProductVariant": ("media",),
    "SubscriptionContract": ("lines",),
}


async def read_pages(
    session: Session, kind: Kind, position: dict[str, Any] | None, since: datetime | None
) -> AsyncIterator[Page]:
    """Gives the pages of a kind from a position on; see `StoreConnector.pages`."""
    if kind == "subscription" and not await _may_read_subscriptions(session):
        yield Page(items=[], position=None)
        return
    way = (position or {}).get("way", "changed" if since else "bulk")
    source = SOURCES[kind]
    pages = (
        _changed_pages(session, kind, source, position or {}, since)
        if way == "changed"
        else _bulk_pages(session, source, position or {})
    )
    async for page in pages:
        yield page


async def _may_read_subscriptions(session: Session) -> bool:
    scopes = (await ask(session, "shop"))["currentAppInstallation"]["accessScopes"]
    granted = {scope["handle"] for scope in scopes}
    return bool(granted & {"read_own_subscription_contracts", *SUBSCRIPTION_SCOPES})


async def _changed_pages(
    session: Session, kind: Kind, source: Source, position: dict[str, Any], since: datetime | None
) -> AsyncIterator[Page]:
    after = position.get("after")
    from_time = position.get("since") or (write_time(since) if since else None)
    query = f"updated_at:>='{from_time}'" if from_time else None
    while True:
        asked = {"first": PAGE // 2, "after": after, "query": query}
        found = (await ask(session, f"changed_{source.name}", asked))[source.root]
        items = [await fetch_snapshot(session, kind, node["id"]) for node in found["nodes"]]
        after = found["pageInfo"]["endCursor"]
        more = bool(found["pageInfo"]["hasNextPage"])
        yield Page(
            items=[item for item in items if item is not None],
            position={"way": "changed", "since": from_time, "after": after} if more else None,
        )
        if not more:
            return


async def _bulk_pages(session: Session, source: Source, position: dict[str, Any]) -> AsyncIterator[Page]:
    if "id" not in position:
        # The file shows the store as it was when it was begun, however much later it is read.
        began = session.link.clock.now().isoformat()
        position = {"way": "bulk", "id": await _start(session, source), "offset": 0, "at": began}
        # The id is to be kept before the waiting begins: it may take hours and several processes.
        yield Page(items=[], position=position)
    found = await _wait_until_done(session, position)
    if found is None or found["status"] != "COMPLETED":
        if found is not None and found["errorCode"] == "ACCESS_DENIED":
            raise Misconfigured("access_token", f"The app may not read the {source.name} of this store.")
        yield Page(items=[], position={"way": "bulk"})
        raise Retry(_PAUSE, "the store gave up the export, it is asked for anew")
    read_at, total = read_time(position.get("at")), int(found["rootObjectCount"])
    if not found["url"]:
        yield Page(items=[], position=None, read_at=read_at)
        return
    items: list[AnySnapshot] = []
    objects = read_objects(session, found["url"], int(position["offset"]), source.connections)
    async for node, behind in objects:
        item = await source.build(session, node)
        if item is not None:
            items.append(item)
        if len(items) >= PAGE:
            yield Page(items=items, position={**position, "offset": behind}, total=total, read_at=read_at)
            items = []
    yield Page(items=items, position=None, total=total, read_at=read_at)


async def _start(session: Session, source: Source) -> str:
    payload = (await ask(session, "bulk_start", {"query": load_operation(f"bulk_{source.name}")}))[
        "bulkOperationRunQuery"
    ]
    codes = {error.get("code") for error in payload["userErrors"]}
    if codes & {"OPERATION_IN_PROGRESS", "LIMIT_REACHED"}:
        raise Retry(timedelta(minutes=10), "the store is busy with other exports")
    return str(check_errors(payload)["bulkOperation"]["id"])


async def _wait_until_done(session: Session, position: dict[str, Any]) -> Node | None:
    """Looks a few times; raises Retry when it takes longer, so that no process waits.

    The pause grows with the time it has taken so far, for a large export takes hours and nobody tries for ever.
    """
    for pause in (*POLLS, None):
        asked = {"id": position["id"]}
        found: Node | None = (await ask(session, "bulk_operation", asked))["bulkOperation"]
        if found is None or found["status"] not in _UNDONE:
            return found
        if pause is not None:
            await asyncio.sleep(pause)
    began = read_time(position.get("at"))
    passed = session.link.clock.now() - began if began else timedelta(0)
    raise Retry(min(max(passed / 3, _LEAST_PAUSE), _MOST_PAUSE), "the store is preparing the export")


async def read_objects(
    session: Session, url: str, offset: int, connections: dict[str, str]
) -> AsyncIterator[tuple[Node, int]]:
    """Gives the objects of a bulk file with their children, each with the byte behind it.

    A connection that breaks is taken up again where it broke, as long as that gets anywhere.
    """
    while True:
        reached = offset
        try:
            async for node, behind in _read_once(session, url, offset, connections):
                yield node, behind
                offset = behind
        except Retry:
            if offset == reached:
                raise
        else:
            return


async def _read_once(
    session: Session, url: str, offset: int, connections: dict[str, str]
) -> AsyncIterator[tuple[Node, int]]:
    root: Node | None = None
    known: dict[str, Node] = {}
    behind = offset
    async for at, line in session.link.http.stream_lines(url, start=offset):
        if not line.strip():
            continue
        node = _read_line(line)
        parent = node.pop("__parentId", None)
        if parent is None:
            if root is not None:
                yield root, behind
            root, known = node, {}
        elif parent in known:
            _add_child(known[parent], node, connections)
        else:
            raise Refused("The export of the store is not grouped as it was asked for.")
        _add_empty(node)
        known[node["id"]] = node
        behind = at
    if root is not None:
        yield root, behind


def _read_line(line: bytes) -> Node:
    try:
        return msgspec.json.decode(line, type=dict[str, Any])
    except (msgspec.DecodeError, UnicodeDecodeError) as failure:
        # A line cut short is a connection that broke without a word.
        raise Retry(None, "the export of the store broke off") from failure


def _add_child(parent: Node, node: Node, connections: dict[str, str]) -> None:
    connection = connections.get(type_of(node["id"]))
    if connection is not None:
        parent.setdefault(connection, {"nodes": []})["nodes"].append(node)


def _add_empty(node: Node) -> None:
    for connection in _EMPTY.get(type_of(node["id"]), ()):
        node.setdefault(connection, {"nodes": []})
