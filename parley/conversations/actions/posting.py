"""Writing to the customer, and notes among ourselves."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec

from parley.conversations.actions.attaching import attach_files, find_uploads
from parley.conversations.actions.delivering import queue_delivery
from parley.conversations.errors import NewerMessage
from parley.conversations.model import as_changes, only_changed
from parley.conversations.ports import ChannelPort, SendingRules
from parley.facts.conversations import MessagePosted, NoteAdded
from parley.kit.ctx import Ctx
from parley.kit.errors import Conflict, FieldError, Invalid, NotFound
from parley.kit.ids import uuid7
from parley.kit.masking import mask_cards
from parley.kit.metrics import MESSAGES
from parley.kit.richtext import html_from_text, sanitise_html, text_from_html

MAX_HTML = 500_000
TOUCHED = ("waiting_since", "last_message_id", "last_message_at", "first_reply_at", "message_count", "snoozed_until_reply")

POST = """
WITH prev AS (
  SELECT id, waiting_since, last_message_id, last_message_at, first_reply_at, message_count, snoozed_until_reply
  FROM conversations WHERE workspace_id = $1 AND id = $2 FOR UPDATE
), m AS (
  INSERT INTO messages (workspace_id, id, conversation_id, thread_id, channel_id, channel_kind, kind, direction,
                        author_kind, author_id, external_id, html, text, envelope, state, automatic, attachment_count,
                        mentions, undo_until, scheduled_for, created_at)
  SELECT $1, $3, $2, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21 FROM prev
), t AS (
  UPDATE threads SET last_message_at = $21 FROM prev WHERE threads.workspace_id = $1 AND threads.id = $4 AND $7 = 'message'
), c AS (
  UPDATE conversations SET
    waiting_since = CASE WHEN $22 THEN NULL ELSE conversations.waiting_since END,
    first_reply_at = CASE WHEN $22 THEN coalesce(conversations.first_reply_at, $21) ELSE conversations.first_reply_at END,
    last_message_id = CASE WHEN $7 = 'message' THEN $3 ELSE conversations.last_message_id END,
    last_message_at = CASE WHEN $7 = 'message' THEN $21 ELSE conversations.last_message_at END,
    message_count = conversations.message_count + 1, version = version + 1
  FROM prev WHERE conversations.workspace_id = $1 AND conversations.id = $2
  RETURNING conversations.waiting_since, conversations.last_message_id, conversations.last_message_at,
    conversations.first_reply_at, conversations.message_count, conversations.snoozed_until_reply
)
SELECT c.*, prev.waiting_since AS old_waiting_since, prev.last_message_id AS old_last_message_id,
  prev.last_message_at AS old_last_message_at, prev.first_reply_at AS old_first_reply_at,
  prev.message_count AS old_message_count, prev.snoozed_until_reply AS old_snoozed_until_reply
FROM prev JOIN c ON true
"""


class Draft(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody wants to post."""

    conversation_id: UUID
    thread_id: UUID | None = None
    html: str = ""
    text: str = ""
    file_ids: list[UUID] = []
    wanted: dict[str, Any] = {}
    """Recipients and subject where the writer chose them: to, cc, bcc, subject, sender."""
    send_at: datetime | None = None
    undo_seconds: int | None = None
    seen_up_to: UUID | None = None
    automatic: bool = False
    author_kind: str = "agent"
    author_id: UUID | None = None
    mentions: list[UUID] = []


class Thread(msgspec.Struct, frozen=True):
    """Where a reply goes."""

    id: UUID
    channel_id: UUID
    channel_kind: str


class Posted(msgspec.Struct, frozen=True):
    """The new message."""

    message_id: UUID
    thread_id: UUID | None
    state: str
    undo_until: datetime | None


async def post_message(ctx: Ctx, port: ChannelPort, draft: Draft) -> Posted:
    """Posts a reply: checks the channel's rules, stores it, queues its delivery.

    Raises NotFound, NewerMessage when somebody wrote after `seen_up_to`, and Invalid for an empty or refused reply.
    """
    thread = await _choose_thread(ctx, draft)
    rules = await port.get_rules(ctx, thread.channel_id)
    html, text = clean_body(draft, rules.max_length)
    if rules.refusal is not None:
        raise Conflict("cannot_reply", rules.refusal)
    if draft.seen_up_to is not None:
        await _refuse_when_newer(ctx, draft.conversation_id, draft.seen_up_to)
    files = await find_uploads(ctx, draft.file_ids) if draft.file_ids else []
    message_id = uuid7()
    outgoing = await port.address_reply(ctx, thread.id, message_id, draft.wanted)
    undo_until, not_before = plan_sending(ctx.now, rules, draft)
    state = "sent" if rules.instant and not_before is None else "scheduled" if not_before is not None else "queued"
    row = await ctx.tx.fetchrow(
        POST, ctx.workspace_id, draft.conversation_id, message_id, thread.id, thread.channel_id, thread.channel_kind,
        "message", "out", draft.author_kind, draft.author_id, outgoing.external_id, html, text, outgoing.envelope, state,
        draft.automatic, len(files), [], undo_until, draft.send_at, ctx.now, not draft.automatic,
    )
    if row is None:
        raise NotFound("conversation")
    if files:
        await attach_files(ctx, message_id, files)
    changes, previous = _split(row)
    ctx.emit(
        MessagePosted(
            conversation_id=draft.conversation_id, message_id=message_id, thread_id=thread.id,
            channel_id=thread.channel_id, channel_kind=thread.channel_kind, author_kind=draft.author_kind,
            author_id=draft.author_id, automatic=draft.automatic, scheduled_for=not_before, changes=changes,
            previous=previous,
        )
    )
    if state != "sent":
        await queue_delivery(
            ctx, message_id=message_id, thread_id=thread.id, conversation_id=draft.conversation_id,
            channel_id=thread.channel_id, purpose="reply", not_before=not_before or ctx.now,
        )
    MESSAGES.labels("out", thread.channel_kind).inc()
    return Posted(message_id, thread.id, state, undo_until)


