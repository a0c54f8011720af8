"""Header parameters and part structure."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parley.channels.mail.headers import format_parameter
from parley.channels.mail.mime import read_parameters, read_part
from parley.channels.mail.models import Defect, Limits


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('; name="a;b.pdf"; x=1', {"name": "a;b.pdf", "x": "1"}),
        (
            "; filename*0*=utf-8''a%C3%A9; filename*1=\"b c\"; filename*2*=%20d.pdf",
            {"filename": "aéb c d.pdf"},
        ),
        ("; filename*1=b; filename*0=a", {"filename": "ab"}),
        ("; filename=my file.pdf; size=3", {"filename": "my file.pdf", "size": "3"}),
        ("; filename*=UTF-8''%E2%82%AC.txt; filename=\"fallback.txt\"", {"filename": "€.txt"}),
        ("; filename*=iso-8859-2'sl'%B9ola.txt", {"filename": "šola.txt"}),
        ("; filename*=utf-8''50%25%zz", {"filename": "50%%zz"}),
        ('; name="=?utf-8?B?w6Q=?=.pdf"', {"name": "ä.pdf"}),
        ('; filename="a\\"b\\\\c.pdf"', {"filename": 'a"b\\c.pdf'}),
        ('; NAME="x"; name="y"', {"name": "x"}),
        ('; a="x', {"a": "x"}),
        ("", {}),
        (";;; ;=; x", {}),
    ],
)
def test_parameters(text: str, expected: dict[str, str]) -> None:
    assert read_parameters(text) == expected


@given(st.text(st.characters(blacklist_categories=["Cs", "Cc", "Zl", "Zp", "Zs"]), min_size=1, max_size=100))
def test_written_parameters_come_back(value: str) -> None:
    if "=?" not in value:
        assert read_parameters(format_parameter("filename", value)) == {"filename": value}


@given(st.text(max_size=200))
def test_any_parameters(text: str) -> None:
    read_parameters(text)


@pytest.mark.parametrize(
    ("raw", "headers", "body"),
    [
        (b"A: 1\r\nB: 2\r\n\r\nbody", ["a", "b"], b"body"),
        (b"A: 1\nB: 2\n\nbody", ["a", "b"], b"body"),
        (b"A: 1\r\n\tfolded\r\n\r\nbody", ["a"], b"body"),
        (b"A : 1\r\n\r\nbody", ["a"], b"body"),
        (b"\r\nbody", [], b"body"),
        (b"no headers here", [], b"no headers here"),
        (b"A: 1", ["a"], b""),
        (b"A: 1\r\nDear shop\r\n\r\nbye", ["a"], b"Dear shop\r\n\r\nbye"),
        (b"A: 1\r\nbroken\r\nSubject: x\r\n\r\nbody", ["a", "subject"], b"body"),
    ],
)
def test_header_block(raw: bytes, headers: list[str], body: bytes) -> None:
    part = read_part(raw, 0, len(raw), Limits(), set())
    assert [name for name, _ in part.headers] == headers
    assert raw[part.body : part.end] == body


def test_header_limits() -> None:
    defects: set[Defect] = set()
    raw = b"A: " + b"x" * 50 + b"\r\n" + b"B: y\r\n" * 50 + b"\r\nbody"
    part = read_part(raw, 0, len(raw), Limits(headers=10, header_value_bytes=20), defects)
    assert len(part.headers) == 10
    assert part.headers[0] == ("a", b"x" * 20)
    assert raw[part.body :] == b"body"
    assert defects == {Defect.HEADERS_CUT}
