"""Keeping the returns that stores open themselves, beside those that were asked for here."""

from typing import Any
from uuid import UUID

from parley.commerce.mirroring import Reading
from parley.commerce.model import StoreOrder, StoreReturn
from parley.facts.commerce import ReturnChanged
from parley.kit.ctx import Ctx
from parley.kit.ids import uuid7

KNOWN = """
SELECT id, order_id, external_id, number, state, asked_by FROM returns WHERE workspace_id = $1 AND order_id = ANY($2)
"""
# A return that is being opened by an act of ours has no external id yet: it is not somebody else's.
OPENING = """
SELECT DISTINCT order_id FROM store_acts WHERE workspace_id = $1 AND order_id = ANY($2) AND act = 'return'
  AND state IN ('committed', 'unknown')
"""
OURS = """
SELECT s.effect ->> 'external_id' AS external_id, a.return_id FROM act_steps s
JOIN store_acts a ON a.workspace_id = $1 AND a.id = s.act_id
WHERE s.workspace_id = $1 AND a.order_id = ANY($2) AND a.act = 'return' AND s.state = 'done'
"""
INSERT = """
INSERT INTO returns (workspace_id, id, store_id, order_id, number, external_id, state, asked_by, currency, created_at,
  closed_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, 'store', $8, $9,
  CASE WHEN $7 IN ('closed', 'declined', 'cancelled') THEN $10::timestamptz END)
ON CONFLICT DO NOTHING RETURNING id
"""
LINES = """
INSERT INTO return_lines (workspace_id, return_id, position, line, quantity, reason, reason_note, title)
SELECT $1, $2, r.* FROM jsonb_to_recordset($3)
  AS r(position smallint, line text, quantity int, reason text, reason_note text, title text)
"""
UPDATE = """
UPDATE returns SET state = $3, closed_at = CASE WHEN $3 IN ('closed', 'declined', 'cancelled') THEN $4::timestamptz END
WHERE workspace_id = $1 AND id = $2
"""
# What the store may end of a return that was asked for here.
ENDS = ("closed", "declined", "cancelled")


async def mirror_returns(
    ctx: Ctx,
    written: list[tuple[StoreOrder, UUID]],
    customers: dict[UUID, UUID | None],
    reading: Reading,
) -> None:
    """Brings the returns of orders up to what their store shows."""
    ids = [order_id for order, order_id in written if order.returns]
    if not ids:
        return
    rows = await ctx.tx.fetch(KNOWN, ctx.workspace_id, ids)
    opening = {row["order_id"] for row in await ctx.tx.fetch(OPENING, ctx.workspace_id, ids)}
    ours = {row["external_id"]: row["return_id"] for row in await ctx.tx.fetch(OURS, ctx.workspace_id, ids)}
    known = {row["external_id"]: row for row in rows if row["external_id"]}
    by_id = {row["id"]: row for row in rows}
    numbers = {row["number"] for row in rows}
    for order, order_id in written:
        for one in order.returns:
            row = known.get(one.external_id) or by_id.get(ours.get(one.external_id))
            if row is not None:
                await _follow(ctx, row, one, order_id, customers, reading)
            elif order_id not in opening:
                number = _number(order, one, numbers)
                await _add(ctx, order, order_id, one, number, customers, reading)


async def _follow(
    ctx: Ctx,
    row: Any,
    one: StoreReturn,
    order_id: UUID,
    customers: dict[UUID, UUID | None],
    reading: Reading,
) -> None:
    """Moves a return as the store says; of one that was asked for here only its end is the store's to say."""
    mine = row["asked_by"] != "store"
    if row["state"] == one.status or row["state"] in ENDS or (mine and one.status not in ENDS):
        return
    if mine and one.status == "closed" and row["state"] in ("requested", "approved", "in_transit"):
        return
    await ctx.tx.execute(UPDATE, ctx.workspace_id, row["id"], one.status, ctx.now)
    if not reading.quiet:
        previous: dict[str, object] = {"state": row["state"]}
        _tell(ctx, row["id"], order_id, reading, customers, {"state": one.status}, previous)


async def _add(
    ctx: Ctx,
    order: StoreOrder,
    order_id: UUID,
    one: StoreReturn,
    number: str,
    customers: dict[UUID, UUID | None],
    reading: Reading,
) -> None:
    titles = {line.external_id: line.title for line in order.lines}
    return_id = await ctx.tx.fetchval(
        INSERT,
        ctx.workspace_id,
        uuid7(),
        reading.store_id,
        order_id,
        number,
        one.external_id,
        one.status,
        order.currency,
        one.created_at or order.placed_at,
        ctx.now,
    )
    if return_id is None:
        return
    lines = [
        {
            "position": position,
            "line": line.line,
            "quantity": line.quantity,
            "reason": line.reason,
            "reason_note": line.note,
            "title": titles.get(line.line, ""),
        }
        for position, line in enumerate(one.lines)
    ]
    await ctx.tx.execute(LINES, ctx.workspace_id, return_id, lines)
    if not reading.quiet:
        _tell(ctx, return_id, order_id, reading, customers, {"state": one.status}, {})


def _number(order: StoreOrder, one: StoreReturn, numbers: set[str]) -> str:
    """Gives the store's number, or the next free one of the order."""
    tried = [one.number, *(f"{order.number}-R{n}" for n in range(1, 100))]
    found = next((number for number in tried if number and number not in numbers), one.external_id)
    numbers.add(found)
    return found


def _tell(
    ctx: Ctx,
    return_id: UUID,
    order_id: UUID,
    reading: Reading,
    customers: dict[UUID, UUID | None],
    changes: dict[str, object],
    previous: dict[str, object],
) -> None:
    ctx.emit(
        ReturnChanged(
            return_id=return_id,
            order_id=order_id,
            store_id=reading.store_id,
            customer_id=customers.get(order_id),
            changes=changes,
            previous=previous,
        )
    )
