"""Saving rules: every saving is a version, every change of what is in force is a version of the set."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

import msgspec

from parley.accounts.actions.records import announce
from parley.accounts.words import parse_name
from parley.automation.rules.model import Rule, parse_rule, show_rule
from parley.automation.rules.references import check_references
from parley.kit.conditions.catalogue import Catalogue
from parley.kit.ctx import Ctx
from parley.kit.errors import Conflict, Invalid, NotFound
from parley.kit.ids import uuid7

MAX_NAME = 120
MAX_ENABLED = 10_000

INSERT = """
INSERT INTO rules (workspace_id, id, position, name, enabled, event, version, body, template, created_at, updated_at)
SELECT $1, $2, coalesce(max(position), 0) + 1, $3, $4, $5, 1, $6, $7, $8, $8 FROM rules WHERE workspace_id = $1
"""
KEEP_VERSION = """
INSERT INTO rule_versions (workspace_id, rule_id, version, name, body, saved_by, at)
SELECT workspace_id, id, version, name, body, $3, $4 FROM rules WHERE workspace_id = $1 AND id = $2
"""
UPDATE = """
UPDATE rules SET name = $3, enabled = $4, event = $5, body = $6, version = $7, updated_at = $8
WHERE workspace_id = $1 AND id = $2
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
REORDER = """
UPDATE rules r SET position = o.place FROM unnest($2::uuid[]) WITH ORDINALITY AS o(id, place)
WHERE r.workspace_id = $1 AND r.id = o.id AND r.archived_at IS NULL AND r.position <> o.place
"""
REVIVE = """
UPDATE rules SET archived_at = NULL, updated_at = $3
WHERE workspace_id = $1 AND id = $2 AND archived_at IS NOT NULL RETURNING id
"""


class Changes(msgspec.Struct, frozen=True):
    """What is to be changed about a rule; None leaves it. `seen` is the version that the writer had before his eyes."""

    name: str | None = None
    body: Mapping[str, Any] | None = None
    enabled: bool | None = None
    seen: int | None = None


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
    rule = parse_rule(body, catalogue, rule_id, 1, parse_name(name, limit=MAX_NAME))
    await check_references(ctx, catalogue, rule)
    await lock_rules(ctx)
    if enabled:
        await _check_room(ctx)
    await ctx.tx.execute(
        INSERT, ctx.workspace_id, rule_id, rule.name, enabled, rule.event, show_rule(rule), template, ctx.now
    )
    await ctx.tx.execute(KEEP_VERSION, ctx.workspace_id, rule_id, ctx.actor.id, ctx.now)
    await renew_set(ctx)
    await announce(ctx, "rule", rule_id, "created", _audited(rule, enabled=enabled))
    return rule_id


async def change_rule(ctx: Ctx, catalogue: Catalogue, rule_id: UUID, changes: Changes) -> None:
    """Changes a rule; another name or body is a new version. Nothing to change writes nothing.

    Raises NotFound, Invalid, and Conflict when somebody has saved it since `seen`.
    """
    await lock_rules(ctx)
    row = await ctx.tx.fetchrow(
        """SELECT name, enabled, body, version FROM rules
           WHERE workspace_id = $1 AND id = $2 AND archived_at IS NULL""",
        ctx.workspace_id,
        rule_id,
    )
    if row is None:
        raise NotFound("rule")
    if changes.seen is not None and changes.seen != row["version"]:
        raise Conflict(
            "rule_changed",
            f"Somebody has saved this rule in the meantime: it stands at version {row['version']}, "
            f"you changed version {changes.seen}. Load it again before you save.",
            version=row["version"],
        )
    name = row["name"] if changes.name is None else parse_name(changes.name, limit=MAX_NAME)
    enabled = row["enabled"] if changes.enabled is None else changes.enabled
    begins = enabled and not row["enabled"]
    given = row["body"] if changes.body is None else changes.body
    if changes.body is None and not begins:
        event, body = row["body"]["when"], row["body"]
    else:
        rule = parse_rule(given, catalogue, rule_id, row["version"], name)
        await check_references(ctx, catalogue, rule)
        event, body = rule.event, show_rule(rule)
    if begins:
        await _check_room(ctx)
    written = (name, body) != (row["name"], row["body"])
    if not written and enabled == row["enabled"]:
        return
    version = row["version"] + written
    await ctx.tx.execute(UPDATE, ctx.workspace_id, rule_id, name, enabled, event, body, version, ctx.now)
    if written:
        await ctx.tx.execute(KEEP_VERSION, ctx.workspace_id, rule_id, ctx.actor.id, ctx.now)
    await renew_set(ctx)
    values = {"name": name, "version": version, "enabled": enabled, "when": event}
    await announce(ctx, "rule", rule_id, "changed", values)


