"""Orders as lists and panels show them: one statement each, however many parts an order has."""

from typing import Any
from uuid import UUID

import msgspec

from parley.commerce.shapes import OrderRow, OrderView, RefundView, ShipmentView
from parley.kit.db import Transaction
from parley.kit.errors import NotFound
from parley.kit.http.paging import Page, decode_time_cursor, encode_cursor

ROW = """
o.id, o.store_id, o.external_id AS ref, o.number, o.customer_id, o.linked_by, o.email, o.name, o.placed_at, o.currency, o.payment,
o.fulfilment, o.subtotal, o.discount, o.shipping, o.tax, o.total, o.refunded, o.promised_at, o.cancelled_at, o.read_at,
o.stale_at IS NOT NULL AS stale, o.deleted_at IS NOT NULL AS deleted,
(SELECT coalesce(sum(l.quantity), 0)::int FROM order_lines l
 WHERE l.workspace_id = $1 AND l.order_id = o.id) AS items
"""
EVENTS = """
(SELECT coalesce(jsonb_agg(jsonb_build_object('at', e.at, 'status', e.status, 'code', e.code, 'text', e.text,
                                              'place', e.place) ORDER BY e.at), '[]')
 FROM tracking_events e WHERE e.workspace_id = $1 AND e.shipment_id = s.id) AS events
"""
SHIPMENT = f"""
s.id, s.order_id, s.direction, s.carrier, s.number, s.url, s.status, s.shipped_at, s.estimated_at, s.delivered_at,
s.read_at, {EVENTS}
"""
REFUND = """
f.id, f.order_id, f.amount, f.shipping, f.currency, f.destination, f.status, f.reason, f.note, f.pieces, f.created_at
"""
# The same as reckoning.refundable, where an order is shown rather than acted upon.
REFUNDABLE = """
CASE WHEN o.payment IN ('pending', 'authorized', 'voided') THEN 0 ELSE greatest(0, o.total - o.refunded - (
  SELECT coalesce(sum(f.amount), 0) FROM refunds f WHERE f.workspace_id = $1 AND f.order_id = o.id
    AND f.status = 'pending'))::bigint END
"""
WHOLE = f"""
{ROW}, o.phone, o.language, o.address, o.taxes_included, o.shipping_title, o.cancel_reason, o.discount_codes, o.note,
o.tags, o.gateway, o.admin_url, o.status_url, {REFUNDABLE} AS refundable,
(SELECT coalesce(jsonb_agg(jsonb_build_object('ref', l.external_id, 'product_ref', l.product_ref,
    'variant_ref', l.variant_ref, 'sku', l.sku, 'title', l.title, 'variant_title', l.variant_title,
    'ordered', l.ordered, 'quantity', l.quantity, 'fulfilled', l.fulfilled, 'refunded', l.refunded,
    'unit_price', l.unit_price, 'discount', l.discount, 'tax', l.tax, 'total', l.total, 'image_url', l.image_url,
    'digital', l.digital) ORDER BY l.position), '[]')
 FROM order_lines l WHERE l.workspace_id = $1 AND l.order_id = o.id) AS lines,
(SELECT coalesce(jsonb_agg(to_jsonb(p) ORDER BY p.id), '[]') FROM (
   SELECT {SHIPMENT} FROM shipments s WHERE s.workspace_id = $1 AND s.order_id = o.id) p) AS shipments,
(SELECT coalesce(jsonb_agg(to_jsonb(r) ORDER BY r.created_at), '[]') FROM (
   SELECT {REFUND} FROM refunds f WHERE f.workspace_id = $1 AND f.order_id = o.id) r) AS refunds
"""
BY_ID = f"SELECT {WHOLE} FROM orders o WHERE o.workspace_id = $1 AND o.id = $2"
OF_CUSTOMER = f"""
SELECT {WHOLE} FROM orders o WHERE o.workspace_id = $1 AND o.customer_id = $2
  AND ($3::timestamptz IS NULL OR (o.placed_at, o.id) < ($3, $4::uuid))
ORDER BY o.placed_at DESC, o.id DESC LIMIT $5
"""
PAGE = f"""
SELECT {ROW} FROM orders o WHERE o.workspace_id = $1
  AND ($2::timestamptz IS NULL OR (o.placed_at, o.id) < ($2, $3::uuid))
  AND ($4::uuid IS NULL OR o.store_id = $4) AND ($5::text IS NULL OR o.number = ANY($6))
  AND ($7::text IS NULL OR o.email_key = $7)
ORDER BY o.placed_at DESC, o.id DESC LIMIT $8
"""


