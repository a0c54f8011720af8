"""Broadcasts as rows."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec

from parley.facts.outreach import BroadcastChanged
from parley.kit.ctx import Ctx
from parley.kit.errors import NotFound
from parley.kit.jobs.registry import Job
from parley.kit.timers import Timer, set_timers
from parley.outreach.broadcasts.model import BroadcastSelection, BroadcastTexts

TELL = "broadcasts.tell"
PAUSE = timedelta(seconds=1)
COUNTS = ("total", "sent", "failed", "skipped", "replied")
COLUMNS = """id, name, state, selection, texts, tag_id, per_minute, total, sent, failed, skipped, replied, created_by,
  started_by, approved_by, created_at, updated_at, started_at, finished_at, next_at, told_at"""
FIND = f"SELECT {COLUMNS} FROM broadcasts WHERE workspace_id = $1 AND id = $2"
# What keys of others refer to does not change, so that targets can be written meanwhile.
LOCK = f"{FIND} FOR NO KEY UPDATE"


class Broadcast(msgspec.Struct, kw_only=True):
    """A broadcast; `total` counts who is to be told, `skipped` who was left out."""

    id: UUID
    name: str
    state: str
    selection: BroadcastSelection
    texts: BroadcastTexts
    tag_id: UUID | None
    per_minute: int
    total: int
    sent: int
    failed: int
    skipped: int
    replied: int
    created_by: UUID | None
    started_by: UUID | None
    approved_by: UUID | None
    created_at: datetime
    updated_at: datetime
    started_at: datetime | None
    finished_at: datetime | None
    next_at: datetime | None = None
    told_at: datetime | None = None


async def get_broadcast(ctx: Ctx, broadcast_id: UUID, *, lock: bool = False) -> Broadcast:
    """Gives a broadcast, locked where it is to be changed; raises NotFound."""
    row = await ctx.tx.fetchrow(LOCK if lock else FIND, ctx.workspace_id, broadcast_id)
    if row is None:
        raise NotFound("broadcast")
    return read_broadcast(row)


def read_broadcast(row: Any) -> Broadcast:
    """Reads a row with `COLUMNS`."""
    return msgspec.convert(dict(row), Broadcast)


async def set_state(ctx: Ctx, broadcast: Broadcast, state: str, **more: Any) -> None:
    """Moves a locked broadcast on and tells of it; `more` are columns (started_at, approved_by, …)."""
    values = {"state": state, "updated_at": ctx.now, "told_at": ctx.now, **more}
    await write_broadcast(ctx, broadcast.id, values)
    for name, value in values.items():
        setattr(broadcast, name, value)
    tell(ctx, broadcast)


async def write_broadcast(ctx: Ctx, broadcast_id: UUID, values: dict[str, Any]) -> None:
    """Writes columns of a broadcast."""
    names = ", ".join(f"{name} = ${n}" for n, name in enumerate(values, start=3))
    await ctx.tx.execute(
        f"UPDATE broadcasts SET {names} WHERE workspace_id = $1 AND id = $2",
        ctx.workspace_id,
        broadcast_id,
        *values.values(),
    )


async def write_counts(ctx: Ctx, broadcast: Broadcast) -> None:
    """Writes the counts of a locked broadcast as they stand on it; screens hear of them at most once a second.

    What they do not hear now they hear by a timer, so that the last counts are always told.
    """
    values: dict[str, Any] = {name: getattr(broadcast, name) for name in COUNTS}
    due = ctx.now if broadcast.told_at is None else broadcast.told_at + PAUSE
    if due <= ctx.now:
        values["told_at"] = broadcast.told_at = ctx.now
        tell(ctx, broadcast)
    else:
        about = {"broadcast_id": str(broadcast.id)}
        await set_timers(ctx, TELL, [Timer(str(broadcast.id), due, about, broadcast.id)])
    await write_broadcast(ctx, broadcast.id, values)


async def tell_counts(job: Job) -> None:
    """Tells the counts that came too soon after the last ones; nothing for a broadcast that is gone."""
    async with job.runtime.ctx(job.workspace_id) as ctx:
        row = await ctx.tx.fetchrow(LOCK, ctx.workspace_id, job.uuid("broadcast_id"))
        if row is not None:
            broadcast = read_broadcast(row)
            await write_broadcast(ctx, broadcast.id, {"told_at": ctx.now})
            tell(ctx, broadcast)


def tell(ctx: Ctx, broadcast: Broadcast) -> None:
    """Tells how far a broadcast is."""
    ctx.emit(
        BroadcastChanged(
            broadcast_id=broadcast.id,
            state=broadcast.state,
            total=broadcast.total,
            sent=broadcast.sent,
            failed=broadcast.failed,
            replied=broadcast.replied,
        )
    )
