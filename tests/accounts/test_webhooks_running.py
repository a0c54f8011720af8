"""Webhooks with everything running: real connections, readers and two workers."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from datetime import timedelta

import pytest

from parley.accounts.actions.teams import create_tag
from parley.accounts.actions.webhooks import create_webhook
from parley.accounts.actions.workspaces import create_workspace
from parley.accounts.slice import ACCOUNTS
from parley.kit.clock import SystemClock
from parley.kit.db import Database
from parley.kit.ids import uuid7
from parley.kit.jobs.worker import Worker
from parley.kit.live.bus import Bus
from parley.kit.log.readers import ReaderLoop
from parley.kit.outbound import OutboundClient
from parley.kit.postgres import EmbeddedPostgres
from parley.kit.runtime import Runtime
from tests.support.app import build_test_runtime
from tests.support.receiver import receiving

WRITERS, EACH = 4, 15


@pytest.fixture
async def runtimes(postgres: EmbeddedPostgres) -> AsyncIterator[list[Runtime]]:
    """Two processes in one, on real connections; everything they wrote is removed afterwards."""
    databases = [await Database.open(postgres.dsn, max_size=6) for _ in range(2)]
    clients = [OutboundClient(allow=("127.0.0.1",)) for _ in databases]
    made = [
        build_test_runtime(db, SystemClock(), (ACCOUNTS,), http=http, bus=Bus(postgres.dsn))
        for db, http in zip(databases, clients, strict=True)
    ]
    made[1].box = made[0].box
    yield made
    for http in clients:
        await http.close()
    async with databases[0].transaction(None) as tx:
        tables = await tx.fetchval(
            """SELECT string_agg(tablename, ', ') FROM pg_tables
               WHERE schemaname = 'public' AND tablename NOT IN ('alembic_version', 'log_epochs')"""
        )
        await tx.execute(f"TRUNCATE {tables}")
    for db in databases:
        await db.close()


@contextlib.asynccontextmanager
async def running(runtimes: list[Runtime]) -> AsyncIterator[None]:
    """Runs readers and workers of all processes."""
    tasks: list[asyncio.Task[None]] = []
    workers: list[Worker] = []
    for runtime in runtimes:
        loop, worker = ReaderLoop(runtime), Worker(runtime)
        runtime.nerves.readers = loop
        workers.append(worker)
        tasks += [asyncio.create_task(loop.run()), asyncio.create_task(worker.run())]
        if runtime.bus is not None:
            tasks.append(asyncio.create_task(runtime.bus.run()))
    try:
        yield
        assert [task for task in tasks if task.done()] == [], "everything still runs"
    finally:
        for worker in workers:
            await worker.stop()
        await asyncio.wait(tasks, timeout=3)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def test_two_workers_deliver_everything_once_and_in_order(runtimes: list[Runtime]) -> None:
    workspace_id = uuid7()
    async with receiving() as receiver:
        async with runtimes[0].ctx(workspace_id) as ctx:
            await create_workspace(ctx, name="Running")
        async with runtimes[0].ctx(workspace_id) as ctx:
            await create_webhook(
                ctx,
                runtimes[0].box,
                url=receiver.url,
                kinds=["SettingsChanged"],
                allow=runtimes[0].http.allow,
            )

        async def write(writer: int) -> None:
            for n in range(EACH):
                async with runtimes[writer % 2].ctx(workspace_id) as ctx:
                    await create_tag(ctx, name=f"Tag {writer} {n}")

        async with running(runtimes):
            await asyncio.gather(*(write(n) for n in range(WRITERS)))
            expected = WRITERS * EACH + 1
            for _ in range(300):
                if len(receiver.requests) >= expected:
                    break
                await asyncio.sleep(0.1)
            await asyncio.sleep(timedelta(milliseconds=200).total_seconds())
    sent = [request.headers["webhook-id"] for request in receiver.requests]
    async with runtimes[0].db.transaction(workspace_id) as tx:
        rows = await tx.fetch(
            """SELECT id FROM facts WHERE workspace_id = $1 AND kind = 'SettingsChanged'
               ORDER BY epoch, xid, seq""",
            workspace_id,
        )
    assert sent == [str(row["id"]) for row in rows]
    assert len(sent) == expected
