"""What deciders may ask of the inbox."""

from typing import Any
from uuid import UUID

from parley.conversations.actions.changing import assign_conversation, change_conversation
from parley.conversations.actions.posting import Draft, post_message
from parley.kit.ctx import Ctx
from parley.kit.runtime import Runtime


def register_acts(runtime: Runtime) -> None:
    """Adds the acts of the slice."""

    async def assign(ctx: Ctx, args: dict[str, Any], _key: str) -> dict[str, Any]:
        agent, team = args.get("agent_id"), args.get("team_id")
        previous = await assign_conversation(
            ctx,
            UUID(args["conversation_id"]),
            agent_id=UUID(agent) if agent else None,
            team_id=UUID(team) if team else None,
        )
        return {"previous": previous}

    async def unassign(ctx: Ctx, args: dict[str, Any], result: dict[str, Any]) -> None:
        previous = {
            name: UUID(value) if value else None for name, value in result.get("previous", {}).items()
        }
        if previous:
            await change_conversation(ctx, UUID(args["conversation_id"]), previous)

    async def post(ctx: Ctx, args: dict[str, Any], _key: str) -> dict[str, Any]:
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

    runtime.decisions.add_act("assign_conversation", assign, unassign)
    runtime.decisions.add_act("post_message", post)
