"""Following returns: each act they need is begun once, whatever dies in between, and its outcome is written back.

A return's job looks at what is written down and begins the next act under a key of its own, so that it may run at any
time and any number of times. Facts about acts and parcels give it its job.
"""

from datetime import timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

import structlog

from parley.commerce.actions.mirror_parts import number_key
from parley.commerce.actions.returns import JOB, move_return, tell_return
from parley.commerce.portal import codes
from parley.commerce.queries.acts import get_act
from parley.commerce.queries.policies import policy_of
from parley.commerce.queries.returns import get_return
from parley.commerce.queries.snapshots import hold_order
from parley.commerce.returns.following import (
    KnownAct,
    Next,
    build_intent,
    is_over,
    next_act,
    trouble_of,
)
from parley.commerce.returns.shapes import ReturnView
from parley.commerce.wishing import Asked, commit_plan, plan_wish
from parley.facts.commerce import ActChanged, ShipmentChanged
from parley.kit.ctx import Ctx
from parley.kit.errors import Conflict, NotFound, ParleyError, Unavailable
from parley.kit.failures import Retry
from parley.kit.ids import uuid7
from parley.kit.jobs.registry import Job
from parley.kit.log.fact import Actor, Fact, Recorded

if TYPE_CHECKING:
    from parley.kit.runtime import Runtime

log = structlog.get_logger("returns")
SWEEP_EVERY = 600.0
# A return has three acts; more rounds than this mean that something goes in a circle.
ROUNDS = 6
ACTS = """
SELECT a.id, a.act, a.state, a.error, s.effect FROM store_acts a
LEFT JOIN LATERAL (SELECT effect FROM act_steps s WHERE s.workspace_id = $1 AND s.act_id = a.id AND s.state = 'done'
  AND s.position < 100 ORDER BY s.position DESC LIMIT 1) s ON true
WHERE a.workspace_id = $1 AND a.return_id = $2 AND a.committed_at IS NOT NULL ORDER BY a.id
"""
PARCEL = """
INSERT INTO shipments (workspace_id, id, order_id, return_id, direction, carrier, number, number_key, url, status,
  told_by, connection_id, external_id, check_at, created_at)
VALUES ($1, $2, $3, $4, 'return', $5, $6, $7, $8, 'label_created', 'carrier', $9, $10, $11, $11)
ON CONFLICT (workspace_id, order_id, direction, number_key) DO NOTHING RETURNING id
"""
OF_ACT = "SELECT return_id FROM store_acts WHERE workspace_id = $1 AND id = $2"
OF_PARCEL = """
SELECT p.return_id, r.state, coalesce((y.terms -> 'returns' ->> 'inspect')::boolean, false) AS inspect
FROM shipments p JOIN returns r ON r.workspace_id = $1 AND r.id = p.return_id
LEFT JOIN policies y ON y.workspace_id = $1 AND y.id = r.policy_id
WHERE p.workspace_id = $1 AND p.id = $2
"""
MOVING = ("in_transit", "out_for_delivery", "ready_for_pickup", "delivered")


async def follow_act(ctx: Ctx, fact: Fact, _recorded: Recorded) -> None:
    """Looks after a return whose act has come to something."""
    if not isinstance(fact, ActChanged) or fact.state in ("planned", "committed"):
        return
    return_id = await ctx.tx.fetchval(OF_ACT, ctx.workspace_id, fact.act_id)
    if return_id is not None:
        ctx.defer(JOB, {"return_id": return_id}, key=f"return:{return_id}")


async def follow_parcel(ctx: Ctx, fact: Fact, _recorded: Recorded) -> None:
    """Moves a return on with its parcel: scanned, and arrived unless a person has to look at it first."""
    if not isinstance(fact, ShipmentChanged) or fact.direction != "return":
        return
    row = await ctx.tx.fetchrow(OF_PARCEL, ctx.workspace_id, fact.shipment_id)
    status = fact.changes.get("status")
    if row is None or status not in MOVING:
        return
    if row["state"] == "approved":
        await move_return(ctx, row["return_id"], "in_transit")
    if status == "delivered" and not row["inspect"] and row["state"] in ("approved", "in_transit"):
        await move_return(ctx, row["return_id"], "received")


async def run_return(job: Job) -> None:
    """Brings a return as far as it can go now; raises Retry while the store cannot be asked."""
    runtime: Runtime = job.runtime
    return_id = job.uuid("return_id")
    again = str(job.payload.get("again", ""))
    for _ in range(ROUNDS):
        async with runtime.ctx(job.workspace_id, Actor("system")) as ctx:
            wanted = await take_stock(ctx, runtime, return_id, again)
        if wanted is None or not await begin_act(runtime, job.workspace_id, return_id, wanted):
            return
        again = ""


