"""Back-fills and reconciliations: begun, moved on page by page, ended; each can be stopped and resumed."""

from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from parley.commerce.model import Kind
from parley.facts.commerce import StoreSynced
from parley.kit.ctx import Ctx
from parley.kit.errors import Conflict, NotFound
from parley.kit.ids import uuid7

JOB = "commerce.sync"
COLUMNS = "id, store_id, purpose, kind, state, position, since, done, total, changed, error, started_at, moved_at, finished_at"


class SyncRun(msgspec.Struct, frozen=True, kw_only=True):
    """One pass over everything of a kind. `purpose` is backfill or reconcile, `state` running, done, failed or cancelled."""

    id: UUID
    store_id: UUID
    purpose: str
    kind: Kind
    state: str
    position: dict[str, Any] | None
    since: datetime | None
    done: int
    total: int | None
    changed: int
    error: str
    started_at: datetime
    moved_at: datetime
    finished_at: datetime | None


async def begin_run(
    ctx: Ctx, store_id: UUID, purpose: str, kind: Kind, *, since: datetime | None = None, job: bool = True
) -> UUID:
    """Begins a pass; raises Conflict while one of the same purpose and kind is under way."""
    running = await ctx.tx.fetchval(
        """SELECT id FROM sync_runs WHERE workspace_id = $1 AND store_id = $2 AND purpose = $3 AND kind = $4
           AND state = 'running'""",
        ctx.workspace_id,
        store_id,
        purpose,
        kind,
    )
    if running is not None:
        raise Conflict(
            "sync_running", "This store is just being read; wait until that has ended or cancel it."
        )
    run_id = uuid7()
    await ctx.tx.execute(
        """INSERT INTO sync_runs (workspace_id, id, store_id, purpose, kind, since, started_at, moved_at)
           VALUES ($1, $2, $3, $4, $5, $6, $7, $7)""",
        ctx.workspace_id,
        run_id,
        store_id,
        purpose,
        kind,
        since,
        ctx.now,
    )
    if job:
        ctx.defer(JOB, {"run_id": run_id}, key=f"sync:{run_id}")
    return run_id


async def get_run(ctx: Ctx, run_id: UUID, *, lock: bool = False) -> SyncRun:
    """Gives a pass; raises NotFound."""
    row = await ctx.tx.fetchrow(
        f"SELECT {COLUMNS} FROM sync_runs WHERE workspace_id = $1 AND id = $2{' FOR UPDATE' if lock else ''}",
        ctx.workspace_id,
        run_id,
    )
    if row is None:
        raise NotFound("sync")
    return msgspec.convert(dict(row), SyncRun)


async def move_run(
    ctx: Ctx, run: SyncRun, position: dict[str, Any] | None, *, read: int, changed: int, total: int | None
) -> None:
    """Notes how far a pass has got, in the transaction that wrote the page."""
    done = await ctx.tx.fetchval(
        """UPDATE sync_runs SET position = $3, done = done + $4, changed = changed + $5, total = coalesce($6, total),
             moved_at = $7, error = '' WHERE workspace_id = $1 AND id = $2 RETURNING done""",
        ctx.workspace_id,
        run.id,
        position,
        read,
        changed,
        total,
        ctx.now,
    )
    _tell(ctx, run, "running", done, total or run.total, run.changed + changed)


async def end_run(ctx: Ctx, run_id: UUID, state: str, error: str = "") -> None:
    """Ends a pass: done, failed or cancelled; one that has ended stays as it is."""
    row = await ctx.tx.fetchrow(
        f"""UPDATE sync_runs SET state = $3, error = $4, finished_at = $5, moved_at = $5
            WHERE workspace_id = $1 AND id = $2 AND state = 'running' RETURNING {COLUMNS}""",
        ctx.workspace_id,
        run_id,
        state,
        error[:1000],
        ctx.now,
    )
    if row is not None:
        run = msgspec.convert(dict(row), SyncRun)
        _tell(ctx, run, state, run.done, run.total, run.changed)


def _tell(ctx: Ctx, run: SyncRun, state: str, done: int, total: int | None, changed: int) -> None:
    ctx.emit(
        StoreSynced(
            store_id=run.store_id,
            run_id=run.id,
            purpose=run.purpose,
            kind=run.kind,
            state=state,
            done=done,
            total=total,
            changed=changed,
        )
    )
