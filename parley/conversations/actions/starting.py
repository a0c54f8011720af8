"""Writing first: a new conversation by e-mail, and asking somebody else (a supplier) inside a conversation."""

from html import escape
from typing import Any
from uuid import UUID

import msgspec

from parley.conversations.actions.changing import tag_conversation
from parley.conversations.actions.opening import Opening, ThreadStart, open_conversation, start_thread
from parley.conversations.actions.posting import Draft, Posted, post_message
from parley.conversations.model import FileLink
from parley.conversations.ports import ChannelPort, NewThread
from parley.conversations.words import catalogue
from parley.customers.actions.identify import identify_customer
from parley.kit.ctx import Ctx
from parley.kit.errors import FieldError, Invalid, NotFound

MOST_FORWARDED = 50
FORWARDED = """
SELECT m.id, m.html, m.created_at, m.redacted_at, m.author_kind,
       coalesce(CASE m.author_kind WHEN 'agent' THEN a.name WHEN 'token' THEN k.name WHEN 'customer' THEN nv.value
                END, '') AS author,
       coalesce((SELECT jsonb_agg(jsonb_build_object('file_id', t.file_id, 'name', t.name,
                                                     'content_id', t.content_id, 'inline', t.inline)
                                  ORDER BY t.position)
                 FROM attachments t WHERE t.workspace_id = $1 AND t.message_id = m.id), '[]') AS files
FROM messages m
LEFT JOIN agents a ON a.workspace_id = $1 AND m.author_kind = 'agent' AND a.id = m.author_id
LEFT JOIN api_tokens k ON k.workspace_id = $1 AND m.author_kind = 'token' AND k.id = m.author_id
LEFT JOIN customers cu ON cu.workspace_id = $1 AND m.author_kind = 'customer' AND cu.id = m.author_id
LEFT JOIN personal_values nv ON nv.workspace_id = $1 AND nv.id = cu.name_id
WHERE m.workspace_id = $1 AND m.conversation_id = $2 AND m.id = ANY($3) AND m.state <> 'cancelled' ORDER BY m.id
"""


class Beginning(msgspec.Struct, frozen=True, kw_only=True):
    """A conversation that the shop begins; `draft` lacks only the conversation it belongs to."""

    channel_id: UUID
    to: list[dict[str, str]]
    subject: str
    html: str
    cc: list[dict[str, str]] = []
    bcc: list[dict[str, str]] = []
    file_ids: list[UUID] = []
    sender_id: UUID | None = None
    assignee_id: UUID | None = None
    tags: list[UUID] = []
    undo_seconds: int | None = None
    send_at: Any = None


async def begin_conversation(
    ctx: Ctx, port: ChannelPort, beginning: Beginning, agent_id: UUID | None
) -> Posted:
    """Opens a conversation with somebody and writes the first message; raises NotFound, Conflict and Invalid."""
    if not beginning.to:
        raise Invalid("no_recipient", "Say whom to write to.", FieldError("to", "empty"))
    subject = " ".join(beginning.subject.split())
    thread = await port.start_thread_to(ctx, beginning.channel_id, beginning.to, subject)
    found = await identify_customer(
        ctx, thread.identity_kind, thread.address, name=thread.name, reason="written_to"
    )
    conversation_id = await open_conversation(
        ctx,
        Opening(
            customer_id=found.customer_id,
            channel_id=beginning.channel_id,
            channel_kind=thread.channel_kind,
            brand_id=thread.brand_id,
            subject=subject,
            assignee_id=beginning.assignee_id,
            language=found.language,
        ),
    )
    thread_id = await start_thread(
        ctx, _start(conversation_id, beginning.channel_id, thread, subject, found.identity_id, "customer")
    )
    if beginning.tags:
        await tag_conversation(ctx, conversation_id, add=beginning.tags, remove=[])
    wanted: dict[str, Any] = {
        "to": beginning.to,
        "cc": beginning.cc,
        "bcc": beginning.bcc,
        "subject": subject,
    }
    if beginning.sender_id is not None:
        wanted["sender_id"] = str(beginning.sender_id)
    draft = Draft(
        conversation_id=conversation_id,
        thread_id=thread_id,
        html=beginning.html,
        file_ids=beginning.file_ids,
        wanted=wanted,
        send_at=beginning.send_at,
        undo_seconds=beginning.undo_seconds,
        **_author(ctx, agent_id),
    )
    return await post_message(ctx, port, draft)


def _author(ctx: Ctx, agent_id: UUID | None) -> dict[str, Any]:
    if agent_id is None and ctx.actor.kind == "token":
        return {"author_kind": "token", "author_id": ctx.actor.id}
    return {"author_id": agent_id}


