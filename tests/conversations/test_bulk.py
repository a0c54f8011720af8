"""One act on many conversations, and undoing it exactly."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import httpx
import pytest

from parley.conversations.actions import bulk
from parley.conversations.jobs import advance
from parley.conversations.model import fold_conversation
from parley.kit.clock import FixedClock
from parley.kit.db import plain_json
from parley.kit.ids import uuid7
from parley.kit.jobs.registry import Job
from tests.support.app import Shop, body_of
from tests.support.inbox import Inbox

PATH = "/api/v1/conversations/bulk"


@pytest.fixture
async def desk(shop: Shop) -> httpx.AsyncClient:
    """An agent's browser."""
    return await shop.signed_in()


@pytest.fixture
async def tag(shop: Shop) -> UUID:
    """A tag."""
    made = uuid7()
    async with shop.runtime.ctx(shop.workspace_id) as ctx:
        await ctx.tx.execute(
            "INSERT INTO tags (workspace_id, id, name, name_key) VALUES ($1, $2, 'sale', 'sale')",
            shop.workspace_id,
            made,
        )
    return made


async def fill(inbox: Inbox, clock: FixedClock, number: int) -> list[UUID]:
    """Receives conversations of different states."""
    ids = []
    for n in range(number):
        clock.advance(timedelta(seconds=1))
        ids.append((await inbox.receive(f"Message {n}", key=f"k{n}")).conversation_id)
    return ids


async def rows(inbox: Inbox, ids: list[UUID]) -> dict[UUID, dict[str, Any]]:
    """Gives rows without their versions."""
    found = {i: await inbox.row(i) for i in ids}
    return {i: {k: v for k, v in row.items() if k != "version"} for i, row in found.items()}


async def do(desk: httpx.AsyncClient, ids: list[UUID], **act: Any) -> dict[str, Any]:
    """Acts on conversations."""
    answer = await desk.post(PATH, json={"ids": [str(i) for i in ids], "act": act})
    assert answer.status_code == 200, answer.text
    return body_of(answer)  # type: ignore[no-any-return]


async def run_job(shop: Shop, bulk_id: str) -> None:
    """Runs the job as a worker does."""
    await advance(Job(shop.runtime, 1, "x", shop.workspace_id, {"bulk_id": bulk_id}, 0, False))


async def test_an_act_and_its_undoing(
    shop: Shop, inbox: Inbox, desk: httpx.AsyncClient, clock: FixedClock, tag: UUID
) -> None:
    ids = await fill(inbox, clock, 5)
    await desk.patch(f"/api/v1/conversations/{ids[0]}", json={"status": "closed"})
    await desk.patch(f"/api/v1/conversations/{ids[1]}", json={"priority": "high"})
    await desk.put(f"/api/v1/conversations/{ids[2]}/tags", json={"add": [str(tag)]})
    before = await rows(inbox, ids)
    clock.advance(timedelta(minutes=1))
    done = await do(desk, ids, status="closed", priority="high", add_tags=[str(tag)])
    assert (done["state"], done["changed"], done["job_id"]) == ("done", 5, None)
    for found in (await rows(inbox, ids)).values():
        assert (found["status"], found["priority"], found["waiting_since"]) == ("closed", 2, None)
    assert (await inbox.row(ids[0]))["closed_at"] == before[ids[0]]["closed_at"]
    assert await shop.count("SELECT count(*) FROM conversation_tags") == 5
    undone = await desk.post(f"{PATH}/undo", json={"undo_token": done["undo_token"]})
    assert body_of(undone)["state"] == "undone"
    assert await rows(inbox, ids) == before
    assert await shop.count("SELECT array_agg(conversation_id) FROM conversation_tags") == [ids[2]]
    again = await desk.post(f"{PATH}/undo", json={"undo_token": done["undo_token"]})
    assert again.status_code == 409
    # Taken back, not opened anew: nothing shall follow from it.
    assert [f["undone"] for f in await shop.facts("ConversationReopened")] == [True] * 4
    for conversation_id in ids:
        facts = [
            (f["kind"], f) for f in await shop.facts() if f.get("conversation_id") == str(conversation_id)
        ]
        row = plain_json({k: v for k, v in before[conversation_id].items() if k != "workspace_id"})
        assert fold_conversation(facts) == row


async def test_what_was_changed_since_stays(inbox: Inbox, desk: httpx.AsyncClient, clock: FixedClock) -> None:
    ids = await fill(inbox, clock, 3)
    done = await do(desk, ids, status="closed", priority="urgent")
    clock.advance(timedelta(minutes=1))
    await inbox.receive("Not done yet", key="k0")
    await desk.patch(f"/api/v1/conversations/{ids[1]}", json={"priority": "low"})
    await desk.post(f"{PATH}/undo", json={"undo_token": done["undo_token"]})
    found = await rows(inbox, ids)
    assert [found[i]["status"] for i in ids] == ["open", "open", "open"]
    assert [found[i]["priority"] for i in ids] == [1, 0, 1]
    assert found[ids[0]]["waiting_since"] == clock.now()
    assert found[ids[0]]["snoozed_until"] is None