async def get_order(tx: Transaction, workspace_id: UUID, order_id: UUID) -> OrderView:
    """Gives an order with lines, parcels and refunds; raises NotFound."""
    row = await tx.fetchrow(BY_ID, workspace_id, order_id)
    if row is None:
        raise NotFound("order")
    return msgspec.convert(dict(row), OrderView)


async def list_customer_orders(
    tx: Transaction, workspace_id: UUID, customer_id: UUID, limit: int, after: str | None = None
) -> Page[OrderView]:
    """Gives a customer's orders, newest first, whole: what the panel shows comes in one statement."""
    at, last = decode_time_cursor(after) or (None, None)
    rows = await tx.fetch(OF_CUSTOMER, workspace_id, customer_id, at, last, limit + 1)
    return _page([msgspec.convert(dict(row), OrderView) for row in rows], limit)


async def list_orders(
    tx: Transaction,
    workspace_id: UUID,
    limit: int,
    after: str | None = None,
    *,
    store_id: UUID | None = None,
    number: str | None = None,
    email: str | None = None,
) -> Page[OrderRow]:
    """Gives orders, newest first; `number` with or without its sign, `email` exactly."""
    at, last = decode_time_cursor(after) or (None, None)
    rows = await tx.fetch(
        PAGE,
        workspace_id,
        at,
        last,
        store_id,
        number,
        _spellings(number),
        email and email.strip().lower(),
        limit + 1,
    )
    return _page([msgspec.convert(dict(row), OrderRow) for row in rows], limit)


async def list_shipments(
    tx: Transaction,
    workspace_id: UUID,
    limit: int,
    after: UUID | None,
    order_id: UUID | None,
    number: str | None,
) -> list[ShipmentView]:
    """Gives parcels, newest first."""
    rows = await tx.fetch(
        f"""SELECT {SHIPMENT} FROM shipments s WHERE s.workspace_id = $1 AND ($2::uuid IS NULL OR s.id < $2)
            AND ($3::uuid IS NULL OR s.order_id = $3) AND ($4::text IS NULL OR s.number_key = $4)
            ORDER BY s.id DESC LIMIT $5""",
        workspace_id,
        after,
        order_id,
        number,
        limit,
    )
    return [msgspec.convert(dict(row), ShipmentView) for row in rows]


async def list_refunds(
    tx: Transaction, workspace_id: UUID, limit: int, after: str | None, order_id: UUID | None
) -> Page[RefundView]:
    """Gives refunds, newest first."""
    at, last = decode_time_cursor(after) or (None, None)
    rows = await tx.fetch(
        f"""SELECT {REFUND} FROM refunds f WHERE f.workspace_id = $1
            AND ($2::timestamptz IS NULL OR (f.created_at, f.id) < ($2, $3::uuid))
            AND ($4::uuid IS NULL OR f.order_id = $4) ORDER BY f.created_at DESC, f.id DESC LIMIT $5""",
        workspace_id,
        at,
        last,
        order_id,
        limit + 1,
    )
    found = [msgspec.convert(dict(row), RefundView) for row in rows]
    more = len(found) > limit
    return Page(
        found[:limit], encode_cursor(found[limit - 1].created_at, found[limit - 1].id) if more else None
    )


def _spellings(number: str | None) -> list[str]:
    bare = (number or "").strip().lstrip("#")
    return [bare, f"#{bare}", bare.upper(), f"#{bare.upper()}"]


def _page(found: list[Any], limit: int) -> Page[Any]:
    more = len(found) > limit
    return Page(
        found[:limit], encode_cursor(found[limit - 1].placed_at, found[limit - 1].id) if more else None
    )
