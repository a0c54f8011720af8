"""Reading HTML without building a tree."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parley.channels.mail.folding import MAX_LINES, Mark
from parley.channels.mail.html_lines import split_html
from parley.channels.mail.markup import TokenKind, read_attributes, scan_html, unescape

MARKUP = st.text(alphabet="<>/!-=\"' \nabpdivstyle&;#", max_size=200)


def kinds(source: str) -> list[tuple[str, str]]:
    return [(token.kind.value, token.name or source[token.start : token.end]) for token in scan_html(source)]


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("a<b>c</b>", [("text", "a"), ("open", "b"), ("text", "c"), ("close", "b")]),
        ("<P CLASS=x>", [("open", "p")]),
        ("1 < 2 <3", [("text", "1 < 2 <3")]),
        ("<!-- <b> -->x", [("other", "<!-- <b> -->"), ("text", "x")]),
        ("<!doctype html>x", [("other", "<!doctype html>"), ("text", "x")]),
        ("<![if !mso]>x<![endif]>", [("other", "<![if !mso]>"), ("text", "x"), ("other", "<![endif]>")]),
        ("</ x>y", [("other", "</ x>"), ("text", "y")]),
        ("<a title='>'>x", [("open", "a"), ("text", "x")]),
        ("<style><b></style>x", [("open", "style"), ("other", "<b>"), ("close", "style"), ("text", "x")]),
        ("<style><b>", [("open", "style"), ("other", "<b>")]),
        ("<br/>x", [("open", "br"), ("text", "x")]),
        ("x<b", [("text", "x"), ("text", "<b")]),
        ("<o:p>&nbsp;</o:p>", [("open", "o:p"), ("text", "&nbsp;"), ("close", "o:p")]),
    ],
)
def test_tokens(source: str, expected: list[tuple[str, str]]) -> None:
    assert kinds(source) == expected


def test_attributes() -> None:
    (token,) = scan_html("<div ID=\"a&amp;b\" class=c d data-x = '1 2' id=second e/>")
    assert read_attributes(token) == {"id": "a&b", "class": "c", "d": "", "data-x": "1 2", "e": ""}


@given(MARKUP)
def test_tokens_cover_the_source(source: str) -> None:
    assert "".join(source[token.start : token.end] for token in scan_html(source)) == source


@given(MARKUP)
def test_lines_cover_the_source(source: str) -> None:
    assert "".join(source[line.start : line.end] for line in split_html(source)) == source


def test_marks() -> None:
    source = (
        '<div>a</div><blockquote type="cite"><p>b</p><p>c</p></blockquote>d<blockquote>e</blockquote>'
        '<div class="x_gmail_signature">f</div><div id="x_divRplyFwdMsg">g</div>'
    )
    marks = {line.text: line.mark for line in split_html(source) if line.text}
    assert marks == {
        "a": Mark.NONE,
        "b": Mark.QUOTED,
        "c": Mark.QUOTED,
        "d": Mark.NONE,
        "e": Mark.BLOCK,
        "f": Mark.SIGNATURE,
        "g": Mark.CUT,
    }


def test_long_bodies_end_in_one_line() -> None:
    source = "<p>x</p>" * (MAX_LINES + 500)
    lines = split_html(source)
    assert len(lines) == MAX_LINES + 1
    assert lines[-1].end == len(source)
    assert any(token.kind is TokenKind.CLOSE for token in scan_html(source))


def test_character_references_with_absurd_numbers() -> None:
    assert unescape("&amp;&eacute;") == "&é"
    assert unescape("&#" + "9" * 5_000 + ";").startswith("&#")
