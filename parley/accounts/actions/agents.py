"""Agents: who works in a workspace, with which role, in which teams."""

from typing import Any
from uuid import UUID

import asyncpg

from parley.accounts.actions.auditing import write_audit
from parley.accounts.emails import parse_email
from parley.accounts.passwords import check_password, hash_password
from parley.accounts.rights import check_manage
from parley.accounts.words import parse_language, parse_name, parse_time_zone, pick_colour, wrong
from parley.facts.accounts import AgentChanged, AgentJoined
from parley.kit.ctx import Ctx
from parley.kit.errors import Conflict, NotAllowed, NotFound
from parley.kit.ids import uuid7
from parley.kit.slices import ROLES


async def create_agent(  # noqa: PLR0913 - one value per column
    ctx: Ctx,
    *,
    email: str,
    name: str,
    role: str,
    password: str | None = None,
    state: str = "active",
    language: str | None = None,
    time_zone: str | None = None,
    agent_id: UUID | None = None,
) -> UUID:
    """Creates an agent and gives his id; language and time zone default to the workspace's.

    Raises Invalid, and Conflict when the e-mail address is taken. Rights are the caller's business.
    """
    address, key = parse_email(email)
    name = parse_name(name)
    if role not in ROLES:
        raise wrong("role", f"Choose one of {', '.join(ROLES)}.")
    if password is not None:
        check_password(password, name, address)
    agent_id = agent_id or uuid7()
    try:
        await ctx.tx.execute(
            """INSERT INTO agents (workspace_id, id, email, email_key, name, role, state, password_hash,
            language, time_zone,
                                   avatar_colour, created_at)
               SELECT $1, $2, $3, $4, $5, $6, $7, $8, coalesce($9, w.language), coalesce($10, w.time_zone),
               $11, $12
               FROM workspaces w WHERE w.workspace_id = $1""",
            ctx.workspace_id,
            agent_id,
            address,
            key,
            name,
            role,
            state,
            None if password is None else await hash_password(password),
            None if language is None else parse_language(language),
            None if time_zone is None else parse_time_zone(time_zone),
            pick_colour(agent_id.bytes),
            ctx.now,
        )
    except asyncpg.UniqueViolationError as failure:
        raise Conflict("email_taken", "There is an agent with this e-mail address already.") from failure
    if state == "active":
        ctx.emit(AgentJoined(agent_id=agent_id, role=role))
    else:
        ctx.emit(AgentChanged(agent_id=agent_id, changes={"state": state, "role": role}))
    await write_audit(ctx, "agent_created", "agent", agent_id, role=role, state=state)
    return agent_id


async def change_agent(ctx: Ctx, by_role: str, agent_id: UUID, changes: dict[str, Any]) -> None:
    """Changes role, state, name or teams of an agent on behalf of somebody with the role `by_role`.

    `changes` may hold `role`, `state` (active or disabled), `name`, `team_ids`. Raises NotFound, Invalid, and
    NotAllowed for reaching above oneself, disabling oneself, or leaving the workspace without an owner.
    """
    row = await ctx.tx.fetchrow(
        """SELECT role, state, name, password_hash IS NOT NULL AS joined FROM agents
           WHERE workspace_id = $1 AND id = $2 FOR UPDATE""",
        ctx.workspace_id,
        agent_id,
    )
    if row is None:
        raise NotFound("agent")
    role, state = changes.get("role", row["role"]), changes.get("state", row["state"])
    _check_change(ctx, by_role, agent_id, row, role, state)
    if row["role"] == "owner" and row["state"] == "active" and (role != "owner" or state != "active"):
        await _check_other_owner(ctx, agent_id)
    name = parse_name(changes["name"]) if "name" in changes else row["name"]
    await ctx.tx.execute(
        "UPDATE agents SET role = $3, state = $4, name = $5 WHERE workspace_id = $1 AND id = $2",
        ctx.workspace_id,
        agent_id,
        role,
        state,
        name,
    )
    told: dict[str, object] = {n: v for n, v in (("role", role), ("state", state)) if v != row[n]}
    if name != row["name"]:
        told["name"] = True
    if "team_ids" in changes and await set_teams_of_agent(ctx, agent_id, changes["team_ids"]):
        told["team_ids"] = sorted(changes["team_ids"])
    if state != "active" and row["state"] == "active":
        await end_access(ctx, agent_id)
    if told:
        ctx.emit(AgentChanged(agent_id=agent_id, changes=told))
        await write_audit(ctx, "agent_changed", "agent", agent_id, changes=told)


