"""Limits of acts: how far each role may go with what moves money, and what a rule may do at all."""

from typing import Annotated

import msgspec
from litestar.params import QueryParameter
from msgspec import Meta

from parley.commerce.acting.plan import Limit
from parley.commerce.actions.limits import Place, reset_limit, set_limit
from parley.commerce.queries.limits import LimitView, list_limits
from parley.kit.ctx import Ctx
from parley.kit.http.access import Principal, needs
from parley.kit.http.paging import Page, cut_page
from parley.kit.http.routes import route

READ = needs("orders:read")
WRITE = needs("limits:write")
PATH = "/api/v1/act-limits"
# What a bigint of the database and a number of a browser both hold.
Amount = Annotated[int, Meta(ge=0, le=2**53 - 1)] | None
Name = Annotated[str, Meta(max_length=40)]
Currency = Annotated[str, Meta(pattern="^([A-Z]{3})?$")]


class LimitBody(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """How far a role may go with an act; amounts in minor units, null means no limit.

    `currency` may be left out: then it is the limit in all currencies that have none of their own.
    """

    role: Name
    act: Name
    currency: Currency = ""
    allowed: bool = True
    largest: Amount = None
    alone: Amount = None
    daily: Amount = None


@route("GET", PATH, READ)
async def list_limits_route(ctx: Ctx, limit: int = 200, after: str | None = None) -> Page[LimitView]:
    """Lists what holds: every role, every act that moves money, every currency of the stores and the rest."""
    limits = await list_limits(ctx.tx, ctx.workspace_id)
    return cut_page(limits, lambda one: f"{one.role}:{one.act}:{one.currency}", limit, after)


@route("PUT", PATH, WRITE)
async def put_limit(ctx: Ctx, me: Principal, data: LimitBody) -> Page[LimitView]:
    """Sets a limit from now on; plans that are made after it heed it."""
    limit = Limit(allowed=data.allowed, largest=data.largest, alone=data.alone, daily=data.daily)
    await set_limit(ctx, Place(data.role, data.act, data.currency), limit, me.role)
    return Page(await list_limits(ctx.tx, ctx.workspace_id), None)


@route("DELETE", PATH, WRITE)
async def reset_limit_route(
    ctx: Ctx,
    me: Principal,
    role: str,
    act: str,
    currency: Annotated[str, QueryParameter(pattern="^([A-Z]{3})?$")] = "",
) -> None:
    """Takes a limit away; what holds without it holds again. One that is not set is no mistake."""
    await reset_limit(ctx, Place(role, act, currency), me.role)


ROUTES = (list_limits_route, put_limit, reset_limit_route)
