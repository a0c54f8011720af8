from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from parley.kit.hours import (
    BusinessHours,
    Holiday,
    Period,
    add_business_time,
    business_time_between,
    is_open,
    next_close,
    next_open,
    parse_clock_time,
)

MINUTE = timedelta(minutes=1)
# The days on which the clocks of each zone change, and an ordinary one.
CHANGES = {
    "America/Sao_Paulo": [date(2018, 11, 4), date(2019, 2, 17), date(2026, 6, 10)],
    "Europe/Ljubljana": [date(2026, 3, 29), date(2026, 10, 25)],
    "America/New_York": [date(2026, 3, 8), date(2026, 11, 1)],
    "Asia/Seoul": [date(2026, 3, 29), date(1988, 5, 8)],
    "Australia/Lord_Howe": [date(2026, 4, 5), date(2026, 10, 4)],
    "Pacific/Apia": [date(2011, 12, 30)],
}


def at(zone: str, text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone))


def office(zone: str = "Europe/Ljubljana", *holidays: Holiday) -> BusinessHours:
    day = (Period(9 * 60, 12 * 60), Period(13 * 60, 17 * 60))
    return BusinessHours(zone, (day,) * 5 + ((), ()), holidays)


def shows_open(hours: BusinessHours, moment: datetime) -> bool:
    """The definition, word for word: the wall clock shows a minute inside a period of today or yesterday."""
    local = moment.astimezone(ZoneInfo(hours.time_zone))
    minute = local.hour * 60 + local.minute
    own = {h.day: h.periods for h in hours.holidays}
    today = local.date()
    yesterday = today - timedelta(days=1)
    for day, shift in ((today, 0), (yesterday, 1440)):
        periods = own.get(day, hours.week[day.weekday()])
        if any(p.opens <= minute + shift < p.closes for p in periods):
            return True
    return False


@st.composite
def periods(draw: st.DrawFn) -> Period:
    opens = draw(st.integers(0, 1439))
    return Period(opens, opens + draw(st.sampled_from([1, 29, 30, 60, 125, 480, 900, 1440])))


@st.composite
def cases(draw: st.DrawFn) -> tuple[BusinessHours, datetime, int]:
    zone = draw(st.sampled_from(sorted(CHANGES)))
    change = draw(st.sampled_from(CHANGES[zone]))
    day = st.lists(periods(), max_size=3).map(tuple)
    week = tuple(draw(st.lists(day, min_size=7, max_size=7)))
    near = st.builds(lambda shift: change + timedelta(days=shift), st.integers(-2, 2))
    holidays = tuple(Holiday(d, draw(day)) for d in draw(st.sets(near, max_size=2)))
    minute = draw(st.integers(-36 * 60, 24 * 60))
    start = datetime(change.year, change.month, change.day, tzinfo=UTC) + minute * MINUTE
    return BusinessHours(zone, week, holidays), start, draw(st.integers(1, 2400))


