"""Storing files: what they are is looked at, pictures get a small copy, the bytes go to the file store."""

from collections.abc import Sequence
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

import asyncpg
import msgspec
from anyio import to_thread

from parley.kit.ctx import Ctx
from parley.kit.errors import BadInput, TooLarge
from parley.kit.files.images import make_thumbnail, read_image_size
from parley.kit.files.links import FileLinks
from parley.kit.files.names import clean_file_name
from parley.kit.files.sniff import HEAD_BYTES, sniff
from parley.kit.ids import uuid7

if TYPE_CHECKING:
    from parley.kit.runtime import Runtime

LINK_LIFE = timedelta(hours=12)
UNUSED_LIFE = timedelta(days=1)
SWEEP_JOB = "files.sweep"
_SWEEP_BATCH = 200
STORE = """
INSERT INTO files (workspace_id, id, sha256, name, type, size, width, height, thumbnail_sha256, owner_kind,
                   owner_id, used, at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
"""


class StoredFile(msgspec.Struct, frozen=True, kw_only=True):
    """A stored file; `type` is what it is served as."""

    id: UUID
    sha256: str
    name: str
    type: str
    size: int
    width: int | None
    height: int | None
    thumbnail_sha256: str | None

    @property
    def has_thumbnail(self) -> bool:
        """Whether there is a small copy."""
        return self.thumbnail_sha256 is not None


class FileView(msgspec.Struct, frozen=True, kw_only=True):
    """A file as the API shows it; the addresses are signed and expire."""

    id: UUID
    name: str
    type: str
    size: int
    url: str
    thumbnail_url: str | None
    width: int | None
    height: int | None


async def prepare_file(
    runtime: "Runtime",
    workspace_id: UUID,
    *,
    name: str,
    data: bytes,
    claimed_type: str | None,
    limit: int | None = None,
) -> StoredFile:
    """Looks at the bytes and puts them into the file store; touches no database.

    `limit` in bytes takes the place of the one for uploads. Raises TooLarge, and BadInput for an empty file.
    """
    if not data:
        raise BadInput("empty_file", "The file is empty.")
    limit = limit or int(runtime.settings.file_limit)
    if len(data) > limit:
        raise TooLarge("file_too_large", f"Files may have at most {limit // 1_048_576} MB.", limit=limit)
    cleaned = clean_file_name(name)
    kind = sniff(data[:HEAD_BYTES], cleaned, claimed_type or None)
    prefix = str(workspace_id)
    stored = await runtime.files.put(prefix, data)
    size = await to_thread.run_sync(read_image_size, data) if kind.family == "image" else None
    small = await to_thread.run_sync(make_thumbnail, data) if size is not None else None
    thumbnail = await runtime.files.put(prefix, small.data) if small is not None else None
    return StoredFile(
        id=uuid7(),
        sha256=stored.sha256,
        name=cleaned,
        type=kind.content_type,
        size=stored.size,
        width=size.width if size else None,
        height=size.height if size else None,
        thumbnail_sha256=thumbnail.sha256 if thumbnail else None,
    )


async def record_file(
    ctx: Ctx, file: StoredFile, *, owner_kind: str, owner_id: UUID | None, used: bool = False
) -> None:
    """Notes a prepared file in the table; one that nobody uses is swept after a day, `used` keeps it."""
    await _lock_content(ctx, [file.sha256, file.thumbnail_sha256])
    await ctx.tx.execute(
        STORE,
        ctx.workspace_id,
        file.id,
        file.sha256,
        file.name,
        file.type,
        file.size,
        file.width,
        file.height,
        file.thumbnail_sha256,
        owner_kind,
        owner_id,
        used,
        ctx.clock.now(),
    )


async def store_file(
    ctx: Ctx,
    runtime: "Runtime",
    *,
    name: str,
    data: bytes,
    claimed_type: str | None,
    owner_kind: str,
    owner_id: UUID | None,
    used: bool = False,
) -> StoredFile:
    """Stores a file and notes it; raises TooLarge, and BadInput for an empty file.

    The bytes are on the disk before the row, so that no row is without its bytes.
    """
    file = await prepare_file(runtime, ctx.workspace_id, name=name, data=data, claimed_type=claimed_type)
    await record_file(ctx, file, owner_kind=owner_kind, owner_id=owner_id, used=used)
    # A sweep may have taken equal bytes away just before the row was there.
    for sha256 in (file.sha256, file.thumbnail_sha256):
        if sha256 is not None and await runtime.files.find(str(ctx.workspace_id), sha256) is None:
            await prepare_file(runtime, ctx.workspace_id, name=name, data=data, claimed_type=claimed_type)
    return file


