"""The files of macros as the desk shows them."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from parley.automation.macros.model import MacroFile
from parley.conversations.queries.messages import show_pictures
from parley.conversations.shapes import Attachment
from parley.kit.ctx import Ctx
from parley.kit.files.actions import LINK_LIFE
from parley.kit.files.links import FileLinks

if TYPE_CHECKING:
    from parley.kit.runtime import Runtime

LOAD = """
SELECT id, type, size, width, height, thumbnail_sha256 IS NOT NULL AS thumbnail FROM files
WHERE workspace_id = $1 AND id = ANY($2)
"""


async def show_files(ctx: Ctx, runtime: "Runtime", files: Sequence[MacroFile]) -> list[Attachment]:
    """Gives files in their order, with signed addresses; no statement where there are none."""
    if not files:
        return []
    links: FileLinks = runtime.parts["file_links"]
    rows = await ctx.tx.fetch(LOAD, ctx.workspace_id, [file.file_id for file in files])
    known = {row["id"]: row for row in rows}
    expires = ctx.now + LINK_LIFE
    return [
        Attachment(
            id=file.file_id,
            name=file.name,
            type=row["type"],
            size=row["size"],
            url=links.sign(ctx.workspace_id, file.file_id, expires),
            thumbnail_url=links.sign(ctx.workspace_id, file.file_id, expires, thumbnail=True)
            if row["thumbnail"]
            else None,
            width=row["width"],
            height=row["height"],
            inline=file.inline,
        )
        for file in files
        if (row := known.get(file.file_id)) is not None
    ]


def show_text(html: str, files: Sequence[Attachment]) -> str:
    """Points the pictures in a text at their files."""
    return show_pictures(html, files)
