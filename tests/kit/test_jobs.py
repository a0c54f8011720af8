"""The queue on real connections: a job with a key is dropped only in favour of one that will see what it was for."""

import asyncio
import contextlib
import random
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import timedelta

import pytest

from parley.kit.clock import SystemClock
from parley.kit.db import Database
from parley.kit.failures import Retry
from parley.kit.ids import uuid7
from parley.kit.jobs.registry import Job
from parley.kit.jobs.worker import Worker
from parley.kit.jobs.write import keep_key, release_key
from parley.kit.live.bus import Bus
from parley.kit.postgres import EmbeddedPostgres
from parley.kit.runtime import Runtime
from tests.support.app import build_test_runtime
from tests.support.databases import open_own_database

WORKSPACE = uuid7()
WRITERS, EACH = 6, 25


@pytest.fixture
async def own(postgres: EmbeddedPostgres) -> AsyncIterator[Database]:
    """A database with a table of work that jobs look at."""
    async with open_own_database(postgres, max_size=WRITERS + 4) as db:
        async with db.connection() as connection:
            await connection.execute(
                "CREATE TABLE work (id bigserial PRIMARY KEY, done boolean DEFAULT false)"
            )
        yield db


@contextlib.asynccontextmanager
async def working(
    db: Database, handler: Callable[[Job], Awaitable[None]], workers: int = 1
) -> AsyncIterator[Runtime]:
    """Runs workers whose only job is called `drain`."""
    runtime = build_test_runtime(db, SystemClock(), (), bus=Bus(db.dsn))
    runtime.jobs.add("drain", handler, first_delay=0.05, max_delay=0.1)
    running = [Worker(runtime) for _ in range(workers)]
    assert runtime.bus is not None
    tasks = [asyncio.create_task(worker.run()) for worker in running]
    bus = asyncio.create_task(runtime.bus.run())
    try:
        yield runtime
    finally:
        for worker in running:
            await worker.stop()
        await asyncio.wait(tasks, timeout=3)
        for task in [*tasks, bus]:
            task.cancel()
        await asyncio.gather(*tasks, bus, return_exceptions=True)


async def defer(runtime: Runtime, *, delay: timedelta | None = None) -> None:
    """Adds work and the job for it, as one commit."""
    async with runtime.ctx(WORKSPACE) as ctx:
        await ctx.tx.execute("INSERT INTO work DEFAULT VALUES")
        ctx.defer("drain", {}, key="drain", delay=delay)


async def wait_for(happened: Callable[[], bool], seconds: float = 15) -> None:
    """Waits until it has happened; raises TimeoutError."""
    async with asyncio.timeout(seconds):
        while not happened():  # noqa: ASYNC110 - a worker does it
            await asyncio.sleep(0.02)


async def count_jobs(db: Database) -> int:
    """Counts the jobs that wait or run."""
    async with db.transaction(None) as tx:
        return int(await tx.fetchval("SELECT count(*) FROM pgqueuer"))


async def test_one_that_waits_is_enough(own: Database) -> None:
    runtime = build_test_runtime(own, SystemClock(), ())
    for _ in range(3):
        await defer(runtime, delay=timedelta(hours=1))
    async with runtime.ctx(WORKSPACE) as ctx:
        ctx.defer("drain", {}, key="drain")
        ctx.defer("drain", {}, key="drain")
        ctx.defer("drain", {}, key="other")
        ctx.defer("drain", {}, key="other")
        ctx.defer("drain", {})
        ctx.defer("drain", {})
    assert await count_jobs(own) == 4


async def test_a_job_may_defer_the_next_one_of_its_key(own: Database) -> None:
    ran: list[int] = []

    async def again(job: Job) -> None:
        ran.append(job.id)
        async with job.runtime.ctx(job.workspace_id) as ctx:
            if len(ran) < 4:
                ctx.defer("drain", {}, key="drain")

    async with working(own, again) as runtime:
        await defer(runtime)
        await wait_for(lambda: len(ran) == 4)
    assert len(set(ran)) == 4


