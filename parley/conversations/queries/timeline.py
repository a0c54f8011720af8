"""The timeline of a conversation: messages and the lines that tell what happened, newest page first."""

from datetime import datetime
from uuid import UUID

from parley.conversations.queries.messages import SELECT, build_messages
from parley.conversations.shapes import Event, TimelineItem
from parley.kit.db import Transaction
from parley.kit.errors import NotFound
from parley.kit.files.links import FileLinks
from parley.kit.http.paging import Page, decode_cursor, encode_cursor
from parley.kit.ids import uuid7_time

SHOWN = (
    "ConversationOpened",
    "ConversationAssigned",
    "ConversationClosed",
    "ConversationReopened",
    "ConversationSnoozed",
    "ConversationMarkedSpam",
    "ConversationEdited",
    "ConversationTagged",
    "ConversationUntagged",
    "ConversationRated",
    "ThreadStarted",
    "MessageRedacted",
)
PAGE = (
    SELECT
    + """
WHERE m.workspace_id = $1 AND m.conversation_id = $2 AND m.state <> 'cancelled' AND ($3::uuid IS NULL OR m.id < $3)
ORDER BY m.id DESC LIMIT $4
"""
)
EVENTS = """
SELECT f.id, f.at, f.kind, f.actor_kind, f.actor_id, f.data, CASE WHEN f.actor_kind = 'decider' THEN f.cause_id END AS decision_id
FROM facts f WHERE f.workspace_id = $1 AND f.conversation_id = $2 AND f.kind = ANY($3)
  AND ($4::timestamptz IS NULL OR f.at >= $4) AND ($5::timestamptz IS NULL OR f.at < $5)
ORDER BY f.epoch DESC, f.xid DESC, f.seq DESC LIMIT 200
"""


async def list_timeline(
    tx: Transaction,
    workspace_id: UUID,
    conversation_id: UUID,
    links: FileLinks,
    now: datetime,
    *,
    limit: int,
    before: str | None,
) -> Page[TimelineItem]:
    """Gives one page, oldest first inside the page; `next` asks for the older one. Raises NotFound.

    The page is measured in messages; the events of the same stretch of time come with it.
    """
    edge: UUID | None = decode_cursor(before, UUID)[0] if before else None
    rows = await tx.fetch(PAGE, workspace_id, conversation_id, edge, limit + 1)
    more = len(rows) > limit
    rows = rows[:limit][::-1]
    if not rows and edge is None:
        await _check_exists(tx, workspace_id, conversation_id)
    since = rows[0]["created_at"] if rows and more else None
    until = uuid7_time(edge) if edge else None
    events = await tx.fetch(EVENTS, workspace_id, conversation_id, list(SHOWN), since, until)
    items: list[tuple[datetime, TimelineItem]] = [
        (message.created_at, message) for message in await build_messages(tx, workspace_id, rows, links, now)
    ]
    items += [(row["at"], Event(**row)) for row in reversed(events)]
    items.sort(key=lambda pair: pair[0])
    return Page([item for _, item in items], encode_cursor(rows[0]["id"]) if more else None)


async def _check_exists(tx: Transaction, workspace_id: UUID, conversation_id: UUID) -> None:
    found = await tx.fetchval(
        "SELECT true FROM conversations WHERE workspace_id = $1 AND id = $2", workspace_id, conversation_id
    )
    if not found:
        raise NotFound("conversation")
