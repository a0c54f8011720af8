"""The decider of routing: a conversation that wants an agent, or an agent who has room for who waits."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec

from parley.accounts.actions.profile import HERE_FOR
from parley.accounts.hours import parse_hours
from parley.automation.routing.choosing import Choice, choose_all
from parley.automation.routing.model import DEFAULTS, Agent, Item, Settings, TeamSettings, read_settings
from parley.facts.accounts import AgentPresenceChanged, SettingsChanged
from parley.facts.assistant import MessageUnderstood
from parley.facts.conversations import (
    ConversationAssigned,
    ConversationClosed,
    ConversationJoined,
    ConversationMarkedSpam,
    ConversationMerged,
    ConversationReopened,
    ConversationSnoozed,
    ConversationSplit,
    ConversationUnmerged,
)
from parley.kit.ctx import Ctx
from parley.kit.decisions.registry import Act, Config, Decider, Decision, Reason
from parley.kit.hours import is_open
from parley.kit.log.fact import Fact, Recorded

NAME = "routing"
AT_ONCE = 20
# Two that became one, and one that became two, may be without an agent though nobody took him away.
PARTED = (ConversationJoined, ConversationUnmerged, ConversationSplit)
ASKS = (MessageUnderstood, ConversationReopened, ConversationAssigned, *PARTED)
FREES = (
    ConversationAssigned,
    ConversationClosed,
    ConversationSnoozed,
    ConversationMarkedSpam,
    ConversationMerged,
    AgentPresenceChanged,
    SettingsChanged,
)

# Conversations by id, or the first of the queue; those that somebody has are left out by the caller.
_ITEM = """
  c.id AS conversation_id, c.channel_kind, c.status, c.assignee_id, c.team_id, c.language, c.intent, c.priority,
  c.promise_due_at AS due_at, c.waiting_since AS since,
  tr.settings AS team, pa.agent_id AS personal,
  ARRAY(SELECT ct.tag_id::text FROM conversation_tags ct WHERE ct.workspace_id = $1 AND ct.conversation_id = c.id) AS tags,
  (SELECT a.state = 'active' FROM agents a WHERE a.workspace_id = $1 AND a.id = c.assignee_id) AS assignee_active,
  last.author_id AS sticky, last.created_at AS sticky_at
"""
_LAST = """LEFT JOIN LATERAL (
  SELECT m.author_id, m.created_at FROM (
    SELECT o.id FROM conversations o WHERE o.workspace_id = $1 AND o.customer_id = c.customer_id
    ORDER BY o.last_message_at DESC, o.id DESC LIMIT 5) o
  CROSS JOIN LATERAL (
    SELECT m.author_id, m.created_at FROM messages m WHERE m.workspace_id = $1 AND m.conversation_id = o.id
      AND m.author_kind = 'agent' AND m.direction = 'out' AND m.kind = 'message' ORDER BY m.id DESC LIMIT 1) m
  ORDER BY m.created_at DESC LIMIT 1) last ON true
"""
ONE = f"""SELECT {_ITEM}, NULL::uuid AS refused_by FROM conversations c
LEFT JOIN team_routing tr ON tr.workspace_id = $1 AND tr.team_id = c.team_id
LEFT JOIN personal_agents pa ON pa.workspace_id = $1 AND pa.customer_id = c.customer_id
{_LAST}WHERE c.workspace_id = $1 AND c.id = $2
"""
WAITING = f"""SELECT {_ITEM}, q.refused_by FROM (
  SELECT conversation_id, priority, due_at, entered_at, id, refused_by FROM queue_entries
  WHERE workspace_id = $1 AND left_at IS NULL
  ORDER BY priority DESC, due_at, entered_at, id LIMIT $2) q
