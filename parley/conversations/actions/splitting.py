"""Messages that become a conversation of their own, and come back.

A thread goes with its messages when all of them are chosen. Of a longer e-mail thread the chosen messages get a thread
beside it, so that an answer to one of them (In-Reply-To) lands with them. A chat has one window: its thread is with the
newest of its messages, and the visitor goes on seeing all of them.
"""

import secrets
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from parley.accounts.actions.auditing import write_audit
from parley.conversations.actions.carrying import list_items, move_following, note_items
from parley.conversations.actions.changing import change_conversation, write_columns
from parley.conversations.actions.joining import (
    Joined,
    count_messages,
    list_since,
    merge_conversations,
    recount,
)
from parley.conversations.actions.opening import Opening, open_conversation
from parley.conversations.errors import refuse_merged
from parley.conversations.joining import build_before, replay
from parley.conversations.model import new_id, only_changed
from parley.conversations.queries.timeline import check_conversation
from parley.facts.conversations import ConversationProgressed, ConversationSplit
from parley.kit.ctx import Ctx
from parley.kit.errors import Conflict, FieldError, Invalid, NotFound
from parley.kit.ids import uuid7

MOST = 1000
CHOOSE = """
SELECT id FROM messages WHERE workspace_id = $1 AND conversation_id = $2
  AND (id = ANY($3) OR $4 AND id > (SELECT id FROM messages WHERE workspace_id = $1 AND id = ANY($3) ORDER BY id LIMIT 1))
  ORDER BY id
"""
THREADS = """
SELECT t.id, t.channel_kind, bool_and(m.id = ANY($3)) AS whole,
       (array_agg(m.id = ANY($3) ORDER BY m.id DESC))[1] AS newest
FROM messages m JOIN threads t ON t.workspace_id = $1 AND t.id = m.thread_id AND t.conversation_id = $2
WHERE m.workspace_id = $1 AND m.conversation_id = $2 GROUP BY t.id, t.channel_kind HAVING bool_or(m.id = ANY($3))
"""
SIBLING = """
INSERT INTO threads (workspace_id, id, conversation_id, channel_id, channel_kind, identity_id, purpose, key, token,
                     subject_value_id, participants, created_at, last_message_at)
SELECT $1, $3, $4, channel_id, channel_kind, identity_id, purpose, $5, $6, subject_value_id, participants, $7, $7
FROM threads WHERE workspace_id = $1 AND id = $2
"""
RETHREAD = "UPDATE {} SET thread_id = $3 WHERE workspace_id = $1 AND thread_id = $2 AND {} = ANY($4)"
BESIDE = (("messages", "id"), ("deliveries", "message_id"))


async def split_conversation(
    ctx: Ctx, source: UUID, message_ids: Sequence[UUID], *, later: bool = False
) -> Joined:
    """Makes messages, and with `later` all that came after the first of them, a conversation of the same customer.

    Raises NotFound, MergedAway, Invalid for no messages or too many, and Conflict where none would stay.
    """
    row = await ctx.tx.fetchrow(
        "SELECT * FROM conversations WHERE workspace_id = $1 AND id = $2 FOR UPDATE", ctx.workspace_id, source
    )
    if row is None:
        raise NotFound("conversation")
    refuse_merged(row["merged_into_id"])
    chosen = await _choose(ctx, source, message_ids, later=later)
    merge_id = uuid7()
    target = await _open(ctx, row, chosen)
    await _note_split(ctx, Joined(merge_id, source, target))
    await _split_threads(ctx, merge_id, source, target, chosen)
    await ctx.tx.execute(
        "UPDATE messages SET conversation_id = $2 WHERE workspace_id = $1 AND id = ANY($3)",
        ctx.workspace_id,
        target,
        chosen,
    )
    await move_following(ctx, target, chosen)
    await note_items(ctx, merge_id, "message", chosen)
    await _settle_new(ctx, target)
    changes = await _recount(ctx, row)
    ctx.emit(
        ConversationSplit(
            conversation_id=source, into_id=target, merge_id=merge_id, message_ids=chosen, **changes
        )
    )
    await write_audit(ctx, "conversation_split", "conversation", source, into=target, merge=merge_id)
    return Joined(merge_id, source, target)


