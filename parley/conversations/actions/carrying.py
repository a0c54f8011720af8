"""Carrying what belongs to a conversation into another and back; a few statements however much there is."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from parley.kit.ctx import Ctx

NOTE = """
INSERT INTO conversation_merge_items (workspace_id, merge_id, kind, item_id)
SELECT $1, $2, $3, i FROM unnest($4::uuid[]) i
"""
# What follows a message wherever it goes.
FOLLOW = """
WITH d AS (
  UPDATE deliveries SET conversation_id = $2 WHERE workspace_id = $1 AND message_id = ANY($3)
), m AS (
  UPDATE mentions SET conversation_id = $2 WHERE workspace_id = $1 AND message_id = ANY($3)
)
UPDATE search_documents SET conversation_id = $2 WHERE workspace_id = $1 AND message_id = ANY($3)
"""
# Messages of a thread that was in the source, yet in the target before: a split had put them there.
STAYING = """
SELECT id FROM messages WHERE workspace_id = $1 AND conversation_id = $2 AND thread_id = ANY($3)
"""
BACK = """
UPDATE messages SET conversation_id = $3 WHERE workspace_id = $1 AND conversation_id = $2
  AND (id = ANY($4) OR thread_id = ANY($5) AND NOT id = ANY($6)) RETURNING id
"""


async def carry_all(ctx: Ctx, merge_id: UUID, source: UUID, target: UUID) -> None:
    """Moves threads, messages and what hangs on them from one conversation to another, and notes all of it."""
    threads = await _move(ctx, "threads", source, target)
    staying = [row["id"] for row in await ctx.tx.fetch(STAYING, ctx.workspace_id, target, threads)]
    messages = await _move(ctx, "messages", source, target)
    await move_following(ctx, target, messages)
    notices = await _move(ctx, "notifications", source, target)
    for kind, ids in (
        ("thread", threads),
        ("message", messages),
        ("stays", staying),
        ("notification", notices),
    ):
        await note_items(ctx, merge_id, kind, ids)


async def carry_back(ctx: Ctx, merge_id: UUID, source: UUID, target: UUID) -> None:
    """Moves back what was moved and what has come on its threads since, as far as it is still there."""
    items = await list_items(ctx, merge_id)
    threads = items.get("thread", [])
    await ctx.tx.execute(
        "UPDATE threads SET conversation_id = $3 WHERE workspace_id = $1 AND conversation_id = $2 AND id = ANY($4)",
        ctx.workspace_id,
        target,
        source,
        threads,
    )
    rows = await ctx.tx.fetch(
        BACK, ctx.workspace_id, target, source, items.get("message", []), threads, items.get("stays", [])
    )
    messages = [row["id"] for row in rows]
    await move_following(ctx, source, messages)
    await ctx.tx.execute(
        """UPDATE notifications SET conversation_id = $3
           WHERE workspace_id = $1 AND conversation_id = $2 AND (id = ANY($4) OR message_id = ANY($5))""",
        ctx.workspace_id,
        target,
        source,
        items.get("notification", []),
        messages,
    )


async def move_following(ctx: Ctx, into: UUID, messages: Sequence[UUID]) -> None:
    """Lets deliveries, mentions and search documents follow their messages."""
    if messages:
        await ctx.tx.execute(FOLLOW, ctx.workspace_id, into, list(messages))


async def note_items(ctx: Ctx, merge_id: UUID, kind: str, ids: Sequence[UUID]) -> None:
    """Notes what a merge or split moved, so that it can go back."""
    if ids:
        await ctx.tx.execute(NOTE, ctx.workspace_id, merge_id, kind, list(ids))


async def list_items(ctx: Ctx, merge_id: UUID) -> dict[str, list[UUID]]:
    """Gives what a merge or split noted, by kind."""
    rows = await ctx.tx.fetch(
        """SELECT kind, array_agg(item_id) AS ids FROM conversation_merge_items
           WHERE workspace_id = $1 AND merge_id = $2 GROUP BY kind""",
        ctx.workspace_id,
        merge_id,
    )
    return {row["kind"]: row["ids"] for row in rows}


async def _move(ctx: Ctx, table: str, source: UUID, target: UUID) -> list[UUID]:
    rows: Sequence[Any] = await ctx.tx.fetch(
        f"UPDATE {table} SET conversation_id = $3 WHERE workspace_id = $1 AND conversation_id = $2 RETURNING id",
        ctx.workspace_id,
        source,
        target,
    )
    return [row["id"] for row in rows]
