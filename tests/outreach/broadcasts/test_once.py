"""Whatever happens meanwhile, nobody is told twice, and nothing leaves faster than it may."""

from contextlib import suppress
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from parley.conversations.actions.joining import merge_conversations
from parley.conversations.actions.posting import post_message
from parley.customers.actions.editing import block_customer
from parley.kit.timers import fire_due_timers
from parley.outreach.broadcasts import sending
from parley.outreach.broadcasts.actions import SEND
from parley.outreach.broadcasts.sending import plan_portion, send_next
from tests.outreach.broadcasts.conftest import URL, Crowd
from tests.support.app import Shop, body_of
from tests.support.jobs import run_jobs

PEOPLE = ("ann", "bob", "cid", "dan", "eve")


class Killed(BaseException):
    """The process died here."""


async def test_a_worker_that_dies_between_post_and_mark_repeats_nothing(
    crowd: Crowd, monkeypatch: pytest.MonkeyPatch
) -> None:
    await crowd.write("ann")
    draft = await crowd.draft()
    await crowd.start(draft)
    with monkeypatch.context() as patched:

        async def die(*_: Any) -> bool:
            raise Killed

        patched.setattr(sending, "_mark", die)
        with pytest.raises(Killed):
            await crowd.tick()
    assert await crowd.posted() == []
    assert [one["state"] for one in await crowd.targets()] == ["waiting"]
    await crowd.tick(1)
    await crowd.tick(1)
    assert len(await crowd.posted()) == 1
    assert (await crowd.get(draft))["state"] == "done"


ACTS = ("pause", "resume", "tick", "tick", "crash", "twice", "late", "cancel", "retry")


