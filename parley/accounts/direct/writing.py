"""Beginning a talk, writing in it, reading it."""

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING, Any
from uuid import UUID

from parley.accounts.actions.notifying import notify_agents, read_notifications
from parley.accounts.live import READ
from parley.accounts.queries.notifications import find_notifications
from parley.kit.ctx import Ctx
from parley.kit.errors import Conflict, FieldError, Invalid, NotFound
from parley.kit.ids import uuid7
from parley.kit.live.hub import agent_topic

if TYPE_CHECKING:
    from parley.kit.runtime import Runtime

KIND = "direct_message"
MOST_MEMBERS = 8
MOST_CHARACTERS = 4_000
# Everybody in the talk, active or not; nobody when the writer is no part of it.
MEMBERS = """
SELECT d.agent_id, a.state = 'active' AS active FROM direct_members d
JOIN agents a ON a.workspace_id = $1 AND a.id = d.agent_id
WHERE d.workspace_id = $1 AND d.thread_id = $2 AND EXISTS (
  SELECT 1 FROM direct_members me WHERE me.workspace_id = $1 AND me.thread_id = $2 AND me.agent_id = $3)
"""
POST = """
WITH m AS (
  INSERT INTO direct_messages (workspace_id, id, thread_id, author_id, text, created_at) VALUES ($1, $3, $2, $4, $5, $6)
), t AS (
  UPDATE direct_threads SET last_message_id = $3, last_message_at = $6 WHERE workspace_id = $1 AND id = $2
)
UPDATE direct_members SET read_id = $3 WHERE workspace_id = $1 AND thread_id = $2 AND agent_id = $4
"""
# Who has not looked yet was told already.
WAITING = """
SELECT agent_id FROM notifications WHERE workspace_id = $1 AND agent_id = ANY($2) AND kind = $3
  AND read_at IS NULL AND data->>'thread_id' = $4
"""
READ_UP_TO = """
UPDATE direct_members d SET read_id = coalesce((
  SELECT max(m.id::text)::uuid FROM direct_messages m
  WHERE m.workspace_id = $1 AND m.thread_id = $2 AND ($4::uuid IS NULL OR m.id <= $4)), d.read_id)
FROM direct_members old
WHERE d.workspace_id = $1 AND d.thread_id = $2 AND d.agent_id = $3
  AND old.workspace_id = $1 AND old.thread_id = $2 AND old.agent_id = $3
  AND ($4::uuid IS NULL OR old.read_id IS NULL OR old.read_id < $4)
RETURNING d.read_id IS DISTINCT FROM old.read_id AS moved
"""


async def open_direct_thread(ctx: Ctx, me: UUID, others: Sequence[UUID]) -> UUID:
    """Finds the talk of exactly these agents or begins it; raises Invalid for nobody, too many, or who is not active."""
    wanted = sorted({*others} - {me})
    if not 1 <= len(wanted) <= MOST_MEMBERS - 1:
        words = f"Choose one colleague, or up to {MOST_MEMBERS - 1}."
        raise Invalid("bad_members", words, FieldError("agent_ids", "count"))
    known = await ctx.tx.fetchval(
        "SELECT count(*) FROM agents WHERE workspace_id = $1 AND id = ANY($2) AND state = 'active'",
        ctx.workspace_id,
        wanted,
    )
    if known != len(wanted):
        words = "One of them cannot be written to; choose active colleagues."
        raise Invalid("agent_inactive", words, FieldError("agent_ids", "not active"))
    members = sorted([me, *wanted])
    thread_id: UUID = await ctx.tx.fetchval(
        """INSERT INTO direct_threads (workspace_id, id, members_key, created_by, created_at, last_message_at)
           VALUES ($1, $2, $3, $4, $5, $5)
           ON CONFLICT (workspace_id, members_key) DO UPDATE SET members_key = excluded.members_key RETURNING id""",
        ctx.workspace_id,
        uuid7(),
        ",".join(str(member) for member in members),
        me,
        ctx.now,
    )
    await ctx.tx.execute(
        """INSERT INTO direct_members (workspace_id, thread_id, agent_id)
           SELECT $1, $2, a FROM unnest($3::uuid[]) a ON CONFLICT DO NOTHING""",
        ctx.workspace_id,
        thread_id,
        members,
    )
    return thread_id


async def post_direct_message(ctx: Ctx, runtime: "Runtime", me: UUID, thread_id: UUID, text: str) -> UUID:
    """Writes in a talk and tells the others; raises NotFound, Invalid for nothing, Conflict where nobody is left."""
    members = await ctx.tx.fetch(MEMBERS, ctx.workspace_id, thread_id, me)
    if not members:
        raise NotFound("direct thread")
    words = text.replace("\x00", "").strip()
    if not words:
        raise Invalid("empty_message", "Write something.", FieldError("text", "empty"))
    others = [row["agent_id"] for row in members if row["active"] and row["agent_id"] != me]
    if not others:
        raise Conflict("agent_inactive", "Nobody is left who could read this. Nothing was sent.")
    message_id = uuid7()
    await ctx.tx.execute(POST, ctx.workspace_id, thread_id, message_id, me, words, ctx.now)
    tell_members(ctx, runtime, [me, *others], thread_id)
    await _notify(ctx, runtime, others, thread_id)
    return message_id


async def read_direct_thread(
    ctx: Ctx, runtime: "Runtime", me: UUID, thread_id: UUID, upto: UUID | None
) -> None:
    """Marks a talk as read, whole or up to a message; raises NotFound."""
    members = await ctx.tx.fetch(MEMBERS, ctx.workspace_id, thread_id, me)
    if not members:
        raise NotFound("direct thread")
    if await ctx.tx.fetchval(READ_UP_TO, ctx.workspace_id, thread_id, me, upto):
        tell_members(ctx, runtime, [row["agent_id"] for row in members], thread_id)
    rows = await ctx.tx.fetch(
        """SELECT id FROM notifications WHERE workspace_id = $1 AND agent_id = $2 AND kind = $3
           AND read_at IS NULL AND data->>'thread_id' = $4""",
        ctx.workspace_id,
        me,
        KIND,
        str(thread_id),
    )
    if rows:
        await read_notifications(ctx, me, ids=[row["id"] for row in rows])
        _tell(ctx, runtime, me, {"what": READ, "agent": str(me)})


def tell_members(ctx: Ctx, runtime: "Runtime", members: Sequence[UUID], thread_id: UUID) -> None:
    """Lets the screens of these agents, and of nobody else, know that a talk has moved; only ids travel."""
    for agent_id in members:
        _tell(ctx, runtime, agent_id, {"what": "direct", "thread": str(thread_id)})


async def _notify(ctx: Ctx, runtime: "Runtime", others: Sequence[UUID], thread_id: UUID) -> None:
    rows = await ctx.tx.fetch(WAITING, ctx.workspace_id, list(others), KIND, str(thread_id))
    told = {row["agent_id"] for row in rows}
    raised = await notify_agents(
        ctx,
        [agent_id for agent_id in others if agent_id not in told],
        KIND,
        data={"thread_id": str(thread_id)},
    )
    for one in await find_notifications(ctx.tx, ctx.workspace_id, list(raised.values())) if raised else ():
        _tell(ctx, runtime, one.agent_id, {"what": "notification", "notification": one})


def _tell(ctx: Ctx, runtime: "Runtime", agent_id: UUID, event: dict[str, Any]) -> None:
    ctx.tx.after_commit.append(partial(runtime.nerves.tell, ctx.workspace_id, agent_topic(agent_id), event))
