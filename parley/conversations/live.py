"""What screens need beside the facts: the rows and messages they tell of, looked up once per batch."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from parley.conversations.queries.messages import list_messages
from parley.conversations.queries.rows import list_rows
from parley.kit.db import Transaction
from parley.kit.live.hub import Enricher
from parley.kit.log.fact import Recorded
from parley.kit.runtime import Runtime

WITH_MESSAGE = frozenset(
    {
        "MessageReceived",
        "MessagePosted",
        "NoteAdded",
        "MessageStateChanged",
        "MessageRescheduled",
        "MessageDelivered",
        "MessageFailed",
        "MessageRedacted",
    }
)
# Messages come and go with these; what is older is fetched when it is looked at.
REARRANGED = frozenset(
    {"ConversationMerged", "ConversationJoined", "ConversationUnmerged", "ConversationSplit"}
)
NEWEST = """
SELECT m.id FROM unnest($2::uuid[]) AS c(id) CROSS JOIN LATERAL (
  SELECT id FROM messages WHERE workspace_id = $1 AND conversation_id = c.id ORDER BY id DESC LIMIT 100) m
"""
ABOUT_CUSTOMER = frozenset({"CustomerChanged", "IdentityAdded", "IdentityVerified", "IdentityMoved"})
# One look of a customer's marks all messages he has not seen before: they carry the time of the fact.
SEEN = """
SELECT m.id FROM unnest($2::uuid[], $3::uuid[], $4::timestamptz[]) AS s(conversation_id, thread_id, at)
JOIN messages m ON m.workspace_id = $1 AND m.conversation_id = s.conversation_id AND m.thread_id = s.thread_id
  AND m.seen_at = s.at
"""
# What a list shows of a customer changes with him; older conversations are fetched when they are looked at.
OF_CUSTOMERS = """
SELECT c.id FROM unnest($2::uuid[]) AS u(id) CROSS JOIN LATERAL (
  SELECT id FROM conversations WHERE workspace_id = $1 AND customer_id = u.id
  ORDER BY last_message_at DESC, id DESC LIMIT 100) c
"""

# His name stands on what he wrote.
BY_CUSTOMERS = """
SELECT id FROM messages WHERE workspace_id = $1 AND conversation_id = ANY($2) AND author_kind = 'customer'
  AND author_id = ANY($3) ORDER BY id DESC LIMIT 200
"""


def build_enricher(runtime: Runtime) -> Enricher:
    """Gives the enricher of the inbox: `conversations` and `messages` for every batch of facts."""

    async def enrich(
        tx: Transaction, workspace_id: UUID, facts: list[Recorded], extras: dict[str, Any]
    ) -> None:
        touched = await _touched(tx, workspace_id, facts)
        if not touched:
            return
        ids = [UUID(fact.data["message_id"]) for fact in facts if fact.kind in WITH_MESSAGE]
        ids += await _seen(tx, workspace_id, [fact for fact in facts if fact.kind == "MessageSeen"])
        moved = [f.conversation_id for f in facts if f.kind in REARRANGED]
        moved += [UUID(f.data["into_id"]) for f in facts if f.kind == "ConversationSplit"]
        if moved:
            ids += [row["id"] for row in await tx.fetch(NEWEST, workspace_id, moved)]
        renamed = [fact.subject_id for fact in facts if "name_id" in fact.data.get("changes", ())]
        if renamed:
            ids += [row["id"] for row in await tx.fetch(BY_CUSTOMERS, workspace_id, touched, renamed)]
        extras["conversations"] = await list_rows(tx, workspace_id, touched, None)
        extras["messages"] = await list_messages(
            tx, workspace_id, list(dict.fromkeys(ids)), runtime.parts["file_links"], runtime.clock.now()
        )

    return enrich


async def _touched(tx: Transaction, workspace_id: UUID, facts: Sequence[Recorded]) -> list[UUID]:
    found = [fact.conversation_id for fact in facts if fact.conversation_id is not None]
    customers = {
        UUID(fact.data[name])
        for fact in facts
        if fact.kind in ABOUT_CUSTOMER
        for name in ("customer_id", "previous_customer_id")
        if fact.data.get(name)
    }
    if customers:
        found += [row["id"] for row in await tx.fetch(OF_CUSTOMERS, workspace_id, sorted(customers))]
    return list(dict.fromkeys(found))


async def _seen(tx: Transaction, workspace_id: UUID, facts: Sequence[Recorded]) -> list[UUID]:
    if not facts:
        return []
    rows = await tx.fetch(
        SEEN,
        workspace_id,
        [fact.conversation_id for fact in facts],
        [UUID(fact.data["thread_id"]) for fact in facts],
        [fact.at for fact in facts],
    )
    return [row["id"] for row in rows]
