"""How many conversations to expect, hour by hour, from the weeks before. Pure, but for the two statements at the end.

The same hour of the same weekday (by the clock on the wall) in the last eight weeks, the newer weeks counting more,
scaled by how the last two weeks compare with what this would have said of them. The range is where four of five hours
fall, by how much these hours have varied (at least as Poisson counts do).
"""

import math
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import msgspec

from parley.kit.ctx import Ctx
from parley.kit.ids import uuid7

WEEKS = 8
FADES = 0.75
HOURS = 168
HOUR = timedelta(hours=1)
FOUR_OF_FIVE = 1.2816
LEVELS = (0.5, 2.0)
COUNTS = """
SELECT date_trunc('hour', created_at AT TIME ZONE 'UTC') AT TIME ZONE 'UTC' AS hour, count(*)::int AS n
FROM conversations WHERE workspace_id = $1 AND id >= $2 AND created_at >= $3 AND created_at < $4 AND status <> 'spam'
GROUP BY 1
"""
# Conversations closed by people in an hour in which they worked at all.
PACE = """
SELECT count(DISTINCT conversation_id)::float / nullif(count(DISTINCT (actor_id, date_trunc('hour', at))), 0)
FROM facts WHERE workspace_id = $1 AND kind = 'ConversationClosed' AND actor_kind = 'agent' AND at >= $2
"""


class Expected(msgspec.Struct, frozen=True):
    """What an hour will probably bring, with the range of four in five, and how many agents that keeps busy."""

    hour: datetime
    expected: float
    low: float
    high: float
    agents: int | None = None


def forecast(
    counts: Mapping[datetime, int],
    now: datetime,
    zone: ZoneInfo,
    pace: float | None = None,
    hours: int = HOURS,
) -> list[Expected]:
    """Gives the next hours, the running one first; an empty list where less than a week is known.

    `counts` are conversations by the hour in which they began (UTC), `pace` those an agent ends in an hour.
    """
    first = min(counts, default=now)
    start = now.replace(minute=0, second=0, microsecond=0)
    if start - first < timedelta(days=7):
        return []
    level = _level(counts, start, first, zone)
    return [_expect(counts, start + n * HOUR, start, first, zone, level, pace) for n in range(hours)]


def _level(counts: Mapping[datetime, int], start: datetime, first: datetime, zone: ZoneInfo) -> float:
    lately = [start - n * HOUR for n in range(1, 2 * HOURS + 1) if start - n * HOUR >= first]
    seen = sum(counts.get(hour, 0) for hour in lately)
    said = sum(_mean(_same_hours(counts, hour, hour, first, zone)) for hour in lately)
    return min(LEVELS[1], max(LEVELS[0], seen / said)) if said > 0 else 1.0


def _expect(
    counts: Mapping[datetime, int],
    hour: datetime,
    start: datetime,
    first: datetime,
    zone: ZoneInfo,
    level: float,
    pace: float | None,
) -> Expected:
    known = _same_hours(counts, hour, start, first, zone)
    mean = _mean(known)
    spread = math.sqrt(max(mean * level, _variance(known, mean) * level * level))
    expected = mean * level
    agents = math.ceil(expected / pace) if pace else None
    low, high = max(0.0, expected - FOUR_OF_FIVE * spread), expected + FOUR_OF_FIVE * spread
    return Expected(hour, round(expected, 2), round(low, 2), round(high, 2), agents)


def _same_hours(
    counts: Mapping[datetime, int], hour: datetime, before: datetime, first: datetime, zone: ZoneInfo
) -> list[tuple[float, int]]:
    """Gives weight and count of the same hour on the wall in earlier weeks, the newest first."""
    local = hour.astimezone(zone).replace(tzinfo=None)
    found: list[tuple[float, int]] = []
    for week in range(1, WEEKS + 2):
        then = (local - timedelta(weeks=week)).replace(tzinfo=zone).astimezone(UTC)
        then = then.replace(minute=0)
        if first <= then < before:
            found.append((FADES ** len(found), counts.get(then, 0)))
    return found[:WEEKS]


def _mean(known: Sequence[tuple[float, int]]) -> float:
    weight = sum(one for one, _ in known)
    return sum(one * count for one, count in known) / weight if weight else 0.0


def _variance(known: Sequence[tuple[float, int]], mean: float) -> float:
    weight = sum(one for one, _ in known)
    return sum(one * (count - mean) ** 2 for one, count in known) / weight if weight else 0.0


async def load_forecast(ctx: Ctx) -> list[Expected]:
    """Gives the forecast of the workspace for the next seven days."""
    begins = ctx.now - timedelta(weeks=WEEKS + 2)
    lowest = uuid7(int(begins.timestamp() * 1000))
    zone = await ctx.tx.fetchval("SELECT time_zone FROM workspaces WHERE workspace_id = $1", ctx.workspace_id)
    start = ctx.now.replace(minute=0, second=0, microsecond=0)
    rows = await ctx.tx.fetch(COUNTS, ctx.workspace_id, lowest, begins, start)
    pace = await ctx.tx.fetchval(PACE, ctx.workspace_id, ctx.now - timedelta(days=14))
    return forecast({row["hour"]: row["n"] for row in rows}, ctx.now, ZoneInfo(zone or "UTC"), pace)
