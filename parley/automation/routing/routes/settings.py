"""Routing over HTTP: settings of agents and teams, personal agents, the queue."""

from datetime import datetime
from uuid import UUID

import msgspec

from parley.automation.routing.forecasting import Expected, load_forecast
from parley.automation.routing.model import TeamSettings
from parley.automation.routing.queries import (
    check_customer,
    find_personal_agent,
    get_agent_routing,
    list_agent_routing,
    list_queues,
    list_team_routing,
)
from parley.automation.routing.queue import find_place
from parley.automation.routing.saving import (
    AgentRouting,
    Away,
    Shift,
    save_agent_routing,
    save_team_routing,
    set_personal_agent,
)
from parley.conversations.queries.timeline import check_conversation
from parley.kit.ctx import Ctx
from parley.kit.errors import NotAllowed
from parley.kit.http.access import Principal, needs
from parley.kit.http.paging import Page, cut_page
from parley.kit.http.routes import route

READ, WRITE = needs("automation:read"), needs("automation:write")


class AgentRoutingView(msgspec.Struct, kw_only=True):
    """How an agent takes work."""

    agent_id: UUID
    capacity: float | None
    languages: list[str]
    skills: list[str]
    time_zone: str | None
    shifts: list[Shift]
    away: list[Away]
    takes_work: bool


class TeamRoutingView(msgspec.Struct, kw_only=True):
    """What a team does differently."""

    team_id: UUID
    settings: TeamSettings


class QueueView(msgspec.Struct, kw_only=True):
    """The queue of a team (None: no team): how many wait, since when, how long who comes now would wait."""

    team_id: UUID | None
    waiting: int
    since: datetime
    minutes: int | None


class PlaceView(msgspec.Struct, kw_only=True):
    """Where a conversation stands in the queue; `position` 0 when it does not wait."""

    position: int = 0
    minutes: int | None = None
    since: datetime | None = None


class PersonalAgent(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """The agent of a customer."""

    agent_id: UUID | None


@route("GET", "/api/v1/routing/agents", READ)
async def get_agents_routing(ctx: Ctx, limit: int = 200, after: str | None = None) -> Page[AgentRoutingView]:
    """Lists how the agents take work."""
    rows = [msgspec.convert(row, AgentRoutingView) for row in await list_agent_routing(ctx)]
    return cut_page(rows, lambda row: str(row.agent_id), limit, after)


@route("PUT", "/api/v1/routing/agents/{agent_id:uuid}", READ)
async def put_agent_routing(agent_id: UUID, data: AgentRouting, ctx: Ctx, me: Principal) -> AgentRoutingView:
    """Sets how an agent takes work; one's own absence needs no other right, everything else automation:write."""
    if not me.allows("automation:write"):
        standing = msgspec.convert(await get_agent_routing(ctx, agent_id), AgentRoutingView)
        if me.agent_id != agent_id or _without_away(standing) != _without_away(data):
            raise NotAllowed(
                "not_allowed", "Only your own absence can be changed; the rest needs automation:write."
            )
    await save_agent_routing(ctx, agent_id, data)
    return msgspec.convert(await get_agent_routing(ctx, agent_id), AgentRoutingView)


def _without_away(routing: AgentRouting | AgentRoutingView) -> tuple[object, ...]:
    return (
        routing.capacity,
        sorted(routing.languages),
        sorted(routing.skills),
        routing.time_zone,
        routing.shifts,
        routing.takes_work,
    )


@route("GET", "/api/v1/routing/teams", READ)
async def get_teams_routing(ctx: Ctx, limit: int = 200, after: str | None = None) -> Page[TeamRoutingView]:
    """Lists what the teams do differently."""
    rows = [msgspec.convert(row, TeamRoutingView) for row in await list_team_routing(ctx)]
    return cut_page(rows, lambda row: str(row.team_id), limit, after)


@route("PUT", "/api/v1/routing/teams/{team_id:uuid}", WRITE)
async def put_team_routing(team_id: UUID, data: TeamSettings, ctx: Ctx) -> TeamRoutingView:
    """Sets what a team does differently."""
    await save_team_routing(ctx, team_id, data)
    return TeamRoutingView(team_id=team_id, settings=data)


@route("GET", "/api/v1/queues", READ)
async def get_queues(ctx: Ctx, limit: int = 200, after: str | None = None) -> Page[QueueView]:
    """Lists who waits for an agent, by team."""
    rows = [msgspec.convert(row, QueueView) for row in await list_queues(ctx)]
    return cut_page(rows, lambda row: str(row.team_id or ""), limit, after)


@route("GET", "/api/v1/conversations/{conversation_id:uuid}/place", needs("conversations:read"))
async def get_place(conversation_id: UUID, ctx: Ctx) -> PlaceView:
    """Says where a conversation stands in the queue."""
    place = await find_place(ctx, conversation_id)
    if place is None:
        await check_conversation(ctx.tx, ctx.workspace_id, conversation_id)
        return PlaceView()
    return PlaceView(position=place.position, minutes=place.minutes, since=place.since)


@route("GET", "/api/v1/customers/{customer_id:uuid}/agent", needs("customers:read"))
async def get_personal_agent(customer_id: UUID, ctx: Ctx) -> PersonalAgent:
    """Gives the agent of a customer."""
    agent_id, _ = await find_personal_agent(ctx, customer_id)
    if agent_id is None:
        await check_customer(ctx, customer_id)
    return PersonalAgent(agent_id=agent_id)


@route("PUT", "/api/v1/customers/{customer_id:uuid}/agent", needs("customers:write"))
async def put_personal_agent(customer_id: UUID, data: PersonalAgent, ctx: Ctx) -> PersonalAgent:
    """Makes somebody the agent of a customer, or nobody."""
    await set_personal_agent(ctx, customer_id, data.agent_id)
    return data


@route("GET", "/api/v1/forecast", needs("numbers:read"))
async def get_forecast(ctx: Ctx, limit: int = 200, after: str | None = None) -> Page[Expected]:
    """Gives what the next seven days will probably bring, hour by hour; nothing before a week is known."""
    return cut_page(await load_forecast(ctx), lambda one: one.hour.isoformat(), limit, after)


ROUTES = (
    get_forecast,
    get_agents_routing,
    put_agent_routing,
    get_teams_routing,
    put_team_routing,
    get_queues,
    get_place,
    get_personal_agent,
    put_personal_agent,
)
