"""Read the dates that mail programs write into quoted headers, in the languages of their users."""

import re
import unicodedata
from datetime import UTC, datetime, timedelta

from parley.channels.mail.headerblocks import strip_marks
from parley.channels.mail.wordlists import MONTHS

_YEAR_FIRST = re.compile(r"(\d{4})\s?[年년./-]\s?(\d{1,2})\s?[月월./-]\s?(\d{1,2})")
_YEAR_LAST = re.compile(r"\b(\d{1,2})[./-]\s?(\d{1,2})[./-]\s?(\d{4})")
_TIME = re.compile(r"(\d{1,2})\s?[:.h時시点]\s?(\d{2})(?:\s?[:.分분]\s?(\d{2}))?")
_OFFSET = re.compile(r"(?:GMT|UTC)?\s?([+-])(\d{1,2}):?(\d{2})?\b")
_AFTERNOON = re.compile(r"\bp\.?\s?m\b|下午|午後|오후|\bم\b|晚上", re.IGNORECASE)
_MORNING = re.compile(r"\ba\.?\s?m\b|上午|午前|오전|\bص\b|凌晨", re.IGNORECASE)
_NUMBER = re.compile(r"\d+")
_WORD = re.compile(r"[^\W\d_]+")
_MAX_LENGTH = 200
# Minutes; abbreviations that mean different zones in different places are left out.
_ZONES = {
    **dict.fromkeys(("GMT", "UTC", "Z", "WET"), 0),
    **dict.fromkeys(("MEZ", "CET", "BST", "WEST"), 60),
    **dict.fromkeys(("MESZ", "CEST", "EET"), 120),
    **dict.fromkeys(("JST", "KST"), 540),
    **dict.fromkeys(("BRT", "ART"), -180),
    **dict.fromkeys(("EST", "CDT"), -300),
    **dict.fromkeys(("MST", "PDT"), -420),
    "EEST": 180,
    "EDT": -240,
    "MDT": -360,
    "PST": -480,
}


def parse_quoted_date(text: str, local_offset: int | None) -> datetime | None:
    """Read a date with time as UTC; None when it cannot be told for certain.

    Without a zone of its own the time counts as local at `local_offset` minutes, as the program that quoted
    it wrote it; without that as UTC.
    """
    plain = unicodedata.normalize("NFKC", strip_marks(text[:_MAX_LENGTH]))
    day = _find_day(plain)
    if day is None:
        return None
    rest = plain.replace(day[1], " ", 1)
    hour, minute, second, end = _find_time(rest)
    offset = _find_offset(rest[end:])
    minutes = offset if offset is not None else local_offset or 0
    try:
        local = datetime(*day[0], hour, minute, second, tzinfo=UTC)
        return local - timedelta(minutes=minutes)
    except (ValueError, OverflowError):
        return None


def _find_day(text: str) -> tuple[tuple[int, int, int], str] | None:
    if match := _YEAR_FIRST.search(text):
        return (int(match[1]), int(match[2]), int(match[3])), match[0]
    if match := _YEAR_LAST.search(text):
        first, second = int(match[1]), int(match[2])
        if first > 12 or (second <= 12 and "." in match[0]):
            return (int(match[3]), second, first), match[0]
        if second > 12:
            return (int(match[3]), first, second), match[0]
        return None
    return _find_named_day(text)


def _find_named_day(text: str) -> tuple[tuple[int, int, int], str] | None:
    """A day with a month's name: four digits are the year, the first one or two are the day."""
    month, name = next(
        ((MONTHS[word.lower()], word) for word in _WORD.findall(text) if word.lower() in MONTHS), (0, "")
    )
    without_time = _TIME.sub(" ", text)
    numbers = _NUMBER.findall(without_time)
    year = next((number for number in numbers if len(number) == 4), "")
    day = next((number for number in numbers if len(number) <= 2), "")
    if not (month and year and day):
        return None
    return (int(year), month, int(day)), name


def _find_time(text: str) -> tuple[int, int, int, int]:
    match = _TIME.search(text)
    if match is None:
        return 0, 0, 0, len(text)
    hour = int(match[1])
    if _AFTERNOON.search(text) and hour < 12:
        hour += 12
    elif _MORNING.search(text) and hour == 12:
        hour = 0
    return hour, int(match[2]), int(match[3] or 0), match.end()


def _find_offset(text: str) -> int | None:
    if match := _OFFSET.search(text):
        sign = -1 if match[1] == "-" else 1
        return sign * (int(match[2]) * 60 + int(match[3] or 0))
    zone = next((word for word in _WORD.findall(text) if word in _ZONES), None)
    return _ZONES[zone] if zone else None