JOIN conversations c ON c.workspace_id = $1 AND c.id = q.conversation_id
LEFT JOIN team_routing tr ON tr.workspace_id = $1 AND tr.team_id = c.team_id
LEFT JOIN personal_agents pa ON pa.workspace_id = $1 AND pa.customer_id = c.customer_id
{_LAST}WHERE c.status = 'open' AND c.assignee_id IS NULL
ORDER BY q.priority DESC, q.due_at, q.entered_at, q.id
"""
AGENTS = """
SELECT a.id, a.last_assigned_at AS last, a.time_zone, r.capacity::float AS capacity, r.time_zone AS own_zone,
  coalesce(r.languages, '{}') AS languages, coalesce(r.skills, '{}') AS skills,
  coalesce(r.shifts, '[]') AS shifts, coalesce(r.away, '[]') AS away,
  ARRAY(SELECT tm.team_id FROM team_members tm WHERE tm.workspace_id = $1 AND tm.agent_id = a.id) AS teams,
  coalesce((SELECT jsonb_object_agg(k.channel_kind, k.n) FROM (
    SELECT o.channel_kind, count(*) AS n FROM (
      SELECT channel_kind FROM conversations
      WHERE workspace_id = $1 AND assignee_id = a.id AND status = 'open' LIMIT 500) o
    GROUP BY o.channel_kind) k), '{}') AS open,
  (SELECT count(*)::int FROM queue_entries q WHERE q.workspace_id = $1 AND q.left_at IS NULL) AS queued
FROM agents a LEFT JOIN agent_routing r ON r.workspace_id = $1 AND r.agent_id = a.id
WHERE a.workspace_id = $1 AND a.state = 'active' AND a.presence = 'online' AND a.presence_at > $2
  AND a.role <> 'collaborator' AND coalesce(r.takes_work, true)
ORDER BY a.id LIMIT 500
"""


class Snapshot(msgspec.Struct, frozen=True):
    """What routing looks at: `wanting` is the fact's own conversation, `waiting` the first of the queue."""

    wanting: Item | None
    waiting: list[Item]
    agents: list["Present"]
    queued: int = 0

    def in_order(self) -> list[Item]:
        """Gives all who want somebody in the order in which they are served; nobody jumps the queue."""
        others = [
            item
            for item in self.waiting
            if self.wanting is None or item.conversation_id != self.wanting.conversation_id
        ]
        return sorted(
            [*others, *([self.wanting] if self.wanting is not None else [])], key=lambda item: item.rank
        )


class Present(msgspec.Struct, frozen=True):
    """An agent who is there, with the open conversations he has by channel and his own capacity, if any."""

    agent: Agent
    open: dict[str, int]
    capacity: float | None


async def load(ctx: Ctx, fact: Fact, recorded: Recorded) -> Snapshot | None:
    """Reads who is there and who wants whom; None where nobody wants anything."""
    wanting = await _load_wanting(ctx, fact, recorded)
    waiting = await _load_waiting(ctx) if wanting is not None or _frees(fact) else []
    if wanting is None and not waiting:
        return None
    rows = await ctx.tx.fetch(AGENTS, ctx.workspace_id, ctx.now - HERE_FOR)
    there = [_present(dict(row)) for row in rows if _on_duty(dict(row), ctx.now)]
    return Snapshot(wanting, waiting, there, rows[0]["queued"] if rows else 0)


async def _load_wanting(ctx: Ctx, fact: Fact, recorded: Recorded) -> Item | None:
    if not asks_for_agent(fact):
        return None
    new = fact.into_id if isinstance(fact, ConversationSplit) and not fact.undone else None
    row = await ctx.tx.fetchrow(ONE, ctx.workspace_id, new or fact.conversation())
    if row is None or row["status"] != "open":
        return None
    if row["assignee_id"] is not None and row["assignee_active"]:
        return None
    refused = None
    if isinstance(fact, ConversationAssigned) and recorded.actor_kind == "agent":
        refused = fact.previous.get("assignee_id")
    return _item({**dict(row), "refused_by": UUID(str(refused)) if refused else None})


def asks_for_agent(fact: Fact) -> bool:
    """Says whether a fact means that its conversation may want an agent."""
    if isinstance(fact, ConversationAssigned):
        return fact.changes.get("assignee_id", "") is None or (
            "team_id" in fact.changes and "assignee_id" not in fact.changes
        )
    if isinstance(fact, ConversationReopened):
        return not fact.undone
    return isinstance(fact, PARTED) or (isinstance(fact, MessageUnderstood) and not fact.automatic)


async def _load_waiting(ctx: Ctx) -> list[Item]:
    return [_item(dict(row)) for row in await ctx.tx.fetch(WAITING, ctx.workspace_id, AT_ONCE)]


