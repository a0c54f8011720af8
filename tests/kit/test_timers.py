"""What is set for a time happens once, at that time or when it has been moved to, in its own workspace."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any
from uuid import UUID

import msgspec
import pytest

from parley.kit import timers
from parley.kit.clock import FixedClock
from parley.kit.db import Database
from parley.kit.failures import Retry
from parley.kit.ids import uuid7
from parley.kit.jobs.registry import Job
from parley.kit.jobs.worker import Worker
from parley.kit.postgres import EmbeddedPostgres
from parley.kit.runtime import Runtime
from parley.kit.timers import Timer, drop_timers, drop_timers_of, fire_due_timers, set_timers
from tests.support.app import build_test_runtime
from tests.support.databases import open_own_database

MINUTE = timedelta(minutes=1)


@pytest.fixture(scope="module")
async def timer_database(postgres: EmbeddedPostgres) -> AsyncIterator[Database]:
    """A database with real commits."""
    async with open_own_database(postgres, max_size=12) as db:
        yield db


@pytest.fixture
async def runtime(timer_database: Database, clock: FixedClock) -> Runtime:
    """A runtime on an empty database."""
    async with timer_database.transaction(None) as tx:
        await tx.execute("TRUNCATE timers, pgqueuer, pgqueuer_log")
    return build_test_runtime(timer_database, clock, ())


async def set_at(
    runtime: Runtime, workspace_id: UUID, key: str, minutes: int, *, kind: str = "ring", **values: Any
) -> None:
    """Sets a timer so many minutes from now."""
    async with runtime.ctx(workspace_id) as ctx:
        await set_timers(ctx, kind, [Timer(key, ctx.now + minutes * MINUTE, **values)])


async def list_jobs(runtime: Runtime) -> list[tuple[str, dict[str, Any]]]:
    """Gives name and payload of the jobs in the queue."""
    async with runtime.db.transaction(None) as tx:
        rows = await tx.fetch("SELECT entrypoint, payload FROM pgqueuer ORDER BY id")
    return [(row["entrypoint"], msgspec.json.decode(row["payload"])) for row in rows]


async def count_timers(runtime: Runtime) -> int:
    """Counts the timers that are set, of all workspaces."""
    async with runtime.db.transaction(None) as tx:
        return int(await tx.fetchval("SELECT count(*) FROM timers"))


async def test_one_that_is_due_becomes_a_job_with_all_it_was_given(
    runtime: Runtime, clock: FixedClock
) -> None:
    shop = uuid7()
    due_at = clock.now() + 5 * MINUTE
    await set_at(runtime, shop, "a", 5, data={"of": "conversation", "workspace_id": str(uuid7())})
    clock.advance(5 * MINUTE - timedelta(microseconds=1))
    await fire_due_timers(runtime)
    assert await list_jobs(runtime) == []
    clock.advance(timedelta(microseconds=1))
    await fire_due_timers(runtime)
    await fire_due_timers(runtime)
    assert await list_jobs(runtime) == [
        (
            "ring",
            {
                "workspace_id": str(shop),
                "of": "conversation",
                "key": "a",
                "due_at": due_at.isoformat().replace("+00:00", "Z"),
            },
        )
    ]
    assert await count_timers(runtime) == 0


async def test_one_that_is_set_again_is_moved(runtime: Runtime, clock: FixedClock) -> None:
    shop = uuid7()
    await set_at(runtime, shop, "later", 1, data={"n": 1})
    await set_at(runtime, shop, "later", 10, data={"n": 2})
    await set_at(runtime, shop, "sooner", 10)
    await set_at(runtime, shop, "sooner", 1)
    clock.advance(2 * MINUTE)
    await fire_due_timers(runtime)
    assert [payload["key"] for _, payload in await list_jobs(runtime)] == ["sooner"]
    clock.advance(8 * MINUTE)
    await fire_due_timers(runtime)
    assert [payload.get("n") for _, payload in await list_jobs(runtime)] == [None, 2]


async def test_of_two_with_one_key_the_last_counts(runtime: Runtime, clock: FixedClock) -> None:
    async with runtime.ctx(uuid7()) as ctx:
        await set_timers(ctx, "ring", [Timer("a", ctx.now, {"n": 1}), Timer("a", ctx.now, {"n": 2})])
        await set_timers(ctx, "ring", [])
        await drop_timers(ctx, "ring", [])
    await fire_due_timers(runtime)
    assert [payload["n"] for _, payload in await list_jobs(runtime)] == [2]


async def test_what_is_dropped_never_fires(runtime: Runtime, clock: FixedClock) -> None:
    shop, one, other = uuid7(), uuid7(), uuid7()
    await set_at(runtime, shop, "by key", 1)
    await set_at(runtime, shop, "by key", 1, kind="other kind")
    await set_at(runtime, shop, "by subject", 1, subject_id=one)
    await set_at(runtime, shop, "of another subject", 1, subject_id=other)
    async with runtime.ctx(shop) as ctx:
        await drop_timers(ctx, "ring", ["by key", "never was"])
        await drop_timers_of(ctx, "ring", one)
    clock.advance(MINUTE)
    await fire_due_timers(runtime)
    assert sorted((kind, payload["key"]) for kind, payload in await list_jobs(runtime)) == [
        ("other kind", "by key"),
        ("ring", "of another subject"),
    ]


async def test_nothing_is_set_when_the_transaction_fails(runtime: Runtime) -> None:
    async def set_and_fail() -> None:
        async with runtime.ctx(uuid7()) as ctx:
            await set_timers(ctx, "ring", [Timer("a", ctx.now)])
            raise RuntimeError

    with pytest.raises(RuntimeError):
        await set_and_fail()
    assert await count_timers(runtime) == 0


async def test_a_workspace_cannot_touch_the_timers_of_another(runtime: Runtime, clock: FixedClock) -> None:
    mine, theirs, subject = uuid7(), uuid7(), uuid7()
    await set_at(runtime, mine, "a", 1, subject_id=subject, data={"of": "mine"})
    async with runtime.ctx(theirs) as ctx:
        await drop_timers(ctx, "ring", ["a"])
        await drop_timers_of(ctx, "ring", subject)
        assert await ctx.tx.fetchval("SELECT count(*) FROM timers") == 0
        await set_timers(ctx, "ring", [Timer("a", ctx.now + 2 * MINUTE, {"of": "theirs"})])
    clock.advance(MINUTE)
    await fire_due_timers(runtime)
    assert [(p["workspace_id"], p["of"]) for _, p in await list_jobs(runtime)] == [(str(mine), "mine")]
    clock.advance(MINUTE)
    await fire_due_timers(runtime)
    assert [(p["workspace_id"], p["of"]) for _, p in await list_jobs(runtime)][1:] == [
        (str(theirs), "theirs")
    ]


async def test_many_fire_once_each_however_many_look(
    runtime: Runtime, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(timers, "BATCH", 7)
    shops = [uuid7(), uuid7(), uuid7()]
    for shop in shops:
        async with runtime.ctx(shop) as ctx:
            await set_timers(ctx, "ring", [Timer(f"{n:02}", ctx.now + n % 3 * MINUTE) for n in range(20)])
    clock.advance(5 * MINUTE)
    other = build_test_runtime(runtime.db, clock, ())
    await asyncio.gather(*(fire_due_timers(one) for one in (runtime, other, runtime, other)))
    await fire_due_timers(runtime)
    fired = [(payload["workspace_id"], payload["key"]) for _, payload in await list_jobs(runtime)]
    assert len(fired) == len(set(fired)) == 60
    assert await count_timers(runtime) == 0


async def test_one_that_is_being_moved_is_left_to_the_next_look(runtime: Runtime, clock: FixedClock) -> None:
    shop = uuid7()
    await set_at(runtime, shop, "a", 1)
    clock.advance(MINUTE)
    async with runtime.ctx(shop) as ctx:
        await set_timers(ctx, "ring", [Timer("a", ctx.now + 5 * MINUTE)])
        await asyncio.wait_for(fire_due_timers(runtime), 5)
    await fire_due_timers(runtime)
    assert await list_jobs(runtime) == []
    clock.advance(5 * MINUTE)
    await fire_due_timers(runtime)
    assert len(await list_jobs(runtime)) == 1


async def test_those_who_set_and_drop_in_different_orders_do_not_block_each_other(runtime: Runtime) -> None:
    shop = uuid7()
    keys = [f"{n:02}" for n in range(30)]

    async def set_all(order: list[str]) -> None:
        for _ in range(10):
            async with runtime.ctx(shop) as ctx:
                await set_timers(ctx, "ring", [Timer(key, ctx.now + 60 * MINUTE) for key in order])

    async def drop_all(order: list[str]) -> None:
        for _ in range(10):
            async with runtime.ctx(shop) as ctx:
                await drop_timers(ctx, "ring", order)

    backwards = keys[::-1]
    await asyncio.gather(set_all(keys), set_all(backwards), drop_all(keys), drop_all(backwards))


async def test_a_job_that_fails_is_tried_again(runtime: Runtime, clock: FixedClock) -> None:
    tries: list[int] = []
    done = asyncio.Event()

    async def ring(job: Job) -> None:
        tries.append(job.attempt)
        if len(tries) < 3:
            raise Retry(None, "not yet")
        assert job.payload["key"] == "a"
        done.set()

    runtime.jobs.add("ring", ring, first_delay=0.05, max_delay=0.1)
    await set_at(runtime, uuid7(), "a", 1)
    clock.advance(MINUTE)
    await fire_due_timers(runtime)
    worker = Worker(runtime)
    running = asyncio.create_task(worker.run())
    try:
        await asyncio.wait_for(done.wait(), 20)
    finally:
        await worker.stop()
        await asyncio.wait({running}, timeout=3)
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
    assert tries == [0, 1, 2]
