"""Promises from the first message to the last: made, met, paused, warned of, broken, taken back."""

from datetime import timedelta
from typing import Any
from uuid import UUID

from parley.conversations.actions.changing import (
    change_conversation,
    close_conversation,
    reopen_conversation,
    snooze_conversation,
)
from parley.conversations.actions.joining import merge_conversations, unmerge_conversation
from parley.kit.clock import FixedClock
from parley.kit.decisions.executor import undo_decision
from parley.kit.log.fact import Actor
from tests.automation.conftest import Settle
from tests.automation.promises.conftest import AddSla, Pass
from tests.support.app import Shop, body_of
from tests.support.inbox import Inbox

MINUTE = timedelta(minutes=1)


async def promises(inbox: Inbox, conversation_id: UUID) -> dict[str, dict[str, Any]]:
    """Gives the newest promise of each kind."""
    async with inbox.ctx() as ctx:
        rows = await ctx.tx.fetch(
            "SELECT * FROM promises WHERE workspace_id = $1 AND conversation_id = $2 ORDER BY started_at, id",
            inbox.workspace_id,
            conversation_id,
        )
    return {row["kind"]: dict(row) for row in rows}


async def told(inbox: Inbox) -> list[tuple[str, str, bool]]:
    """Gives what was told of promises: kind, state, warned."""
    async with inbox.ctx() as ctx:
        rows = await ctx.tx.fetch(
            """SELECT data FROM facts WHERE workspace_id = $1 AND kind = 'PromiseChanged'
               ORDER BY epoch, xid, seq""",
            inbox.workspace_id,
        )
    return [(row["data"]["kind"], row["data"]["state"], row["data"]["warned"]) for row in rows]


async def test_a_question_answered_in_time(
    shop: Shop, inbox: Inbox, add_sla: AddSla, wait: Pass, clock: FixedClock
) -> None:
    await add_sla()
    begin = clock.now()
    asked = await inbox.receive("Where is my parcel?")
    await wait(10 * MINUTE)
    row = await inbox.row(asked.conversation_id)
    assert (row["promise_due_at"], row["promise_kind"]) == (begin + 60 * MINUTE, "first_reply")

    await inbox.reply(asked.conversation_id, await shop.agent())
    await wait(20 * MINUTE)
    found = await promises(inbox, asked.conversation_id)
    assert (found["first_reply"]["state"], found["first_reply"]["met_at"]) == ("met", begin + 10 * MINUTE)
    assert (found["resolution"]["state"], found["resolution"]["spent_ms"]) == ("paused", 600_000)
    assert (await inbox.row(asked.conversation_id))["promise_due_at"] is None

    await inbox.receive("And the other one?")
    await wait(MINUTE)
    found = await promises(inbox, asked.conversation_id)
    assert found["next_reply"]["due_at"] == begin + 60 * MINUTE
    assert found["resolution"]["due_at"] == begin + (30 + 480 - 10) * MINUTE
    async with inbox.ctx() as ctx:
        await close_conversation(ctx, asked.conversation_id)
    await wait(MINUTE)
    found = await promises(inbox, asked.conversation_id)
    assert {kind: one["state"] for kind, one in found.items()} == {
        "first_reply": "met",
        "next_reply": "dropped",
        "resolution": "met",
    }
    assert await shop.count("SELECT count(*) FROM timers WHERE workspace_id = $1", shop.workspace_id) == 0


async def test_a_promise_is_warned_of_broken_and_kept_late(
    shop: Shop, inbox: Inbox, add_sla: AddSla, wait: Pass, clock: FixedClock
) -> None:
    await add_sla(targets={"first_reply": 60}, warn_minutes=[30, 10])
    begin = clock.now()
    asked = await inbox.receive()
    await wait(55 * MINUTE)
    assert await told(inbox) == [
        ("first_reply", "running", False),
        ("first_reply", "running", True),
        ("first_reply", "running", True),
    ]
    await wait(10 * MINUTE)
    standing = (await promises(inbox, asked.conversation_id))["first_reply"]
    assert (standing["state"], standing["broken_at"], standing["ended_at"]) == (
        "broken",
        begin + 60 * MINUTE,
        None,
    )
    assert (await inbox.row(asked.conversation_id))["promise_due_at"] == begin + 60 * MINUTE
    await inbox.reply(asked.conversation_id, await shop.agent())
    await wait(MINUTE)
    ended = (await promises(inbox, asked.conversation_id))["first_reply"]
    assert (ended["state"], ended["met_at"], ended["ended_at"]) == ("broken", *[begin + 65 * MINUTE] * 2)
    assert (await inbox.row(asked.conversation_id))["promise_due_at"] is None


