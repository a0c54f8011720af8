"""A message as a plug-in carries it out."""

import re
from typing import TYPE_CHECKING, Any
from uuid import UUID

from parley.channels.email.copies import CopiedMessage, build_copy
from parley.channels.ports import OutboundFile, OutboundMessage
from parley.conversations.actions.delivering import Delivery
from parley.kit.ctx import Ctx
from parley.kit.errors import NotFound

if TYPE_CHECKING:
    from parley.kit.runtime import Runtime

MESSAGE = """
SELECT html, text, envelope, automatic, external_id, channel_kind, created_at FROM messages
WHERE workspace_id = $1 AND id = $2 AND redacted_at IS NULL
"""
FILES = """
SELECT a.name, a.content_id, a.inline, f.id, f.type, f.sha256, f.size FROM attachments a
JOIN files f ON f.workspace_id = a.workspace_id AND f.id = a.file_id
WHERE a.workspace_id = $1 AND a.message_id = ANY($2) ORDER BY a.message_id, a.position
"""
COPIED = """
SELECT m.html, m.text, m.created_at, a.name AS author FROM messages m
LEFT JOIN agents a ON a.workspace_id = $1 AND m.author_kind = 'agent' AND a.id = m.author_id
WHERE m.workspace_id = $1 AND m.conversation_id = $2 AND m.id = ANY($3) AND m.redacted_at IS NULL ORDER BY m.id
"""
QUOTED = """
SELECT m.html, m.text, m.envelope, m.created_at FROM messages m
WHERE m.workspace_id = $1 AND m.conversation_id = $2 AND m.thread_id = $3 AND m.direction = 'in' AND m.id < $4
  AND m.redacted_at IS NULL ORDER BY m.id DESC LIMIT 1
"""
COPY_FILES_BYTES = 15 * 1024 * 1024
QUOTED_CHARS = 20_000
_IMAGE = re.compile(r'(<img\b[^>]*?\bsrc=")(/files/[0-9a-f-]{36}/([0-9a-f-]{36})[^"]*)(")', re.IGNORECASE)


async def read_outbound(
    runtime: "Runtime", ctx: Ctx, delivery: Delivery, *, quote: bool = False
) -> OutboundMessage:
    """Reads a message with its files; raises NotFound when it was taken away meanwhile.

    With `quote` the customer's last message goes into the envelope, to be quoted below.
    """
    row = await ctx.tx.fetchrow(MESSAGE, ctx.workspace_id, delivery.message_id)
    if row is None:
        raise NotFound("message")
    envelope: dict[str, Any] = {**(row["envelope"] or {}), **(delivery.address or {})}
    if delivery.purpose == "copy":
        html, text = await _read_copy(ctx, delivery, envelope)
        ids = [UUID(one) for one in envelope.get("messages") or ()]
        files = await _read_files(runtime, ctx, ids, "", limit=COPY_FILES_BYTES)
    else:
        html, text = row["html"] or "", row["text"] or ""
        files = await _read_files(runtime, ctx, [delivery.message_id], html)
        if quote and row["channel_kind"] == "email":
            envelope |= await _read_quoted(ctx, delivery)
    return OutboundMessage(
        message_id=delivery.message_id,
        thread_id=delivery.thread_id,
        conversation_id=delivery.conversation_id,
        external_id=delivery.external_id or row["external_id"],
        html=point_to_parts(html),
        text=text,
        files=files,
        envelope=envelope,
        automatic=row["automatic"],
        created_at=row["created_at"],
        attempt=delivery.attempts + 1,
    )


def point_to_parts(html: str) -> str:
    """Points pictures of ours at the parts of the mail: our signed addresses mean nothing elsewhere."""
    return _IMAGE.sub(lambda found: f"{found[1]}cid:{found[3]}@files{found[4]}", html)


async def _read_files(
    runtime: "Runtime", ctx: Ctx, message_ids: list[UUID], html: str, *, limit: int | None = None
) -> list[OutboundFile]:
    shown = {found[3].lower() for found in _IMAGE.finditer(html)}
    files: list[OutboundFile] = []
    total = 0
    for row in await ctx.tx.fetch(FILES, ctx.workspace_id, message_ids):
        total += row["size"]
        if limit is not None and total > limit:
            break
        data = await runtime.files.read(str(ctx.workspace_id), row["sha256"])
        if str(row["id"]) in shown:
            files.append(OutboundFile(row["name"], row["type"], data, f"{row['id']}@files", inline=True))
        else:
            files.append(
                OutboundFile(row["name"], row["type"], data, row["content_id"], inline=row["inline"])
            )
    return files


async def _read_copy(ctx: Ctx, delivery: Delivery, envelope: dict[str, Any]) -> tuple[str, str]:
    ids = [UUID(one) for one in envelope.get("messages") or ()]
    rows = await ctx.tx.fetch(COPIED, ctx.workspace_id, delivery.conversation_id, ids)
    if not rows:
        raise NotFound("message")
    return build_copy(
        envelope,
        [CopiedMessage(r["author"] or "", r["created_at"], r["html"] or "", r["text"] or "") for r in rows],
    )


async def _read_quoted(ctx: Ctx, delivery: Delivery) -> dict[str, Any]:
    row = await ctx.tx.fetchrow(
        QUOTED, ctx.workspace_id, delivery.conversation_id, delivery.thread_id, delivery.message_id
    )
    if row is None or not (row["text"] or "").strip():
        return {}
    author = ((row["envelope"] or {}).get("from") or [{}])[0]
    return {
        "quoted": {
            "name": author.get("name") or "",
            "address": author.get("address") or "",
            "date": (row["envelope"] or {}).get("date") or row["created_at"].isoformat(),
            "text": (row["text"] or "")[:QUOTED_CHARS],
            "html": row["html"] if len(row["html"] or "") <= 5 * QUOTED_CHARS else "",
        }
    }
