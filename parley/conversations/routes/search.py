"""Search over HTTP."""

import msgspec

from parley.conversations.queries.search import find_channels, search_messages
from parley.conversations.rights import agent_of
from parley.conversations.searching import list_channel_names, list_unknown_operators, parse_search
from parley.conversations.shapes import SearchHit
from parley.customers.ports import CONVERSATIONS
from parley.customers.queries.customers import find_customer_ids, list_customer_rows
from parley.customers.shapes import CustomerRow
from parley.kit.ctx import Ctx
from parley.kit.http.access import Principal, needs
from parley.kit.http.paging import check_limit
from parley.kit.http.routes import route
from parley.kit.runtime import Runtime

CUSTOMERS_SHOWN = 5


class SearchPage(msgspec.Struct):
    """One page of hits; the first page also has the customers whose name or address fits.

    `unknown_operators` looked like operators and are none: they were searched for as words.
    """

    items: list[SearchHit]
    next: str | None
    customers: list[CustomerRow]
    unknown_operators: list[str] = []


@route("GET", "/api/v1/search", needs("conversations:read"))
async def search_route(
    ctx: Ctx, me: Principal, runtime: Runtime, q: str = "", limit: int = 20, after: str | None = None
) -> SearchPage:
    """Searches all messages, notes and subjects; the newest hits come first.

    Words, "phrases", word*, -without, #number, and from: to: channel: status: tag: assignee: before: after:
    has:attachment is:note number:. A page may be short and still have a `next`.
    """
    tx, scope = ctx.tx, ctx.workspace_id
    channels = await find_channels(tx, scope, list_channel_names(q))
    agent_id = agent_of(me)
    search = parse_search(q, agent_id, channels)
    page = await search_messages(tx, scope, agent_id, search, check_limit(limit), after)
    customers: list[CustomerRow] = []
    if not after and not search.filters and search.query.terms and me.allows("customers:read"):
        ids = await find_customer_ids(tx, scope, q, CUSTOMERS_SHOWN, None)
        customers = await list_customer_rows(tx, scope, ids, runtime.parts[CONVERSATIONS])
    return SearchPage(page.items, page.next, customers, list_unknown_operators(q))


ROUTES = (search_route,)
