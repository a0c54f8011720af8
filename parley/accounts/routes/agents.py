"""Agents: the people of a workspace."""

from typing import Annotated
from uuid import UUID

from litestar.params import QueryParameter

from parley.accounts.actions.agents import change_agent, create_agent, set_teams_of_agent
from parley.accounts.actions.invitations import (
    HANDED_OVER_LIFE,
    invite_agent,
    issue_invitation_link,
    issue_reset_link,
)
from parley.accounts.actions.second_factor import remove_totp
from parley.accounts.jobs import INVITE, NOTICE
from parley.accounts.mailer import mailer_of
from parley.accounts.models import Agent
from parley.accounts.queries.agents import get_agent, list_agents
from parley.accounts.queries.names import name_actor
from parley.accounts.rights import check_manage
from parley.accounts.schemas import AgentBody, AgentPatch, HandedLink, InviteBody, Invited, changes_of
from parley.kit.ctx import Ctx
from parley.kit.http.access import Principal, needs
from parley.kit.http.paging import Page, check_limit, decode_id_cursor
from parley.kit.http.routes import route
from parley.kit.runtime import Runtime

PATH = "/api/v1/agents"
READ = needs("agents:read")
WRITE = needs("agents:write")


@route("GET", PATH, READ)
async def get_agents(
    ctx: Ctx,
    in_state: Annotated[str | None, QueryParameter(name="state")] = None,
    team: UUID | None = None,
    limit: int = 100,
    after: str | None = None,
) -> Page[Agent]:
    """Lists agents, optionally those of one state (active, invited, disabled) or team."""
    return await list_agents(
        ctx.tx,
        ctx.workspace_id,
        state=in_state,
        team_id=team,
        after=decode_id_cursor(after),
        limit=check_limit(limit),
    )


@route("GET", f"{PATH}/{{agent_id:uuid}}", READ)
async def read_agent(agent_id: UUID, ctx: Ctx) -> Agent:
    """Gives an agent."""
    return await get_agent(ctx.tx, ctx.workspace_id, agent_id)


@route("POST", PATH, WRITE)
async def post_agent(data: AgentBody, ctx: Ctx, me: Principal) -> Agent:
    """Creates an active agent with a password that is handed over by other ways; inviting is better."""
    check_manage(me.role, data.role)
    agent_id = await create_agent(
        ctx, email=data.email, name=data.name, role=data.role, password=data.password
    )
    await set_teams_of_agent(ctx, agent_id, data.team_ids)
    return await get_agent(ctx.tx, ctx.workspace_id, agent_id)


@route("PATCH", f"{PATH}/{{agent_id:uuid}}", WRITE)
async def patch_agent(agent_id: UUID, data: AgentPatch, ctx: Ctx, me: Principal) -> Agent:
    """Changes role, state, name or teams of an agent."""
    await change_agent(ctx, me.role, agent_id, changes_of(data))
    return await get_agent(ctx.tx, ctx.workspace_id, agent_id)


@route("POST", f"{PATH}/invite", WRITE)
async def post_invitation(data: InviteBody, ctx: Ctx, me: Principal, runtime: Runtime) -> Invited:
    """Invites somebody by mail, or gives the link to hand over when no mail server is set."""
    agent_id = await invite_agent(ctx, me.role, email=data.email, role=data.role, team_ids=data.team_ids)
    return await _send_invitation(ctx, runtime, agent_id)


@route("POST", f"{PATH}/{{agent_id:uuid}}/invitation", WRITE)
async def post_invitation_again(agent_id: UUID, ctx: Ctx, me: Principal, runtime: Runtime) -> Invited:
    """Sends an invitation again; the link sent before ends."""
    check_manage(me.role, (await get_agent(ctx.tx, ctx.workspace_id, agent_id)).role)
    return await _send_invitation(ctx, runtime, agent_id)


async def _send_invitation(ctx: Ctx, runtime: Runtime, agent_id: UUID) -> Invited:
    mailed, link = mailer_of(runtime).configured, None
    if mailed:
        inviter = await name_actor(ctx.tx, ctx.workspace_id, ctx.actor)
        ctx.defer(INVITE, {"agent_id": agent_id, "inviter": inviter})
    else:
        link = await issue_invitation_link(ctx, runtime.settings.origin, agent_id)
    return Invited(agent=await get_agent(ctx.tx, ctx.workspace_id, agent_id), mailed=mailed, link=link)


@route("POST", f"{PATH}/{{agent_id:uuid}}/password-reset", WRITE)
async def post_reset_link(agent_id: UUID, ctx: Ctx, me: Principal, runtime: Runtime) -> HandedLink:
    """Gives a link by which a colleague chooses a new password, to be handed over; it works for a day."""
    check_manage(me.role, (await get_agent(ctx.tx, ctx.workspace_id, agent_id)).role)
    origin = runtime.settings.origin
    return HandedLink(link=await issue_reset_link(ctx, origin, agent_id, life=HANDED_OVER_LIFE))


@route("DELETE", f"{PATH}/{{agent_id:uuid}}/totp", WRITE)
async def delete_agent_totp(agent_id: UUID, ctx: Ctx, me: Principal) -> None:
    """Switches the second factor of a colleague off, who has lost it."""
    check_manage(me.role, (await get_agent(ctx.tx, ctx.workspace_id, agent_id)).role)
    await remove_totp(ctx, agent_id)
    ctx.defer(NOTICE, {"agent_id": agent_id, "kind": "totp_off"})


ROUTES = (
    get_agents,
    read_agent,
    post_agent,
    patch_agent,
    post_invitation,
    post_invitation_again,
    post_reset_link,
    delete_agent_totp,
)
