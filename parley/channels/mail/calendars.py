"""Summarise calendar parts of a mail (RFC 5545, RFC 6047)."""

import re
from datetime import date, datetime
from typing import Any

from icalendar import Calendar, Component

from parley.channels.mail.charsets import clean_line, clean_text
from parley.channels.mail.models import CalendarEvent, Limits

_FOLD = re.compile(r"\r?\n[ \t]")
_ZONE = re.compile(r"^[ \t]*(BEGIN|END)[ \t]*:[ \t]*VTIMEZONE[ \t]*$", re.IGNORECASE)
_KINDS = frozenset({"VEVENT", "VTODO", "VJOURNAL"})
_MAX_TEXT = 2_000
_MAX_ATTENDEES = 100


class BadCalendar(ValueError):
    """The part is no readable calendar."""


def parse_calendar(text: str, method: str, limits: Limits) -> tuple[CalendarEvent, ...]:
    """Read the events of a calendar part; `method` is the one of the Content-Type header (RFC 6047).

    Raises BadCalendar when it cannot be read.
    """
    if len(text) > limits.calendar_bytes:
        raise BadCalendar("too large")
    try:
        calendars = Calendar.from_ical(_without_zones(text), multiple=True)
        events = [
            _build_event(part, _text_of(calendar, "METHOD") or method)
            for calendar in calendars
            for part in calendar.subcomponents[: limits.calendar_events]
            if part.name in _KINDS
        ]
    except Exception as error:  # the library raises whatever a property's type raises
        raise BadCalendar(str(error)[:200]) from error
    if not events:
        raise BadCalendar("no event")
    return tuple(events[: limits.calendar_events])


def _without_zones(text: str) -> str:
    """Drop VTIMEZONE blocks: the library keeps them by name for the whole process, so one mail could shift
    the times of all later ones. IANA and Windows zone names are known without them."""
    kept: list[str] = []
    inside = False
    for line in clean_text(_FOLD.sub("", text)).split("\n"):
        if match := _ZONE.match(line):
            inside = match[1].upper() == "BEGIN"
        elif not inside:
            kept.append(line)
    return "\r\n".join(kept)


def _build_event(component: Component, method: str) -> CalendarEvent:
    attendees: Any = component.get("ATTENDEE", [])
    listed = attendees if isinstance(attendees, list) else [attendees]
    answers = tuple((_address_of(one), _parameter(one, "PARTSTAT")) for one in listed[:_MAX_ATTENDEES])
    return CalendarEvent(
        method=clean_line(method).upper()[:40],
        uid=_text_of(component, "UID"),
        title=_text_of(component, "SUMMARY"),
        start=_time_of(component, "DTSTART"),
        end=_time_of(component, "DTEND") or _time_of(component, "DUE"),
        location=_text_of(component, "LOCATION"),
        organizer=_address_of(component.get("ORGANIZER", "")),
        answers=answers,
    )


def _text_of(component: Component, name: str) -> str:
    value: Any = component.get(name, "")
    first = value[0] if isinstance(value, list) and value else value
    return clean_line(str(first))[:_MAX_TEXT]


def _time_of(component: Component, name: str) -> str:
    value: Any = component.get(name)
    try:
        moment = getattr(value[0] if isinstance(value, list) and value else value, "dt", None)
    except ValueError:
        return ""
    return moment.isoformat() if isinstance(moment, date | datetime) else ""


def _address_of(value: object) -> str:
    text = clean_line(str(value))[:320]
    return text[7:].lower() if text.lower().startswith("mailto:") else text


def _parameter(value: object, name: str) -> str:
    parameters = getattr(value, "params", {})
    return clean_line(str(parameters.get(name, ""))).upper()[:40]
