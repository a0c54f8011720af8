"""Merging customers over HTTP: merge, unmerge, what it would do, who may be the same person."""

from uuid import UUID

from parley.customers.actions.merging import check_pair, lock_pair, merge_customers, unmerge_customer
from parley.customers.ports import CONVERSATIONS
from parley.customers.queries.customers import get_customer
from parley.customers.queries.merges import get_merge, list_merges, list_suggestions, preview_merge
from parley.customers.schemas import MergeBody
from parley.customers.shapes import CustomerDetails, MergePreview, MergeView, Suggestion
from parley.kit.ctx import Ctx
from parley.kit.http.access import needs
from parley.kit.http.paging import Page, cut_page
from parley.kit.http.routes import route
from parley.kit.runtime import Runtime

READ = needs("customers:read")
WRITE = needs("customers:write")
ONE = "/api/v1/customers/{customer_id:uuid}"


@route("POST", ONE + "/merge", WRITE, status=200)
async def merge_customer_route(ctx: Ctx, runtime: Runtime, customer_id: UUID, data: MergeBody) -> MergeView:
    """Makes a customer part of another: identities, conversations and what the other lacks go there."""
    port = runtime.parts[CONVERSATIONS]
    merge_id = await merge_customers(ctx, customer_id, data.into, reason=data.reason)
    await port.take_over(ctx, customer_id)
    return await get_merge(ctx.tx, ctx.workspace_id, merge_id, port)


@route("POST", ONE + "/unmerge", WRITE, status=200)
async def unmerge_customer_route(ctx: Ctx, runtime: Runtime, customer_id: UUID) -> CustomerDetails:
    """Takes the merge of a customer back: what was moved returns, what came since stays with its identity."""
    port = runtime.parts[CONVERSATIONS]
    await port.give_back(ctx, await unmerge_customer(ctx, customer_id))
    return await get_customer(ctx.tx, ctx.workspace_id, customer_id, port)


@route("GET", ONE + "/merges", READ)
async def list_merges_route(
    ctx: Ctx, runtime: Runtime, customer_id: UUID, limit: int = 50, after: str | None = None
) -> Page[MergeView]:
    """Lists who is part of a customer, and of whom he is part."""
    merges = await list_merges(ctx.tx, ctx.workspace_id, customer_id, runtime.parts[CONVERSATIONS])
    return cut_page(merges, lambda merge: str(merge.id), limit, after)


@route("GET", ONE + "/merge-preview", READ)
async def preview_merge_route(ctx: Ctx, runtime: Runtime, customer_id: UUID, into: UUID) -> MergePreview:
    """Says what a merge would do, and refuses what the merge would refuse."""
    check_pair(*await lock_pair(ctx, customer_id, into))
    return await preview_merge(ctx.tx, ctx.workspace_id, customer_id, into, runtime.parts[CONVERSATIONS])


@route("GET", ONE + "/suggestions", READ)
async def list_suggestions_route(
    ctx: Ctx, runtime: Runtime, customer_id: UUID, limit: int = 50, after: str | None = None
) -> Page[Suggestion]:
    """Lists who may be the same person, with the reason."""
    found = await list_suggestions(ctx.tx, ctx.workspace_id, customer_id, runtime.parts[CONVERSATIONS])
    return cut_page(found, lambda one: str(one.customer.id), limit, after)


ROUTES = (
    merge_customer_route,
    unmerge_customer_route,
    list_merges_route,
    preview_merge_route,
    list_suggestions_route,
)
