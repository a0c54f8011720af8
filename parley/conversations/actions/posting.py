"""Writing to the customer, and notes among ourselves."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec

from parley.conversations.actions.attaching import attach_files, find_uploads
from parley.conversations.actions.delivering import queue_delivery
from parley.conversations.actions.guarding import find_merged_into
from parley.conversations.errors import NewerMessage, ThreadMoved, refuse_merged
from parley.conversations.model import FileLink, check_future, new_id, split_row
from parley.conversations.ports import ChannelPort, SendingRules
from parley.facts.conversations import MessagePosted, NoteAdded
from parley.kit.ctx import Ctx
from parley.kit.errors import Conflict, FieldError, Invalid, NotFound
from parley.kit.masking import mask_cards
from parley.kit.metrics import MESSAGES
from parley.kit.richtext import html_from_text, sanitise_html, text_from_html

MAX_HTML = 500_000
TOUCHED = (
    "waiting_since",
    "last_message_id",
    "preview_message_id",
    "last_message_at",
    "first_reply_at",
    "message_count",
    "snoozed_until_reply",
)

# `$22` says that this answers the customer: he waits no longer.
POST = f"""
WITH prev AS (
  SELECT * FROM conversations WHERE workspace_id = $1 AND id = $2 AND merged_into_id IS NULL FOR UPDATE
), m AS (
  INSERT INTO messages (workspace_id, id, conversation_id, thread_id, channel_id, channel_kind, kind,
                        direction, author_kind, author_id, external_id, html, text, envelope, state,
                        automatic, attachment_count, mentions, undo_until, scheduled_for, created_at)
  SELECT $1, $3, $2, $4, $5, $6, $7, $8,
         $9, $10, $11, $12, $13, $14, $15, $16,
         $17, $18, $19, $20, $21 FROM prev
), t AS (
  UPDATE threads SET last_message_at = $21 FROM prev
  WHERE threads.workspace_id = $1 AND threads.id = $4 AND threads.conversation_id = $2 AND $7 = 'message'
  RETURNING threads.id
), c AS (
  UPDATE conversations c SET
    waiting_since = CASE WHEN $22 THEN NULL ELSE c.waiting_since END,
    first_reply_at = CASE WHEN $22 THEN coalesce(c.first_reply_at, $21) ELSE c.first_reply_at END,
    last_message_id = CASE WHEN $7 = 'message' THEN $3 ELSE c.last_message_id END,
    preview_message_id = CASE WHEN $7 = 'message' AND NOT $16 THEN $3 ELSE c.preview_message_id END,
    last_message_at = CASE WHEN $7 = 'message' THEN $21 ELSE c.last_message_at END,
    message_count = c.message_count + 1, version = c.version + 1
  FROM prev WHERE c.workspace_id = $1 AND c.id = $2
  RETURNING {", ".join(f"c.{name}" for name in TOUCHED)}
)
SELECT c.*, EXISTS (SELECT 1 FROM t) AS in_place, {", ".join(f"prev.{name} AS old_{name}" for name in TOUCHED)}
FROM prev JOIN c ON true
"""
# A conversation's own thread comes before one with a supplier, unless the writer names it.
CHOOSE = """
SELECT t.id, t.channel_id, t.channel_kind, t.purpose FROM threads t
JOIN conversations c ON c.workspace_id = t.workspace_id AND c.id = t.conversation_id
WHERE t.workspace_id = $1 AND t.conversation_id = $2 AND ($3::uuid IS NULL OR t.id = $3)
ORDER BY t.purpose = 'customer' DESC, t.last_message_at DESC, t.id DESC LIMIT 1 FOR UPDATE OF c
"""
NEWER = """
SELECT id FROM messages WHERE workspace_id = $1 AND conversation_id = $2 AND id > $3 AND kind = 'message'
  AND NOT (author_kind IN ('agent', 'token') AND author_id IS NOT DISTINCT FROM $4)
  AND state <> 'cancelled' AND NOT automatic
ORDER BY id LIMIT 20
"""


class Draft(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody wants to post."""

    conversation_id: UUID
    thread_id: UUID | None = None
    html: str = ""
    text: str = ""
    file_ids: list[UUID] = []
    links: list[FileLink] = []
    """Files that are attached already somewhere, with their place in the text."""
    wanted: dict[str, Any] = {}
    """Recipients and subject where the writer chose them: to, cc, bcc, subject, sender."""
    send_at: datetime | None = None
    undo_seconds: int | None = None
    seen_up_to: UUID | None = None
    automatic: bool = False
    author_kind: str = "agent"
    author_id: UUID | None = None
    mentions: list[UUID] = []
    marks: dict[str, Any] = {}
    """What is kept with the envelope beside what the channel says."""


