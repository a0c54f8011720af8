"""Views with their counts, plain numbers, and the conversations of a customer."""

from datetime import date
from typing import Annotated
from uuid import UUID
from zoneinfo import ZoneInfo

from litestar.params import QueryParameter

from parley.accounts.words import parse_time_zone
from parley.conversations.filters import Filter
from parley.conversations.queries.lists import list_conversations
from parley.conversations.queries.numbers import Numbers, check_range, get_numbers
from parley.conversations.queries.views import list_views
from parley.conversations.rights import agent_of
from parley.conversations.shapes import ConversationRow, ViewRow
from parley.kit.ctx import Ctx
from parley.kit.http.access import Principal, needs
from parley.kit.http.paging import Page, check_limit, cut_page
from parley.kit.http.routes import route

READ = needs("conversations:read")


@route("GET", "/api/v1/views", READ)
async def list_views_route(
    ctx: Ctx, me: Principal, limit: int = 200, after: str | None = None
) -> Page[ViewRow]:
    """Lists the built-in and the saved views with their counts; 1,001 means more than 1,000."""
    agent_id = agent_of(me)
    found = await list_views(ctx.tx, ctx.workspace_id, agent_id, ctx.now)
    return cut_page(found, lambda view: str(view.id or view.key), limit, after)


@route("GET", "/api/v1/customers/{customer_id:uuid}/conversations", READ)
async def list_conversations_of_customer(
    ctx: Ctx, me: Principal, customer_id: UUID, limit: int = 20, after: str | None = None
) -> Page[ConversationRow]:
    """Lists the conversations of a customer, newest first."""
    wanted = Filter(customer=customer_id)
    return await list_conversations(
        ctx.tx, ctx.workspace_id, agent_of(me), wanted, "newest", check_limit(limit), after, ctx.now
    )


@route("GET", "/api/v1/numbers", needs("numbers:read"))
async def get_numbers_route(
    ctx: Ctx,
    since: Annotated[date | None, QueryParameter(name="from")] = None,
    until: Annotated[date | None, QueryParameter(name="to")] = None,
    zone: str = "UTC",
    channel: UUID | None = None,
) -> Numbers:
    """Gives volume, first reply and backlog of a range of at most 92 days, the last 28 by default.

    Opened: conversations begun that day, without spam. First reply: from the opening by a customer to the first
    reply of a person, by the wall clock, of conversations opened in the range. Backlog: open and sleeping now.
    """
    local = ZoneInfo(parse_time_zone(zone, "zone"))
    first, last = check_range(since, until, ctx.now.astimezone(local).date())
    return await get_numbers(ctx.tx, ctx.workspace_id, first, last, local, channel)


ROUTES = (list_views_route, list_conversations_of_customer, get_numbers_route)
