"""What has been read, by agents and by customers."""

from uuid import UUID

from parley.facts.conversations import ConversationRead, MessageSeen
from parley.kit.ctx import Ctx
from parley.kit.errors import NotFound


async def mark_read(ctx: Ctx, conversation_id: UUID, agent_id: UUID) -> None:
    """Notes that an agent has read everything so far; raises NotFound."""
    row = await ctx.tx.fetchrow(
        """WITH old AS (
             SELECT message_id FROM read_marks
             WHERE workspace_id = $1 AND agent_id = $2 AND conversation_id = $3)
           INSERT INTO read_marks (workspace_id, agent_id, conversation_id, message_id, at)
           SELECT $1, $2, c.id, c.last_incoming_id, $4
           FROM conversations c WHERE c.workspace_id = $1 AND c.id = $3
           ON CONFLICT (workspace_id, agent_id, conversation_id)
             DO UPDATE SET message_id = excluded.message_id, at = excluded.at
           RETURNING message_id, (SELECT message_id FROM old) AS before""",
        ctx.workspace_id,
        agent_id,
        conversation_id,
        ctx.now,
    )
    if row is None:
        raise NotFound("conversation")
    if row["message_id"] != row["before"]:
        ctx.emit(
            ConversationRead(conversation_id=conversation_id, agent_id=agent_id, message_id=row["message_id"])
        )


async def mark_unread(ctx: Ctx, conversation_id: UUID, agent_id: UUID) -> None:
    """Makes the conversation new again for one agent; raises NotFound."""
    row = await ctx.tx.fetchrow(
        """WITH gone AS (
             DELETE FROM read_marks WHERE workspace_id = $1 AND agent_id = $2 AND conversation_id = $3 RETURNING 1)
           SELECT EXISTS (SELECT 1 FROM gone) AS changed FROM conversations
           WHERE workspace_id = $1 AND id = $3""",
        ctx.workspace_id,
        agent_id,
        conversation_id,
    )
    if row is None:
        raise NotFound("conversation")
    if row["changed"]:
        ctx.emit(ConversationRead(conversation_id=conversation_id, agent_id=agent_id, message_id=None))


async def mark_seen_by_customer(ctx: Ctx, thread_id: UUID, message_id: UUID) -> bool:
    """Notes that the customer has seen our messages of a thread up to one; False when that is no news."""
    row = await ctx.tx.fetchrow(
        """WITH t AS (
             UPDATE threads SET seen_message_id = $3, seen_by_customer_at = $4
             WHERE workspace_id = $1 AND id = $2 AND (seen_message_id IS NULL OR seen_message_id < $3)
               AND EXISTS (SELECT 1 FROM messages m
                           WHERE m.workspace_id = $1 AND m.id = $3 AND m.thread_id = $2)
             RETURNING conversation_id)
           , m AS (
             UPDATE messages m SET seen_at = $4 FROM t
             WHERE m.workspace_id = $1 AND m.conversation_id = t.conversation_id AND m.thread_id = $2
               AND m.direction = 'out' AND m.seen_at IS NULL AND m.id <= $3)
           SELECT conversation_id FROM t""",
        ctx.workspace_id,
        thread_id,
        message_id,
        ctx.now,
    )
    if row is None:
        return False
    ctx.emit(MessageSeen(conversation_id=row["conversation_id"], message_id=message_id, thread_id=thread_id))
    return True
