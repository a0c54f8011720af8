"""A conversation that is part of another takes nothing itself."""

from uuid import UUID

from parley.kit.ctx import Ctx


async def find_merged_into(ctx: Ctx, conversation_id: UUID) -> UUID | None:
    """Gives the conversation that this one is part of; None where it stands by itself or is unknown."""
    into: UUID | None = await ctx.tx.fetchval(
        "SELECT merged_into_id FROM conversations WHERE workspace_id = $1 AND id = $2",
        ctx.workspace_id,
        conversation_id,
    )
    return into
