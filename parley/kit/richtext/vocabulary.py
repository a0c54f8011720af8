"""The vocabulary of rich text: which elements there are, and what becomes of those that others write."""

import re
from uuid import UUID

# Elements of the result and their attributes; `dir` may stand on any of them.
BLOCKS = frozenset({"p", "h1", "h2", "h3", "pre", "hr", "blockquote", "ul", "ol", "li"})
TABLE = frozenset({"table", "caption", "thead", "tbody", "tfoot", "tr", "td", "th"})
INLINES = frozenset({"strong", "em", "u", "s", "code", "a", "span", "br", "img"})
ELEMENTS = BLOCKS | TABLE | INLINES
ATTRIBUTES: dict[str, set[str]] = {
    "a": {"href"},
    "img": {"src", "alt", "width", "height"},
    "ol": {"start"},
    "td": {"colspan", "rowspan"},
    "th": {"colspan", "rowspan"},
    "span": {"data-mention"},
}
LINK_REL = "noopener noreferrer nofollow"

# What is written in other elements becomes one of ours. Elements that HTML's parser treats as formatting are
# read under the prefix, see `rename_formatting`.
PREFIX = "x-"
FORMATTING = ("a", "b", "big", "code", "em", "font", "i", "nobr", "s", "small", "strike", "strong", "tt", "u")
INLINE_AS = {
    "x-a": "a",
    "x-b": "strong",
    "x-strong": "strong",
    "x-i": "em",
    "x-em": "em",
    "x-u": "u",
    "x-s": "s",
    "x-strike": "s",
    "del": "s",
    "x-code": "code",
    "x-tt": "code",
    "kbd": "code",
    "samp": "code",
    "span": "span",
}
HEADING_AS = {"h1": "h1", "h2": "h2", "h3": "h3", "h4": "h3", "h5": "h3", "h6": "h3"}
# A line of its own, but no paragraph.
LINES = frozenset({"div", "center", "address", "dt", "dd", "figcaption", "legend", "summary"})
# Like a paragraph.
SECTIONS = frozenset(
    {"article", "aside", "details", "dl", "fieldset", "figure", "footer", "form", "header", "hgroup", "main"}
    | {"menu", "nav", "section"}
)
READ = LINES | SECTIONS | HEADING_AS.keys() | (INLINE_AS.keys() - {"a"}) | ELEMENTS - set(FORMATTING)
READ_ATTRIBUTES: dict[str, set[str]] = {
    **{name: names | {"dir"} for name, names in ATTRIBUTES.items() if name != "a"},
    "x-a": {"href", "dir"},
    **{name: {"dir"} for name in READ - ATTRIBUTES.keys() - {"x-a"}},
}
DROPPED_WITH_CONTENT = frozenset(
    {"applet", "audio", "canvas", "datalist", "embed", "frameset", "head", "iframe", "math", "noembed"}
    | {"noframes", "noscript", "object", "script", "select", "style", "svg", "template", "textarea", "title"}
    | {"video"}
)

DIRECTIONS = frozenset({"ltr", "rtl", "auto"})
_NUMBER = re.compile(r"\s*(\d{1,5})(?:\.\d*)?(?:px)?\s*", re.ASCII)
_UUID = re.compile(r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_FORMATTING_TAG = re.compile(rf"<(/?)(?=(?:{'|'.join(FORMATTING)})(?:[\s/>]|$))", re.IGNORECASE)


def rename_formatting(html: str) -> str:
    """Give HTML's formatting elements names that its parser does not know.

    The parser would repeat unclosed ones in each later paragraph (HTML Standard, "reconstruct the active
    formatting elements"), so that a megabyte of input becomes gigabytes of tree. Tag names stand literally in
    the source, therefore none can slip through.
    """
    return _FORMATTING_TAG.sub(rf"<\1{PREFIX}", html)


def parse_size(value: str, low: int, high: int) -> int | None:
    """A whole number in low..high from an attribute ("120", "120px"), else None."""
    found = _NUMBER.fullmatch(value)
    return int(found[1]) if found and low <= int(found[1]) <= high else None


def parse_mention(value: str) -> str | None:
    """A UUID in its usual spelling, else None."""
    return str(UUID(value)) if _UUID.fullmatch(value) else None
