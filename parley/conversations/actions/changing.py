"""Changing a conversation: status, assignment, priority, fields, tags. Each change is told, old and new."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from parley.conversations.errors import refuse_merged
from parley.conversations.model import EARLY, check_snooze, decide_changes, status_changes
from parley.facts.conversations import (
    ConversationAssigned,
    ConversationChanged,
    ConversationClosed,
    ConversationEdited,
    ConversationMarkedSpam,
    ConversationRated,
    ConversationReopened,
    ConversationSnoozed,
    ConversationTagged,
    ConversationUntagged,
)
from parley.kit.ctx import Ctx
from parley.kit.errors import Invalid, NotFound
from parley.kit.personal import store_personal

COLUMNS = {
    "status": "text",
    "priority": "smallint",
    "assignee_id": "uuid",
    "team_id": "uuid",
    "language": "text",
    "custom_fields": "jsonb",
    "snoozed_until": "timestamptz",
    "snoozed_until_reply": "boolean",
    "closed_at": "timestamptz",
    "waiting_since": "timestamptz",
    "subject_value_id": "uuid",
    "rating": "smallint",
    "rating_value_id": "uuid",
    "customer_id": "uuid",
    "brand_id": "uuid",
    "last_message_id": "uuid",
    "preview_message_id": "uuid",
    "last_message_at": "timestamptz",
    "first_reply_at": "timestamptz",
    "message_count": "integer",
    "merged_into_id": "uuid",
    "last_incoming_id": "uuid",
    "channel_id": "uuid",
    "channel_kind": "text",
    "promise_due_at": "timestamptz",
    "promise_kind": "text",
    "sentiment": "text",
    "intent": "text",
}
# What is kept here for lists, and whose it is, follows also for one that is part of another.
KEPT_WHEN_MERGED = frozenset({"customer_id", "sentiment", "intent", "promise_due_at", "promise_kind"})
# The version moves only when something has changed.
TAG = """
WITH gone AS (
  DELETE FROM conversation_tags WHERE workspace_id = $1 AND conversation_id = $2
    AND tag_id = ANY($4) AND NOT tag_id = ANY($3) RETURNING tag_id
), put AS (
  INSERT INTO conversation_tags (workspace_id, conversation_id, tag_id, at)
  SELECT $1, $2, t, $5 FROM unnest($3::uuid[]) t ON CONFLICT DO NOTHING RETURNING tag_id
), changed AS (
  SELECT tag_id, false AS put FROM gone UNION ALL SELECT tag_id, true FROM put
), moved AS (
  UPDATE conversations SET version = version + 1
  WHERE workspace_id = $1 AND id = $2 AND EXISTS (SELECT 1 FROM changed)
)
SELECT tag_id, put FROM changed
"""
WAKE_JOB = "conversations.wake"


async def change_conversation(
    ctx: Ctx,
    conversation_id: UUID,
    changes: dict[str, Any],
    *,
    told_as: type[ConversationChanged] | None = None,
    undone: bool = False,
) -> dict[str, Any]:
    """Writes new values of columns, tells what really changed and gives the previous values; raises NotFound.

    `told_as` names the fact where the changed columns do not, `undone` says that it only puts back what was there.
    The row is locked, compared and written in two statements; nothing is written or told when nothing changes.
    """
    names = sorted(changes)
    unknown = [name for name in names if name not in COLUMNS]
    if unknown:
        raise ValueError(f"not a column that may change: {unknown}")
    row = await ctx.tx.fetchrow(
        f"SELECT {', '.join(names)}, merged_into_id AS away FROM conversations"
        " WHERE workspace_id = $1 AND id = $2 FOR UPDATE",
        ctx.workspace_id,
        conversation_id,
    )
    if row is None:
        raise NotFound("conversation")
    new, previous = decide_changes(changes, row)
    if not new:
        return {}
    if new.keys() - KEPT_WHEN_MERGED:
        refuse_merged(row["away"])
    await write_columns(ctx, conversation_id, new)
    kind = told_as or fact_kind(new)
    taken_back = {"undone": True} if undone and kind is ConversationReopened else {}
    ctx.emit(kind(conversation_id=conversation_id, changes=new, previous=previous, **taken_back))
    return previous


async def write_columns(ctx: Ctx, conversation_id: UUID, new: dict[str, Any]) -> None:
    """Writes columns of a row that is locked and moves its version; whoever calls tells of it."""
    assignments = "".join(f"{name} = ${n}::{COLUMNS[name]}, " for n, name in enumerate(new, start=3))
    await ctx.tx.execute(
        f"UPDATE conversations SET {assignments}version = version + 1 WHERE workspace_id = $1 AND id = $2",
        ctx.workspace_id,
        conversation_id,
        *new.values(),
    )


def fact_kind(changes: dict[str, Any]) -> type[ConversationChanged]:
    """Chooses the fact that tells of a change; a change of status outweighs the others."""
    status = changes.get("status")
    if status is not None:
        kinds: dict[str, type[ConversationChanged]] = {
            "closed": ConversationClosed,
            "open": ConversationReopened,
            "snoozed": ConversationSnoozed,
            "spam": ConversationMarkedSpam,
        }
        return kinds[status]
    if "assignee_id" in changes or "team_id" in changes:
        return ConversationAssigned
    if "rating" in changes:
        return ConversationRated
    return ConversationEdited


async def assign_conversation(
    ctx: Ctx, conversation_id: UUID, *, agent_id: UUID | None, team_id: UUID | None
) -> dict[str, Any]:
    """Gives the conversation to an agent and a team (None: nobody); raises NotFound and Invalid."""
    if agent_id is not None:
        await check_assignee(ctx, agent_id)
    return await change_conversation(ctx, conversation_id, {"assignee_id": agent_id, "team_id": team_id})


async def check_assignee(ctx: Ctx, agent_id: UUID) -> None:
    """Raises Invalid for an agent who cannot be given work."""
    state = await ctx.tx.fetchval(
        "SELECT state FROM agents WHERE workspace_id = $1 AND id = $2", ctx.workspace_id, agent_id
    )
    if state != "active":
        raise Invalid("agent_inactive", "This agent is not active; choose somebody else.")


async def close_conversation(ctx: Ctx, conversation_id: UUID) -> dict[str, Any]:
    """Closes the conversation; nobody waits any more."""
    return await change_conversation(ctx, conversation_id, status_changes("closed", ctx.now))


async def reopen_conversation(ctx: Ctx, conversation_id: UUID) -> dict[str, Any]:
    """Opens a closed, snoozed or spam conversation."""
    return await change_conversation(ctx, conversation_id, status_changes("open", ctx.now))


async def snooze_conversation(
    ctx: Ctx, conversation_id: UUID, *, until: datetime | None, until_reply: bool
) -> dict[str, Any]:
    """Puts the conversation to sleep until a time, a reply, or the first of both; raises Invalid."""
    check_snooze(ctx.now, until, until_reply=until_reply)
    changes = status_changes("snoozed", ctx.now, until, until_reply=until_reply)
    previous = await change_conversation(ctx, conversation_id, changes)
    if until is not None:
        ctx.defer(WAKE_JOB, {"conversation_id": conversation_id}, delay=until - ctx.now)
    return previous


async def wake_conversation(ctx: Ctx, conversation_id: UUID) -> bool:
    """Opens a snoozed conversation whose time has come; False when it sleeps longer or is awake."""
    row = await ctx.tx.fetchrow(
        "SELECT status, snoozed_until FROM conversations WHERE workspace_id = $1 AND id = $2",
        ctx.workspace_id,
        conversation_id,
    )
    if row is None or row["status"] != "snoozed" or row["snoozed_until"] is None:
        return False
    early = row["snoozed_until"] - ctx.now
    if early > timedelta(0):
        if early < EARLY:
            ctx.defer(WAKE_JOB, {"conversation_id": conversation_id}, delay=early)
        return False
    await reopen_conversation(ctx, conversation_id)
    return True


async def mark_spam(ctx: Ctx, conversation_id: UUID) -> dict[str, Any]:
    """Puts the conversation aside as spam."""
    return await change_conversation(ctx, conversation_id, status_changes("spam", ctx.now))


async def set_subject(ctx: Ctx, conversation_id: UUID, subject: str) -> dict[str, Any]:
    """Gives the conversation another subject, kept as a personal value."""
    value_id = await store_personal(
        ctx, "conversation", conversation_id, "subject", " ".join(subject.split())[:998]
    )
    return await change_conversation(ctx, conversation_id, {"subject_value_id": value_id})


async def rate_conversation(ctx: Ctx, conversation_id: UUID, score: int, comment: str) -> dict[str, Any]:
    """Stores the customer's rating (1 to 5) and comment; raises Invalid."""
    if not 1 <= score <= 5:
        raise Invalid("bad_score", "The score is a number from 1 to 5.")
    value_id = (
        await store_personal(ctx, "conversation", conversation_id, "rating_comment", comment[:2000])
        if comment.strip()
        else None
    )
    return await change_conversation(ctx, conversation_id, {"rating": score, "rating_value_id": value_id})


