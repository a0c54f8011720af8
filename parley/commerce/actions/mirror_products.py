"""Keeping the catalogue as the store shows it."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from parley.commerce.mirroring import Outcome, Reading, digest_of, judge, known_of
from parley.commerce.model import StoreProduct
from parley.commerce.words import token_prefix
from parley.facts.commerce import StockChanged
from parley.kit.ctx import Ctx
from parley.kit.ids import uuid7
from parley.kit.search import index_terms

LOCK = "SELECT pg_advisory_xact_lock(hashtextextended(k, 12)) FROM (SELECT k FROM unnest($1::text[]) k ORDER BY k) s"
KNOWN = """
SELECT p.id, p.external_id, p.updated_at, p.read_at, p.digest,
       (SELECT coalesce(jsonb_object_agg(v.external_id, jsonb_build_array(v.id, v.available)), '{}') FROM variants v
        WHERE v.workspace_id = $1 AND v.product_id = p.id AND v.deleted_at IS NULL) AS variants
FROM products p WHERE p.workspace_id = $1 AND p.store_id = $2 AND p.external_id = ANY($3)
"""
WRITE = """
INSERT INTO products (workspace_id, store_id, read_at, id, external_id, title, handle, status, kind, vendor, tags, url,
  image_url, description, updated_at, digest)
SELECT $1, $2, $4, r.* FROM jsonb_to_recordset($3) AS r(id uuid, external_id text, title text, handle text,
  status text, kind text, vendor text, tags text[], url text, image_url text, description text,
  updated_at timestamptz, digest bytea)
ON CONFLICT (workspace_id, store_id, external_id) DO UPDATE SET read_at = excluded.read_at, stale_at = NULL,
  deleted_at = NULL, title = excluded.title, handle = excluded.handle, status = excluded.status, kind = excluded.kind,
  vendor = excluded.vendor, tags = excluded.tags, url = excluded.url, image_url = excluded.image_url,
  description = excluded.description, updated_at = excluded.updated_at, digest = excluded.digest
"""
GONE = """
UPDATE variants v SET deleted_at = $4 FROM jsonb_to_recordset($3) AS r(product_id uuid, kept text[])
WHERE v.workspace_id = $1 AND v.store_id = $2 AND v.product_id = r.product_id AND v.deleted_at IS NULL
  AND v.external_id <> ALL(r.kept)
"""
VARIANTS = """
INSERT INTO variants (workspace_id, store_id, id, product_id, external_id, position, title, sku, price, compare_at,
  stock, available, options, image_url)
SELECT $1, $2, r.* FROM jsonb_to_recordset($3) AS r(id uuid, product_id uuid, external_id text, position smallint,
  title text, sku text, price bigint, compare_at bigint, stock int, available boolean, options jsonb, image_url text)
ON CONFLICT (workspace_id, store_id, external_id) DO UPDATE SET product_id = excluded.product_id,
  position = excluded.position, title = excluded.title, sku = excluded.sku, price = excluded.price,
  compare_at = excluded.compare_at, stock = excluded.stock, available = excluded.available,
  options = excluded.options, image_url = excluded.image_url, deleted_at = NULL
RETURNING id, product_id, external_id, available, stock
"""
DOCUMENTS = """
INSERT INTO commerce_documents (workspace_id, id, kind, tokens)
SELECT $1, d.id, 'product', array_to_tsvector(d.tokens) FROM jsonb_to_recordset($2) AS d(id uuid, tokens text[])
ON CONFLICT (workspace_id, id) DO UPDATE SET tokens = excluded.tokens
"""
SAME = """
UPDATE products SET read_at = greatest(read_at, $3), stale_at = NULL, deleted_at = NULL
WHERE workspace_id = $1 AND id = ANY($2)
"""
COPIED = (
    "external_id",
    "title",
    "handle",
    "status",
    "kind",
    "vendor",
    "tags",
    "url",
    "image_url",
    "description",
    "updated_at",
)


async def mirror_products(ctx: Ctx, products: Sequence[StoreProduct], reading: Reading) -> list[Outcome]:
    """Brings the mirror up to these products; tells of variants that ran out or came back."""
    await ctx.tx.execute(LOCK, [f"{reading.store_id}:{product.external_id}" for product in products])
    refs = [product.external_id for product in products]
    rows = {
        row["external_id"]: row for row in await ctx.tx.fetch(KNOWN, ctx.workspace_id, reading.store_id, refs)
    }
    outcomes = [judge(p, digest_of(p), known_of(rows.get(p.external_id)), reading) for p in products]
    same = [
        rows[p.external_id]["id"] for p, outcome in zip(products, outcomes, strict=True) if outcome == "same"
    ]
    if same:
        await ctx.tx.execute(SAME, ctx.workspace_id, same, reading.read_at)
    written = [p for p, outcome in zip(products, outcomes, strict=True) if outcome in ("new", "changed")]
    if written:
        await _write(ctx, written, rows, reading)
    return outcomes


async def _write(ctx: Ctx, products: list[StoreProduct], known: dict[str, Any], reading: Reading) -> None:
    ids = {p.external_id: known[p.external_id]["id"] if p.external_id in known else uuid7() for p in products}
    await ctx.tx.execute(
        WRITE,
        ctx.workspace_id,
        reading.store_id,
        [
            {
                **{name: getattr(p, name) for name in COPIED},
                "id": ids[p.external_id],
                "digest": "\\x" + digest_of(p).hex(),
            }
            for p in products
        ],
        reading.read_at,
    )
    kept = [
        {"product_id": ids[p.external_id], "kept": [v.external_id for v in p.variants]}
        for p in products
        if p.external_id in known
    ]
    if kept:
        await ctx.tx.execute(GONE, ctx.workspace_id, reading.store_id, kept, ctx.now)
    await _write_variants(ctx, products, ids, known, reading)
    prefix = token_prefix(ctx.workspace_id)
    documents = [{"id": ids[p.external_id], "tokens": index_terms(_words(p), prefix)} for p in products]
    await ctx.tx.execute(DOCUMENTS, ctx.workspace_id, documents)


async def _write_variants(
    ctx: Ctx, products: list[StoreProduct], ids: dict[str, UUID], known: dict[str, Any], reading: Reading
) -> None:
    rows = [
        {
            "id": uuid7(),
            "product_id": ids[p.external_id],
            "external_id": v.external_id,
            "position": position,
            "title": v.title,
            "sku": v.sku,
            "price": v.price,
            "compare_at": v.compare_at,
            "stock": v.stock,
            "available": v.available,
            "options": v.options,
            "image_url": v.image_url,
        }
        for p in products
        for position, v in enumerate(p.variants)
    ]
    if not rows:
        return
    stored = await ctx.tx.fetch(VARIANTS, ctx.workspace_id, reading.store_id, rows)
    if reading.quiet:
        return
    before = {ref: was[1] for row in known.values() for ref, was in row["variants"].items()}
    for row in stored:
        if row["external_id"] in before and before[row["external_id"]] != row["available"]:
            ctx.emit(
                StockChanged(
                    product_id=row["product_id"],
                    variant_id=row["id"],
                    store_id=reading.store_id,
                    available=row["available"],
                    stock=row["stock"],
                )
            )


def _words(product: StoreProduct) -> str:
    skus = " ".join(f"{v.sku} {v.title}" for v in product.variants)
    return f"{product.title} {product.handle} {product.kind} {product.vendor} {' '.join(product.tags)} {skus}"
