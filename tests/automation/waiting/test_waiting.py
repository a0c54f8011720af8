"""Rules that are asked after a time: when, since what, once, and at what cost."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from parley.automation import open_hours, waiting
from parley.automation.rules.model import ANCHORS
from parley.automation.waiting import SEED, WAITED
from parley.conversations.actions.changing import (
    assign_conversation,
    change_conversation,
    close_conversation,
    reopen_conversation,
    snooze_conversation,
    wake_conversation,
)
from parley.kit import timers
from parley.kit.clock import FixedClock
from parley.kit.timers import fire_due_timers
from tests.automation.conftest import Settle
from tests.support.app import Shop, body_of
from tests.support.inbox import Inbox
from tests.support.jobs import run_jobs

MINUTE = timedelta(minutes=1)
NOW = datetime(2026, 3, 4, 10, 0, tzinfo=UTC)
Pass = Callable[[float], Awaitable[None]]


@pytest.fixture
def passing(shop: Shop, clock: FixedClock, settle: Settle) -> Pass:
    """Lets minutes pass and everything happen that follows."""

    async def let_pass(minutes: float) -> None:
        await settle()
        clock.advance(minutes * MINUTE)
        await fire_due_timers(shop.runtime)
        await run_jobs(shop.runtime, WAITED, SEED)
        await settle()

    return let_pass


async def add_rule(shop: Shop, anchor: str, minutes: int, hours: str | None = None, **body: Any) -> str:
    """Puts a rule into force that waits."""
    wait = {"anchor": anchor, "minutes": minutes, **({"hours": hours} if hours else {})}
    rule = {"when": "waited", "wait": wait, "then": [{"act": "set_priority", "priority": "urgent"}], **body}
    lead = await shop.signed_in("lead")
    saved = await lead.post("/api/v1/rules", json={"name": f"After {anchor}", "rule": rule, "enabled": True})
    assert saved.status_code == 201, saved.text
    return str(body_of(saved)["id"])


async def count_timers(shop: Shop) -> int:
    """Counts the timers of the workspace."""
    return int(await shop.count("SELECT count(*) FROM timers WHERE workspace_id = $1", shop.workspace_id))


async def test_a_customer_who_waits_is_brought_up_once(shop: Shop, inbox: Inbox, passing: Pass) -> None:
    await add_rule(shop, "reply", 30)
    asked = await inbox.receive("Where is my parcel?")
    await passing(29)
    assert (await inbox.row(asked.conversation_id))["priority"] == 1
    await passing(1)
    assert (await inbox.row(asked.conversation_id))["priority"] == 3
    await inbox.receive("Hello?")
    await passing(60)
    told = await shop.facts("ConversationWaited")
    assert [(fact["anchor"], fact["minutes"], fact["hours"]) for fact in told] == [("reply", 30, None)]
    assert await count_timers(shop) == 0


async def test_an_answer_ends_the_waiting(shop: Shop, inbox: Inbox, passing: Pass) -> None:
    await add_rule(shop, "reply", 30)
    asked = await inbox.receive()
    await passing(20)
    await inbox.reply(asked.conversation_id, await shop.agent())
    await passing(20)
    assert await shop.facts("ConversationWaited") == []
    await inbox.receive("Thanks, and another thing")
    await passing(29)
    assert await shop.facts("ConversationWaited") == []
    await passing(1)
    assert len(await shop.facts("ConversationWaited")) == 1


async def test_an_answer_that_the_log_tells_late_still_counts(
    shop: Shop, inbox: Inbox, clock: FixedClock, settle: Settle
) -> None:
    await add_rule(shop, "reply", 30)
    asked = await inbox.receive()
    await settle()
    clock.advance(30 * MINUTE)
    await fire_due_timers(shop.runtime)
    await inbox.reply(asked.conversation_id, await shop.agent())
    assert await run_jobs(shop.runtime, WAITED) == 1
    assert await shop.facts("ConversationWaited") == []


async def test_a_customer_who_does_not_answer_is_told_of_once_and_a_reminder_does_not_ask_again(
    shop: Shop, inbox: Inbox, passing: Pass
) -> None:
    await add_rule(shop, "customer", 60)
    asked = await inbox.receive()
    agent = await shop.agent()
    await passing(10)
    await inbox.reply(asked.conversation_id, agent)
    await passing(50)
    await inbox.reply(asked.conversation_id, agent, "One more thing")
    await passing(59)
    assert await shop.facts("ConversationWaited") == []
    await passing(1)
    assert len(await shop.facts("ConversationWaited")) == 1
    await inbox.reply(asked.conversation_id, agent, "Are you still there?", automatic=True)
    await passing(600)
    assert len(await shop.facts("ConversationWaited")) == 1


async def test_a_reply_that_leaves_later_counts_from_then(shop: Shop, inbox: Inbox, passing: Pass) -> None:
    await add_rule(shop, "customer", 60)
    asked = await inbox.receive()
    await inbox.reply(asked.conversation_id, await shop.agent(), send_at=inbox.now() + 30 * MINUTE)
    await passing(80)
    assert await shop.facts("ConversationWaited") == []


async def test_nobody_has_it_counts_from_when_it_was_given_back(
    shop: Shop, inbox: Inbox, passing: Pass
) -> None:
    await add_rule(shop, "assignment", 10)
    asked = await inbox.receive()
    agent = await shop.agent()
    await passing(5)
    async with inbox.ctx() as ctx:
        await assign_conversation(ctx, asked.conversation_id, agent_id=agent, team_id=None)
    await passing(20)
    assert await shop.facts("ConversationWaited") == []
    async with inbox.ctx() as ctx:
        await assign_conversation(ctx, asked.conversation_id, agent_id=None, team_id=None)
    await passing(9)
    assert await shop.facts("ConversationWaited") == []
    await passing(1)
    assert len(await shop.facts("ConversationWaited")) == 1


async def test_opened_and_closed_are_waited_for_as_well(shop: Shop, inbox: Inbox, passing: Pass) -> None:
    await add_rule(shop, "opened", 20)
    await add_rule(shop, "closed", 30)
    asked = await inbox.receive()
    await passing(20)
    assert [fact["anchor"] for fact in await shop.facts("ConversationWaited")] == ["opened"]
    async with inbox.ctx() as ctx:
        await close_conversation(ctx, asked.conversation_id)
    await passing(29)
    async with inbox.ctx() as ctx:
        await reopen_conversation(ctx, asked.conversation_id)
    await passing(5)
    async with inbox.ctx() as ctx:
        await close_conversation(ctx, asked.conversation_id)
    await passing(30)
    assert [fact["anchor"] for fact in await shop.facts("ConversationWaited")] == ["opened", "closed"]


async def test_who_sleeps_is_waited_for_when_he_wakes(shop: Shop, inbox: Inbox, passing: Pass) -> None:
    await add_rule(shop, "reply", 30)
    asked = await inbox.receive()
    await passing(1)
    async with inbox.ctx() as ctx:
        await snooze_conversation(
            ctx, asked.conversation_id, until=ctx.now + timedelta(hours=5), until_reply=False
        )
    await passing(60)
    assert await shop.facts("ConversationWaited") == []
    for _ in range(2):
        async with inbox.ctx() as ctx:
            await reopen_conversation(ctx, asked.conversation_id)
        await passing(1)
        async with inbox.ctx() as ctx:
            await snooze_conversation(
                ctx, asked.conversation_id, until=ctx.now + timedelta(hours=5), until_reply=False
            )
        await passing(1)
    assert len(await shop.facts("ConversationWaited")) == 1, "the same waiting is told once"


async def test_open_time_is_counted_by_the_hours_named(shop: Shop, inbox: Inbox, passing: Pass) -> None:
    admin = await shop.signed_in("admin")
    nine_to_five = [{"day": day, "from": "09:00", "to": "11:00"} for day in range(7)]
    made = await admin.post(
        "/api/v1/business-hours", json={"name": "Mornings", "time_zone": "UTC", "periods": nine_to_five}
    )
    assert made.status_code == 201, made.text
    await add_rule(shop, "reply", 90, body_of(made)["id"])
    await inbox.receive()
    assert inbox.now() == NOW, "ten o'clock"
    await passing(23 * 60 + 29)
    assert await shop.facts("ConversationWaited") == []
    await passing(1)
    assert len(await shop.facts("ConversationWaited")) == 1


async def test_changed_hours_move_what_counts_them(shop: Shop, inbox: Inbox, passing: Pass) -> None:
    admin = await shop.signed_in("admin")
    body = {"name": "Mornings", "time_zone": "UTC", "periods": [{"day": 2, "from": "09:00", "to": "11:00"}]}
    hours_id = body_of(await admin.post("/api/v1/business-hours", json=body))["id"]
    await add_rule(shop, "reply", 90, hours_id)
    await inbox.receive()
    await passing(0)
    longer = {"periods": [{"day": 2, "from": "09:00", "to": "20:00"}]}
    changed = await admin.patch(f"/api/v1/business-hours/{hours_id}", json=longer)
    assert changed.status_code < 300, changed.text
    await passing(0)
    await passing(90)
    assert len(await shop.facts("ConversationWaited")) == 1


async def test_a_new_rule_reaches_what_waits_already(
    shop: Shop, inbox: Inbox, passing: Pass, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(waiting, "BATCH", 2)
    open_ones = [
        (await inbox.receive(email=f"{n}@example.com", key=str(n))).conversation_id for n in range(5)
    ]
    closed = (await inbox.receive(email="c@example.com", key="c")).conversation_id
    long_closed = (await inbox.receive(email="d@example.com", key="d")).conversation_id
    async with inbox.ctx() as ctx:
        await close_conversation(ctx, long_closed)
    await passing(60)
    async with inbox.ctx() as ctx:
        await close_conversation(ctx, closed)
        await snooze_conversation(ctx, open_ones[0], until=None, until_reply=True)
    await passing(1)
    await add_rule(shop, "reply", 30)
    await add_rule(shop, "closed", 30)
    await passing(1)
    await passing(1)
    told = {fact["conversation_id"] for fact in await shop.facts("ConversationWaited")}
    assert told == {str(one) for one in open_ones[1:]}
    await passing(30)
    told = {
        fact["conversation_id"]
        for fact in await shop.facts("ConversationWaited")
        if fact["anchor"] == "closed"
    }
    assert told == {str(closed)}, "what has been closed for longer is the past"


async def test_nothing_is_told_that_no_rule_waits_for_any_more(
    shop: Shop, inbox: Inbox, passing: Pass
) -> None:
    await add_rule(shop, "reply", 30)
    await inbox.receive()
    await passing(1)
    async with inbox.ctx() as ctx:
        await ctx.tx.execute(
            "INSERT INTO rule_sets (workspace_id, version, members, at) VALUES ($1, 2, '[]', $2)",
            shop.workspace_id,
            ctx.now,
        )
    await passing(60)
    assert await shop.facts("ConversationWaited") == []


async def test_rules_that_wait_for_each_other_come_to_an_end(shop: Shop, inbox: Inbox, passing: Pass) -> None:
    await add_rule(shop, "assignment", 5, then=[{"act": "set_status", "status": "closed"}])
    await add_rule(shop, "closed", 5, then=[{"act": "set_status", "status": "open"}])
    await inbox.receive()
    for _ in range(10):
        await passing(5)
    assert len(await shop.facts("ConversationWaited")) <= 4
    circle = (
        'SELECT count(*) FROM decisions WHERE workspace_id = $1 AND reasons @> \'[{"key": "rule.circle"}]\''
    )
    assert await shop.count(circle, shop.workspace_id) == 1


async def test_sleep_and_waking_go_round_no_more_than_once(
    shop: Shop, inbox: Inbox, passing: Pass, settle: Settle
) -> None:
    await add_rule(shop, "assignment", 5, then=[{"act": "snooze", "minutes": 30}])
    lead = await shop.signed_in("lead")
    rule = {"when": "conversation_reopened", "then": [{"act": "snooze", "minutes": 10}]}
    await lead.post("/api/v1/rules", json={"name": "Again", "rule": rule, "enabled": True})
    asked = await inbox.receive()
    for _ in range(10):
        await passing(30)
        if (await inbox.row(asked.conversation_id))["status"] == "snoozed":
            async with inbox.ctx() as ctx:
                await wake_conversation(ctx, asked.conversation_id)
    await settle()
    assert await shop.count("SELECT count(*) FROM decisions WHERE decider = 'rules'") == 1


async def test_without_rules_that_wait_a_fact_costs_one_look(
    shop: Shop, inbox: Inbox, settle: Settle
) -> None:
    lead = await shop.signed_in("lead")
    rule = {"when": "conversation_closed", "then": [{"act": "set_priority", "priority": "low"}]}
    await lead.post("/api/v1/rules", json={"name": "Closed", "rule": rule, "enabled": True})
    asked = await inbox.receive()
    await settle()
    async with inbox.ctx() as ctx:
        await change_conversation(ctx, asked.conversation_id, {"status": "spam", "waiting_since": None})
    shop.statements.clear()
    await settle()
    ours = [one for one in shop.statements if one in vars(waiting).values() or "timers" in one]
    assert ours == [waiting.NEWEST]


async def test_with_many_waits_a_fact_costs_a_handful_of_statements(
    shop: Shop, inbox: Inbox, settle: Settle
) -> None:
    for minutes in range(1, 7):
        await add_rule(shop, ANCHORS[minutes % len(ANCHORS)], minutes, "default")
    asked = await inbox.receive()
    await settle()
    assert await count_timers(shop) == 3, "reply, assignment, opened"
    async with inbox.ctx() as ctx:
        await close_conversation(ctx, asked.conversation_id)
    shop.statements.clear()
    await settle()
    named = {waiting.NEWEST, waiting.OF_THIS, open_hours.LOAD, timers.SET, timers.DROP}
    assert sorted(one for one in shop.statements if one in named - {waiting.NEWEST}) == sorted(
        named - {waiting.NEWEST}
    )
    assert await count_timers(shop) == 2, "opened, closed"