async def test_a_job_is_not_begun_before_it_sees_what_it_was_kept_for(own: Database) -> None:
    seen: list[int] = []

    async def look(job: Job) -> None:
        async with job.runtime.db.transaction(None) as tx:
            seen.append(await tx.fetchval("SELECT count(*) FROM work"))

    async with working(own, look) as runtime:
        await defer(runtime)
        await wait_for(lambda: seen == [1])
        await defer(runtime, delay=timedelta(seconds=0.3))
        async with runtime.ctx(WORKSPACE) as ctx:
            await ctx.tx.execute("INSERT INTO work DEFAULT VALUES")
            ctx.defer("drain", {}, key="drain")
            await ctx.flush()
            await asyncio.sleep(1)
            assert seen == [1], "it would miss what is not committed yet"
        await wait_for(lambda: len(seen) == 2)
        assert seen == [1, 3]
    assert await count_jobs(own) == 0


async def test_a_job_that_has_been_picked_waits_for_those_who_counted_on_it(own: Database) -> None:
    runtime = build_test_runtime(own, SystemClock(), ())
    await defer(runtime)
    async with own.transaction(None) as tx:
        job_id = await tx.fetchval("UPDATE pgqueuer SET status = 'picked' RETURNING id")
    async with own.connection() as connection:
        async with runtime.ctx(WORKSPACE) as ctx:
            ctx.defer("drain", {}, key="drain")
            await ctx.flush()
            released = asyncio.create_task(release_key(connection, job_id))
            await asyncio.sleep(0.2)
            assert not released.done()
        await asyncio.wait_for(released, 5)
        assert await count_jobs(own) == 1
        await defer(runtime)
        assert await count_jobs(own) == 2, "what was begun does not count"
        await keep_key(connection, job_id, "drain")
        keys = await connection.fetch("SELECT dedupe_key FROM pgqueuer ORDER BY id")
    assert [row["dedupe_key"] for row in keys] == [None, "drain"], "the newer one holds it"


async def test_one_that_is_tried_again_keeps_its_key(own: Database) -> None:
    attempts: list[int] = []

    async def fail(job: Job) -> None:
        attempts.append(job.attempt)
        if job.attempt < 2:
            raise Retry(timedelta(seconds=0.4 if job.attempt else 0.01), "not yet")

    async with working(own, fail) as runtime:
        await defer(runtime)
        await wait_for(lambda: attempts == [0, 1])
        for _ in range(5):
            await defer(runtime)
        await wait_for(lambda: len(attempts) > 2)
        await asyncio.sleep(0.5)
    assert len(attempts) <= 4, "the pause does not gather jobs"
    assert attempts[-1] in (0, 2)


@pytest.mark.parametrize("workers", [1, 2])
async def test_nothing_is_left_when_work_comes_while_it_is_done(own: Database, workers: int) -> None:
    ran = 0

    async def drain(job: Job) -> None:
        """Looks at once and works slowly, so that nearly all work comes behind its back."""
        nonlocal ran
        ran += 1
        async with job.runtime.db.transaction(None) as tx:
            found = [row["id"] for row in await tx.fetch("SELECT id FROM work WHERE NOT done")]
        await asyncio.sleep(random.random() * 0.02)
        async with job.runtime.db.transaction(None) as tx:
            await tx.execute("UPDATE work SET done = true WHERE id = ANY($1)", found)

    async def write(runtime: Runtime) -> None:
        for _ in range(EACH):
            await defer(runtime)
            await asyncio.sleep(random.random() * 0.01)

    async with working(own, drain, workers) as runtime:
        await asyncio.gather(*(write(runtime) for _ in range(WRITERS)))
        async with asyncio.timeout(15):
            while await count_jobs(own):  # noqa: ASYNC110 - workers do it
                await asyncio.sleep(0.05)
        async with own.transaction(None) as tx:
            left = await tx.fetchval("SELECT count(*) FROM work WHERE NOT done")
    assert left == 0
    assert ran < WRITERS * EACH, "one job does the work of many"


async def test_periodic_work_never_takes_all_connections(own: Database) -> None:
    ran: set[int] = set()

    def look(number: int) -> Callable[[Runtime], Awaitable[None]]:
        async def run(runtime: Runtime) -> None:
            await asyncio.sleep(0.05)
            async with runtime.db.transaction(None) as tx:
                await tx.fetchval("SELECT 1")
            ran.add(number)

        return run

    runtime = build_test_runtime(own, SystemClock(), ())
    numbers = set(range(2 * (WRITERS + 4)))
    for number in numbers:
        runtime.jobs.every(f"look {number}", 60, look(number))
    worker = Worker(runtime)
    task = asyncio.create_task(worker.run())
    try:
        await wait_for(lambda: ran == numbers)
    finally:
        await worker.stop()
        await asyncio.wait([task], timeout=3)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
