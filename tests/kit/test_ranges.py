"""Parts of files."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parley.kit.http.ranges import NotSatisfiableError, parse_range


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        (None, None),
        ("", None),
        ("bytes=-", None),
        ("items=0-1", None),
        ("bytes=0-0,5-6", None),
        ("bytes=5-2", None),
        ("bytes=0-0", (0, 1)),
        ("bytes=3-", (3, 7)),
        ("bytes=-4", (6, 4)),
        ("bytes=-400", (0, 10)),
        ("bytes=2-999", (2, 8)),
    ],
)
def test_ranges_of_ten_bytes(header: str | None, expected: tuple[int, int] | None) -> None:
    assert parse_range(header, 10) == expected


@pytest.mark.parametrize("header", ["bytes=10-", "bytes=10-11", "bytes=-0"])
def test_outside(header: str) -> None:
    with pytest.raises(NotSatisfiableError):
        parse_range(header, 10)


@given(st.text(alphabet="bytes=0123456789-, ", max_size=24), st.integers(1, 100))
def test_a_part_lies_inside(header: str, size: int) -> None:
    try:
        part = parse_range(header, size)
    except NotSatisfiableError:
        return
    assert part is None or (part[0] >= 0 and part[1] > 0 and sum(part) <= size)
