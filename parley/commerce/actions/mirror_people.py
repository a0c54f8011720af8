"""Keeping the store's customer accounts and subscriptions as the store shows them."""

from collections.abc import Sequence
from typing import Any

from parley.commerce.mirroring import Outcome, Reading, digest_of, email_key, judge, known_of, list_changes
from parley.commerce.model import StoreCustomer, StoreSubscription
from parley.commerce.queries.holders import find_holders
from parley.facts.commerce import SubscriptionChanged
from parley.kit.ctx import Ctx
from parley.kit.ids import uuid7

LOCK = "SELECT pg_advisory_xact_lock(hashtextextended(k, 13)) FROM (SELECT k FROM unnest($1::text[]) k ORDER BY k) s"
ACCOUNTS = """
SELECT id, external_id, updated_at, read_at, digest FROM store_customers
WHERE workspace_id = $1 AND store_id = $2 AND external_id = ANY($3)
"""
WRITE_ACCOUNTS = """
INSERT INTO store_customers (workspace_id, store_id, read_at, id, external_id, customer_id, name, email, email_key,
  phone, language, orders, spent, currency, tags, marketing, joined_at, updated_at, digest)
SELECT $1, $2, $4, r.* FROM jsonb_to_recordset($3) AS r(id uuid, external_id text, customer_id uuid, name text,
  email text, email_key text, phone text, language text, orders int, spent bigint, currency text, tags text[],
  marketing boolean, joined_at timestamptz, updated_at timestamptz, digest bytea)
ON CONFLICT (workspace_id, store_id, external_id) DO UPDATE SET read_at = excluded.read_at, stale_at = NULL,
  deleted_at = NULL, customer_id = coalesce(excluded.customer_id, store_customers.customer_id), name = excluded.name,
  email = excluded.email, email_key = excluded.email_key, phone = excluded.phone, language = excluded.language,
  orders = excluded.orders, spent = excluded.spent, currency = excluded.currency, tags = excluded.tags,
  marketing = excluded.marketing, joined_at = excluded.joined_at, updated_at = excluded.updated_at,
  digest = excluded.digest
"""
SUBSCRIPTIONS = """
SELECT id, external_id, customer_id, status, currency, price, unit, every, next_at, lines, updated_at, read_at, digest
FROM subscriptions WHERE workspace_id = $1 AND store_id = $2 AND external_id = ANY($3)
"""
WRITE_SUBSCRIPTIONS = """
INSERT INTO subscriptions (workspace_id, store_id, read_at, id, external_id, customer_id, store_customer, email,
  email_key, status, currency, price, unit, every, next_at, lines, updated_at, digest)
SELECT $1, $2, $4, r.* FROM jsonb_to_recordset($3) AS r(id uuid, external_id text, customer_id uuid,
  store_customer text, email text, email_key text, status text, currency text, price bigint, unit text, every smallint,
  next_at timestamptz, lines jsonb, updated_at timestamptz, digest bytea)
ON CONFLICT (workspace_id, store_id, external_id) DO UPDATE SET read_at = excluded.read_at, stale_at = NULL,
  deleted_at = NULL, customer_id = coalesce(subscriptions.customer_id, excluded.customer_id),
  store_customer = excluded.store_customer, email = excluded.email, email_key = excluded.email_key,
  status = excluded.status, currency = excluded.currency, price = excluded.price, unit = excluded.unit,
  every = excluded.every, next_at = excluded.next_at, lines = excluded.lines, updated_at = excluded.updated_at,
  digest = excluded.digest
"""
TOLD = ("status", "currency", "price", "unit", "every", "next_at")


