"""Handing over at the end of a shift: what an agent has open goes on, in the order of promises, with a brief."""

from datetime import datetime, timedelta
from uuid import UUID

import msgspec

from parley.accounts.actions.auditing import write_audit
from parley.accounts.actions.profile import set_presence
from parley.accounts.hours import parse_hours
from parley.automation.routing.decider import NAME
from parley.automation.routing.model import DEFAULTS, read_settings
from parley.automation.routing.queue import enter_queue
from parley.conversations.actions.changing import change_conversation
from parley.facts.accounts import SettingsChanged
from parley.facts.automation import WorkHandedOver
from parley.kit.ctx import Ctx
from parley.kit.errors import NotFound
from parley.kit.hours import next_close
from parley.kit.ids import uuid7
from parley.kit.jobs.registry import Job
from parley.kit.log.fact import Actor, Fact, Recorded
from parley.kit.runtime import Runtime
from parley.kit.timers import Timer, drop_timers, set_timers

SHIFT_END = "automation.shift_end"
MOST = 500
HELD = """
SELECT c.id FROM conversations c
WHERE c.workspace_id = $1 AND c.assignee_id = $2 AND c.status = 'open' AND ($3::uuid[] IS NULL OR c.id = ANY($3))
ORDER BY c.promise_due_at, c.priority DESC, c.waiting_since, c.id LIMIT $4
"""
STORE = """
INSERT INTO handovers (workspace_id, id, agent_id, conversation_ids, brief, reason, at)
VALUES ($1, $2, $3, $4, $5, $6, $7)
"""


class Brief(msgspec.Struct, frozen=True):
    """What the one who hands over adds: a line for all, and lines for single conversations."""

    note: str = ""
    notes: dict[str, str] = {}


async def hand_over(
    ctx: Ctx,
    agent_id: UUID,
    brief: Brief,
    *,
    only: list[UUID] | None = None,
    reason: str = "asked",
    leave: bool = True,
) -> UUID:
    """Gives an agent's open conversations back to their teams and gives the hand-over's id; raises NotFound.

    Routing finds others for them as they are given back, the one whose promise falls due first before the others; who
    handed over does not get them again. With `leave` he is away from now on.
    """
    if not await ctx.tx.fetchval(
        "SELECT true FROM agents WHERE workspace_id = $1 AND id = $2", ctx.workspace_id, agent_id
    ):
        raise NotFound("agent")
    rows = await ctx.tx.fetch(HELD, ctx.workspace_id, agent_id, only, MOST)
    if leave:
        await set_presence(ctx, agent_id, "away")
    handover_id = uuid7()
    ids = [row["id"] for row in rows]
    for row in rows:
        await change_conversation(ctx, row["id"], {"assignee_id": None})
        await enter_queue(ctx, row["id"], refused_by=agent_id)
    await ctx.tx.execute(
        STORE, ctx.workspace_id, handover_id, agent_id, ids, msgspec.to_builtins(brief), reason, ctx.now
    )
    ctx.emit(WorkHandedOver(handover_id=handover_id, agent_id=agent_id, conversation_ids=ids))
    await write_audit(ctx, "work_handed_over", "agent", agent_id, conversations=len(ids), reason=reason)
    return handover_id


async def plan_shift_end(ctx: Ctx, agent_id: UUID) -> None:
    """Sets the timer for the end of an agent's shift, where he has shifts; drops it where he has none."""
    row = await ctx.tx.fetchrow(
        """SELECT r.shifts, coalesce(r.time_zone, a.time_zone) AS time_zone FROM agent_routing r
           JOIN agents a ON a.workspace_id = $1 AND a.id = r.agent_id
           WHERE r.workspace_id = $1 AND r.agent_id = $2 AND a.state = 'active'""",
        ctx.workspace_id,
        agent_id,
    )
    ends = _shift_end(row["shifts"], row["time_zone"], ctx.now) if row is not None and row["shifts"] else None
    if ends is None:
        await drop_timers(ctx, SHIFT_END, [str(agent_id)])
    else:
        data = {"agent_id": str(agent_id)}
        await set_timers(ctx, SHIFT_END, [Timer(str(agent_id), ends, data, agent_id)])


def _shift_end(shifts: list[dict[str, object]], zone: str, now: datetime) -> datetime | None:
    return next_close(parse_hours({"time_zone": zone, "periods": shifts}), now + timedelta(seconds=1))


async def follow_shifts(ctx: Ctx, fact: Fact, _: Recorded) -> None:
    """Plans anew when somebody's shifts were changed."""
    if isinstance(fact, SettingsChanged) and fact.record == "agent_routing":
        await plan_shift_end(ctx, fact.record_id)


async def end_shift(job: Job) -> None:
    """Hands over at the end of a shift where the workspace wants that, and plans the next end."""
    runtime: Runtime = job.runtime
    agent_id = job.uuid("agent_id")
    async with runtime.ctx(job.workspace_id, Actor("system")) as ctx:
        values = await ctx.tx.fetchval(
            """SELECT config FROM decider_configs WHERE workspace_id = $1 AND decider = $2
               ORDER BY version DESC LIMIT 1""",
            ctx.workspace_id,
            NAME,
        )
        if read_settings({**DEFAULTS, **(values or {})}).hand_over:
            await hand_over(ctx, agent_id, Brief(), reason="shift")
        await plan_shift_end(ctx, agent_id)
