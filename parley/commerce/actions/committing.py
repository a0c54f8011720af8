"""Committing a plan, agreeing to it as the second person, declining it; each at most once."""

from typing import Any
from uuid import UUID

import msgspec

from parley.accounts.actions.auditing import write_audit
from parley.commerce.acting.limits import check_limit
from parley.commerce.acting.plan import Asker, Line, Plan
from parley.commerce.actions.planning import load_limit, weigh_limit
from parley.commerce.ports import VendorStep
from parley.facts.commerce import ActChanged
from parley.kit.ctx import Ctx
from parley.kit.errors import Conflict, NotAllowed, NotFound

JOB = "commerce.act"
READ = """
SELECT id, store_id, act, order_id, subscription_id, state, plan, result, amount, currency, expires_at, key,
  committed_by_kind, committed_by, planned_by_kind, planned_by
FROM store_acts WHERE workspace_id = $1 AND id = $2 FOR UPDATE
"""


class Committed(msgspec.Struct, frozen=True):
    """Which act was committed (another one, when the key had been used before), and its state."""

    act_id: UUID
    state: str


async def commit_act(
    ctx: Ctx, act_id: UUID, key: str, steps: list[tuple[UUID, VendorStep]], digest: str | None
) -> Committed:
    """Commits a plan: its steps are written down and a job carries them out, unless a second person must agree first.

    `steps` name their connection. The same plan or the same key again gives the act as it is. Raises NotFound, and
    Conflict when the plan is impossible, has expired, is somebody else's, or was made on something that has changed
    since: the order, or the limits.
    """
    used = await ctx.tx.fetchrow(
        "SELECT id, state FROM store_acts WHERE workspace_id = $1 AND key = $2", ctx.workspace_id, key
    )
    if used is not None:
        return Committed(used["id"], used["state"])
    row = await _read(ctx, act_id)
    if row["state"] != "planned":
        return Committed(act_id, row["state"])
    if (ctx.actor.kind, ctx.actor.id) != (row["planned_by_kind"], row["planned_by"]):
        # What somebody may do himself is decided when he plans it.
        raise Conflict("plan_of_another", "Somebody else made this plan; make your own. Nothing was changed.")
    plan = msgspec.convert(row["plan"], Plan)
    if not plan.possible:
        raise Conflict("plan_impossible", "This plan cannot be carried out; look at what it says.")
    if row["expires_at"] <= ctx.now:
        raise Conflict("plan_expired", "This plan is too old; make it anew. Nothing was changed.")
    basis = (row["result"] or {}).get("basis") or {}
    if digest is not None and basis.get("digest") != digest:
        raise Conflict(
            "plan_outdated", "It has changed at the store since; make the plan anew. Nothing was changed."
        )
    second = await _heed_limits(ctx, row, plan)
    state = "waiting" if plan.second or second else "committed"
    await ctx.tx.execute(
        """UPDATE store_acts SET state = $3, key = $4, committed_by_kind = $5, committed_by = $6, committed_at = $7
           WHERE workspace_id = $1 AND id = $2""",
        ctx.workspace_id,
        act_id,
        state,
        key,
        ctx.actor.kind,
        ctx.actor.id,
        ctx.now,
    )
    await ctx.tx.execute(
        """INSERT INTO act_steps (workspace_id, act_id, position, name, connection_id, args, again, key, undo)
           SELECT $1, $2, r.position, r.name, r.connection_id, r.args, r.again, r.key, r.undo
           FROM jsonb_to_recordset($3) AS r(position smallint, name text, connection_id uuid, args jsonb,
             again boolean, key text, undo jsonb)""",
        ctx.workspace_id,
        act_id,
        [
            {
                "position": position,
                "name": step.name,
                "connection_id": connection_id,
                "args": step.args,
                "again": step.again,
                "key": step_key(act_id, position),
                "undo": step.undo,
            }
            for position, (connection_id, step) in enumerate(steps)
        ],
    )
    if state == "committed":
        ctx.defer(JOB, {"act_id": act_id}, key=f"act:{act_id}")
    await _audit(ctx, "store_act_committed", row)
    _tell(ctx, row, "planned", state)
    return Committed(act_id, state)


