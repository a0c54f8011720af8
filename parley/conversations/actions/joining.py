"""Two conversations that become one, and two again.

The threads of the source go over with all their messages, so what comes on them later lands in the target. Taken
apart, every thread goes back with all that came on it since, and both rows are what they would be by themselves;
notes that were written meanwhile stay in the target. Two customers stay two: a thread keeps its identity, and
whoever writes on it sees and is sent only what belongs to it.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec

from parley.accounts.actions.auditing import write_audit
from parley.conversations.actions.carrying import carry_all, carry_back
from parley.conversations.actions.changing import WAKE_JOB, write_columns
from parley.conversations.actions.settling import RECOUNT
from parley.conversations.actions.sharing import share_all, share_no_more
from parley.conversations.errors import refuse_merged
from parley.conversations.joining import (
    Before,
    Came,
    Taken,
    Turned,
    build_before,
    decide_joined,
    decide_parted,
    replay,
)
from parley.conversations.model import decide_changes, only_changed, status_changes
from parley.facts.conversations import ConversationJoined, ConversationMerged, ConversationUnmerged
from parley.kit.ctx import Ctx
from parley.kit.db import plain_json
from parley.kit.errors import Conflict, NotFound
from parley.kit.ids import uuid7

# In the order of their ids, so that two merges of the same conversations never wait for each other.
LOCK = "SELECT * FROM conversations WHERE workspace_id = $1 AND id = ANY($2) ORDER BY id FOR UPDATE"
COUNT = f"""
SELECT counted.*, (SELECT id FROM messages
  WHERE workspace_id = $1 AND conversation_id = $2 AND direction = 'in' AND state <> 'cancelled'
  ORDER BY id DESC LIMIT 1) AS last_incoming_id
FROM ({RECOUNT}) counted
"""
NEWEST = """
SELECT id FROM messages WHERE workspace_id = $1 AND conversation_id = ANY($2) ORDER BY id DESC LIMIT 1
"""
SINCE = """
SELECT m.created_at AS at, m.direction = 'in' AS incoming, m.automatic, m.channel_id, m.channel_kind,
       coalesce(t.purpose <> 'customer', false) AS aside,
       m.direction = 'out' AND NOT m.automatic AND coalesce(t.purpose = 'customer', true)
         AND (m.scheduled_for IS NULL OR m.state <> 'scheduled') AS answers
FROM messages m LEFT JOIN threads t ON t.workspace_id = $1 AND t.id = m.thread_id
WHERE m.workspace_id = $1 AND m.conversation_id = $2 AND m.kind = 'message' AND m.state <> 'cancelled'
  AND ($3::uuid IS NULL OR m.id > $3) ORDER BY m.id
"""
# What was done to the target itself; what messages did to it is told by the messages.
TURNS = """
SELECT at, kind, data FROM facts
WHERE workspace_id = $1 AND conversation_id = $2 AND at >= $3 AND data->>'merge_id' IS DISTINCT FROM $4
  AND kind IN ('ConversationClosed', 'ConversationReopened', 'ConversationSnoozed', 'ConversationMarkedSpam',
               'ConversationJoined', 'ConversationProgressed')
