"""What was understood follows its message when conversations are merged, split or taken apart."""

from uuid import UUID

from parley.conversations.actions.changing import change_conversation
from parley.facts.conversations import ConversationMerged, ConversationSplit, ConversationUnmerged
from parley.kit.ctx import Ctx
from parley.kit.log.fact import Fact, Recorded

MOVED = (ConversationMerged, ConversationUnmerged, ConversationSplit)
FOLLOW = """
UPDATE understandings u SET conversation_id = m.conversation_id FROM messages m
WHERE u.workspace_id = $1 AND u.conversation_id = ANY($2) AND m.workspace_id = $1 AND m.id = u.message_id
  AND m.conversation_id <> u.conversation_id
"""
# A conversation shows how its newest message sounds and what it is about.
SHOWN = """
SELECT c.id, u.sentiment, u.intents -> 0 ->> 0 AS intent
FROM conversations c JOIN understandings u ON u.workspace_id = $1 AND u.message_id = c.last_incoming_id
WHERE c.workspace_id = $1 AND c.id = ANY($2) AND c.merged_into_id IS NULL
  AND (c.sentiment, c.intent) IS DISTINCT FROM (u.sentiment, u.intents -> 0 ->> 0)
ORDER BY c.id
"""


async def follow_messages(ctx: Ctx, fact: Fact, _: Recorded) -> None:
    """Brings what was understood to where its messages are now, and has both conversations show their newest."""
    assert isinstance(fact, MOVED)  # noqa: S101 - subscribed to nothing else
    both: list[UUID] = [fact.conversation_id, fact.into_id]
    await ctx.tx.execute(FOLLOW, ctx.workspace_id, both)
    for row in await ctx.tx.fetch(SHOWN, ctx.workspace_id, both):
        shown = {"sentiment": row["sentiment"], "intent": row["intent"]}
        await change_conversation(ctx, row["id"], shown)
