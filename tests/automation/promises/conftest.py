"""A shop with SLAs, and the time that passes in it."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from parley.automation.promises.acts import JOB
from parley.automation.promises.saving import create_sla
from parley.kit.clock import FixedClock
from parley.kit.jobs.registry import Job
from parley.kit.runtime import Runtime
from parley.kit.timers import TAKE_DUE
from tests.automation.conftest import Settle
from tests.support.app import Shop

AddSla = Callable[..., Awaitable[UUID]]
Pass = Callable[[timedelta], Awaitable[None]]
PLAIN: dict[str, Any] = {"targets": {"first_reply": 60, "next_reply": 30, "resolution": 480}, "hours": None}


@pytest.fixture
def add_sla(shop: Shop) -> AddSla:
    """Stores an SLA: `PLAIN` with other values."""

    async def add(name: str = "Plain", **values: Any) -> UUID:
        async with shop.runtime.ctx(shop.workspace_id) as ctx:
            return await create_sla(ctx, shop.runtime.catalogue, name, {**PLAIN, **values})

    return add


@pytest.fixture
def wait(shop: Shop, runtime: Runtime, clock: FixedClock, settle: Settle) -> Pass:
    """Lets time pass: every timer of a promise fires at its moment, and all is read that follows."""

    async def fire() -> None:
        while True:
            async with runtime.ctx(shop.workspace_id) as ctx:
                rows = await ctx.tx.fetch(
                    "SELECT kind, key FROM timers WHERE workspace_id = $1 AND kind = $2 AND due_at <= $3",
                    shop.workspace_id,
                    JOB,
                    clock.now(),
                )
                if not rows:
                    return
                kinds, keys = [row["kind"] for row in rows], [row["key"] for row in rows]
                taken = await ctx.tx.fetch(TAKE_DUE, shop.workspace_id, kinds, keys, clock.now())
            for timer in taken:
                handler = runtime.jobs.kinds[JOB].handler
                await handler(Job(runtime, 1, JOB, shop.workspace_id, dict(timer["data"]), 1, False))
            await settle()

    async def pass_time(span: timedelta) -> None:
        await settle()
        end = clock.now() + span
        while clock.now() < end:
            async with runtime.ctx(shop.workspace_id) as ctx:
                due = await ctx.tx.fetchval(
                    "SELECT min(due_at) FROM timers WHERE workspace_id = $1 AND kind = $2",
                    shop.workspace_id,
                    JOB,
                )
            if due is None or due > end:
                clock.set(end)
            else:
                clock.set(max(due, clock.now()))
            await fire()
        await settle()

    return pass_time
