"""Who waits for an agent: entered when nobody can take a conversation, left when somebody has it or nobody needs to."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec

from parley.conversations.actions.changing import assign_conversation, change_conversation
from parley.facts.automation import QueueChanged
from parley.facts.conversations import (
    ConversationAssigned,
    ConversationClosed,
    ConversationEdited,
    ConversationJoined,
    ConversationMarkedSpam,
    ConversationMerged,
    ConversationSnoozed,
)
from parley.kit.ctx import Ctx
from parley.kit.ids import uuid7
from parley.kit.log.fact import Fact, Recorded

READER = "queue"
FORGOTTEN = timedelta(days=1)
SAMPLES = 20
ENTER = """
INSERT INTO queue_entries (workspace_id, id, conversation_id, team_id, channel_kind, language, priority, due_at, entered_at,
  refused_by)
SELECT $1, $3, c.id, c.team_id, c.channel_kind, c.language, c.priority, c.promise_due_at, coalesce(c.waiting_since, $4), $5
FROM conversations c
WHERE c.workspace_id = $1 AND c.id = $2 AND c.status = 'open' AND c.assignee_id IS NULL
ON CONFLICT (workspace_id, conversation_id) WHERE left_at IS NULL DO NOTHING
RETURNING id, team_id
"""
LEAVE = """
UPDATE queue_entries SET left_at = $3, outcome = $4, agent_id = $5
WHERE workspace_id = $1 AND conversation_id = $2 AND left_at IS NULL
  AND ($4 <> 'merged' OR EXISTS (SELECT 1 FROM conversations c WHERE c.workspace_id = $1 AND c.id = $2
                                 AND c.merged_into_id IS NOT NULL))
RETURNING id, team_id
"""
RENEW = """
UPDATE queue_entries q SET priority = c.priority, due_at = c.promise_due_at, team_id = c.team_id, language = c.language
FROM conversations c WHERE q.workspace_id = $1 AND q.conversation_id = $2 AND q.left_at IS NULL
  AND c.workspace_id = $1 AND c.id = $2
"""
# Those who are served before it: of its own team, or of any.
AHEAD = """
SELECT me.team_id, me.entered_at, (
  SELECT count(*) FROM queue_entries q WHERE q.workspace_id = $1 AND q.left_at IS NULL
    AND q.team_id IS NOT DISTINCT FROM me.team_id
    AND (-q.priority, coalesce(q.due_at, 'infinity'), q.entered_at, q.id)
      < (-me.priority, coalesce(me.due_at, 'infinity'), me.entered_at, me.id)) AS ahead,
  ARRAY(SELECT q.left_at FROM queue_entries q WHERE q.workspace_id = $1 AND q.outcome = 'assigned'
        AND q.team_id IS NOT DISTINCT FROM me.team_id AND q.left_at > $3 ORDER BY q.left_at DESC LIMIT $4) AS served