async def test_many_are_done_by_a_job_in_batches(
    shop: Shop, inbox: Inbox, desk: httpx.AsyncClient, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bulk, "BATCH", 4)
    ids = await fill(inbox, clock, 10)
    before = await rows(inbox, ids)
    begun = await do(desk, ids, status="closed")
    assert (begun["state"], begun["changed"], begun["total"]) == ("running", 0, 10)
    assert await rows(inbox, ids) == before
    assert await shop.count("SELECT count(*) FROM pgqueuer WHERE entrypoint = $1", bulk.JOB) == 1
    await run_job(shop, begun["job_id"])
    assert {row["status"] for row in (await rows(inbox, ids)).values()} == {"closed"}
    told = await shop.facts("BulkProgressed")
    assert [(f["done"], f["state"]) for f in told] == [(4, "running"), (8, "running"), (10, "done")]
    assert body_of(await desk.get(f"{PATH}/{begun['job_id']}"))["state"] == "done"
    await run_job(shop, begun["job_id"])
    undoing = body_of(await desk.post(f"{PATH}/undo", json={"undo_token": begun["undo_token"]}))
    assert undoing["state"] == "undoing"
    await run_job(shop, begun["job_id"])
    assert await rows(inbox, ids) == before


async def test_a_job_that_is_undone_half_way(
    shop: Shop, inbox: Inbox, desk: httpx.AsyncClient, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bulk, "BATCH", 2)
    ids = await fill(inbox, clock, 6)
    before = await rows(inbox, ids)
    begun = await do(desk, ids, priority="low")
    async with inbox.ctx() as ctx:
        await bulk.advance_bulk(ctx, UUID(begun["job_id"]))
    assert sum(row["priority"] == 0 for row in (await rows(inbox, ids)).values()) == 2
    await desk.post(f"{PATH}/undo", json={"undo_token": begun["undo_token"]})
    await run_job(shop, begun["job_id"])
    assert await rows(inbox, ids) == before
    assert (await shop.facts("BulkProgressed"))[-1]["state"] == "undone"


async def test_the_statements_do_not_grow_with_the_number(
    shop: Shop, inbox: Inbox, desk: httpx.AsyncClient, clock: FixedClock, tag: UUID
) -> None:
    ids = await fill(inbox, clock, 21)

    async def cost(chosen: list[UUID]) -> int:
        shop.statements.clear()
        await do(desk, chosen, status="closed", assignee_id=None, add_tags=[str(tag)])
        return len(shop.statements)

    assert await cost(ids[:1]) == await cost(ids[1:])


async def test_all_of_a_view(inbox: Inbox, desk: httpx.AsyncClient, clock: FixedClock) -> None:
    ids = await fill(inbox, clock, 4)
    await desk.patch(f"/api/v1/conversations/{ids[0]}", json={"priority": "low"})
    body = {"view": "all_open", "filter": {"priority": ["normal"]}, "act": {"status": "closed"}}
    answer = await desk.post(PATH, json=body)
    assert body_of(answer)["changed"] == 3
    assert (await inbox.row(ids[0]))["status"] == "open"


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"ids": [], "act": {}}, 422),
        ({"act": {"status": "closed"}}, 422),
        ({"ids": [str(uuid7())], "act": {"add_tags": [str(uuid7())]}}, 404),
        ({"ids": [str(uuid7())], "act": {"assignee_id": str(uuid7())}}, 422),
        ({"ids": [str(uuid7())], "act": {"status": "snoozed"}}, 422),
        ({"view": "no such view", "act": {"status": "closed"}}, 404),
        ({"ids": [str(uuid7())], "act": {"status": "burnt"}}, 400),
    ],
)
async def test_what_cannot_be_done(
    shop: Shop, desk: httpx.AsyncClient, body: dict[str, Any], status: int
) -> None:
    answer = await desk.post(PATH, json=body)
    assert answer.status_code == status, answer.text
    assert await shop.count("SELECT count(*) FROM bulk_acts") == 0


async def test_nobody_undoes_what_another_did(
    shop: Shop, inbox: Inbox, desk: httpx.AsyncClient, clock: FixedClock
) -> None:
    ids = await fill(inbox, clock, 1)
    done = await do(desk, ids, status="closed")
    colleague = await shop.signed_in(name="Bo")
    answer = await colleague.post(f"{PATH}/undo", json={"undo_token": done["undo_token"]})
    assert answer.status_code == 404
    assert (await inbox.row(ids[0]))["status"] == "closed"


async def test_a_restored_sleep_has_its_alarm(
    shop: Shop, inbox: Inbox, desk: httpx.AsyncClient, clock: FixedClock
) -> None:
    ids = await fill(inbox, clock, 1)
    until = clock.now() + timedelta(hours=1)
    await do(desk, ids, status="snoozed", snoozed_until=until.isoformat())
    done = await do(desk, ids, status="closed")
    await desk.post(f"{PATH}/undo", json={"undo_token": done["undo_token"]})
    row = await inbox.row(ids[0])
    assert (row["status"], row["snoozed_until"]) == ("snoozed", until)
    assert await shop.count("SELECT count(*) FROM pgqueuer WHERE entrypoint = 'conversations.wake'") == 2