async def undo_split(ctx: Ctx, target: UUID) -> Joined:
    """Puts messages back that were split off, with all that came since; the new conversation leads to the old one.

    Raises NotFound, and Conflict for a conversation that was not split off.
    """
    row = await ctx.tx.fetchrow(
        """SELECT id, source_id FROM conversation_merges
           WHERE workspace_id = $1 AND target_id = $2 AND act = 'split' AND undone_at IS NULL""",
        ctx.workspace_id,
        target,
    )
    if row is None:
        await check_conversation(ctx.tx, ctx.workspace_id, target)
        raise Conflict("not_split", "This conversation was not split off another.")
    source, merge_id = row["source_id"], row["id"]
    await merge_conversations(ctx, target, source, other_customer=True, reason="split_undone")
    chosen = (await list_items(ctx, merge_id)).get("message", [])
    siblings = await ctx.tx.fetch(
        """SELECT item_id, data->>'of' AS of FROM conversation_merge_items
           WHERE workspace_id = $1 AND merge_id = $2 AND kind = 'sibling'""",
        ctx.workspace_id,
        merge_id,
    )
    for sibling in siblings:
        await _rethread(ctx, sibling["item_id"], UUID(sibling["of"]), chosen)
    await ctx.tx.execute(
        """DELETE FROM threads t WHERE workspace_id = $1 AND id = ANY($2) AND NOT EXISTS (
             SELECT 1 FROM messages m WHERE m.workspace_id = $1 AND m.conversation_id = $3 AND m.thread_id = t.id)""",
        ctx.workspace_id,
        [sibling["item_id"] for sibling in siblings],
        source,
    )
    await ctx.tx.execute(
        """UPDATE conversation_merges SET undone_at = $3, undone_by_kind = $4, undone_by_id = $5
           WHERE workspace_id = $1 AND id = $2""",
        ctx.workspace_id,
        merge_id,
        ctx.now,
        ctx.actor.kind,
        ctx.actor.id,
    )
    ctx.emit(
        ConversationSplit(
            conversation_id=source,
            into_id=target,
            merge_id=merge_id,
            message_ids=chosen,
            undone=True,
            changes={},
            previous={},
        )
    )
    return Joined(merge_id, source, target)


async def _choose(ctx: Ctx, source: UUID, message_ids: Sequence[UUID], *, later: bool) -> list[UUID]:
    wanted = list(dict.fromkeys(message_ids))
    rows = await ctx.tx.fetch(CHOOSE, ctx.workspace_id, source, wanted, later)
    chosen = [row["id"] for row in rows]
    if not wanted or len(chosen) > MOST:
        raise Invalid(
            "bad_choice", f"Choose between one and {MOST} messages.", FieldError("message_ids", "count")
        )
    if not set(wanted) <= set(chosen):
        raise NotFound("message")
    stays = await ctx.tx.fetchval(
        """SELECT EXISTS (SELECT 1 FROM messages WHERE workspace_id = $1 AND conversation_id = $2
           AND kind = 'message' AND NOT id = ANY($3))""",
        ctx.workspace_id,
        source,
        chosen,
    )
    if not stays:
        raise Conflict("nothing_left", "At least one message must stay where it is.")
    return chosen


