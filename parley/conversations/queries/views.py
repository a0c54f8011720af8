"""Saved filters."""

from uuid import UUID

import msgspec

from parley.conversations.filters import Filter, Sort
from parley.kit.db import Transaction
from parley.kit.errors import NotFound


async def find_view(
    tx: Transaction, workspace_id: UUID, agent_id: UUID | None, key: str
) -> tuple[Filter, Sort]:
    """Gives the filter and order of a saved view that the agent may use; raises NotFound."""
    try:
        view_id = UUID(key)
    except ValueError:
        raise NotFound("view") from None
    row = await tx.fetchrow(
        "SELECT filter, sort FROM views WHERE workspace_id = $1 AND id = $2 AND (shared OR owner_id = $3)",
        workspace_id,
        view_id,
        agent_id,
    )
    if row is None:
        raise NotFound("view")
    return msgspec.convert(row["filter"], Filter), row["sort"]
