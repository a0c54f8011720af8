"""Inviting colleagues, and letting people choose a new password by a mailed link."""

from datetime import timedelta
from uuid import UUID

import asyncpg
import msgspec

from parley.accounts.actions.agents import create_agent, end_access, set_teams_of_agent
from parley.accounts.actions.auditing import write_audit
from parley.accounts.actions.links import (
    INVITATION,
    PASSWORD_RESET,
    find_secret,
    keep_secret,
    use_secret,
)
from parley.accounts.actions.sessions import start_session
from parley.accounts.credentials import make_link_secret
from parley.accounts.emails import parse_email
from parley.accounts.passwords import check_password, hash_password
from parley.accounts.rights import check_manage
from parley.accounts.words import parse_name
from parley.facts.accounts import AgentChanged, AgentJoined
from parley.kit.ctx import Ctx
from parley.kit.errors import Conflict, NotFound
from parley.kit.log.fact import Actor

INVITATION_LIFE = timedelta(days=7)
RESET_LIFE = timedelta(hours=1)
HANDED_OVER_LIFE = timedelta(hours=24)
"""For links that an admin hands over himself."""


class Invitation(msgspec.Struct, kw_only=True):
    """What somebody invited sees before he accepts."""

    email: str
    workspace_name: str
    language: str


async def invite_agent(ctx: Ctx, by_role: str, *, email: str, role: str, team_ids: list[UUID]) -> UUID:
    """Creates an invited agent, or invites one again who never joined; gives his id.

    Raises NotAllowed for a role above one's own, Conflict when he is here already, Invalid.
    """
    check_manage(by_role, role)
    address, key = parse_email(email)
    row = await ctx.tx.fetchrow(
        """SELECT id, role, state, password_hash IS NOT NULL AS joined FROM agents
           WHERE workspace_id = $1 AND email_key = $2 FOR UPDATE""",
        ctx.workspace_id,
        key,
    )
    if row is None:
        name = address.partition("@")[0]
        agent_id = await create_agent(ctx, email=address, name=name, role=role, state="invited")
    else:
        agent_id = await _invite_again(ctx, by_role, row, role)
    await set_teams_of_agent(ctx, agent_id, team_ids)
    return agent_id


async def _invite_again(ctx: Ctx, by_role: str, row: asyncpg.Record, role: str) -> UUID:
    agent_id: UUID = row["id"]
    if row["joined"] or row["state"] == "active":
        raise Conflict("email_taken", "There is an agent with this e-mail address already.")
    check_manage(by_role, row["role"])
    await ctx.tx.execute(
        "UPDATE agents SET role = $3, state = 'invited' WHERE workspace_id = $1 AND id = $2",
        ctx.workspace_id,
        agent_id,
        role,
    )
    ctx.emit(AgentChanged(agent_id=agent_id, changes={"state": "invited", "role": role}))
    await write_audit(ctx, "agent_invited", "agent", agent_id, role=role)
    return agent_id


async def issue_invitation_link(ctx: Ctx, origin: str, agent_id: UUID) -> str:
    """Gives a fresh link for an invited agent; older ones end. Raises NotFound when he is not invited."""
    state = await ctx.tx.fetchval(
        "SELECT state FROM agents WHERE workspace_id = $1 AND id = $2", ctx.workspace_id, agent_id
    )
    if state != "invited":
        raise NotFound("invitation")
    secret = make_link_secret(ctx.workspace_id)
    await keep_secret(ctx, INVITATION, secret, INVITATION_LIFE, agent_id=agent_id)
    return f"{origin}/invitation/{secret}"


async def get_invitation(ctx: Ctx, secret: str) -> Invitation:
    """Gives what an invitation is about; raises NotFound when it is unknown, used or too old."""
    found = await find_secret(ctx, INVITATION, secret)
    row = await ctx.tx.fetchrow(
        """SELECT a.email, w.name AS workspace_name, w.language
           FROM agents a JOIN workspaces w ON w.workspace_id = a.workspace_id
           WHERE a.workspace_id = $1 AND a.id = $2 AND a.state = 'invited'""",
        ctx.workspace_id,
        found.agent_id if found else None,
    )
    if row is None:
        raise NotFound("invitation (any more)")
    return Invitation(**row)


async def accept_invitation(
    ctx: Ctx, secret: str, *, name: str, password: str, user_agent: str = ""
) -> tuple[UUID, str]:
    """Lets an invited agent join; gives his id and the secret of his first session. Raises NotFound,
    Invalid.
    """
    name = parse_name(name)
    check_password(password, name)
    found = await use_secret(ctx, INVITATION, secret)
    if found is None:
        raise NotFound("invitation (any more)")
    row = await ctx.tx.fetchrow(
        """UPDATE agents SET name = $3, password_hash = $4, state = 'active'
           WHERE workspace_id = $1 AND id = $2 AND state = 'invited' RETURNING id, role""",
        ctx.workspace_id,
        found.agent_id,
        name,
        await hash_password(password),
    )
    if row is None:
        raise NotFound("invitation (any more)")
    ctx.actor = Actor("agent", row["id"])
    ctx.emit(AgentJoined(agent_id=row["id"], role=row["role"]))
    await write_audit(ctx, "agent_joined", "agent", row["id"], role=row["role"])
    return row["id"], await start_session(ctx, row["id"], user_agent=user_agent)


async def issue_reset_link(ctx: Ctx, origin: str, agent_id: UUID, *, life: timedelta = RESET_LIFE) -> str:
    """Gives a fresh link by which an active agent chooses a new password; raises NotFound."""
    state = await ctx.tx.fetchval(
        "SELECT state FROM agents WHERE workspace_id = $1 AND id = $2", ctx.workspace_id, agent_id
    )
    if state != "active":
        raise NotFound("active agent")
    secret = make_link_secret(ctx.workspace_id)
    await keep_secret(ctx, PASSWORD_RESET, secret, life, agent_id=agent_id)
    await write_audit(ctx, "password_reset_issued", "agent", agent_id)
    return f"{origin}/reset/{secret}"


async def reset_password(ctx: Ctx, secret: str, password: str) -> UUID:
    """Sets a new password by a link and ends all sessions; gives the agent's id. Raises NotFound, Invalid."""
    check_password(password)
    found = await use_secret(ctx, PASSWORD_RESET, secret)
    if found is None or found.agent_id is None:
        raise NotFound("link (any more); ask for a new one")
    ctx.actor = Actor("agent", found.agent_id)
    await set_password(ctx, found.agent_id, password)
    await end_access(ctx, found.agent_id)
    return found.agent_id


async def set_password(ctx: Ctx, agent_id: UUID, password: str) -> None:
    """Stores a new password; raises Invalid for a weak one and NotFound for an agent who is not active."""
    row = await ctx.tx.fetchrow(
        "SELECT name, email FROM agents WHERE workspace_id = $1 AND id = $2 AND state = 'active'",
        ctx.workspace_id,
        agent_id,
    )
    if row is None:
        raise NotFound("agent")
    check_password(password, row["name"], row["email"])
    await ctx.tx.execute(
        "UPDATE agents SET password_hash = $3 WHERE workspace_id = $1 AND id = $2",
        ctx.workspace_id,
        agent_id,
        await hash_password(password),
    )
    await write_audit(ctx, "password_changed", "agent", agent_id)
