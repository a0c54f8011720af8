"""Which part of a file a request asks for (RFC 9110, 14). Pure."""

import re

_RANGE = re.compile(r"bytes=(\d{0,18})-(\d{0,18})", re.ASCII)


class NotSatisfiableError(ValueError):
    """Raised when a range lies outside the file."""


def parse_range(header: str | None, size: int) -> tuple[int, int] | None:
    """Gives the first byte and the length asked for; None for the whole file.

    A header that is not one simple range is left aside, as the standard allows. Raises NotSatisfiableError.
    """
    found = _RANGE.fullmatch((header or "").strip())
    if found is None or found.groups() == ("", ""):
        return None
    first, last = found.groups()
    if not first:
        length = min(int(last), size)
        if length == 0:
            raise NotSatisfiableError("an empty tail")
        return size - length, length
    start, end = int(first), min(int(last) if last else size - 1, size - 1)
    if start >= size:
        raise NotSatisfiableError("behind the end")
    if last and int(last) < start:
        return None
    return start, end - start + 1
