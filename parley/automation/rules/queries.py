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
ORDER BY r.position, r.id
"""


async def list_rules(ctx: Ctx) -> list[dict[str, Any]]:
    """Gives all rules in their order."""
    return [dict(row) for row in await ctx.tx.fetch(LIST, ctx.workspace_id, ctx.now.date(), None)]


async def get_rule(ctx: Ctx, rule_id: UUID) -> dict[str, Any]:
    """Gives one rule; raises NotFound."""
    row = await ctx.tx.fetchrow(LIST, ctx.workspace_id, ctx.now.date(), rule_id)
    if row is None:
        raise NotFound("rule")
    return dict(row)
