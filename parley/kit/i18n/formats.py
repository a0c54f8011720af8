"""Numbers, dates, times and spans of time as a language writes them (CLDR by way of Babel)."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Literal
from zoneinfo import ZoneInfo

from babel import dates, numbers

from parley.kit.i18n.locales import get_locale

Width = Literal["short", "medium", "long", "full"]
Unit = Literal["second", "minute", "hour", "day", "week", "month", "year"]

# A span is told in the largest unit of which it holds at least one.
_THRESHOLD = 1.0


def format_number(language: str, value: float | Decimal, *, max_fraction: int | None = None) -> str:
    """A number with the language's separators; `max_fraction` rounds half to even to so many digits."""
    if max_fraction is not None:
        value = round(Decimal(str(value)), max_fraction)
    return numbers.format_decimal(value, locale=get_locale(language), decimal_quantization=False)


def format_percent(language: str, share: float | Decimal, *, fraction: int = 0) -> str:
    """A share (0.25) as a percentage (25%) with `fraction` digits."""
    rounded = round(Decimal(str(share)) * 100, fraction) / 100
    return numbers.format_percent(rounded, locale=get_locale(language), decimal_quantization=False)


def format_date(
    language: str, at: date | datetime, *, time_zone: str = "UTC", width: Width = "medium"
) -> str:
    """A date; of a moment, the date in the time zone. Raises ValueError for a naive moment."""
    day = _local(at, time_zone) if isinstance(at, datetime) else at
    return dates.format_date(day, format=width, locale=get_locale(language))


def format_time(language: str, at: datetime, *, time_zone: str = "UTC", width: Width = "short") -> str:
    """The time of day in the time zone. Raises ValueError for a naive moment."""
    return dates.format_time(_local(at, time_zone), format=width, locale=get_locale(language))


def format_datetime(language: str, at: datetime, *, time_zone: str = "UTC", width: Width = "medium") -> str:
    """Date and time of day in the time zone. Raises ValueError for a naive moment."""
    return dates.format_datetime(_local(at, time_zone), format=width, locale=get_locale(language))


def format_relative(language: str, at: datetime, now: datetime, *, smallest: Unit = "minute") -> str:
    """How far `at` is from `now` in one unit ("3 hours ago"), nothing finer than `smallest`."""
    return dates.format_timedelta(
        at - now,
        granularity=smallest,
        threshold=_THRESHOLD,
        add_direction=True,
        locale=get_locale(language),
    )


def format_duration(language: str, span: timedelta, *, smallest: Unit = "minute") -> str:
    """A span of time in one unit ("3 hours"), nothing finer than `smallest`."""
    return dates.format_timedelta(
        span, granularity=smallest, threshold=_THRESHOLD, locale=get_locale(language)
    )


def _local(at: datetime, time_zone: str) -> datetime:
    if at.tzinfo is None:
        raise ValueError("a time needs a time zone")
    return at.astimezone(ZoneInfo(time_zone)).replace(tzinfo=None)
