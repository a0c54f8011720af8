"""Returns: asked for, agreed to or turned down, moved on, ended; each step at most once and told once."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

import msgspec

from parley.commerce.acting.plan import Limit
from parley.commerce.actions.planning import load_limit
from parley.commerce.model import StoreOrder
from parley.commerce.queries.policies import PolicyView, policy_for
from parley.commerce.queries.returns import load_situation
from parley.commerce.queries.snapshots import hold_order
from parley.commerce.returns.deciding import Decision, Wanted, decide_return
from parley.facts.commerce import ReturnChanged, WindowMoved
from parley.kit.ctx import Ctx
from parley.kit.errors import Conflict, Invalid, NotFound
from parley.kit.files.actions import keep_files
from parley.kit.ids import uuid7

JOB = "commerce.return"
OPEN = ("requested", "approved", "in_transit", "received")
READ = """
SELECT r.id, r.order_id, r.store_id, r.state, r.refund_amount, r.currency, o.customer_id
FROM returns r JOIN orders o ON o.workspace_id = $1 AND o.id = r.order_id
WHERE r.workspace_id = $1 AND r.id = $2 FOR UPDATE OF r
"""
NUMBERS = "SELECT number FROM returns WHERE workspace_id = $1 AND store_id = $2 AND number = ANY($3)"
# What each state may become, and the time that is written down with it.
MOVES: dict[str, tuple[tuple[str, ...], str]] = {
    "approved": (("requested",), "approved_at"),
    "declined": (("requested",), "closed_at"),
    "cancelled": (("requested", "approved"), "closed_at"),
    "in_transit": (("approved",), "sent_at"),
    "received": (("approved", "in_transit"), "received_at"),
    "closed": (("approved", "in_transit", "received"), "closed_at"),
}


class Request(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody asks for: lines, with the files that show them by line; `agreed` by whoever may agree himself.

    `despite` takes what the policy refuses all the same; the caller has checked that he may.
    """

    order_id: UUID
    lines: list[Wanted]
    files: Mapping[str, list[UUID]] = {}
    asked_by: str = "customer"
    role: str = "customer"
    note: str = ""
    language: str = ""
    conversation_id: UUID | None = None
    agreed: bool = False
    despite: bool = False


class Weighed(msgspec.Struct, frozen=True):
    """A decision with the order and the policy it was made on."""

    order: StoreOrder
    store_id: UUID
    policy: PolicyView
    decision: Decision


async def weigh_return(ctx: Ctx, request: Request) -> Weighed:
    """Decides what a request would come to; nothing happens yet. Raises NotFound."""
    held = await hold_order(ctx.tx, ctx.workspace_id, request.order_id)
    order = held.target
    assert isinstance(order, StoreOrder)  # noqa: S101 - hold_order holds orders
    policy = await policy_for(ctx.tx, ctx.workspace_id, held.store_id)
    most = await _most(ctx, order.currency) if request.role == "customer" else None
    seen = await load_situation(
        ctx.tx,
        ctx.workspace_id,
        request.order_id,
        held.store_id,
        order,
        now=ctx.now,
        version=policy.version,
        most=most,
    )
    return Weighed(order, held.store_id, policy, decide_return(order, request.lines, policy.terms, seen))


async def request_return(ctx: Ctx, request: Request, return_id: UUID | None = None) -> UUID:
    """Opens a return and gives its id: approved at once where the policy allows, else it waits for a person.

    Raises NotFound, and Invalid when the policy refuses it.
    """
    # Two requests for the same pieces come one after the other.
    locked = await ctx.tx.fetchval(
        "SELECT id FROM orders WHERE workspace_id = $1 AND id = $2 FOR UPDATE",
        ctx.workspace_id,
        request.order_id,
    )
    if locked is None:
        raise NotFound("order")
    weighed = await weigh_return(ctx, request)
    decision = weighed.decision
    if decision.outcome == "refused" and not request.despite:
        codes = [p.code for p in decision.problems] + [p.code for x in decision.lines for p in x.problems]
        raise Invalid("return_refused", "The policy does not allow this return.", reasons=codes)
    approved = decision.outcome == "accepted" or request.agreed
    return_id = return_id or uuid7()
    number = await free_number(ctx, weighed.store_id, weighed.order.number)
    await ctx.tx.execute(
        """INSERT INTO returns (workspace_id, id, store_id, order_id, number, state, asked_by, asked_by_id, policy_id,
             decision, refund_amount, fee, currency, destination, note, language, conversation_id, created_at,
             approved_at, approved_by, approved_by_kind, approved_by_role)
           VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22)""",
        ctx.workspace_id,
        return_id,
        weighed.store_id,
        request.order_id,
        number,
        "approved" if approved else "requested",
        request.asked_by,
        ctx.actor.id,
        weighed.policy.id,
        decision,
        decision.refund,
        decision.fee,
        decision.currency,
        decision.destination,
        request.note,
        request.language,
        request.conversation_id,
        ctx.now,
        ctx.now if approved else None,
        ctx.actor.id if approved else None,
        ctx.actor.kind if approved else "",
        request.role if approved else "",
    )
    await _insert_lines(ctx, return_id, decision, request.files)
    row = {
        "id": return_id,
        "order_id": request.order_id,
        "store_id": weighed.store_id,
        "customer_id": await _customer(ctx, request.order_id),
    }
    state = "approved" if approved else "requested"
    tell_return(
        ctx, row, {"state": state, "refund_amount": decision.refund, "currency": decision.currency}, {}
    )
    if approved:
        ctx.defer(JOB, {"return_id": return_id}, key=f"return:{return_id}")
    return return_id