async def test_what_was_read_late_is_judged_by_when_it_happened(
    shop: Shop, inbox: Inbox, add_sla: AddSla, wait: Pass, clock: FixedClock
) -> None:
    await add_sla(targets={"first_reply": 60})
    begin = clock.now()
    asked = await inbox.receive()
    clock.advance(5 * MINUTE)
    await inbox.reply(asked.conversation_id, await shop.agent())
    clock.advance(200 * MINUTE)
    await wait(MINUTE)
    kept = (await promises(inbox, asked.conversation_id))["first_reply"]
    assert (kept["state"], kept["started_at"], kept["met_at"]) == ("met", begin, begin + 5 * MINUTE)


async def test_what_began_long_ago_makes_no_promise(
    inbox: Inbox, add_sla: AddSla, settle: Settle, clock: FixedClock
) -> None:
    await add_sla()
    asked = await inbox.receive()
    clock.advance(timedelta(hours=25))
    await settle()
    assert await promises(inbox, asked.conversation_id) == {}
    async with inbox.ctx() as ctx:
        await change_conversation(ctx, asked.conversation_id, {"priority": 3})
    await settle()
    assert await promises(inbox, asked.conversation_id) == {}


async def test_another_priority_aims_anew_and_keeps_what_was_used_up(
    inbox: Inbox, add_sla: AddSla, wait: Pass, clock: FixedClock
) -> None:
    await add_sla(targets={"first_reply": {"normal": 60, "urgent": 15}}, warn_minutes=10)
    begin = clock.now()
    asked = await inbox.receive()
    await wait(6 * MINUTE)
    async with inbox.ctx() as ctx:
        await change_conversation(ctx, asked.conversation_id, {"priority": 3})
    await wait(MINUTE)
    aimed = (await promises(inbox, asked.conversation_id))["first_reply"]
    assert (aimed["target_minutes"], aimed["due_at"]) == (15, begin + 15 * MINUTE)
    assert (await told(inbox))[-1] == ("first_reply", "running", True)
    async with inbox.ctx() as ctx:
        await change_conversation(ctx, asked.conversation_id, {"priority": 0})
    await wait(MINUTE)
    assert (await promises(inbox, asked.conversation_id))["first_reply"]["state"] == "dropped"
    assert (await inbox.row(asked.conversation_id))["promise_due_at"] is None


async def test_sleep_uses_up_no_time(inbox: Inbox, add_sla: AddSla, wait: Pass, clock: FixedClock) -> None:
    await add_sla(targets={"first_reply": 60})
    begin = clock.now()
    asked = await inbox.receive()
    await wait(10 * MINUTE)
    async with inbox.ctx() as ctx:
        until = clock.now() + 100 * MINUTE
        await snooze_conversation(ctx, asked.conversation_id, until=until, until_reply=False)
    await wait(100 * MINUTE)
    async with inbox.ctx() as ctx:
        await reopen_conversation(ctx, asked.conversation_id)
    await wait(MINUTE)
    assert (await promises(inbox, asked.conversation_id))["first_reply"]["due_at"] == begin + 160 * MINUTE


async def test_a_decision_is_taken_back_with_timers_and_all(
    shop: Shop, inbox: Inbox, add_sla: AddSla, settle: Settle, clock: FixedClock
) -> None:
    await add_sla()
    asked = await inbox.receive()
    await settle()
    clock.advance(MINUTE)
    before = await _everything(shop, asked.conversation_id)
    async with inbox.ctx() as ctx:
        await close_conversation(ctx, asked.conversation_id)
    await settle()
    newest = (
        "SELECT id FROM decisions WHERE workspace_id = $1 AND decider = 'promises' ORDER BY id {} LIMIT 1"
    )
    async with inbox.ctx() as ctx:
        last = await ctx.tx.fetchval(newest.format("DESC"), shop.workspace_id)
        await undo_decision(shop.runtime.decisions, ctx, last)
    assert await _everything(shop, asked.conversation_id) == before
    async with inbox.ctx() as ctx:
        first = await ctx.tx.fetchval(newest.format(""), shop.workspace_id)
        await undo_decision(shop.runtime.decisions, ctx, first)
    assert await _everything(shop, asked.conversation_id) == (None, None, None, None)


async def _everything(shop: Shop, conversation_id: UUID) -> tuple[Any, ...]:
    async with shop.runtime.ctx(shop.workspace_id) as ctx:
        row = await ctx.tx.fetchrow(
            """SELECT (SELECT jsonb_agg(p ORDER BY p.id) FROM promises p WHERE p.workspace_id = $1) AS promises,
                 (SELECT jsonb_agg(t ORDER BY t.key) FROM timers t WHERE t.workspace_id = $1) AS timers,
                 promise_due_at, promise_kind FROM conversations WHERE workspace_id = $1 AND id = $2""",
            shop.workspace_id,
            conversation_id,
        )
    assert row is not None
    return tuple(row.values())


