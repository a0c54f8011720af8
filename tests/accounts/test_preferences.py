"""What an agent wants to be told about, by which way, and when not. Pure."""

from datetime import UTC, datetime, timedelta

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from parley.accounts.preferences import (
    KINDS,
    WAYS,
    Events,
    NotificationPrefs,
    QuietHours,
    decide_ways,
    is_quiet,
    merge_prefs,
    read_prefs,
)

MONDAY = datetime(2026, 3, 2, tzinfo=UTC)


@pytest.mark.parametrize(
    ("hour", "quiet"), [(19, False), (20, True), (23, True), (24, True), (31, True), (32, False), (40, False)]
)
def test_quiet_hours_past_midnight(hour: int, quiet: bool) -> None:
    hours = QuietHours(on=True, begins="20:00", ends="08:00")
    assert is_quiet(hours, MONDAY + timedelta(hours=hour), "UTC") is quiet


def test_quiet_hours_belong_to_the_day_on_which_they_begin() -> None:
    friday = QuietHours(on=True, begins="20:00", ends="08:00", days=[4])
    saturday = MONDAY + timedelta(days=5)
    assert is_quiet(friday, saturday + timedelta(hours=7), "UTC")
    assert not is_quiet(friday, saturday + timedelta(hours=21), "UTC")
    assert not is_quiet(friday, saturday - timedelta(hours=17), "UTC")


def test_quiet_hours_follow_the_agents_own_clock() -> None:
    lunch = QuietHours(on=True, begins="12:00", ends="13:00")
    noon_in_ljubljana = datetime(2026, 7, 1, 10, 30, tzinfo=UTC)
    assert is_quiet(lunch, noon_in_ljubljana, "Europe/Ljubljana")
    assert not is_quiet(lunch, noon_in_ljubljana, "UTC")
    assert not is_quiet(
        QuietHours(on=False, begins="12:00", ends="13:00"), noon_in_ljubljana, "Europe/Ljubljana"
    )


def test_quiet_leaves_only_the_list_in_the_desk() -> None:
    prefs = NotificationPrefs(quiet=QuietHours(on=True, begins="00:00", ends="23:59"))
    assert decide_ways(prefs, "assigned", MONDAY, "UTC") == ["desk"]
    assert decide_ways(NotificationPrefs(), "assigned", MONDAY, "UTC") == list(WAYS)


def test_unwanted_kinds_and_ways_are_left_out() -> None:
    prefs = NotificationPrefs(push=False, events=Events(sla=False))
    assert decide_ways(prefs, "sla", MONDAY, "UTC") == []
    assert decide_ways(prefs, "mentioned", MONDAY, "UTC") == ["desk", "sound", "email"]
    assert decide_ways(NotificationPrefs(), "unassigned_new", MONDAY, "UTC") == [], "off unless asked for"


_times = st.tuples(st.integers(0, 23), st.integers(0, 59)).map(lambda t: f"{t[0]:02}:{t[1]:02}")


@given(_times, _times, st.integers(0, 7 * 24 * 60 - 1))
def test_a_moment_is_quiet_in_one_stretch_or_its_complement(begins: str, ends: str, minute: int) -> None:
    if begins == ends:
        return
    at = MONDAY + timedelta(minutes=minute)
    inside = is_quiet(QuietHours(on=True, begins=begins, ends=ends), at, "UTC")
    outside = is_quiet(QuietHours(on=True, begins=ends, ends=begins), at, "UTC")
    assert inside is not outside


def test_changes_are_laid_over_what_was_there() -> None:
    first = merge_prefs({}, {"sound": False, "events": {"unassigned_new": True}})
    second = merge_prefs(msgspec.to_builtins(first), {"quiet": {"on": True}})
    assert (second.sound, second.events.unassigned_new, second.quiet.on) == (False, True, True)
    assert read_prefs({}) == NotificationPrefs()
    assert set(KINDS) == set(Events.__struct_fields__)
