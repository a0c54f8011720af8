"""Readers and jobs that meet others on the same rows: whoever gives way is tried again, and nothing is lost."""

import asyncio
import contextlib
from collections import Counter
from collections.abc import Awaitable, Callable
from urllib.parse import urlsplit

import asyncpg

from parley.kit.clock import SystemClock
from parley.kit.ctx import Ctx
from parley.kit.db import Database
from parley.kit.ids import uuid7
from parley.kit.jobs.registry import Job
from parley.kit.jobs.worker import Worker
from parley.kit.log.fact import Fact, Recorded
from parley.kit.log.readers import ReaderLoop
from parley.kit.postgres import EmbeddedPostgres
from parley.kit.runtime import Runtime
from tests.kit.deeds import Probed, deeds, note, tell
from tests.kit.test_readers import catch_up, parked
from tests.support.app import build_test_runtime

WORKSPACE = uuid7()
LOCK = "SELECT 1 FROM deeds WHERE who = 'row' AND n = $1 FOR UPDATE"


async def put_rows(database: Database) -> None:
    """Writes the two rows everybody wants."""
    async with database.transaction(None) as tx:
        await tx.execute("INSERT INTO deeds (who, n) VALUES ('row', 1), ('row', 2)")


class Rival:
    """Takes the rows in the other order, again and again, each time when the reader has the first one.

    It never notices by itself that they wait for each other, so that it is the reader that gives way.
    """

    def __init__(self, dsn: str) -> None:
        self.dsn = dsn
        self.wanted = asyncio.Event()
        self.holds = asyncio.Event()

    async def run(self) -> None:
        """Runs until cancelled."""
        connection = await asyncpg.connect(self.dsn)
        try:
            await connection.execute("SET deadlock_timeout = '60s'")
            while True:
                await self.wanted.wait()
                self.wanted.clear()
                async with connection.transaction():
                    await connection.execute(LOCK, 2)
                    self.holds.set()
                    await connection.execute(LOCK, 1)
                self.holds.clear()
        finally:
            connection.terminate()


async def test_a_reader_that_meets_the_same_rival_each_time_loses_nothing(
    runtime: Runtime, own_db: Database, postgres: EmbeddedPostgres
) -> None:
    """In one transaction with the fact before it, the second fact would give way at every try."""
    await put_rows(own_db)
    name = urlsplit(own_db.dsn).path
    rival = Rival(urlsplit(postgres.admin_dsn)._replace(path=name).geturl())
    tried: Counter[int] = Counter()

    async def handle(ctx: Ctx, fact: Fact, _: Recorded) -> None:
        assert isinstance(fact, Probed)
        tried[fact.n] += 1
        if fact.n == 2:
            rival.wanted.set()
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(rival.holds.wait(), 1)
        await ctx.tx.execute(LOCK, fact.n)
        await note(ctx, "reader", fact)
        ctx.defer("after", {"n": fact.n}, key=f"after:{fact.n}")

    runtime.readers.subscribe("reader", handle, Probed)
    task = asyncio.create_task(rival.run())
    try:
        await tell(runtime, WORKSPACE, uuid7(), 1, 2, 3)
        await catch_up(runtime, 40)
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
    assert tried[2] > 1, "they never met"
    assert [row["n"] for row in await deeds(own_db, "reader")] == [1, 2, 3]
    assert await parked(own_db) == []
    async with own_db.transaction(None) as tx:
        rows = await tx.fetch("SELECT dedupe_key FROM pgqueuer ORDER BY dedupe_key")
    assert [row["dedupe_key"] for row in rows] == ["after:1", "after:2", "after:3"]


async def test_the_keys_of_jobs_are_taken_last(runtime: Runtime, own_db: Database) -> None:
    """Somebody who holds a row and then wants the key that a reader will take, too, is not in its way."""
    await put_rows(own_db)
    first, rival_holds = asyncio.Event(), asyncio.Event()
    tries = 0

    async def handle(ctx: Ctx, fact: Fact, _: Recorded) -> None:
        nonlocal tries
        assert isinstance(fact, Probed)
        tries += 1
        if fact.n == 2:
            first.set()
            await rival_holds.wait()
            await ctx.tx.execute(LOCK, 2)
        ctx.defer("after", {}, key="after")

    async def meet() -> None:
        await first.wait()
        async with runtime.ctx(WORKSPACE) as ctx:
            await ctx.tx.execute(LOCK, 2)
            rival_holds.set()
            await asyncio.sleep(0.1)
            ctx.defer("after", {}, key="after")

    runtime.readers.subscribe("reader", handle, Probed)
    await tell(runtime, WORKSPACE, uuid7(), 1, 2)
    async with asyncio.timeout(20):
        await asyncio.gather(ReaderLoop(runtime).drain(), meet())
    await catch_up(runtime)
    assert tries == 2, "each fact once: nobody had to give way"
    assert await parked(own_db) == []


async def test_a_job_that_gives_way_is_tried_again(own_db: Database) -> None:
    """Two jobs want the same rows in opposite order; PostgreSQL ends one of them, and both get done."""
    await put_rows(own_db)
    meeting = asyncio.Barrier(2)
    attempts: Counter[str] = Counter()
    done: set[str] = set()

    def wanting(name: str, *rows: int) -> Callable[[Job], Awaitable[None]]:
        async def work(job: Job) -> None:
            attempts[name] += 1
            async with job.runtime.ctx(job.workspace_id) as ctx:
                await ctx.tx.execute(LOCK, rows[0])
                if job.attempt == 0:
                    await meeting.wait()
                await ctx.tx.execute(LOCK, rows[1])
            done.add(name)

        return work

    runtime = build_test_runtime(own_db, SystemClock(), ())
    runtime.jobs.add("up", wanting("up", 1, 2), first_delay=0.05, max_delay=0.1)
    runtime.jobs.add("down", wanting("down", 2, 1), first_delay=0.05, max_delay=0.1)
    worker = Worker(runtime)
    task = asyncio.create_task(worker.run())
    try:
        async with runtime.ctx(WORKSPACE) as ctx:
            ctx.defer("up", {}, key="up")
            ctx.defer("down", {}, key="down")
        async with asyncio.timeout(30):
            while done != {"up", "down"}:  # noqa: ASYNC110 - a worker does it
                await asyncio.sleep(0.05)
    finally:
        await worker.stop()
        await asyncio.wait([task], timeout=3)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
    assert sum(attempts.values()) == 3, "one of them gave way, once"
