"""Everything of a conversation for its export."""

from typing import TYPE_CHECKING
from uuid import UUID

from parley.conversations.exporting import Export, Part, build_mail
from parley.conversations.queries.messages import SELECT, build_messages
from parley.conversations.queries.rows import find_row
from parley.kit.ctx import Ctx
from parley.kit.errors import NotFound
from parley.kit.files.store import StoredFileMissingError

if TYPE_CHECKING:
    from datetime import datetime

    from parley.kit.runtime import Runtime

MOST = 2_000
MOST_BYTES = 50 * 1024 * 1024
PAGE = (
    SELECT
    + """
WHERE m.workspace_id = $1 AND m.conversation_id = $2 AND m.state <> 'cancelled' AND ($4 OR m.kind = 'message')
ORDER BY m.id DESC LIMIT $3
"""
)
SOURCES = """
SELECT m.id, f.sha256, f.size FROM messages m
JOIN files f ON f.workspace_id = m.workspace_id AND f.id = m.raw_file_id
WHERE m.workspace_id = $1 AND m.id = ANY($2)
"""
PARTS = """
SELECT a.message_id, a.name, f.type, f.sha256, f.size FROM attachments a
JOIN files f ON f.workspace_id = a.workspace_id AND f.id = a.file_id
WHERE a.workspace_id = $1 AND a.message_id = ANY($2) ORDER BY a.message_id, a.position
"""


async def load_export(ctx: Ctx, runtime: "Runtime", conversation_id: UUID, *, notes: bool) -> Export:
    """Loads a conversation with its newest 2,000 messages in a fixed number of statements; raises NotFound."""
    row = await find_row(ctx.tx, ctx.workspace_id, conversation_id, None)
    if row is None:
        raise NotFound("conversation")
    rows = await ctx.tx.fetch(PAGE, ctx.workspace_id, conversation_id, MOST + 1, notes)
    messages = await build_messages(
        ctx.tx, ctx.workspace_id, rows[:MOST][::-1], runtime.parts["file_links"], ctx.now
    )
    return Export(conversation=row, messages=messages, truncated=len(rows) > MOST, at=ctx.now)


async def load_mails(ctx: Ctx, runtime: "Runtime", export: Export) -> "list[tuple[datetime, bytes]]":
    """Gives the messages as mails: as they came where the source is kept, built anew where not.

    Files are left out once 50 MB are reached.
    """
    shown = [message for message in export.messages if message.kind == "message"]
    ids = [message.id for message in shown]
    sources = {r["id"]: r for r in await ctx.tx.fetch(SOURCES, ctx.workspace_id, ids)}
    files: dict[UUID, list[tuple[str, str, str, int]]] = {}
    for row in await ctx.tx.fetch(PARTS, ctx.workspace_id, ids):
        found = (row["name"], row["type"], row["sha256"], row["size"])
        files.setdefault(row["message_id"], []).append(found)
    budget = MOST_BYTES
    mails: list[tuple[datetime, bytes]] = []
    for message in shown:
        source = sources.get(message.id)
        raw: bytes | None = None
        if source is not None and source["size"] <= budget:
            raw = await _read(ctx, runtime, source["sha256"])
        if raw is None:
            parts, used = await _load_parts(ctx, runtime, files.get(message.id, []), budget)
            raw = build_mail(message, export.conversation.subject, parts)
            budget -= used
        else:
            budget -= len(raw)
        mails.append((message.created_at, raw))
    return mails


async def _load_parts(
    ctx: Ctx, runtime: "Runtime", files: list[tuple[str, str, str, int]], budget: int
) -> tuple[list[Part], int]:
    parts: list[Part] = []
    used = 0
    for name, kind, sha256, size in files:
        data = await _read(ctx, runtime, sha256) if used + size <= budget else None
        if data is not None:
            parts.append(Part(name, kind, data))
            used += size
    return parts, used


async def _read(ctx: Ctx, runtime: "Runtime", sha256: str) -> bytes | None:
    try:
        return await runtime.files.read(str(ctx.workspace_id), sha256)
    except StoredFileMissingError:
        return None


async def find_source(ctx: Ctx, message_id: UUID) -> tuple[str, int]:
    """Gives hash and size of a message's source as it came; raises NotFound."""
    rows = await ctx.tx.fetch(SOURCES, ctx.workspace_id, [message_id])
    if not rows:
        raise NotFound("source of the message")
    return rows[0]["sha256"], rows[0]["size"]
