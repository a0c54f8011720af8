"""Which timers a conversation has: exactly those of what it waits for. Pure."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from parley.automation import waiting
from parley.automation.open_hours import OpenHours
from parley.automation.rules.model import ANCHORS, Wait
from parley.automation.waiting import MOVED_BY, find_anchor, plan_timers
from parley.kit.hours import BusinessHours, Period
from parley.kit.ids import uuid7

MINUTE = timedelta(minutes=1)
NOW = datetime(2026, 3, 4, 10, 0, tzinfo=UTC)


def row_of(**values: Any) -> dict[str, Any]:
    """Gives a conversation's row as the anchors need it."""
    return {
        "id": uuid7(),
        "status": "open",
        "assignee_id": None,
        "waiting_since": None,
        "closed_at": None,
        "created_at": NOW - 60 * MINUTE,
        "merged_into_id": None,
        "answered_at": None,
        "free_since": None,
        **values,
    }


times = st.integers(0, 10_000).map(lambda n: NOW - n * MINUTE)
rows = st.builds(
    row_of,
    status=st.sampled_from(("open", "snoozed", "closed", "spam")),
    assignee_id=st.none() | st.just(uuid7()),
    waiting_since=st.none() | times,
    closed_at=st.none() | times,
    answered_at=st.none() | times,
    free_since=st.none() | times,
    merged_into_id=st.none() | st.just(uuid7()),
)
waits_given = st.lists(
    st.builds(
        Wait,
        st.sampled_from(ANCHORS),
        st.integers(1, 5_000),
        st.none() | st.sampled_from(("default", "gone")),
    ),
    unique=True,
    max_size=6,
)
ALL_DAY = BusinessHours("UTC", ((Period(0, 1_440),),) * 7)


@given(rows, waits_given)
def test_a_timer_stands_exactly_where_something_is_waited_for(row: dict[str, Any], waits: list[Wait]) -> None:
    hours = OpenHours({"h": ALL_DAY}, "h")
    timers = {timer.key: timer for timer in plan_timers(row, waits, hours, NOW)}
    assert len(timers) <= len(waits)
    for wait in waits:
        since = find_anchor(row, wait.anchor)
        timer = timers.get(waiting.timer_key(row["id"], wait))
        past = since is not None and since + wait.minutes * MINUTE < NOW
        if since is None or (past and wait.anchor in ("opened", "closed")):
            assert timer is None
        else:
            assert timer is not None
            assert timer.due_at == since + wait.minutes * MINUTE
            assert timer.data["since"] == since


def test_every_anchor_is_known_and_says_what_moves_it() -> None:
    assert set(MOVED_BY) == set(ANCHORS)
    assert find_anchor(row_of(waiting_since=NOW, merged_into_id=uuid7()), "reply") is None


def test_a_set_without_open_time_never_comes() -> None:
    never = OpenHours({"h": BusinessHours("UTC", ((),) * 7)}, "h")
    row = row_of(waiting_since=NOW, id=UUID(int=1))
    assert plan_timers(row, [Wait("reply", 5, "default")], never, NOW) == []
    assert [timer.key for timer in plan_timers(row, [Wait("reply", 5)], never, NOW)] == [
        f"{row['id']}:reply:5:"
    ]
