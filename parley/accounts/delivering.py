"""Delivering webhooks: one job drains one webhook, in the order of the log, from its cursor.

`announced` says that there is something to look at and that a job has been deferred for it. A job takes the
webhook by a lease, clears the mark, delivers, and gives the webhook back only when no new mark was set meanwhile.
So nothing is forgotten however jobs, crashes and new facts meet; what a crash leaves is found by `wake_webhooks`.
"""

from datetime import datetime, timedelta
from time import monotonic
from uuid import UUID, uuid5

import msgspec

from parley.accounts.actions.auditing import write_audit
from parley.accounts.actions.notifying import notify_agents
from parley.accounts.actions.webhooks import DRAIN
from parley.accounts.sending import Outcome, send_body
from parley.accounts.webhooks import FIELD, GIVE_UP_AFTER, GONE, build_body, pause_after
from parley.facts.accounts import SettingsChanged
from parley.kit.ctx import Ctx
from parley.kit.ids import uuid7
from parley.kit.jobs.registry import Job
from parley.kit.log.cursor import Cursor, parse_cursor
from parley.kit.log.fact import Recorded
from parley.kit.log.read import newest_cursor, read_workspace
from parley.kit.runtime import Runtime

LEASE = timedelta(seconds=60)
BATCH = 50
SLICE_SECONDS = 5.0
# A job that was delayed until `retry_at` may come a little early, by another clock.
EARLY = timedelta(seconds=3)
_LEASES = UUID("6f0c1f6e-31a4-4a0e-8f4e-2f1d3c9a7b55")


class Taken(msgspec.Struct, frozen=True):
    """A webhook that this job has taken."""

    id: UUID
    workspace_id: UUID
    lease_id: UUID
    url: str
    kinds: list[str]
    secret: str
    failures: int
    failing_since: datetime | None
    cursor: Cursor


async def drain_webhook(job: Job) -> None:
    """Delivers what a webhook has not got yet; goes on in another job when that takes long."""
    # The same job run again after a crash takes its own lease.
    lease_id = uuid5(_LEASES, str(job.id))
    webhook_id, until = job.uuid("webhook_id"), monotonic() + SLICE_SECONDS
    while True:
        hook = await _take(job, webhook_id, lease_id)
        if hook is None:
            return
        done = await _deliver_waiting(job.runtime, hook, until)
        if done is None:
            return
        if await _give_back(job, hook, again=not done):
            return


async def _take(job: Job, webhook_id: UUID, lease_id: UUID) -> Taken | None:
    now = job.runtime.clock.now()
    async with job.runtime.ctx(job.workspace_id) as ctx:
        row = await ctx.tx.fetchrow(
            """UPDATE webhooks SET lease_id = $3, leased_until = $4, announced = false
               WHERE workspace_id = $1 AND id = $2 AND state = 'active' AND (retry_at IS NULL OR retry_at <= $5)
                 AND (lease_id IS NULL OR lease_id = $3 OR leased_until < $6)
               RETURNING url, kinds, secret, failures, failing_since, cursor_epoch, cursor_xid, cursor_seq""",
            ctx.workspace_id,
            webhook_id,
            lease_id,
            now + LEASE,
            now + EARLY,
            now,
        )
    if row is None:
        return None
    return Taken(
        id=webhook_id,
        workspace_id=job.workspace_id,
        lease_id=lease_id,
        url=row["url"],
        kinds=row["kinds"],
        secret=job.runtime.box.open_text(row["secret"], owner=webhook_id, field=FIELD),
        failures=row["failures"],
        failing_since=row["failing_since"],
        cursor=Cursor(row["cursor_epoch"], row["cursor_xid"], row["cursor_seq"]),
    )


async def _deliver_waiting(runtime: Runtime, hook: Taken, until: float) -> bool | None:
    """True when all was delivered, False when time was up, None when the webhook failed or is not ours any more."""
    cursor = hook.cursor
    while True:
        facts, newest = await _read(runtime, hook, cursor)
        for recorded in facts:
            outcome = await send_body(runtime, hook.url, hook.secret, recorded.id, build_body(recorded))
            if not outcome.ok:
                await _note_failure(runtime, hook, recorded, outcome)
                return None
            reached = parse_cursor(recorded.cursor)
            if not await _note_success(runtime, hook, recorded, outcome, cursor, reached):
                return None
            hook, cursor = msgspec.structs.replace(hook, failures=0, failing_since=None), reached
            if monotonic() > until:
                return False
        if len(facts) < BATCH:
            await _skip_to(runtime, hook, cursor, newest)
            return True


async def _read(runtime: Runtime, hook: Taken, after: Cursor) -> tuple[list[Recorded], Cursor]:
    db = runtime.db
    async with db.transaction(hook.workspace_id) as tx:
        newest = await newest_cursor(tx, hook.workspace_id, epoch=db.epoch, own=db.sees_own_writes)
        facts = await read_workspace(
            tx,
            hook.workspace_id,
            after,
            epoch=db.epoch,
            own=db.sees_own_writes,
            limit=BATCH,
            kinds=hook.kinds or None,
        )
    return facts, newest