async def _open(ctx: Ctx, row: Any, chosen: Sequence[UUID]) -> UUID:
    """Opens the new conversation; it begins on the channel of the newest chosen message."""
    channel = await ctx.tx.fetchrow(
        """SELECT channel_id, channel_kind FROM messages
           WHERE workspace_id = $1 AND id = ANY($2) AND channel_id IS NOT NULL ORDER BY id DESC LIMIT 1""",
        ctx.workspace_id,
        list(chosen),
    )
    place = channel or row
    subject = await ctx.tx.fetchval(
        "SELECT value FROM personal_values WHERE workspace_id = $1 AND id = $2",
        ctx.workspace_id,
        row["subject_value_id"],
    )
    opening = Opening(
        customer_id=row["customer_id"],
        channel_id=place["channel_id"],
        channel_kind=place["channel_kind"],
        brand_id=row["brand_id"],
        subject=subject or "",
        priority=row["priority"],
        assignee_id=row["assignee_id"],
        team_id=row["team_id"],
        language=row["language"],
    )
    return await open_conversation(ctx, opening)


async def _split_threads(
    ctx: Ctx, merge_id: UUID, source: UUID, target: UUID, chosen: Sequence[UUID]
) -> None:
    moved: list[UUID] = []
    for thread in await ctx.tx.fetch(THREADS, ctx.workspace_id, source, list(chosen)):
        if thread["whole"] or (thread["channel_kind"] != "email" and thread["newest"]):
            moved.append(thread["id"])
        elif thread["channel_kind"] == "email":
            await _add_sibling(ctx, merge_id, thread["id"], target, chosen)
    await ctx.tx.execute(
        "UPDATE threads SET conversation_id = $2 WHERE workspace_id = $1 AND id = ANY($3)",
        ctx.workspace_id,
        target,
        moved,
    )
    await note_items(ctx, merge_id, "thread", moved)


async def _add_sibling(ctx: Ctx, merge_id: UUID, of: UUID, target: UUID, chosen: Sequence[UUID]) -> None:
    sibling = new_id(ctx.clock.now())
    key, token = f"split:{merge_id}:{of}", secrets.token_hex(10)
    await ctx.tx.execute(SIBLING, ctx.workspace_id, of, sibling, target, key, token, ctx.now)
    await _rethread(ctx, of, sibling, chosen)
    await ctx.tx.execute(
        """INSERT INTO conversation_merge_items (workspace_id, merge_id, kind, item_id, data)
           VALUES ($1, $2, 'sibling', $3, $4)""",
        ctx.workspace_id,
        merge_id,
        sibling,
        {"of": str(of)},
    )


async def _rethread(ctx: Ctx, before: UUID, after: UUID, messages: Sequence[UUID]) -> None:
    for table, column in BESIDE:
        await ctx.tx.execute(RETHREAD.format(table, column), ctx.workspace_id, before, after, list(messages))


async def _settle_new(ctx: Ctx, target: UUID) -> None:
    row = await ctx.tx.fetchrow(
        "SELECT * FROM conversations WHERE workspace_id = $1 AND id = $2", ctx.workspace_id, target
    )
    assert row is not None  # noqa: S101 - it has just been opened
    before = build_before(dict(row))
    changes = replay(before, await list_since(ctx, target, None)) | await count_messages(ctx, target, before)
    await change_conversation(ctx, target, changes, told_as=ConversationProgressed)


async def _recount(ctx: Ctx, row: Any) -> dict[str, Any]:
    """Writes what is left of the old conversation and gives it to be told."""
    changes, by_messages = await recount(ctx, row["id"], build_before(row))
    if row["waiting_since"] is not None:
        changes["waiting_since"] = by_messages["waiting_since"]
    changes["first_reply_at"] = by_messages["first_reply_at"]
    new, previous = only_changed(changes, {name: row[name] for name in changes})
    await write_columns(ctx, row["id"], new)
    return {"changes": new, "previous": previous}


async def _note_split(ctx: Ctx, split: Joined) -> None:
    await ctx.tx.execute(
        """INSERT INTO conversation_merges (workspace_id, id, act, source_id, target_id, automatic, taken, by_kind, by_id, at)
           VALUES ($1, $2, 'split', $3, $4, false, '{}', $5, $6, $7)""",
        ctx.workspace_id,
        split.id,
        split.source_id,
        split.target_id,
        ctx.actor.kind,
        ctx.actor.id,
        ctx.now,
    )
