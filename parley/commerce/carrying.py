"""Carrying acts out: step by step, each at most once, whatever dies in between.

Before a call the step is written down as sent. A step found sent, after a crash or an answer that never came, is
looked up at the vendor; only what certainly did not happen is done again, and what cannot be known is shown to a
person.
"""

from datetime import timedelta
from typing import TYPE_CHECKING
from uuid import UUID

import structlog

from parley.commerce.actions.committing import JOB, set_state
from parley.commerce.actions.stepping import (
    UNDO_FROM,
    ActStep,
    RunningAct,
    add_undo_steps,
    finish_act,
    load_act,
    mark_back,
    mark_done,
    mark_sent,
)
from parley.commerce.connections import Connection
from parley.commerce.hands import Hands
from parley.commerce.ports import Effect
from parley.commerce.syncing import defer_refresh
from parley.kit.ctx import Ctx
from parley.kit.errors import Conflict, NotFound
from parley.kit.failures import Misconfigured, Refused, Retry
from parley.kit.jobs.registry import Job
from parley.kit.log.fact import Actor

if TYPE_CHECKING:
    from parley.kit.runtime import Runtime

log = structlog.get_logger("acts")
# A call whose answer never came may still be under way; before this time nobody believes that it did not happen.
SETTLE = timedelta(seconds=30)
LOOK_AGAIN = timedelta(seconds=3)
LONGEST_LOOK = timedelta(days=1)
LOOK = "SELECT pg_try_advisory_xact_lock(hashtextextended($1, 14))"


async def carry_out_act(job: Job) -> None:
    """Carries out what is left of an act."""
    runtime: Runtime = job.runtime
    act_id = job.uuid("act_id")
    while True:
        async with runtime.ctx(job.workspace_id, Actor("act", act_id)) as ctx:
            if not await ctx.tx.fetchval(LOOK, str(act_id)):
                raise Retry(timedelta(seconds=1), "another worker carries this out")
            act = await load_act(ctx, act_id)
            if act is None:
                return
            step = act.open_step
            if step is None:
                await finish_act(ctx, act)
                await _refresh_target(ctx, act)
                return
            connection = await runtime.parts["commerce"].book.get(
                ctx.tx, job.workspace_id, step.connection_id
            )
            look = step.state == "sent"
            if not look:
                await mark_sent(ctx, act_id, step)
        if look:
            await _look_up(runtime, act, step, connection)
        else:
            await _perform(runtime, act, step, connection, last=job.last_attempt)


async def _perform(
    runtime: "Runtime", act: RunningAct, step: ActStep, connection: Connection, *, last: bool
) -> None:
    try:
        effect = await Hands(runtime, connection).perform(step.vendor_step(), step.key)
    except Retry as failure:
        if failure.uncertain:
            raise Retry(failure.after or LOOK_AGAIN, failure.reason, uncertain=True) from failure
        state = "failed" if last else "pending"
        await _note(runtime, act, step, failure.reason, state)
        if last:
            return
        raise
    except (Refused, Misconfigured) as failure:
        await _note(runtime, act, step, failure.reason, "failed")
        return
    await _note_effect(runtime, act, step, effect)


async def _look_up(runtime: "Runtime", act: RunningAct, step: ActStep, connection: Connection) -> None:
    """Finds out what became of a call without an answer."""
    age = runtime.clock.now() - step.sent_at if step.sent_at else timedelta(0)
    try:
        effect = await Hands(runtime, connection).find_effect(step.vendor_step(), step.key)
    except Refused as failure:
        await _note(runtime, act, step, failure.reason, "pending" if step.again else "unknown")
        return
    except Misconfigured as failure:
        raise Retry(timedelta(minutes=5), failure.reason) from failure
    if effect is not None:
        await _note_effect(runtime, act, step, effect)
    elif step.again or age >= SETTLE:
        await _note(runtime, act, step, "It did not happen.", "pending")
    else:
        raise Retry(SETTLE - age, "the store has not shown it yet")