async def take_stock(ctx: Ctx, runtime: "Runtime", return_id: UUID, again: str = "") -> Next | None:
    """Writes down what the return's acts have come to and gives the act that is to be begun."""
    locked = await ctx.tx.fetchval(
        "SELECT id FROM returns WHERE workspace_id = $1 AND id = $2 FOR UPDATE", ctx.workspace_id, return_id
    )
    if locked is None:
        return None
    acts = await load_acts(ctx, return_id)
    found = await get_return(ctx.tx, ctx.workspace_id, return_id)
    for act in acts:
        if act.state == "done":
            await _take_in(ctx, found, act)
    trouble = trouble_of(acts, found.error)
    if trouble != found.error:
        await _note(ctx, found, trouble)
    found = await get_return(ctx.tx, ctx.workspace_id, return_id)
    if is_over(found) and found.state in ("approved", "in_transit", "received"):
        await move_return(ctx, return_id, "closed")
        return None
    try:
        connection = await runtime.parts["commerce"].book.get(ctx.tx, ctx.workspace_id, found.store_id)
    except NotFound:
        # The store was taken away; nothing can be done there any more.
        return None
    supported = frozenset(runtime.parts["commerce"].book.connector(connection).manifest.acts)
    return next_act(found, acts, supported, again)


async def begin_act(runtime: "Runtime", workspace_id: UUID, return_id: UUID, wanted: Next) -> bool:
    """Plans and commits an act of a return; False, with the reason written down, when it cannot be."""
    async with runtime.db.transaction(workspace_id) as tx:
        found = await get_return(tx, workspace_id, return_id)
        held = await hold_order(tx, workspace_id, found.order_id)
        policy = await policy_of(tx, workspace_id, found)
        role: str = await tx.fetchval(
            "SELECT approved_by_role FROM returns WHERE workspace_id = $1 AND id = $2",
            workspace_id,
            return_id,
        )
    actor = Actor(found.approved_by_kind or "system", found.approved_by)
    intent = build_intent(wanted.kind, found, held.target, policy.terms)  # type: ignore[arg-type]
    asked = Asked(
        workspace_id=workspace_id,
        actor=actor,
        role=role or "system",
        target=found.order_id,
        intent=intent,
        return_id=return_id,
    )
    plan_id: UUID | None = None
    try:
        plan_id = await plan_wish(runtime, asked)
        async with runtime.ctx(workspace_id, actor) as ctx:
            committed = await commit_plan(ctx, runtime, plan_id, wanted.key)
    except Unavailable as failure:
        raise Retry(timedelta(seconds=30), failure.detail) from failure
    except Conflict as failure:
        if failure.code == "plan_outdated":
            raise Retry(timedelta(seconds=1), failure.detail) from failure
        why = await _refusals(runtime, workspace_id, plan_id) if plan_id else ""
        await _fail(runtime, workspace_id, return_id, f"{wanted.kind}:{failure.code}{why}")
        return wanted.kind == "label"
    except ParleyError as failure:
        await _fail(runtime, workspace_id, return_id, f"{wanted.kind}:{failure.code}")
        return False
    log.info("act of a return", act=wanted.kind, state=committed.state, return_id=str(return_id))
    return True


async def _refusals(runtime: "Runtime", workspace_id: UUID, plan_id: UUID) -> str:
    """Gives the codes of what speaks against a plan, so that a person sees what it was."""
    async with runtime.db.transaction(workspace_id) as tx:
        act = await get_act(tx, workspace_id, plan_id)
    codes = ", ".join(dict.fromkeys(line.code for line in act.refusals))
    return f": {codes}" if codes else ""


async def load_acts(ctx: Ctx, return_id: UUID) -> list[KnownAct]:
    """Gives the acts of a return that were committed, oldest first."""
    rows = await ctx.tx.fetch(ACTS, ctx.workspace_id, return_id)
    return [
        KnownAct(
            id=row["id"],
            act=row["act"],
            state=row["state"],
            error=row["error"],
            external_id=(row["effect"] or {}).get("external_id", ""),
            details=(row["effect"] or {}).get("details", {}),
        )
        for row in rows
    ]


async def _take_in(ctx: Ctx, found: ReturnView, act: KnownAct) -> None:
    """Writes down what an act brought about; a second time changes nothing."""
    if act.act == "return" and not found.external_id and act.external_id:
        await ctx.tx.execute(
            "UPDATE returns SET external_id = $3 WHERE workspace_id = $1 AND id = $2",
            ctx.workspace_id,
            found.id,
            act.external_id,
        )
    elif act.act == "label" and found.label_file_id is None and act.details.get("file_id"):
        await _keep_label(ctx, found, act)
    elif act.act == "refund" and found.refunded_at is None:
        await ctx.tx.execute(
            "UPDATE returns SET refunded_at = $3 WHERE workspace_id = $1 AND id = $2",
            ctx.workspace_id,
            found.id,
            ctx.now,
        )
        _tell(ctx, found, {"refunded_at": ctx.now}, {"refunded_at": None})