def _check_change(ctx: Ctx, by_role: str, agent_id: UUID, row: asyncpg.Record, role: str, state: str) -> None:
    if role not in ROLES:
        raise wrong("role", f"Choose one of {', '.join(ROLES)}.")
    if state != row["state"] and state not in ("active", "disabled"):
        raise wrong("state", "Choose active or disabled.")
    if state == "active" and row["state"] == "invited":
        raise wrong("state", "The invitation has not been accepted yet.")
    if state == "active" and row["state"] == "disabled" and not row["joined"]:
        raise wrong("state", "This agent never joined; invite him again.")
    check_manage(by_role, row["role"], role)
    if agent_id == ctx.actor.id and state == "disabled":
        raise NotAllowed("not_yourself", "You cannot disable yourself.")


async def _check_other_owner(ctx: Ctx, agent_id: UUID) -> None:
    # Locks all owners, so that two owners cannot demote each other at the same time.
    owners = await ctx.tx.fetch(
        """SELECT id FROM agents
           WHERE workspace_id = $1 AND role = 'owner' AND state = 'active' ORDER BY id FOR UPDATE""",
        ctx.workspace_id,
    )
    if not any(owner["id"] != agent_id for owner in owners):
        raise NotAllowed("last_owner", "A workspace needs an owner; make somebody else owner first.")


async def end_access(ctx: Ctx, agent_id: UUID, *, keep_session: UUID | None = None) -> None:
    """Ends the sessions, links and browser subscriptions of an agent, but for one session to keep."""
    await ctx.tx.execute(
        "DELETE FROM sessions WHERE workspace_id = $1 AND agent_id = $2 AND id IS DISTINCT FROM $3",
        ctx.workspace_id,
        agent_id,
        keep_session,
    )
    await ctx.tx.execute(
        "DELETE FROM one_time_tokens WHERE workspace_id = $1 AND agent_id = $2", ctx.workspace_id, agent_id
    )
    if keep_session is None:
        await ctx.tx.execute(
            "DELETE FROM push_subscriptions WHERE workspace_id = $1 AND agent_id = $2",
            ctx.workspace_id,
            agent_id,
        )


async def set_teams_of_agent(ctx: Ctx, agent_id: UUID, team_ids: list[UUID]) -> bool:
    """Puts an agent into exactly these teams; says whether that changed anything. Raises Invalid for
    unknown teams.
    """
    known = await ctx.tx.fetchval(
        "SELECT count(*) FROM teams WHERE workspace_id = $1 AND id = ANY($2) AND archived_at IS NULL",
        ctx.workspace_id,
        team_ids,
    )
    if known != len(set(team_ids)):
        raise wrong("team_ids", "One of these teams does not exist.")
    removed = await ctx.tx.execute(
        "DELETE FROM team_members WHERE workspace_id = $1 AND agent_id = $2 AND NOT team_id = ANY($3)",
        ctx.workspace_id,
        agent_id,
        team_ids,
    )
    added = await ctx.tx.execute(
        """INSERT INTO team_members (workspace_id, team_id, agent_id) SELECT $1, t, $2 FROM
        unnest($3::uuid[]) t
           ON CONFLICT DO NOTHING""",
        ctx.workspace_id,
        agent_id,
        team_ids,
    )
    return not (removed.endswith(" 0") and added.endswith(" 0"))
