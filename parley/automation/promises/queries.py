"""Reading SLAs and promises."""

from typing import Any
from uuid import UUID

from parley.kit.ctx import Ctx
from parley.kit.errors import NotFound

LIST = """
SELECT id, position, name, enabled, version, body AS sla, created_at, updated_at FROM slas
WHERE workspace_id = $1 AND archived_at IS NULL AND ($2::uuid IS NULL OR id = $2) ORDER BY position, id
"""
VERSIONS = """
SELECT version, name, body AS sla, saved_by, at FROM sla_versions WHERE workspace_id = $1 AND sla_id = $2
ORDER BY version DESC LIMIT 1000
"""
OF_CONVERSATION = """
SELECT p.id, p.kind, p.sla_id, v.name AS sla_name, p.sla_version, p.state, p.target_minutes, p.started_at, p.due_at,
  p.warned_at, p.broken_at, p.met_at, p.ended_at, p.counted_from IS NULL AND p.ended_at IS NULL AS paused
FROM promises p
LEFT JOIN sla_versions v ON v.workspace_id = $1 AND v.sla_id = p.sla_id AND v.version = p.sla_version
WHERE p.workspace_id = $1 AND p.conversation_id = $2
ORDER BY p.ended_at IS NOT NULL, CASE WHEN p.ended_at IS NULL THEN p.due_at END NULLS LAST, p.started_at DESC, p.id DESC
LIMIT 1000
"""


async def list_slas(ctx: Ctx) -> list[dict[str, Any]]:
    """Gives all SLAs in the order in which they are asked."""
    return [dict(row) for row in await ctx.tx.fetch(LIST, ctx.workspace_id, None)]


async def get_sla(ctx: Ctx, sla_id: UUID) -> dict[str, Any]:
    """Gives one SLA; raises NotFound."""
    row = await ctx.tx.fetchrow(LIST, ctx.workspace_id, sla_id)
    if row is None:
        raise NotFound("sla")
    return dict(row)


async def list_sla_versions(ctx: Ctx, sla_id: UUID) -> list[dict[str, Any]]:
    """Gives the versions of an SLA, the newest first, also of an archived one; raises NotFound."""
    rows = await ctx.tx.fetch(VERSIONS, ctx.workspace_id, sla_id)
    if not rows:
        raise NotFound("sla")
    return [dict(row) for row in rows]


async def list_promises(ctx: Ctx, conversation_id: UUID) -> list[dict[str, Any]]:
    """Gives the promises of a conversation: what falls due first, then the past, the newest first; raises NotFound."""
    rows = await ctx.tx.fetch(OF_CONVERSATION, ctx.workspace_id, conversation_id)
    if not rows:
        known = await ctx.tx.fetchval(
            "SELECT true FROM conversations WHERE workspace_id = $1 AND id = $2",
            ctx.workspace_id,
            conversation_id,
        )
        if not known:
            raise NotFound("conversation")
    return [dict(row) for row in rows]
