"""The catalogue."""

from uuid import UUID

import msgspec

from parley.commerce.shapes import ProductView, SubscriptionView
from parley.commerce.words import token_prefix
from parley.kit.db import Transaction
from parley.kit.http.paging import Page, decode_id_cursor, encode_cursor
from parley.kit.search import build_tsquery, parse_query

PRODUCT = """
p.id, p.store_id, p.external_id AS ref, p.title, p.status, p.kind, p.vendor, p.tags, p.url, p.image_url, s.currency,
p.read_at,
(SELECT coalesce(jsonb_agg(jsonb_build_object('id', v.id, 'ref', v.external_id, 'title', v.title, 'sku', v.sku,
   'price', v.price, 'compare_at', v.compare_at, 'stock', v.stock, 'available', v.available, 'options', v.options,
   'image_url', v.image_url) ORDER BY v.position), '[]')
 FROM variants v WHERE v.workspace_id = $1 AND v.product_id = p.id AND v.deleted_at IS NULL) AS variants
"""
PAGE = f"""
SELECT {PRODUCT} FROM products p JOIN stores s ON s.workspace_id = $1 AND s.id = p.store_id
WHERE p.workspace_id = $1 AND p.deleted_at IS NULL AND ($2::uuid IS NULL OR p.id < $2)
  AND ($3::uuid IS NULL OR p.store_id = $3) ORDER BY p.id DESC LIMIT $4
"""
FOUND = f"""
WITH found AS MATERIALIZED (
  SELECT d.id FROM commerce_documents d WHERE d.workspace_id = $1 AND d.tokens @@ $5::text::tsquery LIMIT 1000
)
SELECT {PRODUCT} FROM found JOIN products p ON p.workspace_id = $1 AND p.id = found.id
JOIN stores s ON s.workspace_id = $1 AND s.id = p.store_id
WHERE p.deleted_at IS NULL AND ($2::uuid IS NULL OR p.id < $2) AND ($3::uuid IS NULL OR p.store_id = $3)
ORDER BY p.id DESC LIMIT $4
"""
BY_REF = f"""
SELECT {PRODUCT} FROM products p JOIN stores s ON s.workspace_id = $1 AND s.id = p.store_id
WHERE p.workspace_id = $1 AND p.store_id = $2 AND p.external_id = ANY($3)
"""
BY_ID_THERE = f"""
SELECT {PRODUCT} FROM products p JOIN stores s ON s.workspace_id = $1 AND s.id = p.store_id
WHERE p.workspace_id = $1 AND p.deleted_at IS NULL AND ($2::uuid IS NULL OR p.id < $2)
  AND ($3::uuid IS NULL OR p.store_id = $3) AND p.external_id = $5 ORDER BY p.id DESC LIMIT $4
"""
SUBSCRIPTIONS = """
SELECT id, store_id, external_id AS ref, customer_id, status, currency, price, unit, every, next_at, lines, read_at,
       stale_at IS NOT NULL AS stale
FROM subscriptions WHERE workspace_id = $1 AND deleted_at IS NULL AND ($2::uuid IS NULL OR id < $2)
  AND ($3::uuid IS NULL OR customer_id = $3) ORDER BY id DESC LIMIT $4
"""


async def list_products(
    tx: Transaction,
    workspace_id: UUID,
    limit: int,
    after: str | None,
    store_id: UUID | None,
    q: str,
    ref: str = "",
) -> Page[ProductView]:
    """Gives products with their variants, newest first; `q` are words of title, SKU or kind, the last may be begun.

    `ref` is a product's id at its store; where it is given, `q` is not looked at.
    """
    args = [workspace_id, decode_id_cursor(after), store_id, limit + 1]
    if ref:
        rows = await tx.fetch(BY_ID_THERE, *args, ref)
    elif q.strip():
        query = build_tsquery(parse_query(q, last_is_prefix=True), token_prefix(workspace_id))
        rows = await tx.fetch(FOUND, *args, query) if query else []
    else:
        rows = await tx.fetch(PAGE, *args)
    found = [msgspec.convert(dict(row), ProductView) for row in rows]
    return Page(found[:limit], encode_cursor(found[limit - 1].id) if len(found) > limit else None)


async def list_products_by_ref(
    tx: Transaction, workspace_id: UUID, store_id: UUID, refs: list[str]
) -> list[ProductView]:
    """Gives the products with these ids of the store."""
    rows = await tx.fetch(BY_REF, workspace_id, store_id, refs)
    return [msgspec.convert(dict(row), ProductView) for row in rows]


async def list_subscriptions(
    tx: Transaction, workspace_id: UUID, limit: int, after: str | None, customer_id: UUID | None
) -> Page[SubscriptionView]:
    """Gives subscriptions, newest first."""
    rows = await tx.fetch(SUBSCRIPTIONS, workspace_id, decode_id_cursor(after), customer_id, limit + 1)
    found = [msgspec.convert(dict(row), SubscriptionView) for row in rows]
    return Page(found[:limit], encode_cursor(found[limit - 1].id) if len(found) > limit else None)
