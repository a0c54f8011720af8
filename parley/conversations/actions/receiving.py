"""Taking in what customers write."""

from datetime import datetime, timedelta
from uuid import UUID

from parley.conversations.actions.attaching import attach_files
from parley.conversations.actions.opening import Opening, ThreadStart, open_conversation, start_thread
from parley.conversations.errors import ThreadMoved
from parley.conversations.model import Inbound, Received, decide_reopen, new_id, split_row
from parley.facts.conversations import MessageReceived
from parley.kit.ctx import Ctx
from parley.kit.masking import mask_cards
from parley.kit.metrics import MESSAGES

REOPEN_WINDOW = timedelta(days=14)
TOUCHED = (
    "status",
    "snoozed_until",
    "snoozed_until_reply",
    "waiting_since",
    "closed_at",
    "last_message_id",
    "preview_message_id",
    "last_message_at",
    "last_incoming_id",
    "message_count",
    "channel_id",
    "channel_kind",
)

# One statement: the thread's conversation is locked and read as it was, unless it ended before `$18`; the message
# goes in unless it is known; the row moves.
# An automatic message (auto-reply, bounce) wakes nobody and starts no waiting; spam goes aside silently; what
# a supplier answers wakes the conversation, but the customer's waiting and channel stay as they were.
RECEIVE = f"""
WITH prev AS (
  SELECT c.*, t.purpose <> 'customer' AS is_aside, c.status = 'spam' OR $17 OR EXISTS (
      SELECT 1 FROM customers u
      WHERE u.workspace_id = $1 AND u.id = $6 AND u.blocked_at IS NOT NULL) AS is_spam
  FROM threads t JOIN conversations c ON c.workspace_id = t.workspace_id AND c.id = t.conversation_id
  WHERE t.workspace_id = $1 AND t.id = $2 AND c.merged_into_id IS NULL
    AND (c.status <> 'closed' OR $18::timestamptz IS NULL OR c.closed_at IS NULL OR c.closed_at >= $18)
  FOR UPDATE OF c
), m AS (
  INSERT INTO messages (workspace_id, id, conversation_id, thread_id, channel_id, channel_kind, kind,
                        direction, author_kind, author_id, external_id, html, text, quoted_html, envelope,
                        state, automatic, attachment_count, remote_images, raw_file_id, created_at)
  SELECT $1, $3, prev.id, $2, $4, $5, 'message', 'in',
         'customer', $6, $7, $8, $9, $10, $11, 'received', $12,
         $13, $14, $15, $16
  FROM prev
  ON CONFLICT (workspace_id, channel_id, external_id) WHERE external_id IS NOT NULL DO NOTHING
  RETURNING id
), t AS (
  UPDATE threads SET last_message_at = $16 FROM m, prev
  WHERE threads.workspace_id = $1 AND threads.id = $2 AND threads.conversation_id = prev.id RETURNING threads.id
), c AS (
  UPDATE conversations c SET
    status = CASE WHEN prev.is_spam THEN 'spam' WHEN NOT $12 AND c.status IN ('closed', 'snoozed') THEN 'open'
                  ELSE c.status END,
    snoozed_until = CASE WHEN $12 AND NOT prev.is_spam THEN c.snoozed_until END,
    snoozed_until_reply = $12 AND NOT prev.is_spam AND c.snoozed_until_reply,
    closed_at = CASE WHEN $12 AND NOT prev.is_spam THEN c.closed_at END,
    waiting_since = CASE WHEN prev.is_spam THEN NULL WHEN $12 OR prev.is_aside THEN c.waiting_since
                         ELSE coalesce(c.waiting_since, $16) END,
    last_message_id = m.id, last_message_at = $16, last_incoming_id = m.id,
    preview_message_id = CASE WHEN $12 THEN c.preview_message_id ELSE m.id END,
    message_count = c.message_count + 1, version = c.version + 1,
    channel_id = CASE WHEN prev.is_aside THEN c.channel_id ELSE $4 END,
    channel_kind = CASE WHEN prev.is_aside THEN c.channel_kind ELSE $5 END
  FROM m, prev WHERE c.workspace_id = $1 AND c.id = prev.id
  RETURNING {", ".join(f"c.{name}" for name in TOUCHED)}
)
SELECT prev.id AS conversation_id, c.*, EXISTS (SELECT 1 FROM t) AS in_place,
  {", ".join(f"prev.{name} AS old_{name}" for name in TOUCHED)}
FROM prev LEFT JOIN c ON true
"""

BY_KEY = """SELECT t.id, c.status, c.closed_at FROM threads t
JOIN conversations c ON c.workspace_id = t.workspace_id AND c.id = t.conversation_id
WHERE t.workspace_id = $1 AND t.channel_id = $2 AND t.key = $3"""


async def receive_message(ctx: Ctx, inbound: Inbound) -> Received:
    """Accepts a customer's message: continues its thread or opens a conversation; twice the same counts once.

    What a blocked customer writes goes to spam. Two processes that meet a newcomer agree on one thread.
    """
    if inbound.thread_id is not None:
        received = await _store_again(ctx, inbound, inbound.thread_id, not_before=ctx.now - REOPEN_WINDOW)
        if received is not None:
            return received
    place = await _find_place(ctx, inbound)
    if place is None:
        # Whoever opens holds this lock until the commit, so that the other one finds what was opened.
        await ctx.tx.execute(
            "SELECT pg_advisory_xact_lock(hashtextextended($1, 0))", _opening_lock(ctx, inbound)
        )
        known = await _find_known(ctx, inbound)
        if known is not None:
            return known
        place = await _find_place(ctx, inbound) or await _open(ctx, inbound)
    received = await _store_again(ctx, inbound, place)
    if received is None:
        raise RuntimeError("the message was neither stored nor known")
    return received


