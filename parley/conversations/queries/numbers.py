"""A first page of plain numbers.

Definitions. *Opened*: conversations that began on a day, spam left out. *Messages in*: what customers wrote,
automatic messages left out; *messages out*: replies that left or are to leave, automatic ones left out. *First
reply*: time from the opening to the first reply by a person, of conversations opened by customers in the range that
have one, counted by the wall clock. *Backlog*: open conversations now, whatever the range. Days are those of the time zone.

The cost is that of the range, which has at most 92 days: ids of version 7 begin with the time, so the primary key
is the index.
"""

from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import msgspec

from parley.conversations.searching import id_at
from parley.kit.db import Transaction
from parley.kit.errors import FieldError, Invalid

MOST_DAYS = 92
DEFAULT_DAYS = 28
FIRST_DAY, LAST_DAY = date(1971, 1, 1), date(9000, 1, 1)
CAP = 100_000
OPENED = """
SELECT (c.created_at AT TIME ZONE $6)::date AS day, count(*) AS opened,
       count(c.first_reply_at) AS replied,
       percentile_cont(0.5) WITHIN GROUP (ORDER BY extract(epoch FROM c.first_reply_at - c.created_at))
         FILTER (WHERE c.first_reply_at > c.created_at) AS median
FROM conversations c WHERE c.workspace_id = $1 AND c.id >= $2 AND c.id < $3 AND c.created_at >= $4
  AND c.created_at < $5 AND c.status <> 'spam' AND ($7::uuid IS NULL OR c.channel_id = $7)
GROUP BY 1
"""
WRITTEN = """
SELECT (m.created_at AT TIME ZONE $6)::date AS day, count(*) FILTER (WHERE m.direction = 'in') AS received,
       count(*) FILTER (WHERE m.direction = 'out') AS sent
FROM messages m WHERE m.workspace_id = $1 AND m.id >= $2 AND m.id < $3 AND m.created_at >= $4 AND m.created_at < $5
  AND m.kind = 'message' AND NOT m.automatic AND m.state <> 'cancelled'
  AND ($7::uuid IS NULL OR m.channel_id = $7)
GROUP BY 1
"""
FIRST_REPLY = """
SELECT percentile_cont(ARRAY[0.5, 0.9]) WITHIN GROUP (ORDER BY extract(epoch FROM c.first_reply_at - c.created_at))
FROM conversations c WHERE c.workspace_id = $1 AND c.id >= $2 AND c.id < $3 AND c.created_at >= $4
  AND c.created_at < $5 AND c.status <> 'spam'
  AND c.first_reply_at > c.created_at
  AND ($6::uuid IS NULL OR c.channel_id = $6)
"""
BACKLOG = """
SELECT status, channel_id::text, assignee_id::text, count(*) AS count, min(waiting_since) AS longest,
  CASE WHEN grouping(status) = 0 THEN 'status' WHEN grouping(channel_id) = 0 THEN 'channel_id' ELSE 'assignee_id' END
    AS by
FROM (
  SELECT c.status, c.channel_id, c.assignee_id, c.waiting_since FROM conversations c
  WHERE c.workspace_id = $1 AND c.status IN ('open', 'snoozed') AND ($2::uuid IS NULL OR c.channel_id = $2)
  LIMIT {cap}) capped
GROUP BY GROUPING SETS ((status), (channel_id), (assignee_id))
"""


class Day(msgspec.Struct, kw_only=True):
    """One day: conversations opened, those of them with a reply by now and how soon (s, median), messages in and out."""

    day: date
    opened: int = 0
    replied: int = 0
    messages_in: int = 0
    messages_out: int = 0
    first_reply_median: float | None = None


class Share(msgspec.Struct, kw_only=True):
    """How many open or sleeping conversations belong to somebody or something (None: to nobody)."""

    key: str | None
    count: int


class Numbers(msgspec.Struct, kw_only=True):
    """The numbers of a range; times in seconds, None where there is nothing to count."""

    since: date
    until: date
    zone: str
    days: list[Day]
    opened: int
    messages_in: int
    messages_out: int
    first_reply_median: float | None
    first_reply_p90: float | None
    backlog_by_status: list[Share]
    backlog_by_channel: list[Share]
    backlog_by_assignee: list[Share]
    waiting_longest_since: datetime | None
    capped: bool


def check_range(since: date | None, until: date | None, today: date) -> tuple[date, date]:
    """Gives the range to count, the last 28 days by default; raises Invalid for one that is no range of ours."""
    last = until or today
    if not FIRST_DAY <= last <= LAST_DAY:
        raise Invalid("bad_range", "Choose days of our time.", FieldError("to", "out of range"))
    first = since or last - timedelta(days=DEFAULT_DAYS - 1)
    if not (FIRST_DAY <= first <= last and last - first < timedelta(days=MOST_DAYS)):
        raise Invalid("bad_range", f"Choose at most {MOST_DAYS} days.", FieldError("from", "out of range"))
    return first, last


async def get_numbers(
    tx: Transaction, workspace_id: UUID, since: date, until: date, zone: ZoneInfo, channel_id: UUID | None
) -> Numbers:
    """Counts a range of days, both included (see `check_range`), in four statements."""
    begins = datetime(since.year, since.month, since.day, tzinfo=zone)
    ends = _midnight_after(until, zone)
    # Ids are in the order of UTC days; a zone is at most a day away from it.
    keys = (id_at(since - timedelta(days=1)), id_at(until + timedelta(days=2)))
    args = (workspace_id, *keys, begins, ends)
    opened = await tx.fetch(OPENED, *args, zone.key, channel_id)
    written = await tx.fetch(WRITTEN, *args, zone.key, channel_id)
    median, p90 = await tx.fetchval(FIRST_REPLY, *args, channel_id) or (None, None)
    backlog = await tx.fetch(BACKLOG.format(cap=CAP), workspace_id, channel_id)
    days = _days(since, until, opened, written)
    by_status = _shares(backlog, "status")
    return Numbers(
        since=since,
        until=until,
        zone=zone.key,
        days=days,
        opened=sum(day.opened for day in days),
        messages_in=sum(day.messages_in for day in days),
        messages_out=sum(day.messages_out for day in days),
        first_reply_median=median,
        first_reply_p90=p90,
        backlog_by_status=by_status,
        backlog_by_channel=_shares(backlog, "channel_id"),
        backlog_by_assignee=_shares(backlog, "assignee_id"),
        waiting_longest_since=min((row["longest"] for row in backlog if row["longest"]), default=None),
        capped=sum(share.count for share in by_status) >= CAP,
    )


def _midnight_after(day: date, zone: ZoneInfo) -> datetime:
    following = day + timedelta(days=1)
    return datetime(following.year, following.month, following.day, tzinfo=zone)


def _days(since: date, until: date, opened: Any, written: Any) -> list[Day]:
    days = {
        since + timedelta(days=n): Day(day=since + timedelta(days=n)) for n in range((until - since).days + 1)
    }
    for row in opened:
        day = days[row["day"]]
        day.opened, day.replied, day.first_reply_median = row["opened"], row["replied"], row["median"]
    for row in written:
        days[row["day"]].messages_in, days[row["day"]].messages_out = row["received"], row["sent"]
    return list(days.values())


def _shares(backlog: Any, by: str) -> list[Share]:
    found = [Share(key=row[by], count=row["count"]) for row in backlog if row["by"] == by]
    return sorted(found, key=lambda share: (-share.count, share.key or ""))
