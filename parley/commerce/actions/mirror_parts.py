"""What belongs to orders: lines, fulfilments, refunds and parcels, written for many orders at once."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from parley.commerce.actions.mirror_returns import mirror_returns
from parley.commerce.mirroring import Reading
from parley.commerce.model import StoreFulfilment, StoreOrder, StoreParcel
from parley.facts.commerce import RefundRecorded, ShipmentChanged
from parley.kit.ctx import Ctx
from parley.kit.ids import uuid7

Written = list[tuple[StoreOrder, UUID]]
DROP_LINES = "DELETE FROM order_lines WHERE workspace_id = $1 AND order_id = ANY($2)"
LINES = """
INSERT INTO order_lines (workspace_id, order_id, position, external_id, product_ref, variant_ref, sku, title,
  variant_title, ordered, quantity, fulfilled, refunded, unit_price, discount, tax, total, image_url, digital)
SELECT $1, r.* FROM jsonb_to_recordset($2) AS r(order_id uuid, position smallint, external_id text, product_ref text,
  variant_ref text, sku text, title text, variant_title text, ordered int, quantity int, fulfilled int, refunded int,
  unit_price bigint, discount bigint, tax bigint, total bigint, image_url text, digital boolean)
"""
DROP_FULFILMENTS = "DELETE FROM fulfilments WHERE workspace_id = $1 AND order_id = ANY($2)"
FULFILMENTS = """
INSERT INTO fulfilments (workspace_id, order_id, external_id, status, pieces, created_at)
SELECT $1, r.* FROM jsonb_to_recordset($2)
  AS r(order_id uuid, external_id text, status text, pieces jsonb, created_at timestamptz)
"""
REFUNDS = """
INSERT INTO refunds (workspace_id, id, order_id, external_id, amount, shipping, currency, destination, status,
  reason, note, pieces, key, created_at)
SELECT $1, r.* FROM jsonb_to_recordset($2) AS r(id uuid, order_id uuid, external_id text, amount bigint,
  shipping bigint, currency text, destination text, status text, reason text, note text, pieces jsonb, key text,
  created_at timestamptz)
ON CONFLICT (workspace_id, order_id, external_id) DO UPDATE SET amount = excluded.amount,
  shipping = excluded.shipping, status = excluded.status, reason = excluded.reason, note = excluded.note,
  pieces = excluded.pieces
RETURNING id, order_id, amount, currency, key, xmax = 0 AS added
"""
PARCELS = """
SELECT id, order_id, number_key, status, shipped_at, estimated_at, delivered_at, told_by FROM shipments
WHERE workspace_id = $1 AND order_id = ANY($2) AND direction = 'out'
"""
# What the carrier has told is nearer to the truth than what the store repeats of it.
WRITE_PARCELS = """
INSERT INTO shipments (workspace_id, id, order_id, fulfilment, carrier, number, number_key, url, status, shipped_at,
  estimated_at, delivered_at, check_at, created_at)
SELECT $1, r.*, $3 FROM jsonb_to_recordset($2) AS r(id uuid, order_id uuid, fulfilment text, carrier text, number text,
  number_key text, url text, status text, shipped_at timestamptz, estimated_at timestamptz, delivered_at timestamptz,
  check_at timestamptz)
ON CONFLICT (workspace_id, order_id, direction, number_key) DO UPDATE SET fulfilment = excluded.fulfilment,
  carrier = coalesce(nullif(excluded.carrier, ''), shipments.carrier),
  url = coalesce(nullif(excluded.url, ''), shipments.url),
  status = CASE WHEN shipments.told_by = 'store' THEN excluded.status ELSE shipments.status END,
  shipped_at = coalesce(shipments.shipped_at, excluded.shipped_at),
  estimated_at = coalesce(excluded.estimated_at, shipments.estimated_at),
  delivered_at = coalesce(shipments.delivered_at, excluded.delivered_at)
