"""What the stores know of a customer, in one statement."""

from uuid import UUID

import msgspec

from parley.commerce.shapes import ShopperView
from parley.kit.db import Transaction

# Sizes and kinds of what was bought, most often first; an order of the demo counts as any other.
SHOPPER = """
WITH mine AS MATERIALIZED (
  SELECT id, currency, total, refunded, placed_at, fulfilment, cancelled_at FROM orders
  WHERE workspace_id = $1 AND customer_id = $2 AND deleted_at IS NULL
), bought AS MATERIALIZED (
  SELECT v.options ->> 'size' AS size, nullif(p.kind, '') AS kind, l.quantity
  FROM mine JOIN order_lines l ON l.workspace_id = $1 AND l.order_id = mine.id
  JOIN orders o ON o.workspace_id = $1 AND o.id = mine.id
  LEFT JOIN variants v ON v.workspace_id = $1 AND v.store_id = o.store_id AND v.external_id = l.variant_ref
  LEFT JOIN products p ON p.workspace_id = $1 AND p.id = v.product_id
  WHERE mine.cancelled_at IS NULL
), claimed AS (
  SELECT value_key FROM identities WHERE workspace_id = $1 AND customer_id = $2 AND kind = 'email' AND NOT verified
)
SELECT (SELECT count(*)::int FROM mine) AS orders, (SELECT min(placed_at) FROM mine) AS first_order_at,
  (SELECT max(placed_at) FROM mine) AS last_order_at,
  (SELECT count(*)::int FROM mine WHERE cancelled_at IS NULL AND fulfilment <> 'fulfilled') AS open_orders,
  (SELECT coalesce(jsonb_agg(jsonb_build_object('currency', currency, 'total', total, 'refunded', refunded)
                             ORDER BY total DESC), '[]')
   FROM (SELECT currency, sum(total)::bigint AS total, sum(refunded)::bigint AS refunded FROM mine
         WHERE cancelled_at IS NULL GROUP BY currency) s) AS spent,
  (SELECT count(*)::int FROM returns r JOIN mine ON r.workspace_id = $1 AND r.order_id = mine.id
   WHERE r.state NOT IN ('declined', 'cancelled')) AS returns,
  (SELECT coalesce(jsonb_agg(jsonb_build_object('store_id', store_id, 'ref', external_id, 'name', name,
     'email', email, 'tags', to_jsonb(tags), 'marketing', marketing, 'joined_at', joined_at) ORDER BY id), '[]')
   FROM store_customers WHERE workspace_id = $1 AND customer_id = $2 AND deleted_at IS NULL) AS accounts,
  (SELECT coalesce(jsonb_agg(size), '[]') FROM (SELECT size FROM bought WHERE size IS NOT NULL GROUP BY size
     ORDER BY sum(quantity) DESC, size LIMIT 3) s) AS favourite_sizes,
  (SELECT coalesce(jsonb_agg(kind), '[]') FROM (SELECT kind FROM bought WHERE kind IS NOT NULL GROUP BY kind
     ORDER BY sum(quantity) DESC, kind LIMIT 3) s) AS favourite_kinds,
  (SELECT count(*)::int FROM orders o WHERE o.workspace_id = $1 AND o.customer_id IS NULL
     AND o.email_key IN (SELECT value_key FROM claimed)) AS unproven_orders
"""


async def get_shopper(tx: Transaction, workspace_id: UUID, customer_id: UUID) -> ShopperView:
    """Gives what the stores know of a customer; zeros for one who never bought."""
    row = await tx.fetchrow(SHOPPER, workspace_id, customer_id)
    assert row is not None  # noqa: S101 - a SELECT without FROM has one row
    return msgspec.convert(dict(row), ShopperView)
