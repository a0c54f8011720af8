"""The merges and splits of a conversation."""

from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from parley.conversations.queries.timeline import check_conversation
from parley.kit.db import Transaction
from parley.kit.errors import NotFound

JOINS = """
SELECT g.id, g.act, g.source_id, g.target_id, s.number AS source_number, t.number AS target_number,
       g.automatic, g.by_kind, g.by_id, g.at, g.undone_at,
       (SELECT count(*) FROM conversation_merge_items i
        WHERE i.workspace_id = $1 AND i.merge_id = g.id AND i.kind = 'message') AS messages
FROM conversation_merges g
JOIN conversations s ON s.workspace_id = $1 AND s.id = g.source_id
JOIN conversations t ON t.workspace_id = $1 AND t.id = g.target_id
WHERE g.workspace_id = $1 AND (g.source_id = $2 OR g.target_id = $2) AND ($3::uuid IS NULL OR g.id = $3)
ORDER BY g.id DESC LIMIT 100
"""


class Join(msgspec.Struct, kw_only=True):
    """A merge of `source_id` into `target_id`, or a split of messages off `source_id` into `target_id`."""

    id: UUID
    act: str
    source_id: UUID
    target_id: UUID
    source_number: int
    target_number: int
    automatic: bool
    by_kind: str
    by_id: UUID | None
    messages: int
    """How many messages moved."""
    at: datetime
    undone_at: datetime | None


async def list_joins(tx: Transaction, workspace_id: UUID, conversation_id: UUID) -> list[Join]:
    """Lists the merges and splits of a conversation, the newest first, at most a hundred; raises NotFound."""
    rows: list[Any] = await tx.fetch(JOINS, workspace_id, conversation_id, None)
    if not rows:
        await check_conversation(tx, workspace_id, conversation_id)
    return [Join(**row) for row in rows]


async def get_join(tx: Transaction, workspace_id: UUID, conversation_id: UUID, merge_id: UUID) -> Join:
    """Gives one merge or split of a conversation; raises NotFound."""
    row = await tx.fetchrow(JOINS, workspace_id, conversation_id, merge_id)
    if row is None:
        raise NotFound("merge")
    return Join(**row)
