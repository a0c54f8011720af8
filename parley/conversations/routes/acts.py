"""Small acts on a conversation or message: draft, followers, checklist, spam, blocking, redaction."""

from uuid import UUID

from parley.conversations.actions.applying import Changes, apply_changes
from parley.conversations.actions.drafting import Unfinished, discard_draft, save_draft
from parley.conversations.actions.following import (
    block_conversation,
    change_followers,
    set_checklist,
    unblock_conversation,
)
from parley.conversations.actions.redacting import redact_message
from parley.conversations.queries.details import find_draft, get_details
from parley.conversations.queries.rows import get_row
from parley.conversations.rights import agent_of
from parley.conversations.routes.messages import plain_addresses, show_message
from parley.conversations.schemas import ChecklistBody, DraftBody, FollowersBody, RedactBody
from parley.conversations.shapes import ConversationDetails, ConversationRow, DraftView, Message
from parley.kit.ctx import Ctx
from parley.kit.errors import NotFound
from parley.kit.http.access import Principal, needs
from parley.kit.http.routes import route
from parley.kit.runtime import Runtime

READ = needs("conversations:read")
WRITE = needs("conversations:write")
NOTE = needs("notes:write")
ONE = "/api/v1/conversations/{conversation_id:uuid}"


@route("GET", ONE + "/draft", READ)
async def get_draft(ctx: Ctx, me: Principal, conversation_id: UUID) -> DraftView:
    """Gives the caller's unfinished reply or note."""
    draft = await find_draft(ctx, me.agent_id, conversation_id)
    if draft is None:
        raise NotFound("draft")
    return draft


@route("PUT", ONE + "/draft", NOTE)
async def save_draft_route(ctx: Ctx, me: Principal, conversation_id: UUID, data: DraftBody) -> DraftView:
    """Keeps the caller's unfinished reply or note, in place of the one before."""
    envelope = plain_addresses(data.to, data.cc, data.bcc)
    if data.subject is not None:
        envelope["subject"] = data.subject
    if data.thread_id is not None:
        envelope["thread_id"] = str(data.thread_id)
    unfinished = Unfinished(kind=data.kind, html=data.html, envelope=envelope, file_ids=data.file_ids)
    await save_draft(ctx, me.agent_id, conversation_id, unfinished)
    draft = await find_draft(ctx, me.agent_id, conversation_id)
    if draft is None:
        raise NotFound("draft")
    return draft


@route("DELETE", ONE + "/draft", NOTE)
async def discard_draft_route(ctx: Ctx, me: Principal, conversation_id: UUID) -> None:
    """Drops the caller's unfinished reply or note."""
    await discard_draft(ctx, me.agent_id, conversation_id)


@route("PUT", ONE + "/followers", NOTE)
async def change_followers_route(
    ctx: Ctx, me: Principal, runtime: Runtime, conversation_id: UUID, data: FollowersBody
) -> ConversationDetails:
    """Lets agents follow the conversation, or no longer; followers are told of the customer's messages."""
    await change_followers(ctx, conversation_id, add=data.add, remove=data.remove)
    return await get_details(ctx, runtime.parts["channel_port"], conversation_id, agent_of(me))


@route("PUT", ONE + "/checklist", NOTE)
async def set_checklist_route(
    ctx: Ctx, me: Principal, runtime: Runtime, conversation_id: UUID, data: ChecklistBody
) -> ConversationDetails:
    """Puts a checklist on the conversation, ticks its items, or takes it off."""
    await set_checklist(ctx, conversation_id, data.checklist_id, data.done)
    return await get_details(ctx, runtime.parts["channel_port"], conversation_id, agent_of(me))


@route("POST", ONE + "/spam", WRITE, status=200)
async def mark_spam_route(ctx: Ctx, me: Principal, conversation_id: UUID) -> ConversationRow:
    """Puts the conversation aside as spam."""
    await apply_changes(ctx, conversation_id, Changes(status="spam"))
    return await get_row(ctx.tx, ctx.workspace_id, conversation_id, agent_of(me))


@route("POST", ONE + "/block", WRITE, status=200)
async def block_conversation_route(ctx: Ctx, me: Principal, conversation_id: UUID) -> ConversationRow:
    """Blocks the customer; the conversation and what he writes from now on go to spam."""
    await block_conversation(ctx, conversation_id)
    return await get_row(ctx.tx, ctx.workspace_id, conversation_id, agent_of(me))


@route("POST", ONE + "/unblock", WRITE, status=200)
async def unblock_conversation_route(ctx: Ctx, me: Principal, conversation_id: UUID) -> ConversationRow:
    """Lets the customer write again; what went to spam stays there."""
    await unblock_conversation(ctx, conversation_id)
    return await get_row(ctx.tx, ctx.workspace_id, conversation_id, agent_of(me))


@route("POST", "/api/v1/messages/{message_id:uuid}/redact", needs("conversations:redact"), status=200)
async def redact_message_route(ctx: Ctx, runtime: Runtime, message_id: UUID, data: RedactBody) -> Message:
    """Removes the content of a message for good: text, files, source, search index."""
    await redact_message(ctx, message_id, data.reason)
    return await show_message(ctx, runtime, message_id)


ROUTES = (
    get_draft,
    save_draft_route,
    discard_draft_route,
    change_followers_route,
    set_checklist_route,
    mark_spam_route,
    block_conversation_route,
    unblock_conversation_route,
    redact_message_route,
)
