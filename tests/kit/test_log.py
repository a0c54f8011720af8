"""The log: order, horizon, readers."""

import asyncio
from collections.abc import AsyncIterator
from uuid import UUID

import asyncpg
import pytest

from parley.app.migrate import migrate, newest_revision
from parley.kit.clock import FixedClock
from parley.kit.ctx import Ctx
from parley.kit.db import Database
from parley.kit.ids import uuid7
from parley.kit.log.cursor import START, BadCursor, Cursor, parse_cursor
from parley.kit.log.fact import Fact, register_facts
from parley.kit.log.read import newest_cursor, read_workspace
from parley.kit.postgres import EmbeddedPostgres


class Sampled(Fact, frozen=True, kw_only=True):
    """Something was tested."""

    conversation_id: UUID
    n: int


register_facts(Sampled)


@pytest.fixture
async def two(postgres: EmbeddedPostgres) -> AsyncIterator[Database]:
    """A real pool, because the horizon needs two transactions at once."""
    database = await Database.open(postgres.dsn, max_size=4)
    yield database
    async with database.transaction(None) as tx:
        await tx.execute("TRUNCATE facts")
    await database.close()


async def _emit(ctx: Ctx, *numbers: int) -> None:
    for n in numbers:
        ctx.emit(Sampled(conversation_id=ctx.workspace_id, n=n))
    await ctx.flush()


async def test_overtaken_commit_is_never_skipped(two: Database, clock: FixedClock) -> None:
    workspace = uuid7()
    seen: list[int] = []
    cursor = START

    async def read() -> None:
        nonlocal cursor
        async with two.transaction(workspace) as tx:
            facts = await read_workspace(tx, workspace, cursor, epoch=1, own=False)
        if facts:
            cursor = Cursor(facts[-1].epoch, facts[-1].xid, facts[-1].seq)
            seen.extend(f.data["n"] for f in facts)

    async with two.transaction(workspace) as slow:
        await _emit(Ctx(two, slow, workspace, clock), 1)
        async with two.transaction(workspace) as fast:
            await _emit(Ctx(two, fast, workspace, clock), 2)
        await read()
        assert seen == []
    await read()
    assert seen == [1, 2]


async def test_whoever_got_the_row_later_tells_later(two: Database, clock: FixedClock) -> None:
    """A transaction that is older, because it wrote something else before, may have waited for another one's row."""
    workspace, row = uuid7(), uuid7()
    async with two.transaction(workspace) as old:
        await old.execute(
            "INSERT INTO idempotency_keys (workspace_id, key, caller, request_hash) VALUES ($1, 'k', 'c', 'h')",
            workspace,
        )
        async with two.transaction(workspace) as young:
            await young.execute("SELECT pg_advisory_xact_lock(hashtext($1))", str(row))
            await _emit(Ctx(two, young, workspace, clock), 1)
        await old.execute("SELECT pg_advisory_xact_lock(hashtext($1))", str(row))
        await _emit(Ctx(two, old, workspace, clock), 2)
    async with two.transaction(workspace) as tx:
        facts = await read_workspace(tx, workspace, START, epoch=1, own=False)
    assert [fact.data["n"] for fact in facts] == [1, 2]


async def test_rolled_back_facts_never_appear(two: Database, clock: FixedClock) -> None:
    workspace = uuid7()

    async def fail() -> None:
        async with two.transaction(workspace) as tx:
            await _emit(Ctx(two, tx, workspace, clock), 1)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await fail()
    async with two.transaction(workspace) as tx:
        assert await newest_cursor(tx, workspace, epoch=1, own=False) == START


async def test_another_workspace_sees_nothing(two: Database, clock: FixedClock) -> None:
    workspace = uuid7()
    async with two.transaction(workspace) as tx:
        await _emit(Ctx(two, tx, workspace, clock), 1)
    async with two.transaction(uuid7()) as tx:
        assert await tx.fetchval("SELECT count(*) FROM facts WHERE workspace_id = $1", workspace) == 0
    async with two.transaction(None) as tx:
        assert await tx.fetchval("SELECT count(*) FROM facts WHERE workspace_id = $1", workspace) == 1
    async with two.connection() as connection:
        assert await connection.fetchval("SELECT count(*) FROM facts") == 0


async def test_row_security_refuses_writing_into_another_workspace(two: Database, clock: FixedClock) -> None:
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        async with two.transaction(uuid7()) as tx:
            await _emit(Ctx(two, tx, uuid7(), clock), 1)


async def test_migrating_twice_changes_nothing(postgres: EmbeddedPostgres) -> None:
    first, second = await asyncio.gather(migrate(postgres.dsn), migrate(postgres.dsn))
    assert first == second == newest_revision()


@pytest.mark.parametrize(
    "text", ["", "1.2", "1.2.3.4", "a.b.c", "1.2.-3", "9999999999.1.1", "1.99999999999999999999.1", "١.٢.٣"]
)
def test_bad_cursors_are_refused(text: str) -> None:
    with pytest.raises(BadCursor):
        parse_cursor(text)


def test_cursor_round_trip() -> None:
    assert parse_cursor(str(Cursor(2, 7, 9))) == Cursor(2, 7, 9) > Cursor(1, 99, 99)
