"""Returns as queue, order and portal show them, and what a decision about one is made on."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec

from parley.commerce.model import StoreOrder
from parley.commerce.returns.deciding import Offer, Situation
from parley.commerce.returns.shapes import ReturnRow, ReturnView
from parley.kit.db import Transaction
from parley.kit.errors import NotFound
from parley.kit.files.links import FileLinks
from parley.kit.http.paging import Page, decode_id_cursor, encode_cursor

LINK_LIFE = timedelta(hours=12)
OPEN = ("requested", "approved", "in_transit", "received")
ROW = """
r.id, r.number, r.store_id, r.order_id, o.number AS order_number, o.customer_id, o.name, r.state, r.asked_by,
r.refund_amount, r.fee, r.currency, r.destination, r.error, r.created_at, r.approved_at, r.sent_at, r.received_at,
r.refunded_at, r.closed_at,
(SELECT coalesce(sum(l.quantity), 0)::int FROM return_lines l WHERE l.workspace_id = $1 AND l.return_id = r.id) AS items
"""
WHOLE = f"""
{ROW}, r.external_id, r.note, r.policy_id, r.decision, r.conversation_id, r.asked_by_id, r.approved_by,
r.approved_by_kind, r.label_file_id, r.language, s.number AS tracking_number, s.url AS tracking_url, s.carrier,
(SELECT coalesce(jsonb_agg(jsonb_build_object('line', l.line, 'title', l.title, 'quantity', l.quantity,
   'reason', l.reason, 'note', l.reason_note, 'resolution', l.resolution, 'exchange_variant', l.exchange_variant,
   'exchange_title', l.exchange_title, 'amount', l.amount,
   'photos', (SELECT coalesce(jsonb_agg(jsonb_build_object('id', f)), '[]') FROM unnest(l.file_ids) f))
   ORDER BY l.position), '[]')
 FROM return_lines l WHERE l.workspace_id = $1 AND l.return_id = r.id) AS lines
"""
SOURCE = """
FROM returns r JOIN orders o ON o.workspace_id = $1 AND o.id = r.order_id
"""
PARCEL = """
LEFT JOIN LATERAL (SELECT p.number, p.url, p.carrier FROM shipments p WHERE p.workspace_id = $1
  AND p.return_id = r.id AND p.direction = 'return' ORDER BY p.id DESC LIMIT 1) s ON true
"""
TRAITS = """
SELECT l.external_id, p.kind, p.tags FROM order_lines l
JOIN products p ON p.workspace_id = $1 AND p.store_id = $3 AND p.external_id = l.product_ref
WHERE l.workspace_id = $1 AND l.order_id = $2
"""
# What is exchanged is never counted as paid back by the store, so it stays counted here.
PENDING = """
SELECT l.line, sum(l.quantity)::int AS pieces FROM return_lines l
JOIN returns r ON r.workspace_id = $1 AND r.id = l.return_id
WHERE l.workspace_id = $1 AND r.order_id = $2 AND r.id IS DISTINCT FROM $3
  AND (r.state = ANY($4) AND r.refunded_at IS NULL OR l.resolution = 'exchange' AND r.state NOT IN ('declined', 'cancelled'))
GROUP BY l.line
"""
PROMISED = """
SELECT coalesce(sum(refund_amount), 0)::bigint FROM returns WHERE workspace_id = $1 AND order_id = $2
  AND id IS DISTINCT FROM $3 AND state = ANY($4) AND refunded_at IS NULL
"""
OFFERS = """
SELECT v.external_id, v.title, p.external_id AS product, v.price, v.stock,
       v.available AND p.status = 'active' AS available
