"""Uses of macros and alerts go where their messages go when conversations are merged, split or taken apart.

What is about no message stays where it was done, and so do decisions; promises, the queue and what rules wait for have
readers of their own.
"""

from parley.facts.conversations import ConversationMerged, ConversationSplit, ConversationUnmerged
from parley.kit.ctx import Ctx
from parley.kit.log.fact import Fact, Recorded
from parley.kit.runtime import Runtime

MOVED = (ConversationMerged, ConversationUnmerged, ConversationSplit)
FOLLOW = """
WITH uses AS (
  UPDATE macro_uses u SET conversation_id = m.conversation_id FROM messages m
  WHERE u.workspace_id = $1 AND u.conversation_id = ANY($2) AND m.workspace_id = $1 AND m.id = u.message_id
    AND m.conversation_id <> u.conversation_id
)
UPDATE alerts a SET conversation_id = m.conversation_id FROM messages m
WHERE a.workspace_id = $1 AND a.conversation_id = ANY($2) AND m.workspace_id = $1 AND m.id = a.message_id
  AND m.conversation_id <> a.conversation_id
"""


async def follow_messages(ctx: Ctx, fact: Fact, _: Recorded) -> None:
    """Brings uses of macros and alerts to where their messages are now."""
    assert isinstance(fact, MOVED)  # noqa: S101 - subscribed to nothing else
    await ctx.tx.execute(FOLLOW, ctx.workspace_id, [fact.conversation_id, fact.into_id])


def register_joined(runtime: Runtime, reader: str) -> None:
    """Adds the reader."""
    runtime.readers.subscribe(reader, follow_messages, *MOVED)
