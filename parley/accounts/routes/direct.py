"""Direct messages over HTTP; only an agent in a session has them, and only his own."""

from typing import Annotated
from uuid import UUID

import msgspec
from msgspec import Meta

from parley.accounts.direct.queries import get_direct_thread, list_direct_messages, list_direct_threads
from parley.accounts.direct.shapes import DirectMessage, DirectThread, DirectThreadPage
from parley.accounts.direct.writing import (
    MOST_CHARACTERS,
    MOST_MEMBERS,
    open_direct_thread,
    post_direct_message,
    read_direct_thread,
)
from parley.accounts.guards import guards_of
from parley.kit.ctx import Ctx
from parley.kit.http.access import SIGNED_IN, Principal
from parley.kit.http.paging import Page, check_limit, decode_id_cursor, decode_time_cursor
from parley.kit.http.routes import route
from parley.kit.runtime import Runtime

PATH = "/api/v1/direct-threads"
ONE = PATH + "/{thread_id:uuid}"


class DirectThreadBody(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """With whom; oneself need not be named."""

    agent_ids: Annotated[list[UUID], Meta(min_length=1, max_length=MOST_MEMBERS)]


class DirectMessageBody(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """What is written: plain text."""

    text: Annotated[str, Meta(min_length=1, max_length=MOST_CHARACTERS)]


class DirectReadBody(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """Up to which message one has read; without one, all."""

    message_id: UUID | None = None


@route("GET", PATH, SIGNED_IN)
async def list_direct_threads_route(
    ctx: Ctx, me: Principal, limit: int = 50, after: str | None = None
) -> DirectThreadPage:
    """Lists one's talks with colleagues, the one that moved last first."""
    start, size = decode_time_cursor(after), check_limit(limit)
    return await list_direct_threads(ctx.tx, ctx.workspace_id, me.agent_id, size, start)


@route("POST", PATH, SIGNED_IN)
async def open_direct_thread_route(data: DirectThreadBody, ctx: Ctx, me: Principal) -> DirectThread:
    """Finds one's talk with these colleagues, or begins it."""
    thread_id = await open_direct_thread(ctx, me.agent_id, data.agent_ids)
    return await get_direct_thread(ctx.tx, ctx.workspace_id, me.agent_id, thread_id)


@route("GET", ONE, SIGNED_IN)
async def get_direct_thread_route(thread_id: UUID, ctx: Ctx, me: Principal) -> DirectThread:
    """Gives one of one's talks."""
    return await get_direct_thread(ctx.tx, ctx.workspace_id, me.agent_id, thread_id)


@route("GET", ONE + "/messages", SIGNED_IN)
async def list_direct_messages_route(
    thread_id: UUID, ctx: Ctx, me: Principal, limit: int = 50, after: str | None = None
) -> Page[DirectMessage]:
    """Lists the messages of a talk, newest first."""
    start, size = decode_id_cursor(after), check_limit(limit)
    await get_direct_thread(ctx.tx, ctx.workspace_id, me.agent_id, thread_id)
    return await list_direct_messages(ctx.tx, ctx.workspace_id, thread_id, size, start)


@route("POST", ONE + "/messages", SIGNED_IN)
async def post_direct_message_route(
    thread_id: UUID, data: DirectMessageBody, ctx: Ctx, me: Principal, runtime: Runtime
) -> DirectMessage:
    """Writes in a talk; twenty messages at once, then one a second."""
    guards_of(runtime).check_direct(str(me.agent_id))
    message_id = await post_direct_message(ctx, runtime, me.agent_id, thread_id, data.text)
    page = await list_direct_messages(ctx.tx, ctx.workspace_id, thread_id, 1, None)
    return next(one for one in page.items if one.id == message_id)


@route("POST", ONE + "/read", SIGNED_IN, status=200)
async def read_direct_thread_route(
    thread_id: UUID, data: DirectReadBody, ctx: Ctx, me: Principal, runtime: Runtime
) -> DirectThread:
    """Marks a talk as read; the others see how far."""
    await read_direct_thread(ctx, runtime, me.agent_id, thread_id, data.message_id)
    return await get_direct_thread(ctx.tx, ctx.workspace_id, me.agent_id, thread_id)


ROUTES = (
    list_direct_threads_route,
    open_direct_thread_route,
    get_direct_thread_route,
    list_direct_messages_route,
    post_direct_message_route,
    read_direct_thread_route,
)