class Thread(msgspec.Struct, frozen=True):
    """Where a reply goes; `purpose` is `customer`, or `forward` for somebody else who was asked."""

    id: UUID
    channel_id: UUID
    channel_kind: str
    purpose: str


class Posted(msgspec.Struct, frozen=True):
    """The new message."""

    message_id: UUID
    thread_id: UUID | None
    state: str
    undo_until: datetime | None
    conversation_id: UUID


async def post_message(ctx: Ctx, port: ChannelPort, draft: Draft) -> Posted:
    """Posts a reply: checks the channel's rules, stores it, queues its delivery.

    Raises NotFound, NewerMessage when somebody wrote after `seen_up_to`, Conflict when the channel takes no
    reply and Invalid for an empty one. One that is sent later ends nobody's waiting before it leaves.
    """
    thread = await _choose_thread(ctx, draft)
    rules = await port.get_rules(ctx, thread.channel_id)
    html, text = clean_body(draft, rules.max_length)
    if rules.refusal is not None:
        raise Conflict("cannot_reply", rules.refusal)
    if draft.seen_up_to is not None:
        await _refuse_when_newer(ctx, draft.conversation_id, draft.seen_up_to)
    files = draft.links + (await find_uploads(ctx, draft.file_ids) if draft.file_ids else [])
    message_id = new_id(ctx.clock.now())
    outgoing = await port.address_reply(ctx, thread.id, message_id, draft.wanted)
    plan = plan_sending(ctx.now, rules, draft)
    row = await ctx.tx.fetchrow(
        POST,
        *_values(ctx, draft, message_id, thread),
        outgoing.external_id,
        html,
        text,
        {**outgoing.envelope, **draft.marks, **_name_decision(ctx)},
        plan.state,
        draft.automatic,
        len(files),
        [],
        plan.not_before,
        plan.scheduled_for,
        ctx.now,
        thread.purpose == "customer" and not draft.automatic and plan.scheduled_for is None,
    )
    if row is None:
        raise NotFound("conversation")
    if not row["in_place"]:
        raise ThreadMoved
    if files:
        await attach_files(ctx, message_id, files)
    changes, previous = split_row(row, TOUCHED)
    ctx.emit(
        MessagePosted(
            conversation_id=draft.conversation_id,
            message_id=message_id,
            thread_id=thread.id,
            channel_id=thread.channel_id,
            channel_kind=thread.channel_kind,
            author_kind=draft.author_kind,
            author_id=draft.author_id,
            automatic=draft.automatic,
            scheduled_for=plan.not_before,
            changes=changes,
            previous=previous,
        )
    )
    if plan.state != "sent":
        await queue_delivery(
            ctx,
            message_id=message_id,
            thread_id=thread.id,
            conversation_id=draft.conversation_id,
            channel_id=thread.channel_id,
            purpose="reply",
            not_before=plan.not_before or ctx.now,
        )
    MESSAGES.labels("out", thread.channel_kind).inc()
    return Posted(message_id, thread.id, plan.state, plan.not_before, draft.conversation_id)


async def add_note(ctx: Ctx, draft: Draft) -> Posted:
    """Adds a note that only the shop's people see; raises NotFound and Invalid."""
    html, text = clean_body(draft, MAX_HTML)
    files = await find_uploads(ctx, draft.file_ids) if draft.file_ids else []
    message_id = new_id(ctx.clock.now())
    mentions = await _known_agents(ctx, draft.mentions) if draft.mentions else []
    row = await ctx.tx.fetchrow(
        POST,
        *_values(ctx, draft, message_id, None),
        None,
        html,
        text,
        None,
        "sent",
        False,
        len(files),
        mentions,
        None,
        None,
        ctx.now,
        False,
    )
    if row is None:
        refuse_merged(await find_merged_into(ctx, draft.conversation_id))
        raise NotFound("conversation")
    if files:
        await attach_files(ctx, message_id, files)
    if mentions:
        await _store_mentions(ctx, draft.conversation_id, message_id, mentions)
    changes, previous = split_row(row, TOUCHED)
    ctx.emit(
        NoteAdded(
            conversation_id=draft.conversation_id,
            message_id=message_id,
            author_kind=draft.author_kind,
            author_id=draft.author_id,
            mentions=mentions,
            changes=changes,
            previous=previous,
        )
    )
    return Posted(message_id, None, "sent", None, draft.conversation_id)


