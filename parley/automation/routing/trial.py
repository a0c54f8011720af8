"""Routing on trial: who would have got a conversation, over facts of the past.

What the past does not tell is taken as it is now (teams, languages, skills, capacities) or estimated: somebody was
there when he had done something within the last quarter of an hour, and had on his hands what the period has met.
"""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

import msgspec

from parley.automation.routing.choosing import choose_agent
from parley.automation.routing.decider import NAME, act_of, asks_for_agent
from parley.automation.routing.model import DEFAULTS, Agent, Item, Settings, read_settings
from parley.facts.assistant import MessageUnderstood
from parley.facts.conversations import ConversationAssigned, ConversationReopened
from parley.kit.conditions.catalogue import Past
from parley.kit.ctx import Ctx
from parley.kit.decisions.registry import Decision, Reason
from parley.kit.decisions.trials import Heard, Sides
from parley.kit.errors import FieldError, Invalid

THERE_FOR = timedelta(minutes=15)
STANDING = """
SELECT config FROM decider_configs WHERE workspace_id = $1 AND decider = 'routing' ORDER BY version DESC LIMIT 1
"""
AGENTS = """
SELECT a.id, r.capacity::float AS capacity, coalesce(r.languages, '{}') AS languages, coalesce(r.skills, '{}') AS skills,
  ARRAY(SELECT tm.team_id FROM team_members tm WHERE tm.workspace_id = $1 AND tm.agent_id = a.id) AS teams
FROM agents a LEFT JOIN agent_routing r ON r.workspace_id = $1 AND r.agent_id = a.id
WHERE a.workspace_id = $1 AND a.state = 'active' AND a.role <> 'collaborator' AND coalesce(r.takes_work, true) ORDER BY a.id
"""
KNOWN = """
SELECT u.id, u.at, p.agent_id AS personal, last.author_id AS sticky, last.created_at AS sticky_at
FROM unnest($2::uuid[], $3::timestamptz[]) AS u(id, at)
LEFT JOIN personal_agents p ON p.workspace_id = $1 AND p.customer_id = u.id
LEFT JOIN LATERAL (
  SELECT m.author_id, m.created_at FROM (
    SELECT o.id FROM conversations o WHERE o.workspace_id = $1 AND o.customer_id = u.id AND o.created_at < u.at
    ORDER BY o.created_at DESC, o.id DESC LIMIT 5) o
  CROSS JOIN LATERAL (
    SELECT m.author_id, m.created_at FROM messages m WHERE m.workspace_id = $1 AND m.conversation_id = o.id
      AND m.author_kind = 'agent' AND m.direction = 'out' AND m.kind = 'message' AND m.created_at < u.at
    ORDER BY m.id DESC LIMIT 1) m
  ORDER BY m.created_at DESC LIMIT 1) last ON true
"""


class RoutingTrial:
    """`change`: values of the decider's configuration that are to be otherwise."""

    name = NAME
    kinds = (MessageUnderstood, ConversationReopened, ConversationAssigned)

    async def prepare(self, ctx: Ctx, change: Any) -> Sides:
        """Reads the standing configuration and the agents; raises Invalid."""
        if not isinstance(change, Mapping) or set(change) - set(DEFAULTS):
            raise Invalid(
                "bad_change", "These are not settings of routing.", FieldError("change.routing", "wrong")
            )
        standing = {**DEFAULTS, **(await ctx.tx.fetchval(STANDING, ctx.workspace_id) or {})}
        agents = [
            Agent(
                row["id"],
                capacity=-1.0 if row["capacity"] is None else row["capacity"],
                teams=tuple(row["teams"]),
                languages=tuple(row["languages"]),
                skills=tuple(row["skills"]),
            )
            for row in await ctx.tx.fetch(AGENTS, ctx.workspace_id)
        ]
        try:
            tried = read_settings({**standing, **change})
        except msgspec.ValidationError as mistake:
            raise Invalid(
                "bad_change", f"{mistake}.", FieldError("change.routing", str(mistake))
            ) from mistake
        about = {"agents": len(agents), "settings": sorted(change)}
        return Sides((read_settings(standing), agents), (tried, agents), about)

    async def gather(self, ctx: Ctx, _: Sides, batch: Sequence[Heard]) -> None:
        """Reads whose customers these are, and who had answered them last."""
        asked = [heard for heard in batch if asks_for_agent(heard.fact) and "customer" in heard.ids]
        if not asked:
            return
        rows = await ctx.tx.fetch(
            KNOWN,
            ctx.workspace_id,
            [heard.ids["customer"] for heard in asked],
            [heard.now for heard in asked],
        )
        known = {(row["id"], row["at"]): row for row in rows}
        for heard in asked:
            row = known.get((heard.ids["customer"], heard.now))
            heard.loaded[NAME] = (
                (None, None, None) if row is None else (row["personal"], row["sticky"], row["sticky_at"])
            )

    def decide(self, config: Any, heard: Heard, past: Past, _: dict[Any, Any]) -> Decision:
        """Chooses for the conversation of the fact, where nobody had it."""
        settings, agents = config
        conversation_id = heard.fact.conversation()
        row = None if conversation_id is None else past.row("conversation", conversation_id)
        if (
            row is None
            or NAME not in heard.loaded
            or row["status"] != "open"
            or row["assignee_id"] is not None
        ):
            return Decision()
        personal, sticky, sticky_at = heard.loaded[NAME]
        if sticky_at is not None and sticky_at < heard.now - timedelta(days=settings.sticky_days):
            sticky = None
        item = Item(
            row["id"],
            row["channel_kind"],
            row["team_id"],
            language=row["language"],
            intent=row["intent"],
            tags=tuple(str(tag) for tag in row["tags"]),
            personal=personal,
            sticky=sticky,
        )
        if settings.mode == "manual":
            return Decision()
        choice = choose_agent(item, _there(agents, settings, past, heard), settings)
        act = act_of(choice)
        reason = Reason(f"routing.{choice.reason}", choice.values)
        return Decision([act] if act is not None else [], [reason])


def _there(agents: Sequence[Agent], settings: Settings, past: Past, heard: Heard) -> list[Agent]:
    found = []
    for agent in agents:
        row = past.row("agent", agent.id)
        if row is None or row["acted_at"] < heard.now - THERE_FOR:
            continue
        capacity = settings.limit if agent.capacity < 0 else agent.capacity
        load = sum(
            settings.weigh(one["channel_kind"])
            for one in past.rows("conversation", assignee_id=agent.id)
            if one["status"] == "open"
        )
        found.append(msgspec.structs.replace(agent, load=load, capacity=capacity))
    return found
