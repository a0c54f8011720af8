"""Calendar parts."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parley.channels.mail.calendars import BadCalendar, parse_calendar
from parley.channels.mail.models import CalendarEvent, Limits

LIMITS = Limits()


def calendar(*lines: str) -> str:
    return "\r\n".join(
        ["BEGIN:VCALENDAR", "METHOD:REQUEST", "BEGIN:VEVENT", *lines, "END:VEVENT", "END:VCALENDAR", ""]
    )


def read(*lines: str) -> CalendarEvent:
    (event,) = parse_calendar(calendar(*lines), "", LIMITS)
    return event


def test_times() -> None:
    assert read("DTSTART;TZID=Europe/Ljubljana:20260701T100000").start == "2026-07-01T10:00:00+02:00"
    assert read("DTSTART;TZID=W. Europe Standard Time:20260701T100000").start == "2026-07-01T10:00:00+02:00"
    assert read("DTSTART:20260701T100000Z").start == "2026-07-01T10:00:00+00:00"
    assert read("DTSTART;VALUE=DATE:20260701").start == "2026-07-01"
    assert read("DTSTART;TZID=Nowhere:20260701T100000").start == "2026-07-01T10:00:00"
    assert read("DTSTART:nonsense", "SUMMARY:x").start == ""


def test_a_mail_cannot_change_the_zone_of_later_mails() -> None:
    zone = (
        "BEGIN:VTIMEZONE\r\nTZID:{name}\r\nBEGIN:STANDARD\r\nDTSTART:16010101T000000\r\nTZOFFSETFROM:+1000\r\n"
        "TZOFFSETTO:+1000\r\nEND:STANDARD\r\nEND:VTIMEZONE\r\n"
    )
    for name in ("Customized Time Zone", "W. Europe Standard Time"):
        event = f"DTSTART;TZID={name}:20260701T100000"
        before = read(event).start
        hostile = calendar(event).replace("BEGIN:VEVENT", zone.format(name=name) + "BEGIN:VEVENT")
        (poisoned,) = parse_calendar(hostile, "", LIMITS)
        assert poisoned.start == read(event).start == before


def test_folded_and_escaped_text() -> None:
    event = read(
        "SUMMARY:Obisk\\, ogl\r\n ed\\; in več", "LOCATION:Žalec", "ORGANIZER;CN=Ana:MAILTO:Ana@X.example"
    )
    assert event.title == "Obisk, ogled; in več"
    assert event.organizer == "ana@x.example"
    assert event.summary == "Obisk, ogled; in več\nŽalec\nana@x.example"


def test_method_of_the_part_counts_when_the_calendar_names_none() -> None:
    text = calendar("SUMMARY:x").replace("METHOD:REQUEST\r\n", "")
    assert parse_calendar(text, "reply", LIMITS)[0].method == "REPLY"


@pytest.mark.parametrize(
    "text", ["", "x", "BEGIN:VCALENDAR", "BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n", "x" * 600_000]
)
def test_unreadable(text: str) -> None:
    with pytest.raises(BadCalendar):
        parse_calendar(text, "", LIMITS)


def test_many_events_are_bounded() -> None:
    text = "BEGIN:VCALENDAR\r\n" + "BEGIN:VEVENT\r\nSUMMARY:x\r\nEND:VEVENT\r\n" * 500 + "END:VCALENDAR\r\n"
    start = time.process_time()
    assert len(parse_calendar(text, "", LIMITS)) == LIMITS.calendar_events
    assert time.process_time() - start < 2


PARTS = st.sampled_from(
    [
        "BEGIN:VEVENT",
        "END:VEVENT",
        "DTSTART:2026",
        "RRULE:FREQ=X",
        'ATTENDEE;X="',
        "SUMMARY:a",
        ":",
        ";",
        "DURATION:P9",
        "\r\n ",
        "GEO:1",
    ]
)


@given(st.lists(PARTS | st.text(max_size=8), max_size=12))
def test_noise_raises_nothing_else(pieces: list[str]) -> None:
    try:
        parse_calendar("BEGIN:VCALENDAR\r\n" + "\r\n".join(pieces) + "\r\nEND:VCALENDAR", "", LIMITS)
    except BadCalendar:
        return
