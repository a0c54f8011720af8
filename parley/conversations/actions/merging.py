"""What becomes of conversations when two customers turn out to be one, and two again."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from parley.customers.actions.merging import Merge, find_standing, list_moved, note_moved
from parley.facts.conversations import ConversationEdited
from parley.facts.customers import CustomersMerged
from parley.kit.ctx import Ctx
from parley.kit.log.fact import Actor, Fact, Recorded

MOVE = """
UPDATE conversations SET customer_id = $3, version = version + 1
WHERE workspace_id = $1 AND customer_id = $2 RETURNING id
"""
HAND_OVER = MOVE.replace("RETURNING", "AND (id = $4 OR merged_into_id = $4) RETURNING")
# What was begun since the merge goes with the identity it came by.
MOVE_BACK = """
UPDATE conversations c SET customer_id = $3, version = version + 1
WHERE c.workspace_id = $1 AND c.customer_id = $2 AND (c.id = ANY($4) OR c.created_at >= $5 AND (
  SELECT t.identity_id FROM threads t WHERE t.workspace_id = $1 AND t.conversation_id = c.id AND t.purpose = 'customer'
  ORDER BY t.id LIMIT 1) = ANY($6))
RETURNING c.id
"""


async def follow_merge(ctx: Ctx, fact: Fact, recorded: Recorded) -> None:
    """Takes over the conversations of a customer who was merged; none is left where that was done at once."""
    if isinstance(fact, CustomersMerged):
        ctx.actor = Actor(recorded.actor_kind, recorded.actor_id)
        await take_over(ctx, fact.customer_id)


async def take_over(ctx: Ctx, source: UUID) -> None:
    """Gives the conversations of a merged customer to whom he is part of; done again it changes nothing."""
    merge = await find_standing(ctx, source)
    if merge is None:
        return
    rows = await ctx.tx.fetch(MOVE, ctx.workspace_id, source, merge.target_id)
    await note_moved(ctx, merge.id, "conversation", _tell(ctx, rows, source, merge.target_id))
    if rows:
        # Who has been merged himself meanwhile hands them on.
        await take_over(ctx, merge.target_id)


async def hand_over(ctx: Ctx, conversation_id: UUID, before: UUID, after: UUID) -> None:
    """Gives a conversation, with those that are part of it, to another customer; not what is a third one's."""
    rows = await ctx.tx.fetch(HAND_OVER, ctx.workspace_id, before, after, conversation_id)
    _tell(ctx, rows, before, after)


async def give_back(ctx: Ctx, merge: Merge) -> None:
    """Gives back what a merge moved, unless somebody else has it now."""
    rows = await ctx.tx.fetch(
        MOVE_BACK,
        ctx.workspace_id,
        merge.target_id,
        merge.source_id,
        await list_moved(ctx, merge.id, "conversation"),
        merge.at,
        await list_moved(ctx, merge.id, "identity"),
    )
    _tell(ctx, rows, merge.target_id, merge.source_id)


def _tell(ctx: Ctx, rows: Sequence[Any], before: UUID, after: UUID) -> list[UUID]:
    ids: list[UUID] = [row["id"] for row in rows]
    for conversation_id in ids:
        ctx.emit(
            ConversationEdited(
                conversation_id=conversation_id,
                changes={"customer_id": after},
                previous={"customer_id": before},
            )
        )
    return ids
