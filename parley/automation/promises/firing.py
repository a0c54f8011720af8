"""When a promise's time has come: it is looked at anew, then warned of or broken, and told."""

from typing import Any
from uuid import UUID

import msgspec

from parley.automation.open_hours import load_open_hours
from parley.automation.promises.acts import JOB, build_timers, show_promise, tell
from parley.automation.promises.deciding import next_due
from parley.automation.promises.model import Sla, parse_sla
from parley.automation.promises.reckoning import MINUTE, time_between
from parley.automation.promises.record import Promise, due_at, list_alarms
from parley.kit.conditions.catalogue import Catalogue
from parley.kit.ctx import Ctx
from parley.kit.jobs.registry import Job
from parley.kit.timers import set_timers

LOAD = """
SELECT p.id, p.kind, p.sla_id, p.sla_version, p.state, p.target_minutes, p.started_at, p.spent_ms, p.counted_from, p.due_at,
  p.warned_at, p.broken_at, p.met_at, p.ended_at, v.body ->> 'hours' AS hours, v.name, v.body, p.conversation_id
FROM promises p JOIN sla_versions v ON v.workspace_id = $1 AND v.sla_id = p.sla_id AND v.version = p.sla_version
WHERE p.workspace_id = $1 AND p.id = $2 FOR UPDATE OF p
"""
STANDING = """
SELECT id, kind, sla_id, sla_version, state, target_minutes, started_at, spent_ms, counted_from, due_at, broken_at
FROM promises WHERE workspace_id = $1 AND conversation_id = $2 AND ended_at IS NULL
"""
MOVE = "UPDATE promises SET due_at = $3 WHERE workspace_id = $1 AND id = $2"
WARN = "UPDATE promises SET warned_at = $3 WHERE workspace_id = $1 AND id = $2"
BREAK = "UPDATE promises SET state = 'broken', broken_at = $3 WHERE workspace_id = $1 AND id = $2"


async def look_at_promise(ctx: Ctx, catalogue: Catalogue, promise_id: UUID, minutes: int) -> str:
    """Warns of a promise (`minutes` before it falls due) or breaks it (0), and says what was done.

    `gone` when it has ended or is paused, `moved` when the business hours have changed meanwhile and it falls due at
    another time, `early` for a warning whose time has moved, else `warned` or `broken`.
    """
    row = await ctx.tx.fetchrow(LOAD, ctx.workspace_id, promise_id)
    if row is None:
        return "gone"
    promise = Promise(**{name: row[name] for name in Promise.__struct_fields__})
    if not promise.runs or promise.broken_at is not None:
        return "gone"
    sla = parse_sla(row["body"], catalogue, row["sla_id"], row["sla_version"], row["name"])
    hours = await load_open_hours(ctx)
    due = due_at(promise, hours)
    if due != promise.due_at:
        await _move(ctx, row["conversation_id"], msgspec.structs.replace(promise, due_at=due), sla)
        return "moved"
    if due is None:
        return "gone"
    if minutes:
        assert promise.counted_from is not None  # noqa: S101 - it runs
        spent = time_between(hours, promise.hours, promise.counted_from, ctx.now)
        if ctx.now >= due or promise.left - spent > minutes * MINUTE:
            return "early"
        await ctx.tx.execute(WARN, ctx.workspace_id, promise_id, ctx.now)
        tell(ctx, row["conversation_id"], promise_id, promise, promise.state, ctx.now, warned=True)
        return "warned"
    if ctx.now < due:
        return "early"
    await ctx.tx.execute(BREAK, ctx.workspace_id, promise_id, due)
    broken = msgspec.structs.replace(promise, state="broken", broken_at=due)
    tell(ctx, row["conversation_id"], promise_id, broken, promise.state, ctx.now)
    return "broken"


async def _move(ctx: Ctx, conversation_id: UUID, promise: Promise, sla: Sla) -> None:
    """Lets a promise fall due when the hours, as they are now, say so."""
    assert promise.id is not None  # noqa: S101 - it was read
    await ctx.tx.execute(MOVE, ctx.workspace_id, promise.id, promise.due_at)
    alarms = list_alarms(promise, sla, await load_open_hours(ctx))
    await set_timers(ctx, JOB, build_timers(promise.id, alarms))
    rows = await ctx.tx.fetch(STANDING, ctx.workspace_id, conversation_id)
    await show_promise(ctx, conversation_id, *next_due([Promise(**_values(row)) for row in rows]))
    tell(ctx, conversation_id, promise.id, promise, promise.state, ctx.now)


def _values(row: Any) -> dict[str, Any]:
    return dict(row)


def build_job(catalogue: Catalogue) -> Any:
    """Gives the job's handler."""

    async def look(job: Job) -> None:
        """Looks at one promise whose time has come."""
        async with job.runtime.ctx(job.workspace_id) as ctx:
            await look_at_promise(ctx, catalogue, job.uuid("promise_id"), int(job.payload["minutes"]))

    return look
