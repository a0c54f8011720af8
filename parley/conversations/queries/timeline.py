"""The timeline of a conversation: messages and the lines that tell what happened, newest page first."""

from datetime import datetime
from uuid import UUID

from parley.conversations.queries.messages import SELECT, build_messages
from parley.conversations.shapes import Event, Message, TimelineItem
from parley.kit.db import Transaction
from parley.kit.errors import NotFound
from parley.kit.files.links import FileLinks
from parley.kit.http.paging import Page, decode_cursor, encode_cursor

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
    "ConversationMerged",
    "ConversationJoined",
    "ConversationUnmerged",
    "ConversationSplit",
    "ThreadStarted",
    "MessageRedacted",
)
# What is kept for lists has facts of its own.
QUIET = ("promise_due_at", "promise_kind", "sentiment", "intent")
BEFORE_MESSAGE = frozenset({"ConversationOpened", "ConversationReopened", "ThreadStarted"})
PAGE = (
    SELECT
    + """
WHERE m.workspace_id = $1 AND m.conversation_id = $2 AND m.state <> 'cancelled'
  AND ($3::uuid IS NULL OR m.id < $3)
ORDER BY m.id DESC LIMIT $4
"""
)
EVENTS = """
SELECT f.id, f.at, f.kind, f.actor_kind, f.actor_id, f.data,
       CASE WHEN f.actor_kind = 'decider' THEN f.cause_id END AS decision_id
FROM facts f WHERE f.workspace_id = $1 AND f.conversation_id = $2 AND f.kind = ANY($3)
  AND NOT (f.kind = 'ConversationEdited' AND (f.data -> 'changes') - $6::text[] = '{}')
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
    edge: UUID | None = None
    until: datetime | None = None
    if before:
        edge, until = decode_cursor(before, UUID, datetime)
    rows = await tx.fetch(PAGE, workspace_id, conversation_id, edge, limit + 1)
    more = len(rows) > limit
    rows = rows[:limit][::-1]
    if not rows and edge is None:
        await check_conversation(tx, workspace_id, conversation_id)
    since = rows[0]["created_at"] if rows and more else None
    events = await tx.fetch(EVENTS, workspace_id, conversation_id, list(SHOWN), since, until, list(QUIET))
    items: list[TimelineItem] = [Event(**row) for row in reversed(events)]
    items += await build_messages(tx, workspace_id, rows, links, now)
    following = encode_cursor(rows[0]["id"], rows[0]["created_at"]) if more else None
    return Page(sorted(items, key=_place), following)


def _place(item: TimelineItem) -> tuple[datetime, int]:
    """Orders what happened in one moment: what a message opens stands before it, what follows behind."""
    if isinstance(item, Message):
        return item.created_at, 1
    return item.at, 0 if item.kind in BEFORE_MESSAGE else 2


async def check_conversation(tx: Transaction, workspace_id: UUID, conversation_id: UUID) -> None:
    """Raises NotFound when the workspace has no such conversation."""
    found = await tx.fetchval(
        "SELECT true FROM conversations WHERE workspace_id = $1 AND id = $2", workspace_id, conversation_id
    )
    if not found:
        raise NotFound("conversation")