FROM queue_entries me WHERE me.workspace_id = $1 AND me.conversation_id = $2 AND me.left_at IS NULL
"""
OUTCOMES: dict[type[Fact], str] = {
    ConversationClosed: "closed",
    ConversationSnoozed: "snoozed",
    ConversationMarkedSpam: "spam",
    ConversationMerged: "merged",
}
ENDED = ("closed", "snoozed", "spam")
# What takes in another may take its agent with it.
GIVES = (ConversationAssigned, ConversationJoined)
KINDS: tuple[type[Fact], ...] = (*OUTCOMES, *GIVES, ConversationEdited)


class Place(msgspec.Struct, frozen=True):
    """Where a conversation stands in the queue (1 is next) and how many minutes it will probably take."""

    position: int
    minutes: int | None
    since: datetime


async def enter_queue(ctx: Ctx, conversation_id: UUID, refused_by: UUID | None = None) -> UUID | None:
    """Lets a conversation wait for an agent; gives the entry, or None when it waits already or needs nobody."""
    row = await ctx.tx.fetchrow(ENTER, ctx.workspace_id, conversation_id, uuid7(), ctx.now, refused_by)
    if row is None:
        return None
    ctx.emit(
        QueueChanged(
            conversation_id=conversation_id, entry_id=row["id"], team_id=row["team_id"], waiting=True
        )
    )
    return row["id"]  # type: ignore[no-any-return]


async def leave_queue(ctx: Ctx, conversation_id: UUID, outcome: str, agent_id: UUID | None = None) -> None:
    """Ends the waiting of a conversation, where it waits."""
    row = await ctx.tx.fetchrow(LEAVE, ctx.workspace_id, conversation_id, ctx.now, outcome, agent_id)
    if row is not None:
        ctx.emit(
            QueueChanged(
                conversation_id=conversation_id,
                entry_id=row["id"],
                team_id=row["team_id"],
                waiting=False,
                outcome=outcome,
            )
        )


async def follow_queue(ctx: Ctx, fact: Fact, _: Recorded) -> None:
    """Takes conversations out of the queue when they are assigned or put aside; keeps their order up to date."""
    conversation_id = fact.conversation()
    if conversation_id is None:
        return
    outcome = OUTCOMES.get(type(fact))
    if isinstance(fact, ConversationJoined) and fact.changes.get("status") in ENDED:
        # What came with the other goes with it: what is left needs nobody.
        outcome = str(fact.changes["status"])
    if outcome is not None:
        await leave_queue(ctx, conversation_id, outcome)
    elif isinstance(fact, GIVES) and (agent := fact.changes.get("assignee_id")) is not None:
        await leave_queue(ctx, conversation_id, "assigned", UUID(str(agent)))
    elif isinstance(fact, GIVES) or (
        isinstance(fact, ConversationEdited)
        and not fact.changes.keys().isdisjoint(("priority", "promise_due_at"))
    ):
        await ctx.tx.execute(RENEW, ctx.workspace_id, conversation_id)


async def find_place(ctx: Ctx, conversation_id: UUID) -> Place | None:
    """Gives the place of a conversation in the queue; None when it does not wait."""
    row = await ctx.tx.fetchrow(AHEAD, ctx.workspace_id, conversation_id, ctx.now - FORGOTTEN, SAMPLES)
    if row is None:
        return None
    position = row["ahead"] + 1
    return Place(position, estimate_minutes(position, row["served"], ctx.now), row["entered_at"])


class Standings:
    """The queue as other slices may ask for it (`QueuePort` of the chat)."""

    async def find_standing(self, ctx: Ctx, conversation_id: UUID) -> tuple[int, int | None] | None:
        """Gives place and minutes; None when the conversation does not wait."""
        place = await find_place(ctx, conversation_id)
        return None if place is None else (place.position, place.minutes)


def estimate_minutes(position: int, served: Sequence[datetime], now: datetime) -> int | None:
    """Estimates the wait from how often somebody was served lately (newest first): the mean gap, times the position.

    The gap since the last one counts too, so that a queue that stands still does not promise what it did when it
    moved. None with fewer than three samples.
    """
    if len(served) < 3:
        return None
    gaps = len(served) - 1
    span = max(now - served[0], timedelta(0)) + (served[0] - served[-1])
    return max(1, round(span.total_seconds() / (gaps + 1) * position / 60))


FREE = """
SELECT true FROM conversations c WHERE c.workspace_id = $1 AND c.id = $2 AND c.status = 'open' AND NOT EXISTS (
  SELECT 1 FROM agents a WHERE a.workspace_id = $1 AND a.id = c.assignee_id AND a.state = 'active')
FOR UPDATE OF c
"""


async def perform_route(ctx: Ctx, args: dict[str, Any], _key: str) -> dict[str, Any]:
    """The act `route_conversation`: gives a conversation to an agent unless somebody has got it in the meantime."""
    conversation_id = UUID(args["conversation_id"])
    if not await ctx.tx.fetchval(FREE, ctx.workspace_id, conversation_id):
        return {"previous": {}}
    team = UUID(args["team_id"]) if args["team_id"] else None
    return {
        "previous": await assign_conversation(
            ctx, conversation_id, agent_id=UUID(args["agent_id"]), team_id=team
        )
    }


async def undo_route(ctx: Ctx, args: dict[str, Any], result: dict[str, Any]) -> None:
    """Takes the conversation away again from who got it by this act, if he still has it."""
    conversation_id = UUID(args["conversation_id"])
    holds = await ctx.tx.fetchval(
        "SELECT assignee_id FROM conversations WHERE workspace_id = $1 AND id = $2",
        ctx.workspace_id,
        conversation_id,
    )
    if result["previous"] and holds == UUID(args["agent_id"]):
        await change_conversation(
            ctx,
            conversation_id,
            {name: UUID(value) if value else None for name, value in result["previous"].items()},
        )


async def perform_queue(ctx: Ctx, args: dict[str, Any], _key: str) -> dict[str, Any]:
    """The act `queue_conversation`."""
    refused_by = UUID(args["refused_by"]) if args.get("refused_by") else None
    entry_id = await enter_queue(ctx, UUID(args["conversation_id"]), refused_by)
    return {"entry_id": str(entry_id) if entry_id else None}


async def undo_queue(ctx: Ctx, args: dict[str, Any], result: dict[str, Any]) -> None:
    """Takes the conversation out of the queue again, if this act put it there."""
    if result["entry_id"]:
        await leave_queue(ctx, UUID(args["conversation_id"]), "undone")
