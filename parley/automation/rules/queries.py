"""Reading rules."""

from typing import Any
from uuid import UUID

from parley.kit.ctx import Ctx
from parley.kit.errors import NotFound

LIST = """
SELECT r.id, r.position, r.name, r.enabled, r.version, r.body AS rule, r.template, r.created_at, r.updated_at,
  coalesce((SELECT sum(d.matched) FROM rule_days d WHERE d.workspace_id = $1 AND d.rule_id = r.id
            AND d.day > $2::date - 30), 0)::int AS matched
FROM rules r WHERE r.workspace_id = $1 AND r.archived_at IS NULL AND ($3::uuid IS NULL OR r.id = $3)
  AND ($4::int IS NULL OR (r.position, r.id) > ($4, $5))
ORDER BY r.position, r.id LIMIT $6
"""
VERSIONS = """
SELECT version, name, body AS rule, saved_by, at FROM rule_versions
WHERE workspace_id = $1 AND rule_id = $2 ORDER BY version DESC LIMIT 100
"""


async def list_rules(
    ctx: Ctx, *, after: tuple[int, UUID] | None = None, limit: int = 10_000
) -> list[dict[str, Any]]:
    """Gives rules in their order, those behind `after` (position, id)."""
    return await _fetch(ctx, None, after, limit)


async def get_rule(ctx: Ctx, rule_id: UUID) -> dict[str, Any]:
    """Gives one rule; raises NotFound."""
    found = await _fetch(ctx, rule_id, None, 1)
    if not found:
        raise NotFound("rule")
    return found[0]


async def _fetch(
    ctx: Ctx, rule_id: UUID | None, after: tuple[int, UUID] | None, limit: int
) -> list[dict[str, Any]]:
    position, last = after or (None, None)
    rows = await ctx.tx.fetch(LIST, ctx.workspace_id, ctx.now.date(), rule_id, position, last, limit)
    return [dict(row) for row in rows]


async def list_versions(ctx: Ctx, rule_id: UUID) -> list[dict[str, Any]]:
    """Gives the newest hundred versions of a rule, the newest first."""
    return [dict(row) for row in await ctx.tx.fetch(VERSIONS, ctx.workspace_id, rule_id)]
