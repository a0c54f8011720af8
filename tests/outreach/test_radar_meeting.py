"""The back-fill's job and the reader meet on the same orders, on connections of their own."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from parley.accounts.actions.workspaces import create_workspace
from parley.app.slices import SLICES
from parley.commerce.actions.mirror_orders import mirror_orders
from parley.commerce.mirroring import Reading
from parley.kit.clock import FixedClock
from parley.kit.ctx import Ctx
from parley.kit.ids import uuid7
from parley.kit.jobs.registry import Job
from parley.kit.postgres import EmbeddedPostgres
from parley.kit.runtime import Runtime
from parley.outreach.actions.checks import put_checks
from parley.outreach.looking import SEED, seed_checks
from parley.outreach.model import Check
from parley.outreach.queries.states import find_state
from tests.commerce.conftest import insert_connection, make_order
from tests.conftest import NOW
from tests.support.app import build_test_runtime
from tests.support.databases import open_own_database

DAY = timedelta(days=1)
WORKSPACE, STORE = uuid7(), uuid7()


@pytest.fixture
async def runtime(postgres: EmbeddedPostgres, clock: FixedClock, tmp_path: Path) -> AsyncIterator[Runtime]:
    """A runtime on a database of its own, with a workspace and a store."""
    async with open_own_database(postgres) as db:
        made = build_test_runtime(db, clock, SLICES, data=tmp_path)
        async with made.ctx(WORKSPACE) as ctx:
            await create_workspace(ctx, name="Shop", slug="shop", time_zone="UTC")
            await insert_connection(ctx, STORE)
            await ctx.tx.execute("UPDATE stores SET created_at = $1", NOW - 30 * DAY)
        yield made


async def test_the_back_fill_never_holds_one_order_while_it_waits_for_another(runtime: Runtime) -> None:
    async with runtime.ctx(WORKSPACE) as ctx:
        orders = [
            make_order(number, placed_at=NOW - number * DAY, promised_at=NOW + 2 * DAY) for number in (1, 2)
        ]
        done = await mirror_orders(ctx, orders, Reading(store_id=STORE, read_at=ctx.now, quiet=True))
    newer, older = (one.order_id for one in done)
    seed = Job(runtime, 1, SEED, WORKSPACE, {"store_id": str(STORE)}, 0, False)

    async def put(ctx: Ctx, order_id: object, days: int) -> None:
        state = await find_state(ctx, order_id)  # type: ignore[arg-type]
        assert state is not None
        await put_checks(ctx, state, [Check(kind="late", subject="", due_at=NOW + days * DAY)])

    # A reader has one of the two in its batch, and comes to the other one while the job waits for the first.
    async with asyncio.timeout(20):
        async with runtime.ctx(WORKSPACE) as ctx:
            await put(ctx, older, 8)
            job = asyncio.create_task(seed_checks(seed))
            await asyncio.sleep(0.5)
            assert not job.done()
            await put(ctx, newer, 9)
        await job
    async with runtime.ctx(WORKSPACE) as ctx:
        rows = await ctx.tx.fetch("SELECT order_id, due_at FROM radar_checks WHERE kind = 'late'")
    assert {row["order_id"] for row in rows} == {newer, older}


async def test_what_stays_as_it_is_is_not_locked(runtime: Runtime) -> None:
    async with runtime.ctx(WORKSPACE) as ctx:
        order = make_order(1, placed_at=NOW - DAY, promised_at=NOW + 2 * DAY)
        await mirror_orders(ctx, [order], Reading(store_id=STORE, read_at=ctx.now, quiet=True))
    seed = Job(runtime, 1, SEED, WORKSPACE, {"store_id": str(STORE)}, 0, False)
    await seed_checks(seed)
    async with runtime.ctx(WORKSPACE) as ctx:
        assert await ctx.tx.fetch("SELECT 1 FROM radar_checks FOR UPDATE")
        async with asyncio.timeout(10):
            await seed_checks(seed)
