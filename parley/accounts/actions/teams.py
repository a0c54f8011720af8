"""Teams, tags and brands."""

from typing import Any
from uuid import UUID

import asyncpg

from parley.accounts.actions.records import archive_record, make_default, store_record, update_record
from parley.accounts.records import parse_languages, parse_logo, parse_signature
from parley.accounts.words import name_key, parse_colour, parse_name, wrong
from parley.facts.accounts import AgentChanged
from parley.kit.ctx import Ctx
from parley.kit.errors import Conflict, NotFound


async def create_team(
    ctx: Ctx, *, name: str, colour: str = "slate", agent_ids: list[UUID] | None = None
) -> UUID:
    """Creates a team with its members; raises Invalid."""
    team_id = await store_record(ctx, "team", {"name": parse_name(name), "colour": parse_colour(colour)})
    await set_team_members(ctx, team_id, agent_ids or [])
    return team_id


async def change_team(ctx: Ctx, team_id: UUID, changes: dict[str, Any]) -> None:
    """Changes `name`, `colour` or `agent_ids`; raises NotFound, Invalid."""
    parsers = {"name": parse_name, "colour": parse_colour}
    await update_record(ctx, "team", team_id, {n: parsers[n](changes[n]) for n in parsers if n in changes})
    if "agent_ids" in changes:
        await set_team_members(ctx, team_id, changes["agent_ids"])


async def set_team_members(ctx: Ctx, team_id: UUID, agent_ids: list[UUID]) -> None:
    """Makes exactly these agents the members; tells of everybody who came or went. Raises Invalid."""
    known = await ctx.tx.fetchval(
        "SELECT count(*) FROM agents WHERE workspace_id = $1 AND id = ANY($2)", ctx.workspace_id, agent_ids
    )
    if known != len(set(agent_ids)):
        raise wrong("agent_ids", "One of these agents does not exist.")
    rows = await ctx.tx.fetch(
        """WITH gone AS (
             DELETE FROM team_members WHERE workspace_id = $1 AND team_id = $2 AND NOT agent_id = ANY($3)
             RETURNING agent_id
           ), came AS (
             INSERT INTO team_members (workspace_id, team_id, agent_id) SELECT $1, $2, a FROM unnest($3::uuid[]) a
             ON CONFLICT DO NOTHING RETURNING agent_id
           )
           SELECT agent_id, false AS member FROM gone UNION ALL SELECT agent_id, true FROM came ORDER BY 1""",
        ctx.workspace_id,
        team_id,
        agent_ids,
    )
    for row in rows:
        changes: dict[str, object] = {"team": team_id, "member": row["member"]}
        ctx.emit(AgentChanged(agent_id=row["agent_id"], changes=changes))


async def create_tag(ctx: Ctx, *, name: str, colour: str = "slate") -> UUID:
    """Creates a tag; raises Invalid, and Conflict when there is one of this name."""
    name = parse_name(name, limit=50)
    values = {"name": name, "name_key": name_key(name), "colour": parse_colour(colour)}
    try:
        return await store_record(ctx, "tag", values)
    except asyncpg.UniqueViolationError as failure:
        raise Conflict("tag_exists", "There is a tag of this name already.") from failure


async def change_tag(ctx: Ctx, tag_id: UUID, changes: dict[str, Any]) -> None:
    """Changes `name` or `colour`; raises NotFound, Invalid, and Conflict when the name is taken."""
    values: dict[str, Any] = {}
    if "name" in changes:
        values["name"] = parse_name(changes["name"], limit=50)
        values["name_key"] = name_key(values["name"])
    if "colour" in changes:
        values["colour"] = parse_colour(changes["colour"])
    try:
        await update_record(ctx, "tag", tag_id, values)
    except asyncpg.UniqueViolationError as failure:
        raise Conflict("tag_exists", "There is a tag of this name already.") from failure


_BRAND = {
    "name": parse_name,
    "colour": parse_colour,
    "logo": parse_logo,
    "signature_html": parse_signature,
    "languages": parse_languages,
}


async def create_brand(ctx: Ctx, values: dict[str, Any]) -> UUID:
    """Creates a brand out of `name`, `colour`, `logo`, `signature_html`, `languages`; raises Invalid."""
    brand_id = await store_record(ctx, "brand", _parse_brand(values))
    if values.get("is_default"):
        await make_default(ctx, "brand", brand_id)
    return brand_id


async def change_brand(ctx: Ctx, brand_id: UUID, changes: dict[str, Any]) -> None:
    """Changes a brand; `is_default` true moves the default here. Raises NotFound, Invalid."""
    await update_record(ctx, "brand", brand_id, _parse_brand(changes))
    if changes.get("is_default"):
        await make_default(ctx, "brand", brand_id)


async def archive_brand(ctx: Ctx, brand_id: UUID) -> None:
    """Takes a brand out of use; raises NotFound, and Conflict for the default one."""
    await check_not_default(ctx, "brands", brand_id)
    await archive_record(ctx, "brand", brand_id)


async def check_not_default(ctx: Ctx, table: str, record_id: UUID) -> None:
    """Raises NotFound, or Conflict when the record is the default one."""
    is_default = await ctx.tx.fetchval(
        f"SELECT is_default FROM {table} WHERE workspace_id = $1 AND id = $2 AND archived_at IS NULL FOR UPDATE",
        ctx.workspace_id,
        record_id,
    )
    if is_default is None:
        raise NotFound(table.replace("_", " "))
    if is_default:
        raise Conflict("is_default", "Make another one the default first.")


def _parse_brand(values: dict[str, Any]) -> dict[str, Any]:
    return {name: parse(values[name]) for name, parse in _BRAND.items() if name in values}  # type: ignore[operator]
