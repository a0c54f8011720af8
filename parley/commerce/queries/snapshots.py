"""Orders and subscriptions of the mirror as connectors know them, for planning and carrying out acts."""

from typing import Any
from uuid import UUID

import msgspec

from parley.commerce.acting.deciding import Prices
from parley.commerce.model import StoreOrder, StoreSubscription
from parley.kit.db import Transaction
from parley.kit.errors import NotFound

ORDER = """
SELECT o.id, o.store_id, o.digest, o.external_id, o.updated_at, o.number, o.placed_at, o.currency, o.payment,
  o.fulfilment, o.subtotal, o.discount, o.shipping, o.tax, o.total, o.refunded, o.taxes_included, o.email, o.phone,
  o.name, o.store_customer AS customer_id, o.language, o.address, o.shipping_code, o.shipping_title, o.promised_at,
  o.cancelled_at, o.cancel_reason, o.closed_at, o.discount_codes, o.note, o.tags, o.gateway, o.payment_reference,
  o.admin_url, o.status_url,
  (SELECT coalesce(jsonb_agg(jsonb_build_object('external_id', l.external_id, 'title', l.title,
     'variant_title', l.variant_title, 'sku', l.sku, 'product_id', l.product_ref, 'variant_id', l.variant_ref,
     'ordered', l.ordered, 'quantity', l.quantity, 'fulfilled', l.fulfilled, 'refunded', l.refunded,
     'unit_price', l.unit_price, 'discount', l.discount, 'tax', l.tax, 'total', l.total, 'image_url', l.image_url,
     'digital', l.digital) ORDER BY l.position), '[]')
   FROM order_lines l WHERE l.workspace_id = $1 AND l.order_id = o.id) AS lines,
  (SELECT coalesce(jsonb_agg(jsonb_build_object('external_id', f.external_id, 'created_at', f.created_at,
     'amount', f.amount, 'shipping', f.shipping, 'reason', f.reason, 'note', f.note, 'pieces', f.pieces,
     'destination', f.destination, 'status', f.status, 'key', f.key) ORDER BY f.created_at), '[]')
   FROM refunds f WHERE f.workspace_id = $1 AND f.order_id = o.id) AS refunds,
  (SELECT coalesce(jsonb_agg(jsonb_build_object('external_id', f.external_id, 'status', f.status,
     'created_at', f.created_at, 'pieces', f.pieces, 'parcels', (
       SELECT coalesce(jsonb_agg(jsonb_build_object('number', s.number, 'carrier', s.carrier, 'url', s.url,
         'status', s.status, 'shipped_at', s.shipped_at, 'estimated_at', s.estimated_at,
         'delivered_at', s.delivered_at)), '[]')
       FROM shipments s WHERE s.workspace_id = $1 AND s.order_id = o.id AND s.fulfilment = f.external_id
         AND s.direction = 'out')) ORDER BY f.created_at), '[]')
   FROM fulfilments f WHERE f.workspace_id = $1 AND f.order_id = o.id) AS fulfilments
FROM orders o WHERE o.workspace_id = $1 AND o.id = $2
"""
SUBSCRIPTION = """
SELECT store_id, digest, external_id, updated_at, status, currency, price, unit, every, next_at,
       store_customer AS customer_id, email, lines
FROM subscriptions WHERE workspace_id = $1 AND id = $2
"""
PRICES = """
SELECT v.external_id, concat_ws(', ', p.title, nullif(v.title, '')) AS title, v.price,
       v.available AND p.status = 'active' AND v.deleted_at IS NULL AS available
FROM variants v JOIN products p ON p.workspace_id = $1 AND p.id = v.product_id
WHERE v.workspace_id = $1 AND v.store_id = $2 AND v.external_id = ANY($3)
"""


class Held(msgspec.Struct, frozen=True):
    """What the mirror holds: whose it is and a digest that changes with it."""

    store_id: UUID
    external_id: str
    digest: str
    target: StoreOrder | StoreSubscription


async def hold_order(tx: Transaction, workspace_id: UUID, order_id: UUID) -> Held:
    """Gives an order as its store showed it; raises NotFound."""
    row = await tx.fetchrow(ORDER, workspace_id, order_id)
    if row is None:
        raise NotFound("order")
    return _held(row, StoreOrder)


async def hold_subscription(tx: Transaction, workspace_id: UUID, subscription_id: UUID) -> Held:
    """Gives a subscription as its store showed it; raises NotFound."""
    row = await tx.fetchrow(SUBSCRIPTION, workspace_id, subscription_id)
    if row is None:
        raise NotFound("subscription")
    return _held(row, StoreSubscription)


async def list_prices(tx: Transaction, workspace_id: UUID, store_id: UUID, variants: list[str]) -> Prices:
    """Gives title, price and availability of variants by the store's id."""
    rows = await tx.fetch(PRICES, workspace_id, store_id, variants) if variants else []
    return {row["external_id"]: (row["title"], row["price"], row["available"]) for row in rows}


def _held(row: Any, kind: type[StoreOrder] | type[StoreSubscription]) -> Held:
    values = {name: row[name] for name in kind.__struct_fields__ if name in row}
    return Held(row["store_id"], row["external_id"], row["digest"].hex(), msgspec.convert(values, kind))
