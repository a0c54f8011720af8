"""Readers of the log: order, each fact once, what cannot be handled is put aside, several processes share."""

import asyncio
import random
from collections import Counter
from uuid import UUID

import pytest

from parley.kit.ctx import Ctx
from parley.kit.db import Database
from parley.kit.ids import uuid7
from parley.kit.log.fact import Fact, Recorded
from parley.kit.log.readers import ATTEMPTS, BATCH, ReaderLoop, retry_failed_fact
from parley.kit.runtime import Runtime
from tests.kit.conftest import MakeRuntime
from tests.kit.deeds import Answered, Probed, deeds, note, noting, tell

WORKSPACE = uuid7()


async def catch_up(runtime: Runtime, seconds: float = 20.0) -> None:
    """Lets the readers read to the end, also when an unrelated transaction holds the log back for a moment."""
    async with asyncio.timeout(seconds):
        while True:
            await ReaderLoop(runtime).drain()
            async with runtime.db.transaction(None) as tx:
                if not await tx.fetchval(
                    """SELECT EXISTS (SELECT 1 FROM readers r JOIN facts f ON f.lane = r.lane
                       AND (f.epoch, f.xid, f.seq) > (r.epoch, r.xid, r.seq))"""
                ):
                    return
            await asyncio.sleep(0.02)


async def parked(database: Database) -> list[UUID]:
    """Gives the entries that wait for a person."""
    async with database.transaction(None) as tx:
        return [row["id"] for row in await tx.fetch("SELECT id FROM failed_facts ORDER BY fact_seq")]


async def test_every_fact_once_and_in_order_across_batches(runtime: Runtime, own_db: Database) -> None:
    runtime.readers.subscribe("one", noting("one"), Probed)
    subjects = [uuid7() for _ in range(3)]
    count = BATCH + 50
    async with runtime.ctx(WORKSPACE) as ctx:
        for n in range(count):
            ctx.emit(Probed(conversation_id=subjects[n % 3], n=n))
    await catch_up(runtime)
    await catch_up(runtime)
    done = await deeds(own_db)
    assert sorted(row["n"] for row in done) == list(range(count))
    for subject in subjects:
        seen = [row["n"] for row in done if row["subject"] == subject]
        assert seen == sorted(seen)


async def test_handlers_get_the_kinds_they_asked_for(runtime: Runtime, own_db: Database) -> None:
    runtime.readers.subscribe("one", noting("one"), Probed)
    runtime.readers.subscribe("two", noting("two"), Answered)
    runtime.readers.subscribe("both", noting("both"), Probed, Answered)
    subject = uuid7()
    async with runtime.ctx(WORKSPACE) as ctx:
        ctx.emit(Probed(conversation_id=subject, n=1))
        ctx.emit(Answered(conversation_id=subject, n=2))
    await catch_up(runtime)
    found = {who: [row["n"] for row in await deeds(own_db, who)] for who in ("one", "two", "both")}
    assert found == {"one": [1], "two": [2], "both": [1, 2]}


@pytest.mark.parametrize(
    "failure", [ValueError("bad"), OSError("a file is missing"), TimeoutError(), KeyError("x")]
)
async def test_a_poisoned_fact_is_put_aside_and_the_others_go_on(
    runtime: Runtime, own_db: Database, failure: Exception
) -> None:
    healthy = False
    tries = 0

    async def handle(ctx: Ctx, fact: Fact, _: Recorded) -> None:
        nonlocal tries
        assert isinstance(fact, Probed)
        await note(ctx, "poisoned", fact, "begun")
        if fact.n == 2 and not healthy:
            tries += 1
            raise failure
        await note(ctx, "poisoned", fact, "done")

    runtime.readers.subscribe("poisoned", handle, Probed)
    runtime.readers.subscribe("healthy", noting("healthy"), Probed)
    subject = uuid7()
    await tell(runtime, WORKSPACE, subject, 1, 2, 3)
    await catch_up(runtime)
    assert [(row["n"], row["note"]) for row in await deeds(own_db, "poisoned")] == [
        (1, "begun"), (1, "done"), (3, "begun"), (3, "done"),
    ]  # fmt: skip
    assert [row["n"] for row in await deeds(own_db, "healthy")] == [1, 2, 3]
    assert tries == ATTEMPTS + 1, "once in the batch, then as often as is meant"
    (entry,) = await parked(own_db)

    async with runtime.ctx(WORKSPACE) as ctx:
        assert not await retry_failed_fact(runtime, ctx, entry)
    assert await parked(own_db) == [entry]
    healthy = True
    async with runtime.ctx(WORKSPACE) as ctx:
        assert await retry_failed_fact(runtime, ctx, entry)
    assert await parked(own_db) == []
    assert [row["note"] for row in await deeds(own_db, "poisoned") if row["n"] == 2] == ["begun", "done"]
    async with runtime.ctx(WORKSPACE) as ctx:
        assert not await retry_failed_fact(runtime, ctx, entry)


