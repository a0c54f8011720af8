"""Positions on the log."""

import re
from typing import NamedTuple

_SHAPE = re.compile(r"(\d{1,9})\.(\d{1,19})\.(\d{1,19})", re.ASCII)


class Cursor(NamedTuple):
    """A position on the log; compares in reading order."""

    epoch: int
    xid: int
    seq: int

    def __str__(self) -> str:
        return f"{self.epoch}.{self.xid}.{self.seq}"


START = Cursor(0, 0, 0)


class BadCursor(ValueError):
    """Raised for a text that is no cursor."""


def parse_cursor(text: str) -> Cursor:
    """Reads a cursor; raises BadCursor."""
    match = _SHAPE.fullmatch(text)
    if match is None:
        raise BadCursor("not a cursor of the log")
    cursor = Cursor(*(int(part) for part in match.groups()))
    if cursor.epoch > 2**31 - 1 or cursor.xid > 2**63 - 1 or cursor.seq > 2**63 - 1:
        raise BadCursor("not a cursor of the log")
    return cursor
