"""Recognise the header block of a quoted or forwarded message ("From: … Sent: … To: … Subject: …")."""
# ruff: noqa: RUF001

import re
from collections.abc import Sequence
from typing import NamedTuple

from parley.channels.mail.wordlists import HEADER_LABELS

_MAX_LINES = 24
_MAX_LINE = 2_000
_MAX_LABEL = 120
_MAX_CONTINUED = 6
_QUOTE_PREFIX = re.compile(r"^[\s>|]*")
_LABEL = re.compile(r"[>\s]*+\*{0,2}+([^\W\d_][^:：*|<>@]{0,30}?)\s*+\*{0,2}+\s?+[:：]\s?\*{0,2}+\s*+(.*+)")
_TABLE_ROW = re.compile(
    r"[>\s]*+\|\s*+\*{0,2}+([^\W\d_][^|:：*]{0,30}?)\*{0,2}+\s*+[:：]?+\s*+\|\s*+([^|]*+)\|?+\s*+"
)
_MARKS = re.compile("[\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]")
_YEAR = re.compile(r"\d{4}")
_TIME = re.compile(r"\d{1,2}\s?[:.h時시点]\s?\d{2}")
_MAILBOX = re.compile(r"[<\[(](?:mailto:)?[^\s<>@]+@[^\s<>@]+[>\])]")
_DATE = re.compile(r"\d{1,4}[./-]\d{1,2}(?:[./-]\d{1,4})?")


class HeaderBlock(NamedTuple):
    """The values found in lines `start` to `end` (exclusive); what is not there is ""."""

    start: int
    end: int
    author: str
    date: str
    recipients: str
    subject: str


def has_time(text: str) -> bool:
    """Whether the text holds a year and a time of day, in any order and script."""
    return bool(_YEAR.search(text) and _TIME.search(text))


def has_date(text: str) -> bool:
    """Whether the text holds something like a date or a time."""
    return bool(_YEAR.search(text) or _TIME.search(text) or _DATE.search(text))


def strip_marks(text: str) -> str:
    """Remove invisible direction marks and non-breaking spaces that programs put around names."""
    return _MARKS.sub("", text).replace("\xa0", " ").replace("\u202f", " ")


def read_label(line: str) -> tuple[str, str, str] | None:
    """Read "Label: value" as (field, label, value); field is "" when the label is in no list."""
    if not any(sign in line[:_MAX_LABEL] for sign in ":：|"):
        return None
    text = strip_marks(line[:_MAX_LINE])
    match = _TABLE_ROW.fullmatch(text) or _LABEL.fullmatch(text)
    if match is None:
        return None
    label = match[1].strip()
    return (
        HEADER_LABELS.get(label.replace(" ", "").lower(), ""),
        label,
        match[2].strip(" |\t").rstrip(";").strip(),
    )


def find_header_block(lines: Sequence[str], start: int) -> HeaderBlock | None:
    """Read the header block that starts exactly at a line; None when there is none.

    Known labels decide. In a language without a list the shape does: a mailbox, a time with year, two more.
    """
    first = read_label(lines[start])
    if first is None:
        return None
    if not first[0]:
        return _find_by_shape(lines, start)
    found: dict[str, str] = {}
    end = position = start
    current, continued = "", 0
    last = min(len(lines), start + _MAX_LINES)
    while position < last:
        line = lines[position]
        label = read_label(line)
        if label and label[0] and label[0] not in found:
            current, continued = label[0], 0
            found[current] = label[2]
            end = position + 1
        elif not _QUOTE_PREFIX.sub("", line):
            if not _label_follows(lines, position + 1, found):
                break
        elif current and continued < _MAX_CONTINUED and _continues(line, current, label, found):
            found[current] = (
                f"{found[current]} {_QUOTE_PREFIX.sub('', strip_marks(line[:_MAX_LINE]))}".strip()
            )
            continued += 1
            end = position + 1
        else:
            break
        position += 1
    return _build(start, end, found) if _is_header(found) else None


def _is_header(found: dict[str, str]) -> bool:
    """Enough labels, and a subject or an address: "From: Lisbon, To: Porto, Date: …" is a journey."""
    if "from" not in found or len(found.keys() & {"date", "to", "subject"}) < 2:
        return False
    return "subject" in found or "@" in found["from"] + found.get("to", "")


def _build(start: int, end: int, found: dict[str, str]) -> HeaderBlock:
    return HeaderBlock(
        start, end, found["from"], found.get("date", ""), found.get("to", ""), found.get("subject", "")
    )


def _label_follows(lines: Sequence[str], position: int, found: dict[str, str]) -> bool:
    """After a blank line the block goes on only with a label that it still lacks."""
    if position >= len(lines):
        return False
    label = read_label(lines[position])
    return bool(label and label[0] and label[0] not in found)


def _continues(line: str, current: str, label: tuple[str, str, str] | None, found: dict[str, str]) -> bool:
    """A wrapped value: long lists of recipients, or a value on the line below its label."""
    if label and label[0]:
        return False
    return (current in {"to", "cc", "other"} and "@" in line) or not found[current]


def _find_by_shape(lines: Sequence[str], start: int) -> HeaderBlock | None:
    labelled = [read_label(line) for line in lines[start : start + 5]]
    rows = [row for row in labelled if row]
    if len(rows) < 4 or not all(labelled[:4]):
        return None
    if not _MAILBOX.search(rows[0][2]) or not has_time(rows[1][2]):
        return None
    end = start + (5 if len(rows) == 5 and labelled[4] else 4)
    return HeaderBlock(start, end, rows[0][2], rows[1][2], rows[2][2], rows[end - start - 1][2])
