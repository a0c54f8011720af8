"""What a visitor may see: messages of his own thread; those of his by other channels only when he is verified.

A conversation may hold threads of another customer (it was merged with his), or of a supplier: never those.
"""

from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from parley.channels.chat.frames import WidgetAuthor, WidgetConversation, WidgetFile, WidgetMessage
from parley.channels.chat.visitors import Visitor
from parley.conversations.model import Received
from parley.conversations.queries.messages import SELECT, build_messages
from parley.conversations.shapes import Attachment, ConversationRow, Message
from parley.customers.identify import avatar_colour
from parley.kit.ctx import Ctx
from parley.kit.files.links import FileLinks

HIDDEN_STATES = ("scheduled", "cancelled")
PAGE = 30
PAGE_SQL = (
    SELECT
    + """
WHERE m.workspace_id = $1 AND m.conversation_id = ANY(ARRAY(
    SELECT $2::uuid UNION ALL
    SELECT CASE WHEN g.source_id = $2 THEN g.target_id ELSE g.source_id END FROM conversation_merges g
    WHERE g.workspace_id = $1 AND g.act = 'split' AND g.undone_at IS NULL AND (g.source_id = $2 OR g.target_id = $2)))
  AND m.kind = 'message' AND m.state <> ALL($3)
  AND (m.thread_id = $5 OR $4 AND m.thread_id IN (
    SELECT t.id FROM threads t JOIN identities i ON i.workspace_id = $1 AND i.id = t.identity_id
    WHERE t.workspace_id = $1 AND t.conversation_id = $2 AND t.purpose = 'customer'
      AND i.customer_id = (SELECT o.customer_id FROM identities o WHERE o.workspace_id = $1 AND o.id = $8)))
  AND ($6::uuid IS NULL OR m.id < $6)
ORDER BY m.id DESC LIMIT $7
"""
)
# The sub-select hides how many ids there are, so that the plan is kept.
OUTSIDE = """SELECT m.id, m.external_id, m.envelope, i.customer_id FROM messages m
LEFT JOIN threads t ON t.workspace_id = $1 AND t.id = m.thread_id AND t.purpose = 'customer'
LEFT JOIN identities i ON i.workspace_id = $1 AND i.id = t.identity_id
WHERE m.workspace_id = $1 AND m.id = ANY((SELECT $2::uuid[])::uuid[])"""


class Outside(msgspec.Struct, frozen=True):
    """What a widget needs of a message beside what the desk shows; `customer_id` is whose thread it is on."""

    external_id: str | None = None
    envelope: dict[str, Any] | None = None
    customer_id: UUID | None = None


def may_see(visitor: Visitor, message: Message, owner: UUID | None) -> bool:
    """Says whether a message is for the visitor's eyes; `owner` is the customer whose thread it is on."""
    return (
        message.kind == "message"
        and message.state not in HIDDEN_STATES
        and (
            message.thread_id == visitor.thread_id
            or (visitor.verified and owner is not None and owner == visitor.customer_id)
        )
    )


async def list_visible(
    ctx: Ctx, visitor: Visitor, links: FileLinks, *, before: UUID | None = None
) -> tuple[list[WidgetMessage], bool]:
    """Gives a page of the conversation, oldest first, and whether there is more above."""
    if visitor.conversation_id is None:
        return [], False
    rows = await ctx.tx.fetch(
        PAGE_SQL,
        ctx.workspace_id,
        visitor.conversation_id,
        list(HIDDEN_STATES),
        visitor.verified,
        visitor.thread_id,
        before,
        PAGE + 1,
        visitor.identity_id,
    )
    more = len(rows) > PAGE
    rows = rows[:PAGE][::-1]
    messages = await build_messages(ctx.tx, ctx.workspace_id, rows, links, ctx.now)
    asks = {row["id"]: ask_of(row["envelope"]) for row in rows}
    clients = {row["id"]: row["external_id"] if row["direction"] == "in" else None for row in rows}
    return [build_widget_message(m, clients[m.id], asks[m.id]) for m in messages], more


def ask_of(envelope: dict[str, Any] | None) -> str | None:
    """Reads which form a message brings."""
    return (envelope or {}).get("ask")


def build_widget_message(message: Message, client_id: str | None, ask: str | None) -> WidgetMessage:
    """Turns a message of the desk into what the visitor sees: first names, no addresses, no quotes, no errors."""
    # To the visitor a program speaks for the shop, as its people do.
    kind = "agent" if message.author.kind == "token" else message.author.kind
    name = message.author.public_name if kind == "agent" else ""
    return WidgetMessage(
        id=message.id,
        client_id=client_id,
        author=WidgetAuthor(kind, name, message.author.avatar_colour),
        html="" if message.redacted else message.html,
        text="" if message.redacted else message.text,
        files=[] if message.redacted else [_file(a) for a in message.attachments if not a.inline],
        at=message.created_at,
        state="received" if message.direction == "in" else "sent",
        seen=message.seen_at is not None,
        ask=ask,
    )


def build_own_message(received: Received, customer_id: UUID, client_id: str, at: datetime) -> WidgetMessage:
    """Shows the visitor his message as it was just stored; for one without files."""
    return WidgetMessage(
        id=received.message_id,
        client_id=client_id,
        author=WidgetAuthor("customer", "", avatar_colour(customer_id)),
        html=received.html,
        text=received.text,
        files=[],
        at=at,
        state="received",
        seen=False,
        ask=None,
    )


def _file(attachment: Attachment) -> WidgetFile:
    return WidgetFile(
        attachment.id,
        attachment.name,
        attachment.type,
        attachment.size,
        attachment.url,
        attachment.thumbnail_url,
        attachment.width,
        attachment.height,
    )


def build_widget_conversation(row: ConversationRow) -> WidgetConversation:
    """Turns a row into what the visitor sees: spam and snoozed look open to him."""
    return WidgetConversation(row.id, "closed" if row.status == "closed" else "open", row.rating)


def mask_email(email: str) -> str:
    """Shows enough of an address to recognise one's own."""
    local, _, domain = email.partition("@")
    return f"{local[:1]}…@{domain}" if domain else "…"
