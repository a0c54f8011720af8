"""Joining stored files to messages."""

from collections.abc import Sequence
from uuid import UUID

from parley.conversations.model import FileLink
from parley.kit.ctx import Ctx
from parley.kit.errors import Invalid
from parley.kit.ids import uuid7


async def attach_files(ctx: Ctx, message_id: UUID, files: Sequence[FileLink]) -> None:
    """Attaches files in order and keeps them from being swept; raises Invalid for one that is not there."""
    rows = await ctx.tx.fetch(
        """WITH used AS (UPDATE files SET used = true WHERE workspace_id = $1 AND id = ANY($3) RETURNING id)
           INSERT INTO attachments (workspace_id, id, message_id, file_id, name, content_id, inline, position)
           SELECT $1, a.id, $2, a.file_id, a.name, a.content_id, a.inline, a.position
           FROM unnest($4::uuid[], $3::uuid[], $5::text[], $6::text[], $7::boolean[], $8::smallint[])
                AS a(id, file_id, name, content_id, inline, position)
           JOIN used ON used.id = a.file_id
           RETURNING id""",
        ctx.workspace_id,
        message_id,
        [link.file_id for link in files],
        [uuid7() for _ in files],
        [link.name for link in files],
        [link.content_id for link in files],
        [link.inline for link in files],
        list(range(len(files))),
    )
    if len(rows) != len(files):
        raise Invalid("unknown_file", "One of the files is not there any more; attach it again.")


async def find_uploads(
    ctx: Ctx, file_ids: Sequence[UUID], *, visitor_id: UUID | None = None
) -> list[FileLink]:
    """Gives the uploaded files with these ids in the given order; raises Invalid when one is missing.

    A visitor may send only what he has uploaded himself.
    """
    rows = await ctx.tx.fetch(
        """SELECT id, name FROM files WHERE workspace_id = $1 AND id = ANY($2)
             AND ($3::uuid IS NULL OR owner_kind = 'visitor' AND owner_id = $3)""",
        ctx.workspace_id,
        list(file_ids),
        visitor_id,
    )
    names = {row["id"]: row["name"] for row in rows}
    if any(file_id not in names for file_id in file_ids):
        raise Invalid("unknown_file", "One of the files is not there any more; attach it again.")
    return [FileLink(file_id, names[file_id]) for file_id in file_ids]