ORDER BY epoch, xid, seq
"""
# What is part of another holds nothing itself.
EMPTY: dict[str, Any] = {
    "message_count": 0,
    "last_message_id": None,
    "preview_message_id": None,
    "last_incoming_id": None,
}
STANDING = """
SELECT * FROM conversation_merges
WHERE workspace_id = $1 AND source_id = $2 AND act = 'merge' AND undone_at IS NULL
"""


class Joined(msgspec.Struct, frozen=True):
    """A merge that stands: `source_id` is part of `target_id`."""

    id: UUID
    source_id: UUID
    target_id: UUID


async def merge_conversations(
    ctx: Ctx,
    source: UUID,
    target: UUID,
    *,
    other_customer: bool = False,
    automatic: bool = False,
    reason: str = "",
) -> Joined:
    """Makes one conversation part of another; done again it changes nothing.

    Raises NotFound; Conflict for one and the same, for two customers' unless `other_customer`, and where one of
    them is part of another already.
    """
    gives, takes = await _lock_pair(ctx, source, target)
    if gives["merged_into_id"] == target:
        return await _get_standing(ctx, source)
    refuse_merged(gives["merged_into_id"])
    refuse_merged(takes["merged_into_id"])
    if gives["customer_id"] != takes["customer_id"] and not other_customer:
        raise Conflict(
            "other_customer",
            "The conversations are of two customers. Say that they belong together all the same.",
            customer_id=takes["customer_id"],
        )
    merge_id = uuid7()
    before, own = build_before(gives), build_before(takes)
    newest = await ctx.tx.fetchval(NEWEST, ctx.workspace_id, [source, target])
    await _note_merge(ctx, Joined(merge_id, source, target), automatic=automatic, reason=reason)
    await carry_all(ctx, merge_id, source, target)
    await share_all(ctx, merge_id, source, target, (before.last_incoming_id, own.last_incoming_id))
    changes = decide_joined(before, own, await count_messages(ctx, target, own))
    after = build_before({**takes, **changes})
    await ctx.tx.execute(
        "UPDATE conversation_merges SET taken = $3 WHERE workspace_id = $1 AND id = $2",
        ctx.workspace_id,
        merge_id,
        plain_json(Taken(before, own, after, newest)),
    )
    closing, _ = decide_changes(
        {**status_changes("closed", ctx.now), **EMPTY, "merged_into_id": target}, gives
    )
    told = await _write(ctx, gives, closing)
    ctx.emit(
        ConversationMerged(
            conversation_id=source, into_id=target, merge_id=merge_id, automatic=automatic, **told
        )
    )
    told = await _write(ctx, takes, changes)
    ctx.emit(ConversationJoined(conversation_id=target, from_id=source, merge_id=merge_id, **told))
    await write_audit(
        ctx, "conversations_merged", "conversation", source, into=target, merge=merge_id, automatic=automatic
    )
    return Joined(merge_id, source, target)


async def unmerge_conversation(ctx: Ctx, source: UUID) -> Joined:
    """Takes a merge back; raises NotFound, and Conflict where it is none or the other is part of a third by now."""
    merge = await _get_standing(ctx, source)
    gets, gives = await _lock_pair(ctx, source, merge.target_id)
    # Read again below the locks: somebody else may have been faster.
    if await _get_standing(ctx, source) != merge:
        raise not_merged()
    if gives["merged_into_id"] is not None:
        raise Conflict(
            "crossed_merge",
            "The conversation it was merged into has been merged into another since. Take that apart first.",
            into=gives["merged_into_id"],
        )
    row = await ctx.tx.fetchrow(
        "SELECT taken, at FROM conversation_merges WHERE workspace_id = $1 AND id = $2",
        ctx.workspace_id,
        merge.id,
    )
    assert row is not None  # noqa: S101 - it has just been locked
    taken = msgspec.convert(row["taken"], Taken)
    await carry_back(ctx, merge.id, source, merge.target_id)
    alone = await _restore(ctx, source, taken.source, taken.newest, [])
    # What this very transaction has told counts as well.
    await ctx.flush()
    turns = await ctx.tx.fetch(TURNS, ctx.workspace_id, merge.target_id, row["at"], str(merge.id))
    left = await _restore(ctx, merge.target_id, taken.target, taken.newest, turns)
    await share_no_more(ctx, merge.id, source, merge.target_id, row["at"], alone.get("last_incoming_id"))
    await ctx.tx.execute(
        """UPDATE conversation_merges SET undone_at = $3, undone_by_kind = $4, undone_by_id = $5
           WHERE workspace_id = $1 AND id = $2""",
        ctx.workspace_id,
        merge.id,
        ctx.now,
        ctx.actor.kind,
        ctx.actor.id,
    )
    told = await _write(ctx, gets, {**alone, "merged_into_id": None})
    ctx.emit(ConversationUnmerged(conversation_id=source, into_id=merge.target_id, merge_id=merge.id, **told))
    told = await _write(ctx, gives, {**left, **decide_parted(gives, taken)})
    ctx.emit(
        ConversationJoined(
            conversation_id=merge.target_id, from_id=source, merge_id=merge.id, undone=True, **told
        )
    )
    _sleep_on(ctx, source, alone)
    await write_audit(
        ctx, "conversations_unmerged", "conversation", source, into=merge.target_id, merge=merge.id
    )
    return merge


async def count_messages(ctx: Ctx, conversation_id: UUID, before: Before) -> dict[str, Any]:
    """Gives the columns that follow from a conversation's messages alone."""
    return (await recount(ctx, conversation_id, before))[0]