async def mirror_customers(ctx: Ctx, accounts: Sequence[StoreCustomer], reading: Reading) -> list[Outcome]:
    """Brings the mirror up to these customer accounts."""
    outcomes, known = await _judge(ctx, ACCOUNTS, accounts, reading)
    written = [a for a, outcome in zip(accounts, outcomes, strict=True) if outcome in ("new", "changed")]
    holders = await find_holders(ctx.tx, ctx.workspace_id, [a.email for a in written])
    rows = [
        {
            "id": known[a.external_id]["id"] if a.external_id in known else uuid7(),
            "external_id": a.external_id,
            "customer_id": holders.get(email_key(a.email) or ""),
            "name": a.name,
            "email": a.email,
            "email_key": email_key(a.email),
            "phone": a.phone,
            "language": a.language,
            "orders": a.orders,
            "spent": a.spent,
            "currency": a.currency,
            "tags": a.tags,
            "marketing": a.marketing,
            "joined_at": a.created_at,
            "updated_at": a.updated_at,
            "digest": "\\x" + digest_of(a).hex(),
        }
        for a in written
    ]
    if rows:
        await ctx.tx.execute(WRITE_ACCOUNTS, ctx.workspace_id, reading.store_id, rows, reading.read_at)
    await _confirm(ctx, "store_customers", accounts, outcomes, known, reading)
    return outcomes


async def mirror_subscriptions(
    ctx: Ctx, found: Sequence[StoreSubscription], reading: Reading
) -> list[Outcome]:
    """Brings the mirror up to these subscriptions and tells what changed."""
    outcomes, known = await _judge(ctx, SUBSCRIPTIONS, found, reading)
    written = [s for s, outcome in zip(found, outcomes, strict=True) if outcome in ("new", "changed")]
    holders = await find_holders(ctx.tx, ctx.workspace_id, [s.email for s in written])
    rows: list[dict[str, Any]] = [
        {
            "id": known[s.external_id]["id"] if s.external_id in known else uuid7(),
            "external_id": s.external_id,
            "customer_id": holders.get(email_key(s.email) or ""),
            "store_customer": s.customer_id,
            "email": s.email,
            "email_key": email_key(s.email),
            "status": s.status,
            "currency": s.currency,
            "price": s.price,
            "unit": s.unit,
            "every": s.every,
            "next_at": s.next_at,
            "lines": s.lines,
            "updated_at": s.updated_at,
            "digest": "\\x" + digest_of(s).hex(),
        }
        for s in written
    ]
    if rows:
        await ctx.tx.execute(WRITE_SUBSCRIPTIONS, ctx.workspace_id, reading.store_id, rows, reading.read_at)
    await _confirm(ctx, "subscriptions", found, outcomes, known, reading)
    for row in rows if not reading.quiet else []:
        old = known.get(row["external_id"])
        changes, previous = list_changes(old, row, TOLD) if old else ({n: row[n] for n in TOLD}, {})
        if changes:
            ctx.emit(
                SubscriptionChanged(
                    subscription_id=row["id"],
                    store_id=reading.store_id,
                    customer_id=(old["customer_id"] if old else None) or row["customer_id"],
                    changes=changes,
                    previous=previous,
                )
            )
    return outcomes


async def _judge(
    ctx: Ctx, sql: str, found: Sequence[StoreCustomer] | Sequence[StoreSubscription], reading: Reading
) -> tuple[list[Outcome], dict[str, Any]]:
    refs = [one.external_id for one in found]
    await ctx.tx.execute(LOCK, [f"{reading.store_id}:{type(found[0]).__name__}:{ref}" for ref in refs])
    rows = await ctx.tx.fetch(sql, ctx.workspace_id, reading.store_id, refs)
    known = {row["external_id"]: row for row in rows}
    return [judge(one, digest_of(one), known_of(known.get(one.external_id)), reading) for one in found], known


async def _confirm(
    ctx: Ctx,
    table: str,
    found: Sequence[StoreCustomer] | Sequence[StoreSubscription],
    outcomes: list[Outcome],
    known: dict[str, Any],
    reading: Reading,
) -> None:
    same = [
        known[o.external_id]["id"] for o, outcome in zip(found, outcomes, strict=True) if outcome == "same"
    ]
    if same:
        await ctx.tx.execute(
            f"""UPDATE {table} SET read_at = greatest(read_at, $3), stale_at = NULL, deleted_at = NULL
                WHERE workspace_id = $1 AND id = ANY($2)""",
            ctx.workspace_id,
            same,
            reading.read_at,
        )
