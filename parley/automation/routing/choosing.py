"""Choosing an agent for a conversation. Pure.

First who can: of the team, with the skills, with room, speaking the language where that is required. Then who should:
the customer's own agent, who answered him last, who speaks his language, then by load or in turn.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

import msgspec

from parley.automation.routing.model import Agent, Item, Settings


class Choice(msgspec.Struct, frozen=True):
    """Who gets a conversation and why: `reason` is a key of the catalogue; no agent means that it waits."""

    item: Item
    agent_id: UUID | None
    reason: str
    values: dict[str, Any] = {}


def choose_agent(item: Item, agents: Sequence[Agent], settings: Settings) -> Choice:
    """Chooses for one conversation; the same input gives the same choice, whatever the order of the agents."""
    of_team = _of_team(item, agents, settings)
    if not of_team:
        return _nobody(item, "nobody", agents)
    skilled = [agent for agent in of_team if wanted_skills(item, settings) <= set(agent.skills)]
    if not skilled:
        return _nobody(item, "no_skill", of_team)
    speaking = [agent for agent in skilled if _speaks(agent, item.language)]
    if settings.languages == "require" and item.language:
        if not speaking:
            return _nobody(item, "no_language", skilled)
        skilled = speaking
    weight = settings.weigh(item.channel_kind)
    able = [agent for agent in skilled if agent.load + weight <= agent.capacity and agent.id != item.refused]
    if not able:
        return _nobody(item, "full", skilled)
    return _prefer(item, able, settings)


def choose_all(items: Iterable[Item], agents: Sequence[Agent], settings: Settings) -> list[Choice]:
    """Chooses for several, the first first; each choice fills the agent up before the next."""
    standing: dict[UUID, Agent] = {agent.id: agent for agent in agents}
    turn = max((agent.last for agent in agents if agent.last), default=None)
    choices: list[Choice] = []
    for item in items:
        choice = choose_agent(item, list(standing.values()), settings)
        choices.append(choice)
        chosen = standing.get(choice.agent_id) if choice.agent_id else None
        if chosen is not None:
            load = chosen.load + settings.weigh(item.channel_kind)
            standing[chosen.id] = msgspec.structs.replace(chosen, load=load, last=turn or chosen.last)
    return choices


def wanted_skills(item: Item, settings: Settings) -> set[str]:
    """Gives the skills that a conversation wants by its intent and tags."""
    return {
        skill.name
        for skill in settings.skills
        if item.intent in skill.intents or not set(skill.tags).isdisjoint(item.tags)
    }


def _of_team(item: Item, agents: Sequence[Agent], settings: Settings) -> list[Agent]:
    if item.team_id is None or not settings.team_only:
        return list(agents)
    members = [agent for agent in agents if item.team_id in agent.teams]
    if members or item.overflow is None:
        return members
    return [agent for agent in agents if item.overflow in agent.teams]


def _speaks(agent: Agent, language: str | None) -> bool:
    """Whether the agent speaks a language; one who has named none speaks all. `pt` stands for every Portuguese."""
    if not agent.languages or not language:
        return True
    base = language.partition("-")[0]
    return any(one in (language, base) or one.partition("-")[0] == base for one in agent.languages)


def _prefer(item: Item, able: Sequence[Agent], settings: Settings) -> Choice:
    known: Mapping[UUID, Agent] = {agent.id: agent for agent in able}
    if settings.personal and item.personal in known:
        return Choice(item, item.personal, "personal", {"candidates": len(able)})
    if item.sticky in known:
        return Choice(item, item.sticky, "sticky", {"candidates": len(able)})
    speaking = (
        [agent for agent in able if _speaks(agent, item.language)] if settings.languages == "prefer" else []
    )
    pool = speaking or able
    mode = item.mode or settings.mode
    if mode == "round_robin":
        best = min(pool, key=lambda agent: (_time(agent), agent.id))
    else:
        best = min(
            pool,
            key=lambda agent: (
                agent.load / agent.capacity if agent.capacity else 1.0,
                _time(agent),
                agent.id,
            ),
        )
    return Choice(item, best.id, mode, {"open": round(best.load, 2), "candidates": len(able)})


def _time(agent: Agent) -> float:
    return agent.last.timestamp() if agent.last else 0.0


def _nobody(item: Item, reason: str, asked: Sequence[Agent]) -> Choice:
    return Choice(item, None, reason, {"candidates": len(asked)})