FROM variants v JOIN products p ON p.workspace_id = $1 AND p.id = v.product_id AND p.deleted_at IS NULL
WHERE v.workspace_id = $1 AND v.store_id = $2 AND v.deleted_at IS NULL AND p.external_id = ANY($3)
ORDER BY v.product_id, v.position
"""


async def get_return(
    tx: Transaction,
    workspace_id: UUID,
    return_id: UUID,
    *,
    links: FileLinks | None = None,
    now: datetime | None = None,
) -> ReturnView:
    """Gives a return, with addresses of its files when `links` are given; raises NotFound."""
    row = await tx.fetchrow(
        f"SELECT {WHOLE} {SOURCE} {PARCEL} WHERE r.workspace_id = $1 AND r.id = $2", workspace_id, return_id
    )
    if row is None:
        raise NotFound("return")
    found = msgspec.convert(dict(row), ReturnView)
    if links is not None and now is not None:
        sign_files(found, workspace_id, links, now)
    return found


async def list_order_returns(tx: Transaction, workspace_id: UUID, order_ids: list[UUID]) -> list[ReturnView]:
    """Gives the returns of orders, newest first."""
    rows = await tx.fetch(
        f"""SELECT {WHOLE} {SOURCE} {PARCEL} WHERE r.workspace_id = $1 AND r.order_id = ANY($2)
            ORDER BY r.id DESC""",
        workspace_id,
        order_ids,
    )
    return [msgspec.convert(dict(row), ReturnView) for row in rows]


async def list_returns(
    tx: Transaction,
    workspace_id: UUID,
    limit: int,
    after: str | None,
    *,
    state: str | None = None,
    store_id: UUID | None = None,
    order_id: UUID | None = None,
    customer_id: UUID | None = None,
) -> Page[ReturnRow]:
    """Gives returns, newest first; `state` may be `open` for all that are not over."""
    states = list(OPEN) if state == "open" else [state] if state else None
    rows = await tx.fetch(
        f"""SELECT {ROW} {SOURCE} WHERE r.workspace_id = $1 AND ($2::uuid IS NULL OR r.id < $2)
            AND ($3::text[] IS NULL OR r.state = ANY($3)) AND ($4::uuid IS NULL OR r.store_id = $4)
            AND ($5::uuid IS NULL OR r.order_id = $5) AND ($6::uuid IS NULL OR o.customer_id = $6)
            ORDER BY r.id DESC LIMIT $7""",
        workspace_id,
        decode_id_cursor(after),
        states,
        store_id,
        order_id,
        customer_id,
        limit + 1,
    )
    found = [msgspec.convert(dict(row), ReturnRow) for row in rows]
    return Page(found[:limit], encode_cursor(found[limit - 1].id) if len(found) > limit else None)


def sign_files(found: ReturnView, workspace_id: UUID, links: FileLinks, now: datetime) -> None:
    """Fills in the addresses of photos and label."""
    until = now + LINK_LIFE
    for line in found.lines:
        for photo in line.photos:
            photo.url = links.sign(workspace_id, photo.id, until)
            photo.thumbnail_url = links.sign(workspace_id, photo.id, until, thumbnail=True)
    if found.label_file_id:
        found.label_url = links.sign(workspace_id, found.label_file_id, until)


async def load_situation(  # noqa: PLR0913 - what a decision is made on
    tx: Transaction,
    workspace_id: UUID,
    order_id: UUID,
    store_id: UUID,
    order: StoreOrder,
    *,
    now: datetime,
    version: int,
    most: int | None = None,
    without: UUID | None = None,
) -> Situation:
    """Gathers what a decision about an order's return is made on; `without` leaves one return out."""
    products = sorted({line.product_id for line in order.lines if line.product_id})
    traits = await tx.fetch(TRAITS, workspace_id, order_id, store_id)
    offers = await tx.fetch(OFFERS, workspace_id, store_id, products) if products else []
    pending = await tx.fetch(PENDING, workspace_id, order_id, without, list(OPEN))
    moved: Any = await tx.fetchval(
        "SELECT days FROM window_changes WHERE workspace_id = $1 AND order_id = $2", workspace_id, order_id
    )
    currency: str = await tx.fetchval(
        "SELECT currency FROM stores WHERE workspace_id = $1 AND id = $2", workspace_id, store_id
    )
    return Situation(
        now=now,
        moved_days=moved or 0,
        traits={row["external_id"]: [row["kind"], *row["tags"]] for row in traits},
        pending={row["line"]: row["pieces"] for row in pending},
        promised=await tx.fetchval(PROMISED, workspace_id, order_id, without, list(OPEN)),
        offers={
            row["external_id"]: Offer(
                row["title"], row["product"], row["price"], row["available"], row["stock"]
            )
            for row in offers
        },
        currency=currency,
        most=most,
        version=version,
    )
