"""Conversations as rows: by id, for lists and for live pushes. One statement however long the page is."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from parley.conversations.model import PRIORITIES
from parley.conversations.shapes import ChannelRef, ConversationRow, CustomerRef, Preview
from parley.customers.identify import PROVEN
from parley.kit.db import Transaction
from parley.kit.errors import NotFound

PREVIEW_LENGTH = 160

# Joins on primary keys only, after the page has been chosen; `p` lists the chosen ids in order. CASE, because under
# row security PostgreSQL finds no row by a key that is computed by coalesce: it would read all messages.
ROWS = f"""
SELECT c.*, sv.value AS subject, nv.value AS customer_name, cu.avatar_colour,
       cu.blocked_at IS NOT NULL AS blocked, cu.vip,
       ident.value AS email, coalesce(ident.verified, false) AS verified, ch.name AS channel_name,
       left(lm.text, 400) AS preview_text, lm.author_kind AS preview_author, lm.created_at AS preview_at,
       lm.redacted_at IS NOT NULL AS preview_redacted,
       (SELECT coalesce(array_agg(t.tag_id ORDER BY t.tag_id), '{{}}') FROM conversation_tags t
         WHERE t.workspace_id = c.workspace_id AND t.conversation_id = c.id) AS tags,
       c.last_incoming_id IS NOT NULL
         AND (r.message_id IS NULL OR r.message_id < c.last_incoming_id) AS unread
FROM unnest($2::uuid[]) WITH ORDINALITY AS p(id, position)
JOIN conversations c ON c.workspace_id = $1 AND c.id = p.id
JOIN customers cu ON cu.workspace_id = $1 AND cu.id = c.customer_id
LEFT JOIN personal_values sv ON sv.workspace_id = $1 AND sv.id = c.subject_value_id
LEFT JOIN personal_values nv ON nv.workspace_id = $1 AND nv.id = cu.name_id
LEFT JOIN channels ch ON ch.workspace_id = $1 AND ch.id = c.channel_id
LEFT JOIN messages lm ON lm.workspace_id = $1
  AND lm.id = CASE WHEN c.preview_message_id IS NULL THEN c.last_message_id ELSE c.preview_message_id END
LEFT JOIN read_marks r ON r.workspace_id = $1 AND r.agent_id = $3 AND r.conversation_id = c.id
LEFT JOIN LATERAL (SELECT i.value, {PROVEN} AS verified FROM identities i
                   WHERE i.workspace_id = $1 AND i.customer_id = cu.id AND i.kind = 'email'
                   ORDER BY 2 DESC, i.verified DESC, i.id LIMIT 1) ident ON true
ORDER BY p.position
"""


async def list_rows(
    tx: Transaction, workspace_id: UUID, ids: Sequence[UUID], agent_id: UUID | None
) -> list[ConversationRow]:
    """Gives the rows of these conversations in this order; `unread` is the agent's, False without one."""
    if not ids:
        return []
    return [build_row(row, agent_id) for row in await tx.fetch(ROWS, workspace_id, list(ids), agent_id)]


async def find_row(
    tx: Transaction, workspace_id: UUID, conversation_id: UUID, agent_id: UUID | None
) -> ConversationRow | None:
    """Gives one row or None."""
    rows = await list_rows(tx, workspace_id, [conversation_id], agent_id)
    return rows[0] if rows else None


async def get_row(
    tx: Transaction, workspace_id: UUID, conversation_id: UUID, agent_id: UUID | None
) -> ConversationRow:
    """Gives one row; raises NotFound."""
    row = await find_row(tx, workspace_id, conversation_id, agent_id)
    if row is None:
        raise NotFound("conversation")
    return row


def build_row(row: Any, agent_id: UUID | None) -> ConversationRow:
    """Turns a database row into what lists show."""
    preview = None
    if row["preview_at"] is not None:
        text = (
            "" if row["preview_redacted"] else " ".join((row["preview_text"] or "").split())[:PREVIEW_LENGTH]
        )
        preview = Preview(text=text, author_kind=row["preview_author"], at=row["preview_at"])
    return ConversationRow(
        id=row["id"],
        number=row["number"],
        subject=row["subject"] or "",
        status=row["status"],
        priority=PRIORITIES[row["priority"]],
        customer=CustomerRef(
            id=row["customer_id"],
            name=row["customer_name"] or row["email"] or "",
            email=row["email"],
            avatar_colour=row["avatar_colour"],
            verified=row["verified"],
            blocked=row["blocked"],
            vip=row["vip"],
        ),
        channel=ChannelRef(id=row["channel_id"], kind=row["channel_kind"], name=row["channel_name"] or ""),
        brand_id=row["brand_id"],
        assignee_id=row["assignee_id"],
        team_id=row["team_id"],
        tags=row["tags"],
        preview=preview,
        unread=bool(row["unread"]) and agent_id is not None,
        waiting_since=row["waiting_since"],
        promise_due_at=row["promise_due_at"],
        promise_kind=row["promise_kind"],
        sentiment=row["sentiment"],
        intent=row["intent"],
        snoozed_until=row["snoozed_until"],
        snoozed_until_reply=row["snoozed_until_reply"],
        last_message_at=row["last_message_at"],
        last_incoming_id=row["last_incoming_id"],
        created_at=row["created_at"],
        message_count=row["message_count"],
        language=row["language"],
        rating=row["rating"],
        custom_fields=row["custom_fields"],
        merged_into_id=row["merged_into_id"],
        version=row["version"],
    )
