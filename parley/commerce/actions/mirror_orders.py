"""Keeping orders as the store shows them: many at once, in any order of arrival, each change told once."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import msgspec

from parley.commerce.actions.mirror_parts import mirror_parts
from parley.commerce.mirroring import Outcome, Reading, digest_of, email_key, judge, known_of, list_changes
from parley.commerce.model import StoreOrder
from parley.commerce.queries.holders import find_holders
from parley.facts.commerce import OrderChanged, OrderPlaced
from parley.kit.ctx import Ctx
from parley.kit.ids import uuid7

TOLD = (
    "number", "currency", "payment", "fulfilment", "subtotal", "discount", "shipping", "tax", "total", "refunded",
    "shipping_code", "promised_at", "placed_at", "cancelled_at", "cancel_reason", "closed_at", "discount_codes",
    "gateway",
)  # fmt: skip
"""The fields that facts carry; all others of an order are personal or long."""

CONTACT = ("email", "phone", "name", "store_customer")
COPIED = (
    *TOLD, "email", "phone", "name", "language", "taxes_included", "shipping_title", "note", "tags",
    "payment_reference", "admin_url", "status_url",
)  # fmt: skip
KNOWN = f"""
SELECT o.id, o.external_id, o.customer_id, o.updated_at, o.read_at, o.digest, o.address, o.note,
       o.store_customer, {", ".join(f"o.{name}" for name in (*TOLD, "email", "phone", "name"))},
       (SELECT coalesce(jsonb_agg(jsonb_build_array(l.external_id, l.ordered, l.quantity, l.fulfilled, l.refunded,
                                                    l.variant_ref, l.total) ORDER BY l.position), '[]')
        FROM order_lines l WHERE l.workspace_id = $1 AND l.order_id = o.id) AS lines
FROM orders o WHERE o.workspace_id = $1 AND o.store_id = $2 AND o.external_id = ANY($3)
"""
LOCK = """
SELECT pg_advisory_xact_lock(hashtextextended(k, 11)) FROM (SELECT k FROM unnest($1::text[]) k ORDER BY k) s
"""
COLUMNS = {
    "id": "uuid", "external_id": "text", "customer_id": "uuid", "linked_by": "text", "store_customer": "text",
    "email_key": "text", "address": "jsonb", "updated_at": "timestamptz", "digest": "bytea",
    "number": "text", "currency": "text", "payment": "text", "fulfilment": "text", "subtotal": "bigint",
    "discount": "bigint", "shipping": "bigint", "tax": "bigint", "total": "bigint", "refunded": "bigint",
    "shipping_code": "text", "promised_at": "timestamptz", "placed_at": "timestamptz",
    "cancelled_at": "timestamptz", "cancel_reason": "text", "closed_at": "timestamptz", "discount_codes": "text[]",
    "gateway": "text", "email": "text", "phone": "text", "name": "text", "language": "text",
    "taxes_included": "boolean", "shipping_title": "text", "note": "text", "tags": "text[]",
    "payment_reference": "text", "admin_url": "text", "status_url": "text",
}  # fmt: skip
# A link once made stays; one that was not there may come with the address.
KEPT = ("id", "external_id", "customer_id", "linked_by")
WRITE = f"""
INSERT INTO orders (workspace_id, store_id, read_at, {", ".join(COLUMNS)})
SELECT $1, $2, $4, {", ".join(f"r.{name}" for name in COLUMNS)}
FROM jsonb_to_recordset($3) AS r({", ".join(f"{name} {kind}" for name, kind in COLUMNS.items())})
ON CONFLICT (workspace_id, store_id, external_id) DO UPDATE SET read_at = excluded.read_at, stale_at = NULL,
  deleted_at = NULL, customer_id = coalesce(orders.customer_id, excluded.customer_id),
  linked_by = coalesce(orders.linked_by, excluded.linked_by),
  {", ".join(f"{name} = excluded.{name}" for name in COLUMNS if name not in KEPT)}
"""
SAME = """
UPDATE orders SET read_at = greatest(read_at, $4), stale_at = NULL, deleted_at = NULL,
  updated_at = coalesce(r.updated_at, orders.updated_at)
