"""Taking in what customers write."""

from datetime import timedelta
from uuid import UUID

from parley.conversations.actions.attaching import attach_files
from parley.conversations.actions.opening import Opening, ThreadStart, open_conversation, start_thread
from parley.conversations.model import Inbound, Received, as_changes, decide_reopen, only_changed
from parley.facts.conversations import MessageReceived
from parley.kit.ctx import Ctx
from parley.kit.ids import uuid7
from parley.kit.masking import mask_cards
from parley.kit.metrics import MESSAGES

REOPEN_WINDOW = timedelta(days=14)
TOUCHED = ("status", "snoozed_until", "snoozed_until_reply", "waiting_since", "closed_at", "last_message_id",
           "last_message_at", "last_incoming_id", "message_count", "channel_id", "channel_kind")

# One statement: the row is locked and read as it was, the message goes in unless it is known, the row moves on.
# An automatic message (auto-reply, bounce) wakes nobody and starts no waiting.
RECEIVE = """
WITH prev AS (
  SELECT id, status, snoozed_until, snoozed_until_reply, waiting_since, closed_at, last_message_id, last_message_at,
         last_incoming_id, message_count, channel_id, channel_kind
  FROM conversations WHERE workspace_id = $1 AND id = $2 FOR UPDATE
), m AS (
  INSERT INTO messages (workspace_id, id, conversation_id, thread_id, channel_id, channel_kind, kind, direction,
                        author_kind, author_id, external_id, html, text, quoted_html, envelope, state, automatic,
                        attachment_count, remote_images, raw_file_id, created_at)
  SELECT $1, $3, $2, $4, $5, $6, 'message', 'in', 'customer', $7, $8, $9, $10, $11, $12, 'received', $13, $14, $15, $16, $17
  FROM prev
  ON CONFLICT (workspace_id, channel_id, external_id) WHERE external_id IS NOT NULL DO NOTHING
  RETURNING id
), t AS (
  UPDATE threads SET last_message_at = $17 FROM m WHERE threads.workspace_id = $1 AND threads.id = $4
), c AS (
  UPDATE conversations SET
    status = CASE WHEN NOT $13 AND (conversations.status = 'closed' OR conversations.status = 'snoozed') THEN 'open' ELSE conversations.status END,
    snoozed_until = CASE WHEN $13 THEN conversations.snoozed_until END,
    snoozed_until_reply = CASE WHEN $13 THEN conversations.snoozed_until_reply ELSE false END,
    closed_at = CASE WHEN $13 THEN conversations.closed_at END,
    waiting_since = CASE WHEN $13 THEN conversations.waiting_since ELSE coalesce(conversations.waiting_since, $17) END,
    last_message_id = m.id, last_message_at = $17, last_incoming_id = m.id, message_count = conversations.message_count + 1,
    channel_id = $5, channel_kind = $6, version = version + 1
  FROM m WHERE conversations.workspace_id = $1 AND conversations.id = $2
  RETURNING conversations.status, conversations.snoozed_until, conversations.snoozed_until_reply,
    conversations.waiting_since, conversations.closed_at, conversations.last_message_id, conversations.last_message_at,
    conversations.last_incoming_id, conversations.message_count, conversations.channel_id, conversations.channel_kind
)
SELECT c.*, prev.status AS old_status, prev.snoozed_until AS old_snoozed_until,
  prev.snoozed_until_reply AS old_snoozed_until_reply, prev.waiting_since AS old_waiting_since,
  prev.closed_at AS old_closed_at, prev.last_message_id AS old_last_message_id,
  prev.last_message_at AS old_last_message_at, prev.last_incoming_id AS old_last_incoming_id,
  prev.message_count AS old_message_count, prev.channel_id AS old_channel_id, prev.channel_kind AS old_channel_kind
FROM prev LEFT JOIN c ON true
"""


_PLACE = """SELECT t.id, t.conversation_id, c.status, c.closed_at FROM threads t
JOIN conversations c ON c.workspace_id = t.workspace_id AND c.id = t.conversation_id WHERE t.workspace_id = $1 AND """
BY_ID = _PLACE + "t.id = $2"
BY_KEY = _PLACE + "t.channel_id = $2 AND t.key = $3"


