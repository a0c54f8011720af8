"""Sending a broadcast: a portion at its time, each customer in a transaction of his own that also marks him as told.

Who is told is locked with the broadcast, so that nothing leaves after it was held. A worker that dies takes back what
it had begun; the timer of the next portion is set before the first message of this one.
"""

import math
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

import msgspec
import structlog

from parley.conversations.actions.changing import close_conversation, tag_conversation
from parley.conversations.actions.opening import Opening, ThreadStart, open_conversation, start_thread
from parley.conversations.actions.posting import Draft, post_message
from parley.conversations.ports import ChannelPort
from parley.customers.actions.identify import find_identity, identify_customer
from parley.kit.ctx import Ctx
from parley.kit.db import TROUBLE
from parley.kit.errors import NotFound, ParleyError
from parley.kit.jobs.registry import Job
from parley.kit.log.fact import Actor
from parley.kit.timers import Timer, set_timers
from parley.outreach.broadcasts.actions import SEND
from parley.outreach.broadcasts.filling import Filled, fill_letter, load_values
from parley.outreach.broadcasts.model import Target, choose_language, choose_words, read_letter
from parley.outreach.broadcasts.placing import Place, Places
from parley.outreach.broadcasts.records import (
    Broadcast,
    get_broadcast,
    set_state,
    write_broadcast,
    write_counts,
)

if TYPE_CHECKING:
    from parley.kit.runtime import Runtime

log = structlog.get_logger("broadcasts")
NEXT = """
SELECT position, customer_id, conversation_id, order_id FROM broadcast_targets
WHERE workspace_id = $1 AND broadcast_id = $2 AND state = 'waiting' ORDER BY position LIMIT 1 FOR UPDATE
"""
MARK = """
UPDATE broadcast_targets SET state = $4, reason = $5, detail = $6, conversation_id = coalesce($7, conversation_id),
  channel_kind = coalesce($8, channel_kind), message_id = $9, sent_at = $10,
  customer_id = coalesce(customer_id, $11)
WHERE workspace_id = $1 AND broadcast_id = $2 AND position = $3 AND state = 'waiting'
"""
KNOWN = """
SELECT CASE
  WHEN EXISTS (SELECT 1 FROM broadcast_targets WHERE workspace_id = $1 AND broadcast_id = $2 AND customer_id = $3)
  THEN 'already_told'
  WHEN EXISTS (SELECT 1 FROM customers WHERE workspace_id = $1 AND id = $3 AND blocked_at IS NOT NULL)
  THEN 'blocked' END
"""
MERGED = """
SELECT coalesce(merged_into_id, id) FROM conversations WHERE workspace_id = $1 AND id = $2
"""


class Fate(msgspec.Struct, frozen=True, kw_only=True):
    """What became of a target."""

    state: str
    reason: str | None = None
    detail: str | None = None
    conversation_id: UUID | None = None
    channel_kind: str | None = None
    message_id: UUID | None = None
    customer_id: UUID | None = None


async def send_portion(job: Job) -> None:
    """Sends as many as may leave now; does nothing before its time, so that no second worker adds to it."""
    runtime: Runtime = job.runtime
    broadcast_id = job.uuid("broadcast_id")
    try:
        size = await _begin_portion(runtime, job.workspace_id, broadcast_id)
    except NotFound:
        return
    for _ in range(size):
        if not await send_next(runtime, job.workspace_id, broadcast_id):
            return


def plan_portion(per_minute: int) -> tuple[int, timedelta]:
    """Gives how many leave together and when the next may: about once a second, or slower one by one. Pure."""
    size = max(1, math.ceil(per_minute / 60))
    return size, timedelta(seconds=60 * size / per_minute)


