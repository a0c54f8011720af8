"""Storing files that somebody uploads or that arrive with mail: checked, sniffed, with a thumbnail, with a row."""

import asyncio
from datetime import timedelta
from typing import TYPE_CHECKING
from uuid import UUID

import msgspec

from parley.kit.ctx import Ctx
from parley.kit.errors import BadInput, TooLarge
from parley.kit.files.images import Thumbnail, make_thumbnail, read_image_size
from parley.kit.files.links import FileLinks
from parley.kit.files.names import clean_file_name
from parley.kit.files.sniff import sniff
from parley.kit.ids import uuid7

if TYPE_CHECKING:
    from parley.kit.runtime import Runtime

HEAD = 8192
LINK_HOURS = 12


class StoredFile(msgspec.Struct, frozen=True, kw_only=True):
    """A stored file's row."""

    id: UUID
    name: str
    type: str
    size: int
    width: int | None
    height: int | None
    has_thumbnail: bool


class FileView(msgspec.Struct, frozen=True, kw_only=True):
    """A stored file as screens show it; the addresses are signed and expire."""

    id: UUID
    name: str
    type: str
    size: int
    url: str
    thumbnail_url: str | None
    width: int | None
    height: int | None


async def store_file(
    ctx: Ctx,
    runtime: "Runtime",
    *,
    name: str,
    data: bytes,
    claimed_type: str,
    owner_kind: str,
    owner_id: UUID | None,
    used: bool = False,
) -> StoredFile:
    """Stores bytes durably and their row in this transaction; raises TooLarge, and BadInput for an empty file.

    A file that nothing uses is swept after a day, `used` keeps it from the start.
    """
    if not data:
        raise BadInput("empty_file", "The file is empty.")
    if len(data) > runtime.settings.file_limit:
        limit = runtime.settings.file_limit // (1024 * 1024)
        raise TooLarge("file_too_large", f"The file is too large; {limit} MB is the most.")
    prefix = str(ctx.workspace_id)
    safe = clean_file_name(name)
    kind = sniff(data[:HEAD], safe, claimed_type or None)
    size = await asyncio.to_thread(read_image_size, data) if kind.family == "image" else None
    small: Thumbnail | None = await asyncio.to_thread(make_thumbnail, data) if size is not None else None
    stored = await runtime.files.put(prefix, data)
    small_sha = (await runtime.files.put(prefix, small.data)).sha256 if small is not None else None
    file_id = uuid7()
    await ctx.tx.execute(
        """INSERT INTO files (workspace_id, id, sha256, name, type, size, width, height, thumbnail_sha256, owner_kind,
                              owner_id, used, at)
           VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)""",
        ctx.workspace_id,
        file_id,
        stored.sha256,
        safe,
        kind.content_type,
        len(data),
        size.width if size else None,
        size.height if size else None,
        small_sha,
        owner_kind,
        owner_id,
        used,
        ctx.clock.now(),
    )
    return StoredFile(
        id=file_id,
        name=safe,
        type=kind.content_type,
        size=len(data),
        width=size.width if size else None,
        height=size.height if size else None,
        has_thumbnail=small_sha is not None,
    )


def view_file(runtime: "Runtime", ctx: Ctx, stored: StoredFile) -> FileView:
    """Shows a stored file with its signed addresses."""
    links: FileLinks = runtime.parts["file_links"]
    until = ctx.now + timedelta(hours=LINK_HOURS)
    return FileView(
        id=stored.id,
        name=stored.name,
        type=stored.type,
        size=stored.size,
        url=links.sign(ctx.workspace_id, stored.id, until),
        thumbnail_url=links.sign(ctx.workspace_id, stored.id, until, thumbnail=True) if stored.has_thumbnail else None,
        width=stored.width,
        height=stored.height,
    )
