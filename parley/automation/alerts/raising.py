"""Raising alerts, saying that they were seen, and that somebody took them in hand."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from parley.accounts.actions.notifying import notify_agents
from parley.facts.automation import AlertRaised, AlertSeen
from parley.kit.ctx import Ctx
from parley.kit.errors import NotFound
from parley.kit.ids import uuid7

ALERT = "alert"
KINDS = ("furious", "threat", "urgent", "attention")
TARGETS = ("leads", "assignee", "team")

# Whom an alert may go to; the message it is about, else the customer's newest one, says when it all began. What was
# merged meanwhile is looked at where it is now.
LOAD = """
WITH place AS (
  SELECT coalesce((SELECT conversation_id FROM messages WHERE workspace_id = $1 AND id = $3), merged_into_id, id) AS id
  FROM conversations WHERE workspace_id = $1 AND id = $2
)
SELECT c.id, c.number, c.assignee_id, m.id AS message_id, coalesce(m.created_at, $4) AS received_at,
  (SELECT coalesce(array_agg(a.id ORDER BY a.id), '{}') FROM agents a WHERE a.workspace_id = $1
     AND a.state = 'active' AND a.role IN ('owner', 'admin', 'lead')) AS leads,
  (SELECT coalesce(array_agg(a.id ORDER BY a.id), '{}') FROM team_members t
     JOIN agents a ON a.workspace_id = $1 AND a.id = t.agent_id AND a.state = 'active'
     WHERE t.workspace_id = $1 AND t.team_id = c.team_id) AS team
FROM place JOIN conversations c ON c.workspace_id = $1 AND c.id = place.id
LEFT JOIN messages m ON m.workspace_id = $1 AND m.conversation_id = c.id
  AND m.id = CASE WHEN $3::uuid IS NULL THEN c.last_incoming_id ELSE $3 END
"""
INSERT = """
INSERT INTO alerts (workspace_id, id, conversation_id, message_id, kind, decision_id, agent_ids, received_at, raised_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT DO NOTHING RETURNING id
"""
SEEN = """
UPDATE alerts SET seen_at = $4, seen_by = $3
WHERE workspace_id = $1 AND id = $2 AND seen_at IS NULL AND $3 = ANY(agent_ids)
RETURNING conversation_id, received_at
"""
HANDLED = """
UPDATE alerts SET handled_at = $3, handled_by = $4
WHERE workspace_id = $1 AND handled_at IS NULL AND (id = $2 OR conversation_id = $5)
RETURNING id, conversation_id, received_at
"""


def choose_people(
    to: str, assignee_id: UUID | None, team: Sequence[UUID], leads: Sequence[UUID]
) -> list[UUID]:
    """Gives whom to tell; the leads where there is no assignee or nobody in the team."""
    wanted = {"assignee": [assignee_id] if assignee_id else [], "team": list(team)}.get(to, [])
    return wanted or list(leads)


async def raise_alert(ctx: Ctx, args: dict[str, Any], _key: str) -> dict[str, Any]:
    """Stores an alert and tells the people chosen, at any hour; one for each message and kind. Raises NotFound."""
    conversation_id = UUID(args["conversation_id"])
    message = UUID(args["message_id"]) if args.get("message_id") else None
    row = await ctx.tx.fetchrow(LOAD, ctx.workspace_id, conversation_id, message, ctx.now)
    if row is None:
        raise NotFound("conversation")
    conversation_id = row["id"]
    people = choose_people(args.get("to", "leads"), row["assignee_id"], row["team"], row["leads"])
    alert_id = await ctx.tx.fetchval(
        INSERT,
        ctx.workspace_id,
        uuid7(),
        conversation_id,
        row["message_id"],
        args["kind"],
        ctx.actor.id if ctx.actor.kind == "decider" else None,
        people,
        row["received_at"],
        ctx.now,
    )
    if alert_id is None:
        return {"alert_id": None}
    ctx.emit(
        AlertRaised(
            conversation_id=conversation_id,
            alert_id=alert_id,
            kind=args["kind"],
            message_id=row["message_id"],
            agent_ids=people,
        )
    )
    said = {"text": args["text"]} if args.get("text") else {}
    wording = f"{ALERT}_said" if said else f"{ALERT}_{args['kind']}"
    await notify_agents(
        ctx,
        people,
        ALERT,
        conversation_id,
        row["message_id"],
        {"number": row["number"], "wording": wording, "alert_id": str(alert_id), **said},
    )
    return {"alert_id": str(alert_id)}


async def note_seen(ctx: Ctx, alert_id: UUID, agent_id: UUID) -> None:
    """Notes that an alert stands before the eyes of somebody who was told; the first one counts."""
    row = await ctx.tx.fetchrow(SEEN, ctx.workspace_id, alert_id, agent_id, ctx.now)
    if row is not None:
        ctx.emit(
            AlertSeen(
                conversation_id=row["conversation_id"],
                alert_id=alert_id,
                agent_id=agent_id,
                seconds=(ctx.now - row["received_at"]).total_seconds(),
            )
        )


async def note_handled(
    ctx: Ctx, agent_id: UUID | None, *, alert_id: UUID | None = None, conversation_id: UUID | None = None
) -> list[UUID]:
    """Closes one alert, or all that are open about a conversation; gives those that were open."""
    rows = await ctx.tx.fetch(HANDLED, ctx.workspace_id, alert_id, ctx.now, agent_id, conversation_id)
    for row in rows:
        if agent_id is not None:
            ctx.emit(
                AlertSeen(
                    conversation_id=row["conversation_id"],
                    alert_id=row["id"],
                    agent_id=agent_id,
                    seconds=(ctx.now - row["received_at"]).total_seconds(),
                    handled=True,
                )
            )
    return [row["id"] for row in rows]
