"""Followers, spam and blocking, checklists: small things one does to a conversation."""

from collections.abc import Sequence
from uuid import UUID

from parley.conversations.actions.changing import mark_spam
from parley.conversations.errors import refuse_merged
from parley.customers.actions.editing import block_customer, unblock_customer
from parley.facts.conversations import ChecklistTicked, ConversationFollowed
from parley.kit.ctx import Ctx
from parley.kit.errors import FieldError, Invalid, NotFound

FOLLOW = """
WITH gone AS (
  DELETE FROM followers WHERE workspace_id = $1 AND conversation_id = $2 AND agent_id = ANY($4) RETURNING agent_id
), put AS (
  INSERT INTO followers (workspace_id, conversation_id, agent_id, at)
  SELECT $1, $2, a.id, $5 FROM agents a
  WHERE a.workspace_id = $1 AND a.id = ANY($3) AND a.state = 'active' AND NOT a.id = ANY($4)
  ON CONFLICT DO NOTHING RETURNING agent_id
)
SELECT agent_id, false AS on FROM gone UNION ALL SELECT agent_id, true FROM put ORDER BY 1
"""


async def change_followers(
    ctx: Ctx, conversation_id: UUID, *, add: Sequence[UUID], remove: Sequence[UUID]
) -> None:
    """Lets agents follow a conversation or no longer; unknown and inactive ones are left out. Raises NotFound."""
    await lock_conversation(ctx, conversation_id)
    rows = await ctx.tx.fetch(FOLLOW, ctx.workspace_id, conversation_id, list(add), list(remove), ctx.now)
    for row in rows:
        ctx.emit(
            ConversationFollowed(conversation_id=conversation_id, agent_id=row["agent_id"], on=row["on"])
        )


async def set_checklist(
    ctx: Ctx, conversation_id: UUID, checklist_id: UUID | None, done: Sequence[int]
) -> None:
    """Puts a checklist on a conversation (None: takes it off) with the ticked items; raises NotFound and Invalid."""
    await lock_conversation(ctx, conversation_id)
    if checklist_id is None:
        await ctx.tx.execute(
            "DELETE FROM conversation_checklists WHERE workspace_id = $1 AND conversation_id = $2",
            ctx.workspace_id,
            conversation_id,
        )
        ctx.emit(ChecklistTicked(conversation_id=conversation_id, checklist_id=None, done=[]))
        return
    items = await ctx.tx.fetchval(
        "SELECT jsonb_array_length(items) FROM checklists WHERE workspace_id = $1 AND id = $2",
        ctx.workspace_id,
        checklist_id,
    )
    if items is None:
        raise NotFound("checklist")
    ticked = sorted(set(done))
    if ticked and not 0 <= ticked[0] <= ticked[-1] < items:
        raise Invalid("unknown_item", "The checklist has no such item.", FieldError("done", "out of range"))
    await ctx.tx.execute(
        """INSERT INTO conversation_checklists (workspace_id, conversation_id, checklist_id, done, updated_at)
           VALUES ($1, $2, $3, $4, $5)
           ON CONFLICT (workspace_id, conversation_id) DO UPDATE
             SET checklist_id = excluded.checklist_id, done = excluded.done, updated_at = excluded.updated_at""",
        ctx.workspace_id,
        conversation_id,
        checklist_id,
        ticked,
        ctx.now,
    )
    ctx.emit(ChecklistTicked(conversation_id=conversation_id, checklist_id=checklist_id, done=ticked))


async def block_conversation(ctx: Ctx, conversation_id: UUID) -> None:
    """Blocks the customer of a conversation and puts it aside as spam; his others follow by the log."""
    customer_id = await lock_conversation(ctx, conversation_id)
    await block_customer(ctx, customer_id)
    await mark_spam(ctx, conversation_id)


async def unblock_conversation(ctx: Ctx, conversation_id: UUID) -> None:
    """Unblocks the customer of a conversation; raises NotFound."""
    await unblock_customer(ctx, await lock_conversation(ctx, conversation_id))


async def lock_conversation(ctx: Ctx, conversation_id: UUID) -> UUID:
    """Locks a conversation's row and gives its customer; raises NotFound and MergedAway."""
    row = await ctx.tx.fetchrow(
        "SELECT customer_id, merged_into_id FROM conversations WHERE workspace_id = $1 AND id = $2 FOR UPDATE",
        ctx.workspace_id,
        conversation_id,
    )
    if row is None:
        raise NotFound("conversation")
    refuse_merged(row["merged_into_id"])
    customer_id: UUID = row["customer_id"]
    return customer_id
