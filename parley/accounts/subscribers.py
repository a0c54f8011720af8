"""What this slice does when something happened elsewhere."""

from parley.accounts.actions.notifying import read_notifications
from parley.facts.conversations import ConversationRead
from parley.kit.ctx import Ctx
from parley.kit.log.fact import Fact, Recorded

NOTIFICATIONS = "notifications"


async def read_with_conversation(ctx: Ctx, fact: Fact, _: Recorded) -> None:
    """Marks notifications about a conversation as read when their agent has read it."""
    if isinstance(fact, ConversationRead) and fact.message_id is not None:
        await read_notifications(ctx, fact.agent_id, conversation_id=fact.conversation_id)
