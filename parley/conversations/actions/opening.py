"""Opening conversations and threads."""

import secrets
from uuid import UUID

import msgspec

from parley.conversations.model import new_id
from parley.facts.conversations import ConversationOpened, ThreadStarted
from parley.kit.ctx import Ctx
from parley.kit.personal import store_personal

OPEN = """
WITH n AS (
  INSERT INTO counters (workspace_id, name, value) VALUES ($1, 'conversation', 1)
  ON CONFLICT (workspace_id, name) DO UPDATE SET value = counters.value + 1 RETURNING value
)
INSERT INTO conversations (workspace_id, id, number, customer_id, channel_id, channel_kind, brand_id,
                           subject_value_id, status, priority, assignee_id, team_id, language,
                           last_message_at, created_at)
SELECT $1, $2, n.value, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $13 FROM n
RETURNING number
"""


class Opening(msgspec.Struct, frozen=True, kw_only=True):
    """What a new conversation starts with."""

    customer_id: UUID
    channel_id: UUID
    channel_kind: str
    brand_id: UUID | None = None
    subject: str = ""
    status: str = "open"
    priority: int = 1
    assignee_id: UUID | None = None
    team_id: UUID | None = None
    language: str | None = None


async def open_conversation(ctx: Ctx, opening: Opening) -> UUID:
    """Opens a conversation with the next number of the workspace."""
    conversation_id = new_id(ctx.clock.now())
    subject_id = (
        await store_personal(ctx, "conversation", conversation_id, "subject", opening.subject[:998])
        if opening.subject
        else None
    )
    number = await ctx.tx.fetchval(
        OPEN,
        ctx.workspace_id,
        conversation_id,
        opening.customer_id,
        opening.channel_id,
        opening.channel_kind,
        opening.brand_id,
        subject_id,
        opening.status,
        opening.priority,
        opening.assignee_id,
        opening.team_id,
        opening.language,
        ctx.now,
    )
    ctx.emit(
        ConversationOpened(
            conversation_id=conversation_id,
            customer_id=opening.customer_id,
            channel_id=opening.channel_id,
            channel_kind=opening.channel_kind,
            fields={
                "number": number,
                "customer_id": opening.customer_id,
                "channel_id": opening.channel_id,
                "channel_kind": opening.channel_kind,
                "brand_id": opening.brand_id,
                "subject_value_id": subject_id,
                "status": opening.status,
                "priority": opening.priority,
                "assignee_id": opening.assignee_id,
                "team_id": opening.team_id,
                "language": opening.language,
                "last_message_at": ctx.now,
                "created_at": ctx.now,
            },
        )
    )
    return conversation_id


class ThreadStart(msgspec.Struct, frozen=True, kw_only=True):
    """What a new thread starts with."""

    conversation_id: UUID
    channel_id: UUID
    channel_kind: str
    key: str
    identity_id: UUID | None = None
    subject: str = ""
    participants: list[dict[str, str]] = []
    purpose: str = "customer"


async def start_thread(ctx: Ctx, start: ThreadStart) -> UUID:
    """Starts a thread on a channel; its token helps to find it again from an address, it proves nothing."""
    thread_id = new_id(ctx.clock.now())
    subject_id = (
        await store_personal(
            ctx, "conversation", start.conversation_id, "thread_subject", start.subject[:998]
        )
        if start.subject
        else None
    )
    await ctx.tx.execute(
        """INSERT INTO threads (workspace_id, id, conversation_id, channel_id, channel_kind, identity_id, key,
                                token, subject_value_id, participants, created_at, last_message_at, purpose)
           VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $11, $12)""",
        ctx.workspace_id,
        thread_id,
        start.conversation_id,
        start.channel_id,
        start.channel_kind,
        start.identity_id,
        start.key,
        secrets.token_hex(10),
        subject_id,
        start.participants,
        ctx.now,
        start.purpose,
    )
    ctx.emit(
        ThreadStarted(
            conversation_id=start.conversation_id,
            thread_id=thread_id,
            channel_id=start.channel_id,
            channel_kind=start.channel_kind,
        )
    )
    return thread_id
