"""The recorded statements of a message really are what pgbench runs."""

from pathlib import Path

import asyncpg
import pytest

from bench import messages
from bench.cast import make_cast, open_runtime
from bench.pgbench import store_targets
from bench.recording import RecordingDatabase
from bench.servers import Cluster
from parley.app.migrate import migrate
from parley.kit.postgres import EmbeddedPostgres

COUNTS = "SELECT (SELECT count(*) FROM messages), (SELECT count(*) FROM facts WHERE kind = 'MessageReceived')"


async def test_pgbench_writes_what_the_product_writes(
    postgres: EmbeddedPostgres, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(messages, "DATABASE", "bench_recorded")
    monkeypatch.setattr(messages, "TARGETS", 10)
    cluster = Cluster(postgres)
    await cluster.make("bench_recorded")
    dsn = cluster.dsn("bench_recorded")
    try:
        await migrate(dsn)
        runtime = await open_runtime(dsn, tmp_path, RecordingDatabase)
        try:
            cast = await make_cast(runtime, "twin")
            shops = messages.Shops(runtime, cast, cast)
            await shops.fill()
            recordings = await messages.record_socket(shops)
        finally:
            await runtime.hub.close()
            await runtime.http.close()
            await runtime.db.close()
        assert {len(heard) for heard in recordings} == {4}
        await store_targets(cluster, "bench_recorded", shops.targets)
        bench = await messages.write_bench(cluster, shops, tmp_path, recordings[-1])
        connection = await asyncpg.connect(cluster.admin_dsn("bench_recorded"))
        try:
            before = await connection.fetchrow(COUNTS)
            rate = bench.run(1)
            after = await connection.fetchrow(COUNTS)
        finally:
            await connection.close()
        assert before is not None
        assert after is not None
        written, told = (after[place] - before[place] for place in (0, 1))
        assert written == told
        assert 0.5 * rate < written < 2 * rate
    finally:
        await cluster.drop("bench_recorded")