RETURNING id, order_id, number_key, status, shipped_at, estimated_at, delivered_at
"""
PARCEL_FIELDS = ("status", "shipped_at", "estimated_at", "delivered_at")
OVER = frozenset({"delivered", "returned", "cancelled"})
# A parcel is asked after for so long from when it was sent.
LOOKED_AFTER = timedelta(days=60)


async def mirror_parts(
    ctx: Ctx, written: Written, customers: dict[UUID, UUID | None], *, fresh: set[UUID], reading: Reading
) -> None:
    """Writes the parts of orders that are new (`fresh`) or changed."""
    changed = [order_id for _, order_id in written if order_id not in fresh]
    if changed:
        await ctx.tx.execute(DROP_LINES, ctx.workspace_id, changed)
        await ctx.tx.execute(DROP_FULFILMENTS, ctx.workspace_id, changed)
    lines = [row for order, order_id in written for row in line_rows(order, order_id)]
    if lines:
        await ctx.tx.execute(LINES, ctx.workspace_id, lines)
    fulfilments = [
        {
            "order_id": order_id,
            "external_id": one.external_id,
            "status": one.status,
            "pieces": one.pieces,
            "created_at": one.created_at,
        }
        for order, order_id in written
        for one in order.fulfilments
    ]
    if fulfilments:
        await ctx.tx.execute(FULFILMENTS, ctx.workspace_id, fulfilments)
    await _mirror_refunds(ctx, written, customers, reading)
    await _mirror_parcels(ctx, written, customers, changed, reading)
    await mirror_returns(ctx, written, customers, reading)


def line_rows(order: StoreOrder, order_id: UUID) -> list[dict[str, Any]]:
    """Gives an order's lines as rows."""
    return [
        {
            "order_id": order_id,
            "position": position,
            "external_id": line.external_id,
            "product_ref": line.product_id,
            "variant_ref": line.variant_id,
            "sku": line.sku,
            "title": line.title,
            "variant_title": line.variant_title,
            "ordered": line.ordered,
            "quantity": line.quantity,
            "fulfilled": line.fulfilled,
            "refunded": line.refunded,
            "unit_price": line.unit_price,
            "discount": line.discount,
            "tax": line.tax,
            "total": line.total,
            "image_url": line.image_url,
            "digital": line.digital,
        }
        for position, line in enumerate(order.lines)
    ]


async def _mirror_refunds(
    ctx: Ctx, written: Written, customers: dict[UUID, UUID | None], reading: Reading
) -> None:
    rows = [
        {
            "id": uuid7(),
            "order_id": order_id,
            "external_id": one.external_id,
            "amount": one.amount,
            "shipping": one.shipping,
            "currency": order.currency,
            "destination": one.destination,
            "status": one.status,
            "reason": one.reason,
            "note": one.note,
            "pieces": one.pieces,
            "key": one.key,
            "created_at": one.created_at,
        }
        for order, order_id in written
        for one in order.refunds
    ]
    if not rows:
        return
    stored = await ctx.tx.fetch(REFUNDS, ctx.workspace_id, rows)
    for row in stored:
        if row["added"] and not reading.quiet:
            ctx.emit(
                RefundRecorded(
                    order_id=row["order_id"],
                    refund_id=row["id"],
                    customer_id=customers[row["order_id"]],
                    amount=row["amount"],
                    currency=row["currency"],
                    act_id=act_of_key(row["key"]),
                )
            )


def act_of_key(key: str | None) -> UUID | None:
    """Gives the act whose step carried this key (`<act id>:<position>`), None for a key that is not ours."""
    try:
        return UUID((key or "").partition(":")[0])
    except ValueError:
        return None


async def _mirror_parcels(
    ctx: Ctx, written: Written, customers: dict[UUID, UUID | None], changed: list[UUID], reading: Reading
) -> None:
    rows = {
        (order_id, key): row
        for order, order_id in written
        for one in order.fulfilments
        for parcel in one.parcels
        if (key := number_key(parcel.number))
        for row in [_parcel_row(ctx, order, order_id, one, parcel, key)]
    }
    if not rows:
        return
    before = await ctx.tx.fetch(PARCELS, ctx.workspace_id, changed) if changed else []
    old = {(row["order_id"], row["number_key"]): row for row in before}
    stored = await ctx.tx.fetch(WRITE_PARCELS, ctx.workspace_id, list(rows.values()), ctx.now)
    if reading.quiet:
        return
    for row in stored:
        was = old.get((row["order_id"], row["number_key"]))
        names = [n for n in PARCEL_FIELDS if (was[n] != row[n] if was else row[n] is not None)]
        if names:
            ctx.emit(
                ShipmentChanged(
                    order_id=row["order_id"],
                    shipment_id=row["id"],
                    customer_id=customers[row["order_id"]],
                    direction="out",
                    changes={name: row[name] for name in names},
                    previous={name: was[name] for name in names} if was else {},
                )
            )


def _parcel_row(
    ctx: Ctx, order: StoreOrder, order_id: UUID, sent: StoreFulfilment, parcel: StoreParcel, key: str
) -> dict[str, Any]:
    old = (parcel.shipped_at or sent.created_at) < ctx.now - LOOKED_AFTER
    over = parcel.status in OVER or order.cancelled_at is not None or old
    return {
        "id": uuid7(),
        "order_id": order_id,
        "fulfilment": sent.external_id,
        "carrier": parcel.carrier,
        "number": parcel.number,
        "number_key": key,
        "url": parcel.url,
        "status": parcel.status,
        "shipped_at": parcel.shipped_at,
        "estimated_at": parcel.estimated_at,
        "delivered_at": parcel.delivered_at,
        "check_at": None if over else ctx.now,
    }


def number_key(number: str) -> str:
    """Gives a tracking number without spaces and dashes, in capitals."""
    return "".join(letter for letter in number.upper() if letter.isalnum())