def view_file(runtime: "Runtime", ctx: Ctx, file: StoredFile) -> FileView:
    """Shows a stored file with signed addresses."""
    links: FileLinks = runtime.parts["file_links"]
    expires = ctx.now + LINK_LIFE
    thumbnail = links.sign(ctx.workspace_id, file.id, expires, thumbnail=True)
    return FileView(
        id=file.id,
        name=file.name,
        type=file.type,
        size=file.size,
        url=links.sign(ctx.workspace_id, file.id, expires),
        thumbnail_url=thumbnail if file.thumbnail_sha256 else None,
        width=file.width,
        height=file.height,
    )


async def release_files(ctx: Ctx, file_ids: Sequence[UUID]) -> None:
    """Gives files up at once; the caller has made sure that nothing refers to them any more."""
    if not file_ids:
        return
    await ctx.tx.execute(
        "UPDATE files SET used = false, at = to_timestamp(0) WHERE workspace_id = $1 AND id = ANY($2)",
        ctx.workspace_id,
        list(file_ids),
    )
    ctx.defer(SWEEP_JOB, {})


async def sweep_files(runtime: "Runtime", *, kept: str = "false") -> int:
    """Removes files that nobody has used for a day, and their bytes; gives their number.

    `kept` is an SQL condition on `files f` under which a file stays although it is not marked as used.
    """
    before = runtime.clock.now() - UNUSED_LIFE
    async with runtime.db.transaction(None) as tx:
        rows = await tx.fetch(
            f"""SELECT f.workspace_id, f.id FROM files f WHERE NOT f.used AND f.at < $1 AND NOT ({kept})
                ORDER BY f.at LIMIT {_SWEEP_BATCH}""",
            before,
        )
    swept = 0
    for row in rows:
        try:
            async with runtime.ctx(row["workspace_id"]) as ctx:
                swept += await _remove(runtime, ctx, row["id"])
        except asyncpg.ForeignKeyViolationError:
            async with runtime.ctx(row["workspace_id"]) as ctx:
                await keep_files(ctx, [row["id"]])
    return swept


async def keep_files(ctx: Ctx, file_ids: Sequence[UUID]) -> None:
    """Marks files as used, so that they stay."""
    await ctx.tx.execute(
        "UPDATE files SET used = true WHERE workspace_id = $1 AND id = ANY($2)",
        ctx.workspace_id,
        list(file_ids),
    )


async def _remove(runtime: "Runtime", ctx: Ctx, file_id: UUID) -> int:
    """Deletes a row that is still unused, and the bytes that no other row refers to."""
    row = await ctx.tx.fetchrow(
        """DELETE FROM files WHERE workspace_id = $1 AND id = $2 AND NOT used RETURNING sha256, thumbnail_sha256""",
        ctx.workspace_id,
        file_id,
    )
    if row is None:
        return 0
    hashes = await _lock_content(ctx, [row["sha256"], row["thumbnail_sha256"]])
    left: Any = await ctx.tx.fetch(
        """SELECT h FROM unnest($2::text[]) h WHERE NOT EXISTS (
             SELECT 1 FROM files f WHERE f.workspace_id = $1 AND (f.sha256 = h OR f.thumbnail_sha256 = h))""",
        ctx.workspace_id,
        hashes,
    )
    for found in left:
        await runtime.files.delete(str(ctx.workspace_id), found["h"])
    return 1


async def _lock_content(ctx: Ctx, hashes: Sequence[str | None]) -> list[str]:
    """Lets one transaction at a time note or remove the same bytes."""
    wanted = sorted({h for h in hashes if h is not None})
    await ctx.tx.execute(
        "SELECT pg_advisory_xact_lock(hashtextextended($1 || h, 0)) FROM unnest($2::text[]) h",
        f"file:{ctx.workspace_id}:",
        wanted,
    )
    return wanted
