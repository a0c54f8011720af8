"""Sending what is planned: one message a transaction, looked at once more, never more than so many an hour."""

from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from uuid import UUID

import msgspec
import structlog

from parley.facts.conversations import MessageFailed
from parley.kit.ctx import Ctx
from parley.kit.db import TROUBLE
from parley.kit.decisions.executor import load_config
from parley.kit.decisions.registry import Reason
from parley.kit.errors import ParleyError
from parley.kit.jobs.registry import Job
from parley.kit.log.fact import Actor, Fact, Recorded
from parley.outreach.actions.messages import count_sent, finish_message, note_failure, put_off_message
from parley.outreach.actions.posting import find_channel, post_about_order
from parley.outreach.deciders.order_messages import ORDER_MESSAGES, refuse, refuse_delay, send_at
from parley.outreach.model import OVER, OrderState, Planned, Snapshot
from parley.outreach.queries.states import find_snapshot, get_view
from parley.outreach.settings import DELAY_KINDS, Settings, read_settings
from parley.outreach.texts import write_text

if TYPE_CHECKING:
    from parley.kit.runtime import Runtime

log = structlog.get_logger("outreach")
TELL = "outreach.tell"
SWEEP_EVERY = 30.0
# What could not be sent for so long is no news any more.
STALE = timedelta(days=2)
HOUR = timedelta(hours=1)
DUE = """
SELECT DISTINCT workspace_id FROM (
  SELECT workspace_id FROM order_messages WHERE state = 'planned' AND due_at <= $1 ORDER BY due_at LIMIT 2000) d
"""
NEXT = """
SELECT id, order_id, key, kind, shipment_id, line, promised_at, days, due_at, decision_id FROM order_messages
WHERE workspace_id = $1 AND state = 'planned' AND due_at <= $2 ORDER BY due_at, id LIMIT 1 FOR UPDATE SKIP LOCKED
"""


class Wait(msgspec.Struct, frozen=True):
    """It is not the hour."""

    until: datetime


class Drop(msgspec.Struct, frozen=True):
    """It is not to be told after all."""

    reason: str


def decide_sending(
    message: Planned, snapshot: Snapshot, settings: Settings, now: datetime
) -> Wait | Drop | None:
    """Looks at a planned message at its hour: None to send it. Pure.

    Since it was planned the order may have been cancelled, the parcel may have come, an agent may have written.
    """
    order = snapshot.order
    if message.kind not in settings.on:
        return Drop("order_messages.off")
    others = [one for one in snapshot.told if one.key != message.key and one.state == "sent"]
    refusal = refuse(order) or refuse_delay(message.kind, snapshot.talk, others, now)
    if refusal is not None:
        return Drop(refusal.key)
    if message.kind in DELAY_KINDS and snapshot.talk.asked:
        return Drop("order_messages.asked")
    if _is_settled(message, order):
        return Drop("order_messages.settled")
    if now - message.due_at > STALE:
        return Drop("order_messages.stale")
    until = send_at(message.kind, order, settings, now)
    return Wait(until) if until > now else None


def _is_settled(message: Planned, order: OrderState) -> bool:
    """Says whether there is nothing to tell any more: it has arrived, left, or was collected."""
    if message.kind not in DELAY_KINDS and message.kind != "shipped":
        return False
    parcel = order.parcel(message.shipment_id)
    if message.shipment_id is not None:
        gone = parcel is None or parcel.status in OVER
        return gone or (message.kind == "pickup" and parcel is not None and parcel.status != "label_created")
    if message.kind == "stock_out":
        line = next((one for one in order.waiting if one.ref == message.line), None)
        return line is None or (line.available is True and (line.stock is None or line.stock >= 0))
    return message.kind in DELAY_KINDS and not order.waiting


async def look_for_due_messages(runtime: "Runtime") -> None:
    """Starts the job in every workspace where the hour of a message has come."""
    async with runtime.db.transaction(None) as tx:
        rows = await tx.fetch(DUE, runtime.clock.now())
    for row in rows:
        async with runtime.ctx(row["workspace_id"]) as ctx:
            ctx.defer(TELL, {}, key=f"tell:{row['workspace_id']}")


async def tell_shoppers(job: Job) -> None:
    """Sends what is due, until nothing is left or enough has been sent for this hour."""
    while await tell_next(job.runtime, job.workspace_id):
        pass


async def tell_next(runtime: "Runtime", workspace_id: UUID) -> bool:
    """Sends or drops one message; False when none is due, or no more may be sent now."""
    planned: Planned | None = None
    try:
        async with runtime.ctx(workspace_id) as ctx:
            config = await load_config(ctx, ORDER_MESSAGES)
            settings = read_settings(config.values, enabled=config.enabled)
            # One at a time in a workspace, so that the count of the hour is right.
            await ctx.tx.execute("SELECT pg_advisory_xact_lock(hashtextextended($1, 21))", str(workspace_id))
            if await count_sent(ctx, ctx.now - HOUR) >= settings.most_an_hour:
                return False
            row = await ctx.tx.fetchrow(NEXT, workspace_id, ctx.now)
            if row is None:
                return False
            planned = msgspec.convert(dict(row), Planned)
            if row["decision_id"] is not None:
                ctx.actor = Actor("decider", row["decision_id"])
            await _tell(runtime, ctx, planned, settings)
    except TROUBLE:
        raise
    except Exception as failure:
        if planned is None:
            raise
        # One that cannot be written must not stand in the way of the others.
        if not isinstance(failure, ParleyError):
            log.exception("an order message cannot be sent", order_message=str(planned.id))
        code = failure.code if isinstance(failure, ParleyError) else type(failure).__name__
        async with runtime.ctx(workspace_id) as ctx:
            reason = Reason("order_messages.refused", {"code": code})
            await finish_message(ctx, planned.id, "failed", reason=reason)
    return True


async def _tell(runtime: "Runtime", ctx: Ctx, planned: Planned, settings: Settings) -> None:
    snapshot = await find_snapshot(ctx, planned.order_id)
    verdict = (
        decide_sending(planned, snapshot, settings, ctx.now) if snapshot else Drop("order_messages.deleted")
    )
    if isinstance(verdict, Wait):
        await put_off_message(ctx, planned.id, verdict.until)
        return
    if isinstance(verdict, Drop) or snapshot is None:
        key = verdict.reason if isinstance(verdict, Drop) else "order_messages.deleted"
        await finish_message(ctx, planned.id, "skipped", reason=Reason(key))
        return
    channel_id = await find_channel(ctx, snapshot.order)
    if channel_id is None:
        reason = Reason("order_messages.no_channel")
        await finish_message(ctx, planned.id, "failed", reason=reason)
        return
    text = write_text(planned, await get_view(ctx, planned.order_id), snapshot.order, settings.texts)
    conversation_id = snapshot.talk.conversation_id
    posted = await post_about_order(
        ctx, runtime.parts["channel_port"], snapshot.order, text, channel_id, conversation_id
    )
    await finish_message(
        ctx, planned.id, "sent", conversation_id=posted.conversation_id, posted_id=posted.message_id
    )


async def follow_failures(ctx: Ctx, fact: Fact, _recorded: Recorded) -> None:
    """Notes what did not arrive."""
    if isinstance(fact, MessageFailed):
        await note_failure(ctx, fact.message_id, unknown=fact.unknown)
