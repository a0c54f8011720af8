"""Assignment: a new or reopened conversation goes to the least busy agent who is there.

Somebody who has it keeps it; an agent who is away for good (disabled) loses it.
"""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec

from parley.facts.conversations import ConversationReopened, MessageReceived
from parley.kit.ctx import Ctx
from parley.kit.decisions.registry import Act, Config, Decider, Decision, Reason
from parley.kit.log.fact import Fact, Recorded

HERE_FOR = timedelta(seconds=150)
DEFAULTS: dict[str, Any] = {"mode": "least_busy", "limit": 30, "team_only": True}

LOAD = """
SELECT c.status, c.assignee_id, c.team_id, c.message_count,
  (SELECT coalesce(jsonb_agg(jsonb_build_object('id', a.id, 'open', a.open, 'last', a.last_assigned_at, 'teams', a.teams)), '[]')
   FROM (SELECT a.id, a.last_assigned_at,
           (SELECT count(*) FROM (SELECT 1 FROM conversations o WHERE o.workspace_id = $1 AND o.assignee_id = a.id
                                  AND o.status = 'open' LIMIT 200) x) AS open,
           (SELECT coalesce(jsonb_agg(tm.team_id), '[]') FROM team_members tm
            WHERE tm.workspace_id = $1 AND tm.agent_id = a.id) AS teams
         FROM agents a WHERE a.workspace_id = $1 AND a.state = 'active' AND a.presence = 'online' AND a.presence_at > $3
           AND a.role <> 'collaborator' ORDER BY a.id LIMIT 200) a) AS agents,
  (SELECT a.state FROM agents a WHERE a.workspace_id = $1 AND a.id = c.assignee_id) AS assignee_state
FROM conversations c WHERE c.workspace_id = $1 AND c.id = $2
"""


class Candidate(msgspec.Struct, frozen=True):
    """An agent who is at the desk now."""

    id: UUID
    open: int
    last: datetime | None
    teams: list[UUID]


class Snapshot(msgspec.Struct, frozen=True):
    """What assignment looks at."""

    conversation_id: UUID
    status: str
    assignee_id: UUID | None
    assignee_active: bool
    team_id: UUID | None
    agents: list[Candidate]


async def load(ctx: Ctx, fact: Fact, _: Recorded) -> Snapshot | None:
    """Reads the conversation and who is at the desk; None for automatic messages and conversations that are gone."""
    conversation_id = fact.conversation()
    if conversation_id is None or (isinstance(fact, MessageReceived) and fact.automatic):
        return None
    if isinstance(fact, ConversationReopened) and fact.undone:
        return None
    row = await ctx.tx.fetchrow(LOAD, ctx.workspace_id, conversation_id, ctx.now - HERE_FOR)
    if row is None:
        return None
    return Snapshot(
        conversation_id,
        row["status"],
        row["assignee_id"],
        row["assignee_state"] == "active",
        row["team_id"],
        msgspec.convert(row["agents"], list[Candidate]),
    )


def decide(_: Fact, snapshot: Snapshot, config: Config, __: datetime) -> Decision:
    """Chooses the agent with the fewest open conversations; among equals the one who has waited longest."""
    if snapshot.status != "open" or config.values["mode"] == "manual":
        return Decision()
    if snapshot.assignee_id is not None and snapshot.assignee_active:
        return Decision()
    limit = int(config.values["limit"])
    able = [a for a in snapshot.agents if a.open < limit and _fits(a, snapshot.team_id, config)]
    if not able:
        return Decision()
    best = min(able, key=lambda a: (a.open, a.last.timestamp() if a.last else 0.0, a.id))
    return Decision(
        acts=[
            Act(
                "assign_conversation",
                {
                    "conversation_id": str(snapshot.conversation_id),
                    "agent_id": str(best.id),
                    "team_id": str(snapshot.team_id) if snapshot.team_id else None,
                },
            )
        ],
        reasons=[Reason("assignment.least_busy", {"open": best.open, "candidates": len(able)})],
        facts_used={"agents": {str(a.id): a.open for a in able}},
    )


def _fits(agent: Candidate, team_id: UUID | None, config: Config) -> bool:
    return team_id is None or not config.values["team_only"] or team_id in agent.teams


ASSIGNMENT = Decider("assignment", (MessageReceived, ConversationReopened), load, decide, DEFAULTS)