async def archive_rule(ctx: Ctx, rule_id: UUID) -> None:
    """Takes a rule out of use; its versions, and decisions that name it, stay readable. Raises NotFound."""
    await lock_rules(ctx)
    done = await ctx.tx.fetchval(
        """UPDATE rules SET archived_at = $3, enabled = false, updated_at = $3
           WHERE workspace_id = $1 AND id = $2 AND archived_at IS NULL RETURNING id""",
        ctx.workspace_id,
        rule_id,
        ctx.now,
    )
    if done is None:
        raise NotFound("rule")
    await renew_set(ctx)
    await announce(ctx, "rule", rule_id, "removed", {})


async def order_rules(ctx: Ctx, rule_ids: list[UUID]) -> None:
    """Puts all rules into this order; raises Invalid for one named twice, Conflict when these are not all there are."""
    if len(set(rule_ids)) != len(rule_ids):
        raise Invalid("bad_order", "A rule is named twice.")
    await lock_rules(ctx)
    rows = await ctx.tx.fetch(
        "SELECT id FROM rules WHERE workspace_id = $1 AND archived_at IS NULL", ctx.workspace_id
    )
    if {row["id"] for row in rows} != set(rule_ids):
        raise Conflict(
            "order_changed",
            "Rules were added or removed in the meantime. Load the list again before you put it in order.",
        )
    status = await ctx.tx.execute(REORDER, ctx.workspace_id, rule_ids)
    if status == "UPDATE 0":
        return
    await renew_set(ctx)
    await announce(ctx, "rule", rule_ids[0], "ordered", {"order": rule_ids})


async def restore_rule(
    ctx: Ctx, catalogue: Catalogue, rule_id: UUID, version: int, *, seen: int | None = None
) -> None:
    """Makes an older version the newest again, as a version of its own; raises NotFound, Invalid, Conflict.

    A rule that was taken out of use comes back, switched off.
    """
    await lock_rules(ctx)
    row = await ctx.tx.fetchrow(
        "SELECT name, body FROM rule_versions WHERE workspace_id = $1 AND rule_id = $2 AND version = $3",
        ctx.workspace_id,
        rule_id,
        version,
    )
    if row is None:
        raise NotFound("version of this rule")
    if await ctx.tx.fetchval(REVIVE, ctx.workspace_id, rule_id, ctx.now) is not None:
        await announce(ctx, "rule", rule_id, "created", {"version": version})
    await change_rule(ctx, catalogue, rule_id, Changes(row["name"], row["body"], seen=seen))


async def duplicate_rule(ctx: Ctx, catalogue: Catalogue, rule_id: UUID, name: str | None = None) -> UUID:
    """Stores a copy, switched off, at the end of the order; raises NotFound, and Invalid when it names what is gone."""
    row = await ctx.tx.fetchrow(
        "SELECT name, body, template FROM rules WHERE workspace_id = $1 AND id = $2 AND archived_at IS NULL",
        ctx.workspace_id,
        rule_id,
    )
    if row is None:
        raise NotFound("rule")
    called = name or f"{row['name'][: MAX_NAME - 4]} (2)"
    return await create_rule(ctx, catalogue, called, row["body"], template=row["template"])


async def lock_rules(ctx: Ctx) -> None:
    """Lets one transaction at a time change the rules of a workspace."""
    await ctx.tx.execute(
        "SELECT 1 FROM workspaces WHERE workspace_id = $1 FOR NO KEY UPDATE", ctx.workspace_id
    )


async def renew_set(ctx: Ctx) -> None:
    """Puts the enabled rules in their order into force, where that is news."""
    await ctx.tx.execute(RENEW, ctx.workspace_id, ctx.actor.id, ctx.now)


async def _check_room(ctx: Ctx) -> None:
    enabled = await ctx.tx.fetchval(
        "SELECT count(*) FROM rules WHERE workspace_id = $1 AND enabled AND archived_at IS NULL",
        ctx.workspace_id,
    )
    if enabled >= MAX_ENABLED:
        raise Invalid(
            "too_many_rules",
            f"At most {MAX_ENABLED:,} rules can be switched on. Switch one off before you switch on another.",
        )


def _audited(rule: Rule, *, enabled: bool) -> dict[str, Any]:
    return {"name": rule.name, "version": rule.version, "enabled": enabled, "when": rule.event}
