"""Time as a dependency: code that needs the present takes a Clock."""

from datetime import UTC, datetime, timedelta
from typing import Protocol


class Clock(Protocol):
    """Tells the present; `now()` is aware and in UTC."""

    def now(self) -> datetime: ...


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        return datetime.now(UTC)


class FixedClock:
    """A clock that stands still until it is moved; for tests and rehearsals."""

    def __init__(self, at: datetime) -> None:
        self._now = _as_utc(at)

    def now(self) -> datetime:
        return self._now

    def advance(self, delta: timedelta) -> datetime:
        """Move forward by `delta` and return the new time; raises ValueError for a negative delta."""
        if delta < timedelta(0):
            raise ValueError("a clock does not run backwards; use set()")
        self._now += delta
        return self._now

    def set(self, at: datetime) -> None:
        """Jump to `at` (aware), forwards or backwards."""
        self._now = _as_utc(at)


def _as_utc(at: datetime) -> datetime:
    if at.tzinfo is None:
        raise ValueError("a time needs a time zone")
    return at.astimezone(UTC)
