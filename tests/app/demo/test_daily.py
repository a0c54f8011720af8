"""The everyday talks of the demo store: the same for a day, in the rhythm of a shop, and about what there is."""

from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest

from parley.app.demo.check import RESERVED
from parley.app.demo.daily import DAYS, build_daily, load_daily
from parley.app.demo.people import load_people

NOW = datetime(2026, 11, 18, 15, 30, tzinfo=UTC)


def begun(talk_at: int) -> datetime:
    """Gives the moment of an offset."""
    return NOW + timedelta(minutes=talk_at)


def test_a_day_has_the_same_talks_whenever_it_is_looked_at() -> None:
    later = {one.key: one.messages[0].text for one in build_daily(NOW + timedelta(days=3, hours=5))}
    both = [one for one in build_daily(NOW) if one.key in later]
    assert len(both) > 200
    assert all(later[one.key] == one.messages[0].text for one in both)


def test_more_is_asked_on_weekdays_and_by_day() -> None:
    moments = [begun(one.messages[0].at) for one in build_daily(NOW)]
    assert min(moments) >= NOW - timedelta(days=DAYS + 1)
    assert max(moments).date() < NOW.date()
    by_weekday = Counter(moment.weekday() for moment in moments)
    assert min(by_weekday[day] for day in range(5)) > max(by_weekday[day] for day in (5, 6))
    by_day = sum(7 <= moment.hour < 21 for moment in moments)
    assert by_day > 0.85 * len(moments)


def test_told_conversations_count_towards_their_day() -> None:
    plain = build_daily(NOW)
    day = begun(plain[-1].messages[0].at).date()
    same = [one for one in plain if begun(one.messages[0].at).date() == day]
    fewer = build_daily(NOW, same[:-1])
    assert len(plain) - len(fewer) == len(same) - 1


@pytest.mark.parametrize("hour", [0, 6, 23])
def test_every_talk_goes_forward_and_is_over(hour: int) -> None:
    for one in build_daily(NOW.replace(hour=hour)):
        times = [message.at for message in one.messages]
        assert times == sorted(times), one.key
        assert times[-1] <= -91, one.key
        assert one.rating is None or times[-1] < one.rating.at < 0, one.key


def test_talks_name_only_what_there_is() -> None:
    people = load_people()
    agents = {agent.key: set(agent.teams) for agent in people.agents}
    tags = {tag.key for tag in people.tags}
    for talk in load_daily().talks:
        assert set(talk.tags) <= tags
        assert all(talk.team in agents[key] for key in talk.agents)
        assert (talk.channel == "email") == bool(talk.subject)
        assert load_daily().names[talk.language]
    for one in build_daily(NOW):
        assert not any("{" in message.text for message in one.messages)
        assert one.sender is None or RESERVED.search(one.sender.email.rpartition("@")[2])
