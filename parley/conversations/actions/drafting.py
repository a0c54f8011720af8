"""Unfinished replies and notes: one per agent and conversation, kept as typed, seen by nobody else."""

from typing import Any
from uuid import UUID

import msgspec

from parley.conversations.actions.guarding import find_merged_into
from parley.conversations.errors import refuse_merged
from parley.kit.ctx import Ctx
from parley.kit.errors import Invalid, NotFound
from parley.kit.richtext import sanitise_html

SAVE = """
INSERT INTO drafts (workspace_id, agent_id, conversation_id, kind, html, envelope, file_ids, updated_at)
SELECT $1, $2, c.id, $4, $5, $6, $7, $8 FROM conversations c
WHERE c.workspace_id = $1 AND c.id = $3 AND c.merged_into_id IS NULL
ON CONFLICT (workspace_id, agent_id, conversation_id) DO UPDATE SET kind = excluded.kind, html = excluded.html,
  envelope = excluded.envelope, file_ids = excluded.file_ids, updated_at = excluded.updated_at
RETURNING (SELECT count(*) FROM files f WHERE f.workspace_id = $1 AND f.id = ANY($7)) AS files
"""


class Unfinished(msgspec.Struct, frozen=True, kw_only=True):
    """What is kept; `envelope` holds thread, recipients and subject as far as they were chosen."""

    kind: str = "message"
    html: str = ""
    envelope: dict[str, Any] = {}
    file_ids: list[UUID] = []


async def save_draft(ctx: Ctx, agent_id: UUID, conversation_id: UUID, draft: Unfinished) -> None:
    """Keeps an agent's draft in place of the one before; raises NotFound, and Invalid for a file that is gone."""
    files = await ctx.tx.fetchval(
        SAVE,
        ctx.workspace_id,
        agent_id,
        conversation_id,
        draft.kind,
        sanitise_html(draft.html, images="cid"),
        draft.envelope,
        draft.file_ids,
        ctx.now,
    )
    if files is None:
        refuse_merged(await find_merged_into(ctx, conversation_id))
        raise NotFound("conversation")
    if files != len(set(draft.file_ids)):
        raise Invalid("unknown_file", "One of the files is not there any more; attach it again.")


async def discard_draft(ctx: Ctx, agent_id: UUID, conversation_id: UUID) -> None:
    """Drops an agent's draft, if there is one."""
    await ctx.tx.execute(
        "DELETE FROM drafts WHERE workspace_id = $1 AND agent_id = $2 AND conversation_id = $3",
        ctx.workspace_id,
        agent_id,
        conversation_id,
    )
