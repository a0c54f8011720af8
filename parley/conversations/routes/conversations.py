"""Lists of conversations, one conversation, its timeline, changes to it."""

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

import msgspec
from litestar.params import QueryParameter

from parley.accounts.actions.notifying import read_notifications
from parley.conversations.actions.applying import Changes, apply_changes
from parley.conversations.actions.changing import tag_conversation
from parley.conversations.actions.reading import mark_read, mark_unread
from parley.conversations.filters import BUILT_IN, Due, Sort, narrow
from parley.conversations.queries.details import get_details
from parley.conversations.queries.lists import list_conversations
from parley.conversations.queries.rows import get_row
from parley.conversations.queries.timeline import list_timeline
from parley.conversations.queries.views import find_view
from parley.conversations.rights import agent_of
from parley.conversations.schemas import ChangeBody, TagsBody
from parley.conversations.shapes import ConversationDetails, ConversationRow, TimelineItem
from parley.kit.ctx import Ctx
from parley.kit.http.access import Principal, needs
from parley.kit.http.paging import Page, check_limit
from parley.kit.http.routes import route
from parley.kit.runtime import Runtime

READ = needs("conversations:read")
WRITE = needs("conversations:write")
Words = Annotated[list[str] | None, QueryParameter(max_items=10)]


@route("GET", "/api/v1/conversations", READ)
async def list_conversations_route(  # noqa: PLR0913, PLR0917 - one argument per query parameter
    ctx: Ctx,
    me: Principal,
    view: str | None = None,
    status: Words = None,
    assignee: str | None = None,
    team: str | None = None,
    channel: UUID | None = None,
    channel_kind: str | None = None,
    brand: UUID | None = None,
    tag: UUID | None = None,
    priority: Words = None,
    customer: UUID | None = None,
    language: str | None = None,
    sentiment: str | None = None,
    unread: bool = False,
    waiting: bool = False,
    due: Due | None = None,
    created_from: datetime | None = None,
    created_to: datetime | None = None,
    sort: Sort | None = None,
    limit: int = 50,
    after: str | None = None,
) -> Page[ConversationRow]:
    """Lists conversations of a view, narrowed by further conditions."""
    base, base_sort = BUILT_IN["all"]
    if view is not None:
        base, base_sort = await find_view(ctx.tx, ctx.workspace_id, agent_of(me), view)
    given: dict[str, Any] = {
        "status": status,
        "assignee": assignee,
        "team": team,
        "channel": channel,
        "channel_kind": channel_kind,
        "brand": brand,
        "tag": tag,
        "priority": priority,
        "customer": customer,
        "language": language,
        "sentiment": sentiment,
        "unread": unread or None,
        "waiting": waiting or None,
        "due": due,
        "created_from": created_from,
        "created_to": created_to,
    }
    wanted = narrow(base, given)
    return await list_conversations(
        ctx.tx, ctx.workspace_id, agent_of(me), wanted, sort or base_sort, check_limit(limit), after, ctx.now
    )


@route("GET", "/api/v1/conversations/{conversation_id:uuid}", READ)
async def get_conversation(
    ctx: Ctx, me: Principal, runtime: Runtime, conversation_id: UUID
) -> ConversationDetails:
    """Gives one conversation with its threads, draft and checklist."""
    return await get_details(ctx, runtime.parts["channel_port"], conversation_id, agent_of(me))


@route("GET", "/api/v1/conversations/{conversation_id:uuid}/timeline", READ)
async def get_timeline(
    ctx: Ctx, runtime: Runtime, conversation_id: UUID, limit: int = 30, after: str | None = None
) -> Page[TimelineItem]:
    """Gives a page of the timeline, oldest first; `next` asks for the older page."""
    return await list_timeline(
        ctx.tx,
        ctx.workspace_id,
        conversation_id,
        runtime.parts["file_links"],
        ctx.now,
        limit=check_limit(limit),
        before=after,
    )


@route("PATCH", "/api/v1/conversations/{conversation_id:uuid}", WRITE)
async def change_conversation_route(
    ctx: Ctx, me: Principal, conversation_id: UUID, data: ChangeBody
) -> ConversationRow:
    """Changes status, assignment, priority, subject, language or custom fields."""
    await apply_changes(ctx, conversation_id, Changes(**msgspec.structs.asdict(data)))
    return await get_row(ctx.tx, ctx.workspace_id, conversation_id, agent_of(me))


@route("PUT", "/api/v1/conversations/{conversation_id:uuid}/tags", WRITE)
async def tag_conversation_route(
    ctx: Ctx, me: Principal, conversation_id: UUID, data: TagsBody
) -> ConversationRow:
    """Puts tags on and takes tags off."""
    await tag_conversation(ctx, conversation_id, add=data.add, remove=data.remove)
    return await get_row(ctx.tx, ctx.workspace_id, conversation_id, agent_of(me))


@route("POST", "/api/v1/conversations/{conversation_id:uuid}/read", READ, status=204)
async def mark_read_route(ctx: Ctx, me: Principal, conversation_id: UUID) -> None:
    """Notes that the caller has read the conversation, and with it his notifications of it."""
    await mark_read(ctx, conversation_id, me.agent_id)
    await read_notifications(ctx, me.agent_id, conversation_id=conversation_id)


@route("POST", "/api/v1/conversations/{conversation_id:uuid}/unread", READ, status=204)
async def mark_unread_route(ctx: Ctx, me: Principal, conversation_id: UUID) -> None:
    """Makes the conversation new again for the caller."""
    await mark_unread(ctx, conversation_id, me.agent_id)


ROUTES = (
    list_conversations_route,
    get_conversation,
    get_timeline,
    change_conversation_route,
    tag_conversation_route,
    mark_read_route,
    mark_unread_route,
)
