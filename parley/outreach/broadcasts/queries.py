"""Asking for broadcasts and for whom they tell."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from parley.kit.ctx import Ctx
from parley.outreach.broadcasts.model import Target
from parley.outreach.broadcasts.records import COLUMNS, Broadcast, read_broadcast

LIST = f"""
SELECT {COLUMNS} FROM broadcasts WHERE workspace_id = $1 AND ($3::uuid IS NULL OR id < $3) ORDER BY id DESC LIMIT $2
"""
TARGETS = """
SELECT t.customer_id, coalesce(n.value, o.name) AS customer_name, t.conversation_id, t.order_id,
  t.channel_kind, t.language, t.state, t.reason, t.detail, t.message_id, t.sent_at, t.replied_at, t.position
FROM broadcast_targets t
LEFT JOIN customers cu ON cu.workspace_id = $1 AND cu.id = t.customer_id
LEFT JOIN orders o ON o.workspace_id = $1 AND o.id = t.order_id
LEFT JOIN personal_values n ON n.workspace_id = $1 AND n.id = cu.name_id
WHERE t.workspace_id = $1 AND t.broadcast_id = $2 AND ($3::text IS NULL OR t.state = $3)
  AND (NOT $4 OR t.replied_at IS NOT NULL) AND t.position > $5
ORDER BY t.position LIMIT $6
"""
NAMES = """
SELECT cu.id, n.value AS name FROM customers cu
LEFT JOIN personal_values n ON n.workspace_id = $1 AND n.id = cu.name_id
WHERE cu.workspace_id = $1 AND cu.id = ANY($2)
UNION ALL SELECT o.id, o.name FROM orders o WHERE o.workspace_id = $1 AND o.id = ANY($3)
"""


async def list_broadcasts(ctx: Ctx, limit: int, after: UUID | None) -> list[Broadcast]:
    """Gives broadcasts, the newest first."""
    rows = await ctx.tx.fetch(LIST, ctx.workspace_id, limit, after)
    return [read_broadcast(row) for row in rows]


async def list_targets(
    ctx: Ctx, broadcast_id: UUID, *, state: str | None, replied: bool, after: int, limit: int
) -> list[dict[str, Any]]:
    """Gives who is told or left out, in the order of telling, after a position."""
    rows = await ctx.tx.fetch(TARGETS, ctx.workspace_id, broadcast_id, state, replied, after, limit)
    return [dict(row) for row in rows]


async def name_targets(ctx: Ctx, targets: Sequence[Target]) -> dict[UUID | None, str | None]:
    """Gives the names of customers, and by their orders of those who are none yet."""
    orders = [one.order_id for one in targets if one.customer_id is None]
    customers = [one.customer_id for one in targets]
    rows = await ctx.tx.fetch(NAMES, ctx.workspace_id, customers, orders)
    return {row["id"]: row["name"] for row in rows}
