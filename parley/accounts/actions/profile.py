"""What an agent changes about himself."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

from parley.accounts.actions.agents import end_access
from parley.accounts.actions.invitations import set_password
from parley.accounts.passwords import verify_password
from parley.accounts.preferences import merge_prefs
from parley.accounts.records import parse_signature
from parley.accounts.words import parse_language, parse_name, parse_time_zone, wrong
from parley.facts.accounts import AgentChanged, AgentPresenceChanged
from parley.kit.ctx import Ctx
from parley.kit.errors import Invalid, NotFound

THEMES = ("system", "light", "dark")
PRESENCES = ("online", "away")
HEARTBEAT = timedelta(seconds=30)
# Whoever has not been heard of for so long is not at the desk any more.
HERE_FOR = timedelta(seconds=150)
_TOLD = ("language", "time_zone")


async def change_me(ctx: Ctx, agent_id: UUID, changes: dict[str, Any]) -> None:
    """Changes name, language, time zone, theme, signature or wishes about notifications; raises Invalid."""
    row = await ctx.tx.fetchrow(
        """SELECT name, language, time_zone, theme, signature_html, notification_prefs FROM agents
           WHERE workspace_id = $1 AND id = $2 FOR UPDATE""",
        ctx.workspace_id,
        agent_id,
    )
    if row is None:
        raise NotFound("agent")
    values = dict(row)
    parsers: dict[str, Callable[[Any], Any]] = {
        "name": parse_name,
        "language": parse_language,
        "time_zone": parse_time_zone,
        "theme": _parse_theme,
        "signature_html": parse_signature,
        "notifications": lambda wishes: merge_prefs(row["notification_prefs"], wishes),
    }
    for name, value in changes.items():
        column = "notification_prefs" if name == "notifications" else name
        values[column] = parsers[name](value)
    await ctx.tx.execute(
        """UPDATE agents SET name = $3, language = $4, time_zone = $5, theme = $6, signature_html = $7,
             notification_prefs = $8 WHERE workspace_id = $1 AND id = $2""",
        ctx.workspace_id,
        agent_id,
        *(values[name] for name in row.keys()),  # noqa: SIM118 - a record iterates over values
    )
    told: dict[str, object] = {name: values[name] for name in _TOLD if values[name] != row[name]}
    if values["name"] != row["name"]:
        told["name"] = True
    if told:
        ctx.emit(AgentChanged(agent_id=agent_id, changes=told))


def _parse_theme(theme: str) -> str:
    if theme not in THEMES:
        raise wrong("theme", f"Choose one of {', '.join(THEMES)}.")
    return theme


async def change_password(
    ctx: Ctx, agent_id: UUID, current: str, new: str, *, keep_session: UUID | None
) -> None:
    """Sets a new password and ends all other sessions; raises Invalid when the current one does not fit."""
    stored = await ctx.tx.fetchval(
        "SELECT password_hash FROM agents WHERE workspace_id = $1 AND id = $2", ctx.workspace_id, agent_id
    )
    if stored is not None and not await verify_password(stored, current):
        error = wrong("current", "This is not your current password.")
        raise Invalid("wrong_password", error.detail, *error.errors)
    await set_password(ctx, agent_id, new)
    await end_access(ctx, agent_id, keep_session=keep_session)


async def set_presence(ctx: Ctx, agent_id: UUID, presence: str) -> None:
    """Marks an agent as online or away; said again, it only shows that he is still there. Raises Invalid."""
    if presence not in PRESENCES:
        raise wrong("state", f"Choose one of {', '.join(PRESENCES)}.")
    before = await ctx.tx.fetchval(
        """UPDATE agents SET presence = $3, presence_at = $4
           FROM (SELECT presence FROM agents WHERE workspace_id = $1 AND id = $2 FOR UPDATE) AS before
           WHERE workspace_id = $1 AND id = $2 AND (agents.presence <> $3 OR presence_at IS NULL
             OR presence_at < $5) RETURNING before.presence""",
        ctx.workspace_id,
        agent_id,
        presence,
        ctx.now,
        ctx.now - HEARTBEAT,
    )
    if before is not None and before != presence:
        ctx.emit(AgentPresenceChanged(agent_id=agent_id, presence=presence))


async def keep_presence(ctx: Ctx, agent_id: UUID) -> str | None:
    """Notes that an agent has the desk open and gives his name; who comes back after a while is told to be there."""
    row = await ctx.tx.fetchrow(
        """UPDATE agents SET presence_at = $3 FROM (
             SELECT presence_at AS before FROM agents WHERE workspace_id = $1 AND id = $2 FOR UPDATE) AS was
           WHERE workspace_id = $1 AND id = $2
           RETURNING name, presence, was.before IS NULL OR was.before < $4 AS back""",
        ctx.workspace_id,
        agent_id,
        ctx.now,
        ctx.now - HERE_FOR,
    )
    if row is None:
        return None
    if row["back"] and row["presence"] == "online":
        ctx.emit(AgentPresenceChanged(agent_id=agent_id, presence="online"))
    return str(row["name"])