async def _heed_limits(ctx: Ctx, row: Any, plan: Plan) -> list[Line]:
    """Looks at the limits once more, which may have changed, and at what was moved since; raises Conflict above them."""
    role = (row["result"] or {}).get("role", "system")
    refusals, second = await weigh_limit(ctx, role, plan, lock=True)
    if refusals:
        raise Conflict(
            "plan_outdated", "It is above your limit by now; make the plan anew. Nothing was changed."
        )
    return second


async def approve_act(ctx: Ctx, act_id: UUID, role: str) -> None:
    """Agrees to an act as the second person. Raises NotFound, NotAllowed and Conflict."""
    row = await _read(ctx, act_id)
    if row["state"] != "waiting":
        raise Conflict("not_waiting", "This does not wait for anybody any more.")
    same = (ctx.actor.kind, ctx.actor.id) == (row["committed_by_kind"], row["committed_by"])
    if same or ctx.actor.kind == "decider":
        raise NotAllowed("second_person", "Somebody else must agree to this.")
    asker = Asker(role=role)
    limit = await load_limit(ctx, role, row["act"], row["currency"])
    refusals, _ = check_limit(limit, asker, row["act"], row["amount"], row["currency"])
    if refusals:
        raise NotAllowed("above_limit", "This is above your own limit, too.")
    await ctx.tx.execute(
        """UPDATE store_acts SET state = 'committed', approved_by_kind = $3, approved_by = $4
           WHERE workspace_id = $1 AND id = $2""",
        ctx.workspace_id,
        act_id,
        ctx.actor.kind,
        ctx.actor.id,
    )
    ctx.defer(JOB, {"act_id": act_id}, key=f"act:{act_id}")
    await _audit(ctx, "store_act_approved", row)
    _tell(ctx, row, "waiting", "committed")


async def decline_act(ctx: Ctx, act_id: UUID) -> None:
    """Turns down an act that waits, or throws a plan away. Raises NotFound and Conflict."""
    row = await _read(ctx, act_id)
    if row["state"] not in ("waiting", "planned"):
        raise Conflict("not_waiting", "This has been decided already.")
    if row["state"] == "waiting":
        await _audit(ctx, "store_act_declined", row)
    await set_state(ctx, row, "declined")


async def set_state(ctx: Ctx, row: Any, state: str, error: str = "") -> None:
    """Moves an act to its next state and tells it."""
    over = state in ("done", "failed", "declined")
    await ctx.tx.execute(
        """UPDATE store_acts SET state = $3, error = $4, finished_at = CASE WHEN $5 THEN $6::timestamptz END
           WHERE workspace_id = $1 AND id = $2""",
        ctx.workspace_id,
        row["id"],
        state,
        error[:1000],
        over,
        ctx.now,
    )
    _tell(ctx, row, row["state"], state)


def step_key(act_id: UUID, position: int) -> str:
    """Gives the idempotency key of a step; the vendor sees it."""
    return f"{act_id}:{position}"


async def _audit(ctx: Ctx, action: str, row: Any) -> None:
    values = {name: row[name] for name in ("act", "store_id", "order_id", "amount", "currency")}
    await write_audit(ctx, action, "store_act", row["id"], **values)


async def _read(ctx: Ctx, act_id: UUID) -> Any:
    row = await ctx.tx.fetchrow(READ, ctx.workspace_id, act_id)
    if row is None:
        raise NotFound("plan")
    return row


def _tell(ctx: Ctx, row: Any, before: str, after: str) -> None:
    ctx.emit(
        ActChanged(
            act_id=row["id"],
            act=row["act"],
            store_id=row["store_id"],
            order_id=row["order_id"],
            subscription_id=row["subscription_id"],
            state=after,
            previous_state=before,
            amount=row["amount"],
            currency=row["currency"],
        )
    )