FROM unnest($3::uuid[], $5::timestamptz[]) AS r(id, updated_at)
WHERE workspace_id = $1 AND store_id = $2 AND orders.id = r.id
"""


class Mirrored(msgspec.Struct, frozen=True):
    """What became of one snapshot, in the order in which they were given."""

    outcome: Outcome
    order_id: UUID | None


async def mirror_orders(ctx: Ctx, orders: Sequence[StoreOrder], reading: Reading) -> list[Mirrored]:
    """Brings the mirror up to these orders (no two of them the same) and tells what changed; a dozen statements in all."""
    await ctx.tx.execute(LOCK, [f"{reading.store_id}:{order.external_id}" for order in orders])
    rows = await ctx.tx.fetch(
        KNOWN, ctx.workspace_id, reading.store_id, [order.external_id for order in orders]
    )
    known = {row["external_id"]: row for row in rows}
    digests = {order.external_id: digest_of(order) for order in orders}
    found = [
        Mirrored(
            judge(order, digests[order.external_id], known_of(known.get(order.external_id)), reading),
            _id(known, order),
        )
        for order in orders
    ]
    same = [(m.order_id, o.updated_at) for m, o in zip(found, orders, strict=True) if m.outcome == "same"]
    if same:
        ids, times = zip(*same, strict=True)
        await ctx.tx.execute(
            SAME, ctx.workspace_id, reading.store_id, list(ids), reading.read_at, list(times)
        )
    written = [
        (order, m.order_id or uuid7())
        for order, m in zip(orders, found, strict=True)
        if m.outcome in ("new", "changed")
    ]
    if written:
        await _write(ctx, written, known, digests, reading)
    ids_of = {order.external_id: order_id for order, order_id in written}
    return [
        Mirrored(m.outcome, ids_of.get(o.external_id, m.order_id)) for m, o in zip(found, orders, strict=True)
    ]


async def _write(
    ctx: Ctx,
    written: list[tuple[StoreOrder, UUID]],
    known: dict[str, Any],
    digests: dict[str, bytes],
    reading: Reading,
) -> None:
    holders = await find_holders(ctx.tx, ctx.workspace_id, [order.email for order, _ in written])
    rows = [_row(order, order_id, digests[order.external_id], holders) for order, order_id in written]
    await ctx.tx.execute(WRITE, ctx.workspace_id, reading.store_id, rows, reading.read_at)
    customers = {
        row["id"]: (known[row["external_id"]]["customer_id"] if row["external_id"] in known else None)
        or row["customer_id"]
        for row in rows
    }
    if not reading.quiet:
        for (order, order_id), row in zip(written, rows, strict=True):
            _tell(
                ctx, order, order_id, row, known.get(order.external_id), customers[order_id], reading.store_id
            )
    await mirror_parts(
        ctx, written, customers, fresh={i for o, i in written if o.external_id not in known}, reading=reading
    )


def _row(order: StoreOrder, order_id: UUID, digest: bytes, holders: dict[str, UUID]) -> dict[str, Any]:
    key = email_key(order.email)
    holder = holders.get(key) if key else None
    return {
        **{name: getattr(order, name) for name in COPIED},
        "id": order_id,
        "external_id": order.external_id,
        "customer_id": holder,
        "linked_by": "email" if holder else None,
        "store_customer": order.customer_id,
        "email_key": key,
        "address": order.address,
        "updated_at": order.updated_at,
        "digest": "\\x" + digest.hex(),
    }


def _tell(
    ctx: Ctx,
    order: StoreOrder,
    order_id: UUID,
    row: dict[str, Any],
    old: Any,
    customer_id: UUID | None,
    store_id: UUID,
) -> None:
    if old is None:
        fields = {name: row[name] for name in TOLD}
        ctx.emit(OrderPlaced(order_id=order_id, store_id=store_id, customer_id=customer_id, fields=fields))
        return
    changes, previous = list_changes(old, row, TOLD)
    parts = []
    if old["lines"] != [
        [x.external_id, x.ordered, x.quantity, x.fulfilled, x.refunded, x.variant_id, x.total]
        for x in order.lines
    ]:
        parts.append("lines")
    if old["address"] != (msgspec.to_builtins(order.address) if order.address else None):
        parts.append("address")
    if any(old[name] != row[name] for name in CONTACT):
        parts.append("contact")
    if old["note"] != order.note:
        parts.append("note")
    if changes or parts:
        ctx.emit(
            OrderChanged(
                order_id=order_id,
                store_id=store_id,
                customer_id=customer_id,
                changes=changes,
                previous=previous,
                parts=parts,
            )
        )


def _id(known: dict[str, Any], order: StoreOrder) -> UUID | None:
    row = known.get(order.external_id)
    return row["id"] if row else None