@settings(max_examples=150, deadline=None)
@given(cases())
def test_every_function_agrees_with_counting_minutes(case: tuple[BusinessHours, datetime, int]) -> None:
    hours, start, length = case
    minutes = [start + i * MINUTE for i in range(length)]
    flags = [shows_open(hours, m) for m in minutes]
    end = start + length * MINUTE

    assert [is_open(hours, m) for m in minutes[::7]] == flags[::7]
    assert business_time_between(hours, start, end) == sum(flags) * MINUTE

    opened = next_open(hours, start)
    if True in flags:
        first = flags.index(True)
        assert opened == minutes[first]
        if False in flags[first:]:
            assert next_close(hours, start) == minutes[flags.index(False, first)]
        open_minutes = [m for m, flag in zip(minutes, flags, strict=True) if flag]
        for count in {1, len(open_minutes) // 2 or 1, len(open_minutes)}:
            assert add_business_time(hours, start, count * MINUTE) == open_minutes[count - 1] + MINUTE
    else:
        assert opened is None or opened >= end


@settings(max_examples=60, deadline=None)
@given(cases(), st.integers(0, 10**10))
def test_adding_business_time_and_measuring_it_are_inverse(
    case: tuple[BusinessHours, datetime, int], micros: int
) -> None:
    hours, start, _ = case
    duration = timedelta(microseconds=micros)
    end = add_business_time(hours, start, duration)
    if end is None:
        assert not any(hours.week)
    else:
        assert business_time_between(hours, start, end) == duration
        if duration:
            assert is_open(hours, end - timedelta(microseconds=1))


def test_lunch_nights_and_weekends() -> None:
    hours, zone = office(), "Europe/Ljubljana"
    friday = at(zone, "2026-11-20T16:30")
    assert is_open(hours, friday)
    assert not is_open(hours, at(zone, "2026-11-20T12:00"))
    assert not is_open(hours, at(zone, "2026-11-20T17:00"))
    assert next_close(hours, friday) == at(zone, "2026-11-20T17:00")
    assert next_open(hours, friday) == friday
    assert next_open(hours, at(zone, "2026-11-20T17:00")) == at(zone, "2026-11-23T09:00")
    assert next_close(hours, at(zone, "2026-11-21T10:00")) == at(zone, "2026-11-23T12:00")
    assert add_business_time(hours, friday, timedelta(hours=4)) == at(zone, "2026-11-23T13:30")
    assert add_business_time(hours, friday, timedelta(minutes=30)) == at(zone, "2026-11-20T17:00")
    assert business_time_between(hours, friday, at(zone, "2026-11-23T13:30")) == timedelta(hours=4)
    assert business_time_between(hours, friday, friday) == timedelta(0)
    assert business_time_between(hours, friday, friday - timedelta(days=9)) == timedelta(0)


def test_holidays_close_or_bring_their_own_periods() -> None:
    zone = "Europe/Ljubljana"
    hours = office(zone, Holiday(date(2026, 12, 25)), Holiday(date(2026, 12, 24), (Period(540, 720),), "Eve"))
    eve = at(zone, "2026-12-24T10:00")
    assert next_close(hours, eve) == at(zone, "2026-12-24T12:00")
    assert next_open(hours, at(zone, "2026-12-24T12:00")) == at(zone, "2026-12-28T09:00")
    assert add_business_time(hours, eve, timedelta(hours=3)) == at(zone, "2026-12-28T10:00")


def test_a_night_shift_runs_on_into_a_holiday() -> None:
    night = ((Period(22 * 60, 26 * 60),),) * 7
    hours = BusinessHours("Asia/Seoul", night, (Holiday(date(2026, 5, 5)),))
    assert is_open(hours, at("Asia/Seoul", "2026-05-05T01:59"))
    assert not is_open(hours, at("Asia/Seoul", "2026-05-05T02:00"))
    assert not is_open(hours, at("Asia/Seoul", "2026-05-05T23:00"))
    assert not is_open(hours, at("Asia/Seoul", "2026-05-06T01:00"))


def test_the_repeated_hour_counts_twice_and_the_skipped_one_not_at_all() -> None:
    zone = "Europe/Ljubljana"
    hours = BusinessHours(zone, ((Period(60, 240),),) * 7)
    for day, open_hours in (("2026-03-29", 2), ("2026-10-25", 4), ("2026-10-26", 3)):
        start = at(zone, f"{day}T00:00")
        assert business_time_between(hours, start, start + timedelta(hours=12)) == timedelta(hours=open_hours)


def test_always_open_has_no_closing_and_adds_plain_time() -> None:
    always = BusinessHours("America/New_York", ((Period(0, 1440),),) * 7)
    now = datetime(2026, 3, 7, 12, 0, 0, 5, tzinfo=UTC)
    assert next_open(always, now) == now
    assert next_close(always, now) is None
    assert add_business_time(always, now, timedelta(days=400)) == now + timedelta(days=400)


def test_never_open_says_so() -> None:
    never = BusinessHours("UTC", ((),) * 7, (Holiday(date(2026, 1, 1)),))
    now = datetime(2026, 1, 1, tzinfo=UTC)
    assert not is_open(never, now)
    assert next_open(never, now) is None
    assert next_close(never, now) is None
    assert add_business_time(never, now, MINUTE) is None
    assert add_business_time(never, now, timedelta(0)) == now
    assert business_time_between(never, now, now + timedelta(days=9999)) == timedelta(0)


def test_a_far_special_day_is_found_without_walking_there() -> None:
    once = BusinessHours("Asia/Seoul", ((),) * 7, (Holiday(date(9000, 1, 1), (Period(0, 1440),)),))
    now = datetime(2026, 1, 1, tzinfo=UTC)
    opened = next_open(once, now)
    assert opened == at("Asia/Seoul", "9000-01-01T00:00")
    assert next_close(once, now) == at("Asia/Seoul", "9000-01-02T00:00")
    assert add_business_time(once, now, timedelta(hours=25)) is None
    assert next_open(once, at("Asia/Seoul", "9000-01-02T00:00")) is None


def test_bad_values_are_refused() -> None:
    with pytest.raises(ValueError, match="opens"):
        Period(1440, 1500)
    with pytest.raises(ValueError, match="closes"):
        Period(60, 60)
    with pytest.raises(ValueError, match="closes"):
        Period(60, 1501)
    with pytest.raises(ValueError, match="seven"):
        BusinessHours("UTC", ((),))
    with pytest.raises(ValueError, match="twice"):
        office("UTC", Holiday(date(2026, 1, 1)), Holiday(date(2026, 1, 1)))
    for zone in ("Mars/Olympus", "../etc/passwd", "", "Europe"):
        with pytest.raises(ValueError, match="time zone"):
            office(zone)
    with pytest.raises(ValueError, match="negative"):
        add_business_time(office(), datetime(2026, 1, 1, tzinfo=UTC), -MINUTE)
    with pytest.raises(ValueError, match="time zone"):
        next_open(office(), datetime(2026, 1, 1))  # noqa: DTZ001 - a naive time is the point


def test_clock_times_are_parsed() -> None:
    assert [parse_clock_time(t) for t in ("0:00", "09:30", "9:30", "24:00")] == [0, 570, 570, 1440]
    for text in ("24:01", "9", "9:5", "25:00", "12:60", "ab:cd"):
        with pytest.raises(ValueError, match="time of day"):
            parse_clock_time(text)