async def tag_conversation(
    ctx: Ctx, conversation_id: UUID, *, add: Sequence[UUID], remove: Sequence[UUID]
) -> dict[str, list[UUID]]:
    """Puts tags on and takes tags off; tells and gives only those that changed. Raises NotFound."""
    found = await ctx.tx.fetchrow(
        """SELECT (SELECT count(*) FROM tags t WHERE t.workspace_id = $1 AND t.id = ANY($3)) AS known,
                  c.merged_into_id
           FROM conversations c WHERE c.workspace_id = $1 AND c.id = $2 FOR UPDATE""",
        ctx.workspace_id,
        conversation_id,
        list(set(add)),
    )
    if found is None:
        raise NotFound("conversation")
    if found["known"] != len(set(add)):
        raise NotFound("tag")
    refuse_merged(found["merged_into_id"])
    rows = await ctx.tx.fetch(TAG, ctx.workspace_id, conversation_id, sorted(set(add)), list(remove), ctx.now)
    added = sorted(row["tag_id"] for row in rows if row["put"])
    removed = sorted(row["tag_id"] for row in rows if not row["put"])
    if removed:
        ctx.emit(ConversationUntagged(conversation_id=conversation_id, tag_ids=removed))
    if added:
        ctx.emit(ConversationTagged(conversation_id=conversation_id, tag_ids=added))
    return {"added": added, "removed": removed}
