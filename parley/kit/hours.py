"""Business hours: when somebody is there, and how much open time lies between two moments.

Open means: the clock on the wall in the time zone shows a minute inside a period. So an hour that is repeated
when summer time ends counts twice, and one that is skipped when it begins counts not at all.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cached_property, lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_EPOCH_ORDINAL = date(1970, 1, 1).toordinal()
_MICRO = timedelta(microseconds=1)
_SECOND = 1_000_000
_MINUTE = 60 * _SECOND
_DAY = 1_440 * _MINUTE
_LAST_DAY = date(9998, 12, 31).toordinal() - _EPOCH_ORDINAL
_LONGEST_STRETCH_DAYS = 732
_CLOCK_TIME = re.compile(r"([01]?\d|2[0-4]):([0-5]\d)")

_Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Period:
    """Minutes after local midnight, `opens` in 0..1439; `closes` may lie past midnight (26:00 is 1560).

    Raises ValueError when it is empty or longer than 24 hours.
    """

    opens: int
    closes: int

    def __post_init__(self) -> None:
        if not 0 <= self.opens < 1_440:
            raise ValueError("a period opens between 00:00 and 23:59")
        if not self.opens < self.closes <= self.opens + 1_440:
            raise ValueError("a period closes after it opens, within 24 hours")


@dataclass(frozen=True, slots=True)
class Holiday:
    """A date whose own periods replace those of its weekday; none means closed."""

    day: date
    periods: tuple[Period, ...] = ()
    name: str = ""


@dataclass(frozen=True)
class BusinessHours:
    """A time zone (IANA name), the periods of the seven weekdays from Monday, and holidays.

    A period past midnight belongs to the day on which it opened, also when the next day is a holiday.
    Raises ValueError for an unknown zone, not seven days, or a holiday given twice.
    """

    time_zone: str
    week: tuple[tuple[Period, ...], ...]
    holidays: tuple[Holiday, ...] = ()

    def __post_init__(self) -> None:
        if len(self.week) != 7:
            raise ValueError("a week has seven days")
        if len({h.day for h in self.holidays}) != len(self.holidays):
            raise ValueError("the same holiday is given twice")
        try:
            ZoneInfo(self.time_zone)
        except (ZoneInfoNotFoundError, ValueError, OSError) as error:
            raise ValueError(f"unknown time zone: {self.time_zone}") from error

    @cached_property
    def _exceptions(self) -> dict[int, tuple[Period, ...]]:
        return {h.day.toordinal() - _EPOCH_ORDINAL: h.periods for h in self.holidays}

    @cached_property
    def _weekday_spans(self) -> tuple[tuple[_Span, ...], ...]:
        """Open spans of each weekday with the overhang of the day before, as no holiday disturbs them."""
        return tuple(_merged(_day_spans(self.week[day], self.week[day - 1])) for day in range(7))

    def spans_on(self, day: int) -> tuple[_Span, ...]:
        """Open spans of a day (counted from 1970) in microseconds after local midnight, sorted, disjoint."""
        weekday = (day + 3) % 7
        exceptions = self._exceptions
        if day not in exceptions and day - 1 not in exceptions:
            return self._weekday_spans[weekday]
        today = exceptions.get(day, self.week[weekday])
        yesterday = exceptions.get(day - 1, self.week[weekday - 1])
        return _merged(_day_spans(today, yesterday))


def parse_clock_time(text: str) -> int:
    """Minutes after midnight of "9:30", "09:30" or "24:00"; raises ValueError for anything else."""
    found = _CLOCK_TIME.fullmatch(text.strip())
    minutes = int(found[1]) * 60 + int(found[2]) if found else 9_999
    if minutes > 1_440:
        raise ValueError(f"not a time of day: {text!r}")
    return minutes


def is_open(hours: BusinessHours, at: datetime) -> bool:
    """Whether the hours are open at the moment `at` (aware); the closing minute itself is closed."""
    local = at.astimezone(ZoneInfo(hours.time_zone)).replace(tzinfo=UTC)
    day, time_of_day = divmod((local - _EPOCH) // _MICRO, _DAY)
    return any(start <= time_of_day < end for start, end in hours.spans_on(day))


def next_open(hours: BusinessHours, at: datetime) -> datetime | None:
    """First open moment not before `at`, in UTC (`at` itself when open); None when it never opens again."""
    start = _micros(at)
    for opened, _ in _open_stretches(hours, start):
        return _moment(max(opened, start))
    return None


def next_close(hours: BusinessHours, at: datetime) -> datetime | None:
    """End, in UTC, of the stretch that is open at `at` or opens next; None when it never opens again.

    None also when that stretch lasts for more than two years, which is to say always.
    """
    first = end = None
    for opened, closed in _open_stretches(hours, _micros(at)):
        if first is None:
            first = opened
        elif end is not None and opened > end:
            break
        if closed - first > _LONGEST_STRETCH_DAYS * _DAY:
            return None
        end = closed
    return None if end is None else _moment(end)


def add_business_time(hours: BusinessHours, start: datetime, duration: timedelta) -> datetime | None:
    """Earliest moment in UTC by which `duration` of open time has passed since `start`.

    None when so much open time never comes. Raises ValueError for a negative duration.
    """
    left = duration // _MICRO
    if left < 0:
        raise ValueError("business time cannot be negative")
    begin = _micros(start)
    if left == 0:
        return _moment(begin)
    for opened, closed in _open_stretches(hours, begin):
        usable_from = max(opened, begin)
        if closed - usable_from >= left:
            return _moment(usable_from + left)
        left -= closed - usable_from
    return None


def business_time_between(hours: BusinessHours, a: datetime, b: datetime) -> timedelta:
    """Open time from `a` to `b`; zero when `b` is not after `a`."""
    begin, end = _micros(a), _micros(b)
    total = 0
    for opened, closed in _open_stretches(hours, begin):
        if opened >= end:
            break
        total += max(0, min(closed, end) - max(opened, begin))
    return total * _MICRO


def _day_spans(today: tuple[Period, ...], yesterday: tuple[Period, ...]) -> list[_Span]:
    spans = [(p.opens * _MINUTE, min(p.closes * _MINUTE, _DAY)) for p in today]
    spans += [(0, p.closes * _MINUTE - _DAY) for p in yesterday if p.closes > 1_440]
    return spans


def _merged(spans: list[_Span]) -> tuple[_Span, ...]:
    merged: list[_Span] = []
    for start, end in sorted(spans):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], end))
        else:
            merged.append((start, end))
    return tuple(merged)


def _open_stretches(hours: BusinessHours, begin: int) -> Iterator[_Span]:
    """Open stretches of time that end after `begin`, in order; neighbours may touch."""
    for day in _days(hours, begin // _DAY):
        for start, end, offset in _segments(hours.time_zone, day):
            for opened, closed in _wall_spans(hours, start + offset, end + offset):
                if closed - offset > begin:
                    yield opened - offset, closed - offset


def _days(hours: BusinessHours, first: int) -> Iterator[int]:
    """UTC days to look at from `first` on: all while the week has periods, else those around special days."""
    if any(hours.week):
        yield from range(first, _LAST_DAY)
        return
    special = {h.day.toordinal() - _EPOCH_ORDINAL for h in hours.holidays if h.periods}
    # A local day and its overhang touch at most the UTC days from the one before to the second after.
    yield from sorted(
        {d + shift for d in special for shift in (-1, 0, 1, 2) if first <= d + shift < _LAST_DAY}
    )


def _wall_spans(hours: BusinessHours, start: int, end: int) -> Iterator[_Span]:
    """Open spans on the wall clock between two of its readings, clipped to them."""
    for day in range(start // _DAY, (end - 1) // _DAY + 1):
        midnight = day * _DAY
        for opened, closed in hours.spans_on(day):
            low, high = max(midnight + opened, start), min(midnight + closed, end)
            if low < high:
                yield low, high


@lru_cache(maxsize=8_192)
def _segments(time_zone: str, day: int) -> tuple[tuple[int, int, int], ...]:
    """Parts (start, end, offset of the wall clock) of one UTC day in which the offset is constant.

    Assumes at most one change of offset in a UTC day, which holds for every zone in the IANA database.
    """
    zone = ZoneInfo(time_zone)
    start, end = day * _DAY, (day + 1) * _DAY
    before, after = _offset(zone, start), _offset(zone, end - _SECOND)
    if before == after:
        return ((start, end, before),)
    low, high = start, end - _SECOND
    while high - low > _SECOND:
        middle = (low + high) // 2 // _SECOND * _SECOND
        if _offset(zone, middle) == before:
            low = middle
        else:
            high = middle
    return ((start, high, before), (high, end, after))


def _offset(zone: ZoneInfo, micros: int) -> int:
    offset = _moment(micros).astimezone(zone).utcoffset()
    return (offset or timedelta()) // _MICRO


def _micros(at: datetime) -> int:
    if at.tzinfo is None:
        raise ValueError("a time needs a time zone")
    return (at - _EPOCH) // _MICRO


def _moment(micros: int) -> datetime:
    return _EPOCH + micros * _MICRO
