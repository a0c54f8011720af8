"""What deciders may ask for about whole conversations: one becomes part of another, and is taken out again."""

from typing import Any
from uuid import UUID

from parley.conversations.actions.joining import find_standing, merge_conversations, unmerge_conversation
from parley.kit.ctx import Ctx
from parley.kit.runtime import Runtime


async def perform_merge(ctx: Ctx, args: dict[str, Any], _key: str) -> dict[str, Any]:
    """Makes the conversation part of another of the same customer; refused for another's."""
    merge = await merge_conversations(
        ctx, UUID(args["conversation_id"]), UUID(args["into_id"]), automatic=True, reason="decider"
    )
    return {"merge_id": str(merge.id)}


async def undo_merge(ctx: Ctx, args: dict[str, Any], result: dict[str, Any]) -> None:
    """Takes it out again, unless somebody has done so already."""
    source = UUID(args["conversation_id"])
    standing = await find_standing(ctx, source)
    if standing is not None and str(standing.id) == result["merge_id"]:
        await unmerge_conversation(ctx, source)


def register_merging_acts(runtime: Runtime) -> None:
    """Adds the act."""
    runtime.decisions.add_act("merge_conversations", perform_merge, undo_merge)
