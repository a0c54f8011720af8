"""Taking a reply back before it leaves."""

from uuid import UUID

from parley.conversations.actions.delivering import set_message_state
from parley.conversations.actions.settling import unsettle_reply
from parley.conversations.errors import TooLate
from parley.kit.ctx import Ctx
from parley.kit.errors import NotFound

# What was taken back becomes the writer's draft again, unless he has begun another one.
TO_DRAFT = """
INSERT INTO drafts (workspace_id, agent_id, conversation_id, kind, html, envelope, file_ids, updated_at)
SELECT $1, m.author_id, m.conversation_id, 'message', m.html,
       coalesce(m.envelope, '{}') || jsonb_build_object('thread_id', m.thread_id),
       coalesce((SELECT array_agg(a.file_id ORDER BY a.position) FROM attachments a
                 WHERE a.workspace_id = $1 AND a.message_id = m.id), '{}'), $3
FROM messages m
WHERE m.workspace_id = $1 AND m.id = $2 AND m.author_kind = 'agent' AND m.author_id IS NOT NULL
  AND m.redacted_at IS NULL
ON CONFLICT (workspace_id, agent_id, conversation_id) DO NOTHING
"""


async def undo_message(ctx: Ctx, message_id: UUID) -> None:
    """Takes a message back that has not left yet and makes it a draft again; raises NotFound and TooLate."""
    row = await ctx.tx.fetchrow(
        """SELECT state, conversation_id FROM messages
           WHERE workspace_id = $1 AND id = $2 AND direction = 'out' FOR UPDATE""",
        ctx.workspace_id,
        message_id,
    )
    if row is None:
        raise NotFound("message")
    if row["state"] not in ("scheduled", "queued"):
        raise TooLate
    await ctx.tx.execute(TO_DRAFT, ctx.workspace_id, message_id, ctx.now)
    await withdraw_message(ctx, row["conversation_id"], message_id)


async def withdraw_message(ctx: Ctx, conversation_id: UUID, message_id: UUID) -> None:
    """Cancels what is still to be delivered of a message and puts the conversation back; raises TooLate."""
    taken = await ctx.tx.fetch(
        """UPDATE deliveries SET state = 'cancelled', finished_at = $3
           WHERE workspace_id = $1 AND message_id = $2 AND state = 'queued' AND attempts = 0 RETURNING id""",
        ctx.workspace_id,
        message_id,
        ctx.now,
    )
    if not taken:
        raise TooLate
    await set_message_state(ctx, message_id, "cancelled")
    await unsettle_reply(ctx, conversation_id, message_id)
