"""Deliveries: what the channels are to carry out, recorded before and after, never silently repeated."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec

from parley.conversations.errors import TooLate
from parley.facts.conversations import MessageDelivered, MessageFailed, MessageStateChanged
from parley.kit.ctx import Ctx
from parley.kit.errors import Conflict, NotFound
from parley.kit.ids import uuid7

JOB = "channels.deliver"


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


_COLUMNS = "id, message_id, thread_id, conversation_id, channel_id, purpose, state, attempts, external_id, address"


async def queue_delivery(
    ctx: Ctx, *, message_id: UUID, thread_id: UUID, conversation_id: UUID, channel_id: UUID, purpose: str,
    not_before: datetime, external_id: str | None = None, address: dict[str, Any] | None = None,
) -> None:
    """Queues a delivery and the job that drains its thread, not before the given time; a second one is ignored."""
    await ctx.tx.execute(
        """INSERT INTO deliveries (workspace_id, id, message_id, thread_id, conversation_id, channel_id, purpose, state,
                                   external_id, address, not_before, created_at)
           VALUES ($1, $2, $3, $4, $5, $6, $7, 'queued', $8, $9, $10, $11)
           ON CONFLICT (workspace_id, message_id, purpose) DO NOTHING""",
        ctx.workspace_id, uuid7(), message_id, thread_id, conversation_id, channel_id, purpose, external_id, address,
        not_before, ctx.now,
    )
    wake_delivery(ctx, thread_id, not_before)


def wake_delivery(ctx: Ctx, thread_id: UUID, not_before: datetime) -> None:
    """Defers the job that carries out what is due on a thread."""
    delay = not_before - ctx.now
    ctx.defer(JOB, {"thread_id": thread_id}, delay=delay if delay > timedelta(0) else None)


async def begin_next_delivery(ctx: Ctx, thread_id: UUID) -> Delivery | None:
    """Takes the oldest delivery of a thread if it is due and marks it as being sent; None when there is none.

    One that is tried again holds back the later ones, so that the order is kept; one that is scheduled does not.

    One that is already marked was begun by a process that died: nobody knows whether it left, so it becomes
    `unknown` and waits for a person.
    """
    row = await ctx.tx.fetchrow(
        f"""SELECT {_COLUMNS}, not_before FROM deliveries
            WHERE workspace_id = $1 AND thread_id = $2 AND state IN ('queued', 'sending')
              AND (not_before <= $3 OR attempts > 0)
            ORDER BY id LIMIT 1 FOR UPDATE""",
        ctx.workspace_id, thread_id, ctx.now,
    )
    if row is None or row["not_before"] > ctx.now:
        return None
    delivery = Delivery(**{name: row[name] for name in Delivery.__struct_fields__})
    if delivery.state == "sending":
        await finish_delivery(ctx, delivery, "unknown", error="interrupted")
        return await begin_next_delivery(ctx, thread_id)
    await ctx.tx.execute(
        "UPDATE deliveries SET state = 'sending', attempts = attempts + 1, started_at = $3 WHERE workspace_id = $1 AND id = $2",
        ctx.workspace_id, delivery.id, ctx.now,
    )
    await _move_message(ctx, delivery, "sending")
    return delivery


async def requeue_delivery(ctx: Ctx, delivery: Delivery, *, after: timedelta, error: str) -> None:
    """Puts a delivery that certainly did not leave back into the queue."""
    await ctx.tx.execute(
        "UPDATE deliveries SET state = 'queued', error = $3, not_before = $4 WHERE workspace_id = $1 AND id = $2",
        ctx.workspace_id, delivery.id, error[:1000], ctx.now + after,
    )
    await _move_message(ctx, delivery, "queued")
    wake_delivery(ctx, delivery.thread_id, ctx.now + after)


async def finish_delivery(
    ctx: Ctx, delivery: Delivery, state: str, *, error: str | None = None, external_id: str | None = None
) -> None:
    """Records the outcome: sent, failed or unknown."""
    await ctx.tx.execute(
        """UPDATE deliveries SET state = $3, error = $4, external_id = coalesce($5, external_id), finished_at = $6
           WHERE workspace_id = $1 AND id = $2""",
        ctx.workspace_id, delivery.id, state, error[:1000] if error else None, external_id, ctx.now,
    )
    await _move_message(ctx, delivery, state, error)
    if state == "sent":
        ctx.emit(
            MessageDelivered(
                conversation_id=delivery.conversation_id, message_id=delivery.message_id,
                channel_id=delivery.channel_id, purpose=delivery.purpose,
            )
        )
    else:
        ctx.emit(
            MessageFailed(
                conversation_id=delivery.conversation_id, message_id=delivery.message_id,
                channel_id=delivery.channel_id, purpose=delivery.purpose, unknown=state == "unknown",
            )
        )


async def _move_message(ctx: Ctx, delivery: Delivery, state: str, error: str | None = None) -> None:
    # A copy by another channel (chat answered by e-mail) does not change the state of the message itself,
    # unless it fails: then a person must see it.
    if delivery.purpose != "reply" and state not in ("failed", "unknown"):
        return
    await set_message_state(ctx, delivery.message_id, state, error)


async def set_message_state(ctx: Ctx, message_id: UUID, state: str, error: str | None = None) -> None:
    """Moves a message to another state and tells of it; nothing happens when it is there already."""
    row = await ctx.tx.fetchrow(
        """UPDATE messages m SET state = $3, error = $4 FROM (SELECT id, state FROM messages WHERE workspace_id = $1 AND id = $2 FOR UPDATE) old
           WHERE m.workspace_id = $1 AND m.id = $2 AND (old.state <> $3 OR m.error IS DISTINCT FROM $4)
           RETURNING m.conversation_id, old.state AS previous""",
        ctx.workspace_id, message_id, state, error,
    )
    if row is not None:
        ctx.emit(
            MessageStateChanged(
                conversation_id=row["conversation_id"], message_id=message_id, state=state, previous=row["previous"]
            )
        )


async def undo_message(ctx: Ctx, message_id: UUID) -> None:
    """Takes a message back that has not left yet; raises NotFound and TooLate."""
    state = await ctx.tx.fetchval(
        "SELECT state FROM messages WHERE workspace_id = $1 AND id = $2 AND direction = 'out'", ctx.workspace_id, message_id
    )
    if state is None:
        raise NotFound("message")
    rows = await ctx.tx.fetch(
        """UPDATE deliveries SET state = 'cancelled', finished_at = $3
           WHERE workspace_id = $1 AND message_id = $2 AND state = 'queued' AND attempts = 0 RETURNING id""",
        ctx.workspace_id, message_id, ctx.now,
    )
    if not rows or state not in ("scheduled", "queued"):
        raise TooLate
    await set_message_state(ctx, message_id, "cancelled")


async def retry_delivery(ctx: Ctx, message_id: UUID) -> None:
    """Sends a failed message, or one whose outcome is unknown, again because a person asked; raises NotFound and Conflict."""
    row = await ctx.tx.fetchrow(
        f"""SELECT {_COLUMNS} FROM deliveries WHERE workspace_id = $1 AND message_id = $2
            AND state IN ('failed', 'unknown') ORDER BY id LIMIT 1 FOR UPDATE""",
        ctx.workspace_id, message_id,
    )
    if row is None:
        found = await ctx.tx.fetchval(
            "SELECT true FROM messages WHERE workspace_id = $1 AND id = $2", ctx.workspace_id, message_id
        )
        if not found:
            raise NotFound("message")
        raise Conflict("not_failed", "This message has not failed; there is nothing to send again.")
    delivery = Delivery(**row)
    await ctx.tx.execute(
        """UPDATE deliveries SET state = 'queued', error = NULL, not_before = $3, finished_at = NULL
           WHERE workspace_id = $1 AND id = $2""",
        ctx.workspace_id, delivery.id, ctx.now,
    )
    await set_message_state(ctx, message_id, "queued" if delivery.purpose == "reply" else "sent")
    wake_delivery(ctx, delivery.thread_id, ctx.now)


async def reschedule_message(ctx: Ctx, message_id: UUID, send_at: datetime) -> None:
    """Moves a scheduled message to another time (the past means now); raises TooLate."""
    row = await ctx.tx.fetchrow(
        """UPDATE deliveries SET not_before = $3 WHERE workspace_id = $1 AND message_id = $2 AND state = 'queued'
           AND attempts = 0 RETURNING thread_id""",
        ctx.workspace_id, message_id, send_at,
    )
    if row is None:
        raise TooLate
    await ctx.tx.execute(
        "UPDATE messages SET scheduled_for = $3, undo_until = $3 WHERE workspace_id = $1 AND id = $2",
        ctx.workspace_id, message_id, send_at,
    )
    wake_delivery(ctx, row["thread_id"], send_at)
