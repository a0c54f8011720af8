"""What deciders may ask of the inbox; each act is undone exactly, where it can be."""

from typing import Any
from uuid import UUID

from parley.conversations.actions.changing import (
    assign_conversation,
    change_conversation,
    tag_conversation,
)
from parley.conversations.actions.posting import Draft, post_message
from parley.conversations.model import PRIORITIES
from parley.kit.ctx import Ctx
from parley.kit.runtime import Runtime


async def perform_assign(ctx: Ctx, args: dict[str, Any], _key: str) -> dict[str, Any]:
    """Gives the conversation to an agent, a team, or nobody."""
    agent, team = args.get("agent_id"), args.get("team_id")
    previous = await assign_conversation(
        ctx,
        UUID(args["conversation_id"]),
        agent_id=UUID(agent) if agent else None,
        team_id=UUID(team) if team else None,
    )
    return {"previous": previous}


async def undo_assign(ctx: Ctx, args: dict[str, Any], result: dict[str, Any]) -> None:
    """Gives it back to who had it."""
    previous = {name: UUID(value) if value else None for name, value in result.get("previous", {}).items()}
    if previous:
        await change_conversation(ctx, UUID(args["conversation_id"]), previous)


async def perform_tag(ctx: Ctx, args: dict[str, Any], _key: str) -> dict[str, Any]:
    """Puts tags on and takes tags off; the result lists those that changed."""
    changed = await tag_conversation(
        ctx,
        UUID(args["conversation_id"]),
        add=[UUID(tag) for tag in args["add"]],
        remove=[UUID(tag) for tag in args["remove"]],
    )
    return {name: [str(tag) for tag in tags] for name, tags in changed.items()}


async def undo_tag(ctx: Ctx, args: dict[str, Any], result: dict[str, Any]) -> None:
    """Takes off what was put on and puts back what was taken off."""
    await tag_conversation(
        ctx,
        UUID(args["conversation_id"]),
        add=[UUID(tag) for tag in result["removed"]],
        remove=[UUID(tag) for tag in result["added"]],
    )


async def perform_change(ctx: Ctx, args: dict[str, Any], _key: str) -> dict[str, Any]:
    """Changes the priority."""
    changes = {"priority": PRIORITIES.index(args["priority"])}
    return {"previous": await change_conversation(ctx, UUID(args["conversation_id"]), changes)}


async def undo_change(ctx: Ctx, args: dict[str, Any], result: dict[str, Any]) -> None:
    """Puts the values back that were there."""
    if result["previous"]:
        await change_conversation(ctx, UUID(args["conversation_id"]), result["previous"])


def register_acts(runtime: Runtime) -> None:
    """Adds the acts of the slice."""

    async def perform_post(ctx: Ctx, args: dict[str, Any], _key: str) -> dict[str, Any]:
        posted = await post_message(
            ctx,
            runtime.parts["channel_port"],
            Draft(
                conversation_id=UUID(args["conversation_id"]),
                thread_id=UUID(args["thread_id"]),
                text=args["text"],
                wanted={"ask": args["ask"]} if args.get("ask") else {},
                automatic=True,
                author_kind="system",
            ),
        )
        return {"message_id": str(posted.message_id)}

    acts = runtime.decisions
    acts.add_act("assign_conversation", perform_assign, undo_assign)
    acts.add_act("tag_conversation", perform_tag, undo_tag)
    acts.add_act("change_conversation", perform_change, undo_change)
    acts.add_act("post_message", perform_post)
