"""Writing first: new conversations, and messages handed on to somebody else."""

from uuid import UUID

import msgspec

from parley.conversations.actions.starting import Beginning, Forwarding, begin_conversation, forward_messages
from parley.conversations.queries.rows import get_row
from parley.conversations.rights import agent_of
from parley.conversations.routes.messages import plain_address, show_message
from parley.conversations.schemas import BeginBody, ForwardBody
from parley.conversations.shapes import ConversationRow, Message
from parley.kit.ctx import Ctx
from parley.kit.http.access import Principal, needs
from parley.kit.http.routes import route
from parley.kit.runtime import Runtime

WRITE = needs("conversations:write")


class Begun(msgspec.Struct):
    """A conversation that was begun, with its first message."""

    conversation: ConversationRow
    message: Message


@route("POST", "/api/v1/conversations", WRITE)
async def begin_conversation_route(ctx: Ctx, me: Principal, runtime: Runtime, data: BeginBody) -> Begun:
    """Begins a conversation by e-mail."""
    agent_id = agent_of(me)
    posted = await begin_conversation(
        ctx,
        runtime.parts["channel_port"],
        Beginning(
            channel_id=data.channel_id,
            to=[plain_address(a) for a in data.to],
            cc=[plain_address(a) for a in data.cc],
            bcc=[plain_address(a) for a in data.bcc],
            subject=data.subject,
            html=data.html,
            file_ids=data.file_ids,
            sender_id=data.sender_id,
            assignee_id=data.assignee_id,
            tags=data.tags,
            send_at=data.send_at,
            undo_seconds=data.undo_seconds,
        ),
        agent_id,
    )
    row = await get_row(ctx.tx, ctx.workspace_id, posted.conversation_id, agent_id)
    return Begun(row, await show_message(ctx, runtime, posted.message_id))


@route("POST", "/api/v1/conversations/{conversation_id:uuid}/forward", WRITE)
async def forward_messages_route(
    ctx: Ctx, me: Principal, runtime: Runtime, conversation_id: UUID, data: ForwardBody
) -> Message:
    """Hands messages with their files on to somebody else; his answer lands in this conversation."""
    posted = await forward_messages(
        ctx,
        runtime.parts["channel_port"],
        Forwarding(
            conversation_id=conversation_id,
            channel_id=data.channel_id,
            to=[plain_address(a) for a in data.to],
            cc=[plain_address(a) for a in data.cc],
            html=data.html,
            subject=data.subject,
            message_ids=data.message_ids,
            undo_seconds=data.undo_seconds,
        ),
        agent_of(me),
    )
    return await show_message(ctx, runtime, posted.message_id)


ROUTES = (begin_conversation_route, forward_messages_route)
