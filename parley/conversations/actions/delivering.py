"""Deliveries: what the channels are to carry out, recorded before and after, never silently repeated."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec

from parley.conversations.actions.settling import settle_reply
from parley.conversations.errors import TooLate
from parley.conversations.model import EARLY, check_future
from parley.facts.conversations import (
    MessageDelivered,
    MessageFailed,
    MessageRescheduled,
    MessageStateChanged,
)
from parley.kit.ctx import Ctx
from parley.kit.errors import Conflict, NotFound
from parley.kit.ids import uuid7

JOB = "channels.deliver"
# A delivery under way for longer was begun by a process that died; adapters give up well before.
LEASE = timedelta(seconds=150)


class Delivery(msgspec.Struct, frozen=True):
    """One message to be carried out by one channel."""

    id: UUID
    message_id: UUID
    thread_id: UUID
    conversation_id: UUID
    channel_id: UUID
    purpose: str
    state: str
    attempts: int
    external_id: str | None
    address: dict[str, Any] | None


MOVE = """
UPDATE messages m SET state = $3, error = $4
FROM (SELECT o.id, o.state, t.purpose = 'customer' AND NOT o.automatic AS answers FROM messages o
      LEFT JOIN threads t ON t.workspace_id = $1 AND t.id = o.thread_id
      WHERE o.workspace_id = $1 AND o.id = $2 FOR UPDATE OF o) old
WHERE m.workspace_id = $1 AND m.id = $2 AND (old.state <> $3 OR m.error IS DISTINCT FROM $4)
RETURNING m.conversation_id, m.scheduled_for, old.state AS previous, old.answers
"""
_COLUMNS = (
    "id, message_id, thread_id, conversation_id, channel_id, purpose, state, attempts, external_id, address"
)
# The oldest that is due or holds back the others; where there is none, the one that is due first.
NEXT = f"""
SELECT {_COLUMNS}, not_before, started_at FROM deliveries
WHERE workspace_id = $1 AND thread_id = $2 AND state IN ('queued', 'sending')
ORDER BY (not_before <= $3 OR attempts > 0) DESC,
  CASE WHEN not_before <= $3 OR attempts > 0 THEN NULL ELSE not_before END, id