@settings(
    max_examples=12,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(acts=st.lists(st.sampled_from(ACTS), min_size=3, max_size=10))
async def test_any_sequence_of_acts_gives_at_most_one_message_each(
    crowd: Crowd, monkeypatch: pytest.MonkeyPatch, acts: list[str]
) -> None:
    if not await crowd.room.rows("SELECT id FROM conversations WHERE workspace_id = $1 LIMIT 1"):
        for one in PEOPLE:
            await crowd.write(one)
    draft = await crowd.draft(per_minute=60)
    await crowd.start(draft)
    for act in acts:
        await _do(crowd, monkeypatch, draft["id"], act)
    state = (await crowd.get(draft))["state"]
    if state == "paused":
        await crowd.do(draft, "resume")
    for _ in range(len(PEOPLE) + 3):
        await crowd.tick(2)
    rows = await crowd.room.rows(
        """SELECT t.state, t.message_id, (SELECT count(*) FROM messages m WHERE m.workspace_id = $1
             AND m.conversation_id = t.conversation_id AND m.envelope ->> 'broadcast_id' = $2::text) AS posted
           FROM broadcast_targets t WHERE t.workspace_id = $1 AND t.broadcast_id::text = $2""",
        draft["id"],
    )
    assert all(row["posted"] == (1 if row["state"] == "sent" else 0) for row in rows), rows
    after = await crowd.get(draft)
    assert after["sent"] == sum(row["state"] == "sent" for row in rows)
    assert after["state"] == ("cancelled" if "cancel" in acts and state == "cancelled" else "done")
    if after["state"] == "done":
        assert after["sent"] == len(PEOPLE)


async def _do(crowd: Crowd, monkeypatch: pytest.MonkeyPatch, draft_id: str, act: str) -> None:
    runtime = crowd.room.runtime
    if act == "tick":
        await crowd.tick(1)
    elif act == "late":
        await crowd.tick(0)
    elif act == "twice":
        # A job that is tried again although it had been done.
        await fire_due_timers(runtime)
        async with crowd.room.ctx() as ctx:
            ctx.defer(SEND, {"broadcast_id": draft_id})
        await run_jobs(runtime, SEND)
    elif act == "crash":
        post = post_message

        async def die(*args: Any, **kwargs: Any) -> Any:
            await post(*args, **kwargs)
            raise Killed

        with monkeypatch.context() as patched:
            patched.setattr(sending, "post_message", die)
            with suppress(Killed):
                await crowd.tick(1)
    else:
        answer = await crowd.lead.post(f"{URL}/{draft_id}/{act}", json={} if act == "retry" else None)
        assert answer.status_code in (200, 409)


async def test_no_more_leave_in_a_minute_than_may(crowd: Crowd) -> None:
    for one in PEOPLE:
        await crowd.write(one)
    await crowd.start(await crowd.draft(per_minute=2))
    counts = []
    for _ in range(4):
        await crowd.tick()
        await crowd.tick()
        counts.append(len(await crowd.posted()))
        crowd.clock.advance(timedelta(seconds=30))
    assert counts == [1, 2, 3, 4]


@pytest.mark.parametrize("per_minute", [1, 7, 59, 60, 61, 100, 600])
def test_portions_keep_the_pace(per_minute: int) -> None:
    size, pause = plan_portion(per_minute)
    assert pause >= timedelta(seconds=1)
    assert size * 60 / pause.total_seconds() == pytest.approx(per_minute)


async def test_after_a_pause_nothing_leaves(crowd: Crowd) -> None:
    await crowd.write("ann")
    draft = await crowd.draft()
    await crowd.start(draft)
    await crowd.do(draft, "pause")
    await crowd.tick(5)
    assert not await send_next(crowd.room.runtime, crowd.room.workspace_id, draft["id"])
    assert await crowd.posted() == []
    await crowd.do(draft, "resume")
    await crowd.tick(1)
    assert len(await crowd.posted()) == 1


async def test_what_failed_says_why_and_is_tried_again(
    crowd: Crowd, shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = await crowd.write("ann")
    texts = {"fallback": "en", "languages": {"en": {"html": "<p>Dear {{ customer.name }}</p>"}}}
    draft = await crowd.draft(texts=texts)
    await crowd.start(draft)
    customer_id = (await crowd.room.conversation(told))["customer_id"]
    async with crowd.room.ctx() as ctx:
        name_id = await ctx.tx.fetchval("SELECT name_id FROM customers WHERE id = $1", customer_id)
        await ctx.tx.execute("UPDATE customers SET name_id = NULL WHERE id = $1", customer_id)
    await crowd.tick()
    await crowd.tick(1)
    (failed,) = body_of(await crowd.lead.get(f"{URL}/{draft['id']}/targets?state=failed"))["items"]
    assert (failed["reason"], failed["detail"]) == ("missing_variable", "customer.name")
    assert (await crowd.get(draft))["failed"] == 1
    async with crowd.room.ctx() as ctx:
        await ctx.tx.execute("UPDATE customers SET name_id = $2 WHERE id = $1", customer_id, name_id)
    assert await crowd.do(draft, "retry", positions=[failed["position"]]) == {"retried": 1}
    await crowd.tick(1)
    await crowd.tick(1)
    done = await crowd.get(draft)
    assert (done["state"], done["sent"], done["failed"]) == ("done", 1, 0)
    assert len(await crowd.posted()) == 1


async def test_a_mail_that_did_not_leave_is_delivered_again_not_written_again(crowd: Crowd) -> None:
    await crowd.write("refused")
    draft = await crowd.draft()
    await crowd.start(draft)
    await crowd.tick()
    (message,) = await crowd.posted()
    for _ in range(2):
        await crowd.room.deliver()
        await crowd.outlook.read()
        failed = await crowd.get(draft)
        assert (failed["sent"], failed["failed"]) == (0, 1)
        (target,) = body_of(await crowd.lead.get(f"{URL}/{draft['id']}/targets?state=failed"))["items"]
        assert target["reason"] == "not_delivered"
        assert "no such user" in target["detail"]
        assert await crowd.do(draft, "retry", positions=[target["position"]]) == {"retried": 1}
    assert [one["id"] for one in await crowd.posted()] == [message["id"]]


async def test_a_conversation_that_became_part_of_another_is_told_there(crowd: Crowd) -> None:
    into = await crowd.write("ann")
    source = await crowd.write("ann", subject="Another question")
    draft = await crowd.draft(selection={"ids": [str(source)]})
    await crowd.start(draft)
    async with crowd.room.ctx() as ctx:
        await merge_conversations(ctx, source, into)
    await crowd.tick()
    (message,) = await crowd.posted()
    assert message["conversation_id"] == into
    (target,) = await crowd.targets()
    assert (target["state"], target["conversation_id"]) == ("sent", into)


async def test_who_was_blocked_since_the_start_is_left_out(crowd: Crowd) -> None:
    told = await crowd.write("ann")
    draft = await crowd.draft()
    await crowd.start(draft)
    customer_id = (await crowd.room.conversation(told))["customer_id"]
    async with crowd.room.ctx() as ctx:
        await block_customer(ctx, customer_id)
    await crowd.tick()
    await crowd.tick(1)
    done = await crowd.get(draft)
    assert (done["state"], done["total"], done["sent"], done["skipped"]) == ("done", 0, 0, 1)
    assert await crowd.posted() == []
