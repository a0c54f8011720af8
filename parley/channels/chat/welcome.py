"""Who is there for a visitor: people online, expected wait, when the shop opens."""

import asyncio
from contextlib import AbstractAsyncContextManager
from datetime import datetime, timedelta
from time import monotonic
from typing import Any
from uuid import UUID

import msgspec

from parley.accounts.hours import parse_hours
from parley.channels.chat.frames import Person
from parley.conversations.presence import VISITORS
from parley.kit.ctx import Ctx
from parley.kit.db import Transaction
from parley.kit.hours import BusinessHours, is_open, next_open
from parley.kit.live.hub import Ephemeral

ONLINE_FOR = timedelta(seconds=150)
KEPT_SECONDS = 3.0

STAFF = """
SELECT (SELECT coalesce(jsonb_agg(jsonb_build_object('name', split_part(a.name, ' ', 1), 'avatar', a.avatar_colour)
                                  ORDER BY a.id), '[]')
          FROM (SELECT * FROM agents WHERE workspace_id = $1 AND state = 'active' AND presence = 'online' AND presence_at > $2
                ORDER BY id LIMIT 5) a) AS people,
       (SELECT jsonb_build_object('time_zone', h.time_zone, 'periods', h.periods, 'holidays', h.holidays)
          FROM business_hours h WHERE h.workspace_id = $1 AND h.is_default LIMIT 1) AS hours
"""


class Staffing(msgspec.Struct, frozen=True):
    """Who is there now."""

    online: bool
    people: list[Person]
    expected: str
    opens_at: datetime | None


def decide_staffing(people: list[Person], hours: BusinessHours | None, now: datetime) -> Staffing:
    """Decides what to promise: minutes when somebody is there, hours when the shop is open, else an e-mail."""
    opened = hours is None or is_open(hours, now)
    online = bool(people)
    opens_at = None if online or opened or hours is None else next_open(hours, now)
    return Staffing(
        online,
        people if online else [],
        "minutes" if online else "hours" if opened and hours else "email",
        opens_at,
    )


def describe(staffing: Staffing) -> dict[str, Any]:
    """Gives the fields of a frame that say who is there."""
    return {
        "online": staffing.online,
        "people": staffing.people,
        "expected": staffing.expected,
        "opens_at": staffing.opens_at,
    }


def read_hours(found: dict[str, Any] | None) -> BusinessHours | None:
    """Reads stored business hours; None when none are set."""
    return parse_hours(found) if found else None


class StaffingBook:
    """Keeps each workspace's staffing for a few seconds: many visitors ask, the answer changes rarely."""

    def __init__(self) -> None:
        self._kept: dict[UUID, tuple[float, Staffing]] = {}
        self._asking: dict[UUID, asyncio.Lock] = {}

    def hear(self, event: Ephemeral) -> None:
        """Forgets what is kept when somebody has come or gone."""
        if event.topic == VISITORS:
            self._kept.pop(event.workspace_id, None)

    def _peek(self, workspace_id: UUID) -> Staffing | None:
        kept = self._kept.get(workspace_id)
        return kept[1] if kept is not None and kept[0] > monotonic() else None

    async def get_kept(self, opening: AbstractAsyncContextManager[Ctx], workspace_id: UUID) -> Staffing:
        """Gives who is there now to one visitor after the other; the first of many opens the transaction."""
        async with self._asking.setdefault(workspace_id, asyncio.Lock()):
            # While the others queue here, the loop serves whoever writes.
            await asyncio.sleep(0)
            staffing = self._peek(workspace_id)
            if staffing is None:
                async with opening as ctx:
                    staffing = await self.get(ctx.tx, workspace_id, ctx.now)
        return staffing

    async def get(self, tx: Transaction, workspace_id: UUID, now: datetime) -> Staffing:
        """Gives who is there now."""
        kept = self._peek(workspace_id)
        if kept is not None:
            return kept
        row = await tx.fetchrow(STAFF, workspace_id, now - ONLINE_FOR)
        assert row is not None  # noqa: S101 - a SELECT of sub-selects has one row
        people = [Person(p["name"], p["avatar"]) for p in row["people"]]
        staffing = decide_staffing(people, read_hours(row["hours"]), now)
        self._kept[workspace_id] = (monotonic() + KEPT_SECONDS, staffing)
        return staffing
