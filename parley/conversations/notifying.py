"""Whom to tell about what. The decision is pure; nobody is told of what he did himself."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import msgspec

from parley.accounts.actions.notifying import notify_agents
from parley.facts.conversations import ConversationAssigned, MessageFailed, MessageReceived, NoteAdded
from parley.kit.ctx import Ctx
from parley.kit.log.fact import Actor, Fact, Recorded

# Who has not been heard of for longer is not at the desk.
HERE_FOR = timedelta(seconds=150)
LOAD = """
SELECT c.number, c.status, c.assignee_id, c.team_id, m.author_id,
  (SELECT coalesce(array_agg(f.agent_id ORDER BY f.agent_id), '{}') FROM followers f
    WHERE f.workspace_id = $1 AND f.conversation_id = c.id) AS followers,
  (SELECT coalesce(array_agg(a.id ORDER BY a.id), '{}') FROM agents a
    WHERE $4 AND c.assignee_id IS NULL AND a.workspace_id = $1 AND a.state = 'active' AND a.presence = 'online'
      AND a.presence_at > $5 AND a.role <> 'collaborator' AND (c.team_id IS NULL OR EXISTS (
        SELECT 1 FROM team_members t WHERE t.workspace_id = $1 AND t.team_id = c.team_id AND t.agent_id = a.id)))
    AS here
FROM conversations c LEFT JOIN messages m ON m.workspace_id = $1 AND m.id = $3 AND m.author_kind = 'agent'
WHERE c.workspace_id = $1 AND c.id = $2
"""


class Situation(msgspec.Struct, frozen=True, kw_only=True):
    """What is looked at: the conversation as it is now, who follows it, who of its team is at the desk."""

    number: int
    status: str
    assignee_id: UUID | None = None
    author_id: UUID | None = None
    """The agent who wrote the message of the fact, if an agent did."""
    followers: list[UUID] = []
    here: list[UUID] = []


class Notice(msgspec.Struct, frozen=True):
    """Something to tell some agents."""

    agent_ids: list[UUID]
    kind: str
    data: dict[str, Any]


def decide_notifications(fact: Fact, now: Situation, actor: Actor) -> list[Notice]:
    """Says whom to tell what: mentioned, assigned, answered in mine, new without assignee, not sent."""
    told: list[Notice] = []
    data: dict[str, Any] = {"number": now.number}
    if isinstance(fact, NoteAdded):
        told.append(Notice(fact.mentions, "mentioned", data))
    elif isinstance(fact, ConversationAssigned):
        agent = fact.changes.get("assignee_id")
        if agent is not None and str(agent) == str(now.assignee_id):
            told.append(Notice([UUID(str(agent))], "assigned", data))
    elif isinstance(fact, MessageFailed):
        told.append(
            Notice(_people(now.author_id, now.assignee_id), "failed", {**data, "unknown": fact.unknown})
        )
    elif isinstance(fact, MessageReceived) and not fact.automatic and now.status != "spam":
        told.append(Notice(_people(now.assignee_id, *now.followers), "reply_in_mine", data))
        if now.assignee_id is None and _begins(fact):
            news = [agent for agent in now.here if agent not in now.followers]
            told.append(Notice(news, "unassigned_new", data))
    return [msgspec.structs.replace(n, agent_ids=left) for n in told if (left := _others(n, actor))]


def _begins(fact: MessageReceived) -> bool:
    """Says whether the message opened the conversation, for the first time or again."""
    return fact.previous.get("message_count") == 0 or fact.changes.get("status") == "open"


def _people(*agents: UUID | None) -> list[UUID]:
    return list(dict.fromkeys(agent for agent in agents if agent is not None))


def _others(notice: Notice, actor: Actor) -> list[UUID]:
    return [agent for agent in notice.agent_ids if actor != Actor("agent", agent)]


async def notify(ctx: Ctx, fact: Fact, recorded: Recorded) -> None:
    """Tells the agents whom a fact concerns; told again, it tells nobody twice."""
    conversation_id = fact.conversation()
    message_id: UUID | None = getattr(fact, "message_id", None)
    begins = isinstance(fact, MessageReceived) and _begins(fact)
    row = await ctx.tx.fetchrow(
        LOAD, ctx.workspace_id, conversation_id, message_id, begins, ctx.now - HERE_FOR
    )
    if row is None:
        return
    situation = Situation(**{name: row[name] for name in Situation.__struct_fields__})
    actor = Actor(recorded.actor_kind, recorded.actor_id)
    for notice in decide_notifications(fact, situation, actor):
        await notify_agents(
            ctx,
            notice.agent_ids,
            notice.kind,
            conversation_id,
            message_id,
            notice.data,
            recorded.id,
            actor=actor,
        )
