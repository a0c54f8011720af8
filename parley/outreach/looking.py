"""The radar at work: facts put checks, their time comes, what is late is told once as a fact."""

from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

import msgspec
import structlog

from parley.facts.commerce import OrderChanged, OrderPlaced, ShipmentChanged, StockChanged, StoreSynced
from parley.facts.outreach import DelayFound
from parley.kit.ctx import Ctx
from parley.kit.decisions.executor import load_config
from parley.kit.jobs.registry import Job
from parley.kit.log.fact import Fact, Recorded
from parley.outreach.actions.checks import (
    DueCheck,
    close_check,
    drop_check,
    look_at_variant,
    put_checks,
    put_off_check,
    take_due_checks,
)
from parley.outreach.deciders.order_messages import ORDER_MESSAGES
from parley.outreach.model import Found, Later
from parley.outreach.queries.states import find_state
from parley.outreach.radar import LOOK_AGAIN, YOUNG, judge_check, plan_checks
from parley.outreach.settings import Settings, read_settings

if TYPE_CHECKING:
    from parley.kit.runtime import Runtime

log = structlog.get_logger("outreach")
LOOK = "outreach.look"
SEED = "outreach.seed"
LOOK_EVERY = 60.0
BATCH = 50
SEEDED = 100
DUE = """
SELECT DISTINCT workspace_id FROM (
  SELECT workspace_id FROM radar_checks WHERE due_at <= $1 AND found_at IS NULL ORDER BY due_at LIMIT 2000) d
"""
# What a back-fill has brought and has not arrived. Read once per back-fill, by the index on the time of the order.
OPEN = """
SELECT o.id, o.placed_at, o.store_id = $2 AND o.cancelled_at IS NULL AND (o.fulfilment <> 'fulfilled' OR EXISTS (
    SELECT 1 FROM shipments s WHERE s.workspace_id = $1 AND s.order_id = o.id AND s.direction = 'out'
    AND s.status IN ('label_created', 'in_transit', 'out_for_delivery', 'ready_for_pickup', 'failed'))) AS open
FROM orders o WHERE o.workspace_id = $1 AND o.placed_at > $3 AND (o.placed_at, o.id) < ($4, $5)
ORDER BY o.placed_at DESC, o.id DESC LIMIT $6
"""
LAST = UUID(int=2**128 - 1)


async def follow_orders(ctx: Ctx, fact: Fact, _recorded: Recorded) -> None:
    """Puts the checks of an order anew when something about it has changed."""
    if isinstance(fact, OrderPlaced | OrderChanged | ShipmentChanged):
        if isinstance(fact, ShipmentChanged) and fact.direction != "out":
            return
        await _plan(ctx, fact.order_id, await _settings(ctx))
    elif isinstance(fact, StockChanged):
        settings = await _settings(ctx)
        await look_at_variant(ctx, fact.variant_id, None if fact.available else ctx.now + settings.stock_out)
    elif isinstance(fact, StoreSynced) and (fact.purpose, fact.kind, fact.state) == (
        "backfill",
        "order",
        "done",
    ):
        ctx.defer(SEED, {"store_id": fact.store_id}, key=f"seed:{fact.store_id}")


async def _settings(ctx: Ctx) -> Settings:
    config = await load_config(ctx, ORDER_MESSAGES)
    return read_settings(config.values, enabled=config.enabled)


async def _plan(ctx: Ctx, order_id: UUID, settings: Settings) -> None:
    """Puts an order's checks; what is late already is looked at without waiting for the minute."""
    order = await find_state(ctx, order_id)
    if order is not None:
        checks = plan_checks(order, settings, ctx.now)
        await put_checks(ctx, order, checks)
        if any(one.due_at is not None and one.due_at <= ctx.now for one in checks):
            ctx.defer(LOOK, {}, key=f"radar:{ctx.workspace_id}")


async def seed_checks(job: Job) -> None:
    """Puts the checks of what a back-fill has brought and is still open.

    Each order in a transaction of its own: readers hold the checks of many orders, in the order of the log.
    """
    runtime: Runtime = job.runtime
    at: datetime | None = None
    last = LAST
    while True:
        async with runtime.ctx(job.workspace_id) as ctx:
            settings = await _settings(ctx)
            rows: list[Any] = await ctx.tx.fetch(
                OPEN, job.workspace_id, job.uuid("store_id"), ctx.now - YOUNG, at or ctx.now, last, SEEDED
            )
        for row in rows:
            if row["open"]:
                async with runtime.ctx(job.workspace_id) as ctx:
                    await _plan(ctx, row["id"], settings)
        if len(rows) < SEEDED:
            return
        at, last = rows[-1]["placed_at"], rows[-1]["id"]


async def look_for_due_checks(runtime: "Runtime") -> None:
    """Starts the job in every workspace where the time of a check has come."""
    async with runtime.db.transaction(None) as tx:
        rows = await tx.fetch(DUE, runtime.clock.now())
    for row in rows:
        async with runtime.ctx(row["workspace_id"]) as ctx:
            ctx.defer(LOOK, {}, key=f"radar:{row['workspace_id']}")


async def look_at_checks(job: Job) -> None:
    """Looks at everything whose time has come, a batch a transaction."""
    runtime: Runtime = job.runtime
    while True:
        async with runtime.ctx(job.workspace_id) as ctx:
            settings = await _settings(ctx)
            due = await take_due_checks(ctx, BATCH)
            for check in due:
                await _look(ctx, check, settings)
        if len(due) < BATCH:
            return


async def _look(ctx: Ctx, check: DueCheck, settings: Settings) -> None:
    try:
        order = await find_state(ctx, check.order_id)
        verdict = judge_check(check.kind, check.subject, order, settings, ctx.now) if order else None
    except (ValueError, TypeError, ArithmeticError, msgspec.MsgspecError):
        # An order that cannot be read (dates beyond the calendar, a policy of another time) must not stop the others.
        log.exception("the radar cannot read an order", order=str(check.order_id))
        await put_off_check(ctx, check, ctx.now + LOOK_AGAIN)
        return
    if verdict is None:
        await drop_check(ctx, check)
    elif isinstance(verdict, Later):
        await put_off_check(ctx, check, verdict.due_at)
    elif await close_check(ctx, check):
        _tell(ctx, check.order_id, order.customer_id if order else None, verdict)


def _tell(ctx: Ctx, order_id: UUID, customer_id: UUID | None, found: Found) -> None:
    ctx.emit(
        DelayFound(
            order_id=order_id,
            shipment_id=found.shipment_id,
            kind=found.kind,
            promised_at=found.promised_at,
            days=found.days,
            line=found.line,
            customer_id=customer_id,
        )
    )
