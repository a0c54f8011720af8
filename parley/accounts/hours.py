"""Business hours as they are stored and shown: `periods` is `[{"day": 0, "from": "09:00", "to": "17:30"}]`.

Days count from Monday; `to` before `from` means after midnight. `holidays` is
`[{"date": "2026-12-25", "name": "…", "periods": [{"from": …, "to": …}]}]`; without periods the day is closed.
"""

from collections.abc import Sequence
from datetime import date
from typing import Any

from parley.kit.hours import BusinessHours, Holiday, Period, parse_clock_time


def parse_hours(stored: dict[str, Any]) -> BusinessHours:
    """Reads `time_zone`, `periods` and `holidays`; raises ValueError with a sentence for a screen."""
    week: list[list[Period]] = [[] for _ in range(7)]
    for item in stored.get("periods") or []:
        day = int(item["day"])
        if not 0 <= day <= 6:
            raise ValueError("a day is a number from 0 (Monday) to 6 (Sunday)")
        week[day].append(_period(item))
    holidays = tuple(_holiday(item) for item in stored.get("holidays") or [])
    return BusinessHours(stored.get("time_zone") or "UTC", tuple(tuple(day) for day in week), holidays)


def _holiday(item: dict[str, Any]) -> Holiday:
    periods = tuple(_period(period) for period in item.get("periods") or [])
    return Holiday(date.fromisoformat(item["date"]), periods, item.get("name", ""))


def _period(item: dict[str, Any]) -> Period:
    opens, closes = parse_clock_time(item["from"]), parse_clock_time(item["to"])
    return Period(opens, closes if closes > opens else closes + 1440)


def is_ever_open(hours: BusinessHours) -> bool:
    """Says whether there is any period at all."""
    days: Sequence[Sequence[Period]] = (*hours.week, *(h.periods for h in hours.holidays))
    return any(days)
