"""Alerts as lists and numbers."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec

from parley.kit.ctx import Ctx
from parley.kit.http.paging import Page, check_limit, decode_id_cursor, encode_cursor

COLUMNS = """
SELECT a.id, a.conversation_id, a.message_id, a.kind, a.agent_ids, a.received_at, a.raised_at, a.seen_at, a.seen_by,
  a.handled_at, a.handled_by, c.number AS conversation_number, coalesce(nv.value, '') AS customer_name,
  coalesce((SELECT x -> 'args' ->> 'text' FROM jsonb_array_elements(d.acts) x
    WHERE x ->> 'name' = 'raise_alert' AND x -> 'args' ->> 'kind' = a.kind LIMIT 1), '') AS text
FROM alerts a JOIN conversations c ON c.workspace_id = $1 AND c.id = a.conversation_id
JOIN customers cu ON cu.workspace_id = $1 AND cu.id = c.customer_id
LEFT JOIN personal_values nv ON nv.workspace_id = $1 AND nv.id = cu.name_id
LEFT JOIN decisions d ON d.workspace_id = $1 AND d.id = a.decision_id
WHERE a.workspace_id = $1
"""
NUMBERS = """
SELECT count(*) AS raised, count(seen_at) AS seen, count(handled_at) AS handled,
  percentile_cont(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM seen_at - received_at)) AS seen_p50,
  percentile_cont(0.99) WITHIN GROUP (ORDER BY extract(epoch FROM seen_at - received_at)) AS seen_p99,
  percentile_cont(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM raised_at - received_at)) AS raised_p50,
  percentile_cont(0.99) WITHIN GROUP (ORDER BY extract(epoch FROM raised_at - received_at)) AS raised_p99,
  percentile_cont(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM handled_at - received_at)) AS handled_p50
FROM alerts WHERE workspace_id = $1 AND id >= $2
"""


class Alert(msgspec.Struct, kw_only=True):
    """An alert; `seconds_to_screen` and `seconds_to_hand` count from the receipt of the message."""

    id: UUID
    conversation_id: UUID
    conversation_number: int
    customer_name: str
    message_id: UUID | None
    kind: str
    text: str
    agent_ids: list[UUID]
    received_at: datetime
    raised_at: datetime
    seen_at: datetime | None
    seen_by: UUID | None
    seconds_to_screen: float | None
    handled_at: datetime | None
    handled_by: UUID | None
    seconds_to_hand: float | None


class AlertNumbers(msgspec.Struct, kw_only=True):
    """The last days in numbers; times in seconds from the receipt of the message, null where there was none."""

    days: int
    raised: int
    seen: int
    handled: int
    raised_p50: float | None
    raised_p99: float | None
    seen_p50: float | None
    seen_p99: float | None
    handled_p50: float | None


async def list_alerts(
    ctx: Ctx, *, open_only: bool, agent_id: UUID | None, limit: int, after: str | None
) -> Page[Alert]:
    """Lists alerts, the newest first: all, or the open ones, or those that this agent was told of."""
    size = check_limit(limit)
    rows = await ctx.tx.fetch(
        f"""{COLUMNS} AND ($2::uuid IS NULL OR a.id < $2) AND (NOT $3 OR a.handled_at IS NULL)
          AND ($4::uuid IS NULL OR $4 = ANY(a.agent_ids)) ORDER BY a.id DESC LIMIT $5""",
        ctx.workspace_id,
        decode_id_cursor(after),
        open_only,
        agent_id,
        size + 1,
    )
    found = [build_alert(row) for row in rows[:size]]
    return Page(found, encode_cursor(found[-1].id) if len(rows) > size else None)


async def find_alert(ctx: Ctx, alert_id: UUID) -> Alert | None:
    """Gives one alert or None."""
    row = await ctx.tx.fetchrow(f"{COLUMNS} AND a.id = $2", ctx.workspace_id, alert_id)
    return None if row is None else build_alert(row)


async def count_seconds(ctx: Ctx, days: int) -> AlertNumbers:
    """Gives how long the alerts of the last days took."""
    row = await ctx.tx.fetchrow(NUMBERS, ctx.workspace_id, oldest_id(ctx.now - timedelta(days=days)))
    return AlertNumbers(days=days, **{name: _plain(value) for name, value in dict(row or {}).items()})


def oldest_id(at: datetime) -> UUID:
    """Gives the smallest id (UUIDv7, RFC 9562) that can have been made at a moment."""
    return UUID(int=int(at.timestamp() * 1000) << 80)


def build_alert(row: Any) -> Alert:
    """Turns a row into what is shown."""

    def seconds(name: str) -> float | None:
        return None if row[name] is None else float((row[name] - row["received_at"]).total_seconds())

    return Alert(**dict(row), seconds_to_screen=seconds("seen_at"), seconds_to_hand=seconds("handled_at"))


def _plain(value: Any) -> Any:
    return value if value is None or isinstance(value, int) else float(value)