async def _keep_label(ctx: Ctx, found: ReturnView, act: KnownAct) -> None:
    """Gives the return its label, and the way back its parcel."""
    details = act.details
    _tell(ctx, found, {"label_file_id": details["file_id"]}, {"label_file_id": None})
    await ctx.tx.execute(
        "UPDATE returns SET label_file_id = $3 WHERE workspace_id = $1 AND id = $2",
        ctx.workspace_id,
        found.id,
        UUID(details["file_id"]),
    )
    _tell(ctx, found, {"label": True}, {"label": False})
    number = str(details.get("number", ""))
    if not number_key(number):
        return
    connection = details.get("connection_id")
    shipment_id = await ctx.tx.fetchval(
        PARCEL,
        ctx.workspace_id,
        uuid7(),
        found.order_id,
        found.id,
        details.get("carrier", ""),
        number,
        number_key(number),
        details.get("url", ""),
        UUID(connection) if connection else None,
        act.external_id or None,
        ctx.now,
    )
    if shipment_id is not None:
        ctx.emit(
            ShipmentChanged(
                order_id=found.order_id,
                shipment_id=shipment_id,
                customer_id=found.customer_id,
                direction="return",
                changes={"status": "label_created"},
                previous={},
            )
        )


async def _note(ctx: Ctx, found: ReturnView, error: str) -> None:
    """Writes down what a person must look at, and tells it."""
    await ctx.tx.execute(
        "UPDATE returns SET error = $3 WHERE workspace_id = $1 AND id = $2",
        ctx.workspace_id,
        found.id,
        error[:500],
    )
    if error[:500] != found.error:
        _tell(ctx, found, {"error": error[:500]}, {"error": found.error})


async def _fail(runtime: "Runtime", workspace_id: UUID, return_id: UUID, error: str) -> None:
    log.warning("an act of a return cannot be begun", return_id=str(return_id), error=error)
    async with runtime.ctx(workspace_id) as ctx:
        await _note(ctx, await get_return(ctx.tx, workspace_id, return_id), error)


def _tell(ctx: Ctx, found: ReturnView, changes: dict[str, Any], previous: dict[str, Any]) -> None:
    row = {
        "id": found.id,
        "order_id": found.order_id,
        "store_id": found.store_id,
        "customer_id": found.customer_id,
    }
    tell_return(ctx, row, changes, previous)


async def retry_return(ctx: Ctx, return_id: UUID, act: str) -> None:
    """Has an act of a return that came to nothing begun anew; raises NotFound."""
    cleared = await ctx.tx.fetchval(
        "UPDATE returns SET error = '' WHERE workspace_id = $1 AND id = $2 RETURNING id",
        ctx.workspace_id,
        return_id,
    )
    if cleared is None:
        raise NotFound("return")
    ctx.defer(JOB, {"return_id": return_id, "again": act}, key=f"return:{return_id}:{act}")


async def sweep_returns(runtime: "Runtime") -> None:
    """Gives returns that are open and untroubled their job again, in case it was lost."""
    async with runtime.db.transaction(None) as tx:
        rows = await tx.fetch(
            """SELECT workspace_id, id FROM returns WHERE state IN ('approved', 'received') AND error = ''
               AND asked_by <> 'store' AND created_at < $1 ORDER BY id DESC LIMIT 500""",
            runtime.clock.now() - timedelta(minutes=2),
        )
    for row in rows:
        async with runtime.ctx(row["workspace_id"]) as ctx:
            ctx.defer(JOB, {"return_id": row["id"]}, key=f"return:{row['id']}")


def register_returns(runtime: "Runtime") -> None:
    """Adds readers and jobs of returns and of the portal."""
    runtime.jobs.add(JOB, run_return, max_attempts=30, max_delay=600)
    runtime.jobs.add(codes.JOB, codes.run_send, max_attempts=4, max_delay=60)
    runtime.jobs.every("open_returns", SWEEP_EVERY, sweep_returns)
    runtime.jobs.every("portal_sessions", SWEEP_EVERY, sweep_sessions)
    runtime.readers.subscribe("returns", follow_act, ActChanged)
    runtime.readers.subscribe("returns", follow_parcel, ShipmentChanged)
    runtime.parts.setdefault(codes.PART, codes.send_by_mail)


async def sweep_sessions(runtime: "Runtime") -> None:
    """Removes sessions and codes of the portal that ended a day ago."""
    async with runtime.db.transaction(None) as tx:
        await tx.execute(
            "DELETE FROM portal_sessions WHERE expires_at < $1", runtime.clock.now() - timedelta(days=1)
        )
