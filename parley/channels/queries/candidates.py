"""Conversations that a mail might belong to: by its references, by our plus token, by its sender's recent ones."""

from collections.abc import Collection
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from parley.kit.ctx import Ctx

REFERRED = """
SELECT thread_id, external_id FROM messages
WHERE workspace_id = $1 AND channel_kind = 'email' AND external_id = ANY($2) AND thread_id IS NOT NULL
"""
COPIES = """
SELECT d.external_id, d.conversation_id, d.address, d.created_at, c.closed_at,
       coalesce(i.customer_id, c.customer_id) AS customer_id
FROM deliveries d JOIN conversations c ON c.workspace_id = $1 AND c.id = d.conversation_id
LEFT JOIN threads t ON t.workspace_id = $1 AND t.id = d.thread_id
LEFT JOIN identities i ON i.workspace_id = $1 AND i.id = t.identity_id
WHERE d.workspace_id = $1 AND d.external_id = ANY($2) AND d.purpose = 'copy'
ORDER BY d.id DESC LIMIT 20
"""
THREADS = """
WITH wanted AS (
  SELECT id FROM threads WHERE workspace_id = $1 AND id = ANY($2)
  UNION SELECT id FROM threads WHERE workspace_id = $1 AND token = ANY($3)
  UNION (SELECT t.id FROM identities i JOIN threads t ON t.workspace_id = $1 AND t.identity_id = i.id
         WHERE i.workspace_id = $1 AND i.kind = 'email' AND i.value_key = $4 AND t.channel_kind = 'email'
         ORDER BY t.last_message_at DESC LIMIT 20)
)
SELECT t.id, t.conversation_id, t.channel_id, t.token, t.participants, t.last_message_at, c.closed_at, c.customer_id,
       sv.value AS subject, i.value AS address
FROM wanted w JOIN threads t ON t.workspace_id = $1 AND t.id = w.id
JOIN conversations c ON c.workspace_id = $1 AND c.id = t.conversation_id
LEFT JOIN personal_values sv ON sv.workspace_id = $1 AND sv.id = t.subject_value_id
LEFT JOIN identities i ON i.workspace_id = $1 AND i.id = t.identity_id AND i.kind = 'email'
WHERE t.channel_kind = 'email'
"""


class KnownThread(msgspec.Struct, frozen=True, kw_only=True):
    """An e-mail thread, with those of the searched ids that belong to it."""

    id: UUID
    conversation_id: UUID
    channel_id: UUID
    customer_id: UUID
    token: str
    participants: list[dict[str, Any]]
    address: str | None
    subject: str | None
    last_message_at: datetime
    closed_at: datetime | None
    message_ids: frozenset[str]


class KnownCopy(msgspec.Struct, frozen=True, kw_only=True):
    """A mail with copies of chat messages that went out earlier."""

    external_id: str
    conversation_id: UUID
    customer_id: UUID
    address: dict[str, Any]
    created_at: datetime
    closed_at: datetime | None


async def list_threads(
    ctx: Ctx, references: Collection[str], tokens: Collection[str], sender: str
) -> list[KnownThread]:
    """Lists the e-mail threads that these references, tokens or this sender may mean."""
    by_thread: dict[UUID, set[str]] = {}
    if references:
        for row in await ctx.tx.fetch(REFERRED, ctx.workspace_id, list(references)):
            by_thread.setdefault(row["thread_id"], set()).add(row["external_id"])
    rows = await ctx.tx.fetch(THREADS, ctx.workspace_id, list(by_thread), list(tokens), sender.lower())
    return [KnownThread(**row, message_ids=frozenset(by_thread.get(row["id"], ()))) for row in rows]


async def list_copies(ctx: Ctx, references: Collection[str]) -> list[KnownCopy]:
    """Lists the copies of chat messages that went out under these ids."""
    if not references:
        return []
    return [KnownCopy(**row) for row in await ctx.tx.fetch(COPIES, ctx.workspace_id, list(references))]
