"""Telling agents that something concerns them."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

from parley.accounts.preferences import KINDS, decide_ways, read_prefs
from parley.facts.accounts import NotificationRaised
from parley.kit.ctx import Ctx
from parley.kit.ids import uuid7
from parley.kit.log.fact import Actor

PUSH = "accounts.push"
DIGEST = "accounts.digest"
# Facts are heard by every screen and webhook of a workspace.
PRIVATE = ("direct_message",)
DIGEST_DELAY = timedelta(minutes=5)


async def notify_agent(
    ctx: Ctx,
    agent_id: UUID,
    kind: str,
    conversation_id: UUID | None = None,
    message_id: UUID | None = None,
    data: dict[str, Any] | None = None,
    fact_id: UUID | None = None,
    *,
    actor: Actor | None = None,
) -> UUID | None:
    """Tells one agent; see `notify_agents`. Gives the notification's id, or None when nothing was raised."""
    raised = await notify_agents(
        ctx, [agent_id], kind, conversation_id, message_id, data, fact_id, actor=actor
    )
    return raised.get(agent_id)


async def notify_agents(
    ctx: Ctx,
    agent_ids: Sequence[UUID],
    kind: str,
    conversation_id: UUID | None = None,
    message_id: UUID | None = None,
    data: dict[str, Any] | None = None,
    fact_id: UUID | None = None,
    *,
    actor: Actor | None = None,
) -> dict[UUID, UUID]:
    """Tells agents by the ways each of them wants, in two statements; gives notification ids by agent.

    `kind` is one of `preferences.KINDS`; `data` may hold `number` (of the conversation) and plain values, no names.
    Whoever did it himself (`actor`, else the context's) is never told; a second call for the same `fact_id`
    and kind raises nothing. Quiet hours leave only the list in the desk, except of
    an alert. Of a kind in `PRIVATE` no fact
    tells: the caller tells the screens. Raises ValueError for an unknown kind.
    """
    if kind not in KINDS:
        raise ValueError(f"there is no notification of the kind {kind}")
    by = actor or ctx.actor
    wanted = [agent_id for agent_id in dict.fromkeys(agent_ids) if by != Actor("agent", agent_id)]
    if not wanted:
        return {}
    rows = await ctx.tx.fetch(
        """SELECT a.id, a.time_zone, a.notification_prefs,
             (SELECT coalesce(array_agg(p.id), '{}') FROM push_subscriptions p
               WHERE p.workspace_id = a.workspace_id AND p.agent_id = a.id) AS browsers
           FROM agents a WHERE a.workspace_id = $1 AND a.id = ANY($2) AND a.state = 'active'""",
        ctx.workspace_id,
        wanted,
    )
    ways = {
        row["id"]: decide_ways(read_prefs(row["notification_prefs"]), kind, ctx.now, row["time_zone"])
        for row in rows
    }
    told = [row["id"] for row in rows if ways[row["id"]]]
    if not told:
        return {}
    shown = {**(data or {}), "actor": {"kind": by.kind, "id": by.id}}
    raised = await _insert(ctx, told, ways, kind, (conversation_id, message_id, fact_id), shown)
    browsers = {row["id"]: row["browsers"] for row in rows}
    for agent_id, notification_id in raised.items():
        if kind not in PRIVATE:
            ctx.emit(
                NotificationRaised(agent_id=agent_id, notification_id=notification_id, about=kind), actor=by
            )
        if "push" in ways[agent_id]:
            for browser in browsers[agent_id]:
                ctx.defer(PUSH, {"notification_id": notification_id, "subscription_id": browser})
        if "email" in ways[agent_id]:
            defer_digest(ctx, agent_id)
    return raised


async def _insert(
    ctx: Ctx,
    agent_ids: list[UUID],
    ways: dict[UUID, list[str]],
    kind: str,
    about: tuple[UUID | None, UUID | None, UUID | None],
    data: dict[str, Any],
) -> dict[UUID, UUID]:
    rows = await ctx.tx.fetch(
        """INSERT INTO notifications
             (workspace_id, id, agent_id, kind, conversation_id, message_id, fact_id, data, channels, at)
           SELECT $1, n.id, n.agent_id, $5, $6, $7, $8, $9, string_to_array(n.ways, ','), $10
           FROM unnest($2::uuid[], $3::uuid[], $4::text[]) AS n(id, agent_id, ways)
           ON CONFLICT DO NOTHING RETURNING agent_id, id""",
        ctx.workspace_id,
        [uuid7() for _ in agent_ids],
        agent_ids,
        [",".join(ways[agent_id]) for agent_id in agent_ids],
        kind,
        *about,
        data,
        ctx.now,
    )
    return {row["agent_id"]: row["id"] for row in rows}


def defer_digest(ctx: Ctx, agent_id: UUID) -> None:
    """Has everything unread mailed in five minutes, once for all that happens until then."""
    # The key names the five minutes in which it happened: a digest runs after they are over, so none is swallowed
    # by the one that is being sent.
    bucket = int(ctx.now.timestamp() // DIGEST_DELAY.total_seconds())
    ctx.defer(DIGEST, {"agent_id": agent_id}, delay=DIGEST_DELAY, key=f"{DIGEST}:{agent_id}:{bucket}")


async def read_notifications(
    ctx: Ctx,
    agent_id: UUID,
    *,
    ids: Sequence[UUID] | None = None,
    conversation_id: UUID | None = None,
    upto: UUID | None = None,
) -> list[UUID]:
    """Marks an agent's notifications as read: those of `ids`, those of a conversation, else all; gives their ids.

    With `upto` only those that are not younger than this id.
    """
    rows = await ctx.tx.fetch(
        """UPDATE notifications SET read_at = $5
           WHERE workspace_id = $1 AND agent_id = $2 AND read_at IS NULL AND ($3::uuid[] IS NULL OR id = ANY($3))
             AND ($4::uuid IS NULL OR conversation_id = $4) AND ($6::uuid IS NULL OR id <= $6) RETURNING id""",
        ctx.workspace_id,
        agent_id,
        None if ids is None else list(ids),
        conversation_id,
        ctx.now,
        upto,
    )
    return [row["id"] for row in rows]
