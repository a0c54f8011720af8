"""Acts at stores: `POST …/<act>/plan` says what will happen, `POST …/<act>/commit` does it once.

The routes of all acts are made from one table, for they differ only in their bodies.
"""

from typing import Annotated, Any
from uuid import UUID

import msgspec
from litestar import Request
from litestar.params import QueryParameter
from msgspec import Meta

from parley.commerce.acting.reckoning import reckon
from parley.commerce.actions.committing import approve_act, decline_act
from parley.commerce.carrying import settle_unknown
from parley.commerce.intents import (
    CancelOrder,
    ChangeAddress,
    ChangeDate,
    CreateDiscount,
    CreateDraft,
    DuplicateOrder,
    EditOrder,
    EndSubscription,
    Intent,
    PauseSubscription,
    RefundOrder,
    ResumeSubscription,
    SkipDelivery,
    SwapVariant,
)
from parley.commerce.model import Destination, Pieces, StoreOrder
from parley.commerce.queries.acts import ActView, get_act, list_acts
from parley.commerce.queries.snapshots import hold_order
from parley.commerce.wishing import Asked, commit_plan, plan_wish
from parley.kit.ctx import Ctx
from parley.kit.errors import NotFound
from parley.kit.http.access import Principal, needs
from parley.kit.http.paging import Page, check_limit
from parley.kit.http.routes import route
from parley.kit.runtime import Runtime

READ = needs("orders:read")
WRITE = needs("orders:write")
APPROVE = needs("orders:approve")
AnyRequest = Request[Any, Any, Any]
Text = Annotated[str, Meta(max_length=2000)]


