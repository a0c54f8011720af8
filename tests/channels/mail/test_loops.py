"""The loop guard."""

from datetime import UTC, datetime, timedelta
from typing import Literal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parley.channels.mail.loops import (
    Exchange,
    LoopAction,
    LoopLimits,
    build_loop_header,
    count_hops,
    decide_loop,
    hash_subject,
)
from parley.channels.mail.parse import parse_mail
from tests.channels.mail.samples_list import build_raw

NOW = datetime(2026, 5, 12, 12, 0, tzinfo=UTC)
SUBJECT = hash_subject("Broken lamp")


def exchange(
    direction: Literal["in", "out"], minutes: float, *, automatic: bool = False, subject: str = SUBJECT
) -> Exchange:
    return Exchange(direction, automatic, subject, NOW - timedelta(minutes=minutes))


def test_ordinary_mail_is_answered() -> None:
    assert decide_loop([], NOW).action is LoopAction.ANSWER
    assert decide_loop([exchange("in", 0)], NOW).action is LoopAction.ANSWER
    talk = [
        exchange("in", 50),
        exchange("out", 49, automatic=True),
        exchange("in", 20),
        exchange("out", 15),
        exchange("in", 0),
    ]
    assert decide_loop(talk, NOW).action is LoopAction.ANSWER


def test_automatic_mail_is_never_answered() -> None:
    verdict = decide_loop([exchange("in", 0, automatic=True)], NOW)
    assert verdict.action is LoopAction.SILENT
    assert "program" in verdict.reason


def test_too_many_automatic_answers() -> None:
    history = [exchange("out", 10 * n + 1, automatic=True, subject=str(n)) for n in range(5)]
    verdict = decide_loop([*history, exchange("in", 0)], NOW)
    assert verdict.action is LoopAction.SILENT
    assert verdict.until == NOW - timedelta(minutes=41) + timedelta(hours=1)
    assert decide_loop([*history, exchange("in", 0)], NOW + timedelta(hours=1)).action is LoopAction.ANSWER


def test_the_same_subject_all_day() -> None:
    history = [exchange("out", 100 * n + 61, automatic=True) for n in range(8)]
    assert decide_loop([*history, exchange("in", 0)], NOW).action is LoopAction.SILENT
    other = exchange("in", 0, subject=hash_subject("Other matter"))
    assert decide_loop([*history, other], NOW).action is LoopAction.ANSWER


def test_answers_within_seconds_are_a_program() -> None:
    history: list[Exchange] = []
    for round_number in range(3):
        history.append(exchange("out", 30 - 5 * round_number, automatic=True))
        history.append(exchange("in", 29.5 - 5 * round_number))
    assert decide_loop(history, NOW).action is LoopAction.SILENT
    slow = [
        one._replace(at=one.at + timedelta(minutes=3)) if one.direction == "in" else one for one in history
    ]
    assert decide_loop(slow, NOW).action is LoopAction.ANSWER


def test_a_flood_is_held() -> None:
    verdict = decide_loop([exchange("in", 0.1 * n) for n in range(31)], NOW)
    assert verdict.action is LoopAction.HOLD
    assert verdict.until == NOW + timedelta(minutes=10)


def test_limits_can_be_set() -> None:
    limits = LoopLimits(automatic_answers=1)
    history = [exchange("out", 5, automatic=True), exchange("in", 0)]
    assert decide_loop(history, NOW, limits).action is LoopAction.SILENT
    assert decide_loop(history, NOW).action is LoopAction.ANSWER


def test_two_responders_stop_each_other() -> None:
    """Each answers whatever the other sends, marked by nothing: the guard ends it."""
    history: list[Exchange] = []
    at, answers = NOW, 0
    for _ in range(200):
        history.append(Exchange("in", False, SUBJECT, at))
        if decide_loop(history, at).action is LoopAction.ANSWER:
            answers += 1
            history.append(Exchange("out", True, SUBJECT, at))
        at += timedelta(minutes=5)
    assert answers <= 10


@given(
    st.lists(
        st.builds(
            Exchange,
            st.sampled_from(["in", "out"]),
            st.booleans(),
            st.sampled_from(["a", "b"]),
            st.datetimes(datetime(2026, 5, 11), datetime(2026, 5, 12), timezones=st.just(UTC)),  # noqa: DTZ001
        ),
        max_size=40,
    )
)
def test_order_does_not_matter(history: list[Exchange]) -> None:
    unique = list({one.at: one for one in history}.values())
    verdict = decide_loop(unique, NOW)
    assert decide_loop(list(reversed(unique)), NOW) == verdict
    assert verdict.until is None or verdict.until > NOW - timedelta(days=2)


def test_subjects_hash_by_what_they_are_about() -> None:
    assert hash_subject("Re: AW: broken  LAMP!") == SUBJECT
    assert hash_subject("Broken lamps") != SUBJECT
    assert len(SUBJECT) == 16


def test_loop_header() -> None:
    name, value = build_loop_header("desk-1", 2)
    mail = parse_mail(build_raw("x", f"{name}: {value}", f"{name}: other; hops=9"))
    assert count_hops(mail, "desk-1") == 2
    assert count_hops(mail, "other") == 9
    assert count_hops(mail, "nobody") == 0
    assert count_hops(parse_mail(build_raw("x", f"{name}: desk-1")), "desk-1") == 1
    for bad in ("", "a b", "a\r\nBcc: x", "x" * 65):
        with pytest.raises(ValueError, match="installation"):
            build_loop_header(bad)
