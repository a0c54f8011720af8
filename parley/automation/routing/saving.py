"""Settings of routing: what agents can do and when, how teams share work out, whose customer somebody is."""

from datetime import datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import msgspec

from parley.accounts.actions.auditing import write_audit
from parley.accounts.hours import parse_hours
from parley.automation.routing.model import TeamSettings
from parley.facts.accounts import SettingsChanged
from parley.kit.ctx import Ctx
from parley.kit.errors import FieldError, Invalid, NotFound

MAX_CAPACITY = 9_999
SAVE_AGENT = """
INSERT INTO agent_routing (workspace_id, agent_id, capacity, languages, skills, time_zone, shifts, away, takes_work, updated_at)
SELECT $1, id, $3, $4, $5, $6, $7, $8, $9, $10 FROM agents WHERE workspace_id = $1 AND id = $2
ON CONFLICT (workspace_id, agent_id) DO UPDATE SET capacity = excluded.capacity, languages = excluded.languages,
  skills = excluded.skills, time_zone = excluded.time_zone, shifts = excluded.shifts, away = excluded.away,
  takes_work = excluded.takes_work, updated_at = excluded.updated_at
RETURNING agent_id
"""
SAVE_TEAM = """
INSERT INTO team_routing (workspace_id, team_id, settings, updated_at)
SELECT $1, id, $3, $4 FROM teams WHERE workspace_id = $1 AND id = $2 AND archived_at IS NULL
ON CONFLICT (workspace_id, team_id) DO UPDATE SET settings = excluded.settings, updated_at = excluded.updated_at
RETURNING team_id
"""


class Away(msgspec.Struct, frozen=True, rename={"from_": "from"}):
    """A span in which an agent takes no work."""

    from_: datetime
    to: datetime


class Shift(msgspec.Struct, frozen=True, rename={"from_": "from"}):
    """A period of a weekday (0 is Monday), as business hours have them; `to` before `from` is the next day."""

    day: int
    from_: str
    to: str


class AgentRouting(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """How an agent takes work: capacity (None: the workspace's), languages, skills, shifts in his time zone, away."""

    capacity: float | None = None
    languages: list[str] = []
    skills: list[str] = []
    time_zone: str | None = None
    shifts: list[Shift] = []
    away: list[Away] = []
    takes_work: bool = True


async def save_agent_routing(ctx: Ctx, agent_id: UUID, given: AgentRouting) -> None:
    """Stores how an agent takes work; raises NotFound and Invalid with the field."""
    _check(given)
    saved = await ctx.tx.fetchval(
        SAVE_AGENT,
        ctx.workspace_id,
        agent_id,
        given.capacity,
        sorted({one.strip() for one in given.languages if one.strip()}),
        sorted({one.strip() for one in given.skills if one.strip()}),
        given.time_zone,
        msgspec.to_builtins(given.shifts),
        msgspec.to_builtins(given.away),
        given.takes_work,
        ctx.now,
    )
    if saved is None:
        raise NotFound("agent")
    await _announce(ctx, "agent_routing", agent_id, msgspec.to_builtins(given))


async def save_team_routing(ctx: Ctx, team_id: UUID, given: TeamSettings) -> None:
    """Stores how a team shares work out; raises NotFound and Invalid."""
    if given.overflow == team_id:
        _refuse("overflow", "A team cannot take over from itself.")
    if given.overflow is not None and not await ctx.tx.fetchval(
        "SELECT true FROM teams WHERE workspace_id = $1 AND id = $2 AND archived_at IS NULL",
        ctx.workspace_id,
        given.overflow,
    ):
        _refuse("overflow", "There is no such team.")
    settings = msgspec.to_builtins(given)
    if await ctx.tx.fetchval(SAVE_TEAM, ctx.workspace_id, team_id, settings, ctx.now) is None:
        raise NotFound("team")
    await _announce(ctx, "team_routing", team_id, settings)


async def set_personal_agent(ctx: Ctx, customer_id: UUID, agent_id: UUID | None) -> None:
    """Makes somebody the agent of a customer, or nobody (None); raises NotFound."""
    if agent_id is None:
        await ctx.tx.execute(
            "DELETE FROM personal_agents WHERE workspace_id = $1 AND customer_id = $2",
            ctx.workspace_id,
            customer_id,
        )
    else:
        saved = await ctx.tx.fetchval(
            """INSERT INTO personal_agents (workspace_id, customer_id, agent_id, at)
               SELECT $1, c.id, a.id, $4 FROM customers c JOIN agents a ON a.workspace_id = $1 AND a.id = $3
               WHERE c.workspace_id = $1 AND c.id = $2 AND a.state = 'active'
               ON CONFLICT (workspace_id, customer_id) DO UPDATE SET agent_id = excluded.agent_id, at = excluded.at
               RETURNING true""",
            ctx.workspace_id,
            customer_id,
            agent_id,
            ctx.now,
        )
        if saved is None:
            raise NotFound("customer or active agent")
    await _announce(ctx, "personal_agent", customer_id, {"agent_id": str(agent_id) if agent_id else None})


def _check(given: AgentRouting) -> None:
    if given.capacity is not None and not 0 <= given.capacity <= MAX_CAPACITY:
        _refuse("capacity", f"Give a number from 0 to {MAX_CAPACITY}.")
    if given.time_zone is not None:
        try:
            ZoneInfo(given.time_zone)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            _refuse("time_zone", "This is not a time zone.")
    try:
        parse_hours({"time_zone": given.time_zone, "periods": msgspec.to_builtins(given.shifts)})
    except (ValueError, KeyError) as mistake:
        _refuse("shifts", f"{str(mistake).capitalize()}.")
    for n, span in enumerate(given.away):
        if span.from_.tzinfo is None or span.to.tzinfo is None or span.to <= span.from_:
            _refuse(f"away.{n}", "Give two times with their zone, the earlier first.")


def _refuse(field: str, sentence: str) -> None:
    raise Invalid("bad_routing", sentence, FieldError(field, sentence))


async def _announce(ctx: Ctx, record: str, record_id: UUID, data: dict[str, Any]) -> None:
    ctx.emit(SettingsChanged(record=record, record_id=record_id, act="changed"))
    await write_audit(ctx, f"{record}_changed", record, record_id, **data)
