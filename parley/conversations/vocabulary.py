"""What rules can test of a message and of its conversation."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from parley.conversations.model import PRIORITIES, STATUSES
from parley.kit.conditions.catalogue import Past, Section, Subject
from parley.kit.conditions.fields import Field
from parley.kit.ctx import Ctx
from parley.kit.runtime import Runtime

SENTIMENTS = ("positive", "promoter", "neutral", "negative", "furious")

LOAD_MESSAGES = """
SELECT m.id, m.text, p.value AS subject, m.attachment_count, m.channel_kind, m.channel_id, m.automatic, m.author_kind,
  m.id = (SELECT f.id FROM messages f WHERE f.workspace_id = $1 AND f.conversation_id = m.conversation_id
          ORDER BY f.id LIMIT 1) AS first,
  i.value AS address
FROM messages m
LEFT JOIN personal_values p ON p.workspace_id = $1 AND p.id = m.subject_value_id
LEFT JOIN threads t ON t.workspace_id = $1 AND t.id = m.thread_id
LEFT JOIN identities i ON i.workspace_id = $1 AND i.id = t.identity_id AND i.kind = 'email'
WHERE m.workspace_id = $1 AND m.id = ANY($2)
"""
LOAD_CONVERSATIONS = """
SELECT c.id, c.customer_id, c.status, c.priority, c.assignee_id, c.team_id, c.language, c.channel_kind, c.brand_id,
  p.value AS subject, c.message_count, c.created_at, c.waiting_since, c.rating, c.sentiment, c.intent,
  ARRAY(SELECT ct.tag_id FROM conversation_tags ct WHERE ct.workspace_id = $1 AND ct.conversation_id = c.id) AS tags
FROM conversations c
LEFT JOIN personal_values p ON p.workspace_id = $1 AND p.id = c.subject_value_id
WHERE c.workspace_id = $1 AND c.id = ANY($2)
"""
# A fact about an order or a customer means the conversation that is open with him.
NEWEST_OPEN = """
SELECT u.id AS customer_id, c.id FROM unnest($2::uuid[]) AS u(id) CROSS JOIN LATERAL (
  SELECT id FROM conversations WHERE workspace_id = $1 AND customer_id = u.id AND status IN ('open', 'snoozed')
  ORDER BY last_message_at DESC, id DESC LIMIT 1) c
"""

MESSAGE_FIELDS = (
    Field("message.text", "text", personal=True),
    Field("message.subject", "text", personal=True),
    Field("message.words", "number"),
    Field("message.attachments", "number"),
    Field("message.channel", "choice", source="channel_kinds"),
    Field("message.channel_id", "choice", source="channels"),
    Field("message.first", "flag"),
    Field("message.automatic", "flag"),
    Field("message.author", "choice", ("customer", "agent", "assistant", "decider", "system")),
    Field("message.sender_address", "text", personal=True),
    Field("message.sender_domain", "text"),
)
CONVERSATION_FIELDS = (
    Field("conversation.status", "choice", STATUSES),
    Field("conversation.priority", "choice", PRIORITIES),
    Field("conversation.assignee_id", "choice", source="agents"),
    Field("conversation.team_id", "choice", source="teams"),
    Field("conversation.tags", "choices", source="tags"),
    Field("conversation.language", "choice", source="languages"),
    Field("conversation.channel", "choice", source="channel_kinds"),
    Field("conversation.brand_id", "choice", source="brands"),
    Field("conversation.subject", "text", personal=True),
    Field("conversation.messages", "number"),
    Field("conversation.created_at", "moment"),
    Field("conversation.waiting_since", "moment"),
    Field("conversation.open_minutes", "number", unit="minutes"),
    Field("conversation.rating", "number"),
    Field("conversation.sentiment", "choice", SENTIMENTS),
    Field("conversation.intent", "choice", source="intents"),
)
# The conversations that a customer had at a moment, and what he sounded like in the one begun before.
LOAD_HISTORY = """
SELECT w.n, h.conversations, b.sentiment
FROM unnest($2::int[], $3::uuid[], $4::uuid[], $5::timestamptz[]) AS w(n, customer_id, conversation_id, at)
LEFT JOIN conversations this ON this.workspace_id = $1 AND this.id = w.conversation_id
CROSS JOIN LATERAL (
  SELECT count(*)::int AS conversations FROM conversations c
  WHERE c.workspace_id = $1 AND c.customer_id = w.customer_id AND c.merged_into_id IS NULL
    AND c.created_at <= w.at) h
LEFT JOIN LATERAL (
  SELECT c.sentiment FROM conversations c
  WHERE c.workspace_id = $1 AND c.customer_id = w.customer_id AND c.merged_into_id IS NULL
    AND c.created_at < coalesce(this.created_at, w.at)
  ORDER BY c.created_at DESC, c.id DESC LIMIT 1) b ON true
