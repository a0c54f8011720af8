"""What a reply does to the conversation's row when it leaves later than it was written, or not at all."""

from typing import Any
from uuid import UUID

from parley.conversations.actions.changing import change_conversation
from parley.facts.conversations import ConversationProgressed, ConversationReopened
from parley.kit.ctx import Ctx

# A reply counts when it went to the customer: not automatic, not taken back, not still waiting for its hour.
RECOUNT = """
WITH counted AS (
  SELECT m.id, m.kind, m.created_at, m.automatic,
         m.direction = 'in' AND NOT m.automatic AND coalesce(t.purpose = 'customer', true) AS asks,
         m.direction = 'out' AND NOT m.automatic AND coalesce(t.purpose = 'customer', true)
           AND (m.scheduled_for IS NULL OR m.state <> 'scheduled') AS replies
  FROM messages m LEFT JOIN threads t ON t.workspace_id = $1 AND t.id = m.thread_id
  WHERE m.workspace_id = $1 AND m.conversation_id = $2 AND m.state <> 'cancelled'
), last AS (
  SELECT id, created_at FROM counted WHERE kind = 'message' ORDER BY id DESC LIMIT 1
)
SELECT (SELECT count(*) FROM counted) AS message_count,
       (SELECT id FROM last) AS last_message_id,
       (SELECT id FROM counted WHERE kind = 'message' AND NOT automatic ORDER BY id DESC LIMIT 1) AS preview_message_id,
       (SELECT created_at FROM last) AS last_message_at,
       (SELECT min(created_at) FROM counted WHERE replies) AS first_reply_at,
       (SELECT min(created_at) FROM counted WHERE asks
          AND NOT EXISTS (SELECT 1 FROM counted r WHERE r.replies AND r.id > counted.id)) AS waiting_since
"""


async def settle_reply(ctx: Ctx, conversation_id: UUID) -> None:
    """Ends the customer's waiting, because a reply that was scheduled has left."""
    first = await ctx.tx.fetchval(
        "SELECT first_reply_at FROM conversations WHERE workspace_id = $1 AND id = $2 FOR UPDATE",
        ctx.workspace_id,
        conversation_id,
    )
    await change_conversation(
        ctx,
        conversation_id,
        {"waiting_since": None, "first_reply_at": first or ctx.now},
        told_as=ConversationProgressed,
    )


async def unsettle_reply(ctx: Ctx, conversation_id: UUID, message_id: UUID) -> None:
    """Puts the row back to where it was without a reply that has been taken back.

    A conversation that was closed together with the reply opens again.
    """
    now = await ctx.tx.fetchrow(
        """SELECT c.status, c.closed_at, c.first_reply_at, c.last_message_at, m.created_at
           FROM conversations c JOIN messages m ON m.workspace_id = $1 AND m.id = $3
           WHERE c.workspace_id = $1 AND c.id = $2 FOR UPDATE OF c""",
        ctx.workspace_id,
        conversation_id,
        message_id,
    )
    counted = await ctx.tx.fetchrow(RECOUNT, ctx.workspace_id, conversation_id)
    assert now is not None  # noqa: S101 - the message has just been changed
    assert counted is not None  # noqa: S101 - a SELECT of sub-selects has one row
    changes: dict[str, Any] = dict(counted)
    changes["last_message_at"] = counted["last_message_at"] or now["last_message_at"]
    if now["first_reply_at"] != now["created_at"]:
        del changes["first_reply_at"]
    kind: type[ConversationProgressed | ConversationReopened] = ConversationProgressed
    if now["status"] == "closed" and now["closed_at"] == now["created_at"]:
        changes |= {"status": "open", "closed_at": None}
        kind = ConversationReopened
    elif now["status"] in ("closed", "spam"):
        del changes["waiting_since"]
    await change_conversation(ctx, conversation_id, changes, told_as=kind)


async def resume_waiting(ctx: Ctx, conversation_id: UUID) -> None:
    """Lets the customer wait again from his first unanswered message, because it was no spam after all."""
    counted = await ctx.tx.fetchrow(RECOUNT, ctx.workspace_id, conversation_id)
    if counted is not None:
        changes = {"waiting_since": counted["waiting_since"]}
        await change_conversation(ctx, conversation_id, changes, told_as=ConversationProgressed)