async def _begin_portion(runtime: "Runtime", workspace_id: UUID, broadcast_id: UUID) -> int:
    async with runtime.ctx(workspace_id) as ctx:
        broadcast = await get_broadcast(ctx, broadcast_id, lock=True)
        if broadcast.state != "running":
            return 0
        size, pause = plan_portion(broadcast.per_minute)
        early = broadcast.next_at is not None and broadcast.next_at > ctx.now
        due = broadcast.next_at if early and broadcast.next_at else ctx.now + pause
        timer = Timer(str(broadcast_id), due, {"broadcast_id": str(broadcast_id)}, broadcast_id)
        await set_timers(ctx, SEND, [timer])
        if early:
            return 0
        await write_broadcast(ctx, broadcast_id, {"next_at": due})
        return size


async def send_next(runtime: "Runtime", workspace_id: UUID, broadcast_id: UUID) -> bool:
    """Tells one customer; False when nobody is left, or the broadcast does not run (any more)."""
    position: int | None = None
    try:
        async with runtime.ctx(workspace_id) as ctx:
            broadcast = await get_broadcast(ctx, broadcast_id, lock=True)
            if broadcast.state != "running":
                return False
            row = await ctx.tx.fetchrow(NEXT, workspace_id, broadcast_id)
            if row is None:
                await set_state(ctx, broadcast, "done", finished_at=ctx.now)
                return False
            position = row["position"]
            ctx.actor = Actor("agent", broadcast.started_by)
            await _tell(runtime, ctx, broadcast, row)
    except TROUBLE:
        raise
    except Exception as failure:
        if position is None:
            raise
        if not isinstance(failure, ParleyError):
            log.exception("a message of a broadcast cannot be sent", broadcast=str(broadcast_id))
        await _note_failure(runtime, workspace_id, broadcast_id, position, failure)
    return True


async def _note_failure(
    runtime: "Runtime", workspace_id: UUID, broadcast_id: UUID, position: int, failure: Exception
) -> None:
    """One that cannot be written must not stand in the way of the others."""
    code, detail = type(failure).__name__, ""
    if isinstance(failure, ParleyError):
        code, detail = failure.code, failure.detail
    async with runtime.ctx(workspace_id) as ctx:
        broadcast = await get_broadcast(ctx, broadcast_id, lock=True)
        if await _mark(ctx, broadcast, position, Fate(state="failed", reason=code, detail=detail)):
            broadcast.failed += 1
            await write_counts(ctx, broadcast)


async def _tell(runtime: "Runtime", ctx: Ctx, broadcast: Broadcast, row: Any) -> None:
    port: ChannelPort = runtime.parts["channel_port"]
    place = await _find_place(ctx, port, row)
    reason = await _refuse(ctx, broadcast, row, place)
    if place is None or reason is not None:
        await _mark(
            ctx,
            broadcast,
            row["position"],
            Fate(state="skipped", reason=reason),
        )
        broadcast.skipped, broadcast.total = broadcast.skipped + 1, broadcast.total - 1
        await write_counts(ctx, broadcast)
        return
    target = Target(
        customer_id=row["customer_id"],
        conversation_id=place.conversation_id,
        order_id=row["order_id"],
        channel_kind=place.channel_kind,
        language=place.language,
        text_language=choose_language(broadcast.texts, place.language),
    )
    letter = read_letter(choose_words(broadcast.texts, target.text_language, place.channel_kind or ""))
    (values,) = await load_values(ctx, [target], letter.names, broadcast.started_by)
    filled = fill_letter(letter, values)
    if filled.missing:
        missing = ", ".join(filled.missing)
        await _mark(
            ctx,
            broadcast,
            row["position"],
            Fate(state="failed", reason="missing_variable", detail=missing),
        )
        broadcast.failed += 1
        await write_counts(ctx, broadcast)
        return
    await _post(ctx, port, broadcast, row["position"], place, filled)


async def _refuse(ctx: Ctx, broadcast: Broadcast, row: Any, place: Place | None) -> str | None:
    """Says why a target is left out after all; who was no customer when he was selected may be one by now."""
    if place is None or place.reason is not None or row["customer_id"] is not None:
        return "gone" if place is None else place.reason
    if place.customer_id is None:
        known = await find_identity(ctx, "email", place.address)
        customer_id = known.customer_id if known else None
    else:
        customer_id = place.customer_id
    if customer_id is None:
        return None
    reason: str | None = await ctx.tx.fetchval(KNOWN, ctx.workspace_id, broadcast.id, customer_id)
    return reason


