"""Deliveries: order, another try, unknown outcomes, taking back, sending later."""

from datetime import datetime, timedelta
from uuid import UUID

import pytest

from parley.conversations.actions.changing import close_conversation
from parley.conversations.actions.delivering import (
    JOB,
    LEASE,
    Delivery,
    begin_next_delivery,
    finish_delivery,
    queue_delivery,
    requeue_delivery,
    reschedule_message,
    retry_delivery,
)
from parley.conversations.actions.undoing import undo_message
from parley.conversations.errors import TooLate
from parley.conversations.model import Received
from parley.kit.clock import FixedClock
from parley.kit.errors import Conflict, NotFound
from parley.kit.ids import uuid7
from parley.kit.log.fact import Actor
from tests.support.app import Shop
from tests.support.inbox import Inbox


@pytest.fixture
async def ana(shop: Shop) -> UUID:
    """An agent."""
    return await shop.agent()


@pytest.fixture
async def got(inbox: Inbox) -> Received:
    """A message that waits for an answer."""
    return await inbox.receive()


async def begin(inbox: Inbox, thread_id: UUID) -> Delivery | None:
    """Begins the next delivery as a worker does."""
    async with inbox.ctx() as ctx:
        return await begin_next_delivery(ctx, thread_id)


async def finish(inbox: Inbox, delivery: Delivery | None, state: str, error: str | None = None) -> None:
    """Records an outcome as a worker does."""
    assert delivery is not None
    async with inbox.ctx() as ctx:
        await finish_delivery(ctx, delivery, state, error=error)


async def test_replies_leave_in_order(shop: Shop, inbox: Inbox, got: Received, ana: UUID) -> None:
    posted = [await inbox.reply(got.conversation_id, ana, f"Part {n}") for n in range(3)]
    seen = []
    while (delivery := await begin(inbox, got.thread_id)) is not None:
        seen.append(delivery.message_id)
        assert (await inbox.message(delivery.message_id))["state"] == "sending"
        await finish(inbox, delivery, "sent")
        assert (await inbox.message(delivery.message_id))["state"] == "sent"
    assert seen == [p.message_id for p in posted]
    assert len(await shop.facts("MessageDelivered")) == 3


async def test_one_under_way_holds_the_next_back(inbox: Inbox, got: Received, ana: UUID) -> None:
    await inbox.reply(got.conversation_id, ana, "One")
    await inbox.reply(got.conversation_id, ana, "Two")
    first = await begin(inbox, got.thread_id)
    assert await begin(inbox, got.thread_id) is None
    await finish(inbox, first, "sent")
    second = await begin(inbox, got.thread_id)
    assert second is not None
    assert first is not None
    assert second.message_id != first.message_id


async def test_one_that_is_tried_again_holds_the_next_back(
    inbox: Inbox, clock: FixedClock, got: Received, ana: UUID
) -> None:
    posted = await inbox.reply(got.conversation_id, ana, "One")
    await inbox.reply(got.conversation_id, ana, "Two")
    first = await begin(inbox, got.thread_id)
    assert first is not None
    async with inbox.ctx() as ctx:
        await requeue_delivery(ctx, first, after=timedelta(minutes=1), error="mailbox busy")
    message = await inbox.message(posted.message_id)
    assert message["state"] == "queued"
    assert await begin(inbox, got.thread_id) is None
    clock.advance(timedelta(minutes=1))
    again = await begin(inbox, got.thread_id)
    assert again is not None
    assert (again.message_id, again.attempts) == (posted.message_id, 1)


async def test_a_job_that_comes_a_moment_too_early_is_put_off(
    shop: Shop, inbox: Inbox, clock: FixedClock, got: Received, ana: UUID
) -> None:
    async def count_jobs() -> int:
        async with inbox.ctx() as ctx:
            found: int = await ctx.tx.fetchval("SELECT count(*) FROM pgqueuer WHERE entrypoint = $1", JOB)
            return found

    at = clock.now() + timedelta(seconds=10)
    posted = await inbox.reply(got.conversation_id, ana, "Later", send_at=at)
    before = await count_jobs()
    assert await begin(inbox, got.thread_id) is None
    assert await count_jobs() == before
    clock.advance(timedelta(seconds=9.99))
    assert await begin(inbox, got.thread_id) is None
    assert await count_jobs() == before + 1
    clock.advance(timedelta(seconds=0.01))
    delivery = await begin(inbox, got.thread_id)
    assert delivery is not None
    assert delivery.message_id == posted.message_id