async def receive_message(ctx: Ctx, inbound: Inbound) -> Received:
    """Accepts a customer's message: continues its thread or opens a conversation; the same one twice is accepted once."""
    place = await _find_thread(ctx, inbound)
    if place is None:
        known = await _find_known(ctx, inbound)
        if known is not None:
            return known
        place = await _open(ctx, inbound)
    thread_id, conversation_id = place
    message_id = uuid7()
    text, masked = mask_cards(inbound.text)
    html = mask_cards(inbound.html)[0] if masked else inbound.html
    row = await ctx.tx.fetchrow(
        RECEIVE, ctx.workspace_id, conversation_id, message_id, thread_id, inbound.channel_id, inbound.channel_kind,
        inbound.customer_id, inbound.external_id, html, text, inbound.quoted_html, inbound.envelope,
        inbound.automatic, len(inbound.files), inbound.remote_images, inbound.raw_file_id, ctx.now,
    )
    if row is None or row["last_message_id"] is None or row["last_message_id"] != message_id:
        known = await _find_known(ctx, inbound)
        if known is None:
            raise RuntimeError("the message was neither stored nor known")
        return known
    if inbound.files:
        await attach_files(ctx, message_id, inbound.files)
    changes, previous = only_changed(as_changes(row, *TOUCHED), as_changes({k[4:]: v for k, v in row.items() if k.startswith("old_")}, *TOUCHED))
    ctx.emit(
        MessageReceived(
            conversation_id=conversation_id, message_id=message_id, thread_id=thread_id,
            channel_id=inbound.channel_id, channel_kind=inbound.channel_kind, customer_id=inbound.customer_id,
            identity_id=inbound.identity_id, automatic=inbound.automatic, changes=changes, previous=previous,
        )
    )
    MESSAGES.labels("in", inbound.channel_kind).inc()
    return Received(message_id, conversation_id, thread_id, new=True)


async def _find_known(ctx: Ctx, inbound: Inbound) -> Received | None:
    if inbound.external_id is None:
        return None
    row = await ctx.tx.fetchrow(
        """SELECT id, conversation_id, thread_id FROM messages
           WHERE workspace_id = $1 AND channel_id = $2 AND external_id = $3""",
        ctx.workspace_id, inbound.channel_id, inbound.external_id,
    )
    return Received(row["id"], row["conversation_id"], row["thread_id"], new=False) if row else None


async def _find_thread(ctx: Ctx, inbound: Inbound) -> tuple[UUID, UUID] | None:
    row = await ctx.tx.fetchrow(
        BY_ID if inbound.thread_id is not None else BY_KEY,
        ctx.workspace_id,
        *((inbound.thread_id,) if inbound.thread_id is not None else (inbound.channel_id, inbound.thread_key)),
    )
    if row is None or not decide_reopen(row["status"], row["closed_at"], ctx.now, REOPEN_WINDOW):
        return None
    return row["id"], row["conversation_id"]


async def _open(ctx: Ctx, inbound: Inbound) -> tuple[UUID, UUID]:
    conversation_id = inbound.conversation_id or await open_conversation(
        ctx,
        Opening(
            customer_id=inbound.customer_id, channel_id=inbound.channel_id, channel_kind=inbound.channel_kind,
            brand_id=inbound.brand_id, subject=inbound.subject, language=inbound.language,
            status="spam" if inbound.spam else "open",
        ),
    )
    taken = await ctx.tx.fetchval(
        "SELECT true FROM threads WHERE workspace_id = $1 AND channel_id = $2 AND key = $3",
        ctx.workspace_id, inbound.channel_id, inbound.thread_key,
    )
    thread_id = await start_thread(
        ctx,
        ThreadStart(
            conversation_id=conversation_id, channel_id=inbound.channel_id, channel_kind=inbound.channel_kind,
            key=f"{inbound.thread_key}:{uuid7()}" if taken else inbound.thread_key,
            identity_id=inbound.identity_id, subject=inbound.subject, participants=inbound.participants,
        ),
    )
    return thread_id, conversation_id
