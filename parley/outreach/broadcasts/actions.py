"""What one can do with a broadcast: write it, start it, approve, pause, resume, cancel, try again."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from parley.conversations.actions.delivering import retry_delivery
from parley.kit.ctx import Ctx
from parley.kit.errors import Conflict, Invalid, NotAllowed, NotFound, ParleyError
from parley.kit.ids import uuid7
from parley.kit.runtime import Runtime
from parley.kit.timers import Timer, drop_timers, set_timers
from parley.outreach.broadcasts.model import (
    BroadcastSelection,
    BroadcastTexts,
    Target,
    clean_texts,
    parse_selection,
    refuse,
)
from parley.outreach.broadcasts.previewing import look_at
from parley.outreach.broadcasts.records import Broadcast, get_broadcast, set_state, tell, write_broadcast

SEND = "broadcasts.send"
MOST_PER_MINUTE = 600
RETRIED = 200
INSERT = """
INSERT INTO broadcasts (workspace_id, id, name, state, selection, texts, tag_id, per_minute, created_by, created_at,
  updated_at)
VALUES ($1, $2, $3, 'draft', $4, $5, $6, $7, $8, $9, $9)
"""
ADD_TARGETS = """
INSERT INTO broadcast_targets (workspace_id, broadcast_id, customer_id, position, conversation_id, order_id,
  channel_kind, language, state, reason)
SELECT $1, $2, t.customer_id, t.position, t.conversation_id, t.order_id, t.channel_kind, t.language,
  CASE WHEN t.reason IS NULL THEN 'waiting' ELSE 'skipped' END, t.reason
FROM unnest($3::uuid[], $4::int[], $5::uuid[], $6::uuid[], $7::text[], $8::text[], $9::text[])
  AS t(customer_id, position, conversation_id, order_id, channel_kind, language, reason)
"""
CANCEL = """
UPDATE broadcast_targets SET state = 'cancelled' WHERE workspace_id = $1 AND broadcast_id = $2 AND state = 'waiting'
"""
FAILED = """
SELECT position, message_id FROM broadcast_targets WHERE workspace_id = $1 AND broadcast_id = $2
  AND state = 'failed' AND ($3::int[] IS NULL OR position = ANY($3)) ORDER BY position LIMIT $4 FOR UPDATE
"""
AGAIN = """
UPDATE broadcast_targets SET state = CASE WHEN message_id IS NULL THEN 'waiting' ELSE 'sent' END, reason = NULL,
  detail = NULL