async def test_a_scheduled_one_lets_others_pass(
    inbox: Inbox, clock: FixedClock, got: Received, ana: UUID
) -> None:
    later = await inbox.reply(got.conversation_id, ana, "Later", send_at=clock.now() + timedelta(hours=1))
    now = await inbox.reply(got.conversation_id, ana, "Now")
    delivery = await begin(inbox, got.thread_id)
    assert delivery is not None
    assert delivery.message_id == now.message_id
    await finish(inbox, delivery, "sent")
    assert await begin(inbox, got.thread_id) is None
    clock.advance(timedelta(hours=1))
    delivery = await begin(inbox, got.thread_id)
    assert delivery is not None
    assert delivery.message_id == later.message_id


async def test_an_interrupted_one_is_unknown_and_never_silently_repeated(
    shop: Shop, inbox: Inbox, clock: FixedClock, got: Received, ana: UUID
) -> None:
    posted = await inbox.reply(got.conversation_id, ana, "One")
    after = await inbox.reply(got.conversation_id, ana, "Two")
    await begin(inbox, got.thread_id)
    clock.advance(LEASE)
    delivery = await begin(inbox, got.thread_id)
    assert delivery is not None
    assert delivery.message_id == after.message_id
    assert (await inbox.message(posted.message_id))["state"] == "unknown"
    failed = await shop.facts("MessageFailed")
    assert [(f["message_id"], f["unknown"]) for f in failed] == [(str(posted.message_id), True)]
    await finish(inbox, delivery, "sent")
    clock.advance(timedelta(days=1))
    assert await begin(inbox, got.thread_id) is None
    async with inbox.ctx() as ctx:
        await retry_delivery(ctx, posted.message_id)
    delivery = await begin(inbox, got.thread_id)
    assert delivery is not None
    assert delivery.message_id == posted.message_id


async def test_a_failed_one_can_be_sent_again(inbox: Inbox, got: Received, ana: UUID) -> None:
    posted = await inbox.reply(got.conversation_id, ana)
    await finish(inbox, await begin(inbox, got.thread_id), "failed", "no such mailbox")
    message = await inbox.message(posted.message_id)
    assert (message["state"], message["error"]) == ("failed", "no such mailbox")
    async with inbox.ctx() as ctx:
        await retry_delivery(ctx, posted.message_id)
    message = await inbox.message(posted.message_id)
    assert (message["state"], message["error"]) == ("queued", None)
    with pytest.raises(Conflict, match="has not failed"):
        async with inbox.ctx() as ctx:
            await retry_delivery(ctx, posted.message_id)
    with pytest.raises(NotFound):
        async with inbox.ctx() as ctx:
            await retry_delivery(ctx, uuid7())


async def test_a_copy_that_fails_shows_on_the_message(inbox: Inbox, got: Received, ana: UUID) -> None:
    posted = await inbox.reply(got.conversation_id, ana)
    await finish(inbox, await begin(inbox, got.thread_id), "sent")
    async with inbox.ctx() as ctx:
        for _ in range(2):
            await queue_delivery(
                ctx,
                message_id=posted.message_id,
                thread_id=got.thread_id,
                conversation_id=got.conversation_id,
                channel_id=inbox.channel_id,
                purpose="copy",
                not_before=ctx.now,
            )
    copy = await begin(inbox, got.thread_id)
    assert copy is not None
    assert (await inbox.message(posted.message_id))["state"] == "sent"
    await finish(inbox, copy, "failed", "refused")
    assert (await inbox.message(posted.message_id))["state"] == "failed"
    assert await begin(inbox, got.thread_id) is None


