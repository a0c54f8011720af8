"""Creating and changing workspaces."""

import re
import unicodedata
from typing import Any
from uuid import UUID

import msgspec

from parley.accounts.actions.auditing import write_audit
from parley.accounts.actions.sessions import refresh_enrolment
from parley.accounts.models import Workspace
from parley.accounts.queries.workspaces import WorkspaceSettings, get_workspace
from parley.accounts.words import parse_language, parse_name, parse_time_zone, wrong
from parley.facts.accounts import SettingsChanged, WorkspaceCreated
from parley.kit.ctx import Ctx
from parley.kit.ids import uuid7

_OFFICE_DAYS = range(5)


def build_slug(name: str) -> str:
    """Gives a short name for addresses and commands: lower-case ASCII letters, digits and hyphens."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:40] or "shop"


async def create_workspace(
    ctx: Ctx, *, name: str, language: str = "en", time_zone: str = "UTC", slug: str | None = None
) -> UUID:
    """Creates the workspace `ctx.workspace_id` with a brand and business hours; gives its id.

    Open the context for a fresh `uuid7()`. Raises Invalid.
    """
    name, language, time_zone = parse_name(name), parse_language(language), parse_time_zone(time_zone)
    await ctx.tx.execute(
        """INSERT INTO workspaces (workspace_id, name, slug, language, time_zone, created_at)
           VALUES ($1, $2, $3, $4, $5, $6)""",
        ctx.workspace_id,
        name,
        slug or await _free_slug(ctx, name),
        language,
        time_zone,
        ctx.now,
    )
    await ctx.tx.execute(
        """INSERT INTO brands (workspace_id, id, name, languages, is_default, created_at)
           VALUES ($1, $2, $3, $4, true, $5)""",
        ctx.workspace_id,
        uuid7(),
        name,
        [language],
        ctx.now,
    )
    await ctx.tx.execute(
        """INSERT INTO business_hours (workspace_id, id, name, time_zone, periods, is_default, created_at)
           VALUES ($1, $2, $3, $4, $5, true, $6)""",
        ctx.workspace_id,
        uuid7(),
        name,
        time_zone,
        [{"day": day, "from": "09:00", "to": "17:00"} for day in _OFFICE_DAYS],
        ctx.now,
    )
    ctx.emit(WorkspaceCreated())
    await write_audit(ctx, "workspace_created", "workspace", ctx.workspace_id)
    return ctx.workspace_id


async def _free_slug(ctx: Ctx, name: str) -> str:
    slug = build_slug(name)
    scope = ctx.workspace_id
    await ctx.tx.rescope(None)
    taken = await ctx.tx.fetchval("SELECT EXISTS (SELECT 1 FROM workspaces WHERE slug = $1)", slug)
    await ctx.tx.rescope(scope)
    return f"{slug}-{scope.hex[-6:]}" if taken else slug


async def change_workspace(ctx: Ctx, changes: dict[str, Any]) -> Workspace:
    """Changes name, language, time zone or settings of the workspace; raises Invalid."""
    before = await get_workspace(ctx.tx, ctx.workspace_id)
    parsers = {"name": parse_name, "language": parse_language, "time_zone": parse_time_zone}
    columns = {name: parse(changes[name]) for name, parse in parsers.items() if name in changes}
    settings = {name: changes[name] for name in WorkspaceSettings.__struct_fields__ if name in changes}
    _check_settings(settings)
    await ctx.tx.execute(
        """UPDATE workspaces SET name = $2, language = $3, time_zone = $4, settings = settings || $5
           WHERE workspace_id = $1""",
        ctx.workspace_id,
        columns.get("name", before.name),
        columns.get("language", before.language),
        columns.get("time_zone", before.time_zone),
        settings,
    )
    if settings.get("require_totp", before.require_totp) != before.require_totp:
        await refresh_enrolment(ctx)
    after = await get_workspace(ctx.tx, ctx.workspace_id)
    changed = _difference(before, after)
    if changed:
        ctx.emit(SettingsChanged(record="workspace", record_id=ctx.workspace_id, act="changed"))
        await write_audit(ctx, "workspace_changed", "workspace", ctx.workspace_id, changes=changed)
    return after


def _check_settings(settings: dict[str, Any]) -> None:
    if not 0 <= settings.get("undo_seconds", 0) <= 60:
        raise wrong("undo_seconds", "Choose 0 to 60 seconds.")
    if not 0 <= settings.get("broadcast_approval", 0) <= 1_000_000:
        raise wrong("broadcast_approval", "Choose 0 to 1,000,000 customers.")


def _difference(before: msgspec.Struct, after: msgspec.Struct) -> dict[str, Any]:
    old, new = msgspec.structs.asdict(before), msgspec.structs.asdict(after)
    return {name: value for name, value in new.items() if value != old[name]}
