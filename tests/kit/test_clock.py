from datetime import UTC, datetime, timedelta, timezone

import pytest

from parley.kit.clock import Clock, FixedClock, SystemClock

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


def test_the_system_clock_tells_utc() -> None:
    clock: Clock = SystemClock()
    before = datetime.now(UTC)
    assert before <= clock.now() <= datetime.now(UTC)
    assert clock.now().tzinfo is UTC


def test_a_fixed_clock_stands_still_until_moved() -> None:
    clock = FixedClock(NOON)
    assert clock.now() == clock.now() == NOON
    assert clock.advance(timedelta(minutes=5)) == datetime(2026, 3, 1, 12, 5, tzinfo=UTC)
    clock.set(NOON)
    assert clock.now() == NOON


def test_a_fixed_clock_converts_to_utc() -> None:
    clock = FixedClock(NOON.astimezone(timezone(timedelta(hours=-3))))
    assert clock.now().utcoffset() == timedelta(0)
    assert clock.now() == NOON


def test_a_fixed_clock_refuses_naive_times_and_negative_steps() -> None:
    with pytest.raises(ValueError, match="time zone"):
        FixedClock(NOON.replace(tzinfo=None))
    with pytest.raises(ValueError, match="backwards"):
        FixedClock(NOON).advance(timedelta(seconds=-1))
