"""The files of a mail: stored before the transaction that needs them, noted inside it."""

from collections.abc import Sequence
from typing import TYPE_CHECKING
from uuid import UUID

import msgspec

from parley.channels.email.reading import Body, is_shown
from parley.channels.mail.models import Attachment
from parley.conversations.model import FileLink
from parley.kit.ctx import Ctx
from parley.kit.files.actions import StoredFile, prepare_file, record_file

if TYPE_CHECKING:
    from parley.kit.runtime import Runtime

LARGEST = 200 * 1024 * 1024
"""Of one file. What a mail server let through is taken: uploads have their own, smaller limit."""


class MailFile(msgspec.Struct, frozen=True):
    """A file of a mail whose bytes are stored."""

    source: Attachment
    stored: StoredFile


async def prepare_files(
    runtime: "Runtime", workspace_id: UUID, attachments: Sequence[Attachment]
) -> list[MailFile]:
    """Puts the bytes of files into the store; touches no database."""
    return [MailFile(file, await _prepare(runtime, workspace_id, file)) for file in attachments]


async def record_files(
    runtime: "Runtime", ctx: Ctx, files: Sequence[MailFile], body: Body, *, owner_id: UUID
) -> list[FileLink]:
    """Notes prepared files in this transaction and gives what attaches them to a message.

    A picture counts as inline only where the body shows it: what is shown nowhere must be listed.
    """
    links: list[FileLink] = []
    for file in files:
        await record_file(ctx, file.stored, owner_kind="inbound", owner_id=owner_id)
        # A sweep may have taken equal bytes away since they were stored.
        if await runtime.files.find(str(ctx.workspace_id), file.stored.sha256) is None:
            await _prepare(runtime, ctx.workspace_id, file.source)
        inline = is_shown(body, file.source.content_id)
        links.append(FileLink(file.stored.id, file.stored.name, file.source.content_id, inline))
    return links


async def _prepare(runtime: "Runtime", workspace_id: UUID, file: Attachment) -> StoredFile:
    return await prepare_file(
        runtime,
        workspace_id,
        name=file.name,
        data=file.data,
        claimed_type=file.content_type,
        limit=LARGEST,
    )