async def _note_effect(runtime: "Runtime", act: RunningAct, step: ActStep, effect: Effect) -> None:
    if effect.pending:
        sent_at = step.sent_at or runtime.clock.now()
        if runtime.clock.now() - sent_at > LONGEST_LOOK:
            await _note(runtime, act, step, "not_finished", "unknown")
            return
        raise Retry(LOOK_AGAIN, "the store is still at it")
    async with runtime.ctx(_workspace(act), Actor("act", act.id)) as ctx:
        await mark_done(ctx, act, step, effect)


async def _note(runtime: "Runtime", act: RunningAct, step: ActStep, reason: str, state: str) -> None:
    """Writes down what became of a step that brought nothing about, and what that means for the act."""
    async with runtime.ctx(_workspace(act), Actor("act", act.id)) as ctx:
        await mark_back(ctx, act.id, step, reason, state)
        if state == "unknown":
            log.warning("nobody can say whether a step happened", act=str(act.id), step=step.name)
            await set_state(ctx, act.row, "unknown", reason)
        elif state == "failed" and step.position < UNDO_FROM:
            now = await load_act(ctx, act.id)
            if now is not None:
                await add_undo_steps(ctx, now)


async def settle_unknown(ctx: Ctx, act_id: UUID, *, happened: bool) -> None:
    """A person has looked at the vendor and says whether the step that nobody could know of happened.

    Raises NotFound, and Conflict when there is nothing to be settled.
    """
    row = await ctx.tx.fetchrow(
        """SELECT id, store_id, act, order_id, subscription_id, state, amount, currency FROM store_acts
           WHERE workspace_id = $1 AND id = $2 FOR UPDATE""",
        ctx.workspace_id,
        act_id,
    )
    if row is None:
        raise NotFound("act")
    if row["state"] != "unknown":
        raise Conflict("not_unknown", "This is settled already.")
    await ctx.tx.execute(
        """UPDATE act_steps SET state = CASE WHEN $3 THEN 'done' ELSE 'pending' END, error = '',
             effect = CASE WHEN $3 THEN jsonb_build_object('details', jsonb_build_object('settled_by', $4::text))
                           ELSE effect END
           WHERE workspace_id = $1 AND act_id = $2 AND state = 'unknown'""",
        ctx.workspace_id,
        act_id,
        happened,
        str(ctx.actor.id),
    )
    await set_state(ctx, dict(row), "committed")
    ctx.defer(JOB, {"act_id": act_id}, key=f"act:{act_id}")


def _workspace(act: RunningAct) -> UUID:
    found: UUID = act.row["workspace_id"]
    return found


async def _refresh_target(ctx: Ctx, act: RunningAct) -> None:
    """Has what was acted on read anew, so that screens show the store's truth."""
    for kind, table, target in (
        ("order", "orders", act.row["order_id"]),
        ("subscription", "subscriptions", act.row["subscription_id"]),
    ):
        if target is None:
            continue
        row = await ctx.tx.fetchrow(
            f"SELECT store_id, external_id FROM {table} WHERE workspace_id = $1 AND id = $2",
            ctx.workspace_id,
            target,
        )
        if row is not None:
            defer_refresh(ctx, row["store_id"], kind, row["external_id"])


async def sweep_acts(runtime: "Runtime") -> None:
    """Gives acts that are still open their job again, in case it was lost."""
    async with runtime.db.transaction(None) as tx:
        rows = await tx.fetch(
            """SELECT workspace_id, id FROM store_acts WHERE state = 'committed' AND committed_at < $1
               ORDER BY id LIMIT 500""",
            runtime.clock.now() - SETTLE * 4,
        )
    for row in rows:
        async with runtime.ctx(row["workspace_id"]) as ctx:
            ctx.defer(JOB, {"act_id": row["id"]}, key=f"act:{row['id']}")