def _name_decision(ctx: Ctx) -> dict[str, str]:
    """Gives the decision this is an act of, to be kept with the message."""
    return {"decision_id": str(ctx.actor.id)} if ctx.actor.kind == "decider" else {}


def _values(ctx: Ctx, draft: Draft, message_id: UUID, thread: Thread | None) -> tuple[Any, ...]:
    """Gives the first ten arguments of `POST`."""
    place = (thread.id, thread.channel_id, thread.channel_kind) if thread else (None, None, "note")
    kind = ("message", "out") if thread else ("note", "internal")
    return (
        ctx.workspace_id,
        draft.conversation_id,
        message_id,
        *place,
        *kind,
        draft.author_kind,
        draft.author_id,
    )


def clean_body(draft: Draft, max_length: int) -> tuple[str, str]:
    """Sanitises the body and masks card numbers; raises Invalid when it is empty or too long."""
    source = draft.html or html_from_text(draft.text)
    if len(source) > MAX_HTML:
        raise Invalid(
            "too_long", "The message is too long; send the rest as a file.", FieldError("html", "too long")
        )
    html = sanitise_html(source, images="cid")
    text = text_from_html(html)
    if not text.strip() and "<img" not in html and not draft.file_ids:
        raise Invalid("empty_message", "Write something or attach a file.", FieldError("html", "empty"))
    if len(text) > max_length:
        raise Invalid(
            "too_long", f"This channel takes at most {max_length} characters.", FieldError("html", "too long")
        )
    text, masked = mask_cards(text)
    return (mask_cards(html)[0] if masked else html), text


class Plan(msgspec.Struct, frozen=True):
    """How a reply leaves: `not_before` is until when it can be taken back, None when it leaves at once."""

    state: str
    not_before: datetime | None
    scheduled_for: datetime | None


def plan_sending(now: datetime, rules: SendingRules, draft: Draft) -> Plan:
    """Says when a reply leaves: at once, after the time to take it back, or when the writer said; raises Invalid."""
    if draft.send_at is not None and draft.send_at > now:
        check_future(now, draft.send_at, "send_at")
        return Plan("scheduled", draft.send_at, draft.send_at)
    seconds = rules.undo_seconds if draft.undo_seconds is None else min(max(draft.undo_seconds, 0), 60)
    if seconds == 0 or draft.automatic:
        return Plan("sent" if rules.instant else "queued", None, None)
    return Plan("scheduled", now + timedelta(seconds=seconds), None)


async def _choose_thread(ctx: Ctx, draft: Draft) -> Thread:
    """Chooses where the reply goes and locks the conversation, so that nobody writes in between."""
    row = await ctx.tx.fetchrow(CHOOSE, ctx.workspace_id, draft.conversation_id, draft.thread_id)
    if row is None:
        refuse_merged(await find_merged_into(ctx, draft.conversation_id))
        raise NotFound("conversation" if draft.thread_id is None else "thread")
    return Thread(row["id"], row["channel_id"], row["channel_kind"], row["purpose"])


async def _refuse_when_newer(ctx: Ctx, conversation_id: UUID, seen: UUID) -> None:
    rows = await ctx.tx.fetch(NEWER, ctx.workspace_id, conversation_id, seen, ctx.actor.id)
    if rows:
        raise NewerMessage([row["id"] for row in rows])


async def _known_agents(ctx: Ctx, mentions: Sequence[UUID]) -> list[UUID]:
    rows = await ctx.tx.fetch(
        "SELECT id FROM agents WHERE workspace_id = $1 AND id = ANY($2) AND state = 'active' ORDER BY id",
        ctx.workspace_id,
        list(mentions),
    )
    return [row["id"] for row in rows]


async def _store_mentions(
    ctx: Ctx, conversation_id: UUID, message_id: UUID, mentions: Sequence[UUID]
) -> None:
    await ctx.tx.execute(
        """INSERT INTO mentions (workspace_id, agent_id, message_id, conversation_id, at)
           SELECT $1, a, $2, $3, $4 FROM unnest($5::uuid[]) a ON CONFLICT DO NOTHING""",
        ctx.workspace_id,
        message_id,
        conversation_id,
        ctx.now,
        list(mentions),
    )
