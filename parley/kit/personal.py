"""Personal values: immutable versioned rows. Facts and tables carry their ids; erasure empties the value."""

from uuid import UUID

from parley.kit.ctx import Ctx
from parley.kit.ids import uuid7


async def store_personal(ctx: Ctx, subject_kind: str, subject_id: UUID, field: str, value: str) -> UUID:
    """Stores a new version of a personal value and gives its id."""
    value_id = uuid7()
    await ctx.tx.execute(
        """INSERT INTO personal_values (workspace_id, id, subject_kind, subject_id, field, value, at)
           VALUES ($1, $2, $3, $4, $5, $6, $7)""",
        ctx.workspace_id,
        value_id,
        subject_kind,
        subject_id,
        field,
        value.replace("\x00", ""),
        ctx.now,
    )
    return value_id
