"""The radar's list: what is looked at when."""

from datetime import datetime
from uuid import UUID

import msgspec

from parley.kit.ctx import Ctx
from parley.outreach.model import Check, OrderState

# What was found stays found; a line that waits keeps its time until it is looked at. What is there as it should be
# is not even locked: readers, the back-fill and the radar meet on the same orders.
PUT = """
WITH wanted AS (
  SELECT * FROM jsonb_to_recordset($4) AS r(kind text, subject text, due_at timestamptz, variant_ref text)
), gone AS (
  DELETE FROM radar_checks c WHERE c.workspace_id = $1 AND c.order_id = $2 AND c.found_at IS NULL
    AND NOT EXISTS (SELECT 1 FROM wanted w WHERE w.kind = c.kind AND w.subject = c.subject)
)
INSERT INTO radar_checks AS c (workspace_id, order_id, store_id, kind, subject, due_at, variant_ref)
SELECT $1, $2, $3, w.kind, w.subject, w.due_at, w.variant_ref FROM wanted w
WHERE NOT EXISTS (
  SELECT 1 FROM radar_checks h WHERE h.workspace_id = $1 AND h.order_id = $2 AND h.kind = w.kind
    AND h.subject = w.subject
    AND (h.found_at IS NOT NULL OR h.kind = 'stock_out' OR h.due_at IS NOT DISTINCT FROM w.due_at))
ORDER BY w.kind, w.subject
ON CONFLICT (workspace_id, order_id, kind, subject) DO UPDATE SET due_at = excluded.due_at
WHERE c.found_at IS NULL AND c.kind <> 'stock_out' AND c.due_at IS DISTINCT FROM excluded.due_at
"""
# Whoever takes a check and dies leaves it where it was: it is taken and judged in one transaction.
TAKE = """
SELECT order_id, kind, subject FROM radar_checks
WHERE workspace_id = $1 AND due_at <= $2 AND found_at IS NULL ORDER BY due_at LIMIT $3 FOR UPDATE SKIP LOCKED
"""
SET = """
UPDATE radar_checks SET due_at = $5 WHERE workspace_id = $1 AND order_id = $2 AND kind = $3 AND subject = $4
"""
FOUND = """
UPDATE radar_checks SET due_at = NULL, found_at = $5
WHERE workspace_id = $1 AND order_id = $2 AND kind = $3 AND subject = $4 AND found_at IS NULL RETURNING true
"""
DROP = "DELETE FROM radar_checks WHERE workspace_id = $1 AND order_id = $2 AND kind = $3 AND subject = $4"
RAN_OUT = """
UPDATE radar_checks r SET due_at = $3 FROM variants v
WHERE v.workspace_id = $1 AND v.id = $2 AND r.workspace_id = $1 AND r.store_id = v.store_id
  AND r.variant_ref = v.external_id AND r.found_at IS NULL
"""


class DueCheck(msgspec.Struct, frozen=True):
    """A check whose time has come."""

    order_id: UUID
    kind: str
    subject: str


async def put_checks(ctx: Ctx, order: OrderState, checks: list[Check]) -> None:
    """Brings an order's checks up to what is wanted now."""
    await ctx.tx.execute(PUT, ctx.workspace_id, order.id, order.store_id, checks)


async def take_due_checks(ctx: Ctx, limit: int) -> list[DueCheck]:
    """Gives checks whose time has come, locked until the transaction ends."""
    rows = await ctx.tx.fetch(TAKE, ctx.workspace_id, ctx.now, limit)
    return [DueCheck(**row) for row in rows]


async def put_off_check(ctx: Ctx, check: DueCheck, due_at: datetime | None) -> None:
    """Has a check looked at again later; None: when a fact says so."""
    await ctx.tx.execute(SET, ctx.workspace_id, check.order_id, check.kind, check.subject, due_at)


async def close_check(ctx: Ctx, check: DueCheck) -> bool:
    """Marks what was found, for good; False when it was before."""
    done = await ctx.tx.fetchval(FOUND, ctx.workspace_id, check.order_id, check.kind, check.subject, ctx.now)
    return bool(done)


async def drop_check(ctx: Ctx, check: DueCheck) -> None:
    """Forgets a check that has nothing to look for."""
    await ctx.tx.execute(DROP, ctx.workspace_id, check.order_id, check.kind, check.subject)


async def look_at_variant(ctx: Ctx, variant_id: UUID, due_at: datetime | None) -> None:
    """Has the orders that wait for a variant looked at then; None when it is there again."""
    await ctx.tx.execute(RAN_OUT, ctx.workspace_id, variant_id, due_at)
