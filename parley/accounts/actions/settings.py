"""Custom fields, views, checklists and business hours."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

import asyncpg

from parley.accounts.actions.records import archive_record, make_default, store_record, update_record
from parley.accounts.actions.teams import check_not_default
from parley.accounts.records import (
    FIELD_TYPES,
    build_field_key,
    check_hours,
    parse_field_key,
    parse_filter,
    parse_lines,
    parse_options,
    parse_position,
    parse_sort,
)
from parley.accounts.words import parse_name, parse_time_zone, wrong
from parley.kit.ctx import Ctx
from parley.kit.errors import Conflict, NotAllowed, NotFound

Parsers = dict[str, Callable[[Any], Any]]
MAX_FIELDS = 100


def parse_some(parsers: Parsers, values: dict[str, Any]) -> dict[str, Any]:
    """Checks those values that are there."""
    return {name: parse(values[name]) for name, parse in parsers.items() if name in values}


# Custom fields


async def create_custom_field(
    ctx: Ctx,
    *,
    label: str,
    kind: str,
    key: str | None = None,
    options: list[str] | None = None,
    position: int = 0,
) -> UUID:
    """Creates a field of conversations; the key is made from the label when none is given. Raises Invalid, Conflict."""
    if kind not in FIELD_TYPES:
        raise wrong("type", f"Choose one of {', '.join(FIELD_TYPES)}.")
    count = await ctx.tx.fetchval(
        "SELECT count(*) FROM custom_fields WHERE workspace_id = $1 AND archived_at IS NULL", ctx.workspace_id
    )
    if count >= MAX_FIELDS:
        raise Conflict("too_many_fields", f"There are {MAX_FIELDS} fields already.")
    label = parse_name(label, "label")
    values = {
        "key": parse_field_key(key) if key else build_field_key(label),
        "label": label,
        "type": kind,
        "options": parse_options(kind, options or []),
        "position": parse_position(position),
    }
    try:
        return await store_record(ctx, "custom_field", values)
    except asyncpg.UniqueViolationError as failure:
        raise Conflict("key_taken", f"There is, or was, a field with the key {values['key']}.") from failure


async def change_custom_field(ctx: Ctx, field_id: UUID, changes: dict[str, Any]) -> None:
    """Changes `label`, `options` or `position`; key and type stay. Raises NotFound, Invalid."""
    kind = await ctx.tx.fetchval(
        "SELECT type FROM custom_fields WHERE workspace_id = $1 AND id = $2", ctx.workspace_id, field_id
    )
    parsers: Parsers = {
        "label": lambda label: parse_name(label, "label"),
        "options": lambda options: parse_options(kind, options),
        "position": parse_position,
    }
    await update_record(ctx, "custom_field", field_id, parse_some(parsers, changes) if kind else {})


# Views

_VIEW: Parsers = {
    "name": parse_name,
    "shared": bool,
    "position": parse_position,
    "filter": parse_filter,
    "sort": parse_sort,
}


async def create_view(ctx: Ctx, agent_id: UUID, values: dict[str, Any], *, may_share: bool) -> UUID:
    """Creates a view of one's own, or a shared one with the right to; raises Invalid, NotAllowed."""
    _check_sharing(values.get("shared", False), may_share)
    return await store_record(ctx, "view", {**parse_some(_VIEW, values), "owner_id": agent_id})


async def change_view(
    ctx: Ctx, agent_id: UUID, view_id: UUID, changes: dict[str, Any], *, may_share: bool
) -> None:
    """Changes a view; shared ones need the right to. Raises NotFound, Invalid, NotAllowed."""
    shared = await _get_shared(ctx, agent_id, view_id)
    _check_sharing(shared or changes.get("shared", False), may_share)
    await update_record(ctx, "view", view_id, parse_some(_VIEW, changes))


async def remove_view(ctx: Ctx, agent_id: UUID, view_id: UUID, *, may_share: bool) -> None:
    """Removes a view; raises NotFound, NotAllowed."""
    _check_sharing(await _get_shared(ctx, agent_id, view_id), may_share)
    await archive_record(ctx, "view", view_id)


async def _get_shared(ctx: Ctx, agent_id: UUID, view_id: UUID) -> bool:
    shared = await ctx.tx.fetchval(
        "SELECT shared FROM views WHERE workspace_id = $1 AND id = $2 AND (shared OR owner_id = $3) FOR UPDATE",
        ctx.workspace_id,
        view_id,
        agent_id,
    )
    if shared is None:
        raise NotFound("view")
    return bool(shared)


def _check_sharing(shared: bool, may_share: bool) -> None:
    if shared and not may_share:
        raise NotAllowed("not_allowed", "Shared views need the permission settings:write.")


# Checklists

_CHECKLIST: Parsers = {
    "name": parse_name,
    "intent": lambda intent: parse_name(intent, "intent", limit=60) if intent else "",
    "items": lambda items: parse_lines(items, "items", limit=300),
    "team_ids": lambda ids: list(dict.fromkeys(ids)),
    "tag_ids": lambda ids: list(dict.fromkeys(ids)),
}


async def create_checklist(ctx: Ctx, values: dict[str, Any]) -> UUID:
    """Creates a template out of `name`, `intent`, `items`, `team_ids`, `tag_ids`; raises Invalid."""
    parsed = parse_some(_CHECKLIST, values)
    _check_items(parsed)
    return await store_record(ctx, "checklist", parsed)


async def change_checklist(ctx: Ctx, checklist_id: UUID, changes: dict[str, Any]) -> None:
    """Changes a template; raises NotFound, Invalid."""
    parsed = parse_some(_CHECKLIST, changes)
    if "items" in parsed:
        _check_items(parsed)
    await update_record(ctx, "checklist", checklist_id, parsed)


def _check_items(values: dict[str, Any]) -> None:
    if not values.get("items"):
        raise wrong("items", "A checklist needs at least one step.")


# Business hours


async def create_hours(ctx: Ctx, values: dict[str, Any]) -> UUID:
    """Creates business hours out of `name`, `time_zone`, `periods`, `holidays`; raises Invalid."""
    check_hours(values["time_zone"], values["periods"], values["holidays"])
    kept = {name: values[name] for name in ("time_zone", "periods", "holidays")}
    hours_id = await store_record(ctx, "business_hours", {"name": parse_name(values["name"]), **kept})
    if values.get("is_default"):
        await make_default(ctx, "business_hours", hours_id)
    return hours_id


async def change_hours(ctx: Ctx, hours_id: UUID, changes: dict[str, Any]) -> None:
    """Changes business hours; raises NotFound, Invalid."""
    row = await ctx.tx.fetchrow(
        "SELECT time_zone, periods, holidays FROM business_hours WHERE workspace_id = $1 AND id = $2 FOR UPDATE",
        ctx.workspace_id,
        hours_id,
    )
    if row is None:
        raise NotFound("business hours")
    kept = {name: changes[name] for name in row.keys() if name in changes}  # noqa: SIM118 - a record
    merged = {**dict(row), **kept}
    check_hours(merged["time_zone"], merged["periods"], merged["holidays"])
    named: Parsers = {"name": parse_name, "time_zone": parse_time_zone}
    await update_record(ctx, "business_hours", hours_id, {**kept, **parse_some(named, changes)})
    if changes.get("is_default"):
        await make_default(ctx, "business_hours", hours_id)


async def archive_hours(ctx: Ctx, hours_id: UUID) -> None:
    """Takes business hours out of use; raises NotFound, and Conflict for the default ones."""
    await check_not_default(ctx, "business_hours", hours_id)
    await archive_record(ctx, "business_hours", hours_id)
