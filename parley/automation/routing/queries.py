"""Reading the settings of routing and the queue."""

from datetime import datetime
from typing import Any
from uuid import UUID

from parley.automation.routing.queue import FORGOTTEN, SAMPLES, estimate_minutes
from parley.kit.ctx import Ctx
from parley.kit.errors import NotFound

AGENTS = """
SELECT a.id AS agent_id, r.capacity::float AS capacity, coalesce(r.languages, '{}') AS languages,
  coalesce(r.skills, '{}') AS skills, r.time_zone, coalesce(r.shifts, '[]') AS shifts, coalesce(r.away, '[]') AS away,
  coalesce(r.takes_work, true) AS takes_work
FROM agents a LEFT JOIN agent_routing r ON r.workspace_id = $1 AND r.agent_id = a.id
WHERE a.workspace_id = $1 AND a.state = 'active' AND ($2::uuid IS NULL OR a.id = $2) ORDER BY a.id
"""
QUEUES = """
SELECT q.team_id, count(*)::int AS waiting, min(q.entered_at) AS since,
  ARRAY(SELECT s.left_at FROM queue_entries s WHERE s.workspace_id = $1 AND s.outcome = 'assigned'
        AND s.team_id IS NOT DISTINCT FROM q.team_id AND s.left_at > $2 ORDER BY s.left_at DESC LIMIT $3) AS served
FROM queue_entries q WHERE q.workspace_id = $1 AND q.left_at IS NULL GROUP BY q.team_id ORDER BY q.team_id
"""


async def list_agent_routing(ctx: Ctx, agent_id: UUID | None = None) -> list[dict[str, Any]]:
    """Gives how the active agents, or one of them, take work."""
    return [dict(row) for row in await ctx.tx.fetch(AGENTS, ctx.workspace_id, agent_id)]


async def get_agent_routing(ctx: Ctx, agent_id: UUID) -> dict[str, Any]:
    """Gives how an agent takes work; raises NotFound."""
    found = await list_agent_routing(ctx, agent_id)
    if not found:
        raise NotFound("active agent")
    return found[0]


async def list_team_routing(ctx: Ctx) -> list[dict[str, Any]]:
    """Gives what teams do differently."""
    rows = await ctx.tx.fetch(
        """SELECT t.id AS team_id, coalesce(r.settings, '{}') AS settings FROM teams t
           LEFT JOIN team_routing r ON r.workspace_id = $1 AND r.team_id = t.id
           WHERE t.workspace_id = $1 AND t.archived_at IS NULL ORDER BY t.name, t.id""",
        ctx.workspace_id,
    )
    return [dict(row) for row in rows]


async def list_queues(ctx: Ctx) -> list[dict[str, Any]]:
    """Gives the queue of each team (None: conversations without a team) with the wait of who would come now."""
    rows = await ctx.tx.fetch(QUEUES, ctx.workspace_id, ctx.now - FORGOTTEN, SAMPLES)
    return [
        {
            "team_id": row["team_id"],
            "waiting": row["waiting"],
            "since": row["since"],
            "minutes": estimate_minutes(row["waiting"] + 1, row["served"], ctx.now),
        }
        for row in rows
    ]


async def find_personal_agent(ctx: Ctx, customer_id: UUID) -> tuple[UUID | None, datetime | None]:
    """Gives the agent of a customer and since when, or None twice."""
    row = await ctx.tx.fetchrow(
        "SELECT agent_id, at FROM personal_agents WHERE workspace_id = $1 AND customer_id = $2",
        ctx.workspace_id,
        customer_id,
    )
    return (row["agent_id"], row["at"]) if row else (None, None)


async def check_customer(ctx: Ctx, customer_id: UUID) -> None:
    """Raises NotFound when the workspace has no such customer."""
    if not await ctx.tx.fetchval(
        "SELECT true FROM customers WHERE workspace_id = $1 AND id = $2", ctx.workspace_id, customer_id
    ):
        raise NotFound("customer")


async def list_handovers(ctx: Ctx, limit: int, before: UUID | None) -> list[dict[str, Any]]:
    """Gives hand-overs, the newest first."""
    rows = await ctx.tx.fetch(
        """SELECT id, agent_id, conversation_ids, brief, reason, at FROM handovers
           WHERE workspace_id = $1 AND ($3::uuid IS NULL OR id < $3) ORDER BY id DESC LIMIT $2""",
        ctx.workspace_id,
        limit,
        before,
    )
    return [dict(row) for row in rows]


async def get_handover(ctx: Ctx, handover_id: UUID) -> dict[str, Any]:
    """Gives a hand-over; raises NotFound."""
    row = await ctx.tx.fetchrow(
        """SELECT id, agent_id, conversation_ids, brief, reason, at FROM handovers
           WHERE workspace_id = $1 AND id = $2""",
        ctx.workspace_id,
        handover_id,
    )
    if row is None:
        raise NotFound("hand-over")
    return dict(row)
