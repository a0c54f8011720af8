"""What rules may do about an order: move its window, and have it cancelled within the limits of rules.

A rule asks no store by itself: its act defers a job that plans and commits like anybody else, as the decision that
wanted it, with the limits of the role `rule` (docs/decisions/0008). Without such a limit nothing moves.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

import structlog

from parley.commerce.actions.committing import decline_act
from parley.commerce.actions.returns import move_window
from parley.commerce.intents import CancelOrder
from parley.commerce.queries.acts import get_act
from parley.commerce.vocabulary import major
from parley.commerce.wishing import Asked, commit_plan, plan_wish
from parley.facts.commerce import WindowMoved
from parley.kit.conditions.catalogue import ActForm, Param
from parley.kit.conditions.sheet import Sheet
from parley.kit.ctx import Ctx
from parley.kit.decisions.registry import Act
from parley.kit.errors import Conflict, Invalid, ParleyError, Unavailable
from parley.kit.failures import Retry
from parley.kit.jobs.registry import Job
from parley.kit.log.fact import Actor

if TYPE_CHECKING:
    from parley.kit.runtime import Runtime

log = structlog.get_logger("commerce")
JOB = "commerce.ruled_act"
MOST_DAYS = 365
WINDOW = """
SELECT days, reason, by_kind, by_id, at FROM window_changes WHERE workspace_id = $1 AND order_id = $2 FOR UPDATE
"""
PUT_BACK = """
UPDATE window_changes SET days = $3, reason = $4, by_kind = $5, by_id = $6, at = $7
WHERE workspace_id = $1 AND order_id = $2
"""


def _plan_window(args: Mapping[str, Any], _: Sheet, ids: Mapping[str, UUID]) -> list[Act]:
    return [Act("move_order_window", {"order_id": str(ids["order"]), "days": int(args["days"])})]


def _plan_cancel(args: Mapping[str, Any], sheet: Sheet, ids: Mapping[str, UUID]) -> list[Act]:
    if sheet.get("order.cancelled"):
        return []
    return [Act("cancel_order", {"order_id": str(ids["order"]), "limit": args.get("limit")})]


FORMS = (
    ActForm("move_window", (Param("days", "number"),), _plan_window, needs=("order",)),
    ActForm(
        "cancel_order",
        (Param("limit", "number", required=False),),
        _plan_cancel,
        lambda _args, _sheet: {"order.cancelled": True, "order.status": "cancelled"},
        writes=("order.cancelled", "order.status"),
        causes=("order_changed",),
        money=True,
        lasting=True,
        needs=("order",),
    ),
)


async def perform_window(ctx: Ctx, args: dict[str, Any], _key: str) -> dict[str, Any]:
    """Lets an order be returned so many days longer than the policy says; raises NotFound and Invalid."""
    if not 0 <= args["days"] <= MOST_DAYS:
        raise Invalid("bad_days", f"Give between 0 and {MOST_DAYS} days.")
    order_id = UUID(args["order_id"])
    before = await ctx.tx.fetchrow(WINDOW, ctx.workspace_id, order_id)
    if before is not None and before["days"] == args["days"]:
        return {"moved": False}
    await move_window(ctx, order_id, args["days"])
    return {"moved": True, "previous": dict(before) if before is not None else None}


async def undo_window(ctx: Ctx, args: dict[str, Any], result: dict[str, Any]) -> None:
    """Puts the window back to where it was; raises Conflict where somebody has moved it since."""
    if not result.get("moved"):
        return
    order_id, before = UUID(args["order_id"]), result.get("previous")
    now = await ctx.tx.fetchrow(WINDOW, ctx.workspace_id, order_id)
    if now is None or now["days"] != args["days"]:
        raise Conflict("changed_since", "The window has been moved again since; it was left as it is now.")
    if before is None:
        await ctx.tx.execute(
            "DELETE FROM window_changes WHERE workspace_id = $1 AND order_id = $2", ctx.workspace_id, order_id
        )
    else:
        await ctx.tx.execute(
            PUT_BACK,
            ctx.workspace_id,
            order_id,
            before["days"],
            before["reason"],
            before["by_kind"],
            UUID(before["by_id"]) if before["by_id"] else None,
            datetime.fromisoformat(before["at"]),
        )
    days = before["days"] if before is not None else 0
    ctx.emit(WindowMoved(order_id=order_id, days=days, reason=before["reason"] if before is not None else ""))


async def perform_cancel(ctx: Ctx, args: dict[str, Any], key: str) -> dict[str, Any]:
    """Has the order cancelled at its store by a job, as this decision."""
    payload = {"order_id": args["order_id"], "limit": args["limit"], "decision_id": ctx.actor.id, "key": key}
    ctx.defer(JOB, payload, key=f"ruled:{key}")
    return {"key": key}


async def carry_out(job: Job) -> None:
    """Plans and commits what a rule wants of a store, once; a plan beyond a limit is declined.

    Raises Retry while the store cannot be asked.
    """
    runtime: Runtime = job.runtime
    key = f"rule:{job.payload['key']}"
    actor = Actor("decider", job.uuid("decision_id"))
    async with runtime.db.transaction(job.workspace_id) as tx:
        if await tx.fetchval(
            "SELECT true FROM store_acts WHERE workspace_id = $1 AND key = $2", job.workspace_id, key
        ):
            return
    asked = Asked(
        workspace_id=job.workspace_id,
        actor=actor,
        role="rule",
        target=job.uuid("order_id"),
        intent=CancelOrder(reason="other"),
    )
    try:
        plan_id = await plan_wish(runtime, asked)
    except Unavailable as failure:
        raise Retry(timedelta(seconds=30), failure.detail) from failure
    except ParleyError as failure:
        log.info("a rule's act cannot be planned", code=failure.code)
        return
    try:
        async with runtime.ctx(job.workspace_id, actor) as ctx:
            await _check_limit(ctx, plan_id, job.payload["limit"])
            await commit_plan(ctx, runtime, plan_id, key)
    except ParleyError as failure:
        async with runtime.ctx(job.workspace_id, actor) as ctx:
            await decline_act(ctx, plan_id)
        if failure.code == "plan_outdated":
            raise Retry(timedelta(seconds=1), failure.detail) from failure
        log.info("a rule's act is declined", code=failure.code)


async def _check_limit(ctx: Ctx, plan_id: UUID, limit: float | None) -> None:
    plan = await get_act(ctx.tx, ctx.workspace_id, plan_id)
    size = major(abs(plan.amount), plan.currency)
    if limit is not None and size is not None and size > limit:
        raise Conflict("above_limit", "This is more than the rule allows.")


def register_ruling(runtime: "Runtime") -> None:
    """Adds forms, acts and the job."""
    for form in FORMS:
        runtime.catalogue.add_act(form)
    runtime.decisions.add_act("move_order_window", perform_window, undo_window)
    runtime.decisions.add_act("cancel_order", perform_cancel)
    runtime.jobs.add(JOB, carry_out, max_attempts=8, max_delay=300, concurrency=2)