def _frees(fact: Fact) -> bool:
    """Whether somebody may have room now who had none before."""
    if isinstance(fact, AgentPresenceChanged):
        return fact.presence == "online"
    if isinstance(fact, SettingsChanged):
        return fact.record in ("agent_routing", "team_routing", "team")
    if isinstance(fact, ConversationAssigned):
        return fact.previous.get("assignee_id") is not None
    return isinstance(fact, FREES)


def _item(row: dict[str, Any]) -> Item:
    team = msgspec.convert(row["team"] or {}, TeamSettings)
    return Item(
        row["conversation_id"],
        row["channel_kind"],
        row["team_id"],
        team.overflow,
        team.mode,
        row["language"],
        row["intent"],
        tuple(row["tags"]),
        row["personal"],
        row["sticky"],
        row["sticky_at"],
        row["refused_by"],
        row["priority"],
        row["due_at"],
        row["since"],
    )


def _present(row: dict[str, Any]) -> Present:
    agent = Agent(
        row["id"],
        last=row["last"],
        teams=tuple(row["teams"]),
        languages=tuple(row["languages"]),
        skills=tuple(row["skills"]),
    )
    return Present(agent, dict(row["open"]), row["capacity"])


def _on_duty(row: dict[str, Any], now: datetime) -> bool:
    """Whether it is inside one of the agent's shifts (always, when he has none) and he is not away."""
    for span in row["away"]:
        if datetime.fromisoformat(span["from"]) <= now < datetime.fromisoformat(span["to"]):
            return False
    if not row["shifts"]:
        return True
    zone = row["own_zone"] or row["time_zone"]
    return is_open(parse_hours({"time_zone": zone, "periods": row["shifts"]}), now)


def decide(_: Fact, snapshot: Snapshot, config: Config, now: datetime) -> Decision:
    """Gives the conversation to the agent who should have it, or has it wait; gives who waits to who has room."""
    settings = read_settings(config.values)
    recently = now - timedelta(days=settings.sticky_days)
    items = [
        _forget_sticky(item, recently)
        for item in snapshot.in_order()
        if (item.mode or settings.mode) != "manual"
    ]
    if not items:
        return Decision()
    agents = [_weighed(present, settings, settings.stretch(snapshot.queued)) for present in snapshot.agents]
    choices = choose_all(items, agents, settings)
    acts = [act for choice in choices if (act := act_of(choice) or _wait(choice, snapshot)) is not None]
    told = [choice for choice in choices if choice.agent_id is not None or _wants(choice, snapshot)]
    return Decision(
        acts=acts,
        reasons=[
            Reason(
                f"routing.{choice.reason}",
                {"conversation_id": str(choice.item.conversation_id), **choice.values},
            )
            for choice in told
        ],
        facts_used={"agents": {str(agent.id): agent.load for agent in agents}},
    )


def _forget_sticky(item: Item, recently: datetime) -> Item:
    if item.sticky_at is not None and item.sticky_at < recently:
        return msgspec.structs.replace(item, sticky=None)
    return item


def _weighed(present: Present, settings: Settings, stretch: float) -> Agent:
    load_now = sum(count * settings.weigh(kind) for kind, count in present.open.items())
    capacity = (settings.limit if present.capacity is None else present.capacity) * stretch
    return msgspec.structs.replace(present.agent, load=load_now, capacity=capacity)


def act_of(choice: Choice) -> Act | None:
    """Gives the act by which a choice is carried out; None when nobody was found."""
    if choice.agent_id is None:
        return None
    team = str(choice.item.team_id) if choice.item.team_id else None
    return Act(
        "route_conversation",
        {
            "conversation_id": str(choice.item.conversation_id),
            "agent_id": str(choice.agent_id),
            "team_id": team,
        },
    )


def _wait(choice: Choice, snapshot: Snapshot) -> Act | None:
    """Has the conversation of the fact wait; the others of the queue wait already."""
    if choice.agent_id is not None or not _wants(choice, snapshot):
        return None
    refused = str(choice.item.refused) if choice.item.refused else None
    return Act(
        "queue_conversation",
        {"conversation_id": str(choice.item.conversation_id), "refused_by": refused},
    )


def _wants(choice: Choice, snapshot: Snapshot) -> bool:
    """Whether the choice is about the conversation of the fact itself."""
    return snapshot.wanting is not None and choice.item.conversation_id == snapshot.wanting.conversation_id


ROUTING = Decider(NAME, tuple(dict.fromkeys((*ASKS, *FREES))), load, decide, DEFAULTS, check=read_settings)
