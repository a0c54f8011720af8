"""Saving rules: every saving is a version, every change of what is in force is a version of the set."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from parley.automation.rules.model import parse_rule, show_rule
from parley.facts.accounts import SettingsChanged
from parley.kit.conditions.catalogue import Catalogue
from parley.kit.ctx import Ctx
from parley.kit.ids import uuid7

INSERT = """
INSERT INTO rules (workspace_id, id, position, name, enabled, event, version, body, template, created_at, updated_at)
SELECT $1, $2, coalesce(max(position), 0) + 1, $3, $4, $5, 1, $6, $7, $8, $8 FROM rules WHERE workspace_id = $1
"""
KEEP_VERSION = """
INSERT INTO rule_versions (workspace_id, rule_id, version, name, body, saved_by, at)
SELECT workspace_id, id, version, name, body, $3, $4 FROM rules WHERE workspace_id = $1 AND id = $2
"""
# The same members as before make no new version.
RENEW = """
WITH standing AS (
  SELECT coalesce(jsonb_agg(jsonb_build_array(id, version) ORDER BY position, id), '[]') AS members
  FROM rules WHERE workspace_id = $1 AND enabled AND archived_at IS NULL
), newest AS (
  SELECT version, members FROM rule_sets WHERE workspace_id = $1 ORDER BY version DESC LIMIT 1
)
INSERT INTO rule_sets (workspace_id, version, members, saved_by, at)
SELECT $1, coalesce((SELECT version FROM newest), 0) + 1, standing.members, $2, $3 FROM standing
WHERE standing.members IS DISTINCT FROM coalesce((SELECT members FROM newest), '[]')
RETURNING version
"""


async def create_rule(
    ctx: Ctx,
    catalogue: Catalogue,
    name: str,
    body: Mapping[str, Any],
    *,
    enabled: bool = False,
    template: str | None = None,
) -> UUID:
    """Stores a new rule at the end of the order and gives its id; raises Invalid."""
    rule_id = uuid7()
    rule = parse_rule(body, catalogue, rule_id, 1, name)
    await lock_rules(ctx)
    await ctx.tx.execute(
        INSERT, ctx.workspace_id, rule_id, name, enabled, rule.event, show_rule(rule), template, ctx.now
    )
    await ctx.tx.execute(KEEP_VERSION, ctx.workspace_id, rule_id, ctx.actor.id, ctx.now)
    await renew_set(ctx)
    ctx.emit(SettingsChanged(record="rule", record_id=rule_id, act="created"))
    return rule_id


async def lock_rules(ctx: Ctx) -> None:
    """Lets one transaction at a time change the rules of a workspace."""
    await ctx.tx.execute(
        "SELECT 1 FROM workspaces WHERE workspace_id = $1 FOR NO KEY UPDATE", ctx.workspace_id
    )


async def renew_set(ctx: Ctx) -> None:
    """Puts the enabled rules in their order into force, where that is news."""
    await ctx.tx.execute(RENEW, ctx.workspace_id, ctx.actor.id, ctx.now)