async def test_a_fact_that_no_longer_exists_in_the_code_is_put_aside(
    runtime: Runtime, own_db: Database
) -> None:
    runtime.readers.subscribe("one", noting("one"), Probed)
    runtime.readers.handlers["one"]["Forgotten"] = runtime.readers.handlers["one"]["Probed"]
    subject = uuid7()
    await tell(runtime, WORKSPACE, subject, 1)
    async with own_db.transaction(None) as tx:
        await tx.execute("UPDATE facts SET kind = 'Forgotten'")
    await tell(runtime, WORKSPACE, subject, 2)
    await catch_up(runtime)
    assert [row["n"] for row in await deeds(own_db)] == [2]
    assert len(await parked(own_db)) == 1


async def test_a_wrong_statement_in_a_handler_spoils_nothing_else(runtime: Runtime, own_db: Database) -> None:
    async def handle(ctx: Ctx, fact: Fact, _: Recorded) -> None:
        assert isinstance(fact, Probed)
        await note(ctx, "sql", fact)
        if fact.n == 1:
            await ctx.tx.execute("SELECT nonsense FROM nowhere")

    runtime.readers.subscribe("sql", handle, Probed)
    await tell(runtime, WORKSPACE, uuid7(), 1, 2)
    await catch_up(runtime)
    assert [row["n"] for row in await deeds(own_db)] == [2]


async def test_what_a_failed_try_promised_for_after_the_commit_does_not_happen(
    runtime: Runtime, own_db: Database
) -> None:
    promised: list[int] = []

    async def handle(ctx: Ctx, fact: Fact, _: Recorded) -> None:
        assert isinstance(fact, Probed)
        ctx.tx.after_commit.append(lambda n=fact.n: promised.append(n))  # type: ignore[misc]
        ctx.emit(Answered(conversation_id=fact.conversation_id, n=fact.n))
        if fact.n == 1:
            raise ValueError

    runtime.readers.subscribe("promises", handle, Probed)
    await tell(runtime, WORKSPACE, uuid7(), 1, 2)
    await catch_up(runtime)
    assert promised == [2]
    async with own_db.transaction(None) as tx:
        rows = await tx.fetch("SELECT data, cause_id, depth FROM facts WHERE kind = 'Answered'")
        cause = await tx.fetchval("SELECT id FROM facts WHERE kind = 'Probed' ORDER BY seq DESC LIMIT 1")
    assert [(row["data"]["n"], row["cause_id"], row["depth"]) for row in rows] == [(2, cause, 1)]


async def test_workspaces_are_kept_apart_while_a_batch_spans_them(runtime: Runtime, own_db: Database) -> None:
    seen: dict[UUID, int] = {}

    async def handle(ctx: Ctx, _: Fact, recorded: Recorded) -> None:
        assert ctx.workspace_id == recorded.workspace_id
        seen[ctx.workspace_id] = await ctx.tx.fetchval("SELECT count(DISTINCT workspace_id) FROM facts")

    runtime.readers.subscribe("scope", handle, Probed)
    workspaces = [uuid7() for _ in range(3)]
    for workspace in workspaces:
        await tell(runtime, workspace, uuid7(), 1)
    await catch_up(runtime)
    assert seen == dict.fromkeys(workspaces, 1)


async def test_two_processes_share_the_lanes(make_runtime: MakeRuntime, own_db: Database) -> None:
    """Each fact is handled once, in order per conversation, by whichever process has the lane."""
    chance = random.Random(7)
    processes = [make_runtime() for _ in range(2)]

    def handler(who: str) -> object:
        async def handle(ctx: Ctx, fact: Fact, _: Recorded) -> None:
            await asyncio.sleep(chance.uniform(0, 0.004))
            await note(ctx, who, fact)

        return handle

    for number, process in enumerate(processes):
        process.readers.subscribe("shared", handler(f"process {number}"), Probed)  # type: ignore[arg-type]
    loops = [ReaderLoop(process) for process in processes]
    for process, loop in zip(processes, loops, strict=True):
        process.nerves.readers = loop
    tasks = [asyncio.create_task(loop.run()) for loop in loops]
    try:
        subjects = [uuid7() for _ in range(16)]
        for n in range(160):
            await tell(chance.choice(processes), WORKSPACE, subjects[n % 16], n)
        async with asyncio.timeout(30):
            while len(await deeds(own_db)) < 160:  # noqa: ASYNC110 - other processes do it
                await asyncio.sleep(0.05)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
    done = await deeds(own_db)
    assert Counter(row["n"] for row in done) == Counter(range(160))
    for subject in subjects:
        seen = [row["n"] for row in done if row["subject"] == subject]
        assert seen == sorted(seen)
    assert len({row["who"] for row in done}) == 2, "one process did everything"
