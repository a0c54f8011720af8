"""Reading macros: those that somebody may see, and those that suit a conversation."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import msgspec

from parley.automation.macros.model import Macro
from parley.kit.ctx import Ctx
from parley.kit.errors import NotFound

COLUMNS = """
m.id, m.name, m.folder, m.team_id, m.agent_id, m.version, m.texts, m.acts, m.intents, m.shortcut, m.used, m.used_at,
m.created_at, m.updated_at, m.archived_at, (SELECT language FROM workspaces WHERE workspace_id = $1) AS base,
(SELECT coalesce(jsonb_agg(jsonb_build_object('file_id', f.file_id, 'name', f.name, 'inline', f.inline)
                           ORDER BY f.position), '[]')
 FROM macro_files f WHERE f.workspace_id = $1 AND f.macro_id = m.id) AS files
"""
# Everybody's, those of one's teams, and one's own; who manages macros sees those of all teams.
VISIBLE = """
(m.agent_id IS NULL AND (m.team_id IS NULL OR $3 OR m.team_id IN (
   SELECT t.team_id FROM team_members t WHERE t.workspace_id = $1 AND t.agent_id = $2)) OR m.agent_id = $2)
"""
BY_ID = f"SELECT {COLUMNS} FROM macros m WHERE m.workspace_id = $1 AND m.id = $4 AND {VISIBLE}"
FOR_RULES = (
    f"SELECT {COLUMNS} FROM macros m WHERE m.workspace_id = $1 AND m.id = $2 AND m.archived_at IS NULL"
)
LIST = f"""
SELECT {COLUMNS} FROM macros m
WHERE m.workspace_id = $1 AND {VISIBLE} AND (m.archived_at IS NOT NULL) = $4
  AND ($5::text IS NULL OR m.folder = $5) AND (NOT $6 OR m.agent_id = $2)
  AND ($7::text IS NULL OR strpos(lower(concat_ws(' ', m.name, m.folder, m.shortcut, m.texts::text)), $7) > 0)
  AND ($8::text IS NULL OR (m.name, m.id) > ($8, $9::uuid))
ORDER BY m.name, m.id LIMIT $10
"""
# For the intent first, then by use in conversations of that intent, then by all use.
SUGGEST = f"""
SELECT * FROM (
  SELECT {COLUMNS}, c.intent = ANY(m.intents) AS by_intent, u.for_intent, u.recent
  FROM conversations c JOIN macros m ON m.workspace_id = $1 AND m.archived_at IS NULL AND {VISIBLE}
  CROSS JOIN LATERAL (
    SELECT count(*)::int AS recent, count(*) FILTER (WHERE u.intent = c.intent)::int AS for_intent FROM macro_uses u
    WHERE u.workspace_id = $1 AND u.macro_id = m.id AND u.at > $5) u
  WHERE c.workspace_id = $1 AND c.id = $4
) found WHERE by_intent OR recent > 0
ORDER BY by_intent DESC NULLS LAST, for_intent DESC, recent DESC, name, id LIMIT $6
"""
FOLDERS = f"""
SELECT m.folder AS name, count(*)::int AS macros FROM macros m
WHERE m.workspace_id = $1 AND m.archived_at IS NULL AND {VISIBLE} GROUP BY m.folder ORDER BY m.folder
"""
RECENT = timedelta(days=90)


class Viewer(msgspec.Struct, frozen=True):
    """Who looks at macros: an agent (None for a program), and whether he manages those of all."""

    agent_id: UUID | None
    manages: bool


class Suggestion(msgspec.Struct, frozen=True):
    """A macro and why it is offered: `intent`, `used_for_intent` or `used` (`uses` times in 90 days)."""

    macro: Macro
    why: str
    uses: int


def read_macro(row: Any) -> Macro:
    """Turns a row into a macro."""
    return msgspec.convert(dict(row), Macro, from_attributes=False)


async def get_macro(ctx: Ctx, viewer: Viewer, macro_id: UUID) -> Macro:
    """Gives a macro that the viewer may see, archived ones too; raises NotFound."""
    row = await ctx.tx.fetchrow(BY_ID, ctx.workspace_id, viewer.agent_id, viewer.manages, macro_id)
    if row is None:
        raise NotFound("macro")
    return read_macro(row)


async def find_macro(ctx: Ctx, macro_id: UUID) -> Macro | None:
    """Gives a macro whoever may see it; None when it is gone or archived."""
    row = await ctx.tx.fetchrow(FOR_RULES, ctx.workspace_id, macro_id)
    return read_macro(row) if row else None


async def list_macros(
    ctx: Ctx,
    viewer: Viewer,
    *,
    limit: int,
    after: tuple[str, UUID] | None = None,
    q: str | None = None,
    folder: str | None = None,
    mine: bool = False,
    archived: bool = False,
) -> list[Macro]:
    """Gives the macros that the viewer may see by name, at most `limit`."""
    name, last = after or (None, None)
    wanted = (q or "").strip().lower() or None
    rows = await ctx.tx.fetch(
        LIST,
        ctx.workspace_id,
        viewer.agent_id,
        viewer.manages,
        archived,
        folder,
        mine,
        wanted,
        name,
        last,
        limit,
    )
    return [read_macro(row) for row in rows]


async def list_folders(ctx: Ctx, viewer: Viewer) -> list[dict[str, Any]]:
    """Gives the folders with the number of their macros; the one without a name is the top."""
    rows = await ctx.tx.fetch(FOLDERS, ctx.workspace_id, viewer.agent_id, viewer.manages)
    return [dict(row) for row in rows]


async def suggest_macros(ctx: Ctx, viewer: Viewer, conversation_id: UUID, limit: int) -> list[Suggestion]:
    """Gives the macros that suit a conversation, best first, each with its reason."""
    rows = await ctx.tx.fetch(
        SUGGEST,
        ctx.workspace_id,
        viewer.agent_id,
        viewer.manages,
        conversation_id,
        ctx.now - RECENT,
        limit,
    )
    found = []
    for row in rows:
        why = "intent" if row["by_intent"] else "used_for_intent" if row["for_intent"] else "used"
        uses = row["for_intent"] if why != "used" else row["recent"]
        found.append(Suggestion(read_macro(row), why, uses))
    return found
