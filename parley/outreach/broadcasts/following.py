"""What comes of a broadcast's messages: answers, and those that did not arrive."""

from typing import Any
from uuid import UUID

from parley.facts.conversations import MessageDelivered, MessageFailed, MessageReceived
from parley.kit.ctx import Ctx
from parley.kit.log.fact import Fact, Recorded
from parley.outreach.broadcasts.records import LOCK, read_broadcast, write_counts

# An answer lands in the conversation that was told, or in the one that this became part of.
ANSWERED = """
SELECT DISTINCT broadcast_id FROM broadcast_targets
WHERE workspace_id = $1 AND state = 'sent' AND replied_at IS NULL AND sent_at < $3 AND conversation_id IN (
  SELECT $2::uuid UNION ALL SELECT id FROM conversations WHERE workspace_id = $1 AND merged_into_id = $2)
ORDER BY broadcast_id
"""
REPLIED = """
UPDATE broadcast_targets SET replied_at = $3
WHERE workspace_id = $1 AND broadcast_id = $4 AND state = 'sent' AND replied_at IS NULL AND sent_at < $3
  AND conversation_id IN (
    SELECT $2::uuid UNION ALL SELECT id FROM conversations WHERE workspace_id = $1 AND merged_into_id = $2)
RETURNING customer_id
"""
OF_MESSAGE = "SELECT broadcast_id FROM broadcast_targets WHERE workspace_id = $1 AND message_id = $2"
MOVE = """
UPDATE broadcast_targets SET state = $4, reason = $5, detail = $6
WHERE workspace_id = $1 AND broadcast_id = $2 AND message_id = $3 AND state = $7 RETURNING customer_id
"""
ERROR = """
SELECT error FROM deliveries WHERE workspace_id = $1 AND message_id = $2 AND state IN ('failed', 'unknown')
ORDER BY id LIMIT 1
"""


async def follow_answers(ctx: Ctx, fact: Fact, recorded: Recorded) -> None:
    """Notes the first message that a person who was told writes back; the broadcast is locked before its targets."""
    if not isinstance(fact, MessageReceived) or fact.automatic:
        return
    about = (ctx.workspace_id, fact.conversation_id, recorded.at)
    for found in await ctx.tx.fetch(ANSWERED, *about):
        row = await ctx.tx.fetchrow(LOCK, ctx.workspace_id, found["broadcast_id"])
        rows = await ctx.tx.fetch(REPLIED, *about, found["broadcast_id"])
        if row is not None and rows:
            await _count(ctx, row, replied=len(rows))


async def follow_deliveries(ctx: Ctx, fact: Fact, _recorded: Recorded) -> None:
    """Notes which messages did not arrive and why, and which arrived after all."""
    if not isinstance(fact, MessageFailed | MessageDelivered):
        return
    broadcast_id: UUID | None = await ctx.tx.fetchval(OF_MESSAGE, ctx.workspace_id, fact.message_id)
    if broadcast_id is None:
        return
    row = await ctx.tx.fetchrow(LOCK, ctx.workspace_id, broadcast_id)
    place = (ctx.workspace_id, broadcast_id, fact.message_id)
    if isinstance(fact, MessageFailed):
        error = await ctx.tx.fetchval(ERROR, ctx.workspace_id, fact.message_id)
        reason = "unknown" if fact.unknown else "not_delivered"
        moved = await ctx.tx.fetch(MOVE, *place, "failed", reason, (error or "")[:500] or None, "sent")
        if moved:
            await _count(ctx, row, sent=-len(moved), failed=len(moved))
        return
    moved = await ctx.tx.fetch(MOVE, *place, "sent", None, None, "failed")
    if moved:
        await _count(ctx, row, sent=len(moved), failed=-len(moved))


async def _count(ctx: Ctx, row: Any, *, sent: int = 0, failed: int = 0, replied: int = 0) -> None:
    broadcast = read_broadcast(row)
    broadcast.sent += sent
    broadcast.failed += failed
    broadcast.replied += replied
    await write_counts(ctx, broadcast)
