"""Messages as the desk shows them. One statement however many there are, one more for their files."""

import re
from collections.abc import Sequence
from datetime import datetime, timedelta
from html import escape, unescape
from typing import Any, get_args
from uuid import UUID

from parley.conversations.shapes import Address, Attachment, Author, Message, OmittedFile, SenderCheck
from parley.kit.db import Transaction
from parley.kit.files.links import FileLinks
from parley.kit.http.paging import Page, encode_cursor

SELECT = """
SELECT m.*, sv.value AS subject,
       CASE m.author_kind WHEN 'agent' THEN a.name WHEN 'token' THEN k.name WHEN 'customer' THEN nv.value END
         AS author_name,
       CASE m.author_kind WHEN 'agent' THEN split_part(a.name, ' ', 1) WHEN 'token' THEN coalesce(
         (SELECT b.name FROM conversations c JOIN brands b ON b.workspace_id = $1 AND b.id = c.brand_id
           WHERE c.workspace_id = $1 AND c.id = m.conversation_id),
         (SELECT w.name FROM workspaces w WHERE w.workspace_id = $1)) END AS public_name,
       coalesce(a.avatar_colour, cu.avatar_colour, 'slate') AS author_colour
FROM messages m
LEFT JOIN personal_values sv ON sv.workspace_id = $1 AND sv.id = m.subject_value_id
LEFT JOIN agents a ON a.workspace_id = $1 AND m.author_kind = 'agent' AND a.id = m.author_id
LEFT JOIN api_tokens k ON k.workspace_id = $1 AND m.author_kind = 'token' AND k.id = m.author_id
LEFT JOIN customers cu ON cu.workspace_id = $1 AND m.author_kind = 'customer' AND cu.id = m.author_id
LEFT JOIN personal_values nv ON nv.workspace_id = $1 AND nv.id = cu.name_id
"""
# The sub-select hides how many ids there are: else PostgreSQL plans anew each time, which costs more than reading.
BY_IDS = SELECT + " WHERE m.workspace_id = $1 AND m.id = ANY((SELECT $2::uuid[])::uuid[]) ORDER BY m.id"
NEWEST = (
    SELECT
    + """
WHERE m.workspace_id = $1 AND m.state <> 'cancelled' AND ($2::uuid IS NULL OR m.conversation_id = $2)
  AND ($3::text IS NULL OR m.direction = $3) AND ($4::uuid IS NULL OR m.id < $4)
ORDER BY m.id DESC LIMIT $5
"""
)
FILES = """
SELECT at.id, at.message_id, at.name, at.inline, at.content_id, f.id AS file_id, f.type, f.size, f.width,
       f.height, f.thumbnail_sha256 IS NOT NULL AS thumbnail
FROM attachments at JOIN files f ON f.workspace_id = at.workspace_id AND f.id = at.file_id
WHERE at.workspace_id = $1 AND at.message_id = ANY($2) ORDER BY at.message_id, at.position
"""

_PICTURE = re.compile(r'(<img\b[^>]*?\bsrc=")(?:cid:([^"]+)|(/files/[^"?]+)[^"]*)"')


async def list_messages(
    tx: Transaction, workspace_id: UUID, ids: Sequence[UUID], links: FileLinks, now: datetime
) -> list[Message]:
    """Gives these messages, oldest first."""
    if not ids:
        return []
    rows = await tx.fetch(BY_IDS, workspace_id, list(ids))
    return await build_messages(tx, workspace_id, rows, links, now)


async def list_newest(
    tx: Transaction,
    workspace_id: UUID,
    links: FileLinks,
    now: datetime,
    *,
    conversation_id: UUID | None = None,
    direction: str | None = None,
    after: UUID | None = None,
    limit: int,
) -> Page[Message]:
    """Gives a page of messages and notes, newest first; those taken back before they left are left out."""
    rows = await tx.fetch(NEWEST, workspace_id, conversation_id, direction, after, limit + 1)
    page = await build_messages(tx, workspace_id, rows[:limit], links, now)
    return Page(page, encode_cursor(page[-1].id) if len(rows) > limit else None)


async def build_messages(
    tx: Transaction, workspace_id: UUID, rows: Sequence[Any], links: FileLinks, now: datetime
) -> list[Message]:
    """Turns rows of `SELECT` into messages, with their files."""
    with_files = [row["id"] for row in rows if row["attachment_count"] and row["redacted_at"] is None]
    files: dict[UUID, list[Attachment]] = {}
    if with_files:
        for row in await tx.fetch(FILES, workspace_id, with_files):
            files.setdefault(row["message_id"], []).append(_build_attachment(workspace_id, row, links, now))
    return [build_message(row, files.get(row["id"], [])) for row in rows]


