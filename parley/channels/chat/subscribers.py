"""What the chat does when it reads the log: visitors learn at once when somebody comes or goes."""

from functools import partial
from typing import TYPE_CHECKING

from parley.facts.accounts import AgentPresenceChanged
from parley.kit.ctx import Ctx
from parley.kit.log.fact import Fact, Recorded

if TYPE_CHECKING:
    from parley.kit.runtime import Runtime

READER = "chat_presence"


def channel_topic(channel_id: object) -> str:
    """Names the topic of what concerns every visitor of a chat channel."""
    return f"ch:{channel_id}"


def register_chat_subscribers(runtime: "Runtime") -> None:
    """Adds the readers of the chat."""

    async def tell_visitors(ctx: Ctx, _fact: Fact, _recorded: Recorded) -> None:
        rows = await ctx.tx.fetch(
            "SELECT id FROM channels WHERE workspace_id = $1 AND kind = 'chat' AND deleted_at IS NULL",
            ctx.workspace_id,
        )
        for row in rows:
            topic = channel_topic(row["id"])
            ctx.tx.after_commit.append(partial(runtime.nerves.tell, ctx.workspace_id, topic, {"what": "presence"}))

    runtime.readers.subscribe(READER, tell_visitors, AgentPresenceChanged)
