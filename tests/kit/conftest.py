"""The kit on a database of its own with real commits, and a runtime without any slice."""

from collections.abc import AsyncIterator, Callable
from typing import Any, cast

import pytest

from parley.kit.clock import FixedClock
from parley.kit.db import Database
from parley.kit.live.bus import Bus
from parley.kit.postgres import EmbeddedPostgres
from parley.kit.runtime import Runtime
from tests.support.databases import open_own_database

MakeRuntime = Callable[..., Runtime]


@pytest.fixture(scope="module")
async def kit_database(postgres: EmbeddedPostgres) -> AsyncIterator[Database]:
    """A database with room for what handlers do."""
    async with open_own_database(postgres, max_size=20) as database:
        async with database.transaction(None) as tx:
            await tx.execute("CREATE TABLE deeds (seq bigserial, who text, subject uuid, n int, note text)")
        yield database


@pytest.fixture
async def own_db(kit_database: Database) -> Database:
    """The same, empty."""
    async with kit_database.transaction(None) as tx:
        await tx.execute(
            """TRUNCATE facts, readers, failed_facts, decisions, decision_acts, decider_configs, idempotency_keys,
                        pgqueuer, pgqueuer_log, deeds"""
        )
    return kit_database


@pytest.fixture
async def make_runtime(own_db: Database, clock: FixedClock) -> AsyncIterator[MakeRuntime]:
    """Makes runtimes as processes have them: each with its own registries and hub."""
    made: list[Runtime] = []

    def make(*, bus: Bus | None = None) -> Runtime:
        runtime = Runtime(
            own_db, files=cast(Any, None), box=cast(Any, None), http=cast(Any, None), settings=None,
            clock=clock, bus=bus,
        )  # fmt: skip
        made.append(runtime)
        return runtime

    yield make
    for runtime in made:
        await runtime.hub.close()


@pytest.fixture
def runtime(make_runtime: MakeRuntime) -> Runtime:
    """One runtime."""
    return make_runtime()
