"""Replies and notes, and what can be done to them."""

from typing import Any, Literal
from uuid import UUID

from parley.conversations.actions.applying import Changes, apply_changes
from parley.conversations.actions.delivering import reschedule_message, retry_delivery
from parley.conversations.actions.drafting import discard_draft
from parley.conversations.actions.posting import Draft, add_note, post_message
from parley.conversations.actions.undoing import undo_message
from parley.conversations.errors import NewerMessage
from parley.conversations.queries.messages import list_messages, list_newest
from parley.conversations.queries.timeline import check_conversation
from parley.conversations.rights import agent_of
from parley.conversations.schemas import AddressBody, PostBody, RescheduleBody
from parley.conversations.shapes import Message
from parley.facts.automation import ChosenMacro, MacrosSent
from parley.kit.ctx import Ctx
from parley.kit.errors import NotAllowed, NotFound
from parley.kit.http.access import Principal, needs
from parley.kit.http.paging import Page, check_limit, decode_id_cursor
from parley.kit.http.routes import route
from parley.kit.runtime import Runtime

READ = needs("conversations:read")
WRITE = needs("conversations:write")
NOTE = needs("notes:write")
Direction = Literal["in", "out", "internal"]


@route("POST", "/api/v1/conversations/{conversation_id:uuid}/messages", NOTE)
async def post_message_route(
    ctx: Ctx, me: Principal, runtime: Runtime, conversation_id: UUID, data: PostBody
) -> Message:
    """Posts a reply to the customer or a note."""
    draft = build_draft(conversation_id, me, data)
    if data.kind == "note":
        posted = await add_note(ctx, draft)
    else:
        if not me.allows("conversations:write"):
            raise NotAllowed("not_allowed", "This needs the permission conversations:write.")
        try:
            posted = await post_message(ctx, runtime.parts["channel_port"], draft)
        except NewerMessage as newer:
            found = await list_messages(
                ctx.tx, ctx.workspace_id, newer.extra["newer"], runtime.parts["file_links"], ctx.now
            )
            raise NewerMessage(found) from None
    if data.macros:
        chosen = [ChosenMacro(macro.id, macro.acts) for macro in data.macros]
        ctx.emit(
            MacrosSent(
                conversation_id=conversation_id,
                message_id=posted.message_id,
                agent_id=agent_of(me),
                macros=chosen,
            )
        )
    if me.actor.kind == "agent":
        await discard_draft(ctx, me.agent_id, conversation_id)
    if data.then is not None:
        status = "closed" if data.then == "close" else "snoozed"
        await apply_changes(
            ctx,
            conversation_id,
            Changes(
                status=status, snoozed_until=data.snooze_until, snooze_until_reply=data.snooze_until is None
            ),
        )
    return await show_message(ctx, runtime, posted.message_id)


def build_draft(conversation_id: UUID, me: Principal, data: PostBody) -> Draft:
    """Turns the body of a request into a draft."""
    wanted = plain_addresses(data.to, data.cc, data.bcc)
    if data.subject is not None:
        wanted["subject"] = data.subject
    if data.sender_id is not None:
        wanted["sender_id"] = str(data.sender_id)
    return Draft(
        conversation_id=conversation_id,
        thread_id=data.thread_id,
        html=data.html,
        text=data.text,
        file_ids=data.file_ids,
        wanted=wanted,
        send_at=data.send_at,
        undo_seconds=data.undo_seconds,
        seen_up_to=None if data.anyway else data.seen_up_to,
        author_kind="token" if me.actor.kind == "token" else "agent",
        author_id=me.actor.id,
        mentions=data.mentions,
    )


def plain_address(body: AddressBody) -> dict[str, str]:
    """Turns a recipient into plain values."""
    return {"name": body.name, "address": body.address}


def plain_addresses(
    to: list[AddressBody] | None, cc: list[AddressBody] | None, bcc: list[AddressBody] | None
) -> dict[str, Any]:
    """Turns the recipients that were chosen into plain values."""
    chosen = (("to", to), ("cc", cc), ("bcc", bcc))
    return {name: [plain_address(a) for a in people] for name, people in chosen if people is not None}


async def show_message(ctx: Ctx, runtime: Runtime, message_id: UUID) -> Message:
    found = await list_messages(ctx.tx, ctx.workspace_id, [message_id], runtime.parts["file_links"], ctx.now)
    if not found:
        raise NotFound("message")
    return found[0]


@route("GET", "/api/v1/messages", READ)
async def get_messages(
    ctx: Ctx,
    runtime: Runtime,
    conversation: UUID | None = None,
    direction: Direction | None = None,
    limit: int = 50,
    after: str | None = None,
) -> Page[Message]:
    """Lists messages and notes, newest first, of all conversations or of one."""
    return await list_newest(
        ctx.tx,
        ctx.workspace_id,
        runtime.parts["file_links"],
        ctx.now,
        conversation_id=conversation,
        direction=direction,
        after=decode_id_cursor(after),
        limit=check_limit(limit),
    )


@route("GET", "/api/v1/conversations/{conversation_id:uuid}/messages", READ)
async def get_conversation_messages(
    ctx: Ctx,
    runtime: Runtime,
    conversation_id: UUID,
    direction: Direction | None = None,
    limit: int = 50,
    after: str | None = None,
) -> Page[Message]:
    """Lists the messages and notes of a conversation, newest first."""
    edge = decode_id_cursor(after)
    found = await list_newest(
        ctx.tx,
        ctx.workspace_id,
        runtime.parts["file_links"],
        ctx.now,
        conversation_id=conversation_id,
        direction=direction,
        after=edge,
        limit=check_limit(limit),
    )
    if not found.items and edge is None:
        await check_conversation(ctx.tx, ctx.workspace_id, conversation_id)
    return found


@route("GET", "/api/v1/messages/{message_id:uuid}", READ)
async def get_message(ctx: Ctx, runtime: Runtime, message_id: UUID) -> Message:
    """Gives one message."""
    return await show_message(ctx, runtime, message_id)


@route("POST", "/api/v1/messages/{message_id:uuid}/undo", WRITE, status=200)
async def undo_message_route(ctx: Ctx, runtime: Runtime, message_id: UUID) -> Message:
    """Takes back a message that has not left yet."""
    await undo_message(ctx, message_id)
    return await show_message(ctx, runtime, message_id)


@route("POST", "/api/v1/messages/{message_id:uuid}/retry", WRITE, status=200)
async def retry_message_route(ctx: Ctx, runtime: Runtime, message_id: UUID) -> Message:
    """Sends a message again that failed or whose outcome is unknown."""
    await retry_delivery(ctx, message_id)
    return await show_message(ctx, runtime, message_id)


@route("PATCH", "/api/v1/messages/{message_id:uuid}", WRITE)
async def reschedule_message_route(
    ctx: Ctx, runtime: Runtime, message_id: UUID, data: RescheduleBody
) -> Message:
    """Moves a scheduled message to another time."""
    await reschedule_message(ctx, message_id, data.send_at)
    return await show_message(ctx, runtime, message_id)


ROUTES = (
    get_messages,
    get_conversation_messages,
    post_message_route,
    get_message,
    undo_message_route,
    retry_message_route,
    reschedule_message_route,
)
