"""What is due comes even when its job was lost, given up, or came too early."""

from datetime import timedelta
from uuid import UUID

import pytest

from parley.conversations import sweeping
from parley.conversations.actions.changing import WAKE_JOB, snooze_conversation, wake_conversation
from parley.conversations.actions.delivering import JOB, LEASE, begin_next_delivery
from parley.conversations.sweeping import OVERDUE, sweep_deliveries, sweep_due, sweep_snoozed
from parley.kit.clock import FixedClock
from tests.support.app import Shop
from tests.support.inbox import Inbox
from tests.support.jobs import run_jobs

MOMENT = timedelta(seconds=1)


@pytest.fixture
async def ana(shop: Shop) -> UUID:
    """An agent."""
    return await shop.agent()


async def lose_jobs(inbox: Inbox) -> None:
    """Empties the queue."""
    async with inbox.ctx() as ctx:
        await ctx.tx.execute("DELETE FROM pgqueuer")


async def list_jobs(inbox: Inbox) -> list[str]:
    """Lists the waiting jobs by name."""
    async with inbox.ctx() as ctx:
        rows = await ctx.tx.fetch("SELECT entrypoint FROM pgqueuer ORDER BY 1")
    return [row["entrypoint"] for row in rows]


async def test_a_message_sent_later_leaves_though_its_job_is_lost(
    shop: Shop, inbox: Inbox, clock: FixedClock, ana: UUID
) -> None:
    got = await inbox.receive()
    later = await inbox.reply(
        got.conversation_id, ana, "Later", send_at=clock.now() + timedelta(days=2), undo_seconds=0
    )
    await lose_jobs(inbox)
    clock.advance(timedelta(days=2) + OVERDUE)
    assert await sweep_deliveries(inbox.runtime) == 0, "its own job has a moment to come"
    clock.advance(MOMENT)
    for _ in range(3):
        await sweep_due(inbox.runtime)
    assert await list_jobs(inbox) == [JOB]
    async with inbox.ctx() as ctx:
        payload = await ctx.tx.fetchval("SELECT convert_from(payload, 'UTF8') FROM pgqueuer")
        assert str(got.thread_id) in payload
        delivery = await begin_next_delivery(ctx, got.thread_id)
    assert delivery is not None
    assert delivery.message_id == later.message_id


async def test_one_that_may_still_be_taken_back_is_found_when_its_time_is_over(
    shop: Shop, inbox: Inbox, clock: FixedClock, ana: UUID
) -> None:
    got = await inbox.receive()
    await inbox.reply(got.conversation_id, ana, "Oops", undo_seconds=20)
    await lose_jobs(inbox)
    assert await sweep_deliveries(inbox.runtime) == 0
    clock.advance(timedelta(seconds=20) + OVERDUE + MOMENT)
    assert await sweep_deliveries(inbox.runtime) == 1


async def test_one_under_way_is_left_alone_until_its_lease_is_over(
    shop: Shop, inbox: Inbox, clock: FixedClock, ana: UUID
) -> None:
    got = await inbox.receive()
    posted = await inbox.reply(got.conversation_id, ana, "Hello", undo_seconds=0)
    async with inbox.ctx() as ctx:
        await begin_next_delivery(ctx, got.thread_id)
    await lose_jobs(inbox)
    clock.advance(LEASE)
    assert await sweep_deliveries(inbox.runtime) == 0
    clock.advance(OVERDUE + MOMENT)
    assert await sweep_deliveries(inbox.runtime) == 1
    async with inbox.ctx() as ctx:
        assert await begin_next_delivery(ctx, got.thread_id) is None
    assert (await inbox.message(posted.message_id))["state"] == "unknown"
    assert await sweep_deliveries(inbox.runtime) == 0, "a person decides now"


async def test_all_workspaces_are_looked_at_in_bounded_pages(
    shop: Shop,
    neighbour: Shop,
    inbox: Inbox,
    clock: FixedClock,
    ana: UUID,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    other, bo = Inbox(neighbour.runtime, neighbour.workspace_id), await neighbour.agent(name="Bo")
    for place, agent, count in ((inbox, ana, 4), (other, bo, 3)):
        for n in range(count):
            got = await place.receive(email=f"{n}@example.com")
            await place.reply(got.conversation_id, agent, "Hello", undo_seconds=0)
    await lose_jobs(inbox)
    clock.advance(OVERDUE + MOMENT)
    monkeypatch.setattr(sweeping, "PAGE", 2)
    assert await sweep_deliveries(inbox.runtime) == 7
    assert await list_jobs(inbox) == [JOB] * 7
    monkeypatch.setattr(sweeping, "PAGES", 2)
    assert await sweep_deliveries(inbox.runtime) == 4


async def test_a_sleeper_wakes_though_its_job_is_lost_or_comes_too_early(
    shop: Shop, inbox: Inbox, clock: FixedClock
) -> None:
    got = await inbox.receive()
    until = clock.now() + timedelta(hours=3)
    async with inbox.ctx() as ctx:
        await snooze_conversation(ctx, got.conversation_id, until=until, until_reply=False)
    await lose_jobs(inbox)
    clock.advance(timedelta(hours=3) - MOMENT)
    async with inbox.ctx() as ctx:
        assert not await wake_conversation(ctx, got.conversation_id)
    assert await list_jobs(inbox) == [WAKE_JOB], "put off"
    await lose_jobs(inbox)
    clock.advance(MOMENT + OVERDUE)
    assert await sweep_snoozed(inbox.runtime) == 0
    clock.advance(MOMENT)
    for _ in range(2):
        await sweep_due(inbox.runtime)
    assert await list_jobs(inbox) == [WAKE_JOB]
    await run_jobs(inbox.runtime, WAKE_JOB)
    assert (await inbox.row(got.conversation_id))["status"] == "open"
    assert await sweep_snoozed(inbox.runtime) == 0


async def test_the_sweep_is_registered_and_reads_by_index(shop: Shop, inbox: Inbox) -> None:
    assert sweep_due in [periodic.run for periodic in inbox.runtime.jobs.periodic]
    now, nobody = inbox.now(), UUID(int=0)
    async with inbox.runtime.db.transaction(None) as tx:
        await tx.execute("SET LOCAL enable_seqscan = off")
        for sql, values, index in (
            (sweeping.DELIVERIES, (now, nobody, now, now, 500), "ix_deliveries_due"),
            (sweeping.SNOOZED, (now, nobody, now, 500), "ix_conversations_snoozed"),
        ):
            rows = await tx.fetch(f"EXPLAIN {sql}", *values)
            plan = "\n".join(row[0] for row in rows)
            assert index in plan
            assert "Sort" not in plan