async def test_taking_back_puts_everything_back(
    shop: Shop, inbox: Inbox, clock: FixedClock, got: Received, ana: UUID
) -> None:
    before = await inbox.row(got.conversation_id)
    clock.advance(timedelta(minutes=1))
    posted = await inbox.reply(
        got.conversation_id, ana, "Too quick", undo_seconds=10, wanted={"subject": "Yours"}
    )
    async with inbox.ctx(Actor("agent", ana)) as ctx:
        await undo_message(ctx, posted.message_id)
    after = await inbox.row(got.conversation_id)
    assert {name for name in before if before[name] != after[name]} == {"version"}
    assert (await inbox.message(posted.message_id))["state"] == "cancelled"
    async with inbox.ctx() as ctx:
        draft = await ctx.tx.fetchrow("SELECT * FROM drafts")
    assert draft is not None
    assert (draft["agent_id"], draft["html"]) == (ana, "<p>Too quick</p>")
    assert draft["envelope"] == {"subject": "Yours", "thread_id": str(got.thread_id)}
    clock.advance(timedelta(minutes=1))
    assert await begin(inbox, got.thread_id) is None


async def test_taking_back_opens_what_was_closed_with_it(inbox: Inbox, got: Received, ana: UUID) -> None:
    posted = await inbox.reply(got.conversation_id, ana, undo_seconds=10)
    async with inbox.ctx(Actor("agent", ana)) as ctx:
        await close_conversation(ctx, got.conversation_id)
    async with inbox.ctx(Actor("agent", ana)) as ctx:
        await undo_message(ctx, posted.message_id)
    row = await inbox.row(got.conversation_id)
    assert (row["status"], row["closed_at"]) == ("open", None)
    assert row["waiting_since"] is not None


async def test_too_late_to_take_back(
    shop: Shop, inbox: Inbox, clock: FixedClock, got: Received, ana: UUID
) -> None:
    posted = await inbox.reply(got.conversation_id, ana, undo_seconds=10)
    clock.advance(timedelta(seconds=10))
    delivery = await begin(inbox, got.thread_id)
    for _ in range(2):
        told = len(await shop.facts())
        with pytest.raises(TooLate):
            async with inbox.ctx() as ctx:
                await undo_message(ctx, posted.message_id)
        assert len(await shop.facts()) == told
        await finish(inbox, delivery, "sent")
    with pytest.raises(NotFound):
        async with inbox.ctx() as ctx:
            await undo_message(ctx, got.message_id)


async def test_a_reply_sent_later_ends_the_waiting_when_it_leaves(
    inbox: Inbox, clock: FixedClock, got: Received, ana: UUID
) -> None:
    send_at = clock.now() + timedelta(hours=2)
    posted = await inbox.reply(got.conversation_id, ana, send_at=send_at)
    row = await inbox.row(got.conversation_id)
    assert row["waiting_since"] is not None
    assert row["first_reply_at"] is None
    await reschedule(inbox, posted.message_id, clock.now() + timedelta(hours=1))
    clock.advance(timedelta(hours=1))
    await finish(inbox, await begin(inbox, got.thread_id), "sent")
    row = await inbox.row(got.conversation_id)
    assert (row["waiting_since"], row["first_reply_at"]) == (None, clock.now())


async def reschedule(inbox: Inbox, message_id: UUID, at: datetime) -> None:
    """Moves a scheduled message."""
    async with inbox.ctx() as ctx:
        await reschedule_message(ctx, message_id, at)


async def test_what_has_left_cannot_be_moved(
    inbox: Inbox, clock: FixedClock, got: Received, ana: UUID
) -> None:
    posted = await inbox.reply(got.conversation_id, ana)
    await finish(inbox, await begin(inbox, got.thread_id), "sent")
    with pytest.raises(TooLate):
        await reschedule(inbox, posted.message_id, clock.now() + timedelta(hours=1))
    with pytest.raises(NotFound):
        await reschedule(inbox, uuid7(), clock.now())
