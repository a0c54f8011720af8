"""Saving macros: every saving is a version; archived ones can be brought back."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import msgspec

from parley.automation.macros.model import Macro, MacroFile, check_macro, refuse
from parley.facts.accounts import SettingsChanged
from parley.kit.ctx import Ctx
from parley.kit.files.actions import keep_files

INSERT = """
INSERT INTO macros (workspace_id, id, name, folder, team_id, agent_id, version, texts, acts, intents, shortcut,
                    created_at, updated_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $12)
"""
UPDATE = """
UPDATE macros SET name = $3, folder = $4, team_id = $5, agent_id = $6, version = $7, texts = $8, acts = $9,
  intents = $10, shortcut = $11, updated_at = $12 WHERE workspace_id = $1 AND id = $2
"""
KEEP_VERSION = """
INSERT INTO macro_versions (workspace_id, macro_id, version, body, saved_by, at) VALUES ($1, $2, $3, $4, $5, $6)
"""
FILES = """
WITH gone AS (DELETE FROM macro_files WHERE workspace_id = $1 AND macro_id = $2 AND file_id <> ALL($3))
INSERT INTO macro_files (workspace_id, macro_id, file_id, name, inline, position)
SELECT $1, $2, f.id, f.name, w.inline, w.place FROM unnest($3::uuid[], $4::boolean[]) WITH ORDINALITY AS w(id, inline, place)
JOIN files f ON f.workspace_id = $1 AND f.id = w.id
ON CONFLICT (workspace_id, macro_id, file_id) DO UPDATE SET inline = excluded.inline, position = excluded.position
RETURNING file_id
"""
TEAM = "SELECT 1 FROM teams WHERE workspace_id = $1 AND id = $2 AND archived_at IS NULL"


async def create_macro(ctx: Ctx, macro: Macro) -> None:
    """Stores a new macro; raises Invalid."""
    await _store(ctx, INSERT, macro)
    ctx.emit(SettingsChanged(record="macro", record_id=macro.id, act="created"))


async def change_macro(ctx: Ctx, macro: Macro) -> None:
    """Stores the next version of a macro; raises Invalid."""
    await _store(ctx, UPDATE, macro)
    ctx.emit(SettingsChanged(record="macro", record_id=macro.id, act="changed"))


async def archive_macro(ctx: Ctx, macro_id: UUID, *, archived: bool) -> None:
    """Puts a macro away, or brings it back; its versions and uses stay."""
    await ctx.tx.execute(
        "UPDATE macros SET archived_at = $3, updated_at = $4 WHERE workspace_id = $1 AND id = $2",
        ctx.workspace_id,
        macro_id,
        ctx.now if archived else None,
        ctx.now,
    )
    ctx.emit(SettingsChanged(record="macro", record_id=macro_id, act="removed" if archived else "created"))


async def _store(ctx: Ctx, sql: str, macro: Macro) -> None:
    check_macro(macro)
    if macro.team_id is not None and not await ctx.tx.fetchval(TEAM, ctx.workspace_id, macro.team_id):
        refuse("team_id", "There is no such team.")
    await ctx.tx.execute(
        sql,
        ctx.workspace_id,
        macro.id,
        macro.name.strip(),
        macro.folder.strip(),
        macro.team_id,
        macro.agent_id,
        macro.version,
        macro.texts,
        macro.acts,
        macro.intents,
        macro.shortcut,
        ctx.now,
    )
    await _store_files(ctx, macro.id, macro.files)
    await ctx.tx.execute(
        KEEP_VERSION, ctx.workspace_id, macro.id, macro.version, _body(macro), ctx.actor.id, ctx.now
    )


async def _store_files(ctx: Ctx, macro_id: UUID, files: Sequence[MacroFile]) -> None:
    ids = [file.file_id for file in files]
    if len(set(ids)) != len(ids):
        refuse("files", "A file can be in a macro once.")
    stored = await ctx.tx.fetch(FILES, ctx.workspace_id, macro_id, ids, [file.inline for file in files])
    if len(stored) != len(ids):
        refuse("files", "One of the files is not there any more; attach it again.")
    if ids:
        await keep_files(ctx, ids)


def _body(macro: Macro) -> dict[str, Any]:
    whole: dict[str, Any] = msgspec.to_builtins(macro)
    names = ("name", "folder", "team_id", "agent_id", "texts", "acts", "intents", "shortcut", "files")
    return {name: whole[name] for name in names}
