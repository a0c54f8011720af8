"""What the chat does when it reads the log: visitors learn who comes or goes, and follow merges of customers."""

from functools import partial
from typing import TYPE_CHECKING

from parley.channels.chat.merging import follow_merge
from parley.conversations.presence import VISITORS
from parley.facts.accounts import AgentPresenceChanged
from parley.facts.customers import CustomersMerged, CustomersUnmerged
from parley.kit.ctx import Ctx
from parley.kit.log.fact import Fact, Recorded

if TYPE_CHECKING:
    from parley.kit.runtime import Runtime

READER = "chat_presence"
MERGES = "chat_visitors"


def register_chat_subscribers(runtime: "Runtime") -> None:
    """Adds the readers of the chat."""

    async def tell_visitors(ctx: Ctx, _fact: Fact, _recorded: Recorded) -> None:
        ctx.tx.after_commit.append(
            partial(runtime.nerves.tell, ctx.workspace_id, VISITORS, {"what": "presence"})
        )

    runtime.readers.subscribe(READER, tell_visitors, AgentPresenceChanged)
    runtime.readers.subscribe(MERGES, follow_merge, CustomersMerged, CustomersUnmerged)
