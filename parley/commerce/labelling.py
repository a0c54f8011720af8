"""Labels of returns bought by hand: where the policy leaves the way back to the customer, or the carrier said no.

A label is bought under the same keys as the return's job uses, so that the two of them together buy one.
"""

from typing import TYPE_CHECKING
from uuid import UUID

from parley.commerce.actions.committing import Committed
from parley.commerce.queries.acts import get_act
from parley.commerce.queries.policies import policy_of
from parley.commerce.queries.returns import get_return
from parley.commerce.queries.snapshots import hold_order
from parley.commerce.returning import load_acts
from parley.commerce.returns.following import GOING, KnownAct, act_key, build_intent
from parley.commerce.returns.shapes import ReturnView
from parley.commerce.wishing import Asked, commit_plan, plan_wish
from parley.kit.ctx import Ctx
from parley.kit.errors import Conflict, NotFound
from parley.kit.http.access import Principal

if TYPE_CHECKING:
    from parley.kit.runtime import Runtime


async def plan_label(runtime: "Runtime", me: Principal, return_id: UUID) -> UUID:
    """Plans the label of a return and gives the act's id; nothing is bought. Raises NotFound, Conflict, Unavailable."""
    async with runtime.ctx(me.workspace_id, me.actor) as ctx:
        found = await get_return(ctx.tx, me.workspace_id, return_id)
        check_label(found, await load_acts(ctx, return_id))
        held = await hold_order(ctx.tx, me.workspace_id, found.order_id)
        policy = await policy_of(ctx.tx, me.workspace_id, found)
    asked = Asked(
        workspace_id=me.workspace_id,
        actor=me.actor,
        role=me.role,
        target=found.order_id,
        intent=build_intent("label", found, held.target, policy.terms),  # type: ignore[arg-type]
        return_id=return_id,
    )
    return await plan_wish(runtime, asked)


async def commit_label(ctx: Ctx, runtime: "Runtime", return_id: UUID, plan_id: UUID) -> Committed:
    """Buys a planned label, once however often it is asked. Raises NotFound and Conflict."""
    act = await get_act(ctx.tx, ctx.workspace_id, plan_id)
    if (act.return_id, act.act) != (return_id, "label"):
        raise NotFound("plan")
    if act.state != "planned":
        return Committed(act.id, act.state)
    await ctx.tx.execute(
        "SELECT 1 FROM returns WHERE workspace_id = $1 AND id = $2 FOR UPDATE", ctx.workspace_id, return_id
    )
    found = await get_return(ctx.tx, ctx.workspace_id, return_id)
    acts = await load_acts(ctx, return_id)
    check_label(found, acts)
    return await commit_plan(ctx, runtime, plan_id, act_key(found, "label", acts))


def check_label(found: ReturnView, acts: list[KnownAct]) -> None:
    """Raises Conflict when a return needs no label (any more), or one is being bought."""
    if found.label_file_id is not None:
        raise Conflict("label_there", "This return has its label already.")
    if found.state != "approved":
        raise Conflict("return_moved_on", "This return has moved on; reload it. Nothing was changed.")
    latest = next((act for act in reversed(acts) if act.act == "label"), None)
    if latest is not None and latest.state in GOING:
        raise Conflict("label_under_way", "A label for this return is being bought already.")
