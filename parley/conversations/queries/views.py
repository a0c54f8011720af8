"""Views: the built-in and the saved filters, with what is in them."""

from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from parley.conversations.filters import BUILT_IN, Filter, Sort, check_filter
from parley.conversations.queries.lists import count_many
from parley.conversations.shapes import ViewRow
from parley.kit.db import Transaction
from parley.kit.errors import Invalid, NotFound

SAVED = """
SELECT id, name, owner_id, shared, position, filter, sort FROM views
WHERE workspace_id = $1 AND (shared OR owner_id = $2) ORDER BY position, created_at, id LIMIT 100
"""


async def find_view(
    tx: Transaction, workspace_id: UUID, agent_id: UUID | None, key: str
) -> tuple[Filter, Sort]:
    """Gives filter and order of a built-in or saved view that the agent may use; raises NotFound and Invalid."""
    if key in BUILT_IN:
        return BUILT_IN[key]
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
    wanted = read_filter(row["filter"])
    if wanted is None:
        raise Invalid("broken_view", "This view has a condition that is no longer known; save it again.")
    return wanted, row["sort"]


def read_filter(stored: dict[str, Any]) -> Filter | None:
    """Reads a saved filter; None for one that cannot be understood."""
    try:
        wanted = msgspec.convert(stored, Filter)
        check_filter(wanted)
    except (msgspec.ValidationError, Invalid):
        return None
    return wanted


async def list_views(
    tx: Transaction, workspace_id: UUID, agent_id: UUID | None, now: datetime
) -> list[ViewRow]:
    """Gives all views of an agent with their counts, in two statements; a broken view counts nothing."""
    rows = await tx.fetch(SAVED, workspace_id, agent_id)
    filters = {key: wanted for key, (wanted, _) in BUILT_IN.items()}
    filters |= {str(row["id"]): found for row in rows if (found := read_filter(row["filter"])) is not None}
    counts = await count_many(tx, workspace_id, agent_id, filters, now)
    built_in = [
        ViewRow(
            id=None,
            key=key,
            name="",
            shared=True,
            position=position,
            filter=msgspec.to_builtins(wanted),
            sort=sort,
            count=counts[key][0],
            unread=counts[key][1],
        )
        for position, (key, (wanted, sort)) in enumerate(BUILT_IN.items())
    ]
    return built_in + [_saved(row, counts.get(str(row["id"]), (0, 0))) for row in rows]


def _saved(row: Any, counts: tuple[int, int]) -> ViewRow:
    return ViewRow(
        id=row["id"],
        key=str(row["id"]),
        name=row["name"],
        shared=row["shared"],
        position=row["position"],
        filter=row["filter"],
        sort=row["sort"],
        count=counts[0],
        unread=counts[1],
    )
