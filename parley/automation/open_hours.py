"""The business hours of a workspace, read together with its time zone in one statement."""

from collections.abc import Mapping
from datetime import datetime, timedelta

import msgspec

from parley.accounts.hours import parse_hours
from parley.kit.ctx import Ctx
from parley.kit.hours import BusinessHours, add_business_time, is_open

DEFAULT = "default"
LOAD = """
SELECT w.time_zone AS zone, h.id, h.is_default, h.time_zone, h.periods, h.holidays
FROM workspaces w LEFT JOIN business_hours h ON h.workspace_id = $1 AND h.archived_at IS NULL
WHERE w.workspace_id = $1 ORDER BY h.is_default DESC, h.id
"""


class OpenHours(msgspec.Struct, frozen=True):
    """The living sets of hours by id, the default one among them, and the zone in which the shop thinks."""

    sets: Mapping[str, BusinessHours] = {}
    default: str | None = None
    time_zone: str = "UTC"

    def find(self, name: str) -> BusinessHours | None:
        """Gives a set by its id, the default one for `default` and for one that is gone; None where there is none."""
        found = self.sets.get(name)
        return self.sets.get(self.default or "") if found is None else found

    def is_open(self, name: str, at: datetime) -> bool:
        """Says whether somebody is there; always, where no hours are kept."""
        hours = self.find(name)
        return hours is None or is_open(hours, at)

    def add(self, name: str | None, start: datetime, minutes: int) -> datetime | None:
        """Gives when so many minutes have passed: of open time, or of any time without `name`; None for never."""
        hours = None if name is None else self.find(name)
        span = timedelta(minutes=minutes)
        return start + span if hours is None else add_business_time(hours, start, span)


async def load_open_hours(ctx: Ctx) -> OpenHours:
    """Reads the hours of the workspace. A set that cannot be read any more is left out."""
    rows = await ctx.tx.fetch(LOAD, ctx.workspace_id)
    sets: dict[str, BusinessHours] = {}
    default = None
    for row in rows:
        if row["id"] is None:
            continue
        try:
            sets[str(row["id"])] = parse_hours(dict(row))
        except (ValueError, KeyError):
            continue
        if row["is_default"]:
            default = str(row["id"])
    return OpenHours(sets, default, rows[0]["zone"] if rows else "UTC")