class Forwarding(msgspec.Struct, frozen=True, kw_only=True):
    """Messages handed on to somebody else, with some words before them."""

    conversation_id: UUID
    channel_id: UUID | None
    to: list[dict[str, str]]
    html: str
    message_ids: list[UUID]
    subject: str = ""
    cc: list[dict[str, str]] = []
    undo_seconds: int | None = None


async def forward_messages(
    ctx: Ctx, port: ChannelPort, forwarding: Forwarding, agent_id: UUID | None
) -> Posted:
    """Sends messages of a conversation with their files to somebody else, in a thread of its own.

    His answer lands in the same conversation; the customer does not see it. Raises NotFound and Invalid.
    """
    if not forwarding.to:
        raise Invalid("no_recipient", "Say whom to write to.", FieldError("to", "empty"))
    source = await _find_source(ctx, forwarding)
    channel_id = source["channel_id"]
    rows = await _load_forwarded(ctx, forwarding)
    subject = forwarding.subject or source["subject"] or f"{source['shop']} #{source['number']}"
    subject = f"Fwd: {subject}"
    thread = await port.start_thread_to(ctx, channel_id, forwarding.to, subject)
    thread_id = await start_thread(
        ctx, _start(forwarding.conversation_id, channel_id, thread, subject, None, "forward")
    )
    draft = Draft(
        conversation_id=forwarding.conversation_id,
        thread_id=thread_id,
        html=forwarding.html + "".join(quote_forwarded(row, source) for row in rows),
        links=[link for row in rows for link in msgspec.convert(row["files"], list[FileLink])],
        wanted={"to": forwarding.to, "cc": forwarding.cc, "subject": subject},
        undo_seconds=forwarding.undo_seconds,
        **_author(ctx, agent_id),
    )
    return await post_message(ctx, port, draft)


async def _find_source(ctx: Ctx, forwarding: Forwarding) -> Any:
    """Gives the channel to send by, the newest e-mail thread's when none is named, and what names the conversation.

    `subject` may be None; `shop` is its brand's name, else the workspace's, whose language is `language`.
    """
    row = await ctx.tx.fetchrow(
        """SELECT coalesce($3::uuid, (
                    SELECT t.channel_id FROM threads t WHERE t.workspace_id = $1 AND t.conversation_id = c.id
                    AND t.channel_kind = 'email' ORDER BY t.last_message_at DESC, t.id DESC LIMIT 1)) AS channel_id,
                  sv.value AS subject, c.number, coalesce(b.name, w.name) AS shop, w.language
           FROM conversations c
           JOIN workspaces w ON w.workspace_id = c.workspace_id
           LEFT JOIN brands b ON b.workspace_id = $1 AND b.id = c.brand_id
           LEFT JOIN personal_values sv ON sv.workspace_id = $1 AND sv.id = c.subject_value_id
           WHERE c.workspace_id = $1 AND c.id = $2""",
        ctx.workspace_id,
        forwarding.conversation_id,
        forwarding.channel_id,
    )
    if row is None:
        raise NotFound("conversation")
    if row["channel_id"] is None:
        raise Invalid(
            "no_channel", "Choose the e-mail channel to send by.", FieldError("channel_id", "missing")
        )
    return row


async def _load_forwarded(ctx: Ctx, forwarding: Forwarding) -> list[Any]:
    wanted = set(forwarding.message_ids)
    if len(wanted) > MOST_FORWARDED:
        raise Invalid(
            "too_many", f"At most {MOST_FORWARDED} messages at once.", FieldError("message_ids", "too many")
        )
    rows = await ctx.tx.fetch(FORWARDED, ctx.workspace_id, forwarding.conversation_id, list(wanted))
    if len(rows) != len(wanted) or any(row["redacted_at"] is not None for row in rows):
        raise NotFound("message")
    return list(rows)


def quote_forwarded(row: Any, source: Any) -> str:
    """Writes a message that is handed on: who wrote it and when, then its text as a quote.

    Somebody without a name is called a customer, or by the shop's name when the shop wrote.
    """
    nameless = (
        catalogue().translate(source["language"], "forward.customer")
        if row["author_kind"] == "customer"
        else source["shop"]
    )
    at = row["created_at"].strftime("%Y-%m-%d %H:%M UTC")
    return f"<p>{escape(row['author'] or nameless)} · {at}</p><blockquote>{row['html'] or ''}</blockquote>"


def _start(
    conversation_id: UUID,
    channel_id: UUID,
    thread: NewThread,
    subject: str,
    identity_id: UUID | None,
    purpose: str,
) -> ThreadStart:
    return ThreadStart(
        conversation_id=conversation_id,
        channel_id=channel_id,
        channel_kind=thread.channel_kind,
        key=thread.key,
        identity_id=identity_id,
        subject=subject,
        participants=thread.participants,
        purpose=purpose,
    )