async def _find_place(ctx: Ctx, port: ChannelPort, row: Any) -> Place | None:
    """Looks once more: who was blocked meanwhile is left out, a merged conversation is followed."""
    places = Places(ctx, port)
    if row["conversation_id"] is not None:
        standing = await ctx.tx.fetchval(MERGED, ctx.workspace_id, row["conversation_id"])
        found = await places.in_conversations([standing] if standing else [])
    else:
        found = await places.of_orders([row["order_id"]] if row["order_id"] else [])
    return found[0] if found else None


async def _post(
    ctx: Ctx, port: ChannelPort, broadcast: Broadcast, position: int, place: Place, filled: Filled
) -> None:
    conversation_id, thread_id = place.conversation_id, place.thread_id
    begun = conversation_id is None or thread_id is None
    wanted: dict[str, Any] = {"cc": []}
    customer_id = place.customer_id
    if conversation_id is None or thread_id is None:
        customer_id, conversation_id, thread_id = await _begin(ctx, port, place, filled.subject)
        wanted |= {"to": [{"name": place.name, "address": place.address}], "subject": filled.subject}
    draft = Draft(
        conversation_id=conversation_id,
        thread_id=thread_id,
        html=filled.html,
        wanted=wanted,
        automatic=True,
        author_id=broadcast.started_by,
        marks={"broadcast_id": str(broadcast.id), "unasked": True},
    )
    posted = await post_message(ctx, port, draft)
    if broadcast.tag_id is not None:
        await tag_conversation(ctx, conversation_id, add=[broadcast.tag_id], remove=[])
    if begun:
        await close_conversation(ctx, conversation_id)
    fate = Fate(
        state="sent",
        conversation_id=conversation_id,
        channel_kind=place.channel_kind,
        message_id=posted.message_id,
        customer_id=customer_id,
    )
    await _mark(ctx, broadcast, position, fate)
    broadcast.sent += 1
    await write_counts(ctx, broadcast)


async def _begin(ctx: Ctx, port: ChannelPort, place: Place, subject: str) -> tuple[UUID, UUID, UUID]:
    """Opens a conversation by mail; raises Conflict and Invalid as the channel does."""
    assert place.channel_id is not None  # noqa: S101 - such a place has been refused
    to = [{"name": place.name, "address": place.address}]
    thread = await port.start_thread_to(ctx, place.channel_id, to, subject)
    found = await identify_customer(
        ctx,
        thread.identity_kind,
        thread.address,
        name=thread.name,
        reason="written_to",
        language=place.language,
    )
    conversation_id = await open_conversation(
        ctx,
        Opening(
            customer_id=found.customer_id,
            channel_id=place.channel_id,
            channel_kind=thread.channel_kind,
            brand_id=thread.brand_id or place.brand_id,
            subject=subject,
            language=place.language,
        ),
    )
    start = ThreadStart(
        conversation_id=conversation_id,
        channel_id=place.channel_id,
        channel_kind=thread.channel_kind,
        key=thread.key,
        identity_id=found.identity_id,
        subject=subject,
        participants=thread.participants,
    )
    return found.customer_id, conversation_id, await start_thread(ctx, start)


async def _mark(ctx: Ctx, broadcast: Broadcast, position: int, fate: Fate) -> bool:
    done = await ctx.tx.execute(
        MARK,
        ctx.workspace_id,
        broadcast.id,
        position,
        fate.state,
        fate.reason,
        (fate.detail or "")[:500] or None,
        fate.conversation_id,
        fate.channel_kind,
        fate.message_id,
        ctx.now if fate.state == "sent" else None,
        fate.customer_id,
    )
    return done.endswith(" 1")
