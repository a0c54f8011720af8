"""The macros of the demo store: what its people answer most often, in four languages."""

from pathlib import Path
from typing import Any
from uuid import UUID

import msgspec

from parley.app.demo.people import load_people
from parley.automation.macros.model import Macro, clean_acts, clean_shortcut, clean_texts
from parley.automation.macros.saving import create_macro
from parley.kit.ctx import Ctx
from parley.kit.ids import uuid7
from parley.kit.runtime import Runtime

SOURCE = Path(__file__).parent / "macros.json"


class DemoMacro(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A macro of the demo store; tag and team by their keys."""

    name: str
    folder: str
    shortcut: str
    intents: list[str]
    texts: dict[str, str]
    tag: str | None = None
    team: str | None = None
    priority: str | None = None
    status: str | None = None


def load_macros() -> list[DemoMacro]:
    """Gives the macros of the demo store."""
    return msgspec.json.decode(SOURCE.read_bytes(), type=list[DemoMacro])


async def add_macros(runtime: Runtime, workspace_id: UUID) -> None:
    """Writes the macros at the first start; where there have been any, nothing is done."""
    async with runtime.ctx(workspace_id) as ctx:
        if await ctx.tx.fetchval("SELECT true FROM macros WHERE workspace_id = $1 LIMIT 1", workspace_id):
            return
        people = load_people()
        tags = await _ids(ctx, "tags", {tag.key: tag.name for tag in people.tags})
        teams = await _ids(ctx, "teams", {team.key: team.name for team in people.teams})
        for one in load_macros():
            await create_macro(ctx, _build(runtime, ctx, one, tags, teams))


async def _ids(ctx: Ctx, table: str, names: dict[str, str]) -> dict[str, str]:
    rows = await ctx.tx.fetch(f"SELECT id, name FROM {table} WHERE workspace_id = $1", ctx.workspace_id)
    known = {row["name"]: str(row["id"]) for row in rows}
    return {key: known[name] for key, name in names.items() if name in known}


def _build(runtime: Runtime, ctx: Ctx, one: DemoMacro, tags: dict[str, str], teams: dict[str, str]) -> Macro:
    acts: list[dict[str, Any]] = []
    if one.tag in tags:
        acts.append({"act": "tag", "tag_ids": [tags[one.tag]]})
    if one.team in teams:
        acts.append({"act": "assign_team", "team_id": teams[one.team]})
    if one.priority:
        acts.append({"act": "set_priority", "priority": one.priority})
    if one.status:
        acts.append({"act": "set_status", "status": one.status})
    return Macro(
        id=uuid7(),
        name=one.name,
        folder=one.folder,
        shortcut=clean_shortcut(one.shortcut),
        intents=one.intents,
        texts=clean_texts(one.texts),
        acts=clean_acts(acts, runtime.catalogue),
        created_at=ctx.now,
        updated_at=ctx.now,
    )
