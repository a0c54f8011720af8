"""What came in while nobody was there: ordered by promise, with a count of what it is about."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec

from parley.automation.open_hours import DEFAULT, load_open_hours
from parley.kit.ctx import Ctx
from parley.kit.hours import BusinessHours, next_close

LOOKED_BACK = timedelta(days=15)
WITHOUT_HOURS = timedelta(hours=16)
MOST = 200
WAITING = """
SELECT id FROM conversations WHERE workspace_id = $1 AND status = 'open' AND waiting_since >= $2
ORDER BY promise_due_at, priority DESC, waiting_since, id LIMIT $3
"""
SUMMARY = """
WITH waiting AS (
  SELECT channel_kind, intent, language, sentiment, promise_due_at FROM conversations
  WHERE workspace_id = $1 AND status = 'open' AND waiting_since >= $2)
SELECT count(*)::int AS total, count(*) FILTER (WHERE promise_due_at < $3)::int AS overdue,
  count(*) FILTER (WHERE sentiment = 'furious')::int AS furious,
  (SELECT coalesce(jsonb_object_agg(k.key, k.n), '{}') FROM (
     SELECT channel_kind AS key, count(*) AS n FROM waiting GROUP BY 1) k) AS channels,
  (SELECT coalesce(jsonb_object_agg(k.key, k.n), '{}') FROM (
     SELECT coalesce(intent, 'other') AS key, count(*) AS n FROM waiting GROUP BY 1) k) AS intents,
  (SELECT coalesce(jsonb_object_agg(k.key, k.n), '{}') FROM (
     SELECT coalesce(language, 'und') AS key, count(*) AS n FROM waiting GROUP BY 1) k) AS languages
FROM waiting
"""


class Summary(msgspec.Struct, frozen=True):
    """How much waits since the shop closed, and what it is about."""

    since: datetime
    total: int
    overdue: int
    furious: int
    channels: dict[str, int]
    intents: dict[str, int]
    languages: dict[str, int]


async def load_summary(ctx: Ctx) -> tuple[Summary, list[UUID]]:
    """Gives what waits since the shop closed last, and the conversations in the order of their promises."""
    hours = (await load_open_hours(ctx)).find(DEFAULT)
    since = closed_since(hours, ctx.now) if hours is not None else ctx.now - WITHOUT_HOURS
    row = await ctx.tx.fetchrow(SUMMARY, ctx.workspace_id, since, ctx.now)
    rows = await ctx.tx.fetch(WAITING, ctx.workspace_id, since, MOST)
    values: dict[str, Any] = dict(row) if row is not None else {}
    return msgspec.convert({"since": since, **values}, Summary), [one["id"] for one in rows]


def closed_since(hours: BusinessHours, now: datetime) -> datetime:
    """Gives when the shop closed last; fifteen days ago, where it has not closed since."""
    at = now - LOOKED_BACK
    closed = at
    while (end := next_close(hours, at)) is not None and end <= now:
        closed, at = end, end + timedelta(microseconds=1)
    return closed
