"""Reading everything of a kind, page by page, so that nothing is skipped while the store goes on working.

The API has only numbered pages, which shift when something before them is deleted or changed. Orders and products are
therefore asked for from a second on: the back-fill by the time of their creation, which never changes, the
reconciliation by the time of their last change. Each page begins at the second at which the last one ended. A second
that fills a whole page by itself is read by number, and once more from its beginning when it has lost something.
Customers have no such times; there the place of the last one read is looked for again, see `_read_by_id`.
"""

from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from typing import Any

from parley.commerce.connectors.woocommerce.client import Session, ask
from parley.commerce.connectors.woocommerce.fetching import FOLDERS, PER_PAGE, complete
from parley.commerce.connectors.woocommerce.mapping import Node, read_time, write_time
from parley.commerce.connectors.woocommerce.orders import NO_ORDER
from parley.commerce.model import Kind
from parley.commerce.ports import Page
from parley.kit.failures import Refused

SECOND = timedelta(seconds=1)
FEW = 2_000
"""So many customers are read whole at a reconciliation; of more only those who are new."""

Position = dict[str, Any]


def read_pages(
    session: Session, kind: Kind, position: Position | None, since: datetime | None
) -> AsyncIterator[Page]:
    """Reads everything of a kind, or what was changed at or after `since`."""
    if kind not in FOLDERS:
        raise Refused(f"WooCommerce knows no such thing: {kind}.")
    if kind == "customer":
        return _read_customers(session, position, since)
    return _read_by_time(session, kind, position, since)


async def _read_by_time(
    session: Session, kind: Kind, position: Position | None, since: datetime | None
) -> AsyncIterator[Page]:
    place: Position | None = position or {"at": write_time(since) if since else None, "page": 0}
    while place is not None:
        nodes, following, total = await _read_from(session, kind, place, by_change=since is not None)
        # Of the second in which the last page ended, what was read then comes again.
        fresh = [node for node in nodes if node["id"] not in set(place.get("seen", ()))]
        items = [await complete(session, kind, node) for node in fresh if node["status"] not in NO_ORDER]
        yield Page(items=items, position=following, total=total if position is None else None)
        position = place = following


async def _read_from(
    session: Session, kind: Kind, place: Position, *, by_change: bool
) -> tuple[list[Node], Position | None, int | None]:
    """Gives the nodes of a page, the place that follows, and how many there are from here on."""
    if place["page"]:
        return await _read_second(session, kind, place, by_change=by_change)
    after, _, field = _names(by_change=by_change)
    asked = {"orderby": "modified" if by_change else "date", **_bounds(after, place["at"], -SECOND)}
    nodes, total = await _list(session, kind, asked)
    if len(nodes) < PER_PAGE:
        return nodes, None, total
    last = _second_of(nodes[-1], field)
    if last == place["at"]:
        return [], {"at": last, "page": 1}, total
    ended = [] if by_change else [node["id"] for node in nodes if _second_of(node, field) == last]
    return nodes, {"at": last, "page": 0, "seen": ended}, total


async def _read_second(
    session: Session, kind: Kind, place: Position, *, by_change: bool
) -> tuple[list[Node], Position | None, int | None]:
    """Reads a second that holds more than a page, in the order of the ids."""
    after, before, _ = _names(by_change=by_change)
    bounds = {**_bounds(after, place["at"], -SECOND), **_bounds(before, place["at"], SECOND)}
    nodes, total = await _list(session, kind, {"orderby": "id", "page": place["page"], **bounds})
    if total is not None and total < place.get("left", total):
        return [], {"at": place["at"], "page": 1}, None
    if len(nodes) == PER_PAGE:
        return nodes, {"at": place["at"], "page": place["page"] + 1, "left": total}, None
    following = write_time(_read(place["at"]) + SECOND)
    return nodes, {"at": following, "page": 0}, None


def _names(*, by_change: bool) -> tuple[str, str, str]:
    """The parameters that bound the time, and the field they speak of."""
    if by_change:
        return "modified_after", "modified_before", "date_modified_gmt"
    return "after", "before", "date_created_gmt"


def _bounds(name: str, at: str | None, by: timedelta) -> dict[str, Any]:
    """A bound is not part of what it bounds, so it lies a second beside."""
    return {name: write_time(_read(at) + by), "dates_are_gmt": True} if at else {}


def _read(at: str) -> datetime:
    found = read_time(at)
    if found is None:
        raise Refused("The store gave no time.")
    return found


def _second_of(node: Node, field: str) -> str:
    return write_time(_read(node[field] or ""))


async def _list(session: Session, kind: Kind, asked: dict[str, Any]) -> tuple[list[Node], int | None]:
    found = await ask(
        session, "GET", FOLDERS[kind], {"per_page": PER_PAGE, "order": "asc", "status": "any", **asked}
    )
    return found.data, found.total


async def _read_customers(
    session: Session, position: Position | None, since: datetime | None
) -> AsyncIterator[Page]:
    place: Position | None = position or {"offset": 0, "last": 0}
    first = position is None
    while place is not None:
        if "new" in place and since is not None:
            nodes, following, total = await _read_newest(session, place, since)
        else:
            nodes, following, total = await _read_by_id(session, place)
        if first and since is not None and (total or 0) > FEW:
            place, first = {"new": 1}, False
            continue
        items = [await complete(session, "customer", node) for node in nodes]
        yield Page(items=items, position=following, total=total if first else None)
        place, first = following, False


async def _read_by_id(session: Session, place: Position) -> tuple[list[Node], Position | None, int | None]:
    """Reads on behind the last id; when somebody before it was deleted, its place is further to the front."""
    offset, last = max(0, int(place["offset"]) - 1), int(place["last"])
    while True:
        asked: Position = {"orderby": "id", "order": "asc", "per_page": PER_PAGE, "offset": offset}
        found = await ask(session, "GET", "customers", asked)
        nodes: list[Node] = found.data
        if offset == 0 or (nodes and nodes[0]["id"] <= last):
            break
        offset = max(0, offset - PER_PAGE)
    fresh = [node for node in nodes if node["id"] > last]
    if len(nodes) < PER_PAGE:
        return fresh, None, found.total
    return fresh, {"offset": offset + len(nodes), "last": nodes[-1]["id"]}, found.total


async def _read_newest(
    session: Session, place: Position, since: datetime
) -> tuple[list[Node], Position | None, int | None]:
    """Reads who has registered since, the newest first; who comes meanwhile shifts the pages so that some come twice."""
    asked = {"orderby": "registered_date", "order": "desc", "per_page": PER_PAGE, "page": place["new"]}
    nodes = (await ask(session, "GET", "customers", asked)).data
    fresh = [node for node in nodes if (read_time(node["date_created_gmt"]) or since) >= since]
    if len(fresh) < PER_PAGE:
        return fresh, None, None
    return fresh, {"new": place["new"] + 1}, None
