"""Orders, parcels, refunds and subscriptions, read; what is done with them is in the acts' routes."""

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from parley.commerce.actions.linking import link_order
from parley.commerce.actions.mirror_parts import number_key
from parley.commerce.model import Kind
from parley.commerce.queries.orders import (
    get_order,
    list_customer_orders,
    list_orders,
    list_refunds,
    list_shipments,
)
from parley.commerce.queries.products import list_subscriptions
from parley.commerce.queries.shoppers import get_shopper
from parley.commerce.schemas import LinkBody
from parley.commerce.shapes import (
    OrderRow,
    OrderView,
    RefundView,
    ShipmentView,
    ShopperView,
    SubscriptionView,
)
from parley.commerce.syncing import defer_refresh
from parley.kit.ctx import Ctx
from parley.kit.http.access import needs
from parley.kit.http.paging import Page, check_limit, decode_id_cursor, encode_cursor
from parley.kit.http.routes import route

READ = needs("orders:read")
WRITE = needs("orders:write")
ONE = "/api/v1/orders/{order_id:uuid}"
# Older than this is shown all the same, and read anew beside it.
FRESH = timedelta(minutes=15)
RECENT = timedelta(days=120)


@route("GET", "/api/v1/orders", READ)
async def list_orders_route(
    ctx: Ctx,
    store_id: UUID | None = None,
    number: str | None = None,
    email: str | None = None,
    limit: int = 50,
    after: str | None = None,
) -> Page[OrderRow]:
    """Lists orders, newest first; narrowed by store, number or e-mail address."""
    return await list_orders(
        ctx.tx,
        ctx.workspace_id,
        check_limit(limit),
        after,
        store_id=store_id,
        number=number,
        email=email,
    )


@route("GET", ONE, READ)
async def get_order_route(ctx: Ctx, order_id: UUID) -> OrderView:
    """Gives an order as it was read last; one that may be old is read anew meanwhile."""
    found = await get_order(ctx.tx, ctx.workspace_id, order_id)
    _freshen(ctx, "order", [found])
    return found


@route("GET", "/api/v1/customers/{customer_id:uuid}/orders", READ)
async def list_customer_orders_route(
    ctx: Ctx, customer_id: UUID, limit: int = 10, after: str | None = None
) -> Page[OrderView]:
    """Lists a customer's orders with lines, parcels and refunds, newest first."""
    found = await list_customer_orders(ctx.tx, ctx.workspace_id, customer_id, check_limit(limit), after)
    _freshen(ctx, "order", found.items)
    return found


@route("GET", "/api/v1/customers/{customer_id:uuid}/shopping", READ)
async def get_shopper_route(ctx: Ctx, customer_id: UUID) -> ShopperView:
    """Gives what the stores know of a customer: orders, money, accounts, sizes and kinds bought most."""
    return await get_shopper(ctx.tx, ctx.workspace_id, customer_id)


@route("POST", ONE + "/link", WRITE, status=200)
async def link_order_route(ctx: Ctx, order_id: UUID, data: LinkBody) -> OrderView:
    """Says by hand whose order it is."""
    await link_order(ctx, order_id, data.customer_id)
    return await get_order(ctx.tx, ctx.workspace_id, order_id)


@route("GET", "/api/v1/shipments", READ)
async def list_shipments_route(
    ctx: Ctx,
    order_id: UUID | None = None,
    number: str | None = None,
    limit: int = 50,
    after: str | None = None,
) -> Page[ShipmentView]:
    """Lists parcels with their events, newest first."""
    check_limit(limit)
    key = number_key(number) if number else None
    found = await list_shipments(ctx.tx, ctx.workspace_id, limit + 1, decode_id_cursor(after), order_id, key)
    return Page(found[:limit], encode_cursor(found[limit - 1].id) if len(found) > limit else None)


@route("GET", "/api/v1/refunds", READ)
async def list_refunds_route(
    ctx: Ctx, order_id: UUID | None = None, limit: int = 50, after: str | None = None
) -> Page[RefundView]:
    """Lists refunds, newest first."""
    return await list_refunds(ctx.tx, ctx.workspace_id, check_limit(limit), after, order_id)


@route("GET", "/api/v1/subscriptions", READ)
async def list_subscriptions_route(
    ctx: Ctx, customer_id: UUID | None = None, limit: int = 50, after: str | None = None
) -> Page[SubscriptionView]:
    """Lists subscriptions, newest first; a customer's that may be old are read anew meanwhile."""
    found = await list_subscriptions(ctx.tx, ctx.workspace_id, check_limit(limit), after, customer_id)
    if customer_id is not None:
        _freshen(ctx, "subscription", found.items)
    return found


def _freshen(ctx: Ctx, kind: Kind, shown: Sequence[OrderView | SubscriptionView]) -> None:
    """Has read anew what was read long ago; orders placed long ago and what has ended are not."""
    for one in shown:
        if one.stale or (_may_change(ctx, one) and one.read_at < ctx.now - FRESH):
            defer_refresh(ctx, one.store_id, kind, one.ref)
            one.stale = True


def _may_change(ctx: Ctx, one: OrderView | SubscriptionView) -> bool:
    if isinstance(one, SubscriptionView):
        return one.status not in {"cancelled", "expired"}
    return one.placed_at > ctx.now - RECENT


ROUTES = (
    list_orders_route,
    get_order_route,
    list_customer_orders_route,
    get_shopper_route,
    link_order_route,
    list_shipments_route,
    list_refunds_route,
    list_subscriptions_route,
)
