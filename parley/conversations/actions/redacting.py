"""Removing the content of a message for good: text, files, quoted text, raw source, search index."""

import contextlib
from uuid import UUID

from parley.accounts.actions.auditing import write_audit
from parley.conversations.actions.indexing import unindex_messages
from parley.conversations.actions.undoing import withdraw_message
from parley.conversations.errors import TooLate
from parley.facts.conversations import MessageRedacted
from parley.kit.ctx import Ctx
from parley.kit.errors import NotFound
from parley.kit.files.actions import release_files

EMPTY = """
WITH m AS (
  UPDATE messages SET html = NULL, text = NULL, quoted_html = NULL, envelope = envelope - 'subject',
    raw_file_id = NULL, attachment_count = 0, remote_images = 0, mentions = '{}', redacted_at = $3
  WHERE workspace_id = $1 AND id = $2
), c AS (
  UPDATE conversations SET version = version + 1 WHERE workspace_id = $1 AND id = $4
), v AS (
  UPDATE personal_values SET value = NULL, erased_at = $3 WHERE workspace_id = $1 AND id = $5
)
DELETE FROM attachments WHERE workspace_id = $1 AND message_id = $2 RETURNING file_id
"""
# A file that was forwarded, or is the source of another message, stays where it is still shown.
ELSEWHERE = """
SELECT f FROM unnest($2::uuid[]) f WHERE NOT EXISTS (
    SELECT 1 FROM attachments a WHERE a.workspace_id = $1 AND a.file_id = f)
"""


async def redact_message(ctx: Ctx, message_id: UUID, reason: str) -> None:
    """Empties a message, deletes its files and writes it into the audit; raises NotFound.

    A reply that has not left yet is taken back first. What others have quoted from it is not touched.
    """
    row = await ctx.tx.fetchrow(
        """SELECT conversation_id, state, raw_file_id, subject_value_id, redacted_at FROM messages
           WHERE workspace_id = $1 AND id = $2 FOR UPDATE""",
        ctx.workspace_id,
        message_id,
    )
    if row is None:
        raise NotFound("message")
    if row["redacted_at"] is not None:
        return
    if row["state"] in ("scheduled", "queued"):
        # One that is tried again at this moment cannot be taken back; it finds nothing to send any more.
        with contextlib.suppress(TooLate):
            await withdraw_message(ctx, row["conversation_id"], message_id)
    attached = await ctx.tx.fetch(
        EMPTY, ctx.workspace_id, message_id, ctx.now, row["conversation_id"], row["subject_value_id"]
    )
    files = [found["file_id"] for found in attached]
    if row["raw_file_id"] is not None:
        files.append(row["raw_file_id"])
    if files:
        free = await ctx.tx.fetch(ELSEWHERE, ctx.workspace_id, files)
        await release_files(ctx, [found["f"] for found in free])
    await unindex_messages(ctx, [message_id])
    ctx.emit(MessageRedacted(conversation_id=row["conversation_id"], message_id=message_id))
    await write_audit(
        ctx, "message_redacted", "message", message_id, conversation_id=row["conversation_id"], reason=reason
    )