async def _insert_lines(
    ctx: Ctx, return_id: UUID, decision: Decision, files: Mapping[str, list[UUID]]
) -> None:
    rows = [
        {
            "position": position,
            "line": one.line,
            "quantity": one.quantity,
            "reason": one.reason,
            "reason_note": one.note,
            "resolution": one.resolution,
            "exchange_variant": one.variant,
            "title": one.title,
            "exchange_title": one.variant_title,
            "amount": one.worth,
            "file_ids": files.get(one.line, []),
        }
        for position, one in enumerate(decision.lines)
    ]
    await ctx.tx.execute(
        """INSERT INTO return_lines (workspace_id, return_id, position, line, quantity, reason, reason_note,
             resolution, exchange_variant, title, exchange_title, amount, file_ids)
           SELECT $1, $2, r.* FROM jsonb_to_recordset($3) AS r(position smallint, line text, quantity int,
             reason text, reason_note text, resolution text, exchange_variant text, title text, exchange_title text,
             amount bigint, file_ids uuid[])""",
        ctx.workspace_id,
        return_id,
        rows,
    )
    used = [file for one in decision.lines for file in files.get(one.line, [])]
    if used:
        await keep_files(ctx, used)


async def approve_return(ctx: Ctx, return_id: UUID, role: str) -> None:
    """Agrees to a return that waits; what it needs is then done. Raises NotFound and Conflict."""
    await move_return(ctx, return_id, "approved")
    await ctx.tx.execute(
        """UPDATE returns SET approved_by = $3, approved_by_kind = $4, approved_by_role = $5
           WHERE workspace_id = $1 AND id = $2""",
        ctx.workspace_id,
        return_id,
        ctx.actor.id,
        ctx.actor.kind,
        role,
    )


async def move_return(ctx: Ctx, return_id: UUID, state: str, *, note: str = "") -> bool:
    """Moves a return on and tells it; raises NotFound, and Conflict when it cannot become this any more.

    Gives False, and does nothing, when it is in this state already.
    """
    row = await ctx.tx.fetchrow(READ, ctx.workspace_id, return_id)
    if row is None:
        raise NotFound("return")
    before, column = MOVES[state]
    if row["state"] == state:
        return False
    if row["state"] not in before:
        raise Conflict("return_moved_on", "This return has moved on; reload it. Nothing was changed.")
    await ctx.tx.execute(
        f"""UPDATE returns SET state = $3, {column} = $4, note = CASE WHEN $5 = '' THEN note ELSE $5 END
            WHERE workspace_id = $1 AND id = $2""",
        ctx.workspace_id,
        return_id,
        state,
        ctx.now,
        note[:2000],
    )
    tell_return(ctx, row, {"state": state}, {"state": row["state"]})
    if state in ("approved", "in_transit", "received"):
        ctx.defer(JOB, {"return_id": return_id}, key=f"return:{return_id}")
    return True


async def move_window(ctx: Ctx, order_id: UUID, days: int, reason: str = "") -> None:
    """Lets an order be returned or exchanged so many days longer than the policy says; raises NotFound."""
    if not await ctx.tx.fetchval(
        "SELECT true FROM orders WHERE workspace_id = $1 AND id = $2 FOR UPDATE", ctx.workspace_id, order_id
    ):
        raise NotFound("order")
    await ctx.tx.execute(
        """INSERT INTO window_changes (workspace_id, order_id, days, reason, by_kind, by_id, at)
           VALUES ($1, $2, $3, $4, $5, $6, $7)
           ON CONFLICT (workspace_id, order_id) DO UPDATE SET days = excluded.days, reason = excluded.reason,
             by_kind = excluded.by_kind, by_id = excluded.by_id, at = excluded.at""",
        ctx.workspace_id,
        order_id,
        days,
        reason,
        ctx.actor.kind,
        ctx.actor.id,
        ctx.now,
    )
    ctx.emit(WindowMoved(order_id=order_id, days=days, reason=reason))


async def free_number(ctx: Ctx, store_id: UUID, order_number: str) -> str:
    """Gives the next number of a return of an order."""
    tried = [f"{order_number}-R{n}" for n in range(1, 100)]
    rows = await ctx.tx.fetch(NUMBERS, ctx.workspace_id, store_id, tried)
    used = {row["number"] for row in rows}
    return next((one for one in tried if one not in used), f"{order_number}-{uuid7().hex[-8:]}")


async def _most(ctx: Ctx, currency: str) -> int | None:
    """Gives what a shopper may be promised without a person: the wall behind the policy."""
    limits: list[Limit] = [
        await load_limit(ctx, "customer", act, currency) for act in ("return", "refund", "label")
    ]
    if not all(limit.allowed for limit in limits):
        return -1
    sizes = [size for limit in limits[:2] for size in (limit.largest, limit.alone) if size is not None]
    return min(sizes, default=None)


async def _customer(ctx: Ctx, order_id: UUID) -> UUID | None:
    found: UUID | None = await ctx.tx.fetchval(
        "SELECT customer_id FROM orders WHERE workspace_id = $1 AND id = $2", ctx.workspace_id, order_id
    )
    return found


def tell_return(ctx: Ctx, row: Any, changes: dict[str, object], previous: dict[str, object]) -> None:
    """Tells what of a return has changed."""
    ctx.emit(
        ReturnChanged(
            return_id=row["id"],
            order_id=row["order_id"],
            store_id=row["store_id"],
            customer_id=row["customer_id"],
            changes=changes,
            previous=previous,
        )
    )