def _build_attachment(workspace_id: UUID, row: Any, links: FileLinks, now: datetime) -> Attachment:
    expires = now + timedelta(hours=12)
    return Attachment(
        id=row["id"],
        name=row["name"],
        type=row["type"],
        size=row["size"],
        url=links.sign(workspace_id, row["file_id"], expires),
        thumbnail_url=links.sign(workspace_id, row["file_id"], expires, thumbnail=True)
        if row["thumbnail"]
        else None,
        width=row["width"],
        height=row["height"],
        inline=row["inline"],
        content_id=row["content_id"],
    )


def _addresses(envelope: dict[str, Any], name: str) -> list[Address]:
    return [
        Address(str(item.get("name", "")), str(item.get("address", ""))) for item in envelope.get(name) or []
    ]


def _build_omitted(one: dict[str, Any]) -> OmittedFile:
    return OmittedFile(
        name=str(one.get("name", "")), type=str(one.get("type", "")), size=int(one.get("size") or 0)
    )


def read_omitted_count(envelope: dict[str, Any]) -> int:
    """Says how many files were left out; mail of earlier versions only lists them."""
    return int(envelope.get("omitted_count") or len(envelope.get("omitted") or []))


def read_sender_check(channel_kind: str, direction: str, envelope: dict[str, Any]) -> SenderCheck | None:
    """Says what is known about the sender of a mail; None for everything else."""
    if channel_kind != "email" or direction != "in":
        return None
    if envelope.get("forged"):
        return "failed"
    found = envelope.get("sender_check")
    known: tuple[SenderCheck, ...] = get_args(SenderCheck)
    return next((one for one in known if one == found), "unknown")


def show_pictures(html: str, files: Sequence[Attachment]) -> str:
    """Points the pictures in a text at the files of its message, whose addresses are signed anew each time."""
    if "<img" not in html or not files:
        return html
    by_id = {file.content_id.lower(): file.url for file in files if file.content_id}
    by_path = {file.url.partition("?")[0]: file.url for file in files}

    def point(found: re.Match[str]) -> str:
        url = by_id.get(unescape(found[2]).lower()) if found[2] else by_path.get(unescape(found[3]))
        return f'{found[1]}{escape(url)}"' if url else found[0]

    return _PICTURE.sub(point, html)


def build_message(row: Any, files: list[Attachment]) -> Message:
    """Turns one row into what the desk shows; a redacted message has no content left."""
    envelope: dict[str, Any] = row["envelope"] or {}
    sender = _addresses(envelope, "from")
    forwarded = _addresses(envelope, "forwarded_from")
    redacted = row["redacted_at"] is not None
    return Message(
        id=row["id"],
        conversation_id=row["conversation_id"],
        thread_id=row["thread_id"],
        channel_kind=row["channel_kind"],
        kind=row["kind"],
        direction=row["direction"],
        author=Author(
            kind=row["author_kind"],
            id=row["author_id"],
            name=row["author_name"] or (sender[0].name or sender[0].address if sender else ""),
            avatar_colour=row["author_colour"],
            public_name=row["public_name"] or "",
        ),
        subject=row["subject"] or envelope.get("subject"),
        html=show_pictures(row["html"] or "", files),
        text=row["text"] or "",
        quoted_html=show_pictures(row["quoted_html"], files) if row["quoted_html"] else None,
        attachments=files,
        sender=sender[0] if sender else None,
        to=_addresses(envelope, "to"),
        cc=_addresses(envelope, "cc"),
        bcc=_addresses(envelope, "bcc"),
        state=row["state"],
        error=row["error"],
        undo_until=row["undo_until"],
        scheduled_for=row["scheduled_for"],
        seen_at=row["seen_at"],
        mentions=row["mentions"],
        redacted=redacted,
        forwarded_from=forwarded[0] if forwarded else None,
        automatic=row["automatic"],
        remote_images=row["remote_images"],
        has_source=row["raw_file_id"] is not None,
        omitted=[] if redacted else [_build_omitted(one) for one in envelope.get("omitted") or []],
        omitted_count=0 if redacted else read_omitted_count(envelope),
        cut=bool(envelope.get("cut")) and not redacted,
        sender_check=read_sender_check(row["channel_kind"], row["direction"], envelope),
        decision_id=UUID(envelope["decision_id"]) if envelope.get("decision_id") else None,
        created_at=row["created_at"],
    )
