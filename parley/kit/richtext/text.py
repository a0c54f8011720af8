"""Between rich text and plain text."""

import re
from html import unescape
from itertools import takewhile

from parley.kit.richtext.chars import clean_characters, cut_graphemes
from parley.kit.richtext.links import find_links
from parley.kit.richtext.sanitise import MAX_BYTES, sanitise_html

_TOKEN = re.compile(r"<(/?)([a-z][a-z0-9]*)([^>]*)>|([^<]+)")
_HREF = re.compile(r' href="([^"]*)"')
_START = re.compile(r' start="(\d+)"')
_ALT = re.compile(r' alt="([^"]*)"')
# Markup, white space but single spaces, and whatever may be a web or mail address.
_NOT_PLAIN = re.compile(r"[<>&@]|[^\S ]|  |://|www\.", re.IGNORECASE)
_SPACES = re.compile(r"\s+")
_BLANK_LINES = re.compile(r"\n[ \t]*\n[ \t\n]*")
_SCHEME = re.compile(r"(?:https?://|mailto:|tel:)(?:www\.)?", re.IGNORECASE)
_PARAGRAPHS = frozenset({"p", "h1", "h2", "h3", "pre", "blockquote", "table", "ul", "ol"})
_ELLIPSIS = "…"


def text_from_html(html: str, *, max_bytes: int = MAX_BYTES) -> str:
    """Readable plain text of any HTML.

    Items get bullets or numbers, quotes `> `, cells ` | ` between them, links `text (url)`. Paragraphs are
    separated by one empty line; there is no white space at the ends.
    """
    lines = _Lines()
    for end, tag, attributes, text in _TOKEN.findall(sanitise_html(html, max_bytes=max_bytes)):
        if text:
            lines.add(unescape(text))
        elif end:
            lines.end(tag)
        else:
            lines.start(tag, attributes)
    return lines.result()


def html_from_text(text: str, *, max_bytes: int = MAX_BYTES) -> str:
    """Rich text of plain text: paragraphs at empty lines, line breaks, web and mail addresses as links."""
    if is_one_plain_line(text) and len(text) * 4 < max_bytes:
        return f"<p>{text}</p>"
    paragraphs = _BLANK_LINES.split(text.replace("\r\n", "\n").replace("\r", "\n").strip())
    marked = "".join(f"<p>{_linked(p).replace(chr(10), '<br>')}</p>" for p in paragraphs if p)
    # The sanitiser knows the normal form; nothing has to know it twice.
    return sanitise_html(marked, images="block", max_bytes=max_bytes)


def is_one_plain_line(text: str) -> bool:
    """Whether a text stands in a paragraph as it is: most of what is chatted, which so is spared the sanitiser."""
    return (
        bool(text) and text == text.strip() and not _NOT_PLAIN.search(text) and clean_characters(text) == text
    )


def excerpt(text: str, n: int) -> str:
    """At most `n` code points of a text on one line, cut between characters as readers see them, with `…`.

    White space is folded, and what cannot be seen is left out; a cut falls between words where one is near.
    """
    flat = _SPACES.sub(" ", clean_characters(text)).strip()
    if len(flat) <= n:
        return flat
    cut = cut_graphemes(flat, max(n - len(_ELLIPSIS), 0))
    space = cut.rfind(" ")
    if space > len(cut) * 3 // 4 and not flat[len(cut)].isspace():
        cut = cut[:space]
    return (cut.rstrip() + _ELLIPSIS)[: max(n, 0)]


def _linked(text: str) -> str:
    pieces: list[str] = []
    at = 0
    for start, end, href in find_links(text):
        pieces.append(_escaped(text[at:start]))
        pieces.append(f'<a href="{_escaped(href)}">{_escaped(text[start:end])}</a>')
        at = end
    return "".join(pieces) + _escaped(text[at:])


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;")


class _Lines:
    """Plain text under way: finished lines, the line being written, and what stands before each line."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.current: list[str] = []
        self.prefixes: list[str] = []
        self.bullet = ""
        self.numbers: list[int | None] = []
        self.links: list[tuple[int, str]] = []
        self.compact = 0
        self.gap = False
        self.last_prefixes: list[str] = []

    def add(self, text: str) -> None:
        self.current.append(text)

    def start(self, tag: str, attributes: str) -> None:
        if tag == "br":
            self.add("\n")
        elif tag == "hr":
            self.flush(gap=True)
            self.add("---")
            self.flush(gap=True)
        elif tag == "img":
            alt = _ALT.search(attributes)
            self.add(f"[{unescape(alt[1])}]" if alt else "")
        elif tag == "a":
            href = _HREF.search(attributes)
            self.links.append((len(self.current), unescape(href[1]) if href else ""))
        elif tag in {"td", "th"}:
            self.compact += 1
            if self.current:
                self.add(" | ")
        else:
            self.start_block(tag, attributes)

    def start_block(self, tag: str, attributes: str) -> None:
        if tag in _PARAGRAPHS or tag in {"tr", "caption", "li"}:
            self.flush(gap=tag in _PARAGRAPHS)
        if tag == "blockquote":
            self.prefixes.append("> ")
        elif tag in {"ul", "ol"}:
            start = _START.search(attributes)
            self.numbers.append((int(start[1]) if start else 1) if tag == "ol" else None)
        elif tag == "li":
            self.start_item()

    def start_item(self) -> None:
        number = self.numbers[-1] if self.numbers else None
        mark = "- " if number is None else f"{number}. "
        if number is not None:
            self.numbers[-1] = number + 1
        if self.compact and self.bullet:
            # The item around this one has nothing else on its first line.
            self.lines.append(self.before_line().rstrip())
            self.gap = False
        self.compact += 1
        self.bullet = mark
        self.prefixes.append(" " * len(mark))

    def end(self, tag: str) -> None:
        if tag == "a" and self.links:
            self.end_link()
        elif tag in {"td", "th"}:
            self.compact -= 1
        elif tag in _PARAGRAPHS or tag in {"tr", "caption", "li"}:
            self.flush(gap=tag in _PARAGRAPHS)
            if tag in {"blockquote", "li"}:
                self.prefixes.pop()
            if tag == "li":
                self.compact -= 1
                self.bullet = ""
            elif tag in {"ul", "ol"}:
                self.numbers.pop()

    def end_link(self) -> None:
        start, href = self.links.pop()
        text = "".join(self.current[start:])
        if href and _bare(href) != _bare(text):
            self.add(f" ({href.removeprefix('mailto:').removeprefix('tel:')})")

    def flush(self, *, gap: bool) -> None:
        """Finish the line being written; `gap` asks for an empty line around it outside items and cells."""
        text = "".join(self.current).replace("\xa0", " ")
        self.current.clear()
        if text.strip():
            if self.gap and self.lines:
                both = zip(self.prefixes, self.last_prefixes, strict=False)
                self.lines.append("".join(now for now, _ in takewhile(_is_same, both)).rstrip())
            self.gap, self.last_prefixes = False, list(self.prefixes)
            for line in text.split("\n"):
                self.lines.append((self.before_line() + line).rstrip())
                self.bullet = ""
        self.gap = self.gap or (gap and not self.compact)

    def before_line(self) -> str:
        if not self.bullet:
            return "".join(self.prefixes)
        return "".join(self.prefixes[:-1]) + self.bullet

    def result(self) -> str:
        self.flush(gap=False)
        return "\n".join(self.lines).strip()


def _is_same(pair: tuple[str, str]) -> bool:
    return pair[0] == pair[1]


def _bare(address: str) -> str:
    return _SCHEME.sub("", address.strip(), count=1).rstrip("/").lower()