async def test_a_new_round_has_a_promise_of_its_own(
    shop: Shop, inbox: Inbox, add_sla: AddSla, wait: Pass, clock: FixedClock
) -> None:
    await add_sla(targets={"resolution": 480})
    asked = await inbox.receive()
    await wait(MINUTE)
    async with inbox.ctx() as ctx:
        await close_conversation(ctx, asked.conversation_id)
    await wait(60 * MINUTE)
    again = clock.now()
    await inbox.receive("Still not there")
    await wait(MINUTE)
    agent = await shop.signed_in("agent")
    shown = body_of(await agent.get(f"/api/v1/conversations/{asked.conversation_id}/promises"))["items"]
    assert [one["state"] for one in shown] == ["running", "met"]
    assert (await promises(inbox, asked.conversation_id))["resolution"]["started_at"] == again


async def test_a_program_answers_without_keeping_the_promise_unless_it_may(
    shop: Shop, inbox: Inbox, add_sla: AddSla, wait: Pass
) -> None:
    await add_sla(targets={"first_reply": 60})
    asked = await inbox.receive()
    agent = await shop.agent()
    await wait(MINUTE)
    await inbox.reply(asked.conversation_id, agent, automatic=True)
    await wait(MINUTE)
    assert (await promises(inbox, asked.conversation_id))["first_reply"]["state"] == "running"

    lead = await shop.signed_in("lead")
    (plain,) = body_of(await lead.get("/api/v1/slas"))["items"]
    body = {"targets": {"first_reply": 60}, "hours": None, "automatic_replies": True}
    await lead.patch(f"/api/v1/slas/{plain['id']}", json={"sla": body})
    other = await inbox.receive("Hi", email="bo@example.com")
    await wait(MINUTE)
    await inbox.reply(other.conversation_id, agent, automatic=True)
    await wait(MINUTE)
    assert (await promises(inbox, other.conversation_id))["first_reply"]["state"] == "met"


async def test_a_reply_taken_back_leaves_the_promise_standing(
    shop: Shop, inbox: Inbox, add_sla: AddSla, wait: Pass, clock: FixedClock
) -> None:
    await add_sla(targets={"first_reply": 60})
    begin = clock.now()
    asked = await inbox.receive()
    await wait(MINUTE)
    inbox.port.rules = inbox.port.rules.__class__(instant=False, undo_seconds=20, max_length=1000)
    me = await shop.agent()
    posted = await inbox.reply(asked.conversation_id, me)
    browser = await shop.browser(me)
    await wait(timedelta(seconds=1))
    assert (await promises(inbox, asked.conversation_id))["first_reply"]["state"] == "met"
    undone = await browser.post(f"/api/v1/messages/{posted.message_id}/undo")
    assert undone.status_code < 300, undone.text
    await wait(MINUTE)
    again = (await promises(inbox, asked.conversation_id))["first_reply"]
    assert (again["state"], again["due_at"], again["ended_at"]) == ("running", begin + 60 * MINUTE, None)


async def test_where_there_are_no_slas_one_question_is_all_it_costs(
    shop: Shop, inbox: Inbox, settle: Settle
) -> None:
    await inbox.receive()
    await settle()
    await inbox.receive("More")
    shop.statements.clear()
    await settle()
    asked = [one for one in shop.statements if "slas" in one or "promises" in one]
    assert 1 <= len(asked) <= 2, asked


async def test_actor_of_a_promise_is_the_decision(inbox: Inbox, add_sla: AddSla, settle: Settle) -> None:
    await add_sla()
    await inbox.receive()
    await settle()
    async with inbox.ctx(Actor("system")) as ctx:
        kinds = await ctx.tx.fetch(
            "SELECT DISTINCT actor_kind FROM facts WHERE workspace_id = $1 AND kind = 'PromiseChanged'",
            inbox.workspace_id,
        )
    assert [row["actor_kind"] for row in kinds] == ["decider"]


async def test_what_is_part_of_another_owes_nothing_until_it_stands_alone_again(
    shop: Shop, inbox: Inbox, add_sla: AddSla, wait: Pass, clock: FixedClock
) -> None:
    await add_sla(targets={"first_reply": 60, "resolution": 480})
    begin = clock.now()
    kept = await inbox.receive("One", key="one")
    await wait(5 * MINUTE)
    gone = await inbox.receive("Two", key="two")
    await wait(5 * MINUTE)
    async with inbox.ctx() as ctx:
        await merge_conversations(ctx, gone.conversation_id, kept.conversation_id)
    await wait(MINUTE)
    past = await promises(inbox, gone.conversation_id)
    assert {one["state"] for one in past.values()} == {"dropped"}
    assert (await inbox.row(gone.conversation_id))["promise_due_at"] is None
    assert (await promises(inbox, kept.conversation_id))["first_reply"]["due_at"] == begin + 60 * MINUTE
    async with inbox.ctx() as ctx:
        await unmerge_conversation(ctx, gone.conversation_id)
    await wait(MINUTE)
    again = await promises(inbox, gone.conversation_id)
    assert (again["first_reply"]["state"], again["first_reply"]["due_at"]) == ("running", begin + 65 * MINUTE)
    assert (again["resolution"]["state"], again["resolution"]["due_at"]) == ("running", begin + 485 * MINUTE)