WHERE workspace_id = $1 AND broadcast_id = $2 AND position = ANY($3) AND state = 'failed'
"""
PORTION = 5_000


async def create_broadcast(ctx: Ctx, name: str) -> UUID:
    """Stores an empty draft."""
    broadcast_id = uuid7()
    by = ctx.actor.id if ctx.actor.kind == "agent" else None
    await ctx.tx.execute(
        INSERT,
        ctx.workspace_id,
        broadcast_id,
        name,
        BroadcastSelection(ids=[]),
        BroadcastTexts(),
        None,
        60,
        by,
        ctx.now,
    )
    return broadcast_id


async def change_broadcast(ctx: Ctx, runtime: Runtime, broadcast_id: UUID, changes: dict[str, Any]) -> None:
    """Changes a draft: name, selection, texts, tag_id, per_minute; raises NotFound, Conflict and Invalid."""
    broadcast = await get_broadcast(ctx, broadcast_id, lock=True)
    _require(broadcast, "draft")
    if "name" in changes and not changes["name"].strip():
        refuse("name", "Give the broadcast a name.")
    if "selection" in changes:
        parse_selection(changes["selection"], runtime.catalogue)
    if "texts" in changes:
        changes["texts"] = clean_texts(changes["texts"])
    if not 1 <= changes.get("per_minute", 1) <= MOST_PER_MINUTE:
        refuse("per_minute", f"Choose 1 to {MOST_PER_MINUTE} messages a minute.")
    if changes.get("tag_id") is not None:
        await _check_tag(ctx, changes["tag_id"])
    await write_broadcast(ctx, broadcast_id, {**changes, "updated_at": ctx.now})
    tell(ctx, broadcast)


async def _check_tag(ctx: Ctx, tag_id: UUID) -> None:
    if not await ctx.tx.fetchval(
        "SELECT true FROM tags WHERE workspace_id = $1 AND id = $2 AND archived_at IS NULL",
        ctx.workspace_id,
        tag_id,
    ):
        raise NotFound("tag")


async def delete_broadcast(ctx: Ctx, broadcast_id: UUID) -> None:
    """Deletes a draft; raises NotFound, and Conflict for one that was started."""
    broadcast = await get_broadcast(ctx, broadcast_id, lock=True)
    _require(broadcast, "draft")
    await ctx.tx.execute(
        "DELETE FROM broadcasts WHERE workspace_id = $1 AND id = $2", ctx.workspace_id, broadcast_id
    )
    broadcast.state = "deleted"
    tell(ctx, broadcast)


async def start_broadcast(
    ctx: Ctx, runtime: Runtime, broadcast_id: UUID, digest: str, agent_id: UUID
) -> None:
    """Fixes who is told and begins, or waits for a second person where there are many.

    Raises Conflict when selection or words are not those of `digest` any more, and Invalid for what would go out
    with a hole.
    """
    broadcast = await get_broadcast(ctx, broadcast_id, lock=True)
    _require(broadcast, "draft")
    look = await look_at(ctx, runtime, broadcast)
    if look.preview.digest != digest:
        raise Conflict(
            "selection_changed",
            "Meanwhile somebody else is affected, or the words have changed. Nothing was sent; look again.",
        )
    if look.preview.problems:
        first = look.preview.problems[0]
        said = ", ".join(filter(None, (first.kind, first.variable, first.channel, first.language)))
        raise Invalid("not_ready", f"This cannot be sent yet: {said}.")
    await _add_targets(ctx, broadcast_id, look.targets)
    broadcast.total = look.preview.total
    values = {
        "total": look.preview.total,
        "skipped": len(look.targets) - look.preview.total,
        "started_by": agent_id,
    }
    if look.preview.approval:
        await set_state(ctx, broadcast, "waiting", **values)
    else:
        await set_state(ctx, broadcast, "running", started_at=ctx.now, next_at=ctx.now, **values)
        await wake(ctx, broadcast_id)


async def _add_targets(ctx: Ctx, broadcast_id: UUID, targets: Sequence[Target]) -> None:
    for start in range(0, len(targets), PORTION):
        part = targets[start : start + PORTION]
        await ctx.tx.execute(
            ADD_TARGETS,
            ctx.workspace_id,
            broadcast_id,
            [one.customer_id for one in part],
            list(range(start, start + len(part))),
            [one.conversation_id for one in part],
            [one.order_id for one in part],
            [one.channel_kind for one in part],
            [one.language for one in part],
            [one.reason for one in part],
        )


async def approve_broadcast(ctx: Ctx, broadcast_id: UUID, agent_id: UUID) -> None:
    """Has a broadcast begin that waits for a second person; raises NotAllowed for who has started it himself."""
    broadcast = await get_broadcast(ctx, broadcast_id, lock=True)
    _require(broadcast, "waiting")
    if agent_id in (broadcast.started_by, broadcast.created_by):
        raise NotAllowed(
            "same_person", "So many customers need a second person; ask a colleague to start it."
        )
    await set_state(ctx, broadcast, "running", approved_by=agent_id, started_at=ctx.now, next_at=ctx.now)
    await wake(ctx, broadcast_id)


async def pause_broadcast(ctx: Ctx, broadcast_id: UUID) -> None:
    """Holds a broadcast; when this is done nothing more leaves."""
    broadcast = await get_broadcast(ctx, broadcast_id, lock=True)
    _require(broadcast, "running")
    await set_state(ctx, broadcast, "paused")
    await drop_timers(ctx, SEND, [str(broadcast_id)])


async def resume_broadcast(ctx: Ctx, broadcast_id: UUID) -> None:
    """Lets a held broadcast go on, no faster than it may."""
    broadcast = await get_broadcast(ctx, broadcast_id, lock=True)
    _require(broadcast, "paused")
    await set_state(ctx, broadcast, "running")
    await wake(ctx, broadcast_id)


async def cancel_broadcast(ctx: Ctx, broadcast_id: UUID) -> None:
    """Ends a broadcast for good; what has left has left."""
    broadcast = await get_broadcast(ctx, broadcast_id, lock=True)
    _require(broadcast, "waiting", "running", "paused")
    await ctx.tx.execute(CANCEL, ctx.workspace_id, broadcast_id)
    await set_state(ctx, broadcast, "cancelled", finished_at=ctx.now)
    await drop_timers(ctx, SEND, [str(broadcast_id)])


async def retry_targets(ctx: Ctx, broadcast_id: UUID, positions: list[int] | None) -> int:
    """Tries again what failed, of these targets or of all (200 at once): gives how many.

    What was never posted waits for its turn; of what was posted the same message is delivered again, not a second one.
    """
    broadcast = await get_broadcast(ctx, broadcast_id, lock=True)
    _require(broadcast, "running", "paused", "done")
    rows = await ctx.tx.fetch(FAILED, ctx.workspace_id, broadcast_id, positions, RETRIED)
    again = [row for row in rows if row["message_id"] is None or await _deliver(ctx, row["message_id"])]
    await ctx.tx.execute(AGAIN, ctx.workspace_id, broadcast_id, [row["position"] for row in again])
    posted = sum(row["message_id"] is not None for row in again)
    counts = {"failed": broadcast.failed - len(again), "sent": broadcast.sent + posted}
    if len(again) > posted and broadcast.state == "done":
        await set_state(ctx, broadcast, "running", finished_at=None, **counts)
        await wake(ctx, broadcast_id)
    elif again:
        await set_state(ctx, broadcast, broadcast.state, **counts)
    return len(again)


async def _deliver(ctx: Ctx, message_id: UUID) -> bool:
    try:
        async with ctx.attempt():
            await retry_delivery(ctx, message_id)
    except ParleyError:
        return False
    return True


async def wake(ctx: Ctx, broadcast_id: UUID) -> None:
    """Has the next portion sent as soon as it may be."""
    await set_timers(
        ctx, SEND, [Timer(str(broadcast_id), ctx.now, {"broadcast_id": str(broadcast_id)}, broadcast_id)]
    )


def _require(broadcast: Broadcast, *states: str) -> None:
    if broadcast.state not in states:
        raise Conflict(
            "wrong_state",
            f"This broadcast is {broadcast.state}; this needs one that is {' or '.join(states)}.",
        )
