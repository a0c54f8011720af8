"""Keyset paging: lists are `{"items": […], "next": cursor or null}`; a cursor is opaque to the caller."""

import base64
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, Generic, TypeVar
from uuid import UUID

import msgspec

from parley.kit.errors import BadInput

Item = TypeVar("Item")
MAX_LIMIT = 200


class Page(msgspec.Struct, Generic[Item]):
    """One page of a list; `next` asks for the following one and is null at the end."""

    items: list[Item]
    next: str | None = None


def encode_cursor(*values: Any) -> str:
    """Packs the sort values of the last row."""
    return base64.urlsafe_b64encode(msgspec.json.encode(values)).rstrip(b"=").decode()


def decode_cursor(text: str, *kinds: Any) -> tuple[Any, ...]:
    """Unpacks a cursor into values of the given types; raises BadInput."""
    try:
        raw = base64.urlsafe_b64decode(text.encode("ascii") + b"=" * (-len(text) % 4))
        values = msgspec.json.decode(raw)
        return tuple(msgspec.convert(value, kind) for value, kind in zip(list(values), kinds, strict=True))
    except (TypeError, ValueError, msgspec.ValidationError, msgspec.DecodeError) as failure:
        raise BadInput("bad_cursor", "The cursor in `after` is not one of ours.") from failure


def decode_id_cursor(text: str | None) -> UUID | None:
    """Unpacks a cursor that holds one id; None stays None."""
    return decode_cursor(text, UUID)[0] if text else None


def decode_time_cursor(text: str | None) -> tuple[datetime, UUID] | None:
    """Unpacks a cursor of (time, id); None stays None."""
    if not text:
        return None
    at, row_id = decode_cursor(text, datetime, UUID)
    return at, row_id


def check_limit(limit: int) -> int:
    """Gives a page size between 1 and 200; raises BadInput otherwise."""
    if not 1 <= limit <= MAX_LIMIT:
        raise BadInput("bad_limit", f"limit takes 1 to {MAX_LIMIT}.")
    return limit


def cut_page(items: Sequence[Item], key: Callable[[Item], str], limit: int, after: str | None) -> Page[Item]:
    """Cuts one page out of a list that is short enough to be read whole; raises BadInput.

    The cursor holds the place and the key of the last item, so that nothing is lost when one before it goes away.
    """
    size, start = check_limit(limit), 0
    if after:
        place, last = decode_cursor(after, int, str)
        known = next((number for number, item in enumerate(items) if key(item) == last), None)
        start = max(0, place) if known is None else known + 1
    page = list(items[start : start + size])
    more = start + size < len(items)
    return Page(page, encode_cursor(start + len(page) - 1, key(page[-1])) if more and page else None)