async def _store_again(
    ctx: Ctx, inbound: Inbound, thread_id: UUID, *, not_before: datetime | None = None
) -> Received | None:
    """Stores the message, a second time where its conversation became part of another in this very moment."""
    received = await _store(ctx, inbound, thread_id, not_before=not_before)
    return received or await _store(ctx, inbound, thread_id, not_before=not_before)


async def _store(
    ctx: Ctx, inbound: Inbound, thread_id: UUID, *, not_before: datetime | None = None
) -> Received | None:
    """Stores the message in a thread; None when that is unknown or its conversation ended `not_before`."""
    message_id = new_id(ctx.clock.now())
    text, masked = mask_cards(inbound.text)
    html = mask_cards(inbound.html)[0] if masked else inbound.html
    row = await ctx.tx.fetchrow(
        RECEIVE,
        ctx.workspace_id,
        thread_id,
        message_id,
        inbound.channel_id,
        inbound.channel_kind,
        inbound.customer_id,
        inbound.external_id,
        html,
        text,
        inbound.quoted_html,
        inbound.envelope,
        inbound.automatic,
        len(inbound.files),
        inbound.remote_images,
        inbound.raw_file_id,
        ctx.now,
        inbound.spam,
        not_before,
    )
    if row is None or row["last_message_id"] is None:
        return await _find_known(ctx, inbound)
    conversation_id: UUID = row["conversation_id"]
    if not row["in_place"]:
        raise ThreadMoved
    if inbound.files:
        await attach_files(ctx, message_id, inbound.files)
    changes, previous = split_row(row, TOUCHED)
    ctx.emit(
        MessageReceived(
            conversation_id=conversation_id,
            message_id=message_id,
            thread_id=thread_id,
            channel_id=inbound.channel_id,
            channel_kind=inbound.channel_kind,
            customer_id=inbound.customer_id,
            identity_id=inbound.identity_id,
            automatic=inbound.automatic,
            changes=changes,
            previous=previous,
        )
    )
    MESSAGES.labels("in", inbound.channel_kind).inc()
    return Received(message_id, conversation_id, thread_id, new=True, html=html, text=text)


async def _find_known(ctx: Ctx, inbound: Inbound) -> Received | None:
    if inbound.external_id is None:
        return None
    row = await ctx.tx.fetchrow(
        """SELECT id, conversation_id, thread_id FROM messages
           WHERE workspace_id = $1 AND channel_id = $2 AND external_id = $3""",
        ctx.workspace_id,
        inbound.channel_id,
        inbound.external_id,
    )
    return Received(row["id"], row["conversation_id"], row["thread_id"], new=False) if row else None


async def _find_place(ctx: Ctx, inbound: Inbound) -> UUID | None:
    """Finds the thread that the message continues by its key; None when there is none or it ended too long ago."""
    row = await ctx.tx.fetchrow(BY_KEY, ctx.workspace_id, inbound.channel_id, inbound.thread_key)
    if row is not None and decide_reopen(row["status"], row["closed_at"], ctx.now, REOPEN_WINDOW):
        thread_id: UUID = row["id"]
        return thread_id
    return None


def _opening_lock(ctx: Ctx, inbound: Inbound) -> str:
    return f"{ctx.workspace_id}:{inbound.channel_id}:{inbound.thread_key}"


async def _open(ctx: Ctx, inbound: Inbound) -> UUID:
    """Opens a conversation with a thread; an old thread gives up the same key, it is found by its id."""
    conversation_id = inbound.conversation_id or await _open_conversation(ctx, inbound)
    await ctx.tx.execute(
        """UPDATE threads SET key = key || ':' || id::text
           WHERE workspace_id = $1 AND channel_id = $2 AND key = $3""",
        ctx.workspace_id,
        inbound.channel_id,
        inbound.thread_key,
    )
    return await start_thread(
        ctx,
        ThreadStart(
            conversation_id=conversation_id,
            channel_id=inbound.channel_id,
            channel_kind=inbound.channel_kind,
            key=inbound.thread_key,
            identity_id=inbound.identity_id,
            subject=inbound.subject,
            participants=inbound.participants,
        ),
    )


async def _open_conversation(ctx: Ctx, inbound: Inbound) -> UUID:
    customer_id, blocked = await _find_owner(ctx, inbound)
    return await open_conversation(
        ctx,
        Opening(
            customer_id=customer_id,
            channel_id=inbound.channel_id,
            channel_kind=inbound.channel_kind,
            brand_id=inbound.brand_id,
            subject=inbound.subject,
            language=inbound.language,
            status="spam" if inbound.spam or blocked else "open",
        ),
    )


async def _find_owner(ctx: Ctx, inbound: Inbound) -> tuple[UUID, bool]:
    """Says whose a new conversation is, and whether he is blocked.

    A socket may have known its customer before he was merged with another, or unmerged.
    """
    row = await ctx.tx.fetchrow(
        """WITH RECURSIVE held AS (
             SELECT coalesce((SELECT i.customer_id FROM identities i WHERE i.workspace_id = $1 AND i.id = $3), $2) AS id
           ), chain AS (
             SELECT c.id, c.merged_into_id, c.blocked_at FROM customers c, held
             WHERE c.workspace_id = $1 AND c.id = held.id
             UNION SELECT c.id, c.merged_into_id, c.blocked_at FROM customers c, chain
             WHERE c.workspace_id = $1 AND c.id = chain.merged_into_id
           )
           SELECT id, blocked_at IS NOT NULL AS blocked FROM chain WHERE merged_into_id IS NULL""",
        ctx.workspace_id,
        inbound.customer_id,
        inbound.identity_id,
    )
    return (row["id"], row["blocked"]) if row else (inbound.customer_id, False)