class RefundBody(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """A refund of pieces and shipping; without `amount` it is what they cost. `amount` alone is a goodwill refund."""

    pieces: list[Pieces] = []
    shipping: Annotated[int, Meta(ge=0)] = 0
    amount: Annotated[int, Meta(ge=0)] | None = None
    destination: Destination = "original"
    restock: bool = False
    reason: Text = ""
    note: Text = ""
    notify: bool = True


class CommitBody(msgspec.Struct, forbid_unknown_fields=True):
    """Which plan is committed. The `Idempotency-Key` header tells repeated attempts from new ones."""

    plan_id: UUID


class SettleBody(msgspec.Struct, forbid_unknown_fields=True):
    """Whether the step whose outcome nobody knew did happen."""

    happened: bool


ORDERS: dict[str, type[msgspec.Struct]] = {
    "edit": EditOrder,
    "address": ChangeAddress,
    "cancel": CancelOrder,
    "refund": RefundBody,
    "duplicate": DuplicateOrder,
}
STORES: dict[str, type[msgspec.Struct]] = {"draft": CreateDraft, "discount": CreateDiscount}
SUBSCRIPTIONS: dict[str, type[msgspec.Struct]] = {
    "skip": SkipDelivery,
    "pause": PauseSubscription,
    "resume": ResumeSubscription,
    "swap": SwapVariant,
    "date": ChangeDate,
    "end": EndSubscription,
}


async def plan(me: Principal, runtime: Runtime, target: UUID, intent: Intent) -> ActView:
    """Plans an act for whoever calls and shows the plan."""
    asked = Asked(workspace_id=me.workspace_id, actor=me.actor, role=me.role, target=target, intent=intent)
    act_id = await plan_wish(runtime, asked)
    async with runtime.db.transaction(me.workspace_id) as tx:
        return await get_act(tx, me.workspace_id, act_id)


async def build_refund(me: Principal, runtime: Runtime, order_id: UUID, body: RefundBody) -> RefundOrder:
    """Fills in what a refund's body leaves open."""
    async with runtime.db.transaction(me.workspace_id) as tx:
        held = await hold_order(tx, me.workspace_id, order_id)
    order = held.target
    assert isinstance(order, StoreOrder)  # noqa: S101 - hold_order holds orders
    amount = reckon(order, body.pieces, body.shipping) if body.amount is None else body.amount
    values = {name: getattr(body, name) for name in body.__struct_fields__}
    return RefundOrder(**{**values, "amount": amount, "payment_reference": order.payment_reference})


def _plan_route(base: str, act: str, body: type[msgspec.Struct]) -> Any:
    async def run(me: Principal, runtime: Runtime, target: UUID, data: Any) -> ActView:
        intent = await build_refund(me, runtime, target, data) if isinstance(data, RefundBody) else data
        return await plan(me, runtime, target, intent)

    run.__name__ = f"plan_{act}"
    run.__doc__ = (
        f"Says what the act `{act}` will do, what it costs and which limits apply; nothing happens yet."
    )
    run.__annotations__["data"] = body
    path = f"/api/v1/{base}/{{target:uuid}}/{act}/plan"
    return route("POST", path, WRITE, status=200, transaction=False, once=True)(run)


def _commit_route(base: str, act: str) -> Any:
    async def run(ctx: Ctx, runtime: Runtime, request: AnyRequest, target: UUID, data: CommitBody) -> ActView:
        return await _commit(ctx, runtime, request, target, data.plan_id)

    run.__name__ = f"commit_{act}"
    run.__doc__ = f"Commits a plan of the act `{act}`, once, however often it is asked."
    return route("POST", f"/api/v1/{base}/{{target:uuid}}/{act}/commit", WRITE, status=202)(run)


async def _commit(ctx: Ctx, runtime: Runtime, request: AnyRequest, target: UUID, plan_id: UUID) -> ActView:
    act = await get_act(ctx.tx, ctx.workspace_id, plan_id)
    if target not in (act.order_id, act.subscription_id, act.store_id):
        raise NotFound("plan")
    key = request.headers.get("idempotency-key") or str(plan_id)
    done = await commit_plan(ctx, runtime, plan_id, f"{ctx.actor.kind}:{ctx.actor.id}:{key}"[:300])
    return await get_act(ctx.tx, ctx.workspace_id, done.act_id)


@route("GET", "/api/v1/acts", READ)
async def list_acts_route(
    ctx: Ctx,
    order_id: UUID | None = None,
    wanted: Annotated[str | None, QueryParameter(name="state")] = None,
    limit: int = 50,
    after: str | None = None,
) -> Page[ActView]:
    """Lists what was done at the stores, newest first; `state=waiting` is what a second person must look at."""
    return await list_acts(
        ctx.tx, ctx.workspace_id, check_limit(limit), after, order_id=order_id, state=wanted
    )


@route("GET", "/api/v1/acts/{act_id:uuid}", READ)
async def get_act_route(ctx: Ctx, act_id: UUID) -> ActView:
    """Gives an act as it stands."""
    return await get_act(ctx.tx, ctx.workspace_id, act_id)


@route("POST", "/api/v1/acts/{act_id:uuid}/approve", APPROVE, status=200)
async def approve_act_route(ctx: Ctx, me: Principal, act_id: UUID) -> ActView:
    """Agrees to an act as the second person; it is then carried out."""
    await approve_act(ctx, act_id, me.role)
    return await get_act(ctx.tx, ctx.workspace_id, act_id)


@route("POST", "/api/v1/acts/{act_id:uuid}/decline", WRITE, status=200)
async def decline_act_route(ctx: Ctx, act_id: UUID) -> ActView:
    """Turns an act down that waits for a second person, or throws a plan away."""
    await decline_act(ctx, act_id)
    return await get_act(ctx.tx, ctx.workspace_id, act_id)


@route("POST", "/api/v1/acts/{act_id:uuid}/settle", APPROVE, status=200)
async def settle_act_route(ctx: Ctx, act_id: UUID, data: SettleBody) -> ActView:
    """Says, after a look at the store, whether the step whose outcome nobody knew happened; it goes on from there."""
    await settle_unknown(ctx, act_id, happened=data.happened)
    return await get_act(ctx.tx, ctx.workspace_id, act_id)


ROUTES = (
    *(_plan_route("orders", act, body) for act, body in ORDERS.items()),
    *(_commit_route("orders", act) for act in ORDERS),
    *(_plan_route("stores", act, body) for act, body in STORES.items()),
    *(_commit_route("stores", act) for act in STORES),
    *(_plan_route("subscriptions", act, body) for act, body in SUBSCRIPTIONS.items()),
    *(_commit_route("subscriptions", act) for act in SUBSCRIPTIONS),
    list_acts_route,
    get_act_route,
    approve_act_route,
    decline_act_route,
    settle_act_route,
)