async def _note_success(
    runtime: Runtime, hook: Taken, recorded: Recorded, outcome: Outcome, before: Cursor, reached: Cursor
) -> bool:
    """Moves the cursor; False when somebody moved it meanwhile (a replay), paused or removed the webhook."""
    async with runtime.ctx(hook.workspace_id) as ctx:
        moved = await ctx.tx.fetchval(
            """UPDATE webhooks SET cursor_epoch = $4, cursor_xid = $5, cursor_seq = $6, failures = 0,
                 failing_since = NULL, retry_at = NULL, last_error = '', delivered_at = $10, leased_until = $11
               WHERE workspace_id = $1 AND id = $2 AND lease_id = $3 AND state = 'active'
                 AND (cursor_epoch, cursor_xid, cursor_seq) = ($7, $8, $9) RETURNING id""",
            hook.workspace_id,
            hook.id,
            hook.lease_id,
            *reached,
            *before,
            ctx.now,
            ctx.now + LEASE,
        )
        await note_delivery(ctx, hook.id, recorded, outcome, hook.failures + 1)
        if moved is None:
            await _release(ctx, hook)
    return moved is not None


async def _skip_to(runtime: Runtime, hook: Taken, before: Cursor, newest: Cursor) -> None:
    """Moves the cursor over facts of kinds that this webhook does not want."""
    if newest <= before:
        return
    async with runtime.ctx(hook.workspace_id) as ctx:
        await ctx.tx.execute(
            """UPDATE webhooks SET cursor_epoch = $4, cursor_xid = $5, cursor_seq = $6
               WHERE workspace_id = $1 AND id = $2 AND lease_id = $3
                 AND (cursor_epoch, cursor_xid, cursor_seq) = ($7, $8, $9)""",
            hook.workspace_id,
            hook.id,
            hook.lease_id,
            *newest,
            *before,
        )


async def _note_failure(runtime: Runtime, hook: Taken, recorded: Recorded, outcome: Outcome) -> None:
    failures = hook.failures + 1
    async with runtime.ctx(hook.workspace_id) as ctx:
        since = hook.failing_since or ctx.now
        await note_delivery(ctx, hook.id, recorded, outcome, failures)
        give_up = outcome.status == GONE or ctx.now - since >= GIVE_UP_AFTER
        retry_at = ctx.now + pause_after(failures, outcome.retry_after)
        mine = await ctx.tx.fetchval(
            """UPDATE webhooks SET failures = $4, failing_since = $5, last_error = $6, retry_at = $7,
                 state = CASE WHEN $8 THEN 'paused' ELSE state END,
                 paused_at = CASE WHEN $8 THEN $9 ELSE paused_at END, lease_id = NULL, leased_until = NULL
               WHERE workspace_id = $1 AND id = $2 AND lease_id = $3 RETURNING id""",
            hook.workspace_id,
            hook.id,
            hook.lease_id,
            failures,
            since,
            outcome.error,
            retry_at,
            give_up,
            ctx.now,
        )
        if mine is None:
            return
        if give_up:
            await _tell_admins(ctx, hook)
        else:
            ctx.defer(DRAIN, {"webhook_id": hook.id}, delay=retry_at - ctx.now)


async def _tell_admins(ctx: Ctx, hook: Taken) -> None:
    ctx.emit(SettingsChanged(record="webhook", record_id=hook.id, act="paused"))
    await write_audit(ctx, "webhook_paused", "webhook", hook.id)
    rows = await ctx.tx.fetch(
        """SELECT id FROM agents WHERE workspace_id = $1 AND state = 'active' AND role IN ('owner', 'admin')
           ORDER BY id LIMIT 100""",
        ctx.workspace_id,
    )
    data = {"wording": "failed_webhook", "url": hook.url[:200], "webhook_id": hook.id}
    await notify_agents(ctx, [row["id"] for row in rows], "failed", data=data)


async def note_delivery(
    ctx: Ctx, webhook_id: UUID, recorded: Recorded, outcome: Outcome, attempts: int
) -> None:
    """Keeps an attempt for the list of deliveries; a webhook removed meanwhile has no list."""
    await ctx.tx.execute(
        """INSERT INTO webhook_deliveries
             (workspace_id, id, webhook_id, fact_id, cursor, kind, state, attempts, status, error, duration_ms, at)
           SELECT $1, $3, $2, $4, $5, $6, $7, $8, $9, $10, $11, $12 FROM webhooks
           WHERE workspace_id = $1 AND id = $2""",
        ctx.workspace_id,
        webhook_id,
        uuid7(),
        recorded.id,
        recorded.cursor,
        recorded.kind,
        outcome.state,
        min(attempts, 30_000),
        outcome.status,
        outcome.error,
        outcome.duration_ms,
        ctx.now,
    )


async def _give_back(job: Job, hook: Taken, *, again: bool) -> bool:
    """Ends the lease; False when there is new work, so that the job must go on."""
    async with job.runtime.ctx(job.workspace_id) as ctx:
        if again:
            await _release(ctx, hook)
            return True
        given = await ctx.tx.fetchval(
            """UPDATE webhooks SET lease_id = NULL, leased_until = NULL
               WHERE workspace_id = $1 AND id = $2 AND lease_id = $3 AND NOT announced RETURNING id""",
            hook.workspace_id,
            hook.id,
            hook.lease_id,
        )
        if given is not None:
            return True
        return not await ctx.tx.fetchval(
            "SELECT lease_id = $3 FROM webhooks WHERE workspace_id = $1 AND id = $2",
            hook.workspace_id,
            hook.id,
            hook.lease_id,
        )


async def _release(ctx: Ctx, hook: Taken) -> None:
    """Ends the lease and has another job look again, unless the webhook was paused."""
    active = await ctx.tx.fetchval(
        """UPDATE webhooks SET lease_id = NULL, leased_until = NULL, announced = (state = 'active')
           WHERE workspace_id = $1 AND id = $2 AND lease_id = $3 RETURNING announced""",
        hook.workspace_id,
        hook.id,
        hook.lease_id,
    )
    if active:
        ctx.defer(DRAIN, {"webhook_id": hook.id})