async def recount(ctx: Ctx, conversation_id: UUID, before: Before) -> tuple[dict[str, Any], dict[str, Any]]:
    """Gives the columns that follow from the messages alone, and who waits and when the first reply went by them."""
    found = await ctx.tx.fetchrow(COUNT, ctx.workspace_id, conversation_id)
    assert found is not None  # noqa: S101 - a SELECT of sub-selects has one row
    counted = {
        "message_count": found["message_count"],
        "last_message_id": found["last_message_id"],
        "preview_message_id": found["preview_message_id"],
        "last_message_at": found["last_message_at"] or before.last_message_at,
        "last_incoming_id": found["last_incoming_id"],
    }
    return counted, {name: found[name] for name in ("waiting_since", "first_reply_at")}


async def list_since(ctx: Ctx, conversation_id: UUID, newest: UUID | None) -> list[Came]:
    """Lists what came into a conversation after a message (None: all of it)."""
    rows = await ctx.tx.fetch(SINCE, ctx.workspace_id, conversation_id, newest)
    return [Came(**row) for row in rows]


def not_merged() -> Conflict:
    """Builds the error for a conversation that is part of none."""
    return Conflict("not_merged", "This conversation is not merged into another.")


async def _restore(
    ctx: Ctx, conversation_id: UUID, before: Before, newest: UUID | None, turns: list[Any]
) -> dict[str, Any]:
    """Gives the row's columns as they would be if it had stood by itself."""
    events: list[Came | Turned] = list(await list_since(ctx, conversation_id, newest))
    events += [
        Turned(turn["at"], _typed(turn["data"]["changes"]))
        for turn in turns
        if turn["kind"] != "ConversationProgressed"
    ]
    counted, by_messages = await recount(ctx, conversation_id, before)
    row = replay(before, events) | counted
    if any(turn["kind"] == "ConversationProgressed" for turn in turns) and row["status"] in (
        "open",
        "snoozed",
    ):
        # A reply of before was taken back or has left since: only the messages know who waits.
        row["waiting_since"] = by_messages["waiting_since"]
    return row


def _typed(changes: Mapping[str, Any]) -> dict[str, Any]:
    """Gives the columns of status out of a stored fact as the database takes them."""
    times = ("closed_at", "snoozed_until")
    return {
        name: datetime.fromisoformat(value) if name in times and value is not None else value
        for name, value in changes.items()
    }


async def _write(ctx: Ctx, row: Mapping[str, Any], changes: dict[str, Any]) -> dict[str, Any]:
    """Writes what changes about a locked row and gives what is to be told of it."""
    new, previous = only_changed(changes, {name: row[name] for name in changes})
    await write_columns(ctx, row["id"], new)
    return {"changes": new, "previous": previous}


def _sleep_on(ctx: Ctx, conversation_id: UUID, row: Mapping[str, Any]) -> None:
    """Sets the alarm again of a conversation that comes back asleep."""
    if row["status"] == "snoozed" and row["snoozed_until"] is not None:
        delay = max(row["snoozed_until"] - ctx.now, timedelta(0))
        ctx.defer(WAKE_JOB, {"conversation_id": conversation_id}, delay=delay)


async def _lock_pair(ctx: Ctx, source: UUID, target: UUID) -> tuple[Any, Any]:
    if source == target:
        raise Conflict("same_conversation", "A conversation cannot be merged with itself.")
    rows = {row["id"]: row for row in await ctx.tx.fetch(LOCK, ctx.workspace_id, [source, target])}
    if len(rows) < 2:
        raise NotFound("conversation")
    return rows[source], rows[target]


async def find_standing(ctx: Ctx, source: UUID) -> Joined | None:
    """Finds the merge by which a conversation is part of another."""
    row = await ctx.tx.fetchrow(STANDING, ctx.workspace_id, source)
    return Joined(row["id"], row["source_id"], row["target_id"]) if row else None


async def _get_standing(ctx: Ctx, source: UUID) -> Joined:
    merge = await find_standing(ctx, source)
    if merge is None:
        known = await ctx.tx.fetchval(
            "SELECT true FROM conversations WHERE workspace_id = $1 AND id = $2", ctx.workspace_id, source
        )
        raise not_merged() if known else NotFound("conversation")
    return merge


async def _note_merge(ctx: Ctx, merge: Joined, *, automatic: bool, reason: str) -> None:
    await ctx.tx.execute(
        """INSERT INTO conversation_merges
             (workspace_id, id, act, source_id, target_id, automatic, reason, taken, by_kind, by_id, at)
           VALUES ($1, $2, 'merge', $3, $4, $5, $6, '{}', $7, $8, $9)""",
        ctx.workspace_id,
        merge.id,
        merge.source_id,
        merge.target_id,
        automatic,
        reason,
        ctx.actor.kind,
        ctx.actor.id,
        ctx.now,
    )