LIMIT 1 FOR UPDATE
"""


async def queue_delivery(  # noqa: PLR0913 - a delivery is these values
    ctx: Ctx,
    *,
    message_id: UUID,
    thread_id: UUID,
    conversation_id: UUID,
    channel_id: UUID,
    purpose: str,
    not_before: datetime,
    external_id: str | None = None,
    address: dict[str, Any] | None = None,
) -> None:
    """Queues a delivery and the job that drains its thread, not before a time; a second one is ignored."""
    await ctx.tx.execute(
        """INSERT INTO deliveries (workspace_id, id, message_id, thread_id, conversation_id, channel_id,
                                   purpose, state, external_id, address, not_before, created_at)
           VALUES ($1, $2, $3, $4, $5, $6, $7, 'queued', $8, $9, $10, $11)
           ON CONFLICT (workspace_id, message_id, purpose) DO NOTHING""",
        ctx.workspace_id,
        uuid7(),
        message_id,
        thread_id,
        conversation_id,
        channel_id,
        purpose,
        external_id,
        address,
        not_before,
        ctx.now,
    )
    wake_delivery(ctx, thread_id, not_before)


def wake_delivery(ctx: Ctx, thread_id: UUID, not_before: datetime) -> None:
    """Defers the job that carries out what is due on a thread."""
    delay = not_before - ctx.now
    ctx.defer(JOB, {"thread_id": thread_id}, delay=delay if delay > timedelta(0) else None)


async def begin_next_delivery(ctx: Ctx, thread_id: UUID) -> Delivery | None:
    """Takes the oldest delivery of a thread if it is due and marks it as being sent; None when there is none.

    Its `attempts` are those before this one.

    One that is tried again holds back the later ones, so that the order is kept; one that is scheduled does
    not. One under way holds them back too; when that lasts longer than `LEASE`, whoever began it died: nobody
    knows whether it left, so it becomes `unknown` and waits for a person.
    """
    row = await ctx.tx.fetchrow(NEXT, ctx.workspace_id, thread_id, ctx.now)
    if row is None:
        return None
    if row["not_before"] > ctx.now:
        if row["not_before"] - ctx.now < EARLY:
            # Without a key: the job under way may bear the same one, and then none would be written.
            wake_delivery(ctx, thread_id, row["not_before"])
        return None
    delivery = Delivery(**{name: row[name] for name in Delivery.__struct_fields__})
    if delivery.state == "sending":
        until = row["started_at"] + LEASE
        if until > ctx.now:
            ctx.defer(
                JOB, {"thread_id": thread_id}, delay=until - ctx.now + EARLY, key=f"lease:{delivery.id}"
            )
            return None
        await finish_delivery(ctx, delivery, "unknown", error="interrupted")
        return await begin_next_delivery(ctx, thread_id)
    await ctx.tx.execute(
        """UPDATE deliveries SET state = 'sending', attempts = attempts + 1, started_at = $3
           WHERE workspace_id = $1 AND id = $2""",
        ctx.workspace_id,
        delivery.id,
        ctx.now,
    )
    await _move_message(ctx, delivery, "sending")
    return delivery


async def requeue_delivery(ctx: Ctx, delivery: Delivery, *, after: timedelta, error: str) -> None:
    """Puts a delivery that certainly did not leave back into the queue."""
    await ctx.tx.execute(
        """UPDATE deliveries SET state = 'queued', error = $3, not_before = $4
           WHERE workspace_id = $1 AND id = $2""",
        ctx.workspace_id,
        delivery.id,
        error[:1000],
        ctx.now + after,
    )
    await _move_message(ctx, delivery, "queued")
    wake_delivery(ctx, delivery.thread_id, ctx.now + after)


async def finish_delivery(
    ctx: Ctx, delivery: Delivery, state: str, *, error: str | None = None, external_id: str | None = None
) -> None:
    """Records the outcome: sent, failed or unknown."""
    await ctx.tx.execute(
        """UPDATE deliveries SET state = $3, error = $4, finished_at = $6,
             external_id = coalesce($5, external_id)
           WHERE workspace_id = $1 AND id = $2""",
        ctx.workspace_id,
        delivery.id,
        state,
        error[:1000] if error else None,
        external_id,
        ctx.now,
    )
    await _move_message(ctx, delivery, state, error)
    if state == "sent":
        ctx.emit(
            MessageDelivered(
                conversation_id=delivery.conversation_id,
                message_id=delivery.message_id,
                channel_id=delivery.channel_id,
                purpose=delivery.purpose,
            )
        )
    else:
        ctx.emit(
            MessageFailed(
                conversation_id=delivery.conversation_id,
                message_id=delivery.message_id,
                channel_id=delivery.channel_id,
                purpose=delivery.purpose,
                unknown=state == "unknown",
            )
        )


async def _move_message(ctx: Ctx, delivery: Delivery, state: str, error: str | None = None) -> None:
    # A copy by another channel (chat answered by e-mail) does not change the state of the message itself,
    # unless it fails: then a person must see it.
    if delivery.purpose == "reply" or state in ("failed", "unknown"):
        await set_message_state(ctx, delivery.message_id, state, error)


async def set_message_state(ctx: Ctx, message_id: UUID, state: str, error: str | None = None) -> None:
    """Moves a message to another state and tells of it; nothing happens when it is there already.

    A reply that was scheduled ends the customer's waiting now that it has left.
    """
    row = await ctx.tx.fetchrow(MOVE, ctx.workspace_id, message_id, state, error[:1000] if error else None)
    if row is None:
        return
    ctx.emit(
        MessageStateChanged(
            conversation_id=row["conversation_id"],
            message_id=message_id,
            state=state,
            previous=row["previous"],
        )
    )
    if state == "sent" and row["scheduled_for"] is not None and row["answers"]:
        await settle_reply(ctx, row["conversation_id"])


async def retry_delivery(ctx: Ctx, message_id: UUID) -> None:
    """Sends again, as a person asked, what failed or has an unknown outcome; raises NotFound and Conflict."""
    row = await ctx.tx.fetchrow(
        f"""SELECT {_COLUMNS} FROM deliveries WHERE workspace_id = $1 AND message_id = $2
            AND state IN ('failed', 'unknown') ORDER BY id LIMIT 1 FOR UPDATE""",
        ctx.workspace_id,
        message_id,
    )
    if row is None:
        await _check_exists(ctx, message_id)
        raise Conflict("not_failed", "This message has not failed; there is nothing to send again.")
    delivery = Delivery(**row)
    await ctx.tx.execute(
        """UPDATE deliveries SET state = 'queued', error = NULL, not_before = $3, finished_at = NULL
           WHERE workspace_id = $1 AND id = $2""",
        ctx.workspace_id,
        delivery.id,
        ctx.now,
    )
    await set_message_state(ctx, message_id, "queued" if delivery.purpose == "reply" else "sent")
    wake_delivery(ctx, delivery.thread_id, ctx.now)


async def reschedule_message(ctx: Ctx, message_id: UUID, send_at: datetime) -> None:
    """Moves a scheduled message to another time (the past means now); raises NotFound, TooLate and Invalid."""
    check_future(ctx.now, send_at, "send_at")
    row = await ctx.tx.fetchrow(
        """UPDATE deliveries SET not_before = $3 WHERE workspace_id = $1 AND message_id = $2
           AND state = 'queued' AND attempts = 0 RETURNING thread_id""",
        ctx.workspace_id,
        message_id,
        send_at,
    )
    if row is None:
        await _check_exists(ctx, message_id)
        raise TooLate
    conversation_id = await ctx.tx.fetchval(
        """UPDATE messages SET scheduled_for = $3, undo_until = $3 WHERE workspace_id = $1 AND id = $2
           RETURNING conversation_id""",
        ctx.workspace_id,
        message_id,
        send_at,
    )
    ctx.emit(
        MessageRescheduled(conversation_id=conversation_id, message_id=message_id, scheduled_for=send_at)
    )
    wake_delivery(ctx, row["thread_id"], send_at)


async def _check_exists(ctx: Ctx, message_id: UUID) -> None:
    found = await ctx.tx.fetchval(
        "SELECT true FROM messages WHERE workspace_id = $1 AND id = $2", ctx.workspace_id, message_id
    )
    if not found:
        raise NotFound("message")