"""
HISTORY_FIELDS = (
    Field("history.conversations", "number"),
    Field("history.sentiment_before", "choice", SENTIMENTS),
)


async def load_messages(ctx: Ctx, subjects: Sequence[Subject]) -> None:
    """Reads the messages that the facts name."""
    wanted = {
        subject: message_id
        for subject in subjects
        if isinstance(message_id := getattr(subject.fact, "message_id", None), UUID)
    }
    if not wanted:
        return
    rows = await ctx.tx.fetch(LOAD_MESSAGES, ctx.workspace_id, list(set(wanted.values())))
    found = {row["id"]: row for row in rows}
    for subject, message_id in wanted.items():
        row = found.get(message_id)
        if row is not None:
            subject.ids["message"] = message_id
            subject.values |= _describe_message(dict(row))


def _describe_message(row: Mapping[str, Any]) -> dict[str, Any]:
    address = row["address"] or ""
    return {
        "message.text": row["text"],
        "message.subject": row["subject"],
        "message.words": len((row["text"] or "").split()),
        "message.attachments": row["attachment_count"],
        "message.channel": row["channel_kind"],
        "message.channel_id": str(row["channel_id"]) if row["channel_id"] else None,
        "message.first": row["first"],
        "message.automatic": row["automatic"],
        "message.author": row["author_kind"],
        "message.sender_address": address or None,
        "message.sender_domain": address.rpartition("@")[2].casefold() or None,
    }


async def load_conversations(ctx: Ctx, subjects: Sequence[Subject]) -> None:
    """Reads the conversations of the facts, or those that are open with the customers they are about."""
    wanted = {subject: id_ for subject in subjects if (id_ := subject.fact.conversation()) is not None}
    others = {
        subject: customer_id
        for subject in subjects
        if subject not in wanted
        and isinstance(customer_id := getattr(subject.fact, "customer_id", None), UUID)
    }
    if others:
        rows = await ctx.tx.fetch(NEWEST_OPEN, ctx.workspace_id, list(set(others.values())))
        newest = {row["customer_id"]: row["id"] for row in rows}
        wanted |= {subject: newest[customer] for subject, customer in others.items() if customer in newest}
    for subject, customer_id in others.items():
        subject.ids["customer"] = customer_id
    if not wanted:
        return
    found = {
        row["id"]: row
        for row in await ctx.tx.fetch(LOAD_CONVERSATIONS, ctx.workspace_id, list(set(wanted.values())))
    }
    for subject, conversation_id in wanted.items():
        row = found.get(conversation_id)
        if row is not None:
            fill_conversation(subject, dict(row))


def recall_conversation(past: Past, subject: Subject) -> None:
    """Gives the conversation as it stood when the fact was told."""
    conversation_id = subject.fact.conversation()
    if conversation_id is None:
        customer_id = getattr(subject.fact, "customer_id", None)
        if not isinstance(customer_id, UUID):
            return
        subject.ids["customer"] = customer_id
        standing = [
            row
            for row in past.rows("conversation", customer_id=customer_id)
            if row["status"] in ("open", "snoozed")
        ]
        if not standing:
            return
        conversation_id = max(standing, key=lambda row: (row["last_message_at"], row["id"]))["id"]
    row = past.row("conversation", conversation_id)
    if row is not None:
        fill_conversation(subject, row)


def fill_conversation(subject: Subject, row: Mapping[str, Any]) -> None:
    """Lays a conversation's row (with `subject` and `tags`) on the subject's sheet."""
    subject.ids["conversation"] = row["id"]
    subject.ids.setdefault("customer", row["customer_id"])
    message_id = getattr(subject.fact, "message_id", None)
    if isinstance(message_id, UUID):
        subject.ids.setdefault("message", message_id)
    subject.values |= {
        "conversation.status": row["status"],
        "conversation.priority": PRIORITIES[row["priority"]],
        "conversation.assignee_id": _text(row["assignee_id"]),
        "conversation.team_id": _text(row["team_id"]),
        "conversation.tags": sorted(str(tag) for tag in row["tags"]),
        "conversation.language": row["language"],
        "conversation.channel": row["channel_kind"],
        "conversation.brand_id": _text(row["brand_id"]),
        "conversation.subject": row["subject"],
        "conversation.messages": row["message_count"],
        "conversation.created_at": row["created_at"],
        "conversation.waiting_since": row["waiting_since"],
        "conversation.open_minutes": int((subject.now - row["created_at"]).total_seconds() // 60),
        "conversation.rating": row["rating"],
        "conversation.sentiment": row["sentiment"],
        "conversation.intent": row["intent"],
    }


async def load_history(ctx: Ctx, subjects: Sequence[Subject]) -> None:
    """Counts the conversations that the customers had at each subject's moment, and looks at the one before."""
    known = [subject for subject in subjects if "customer" in subject.ids]
    if not known:
        return
    rows = await ctx.tx.fetch(
        LOAD_HISTORY,
        ctx.workspace_id,
        list(range(len(known))),
        [subject.ids["customer"] for subject in known],
        [subject.ids.get("conversation") for subject in known],
        [subject.now for subject in known],
    )
    for row in rows:
        known[row["n"]].values |= {
            "history.conversations": row["conversations"],
            "history.sentiment_before": row["sentiment"],
        }


def _text(value: UUID | None) -> str | None:
    return None if value is None else str(value)


def register_vocabulary(runtime: Runtime) -> None:
    """Adds the sections of the slice."""
    catalogue = runtime.catalogue
    catalogue.add_section(
        Section("conversation", CONVERSATION_FIELDS, load_conversations, recall=recall_conversation)
    )
    catalogue.add_section(Section("message", MESSAGE_FIELDS, load_messages))
    catalogue.add_section(Section("history", HISTORY_FIELDS, load_history, after=("conversation",)))