async def add_note(ctx: Ctx, draft: Draft) -> Posted:
    """Adds a note that only the shop's people see; raises NotFound and Invalid."""
    html, text = clean_body(draft, MAX_HTML)
    files = await find_uploads(ctx, draft.file_ids) if draft.file_ids else []
    message_id = uuid7()
    row = await ctx.tx.fetchrow(
        POST, ctx.workspace_id, draft.conversation_id, message_id, None, None, "note", "note", "internal",
        draft.author_kind, draft.author_id, None, html, text, None, "sent", False, len(files), draft.mentions, None, None,
        ctx.now, False,
    )
    if row is None:
        raise NotFound("conversation")
    if files:
        await attach_files(ctx, message_id, files)
    if draft.mentions:
        await _store_mentions(ctx, draft.conversation_id, message_id, draft.mentions)
    changes, previous = _split(row)
    ctx.emit(
        NoteAdded(
            conversation_id=draft.conversation_id, message_id=message_id, author_kind=draft.author_kind,
            author_id=draft.author_id, mentions=draft.mentions, changes=changes, previous=previous,
        )
    )
    return Posted(message_id, None, "sent", None)


def clean_body(draft: Draft, max_length: int) -> tuple[str, str]:
    """Sanitises the body and masks card numbers; raises Invalid when it is empty or too long."""
    source = draft.html or html_from_text(draft.text)
    if len(source) > MAX_HTML:
        raise Invalid("too_long", "The message is too long; send the rest as a file.", FieldError("html", "too long"))
    html = sanitise_html(source, images="cid").html
    text = text_from_html(html)
    if not text.strip() and "<img" not in html and not draft.file_ids:
        raise Invalid("empty_message", "Write something or attach a file.", FieldError("html", "empty"))
    if len(text) > max_length:
        raise Invalid(
            "too_long", f"This channel takes at most {max_length} characters.", FieldError("html", "too long")
        )
    text, masked = mask_cards(text)
    return (mask_cards(html)[0] if masked else html), text


def plan_sending(now: datetime, rules: SendingRules, draft: Draft) -> tuple[datetime | None, datetime | None]:
    """Gives until when the message can be taken back and when it leaves at the earliest (None: at once)."""
    if draft.send_at is not None and draft.send_at > now:
        return draft.send_at, draft.send_at
    seconds = rules.undo_seconds if draft.undo_seconds is None else min(max(draft.undo_seconds, 0), 60)
    if seconds == 0 or draft.automatic:
        return None, None
    return now + timedelta(seconds=seconds), now + timedelta(seconds=seconds)


async def _choose_thread(ctx: Ctx, draft: Draft) -> Thread:
    row = await ctx.tx.fetchrow(
        """SELECT id, channel_id, channel_kind FROM threads WHERE workspace_id = $1 AND conversation_id = $2
           AND ($3::uuid IS NULL OR id = $3) ORDER BY last_message_at DESC, id DESC LIMIT 1""",
        ctx.workspace_id, draft.conversation_id, draft.thread_id,
    )
    if row is None:
        raise NotFound("conversation" if draft.thread_id is None else "thread")
    return Thread(row["id"], row["channel_id"], row["channel_kind"])


async def _refuse_when_newer(ctx: Ctx, conversation_id: UUID, seen: UUID) -> None:
    rows = await ctx.tx.fetch(
        """SELECT id FROM messages WHERE workspace_id = $1 AND conversation_id = $2 AND id > $3 AND kind = 'message'
           AND NOT (author_kind = 'agent' AND author_id IS NOT DISTINCT FROM $4) AND state <> 'cancelled' AND NOT automatic
           ORDER BY id LIMIT 20""",
        ctx.workspace_id, conversation_id, seen, ctx.actor.id,
    )
    if rows:
        raise NewerMessage([row["id"] for row in rows])


async def _store_mentions(ctx: Ctx, conversation_id: UUID, message_id: UUID, mentions: Sequence[UUID]) -> None:
    await ctx.tx.execute(
        """INSERT INTO mentions (workspace_id, agent_id, message_id, conversation_id, at)
           SELECT $1, a.id, $2, $3, $4 FROM agents a WHERE a.workspace_id = $1 AND a.id = ANY($5) ON CONFLICT DO NOTHING""",
        ctx.workspace_id, message_id, conversation_id, ctx.now, list(mentions),
    )


def _split(row: Any) -> tuple[dict[str, Any], dict[str, Any]]:
    old = {key[4:]: value for key, value in row.items() if key.startswith("old_")}
    return only_changed(as_changes(row, *TOUCHED), as_changes(old, *TOUCHED))


