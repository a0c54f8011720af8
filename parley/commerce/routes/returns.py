"""Returns: the queue, a return made by an agent, agreeing, declining, receiving."""

from typing import Annotated, Literal
from uuid import UUID

import msgspec
from litestar.params import QueryParameter
from msgspec import Meta

from parley.commerce.actions.returns import (
    Request,
    approve_return,
    move_return,
    move_window,
    request_return,
    weigh_return,
)
from parley.commerce.labelling import commit_label, plan_label
from parley.commerce.queries.acts import ActView, get_act
from parley.commerce.queries.returns import get_return, list_returns
from parley.commerce.returning import retry_return
from parley.commerce.returns.deciding import Decision, Wanted
from parley.commerce.returns.shapes import ReturnRow, ReturnView
from parley.commerce.routes.acts import CommitBody
from parley.kit.ctx import Ctx
from parley.kit.errors import NotAllowed, NotFound
from parley.kit.http.access import Principal, needs
from parley.kit.http.paging import Page, check_limit
from parley.kit.http.routes import route
from parley.kit.runtime import Runtime

READ = needs("orders:read")
WRITE = needs("orders:write")
APPROVE = needs("orders:approve")
ONE = "/api/v1/returns/{return_id:uuid}"
Note = Annotated[str, Meta(max_length=2000)]


