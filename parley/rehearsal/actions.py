"""Ordering, running and stopping rehearsals."""

import asyncio
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import structlog

from parley.accounts.actions.auditing import write_audit
from parley.facts.rehearsal import RehearsalProgressed
from parley.kit.ctx import Ctx
from parley.kit.errors import Conflict, FieldError, Invalid, NotFound, ParleyError
from parley.kit.ids import uuid7
from parley.kit.jobs.registry import Job
from parley.kit.runtime import Runtime
from parley.rehearsal.running import Cancelled, choose_trials, rehearse

log = structlog.get_logger("rehearsal")
JOB = "rehearsal.run"
LONGEST = timedelta(days=400)
TELL_SECONDS = 1.0
INSERT = """
INSERT INTO rehearsals (workspace_id, id, title, change, from_at, to_at, state, created_by, created_at)
VALUES ($1, $2, $3, $4, $5, $6, 'queued', $7, $8)
"""
# Only one that is still wanted moves on; the answer says whether it is.
MOVE = """
UPDATE rehearsals SET state = 'running', done = $3, total = $4, started_at = coalesce(started_at, $5)
WHERE workspace_id = $1 AND id = $2 AND state IN ('queued', 'running') RETURNING true
"""
END = """
UPDATE rehearsals SET state = $3, report = $4, error = $5, finished_at = $6
WHERE workspace_id = $1 AND id = $2 AND state IN ('queued', 'running') RETURNING done, total
"""


async def order_rehearsal(
    ctx: Ctx, runtime: Runtime, title: str, change: Mapping[str, Any], begins: datetime, ends: datetime
) -> UUID:
    """Orders a rehearsal and gives its id; it runs as a job. Raises Invalid for a change or a period that is wrong."""
    if begins.tzinfo is None or ends.tzinfo is None or ends <= begins or ends - begins > LONGEST:
        sentence = f"Give two times with their zone, the earlier first, at most {LONGEST.days} days apart."
        raise Invalid("bad_period", sentence, FieldError("from", sentence))
    for trial in choose_trials(runtime.decisions, change):
        await trial.prepare(ctx, change[trial.name])
    rehearsal_id = uuid7()
    name = " ".join(title.split())[:200] or "Rehearsal"
    await ctx.tx.execute(
        INSERT, ctx.workspace_id, rehearsal_id, name, dict(change), begins, ends, ctx.actor.id, ctx.now
    )
    await write_audit(ctx, "rehearsal_ordered", "rehearsal", rehearsal_id)
    ctx.emit(RehearsalProgressed(rehearsal_id=rehearsal_id, state="queued", done=0, total=0))
    ctx.defer(JOB, {"rehearsal_id": rehearsal_id})
    return rehearsal_id


async def cancel_rehearsal(ctx: Ctx, rehearsal_id: UUID) -> None:
    """Stops a rehearsal that waits or runs; raises NotFound, and Conflict when it has ended."""
    row = await ctx.tx.fetchrow(END, ctx.workspace_id, rehearsal_id, "cancelled", None, None, ctx.now)
    if row is None:
        known = await ctx.tx.fetchval(
            "SELECT state FROM rehearsals WHERE workspace_id = $1 AND id = $2", ctx.workspace_id, rehearsal_id
        )
        if known is None:
            raise NotFound("rehearsal")
        raise Conflict("ended", "This rehearsal has ended already.")
    _tell(ctx, rehearsal_id, "cancelled", row["done"], row["total"])


async def run_rehearsal(job: Job) -> None:
    """Runs what was ordered; done again after a crash it starts anew, since nothing but its progress was written."""
    runtime: Runtime = job.runtime
    rehearsal_id = job.uuid("rehearsal_id")
    async with runtime.ctx(job.workspace_id) as ctx:
        row = await ctx.tx.fetchrow(
            "SELECT change, from_at, to_at, state FROM rehearsals WHERE workspace_id = $1 AND id = $2",
            ctx.workspace_id,
            rehearsal_id,
        )
    if row is None or row["state"] not in ("queued", "running"):
        return
    watch = Watch(runtime, job.workspace_id, rehearsal_id)
    watching = asyncio.create_task(watch.run())
    try:
        report, error = await _try(runtime, job.workspace_id, dict(row), watch)
    except Cancelled:
        return
    finally:
        watching.cancel()
        await asyncio.gather(watching, return_exceptions=True)
    async with runtime.ctx(job.workspace_id) as ctx:
        state = "failed" if report is None else "done"
        await ctx.tx.fetchval(MOVE, ctx.workspace_id, rehearsal_id, watch.done, watch.total, ctx.now)
        if await ctx.tx.fetchrow(END, ctx.workspace_id, rehearsal_id, state, report, error, ctx.now):
            _tell(ctx, rehearsal_id, state, watch.done, watch.total)


async def _try(
    runtime: Runtime, workspace_id: UUID, row: Mapping[str, Any], watch: "Watch"
) -> tuple[dict[str, Any] | None, str | None]:
    try:
        async with runtime.ctx(workspace_id) as ctx:
            report = await rehearse(
                ctx,
                runtime.decisions,
                row["change"],
                row["from_at"],
                row["to_at"],
                watch.move,
                runtime.parts.get("understander"),
            )
    except ParleyError as refusal:
        return None, refusal.detail
    return report, None


class Watch:
    """Writes down every second how far a rehearsal has come, and hears that it is not wanted any more.

    In transactions of its own, beside the one that reads the log.
    """

    def __init__(self, runtime: Runtime, workspace_id: UUID, rehearsal_id: UUID) -> None:
        self._runtime = runtime
        self._workspace_id = workspace_id
        self._rehearsal_id = rehearsal_id
        self.done = self.total = 0
        self.wanted = True

    async def move(self, done: int, total: int) -> bool:
        """Notes how far it has come; False when it is to stop."""
        self.done, self.total = done, total
        return self.wanted

    async def run(self) -> None:
        """Writes until cancelled."""
        while self.wanted:
            async with self._runtime.ctx(self._workspace_id) as ctx:
                self.wanted = bool(
                    await ctx.tx.fetchval(
                        MOVE, ctx.workspace_id, self._rehearsal_id, self.done, self.total, ctx.now
                    )
                )
                if self.wanted:
                    _tell(ctx, self._rehearsal_id, "running", self.done, self.total)
            await asyncio.sleep(TELL_SECONDS)


def _tell(ctx: Ctx, rehearsal_id: UUID, state: str, done: int, total: int) -> None:
    ctx.emit(RehearsalProgressed(rehearsal_id=rehearsal_id, state=state, done=done, total=total))
