"""Asking for direct messages: always as somebody, who sees only talks he is part of."""

from datetime import datetime
from typing import Any
from uuid import UUID

from parley.accounts.direct.shapes import DirectMember, DirectMessage, DirectThread, DirectThreadPage
from parley.kit.db import Transaction
from parley.kit.errors import NotFound
from parley.kit.http.paging import Page, encode_cursor

MOST_UNREAD = 100
_THREADS = f"""
SELECT t.id, t.last_message_at, m.id AS message_id, m.author_id, m.text, m.created_at AS written_at,
  (SELECT count(*) FROM (SELECT 1 FROM direct_messages u WHERE u.workspace_id = $1 AND u.thread_id = t.id
     AND u.author_id <> $2 AND (me.read_id IS NULL OR u.id > me.read_id) LIMIT {MOST_UNREAD}) x) AS unread,
  (SELECT jsonb_agg(jsonb_build_object('id', a.id, 'name', a.name, 'avatar_colour', a.avatar_colour,
     'active', a.state = 'active', 'read_id', d.read_id) ORDER BY a.name, a.id)
   FROM direct_members d JOIN agents a ON a.workspace_id = $1 AND a.id = d.agent_id
   WHERE d.workspace_id = $1 AND d.thread_id = t.id) AS members
FROM direct_members me JOIN direct_threads t ON t.workspace_id = $1 AND t.id = me.thread_id
LEFT JOIN direct_messages m ON m.workspace_id = $1 AND m.id = t.last_message_id
WHERE me.workspace_id = $1 AND me.agent_id = $2
"""
_LIST = (
    _THREADS
    + """
AND t.last_message_id IS NOT NULL AND ($3::timestamptz IS NULL OR (t.last_message_at, t.id) < ($3, $4))
ORDER BY t.last_message_at DESC, t.id DESC LIMIT $5
"""
)
_ONE = _THREADS + " AND t.id = $3"
_UNREAD = """
SELECT count(*) FROM direct_members me WHERE me.workspace_id = $1 AND me.agent_id = $2 AND EXISTS (
  SELECT 1 FROM direct_messages u WHERE u.workspace_id = $1 AND u.thread_id = me.thread_id AND u.author_id <> $2
  AND (me.read_id IS NULL OR u.id > me.read_id))
"""


async def list_direct_threads(
    tx: Transaction, workspace_id: UUID, agent_id: UUID, limit: int, after: tuple[datetime, UUID] | None
) -> DirectThreadPage:
    """Lists the talks of an agent in which something was written, the one that moved last first."""
    at, thread_id = after or (None, None)
    rows = await tx.fetch(_LIST, workspace_id, agent_id, at, thread_id, limit + 1)
    items = [_thread(row, agent_id) for row in rows[:limit]]
    return DirectThreadPage(
        items=items,
        next=encode_cursor(items[-1].last_message_at, items[-1].id) if len(rows) > limit else None,
        unread=await tx.fetchval(_UNREAD, workspace_id, agent_id),
    )


async def get_direct_thread(
    tx: Transaction, workspace_id: UUID, agent_id: UUID, thread_id: UUID
) -> DirectThread:
    """Gives one talk of an agent; raises NotFound, also where he is no part of it."""
    row = await tx.fetchrow(_ONE, workspace_id, agent_id, thread_id)
    if row is None:
        raise NotFound("direct thread")
    return _thread(row, agent_id)


async def list_direct_messages(
    tx: Transaction, workspace_id: UUID, thread_id: UUID, limit: int, after: UUID | None
) -> Page[DirectMessage]:
    """Lists the messages of a talk, newest first; whether the reader may see it was checked before."""
    rows = await tx.fetch(
        """SELECT id, thread_id, author_id, text, created_at FROM direct_messages
           WHERE workspace_id = $1 AND thread_id = $2 AND ($3::uuid IS NULL OR id < $3) ORDER BY id DESC LIMIT $4""",
        workspace_id,
        thread_id,
        after,
        limit + 1,
    )
    items = [DirectMessage(**row) for row in rows[:limit]]
    return Page(items, encode_cursor(items[-1].id) if len(rows) > limit else None)


def _thread(row: Any, agent_id: UUID) -> DirectThread:
    members = [
        DirectMember(
            id=UUID(one["id"]),
            name=one["name"],
            avatar_colour=one["avatar_colour"],
            active=one["active"],
            read_id=UUID(one["read_id"]) if one["read_id"] else None,
        )
        for one in row["members"]
    ]
    last = None
    if row["message_id"] is not None:
        last = DirectMessage(
            id=row["message_id"],
            thread_id=row["id"],
            author_id=row["author_id"],
            text=row["text"],
            created_at=row["written_at"],
        )
    return DirectThread(
        id=row["id"],
        members=members,
        last_message=last,
        last_message_at=row["last_message_at"],
        unread=row["unread"],
        writable=any(one.active for one in members if one.id != agent_id),
    )