class ReturnBody(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """A return of an order; photos are files of this workspace, by line.

    `despite` agrees to what the policy refuses; it needs `orders:approve`.
    """

    order_id: UUID
    lines: Annotated[list[Wanted], Meta(min_length=1, max_length=100)]
    photos: dict[str, list[UUID]] = {}
    note: Note = ""
    conversation_id: UUID | None = None
    despite: bool = False


class NoteBody(msgspec.Struct, forbid_unknown_fields=True):
    """Words to a decision."""

    note: Note = ""


class RetryBody(msgspec.Struct, forbid_unknown_fields=True):
    """Which of a return's acts is begun anew."""

    act: Literal["return", "label", "refund"]


class WindowBody(msgspec.Struct, forbid_unknown_fields=True):
    """By how many days an order's return and exchange windows are longer than the policy says, and why."""

    days: Annotated[int, Meta(ge=-365, le=365)]
    reason: Note = ""


class WindowView(msgspec.Struct):
    """How far an order's windows are moved."""

    order_id: UUID
    days: int
    reason: str


def build_request(me: Principal, data: ReturnBody, files: dict[str, list[UUID]]) -> Request:
    """Writes down what an agent asks for; whoever may approve agrees by asking."""
    if data.despite and not me.allows("orders:approve"):
        raise NotAllowed("not_allowed", "Only somebody who approves returns can go beyond the policy.")
    lines = [
        msgspec.structs.replace(line, photos=max(line.photos, len(files.get(line.line, []))))
        for line in data.lines
    ]
    return Request(
        order_id=data.order_id,
        lines=lines,
        files=files,
        asked_by=me.actor.kind,
        role=me.role,
        note=data.note,
        conversation_id=data.conversation_id,
        agreed=me.allows("orders:approve"),
        despite=data.despite,
    )


async def known_files(ctx: Ctx, photos: dict[str, list[UUID]]) -> dict[str, list[UUID]]:
    """Gives the photos back when all of them are pictures of this workspace; raises NotFound."""
    wanted = [file for files in photos.values() for file in files]
    if wanted:
        known = await ctx.tx.fetchval(
            """SELECT count(*) FROM files WHERE workspace_id = $1 AND id = ANY($2) AND type LIKE 'image/%'""",
            ctx.workspace_id,
            wanted,
        )
        if known != len(set(wanted)):
            raise NotFound("photo")
    return photos


@route("GET", "/api/v1/returns", READ)
async def list_returns_route(
    ctx: Ctx,
    wanted: Annotated[str | None, QueryParameter(name="state")] = None,
    store_id: UUID | None = None,
    order_id: UUID | None = None,
    customer_id: UUID | None = None,
    limit: int = 50,
    after: str | None = None,
) -> Page[ReturnRow]:
    """Lists returns, newest first; `state=requested` waits for a person, `state=open` is all that is not over."""
    return await list_returns(
        ctx.tx,
        ctx.workspace_id,
        check_limit(limit),
        after,
        state=wanted,
        store_id=store_id,
        order_id=order_id,
        customer_id=customer_id,
    )


@route("GET", ONE, READ)
async def get_return_route(ctx: Ctx, runtime: Runtime, return_id: UUID) -> ReturnView:
    """Gives a return with lines, photos, label and what the policy said."""
    return await show(ctx, runtime, return_id)


@route("POST", "/api/v1/returns/preview", WRITE, status=200)
async def preview_return(ctx: Ctx, me: Principal, data: ReturnBody) -> Decision:
    """Says what a return would come to: accepted, for a person to decide, or refused; nothing happens."""
    files = await known_files(ctx, data.photos)
    return (await weigh_return(ctx, build_request(me, data, files))).decision


@route("POST", "/api/v1/returns", WRITE)
async def post_return(ctx: Ctx, runtime: Runtime, me: Principal, data: ReturnBody) -> ReturnView:
    """Opens a return for a customer; above the policy's limit it waits, unless the caller approves returns."""
    files = await known_files(ctx, data.photos)
    return_id = await request_return(ctx, build_request(me, data, files))
    return await show(ctx, runtime, return_id)


@route("POST", ONE + "/approve", APPROVE, status=200)
async def approve_return_route(ctx: Ctx, runtime: Runtime, me: Principal, return_id: UUID) -> ReturnView:
    """Agrees to a return that waits."""
    await approve_return(ctx, return_id, me.role)
    return await show(ctx, runtime, return_id)


@route("POST", ONE + "/decline", APPROVE, status=200)
async def decline_return_route(ctx: Ctx, runtime: Runtime, return_id: UUID, data: NoteBody) -> ReturnView:
    """Turns down a return that waits; the note is shown to the customer."""
    await move_return(ctx, return_id, "declined", note=data.note)
    return await show(ctx, runtime, return_id)


@route("POST", ONE + "/receive", WRITE, status=200)
async def receive_return_route(ctx: Ctx, runtime: Runtime, return_id: UUID, data: NoteBody) -> ReturnView:
    """Notes that the goods are back; a refund that waits for this is then paid."""
    await move_return(ctx, return_id, "received", note=data.note)
    return await show(ctx, runtime, return_id)


@route("POST", ONE + "/cancel", WRITE, status=200)
async def cancel_return_route(ctx: Ctx, runtime: Runtime, return_id: UUID, data: NoteBody) -> ReturnView:
    """Ends a return that nothing has been sent back for."""
    await move_return(ctx, return_id, "cancelled", note=data.note)
    return await show(ctx, runtime, return_id)


@route("POST", ONE + "/close", WRITE, status=200)
async def close_return_route(ctx: Ctx, runtime: Runtime, return_id: UUID, data: NoteBody) -> ReturnView:
    """Ends a return whatever is left to be done; a refund that was not paid will not be."""
    await move_return(ctx, return_id, "closed", note=data.note)
    return await show(ctx, runtime, return_id)


@route("POST", ONE + "/retry", APPROVE, status=200)
async def retry_return_route(ctx: Ctx, runtime: Runtime, return_id: UUID, data: RetryBody) -> ReturnView:
    """Begins an act of a return anew that came to nothing."""
    await retry_return(ctx, return_id, data.act)
    return await show(ctx, runtime, return_id)


@route("POST", ONE + "/label/plan", WRITE, status=200, transaction=False, once=True)
async def plan_label_route(me: Principal, runtime: Runtime, return_id: UUID) -> ActView:
    """Says what buying a label for a return will do and which limits apply; nothing is bought yet."""
    act_id = await plan_label(runtime, me, return_id)
    async with runtime.db.transaction(me.workspace_id) as tx:
        return await get_act(tx, me.workspace_id, act_id)


@route("POST", ONE + "/label/commit", WRITE, status=202)
async def commit_label_route(ctx: Ctx, runtime: Runtime, return_id: UUID, data: CommitBody) -> ActView:
    """Buys a planned label, once, however often it is asked."""
    done = await commit_label(ctx, runtime, return_id, data.plan_id)
    return await get_act(ctx.tx, ctx.workspace_id, done.act_id)


@route("POST", "/api/v1/orders/{order_id:uuid}/window", WRITE, status=200)
async def move_window_route(ctx: Ctx, order_id: UUID, data: WindowBody) -> WindowView:
    """Lets an order be returned or exchanged longer than the policy says."""
    await move_window(ctx, order_id, data.days, data.reason)
    return WindowView(order_id, data.days, data.reason)


async def show(ctx: Ctx, runtime: Runtime, return_id: UUID) -> ReturnView:
    """Shows a return with addresses of its files."""
    links = runtime.parts["file_links"]
    return await get_return(ctx.tx, ctx.workspace_id, return_id, links=links, now=ctx.now)


ROUTES = (
    list_returns_route,
    get_return_route,
    preview_return,
    post_return,
    approve_return_route,
    decline_return_route,
    receive_return_route,
    cancel_return_route,
    close_return_route,
    retry_return_route,
    plan_label_route,
    commit_label_route,
    move_window_route,
)
