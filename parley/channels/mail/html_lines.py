"""Split the HTML of a mail into lines that know what the sending program marked them as."""

import re
from bisect import bisect_right
from collections import Counter
from dataclasses import dataclass, field

from parley.channels.mail.folding import MAX_LINES, Line, Mark
from parley.channels.mail.markup import (
    BLOCKS,
    VOID,
    Token,
    TokenKind,
    read_attributes,
    scan_html,
    unescape,
)

_SPACES = re.compile(r"\s+")
_QUOTE_SIGN = re.compile(r"\s?>")
# Elements that hold nothing but history, its header block included.
_HISTORY_CLASSES = (
    "gmail_attr",
    "moz-cite-prefix",
    "yahoo_quoted",
    "zmail_extra",
    "tutanota_quote",
    "fairemail_quote",
    "ms-outlook-mobile-reference-message",
)
_HISTORY_IDS = (
    "olk_src_body_section",
    "mail-editor-reference-message-container",
    "yahoo_quoted_",
    "isreplycontent",
    "reply-intro",
)
_HISTORY_NAMES = ("messagereplysection", "quote")
# Elements that may also hold what was written between the quotations, which then are blockquotes.
_MIXED_CLASSES = ("gmail_quote", "gmail_quote_container", "protonmail_quote")
_SIGNATURE_CLASSES = ("gmail_signature", "moz-signature", "protonmail_signature_block")
_SIGNATURE_IDS = ("applemailsignature", "ms-outlook-mobile-signature")
_CUT_IDS = ("divrplyfwdmsg",)
_OUTLOOK_RULE = re.compile(
    r"border-top\s*:\s*solid\s+#[0-9a-f]{6}\s+1\.0pt.{0,80}?padding\s*:\s*3\.0pt", re.IGNORECASE | re.DOTALL
)


def split_html(source: str) -> list[Line]:
    """Split HTML at its blocks, line breaks and quoting elements; the lines cover the source without gaps."""
    tokens = scan_html(source)
    splitter = _Splitter(source, _find_marks(tokens))
    for index, token in enumerate(tokens):
        splitter.take(index, token)
    splitter.end_line(len(source))
    return splitter.lines


def _find_marks(tokens: list[Token]) -> dict[int, Mark]:
    """The marks of the opening tags that have one, by token number."""
    marks: dict[int, Mark] = {}
    mixed: list[int] = []
    blockquotes: list[int] = []
    for index, token in enumerate(tokens):
        if token.kind is not TokenKind.OPEN or token.name in VOID:
            continue
        if token.name == "blockquote":
            blockquotes.append(index)
        mark = _mark_of(token) if token.attributes else _mark_by_name(token.name)
        if mark:
            marks[index] = mark
        elif token.attributes and _has_class(read_attributes(token), _MIXED_CLASSES):
            mixed.append(index)
    ends = _find_ends(tokens, set(mixed))
    for index in mixed:
        inside = bisect_right(blockquotes, ends.get(index, len(tokens))) - bisect_right(blockquotes, index)
        if not inside:
            marks[index] = Mark.HISTORY
    return marks


def _mark_by_name(name: str) -> Mark | None:
    return Mark.BLOCK if name == "blockquote" else None


def _mark_of(token: Token) -> Mark | None:
    attributes = read_attributes(token)
    identifier = attributes.get("id", "").lower().removeprefix("x_")
    if identifier.startswith(_CUT_IDS) or _OUTLOOK_RULE.search(attributes.get("style", "")):
        return Mark.CUT
    if identifier.startswith(_SIGNATURE_IDS) or _has_class(attributes, _SIGNATURE_CLASSES):
        return Mark.SIGNATURE
    if (
        identifier.startswith(_HISTORY_IDS)
        or attributes.get("name", "").lower() in _HISTORY_NAMES
        or _has_class(attributes, _HISTORY_CLASSES)
    ):
        return Mark.HISTORY
    if token.name != "blockquote":
        return None
    cited = attributes.get("type", "").lower() == "cite" or _has_class(attributes, _MIXED_CLASSES)
    return Mark.QUOTED if cited else Mark.BLOCK


def _has_class(attributes: dict[str, str], names: tuple[str, ...]) -> bool:
    """Programs that quote each other put prefixes such as "x_" or "ydp4f" before class names."""
    return any(word.endswith(names) for word in attributes.get("class", "").lower().split())


def _find_ends(tokens: list[Token], wanted: set[int]) -> dict[int, int]:
    """For the wanted opening tags: the number of the token that closes them."""
    ends: dict[int, int] = {}
    stack: list[tuple[str, int]] = []
    counts: Counter[str] = Counter()
    for index, token in enumerate(tokens):
        if token.kind is TokenKind.OPEN and token.name not in VOID:
            stack.append((token.name, index))
            counts[token.name] += 1
        elif token.kind is TokenKind.CLOSE and counts[token.name]:
            while stack:
                name, opened = stack.pop()
                counts[name] -= 1
                if opened in wanted:
                    ends[opened] = index
                if name == token.name:
                    break
    return ends


@dataclass
class _Splitter:
    """Lines under construction, and the marked elements that are open."""

    source: str
    marks: dict[int, Mark]
    lines: list[Line] = field(default_factory=list)
    start: int = 0
    pieces: list[str] = field(default_factory=list)
    readable: bool = False
    closed: bool = False
    cut_here: bool = False
    stack: list[tuple[str, Mark | None]] = field(default_factory=list)
    names: Counter[str] = field(default_factory=Counter)
    open_marks: Counter[Mark] = field(default_factory=Counter)

    def take(self, index: int, token: Token) -> None:
        if token.kind is TokenKind.TEXT:
            self.add_text(token)
        elif token.kind is TokenKind.OPEN:
            self.open(token, self.marks.get(index))
        elif token.kind is TokenKind.CLOSE:
            self.close(token)

    def add_text(self, token: Token) -> None:
        text = self.source[token.start : token.end]
        self.readable = self.readable or not text.isspace()
        if not self.names["pre"]:
            self.pieces.append(text)
            return
        position = token.start
        for line in text.splitlines(keepends=True):
            position += len(line)
            self.pieces.append(line)
            if line.endswith(("\n", "\r")):
                self.end_line(position)

    def open(self, token: Token, mark: Mark | None) -> None:
        if mark or (token.name in BLOCKS and (self.closed or self.readable)):
            self.end_line(token.start)
        if token.name in VOID:
            if token.name in {"br", "hr"}:
                self.end_line(token.end)
            return
        self.stack.append((token.name, mark))
        self.names[token.name] += 1
        if mark is Mark.CUT:
            self.cut_here = True
        elif mark:
            self.open_marks[mark] += 1

    def close(self, token: Token) -> None:
        marked = False
        if self.names[token.name]:
            while self.stack:
                name, mark = self.stack.pop()
                self.names[name] -= 1
                if mark and mark is not Mark.CUT:
                    marked = True
                    self.end_line(token.end, keep_open=True)
                    self.open_marks[mark] -= 1
                if name == token.name:
                    break
        if not marked and token.name in BLOCKS and self.readable:
            self.end_line(token.end)
        self.closed = token.name in BLOCKS and not marked

    def end_line(self, end: int, *, keep_open: bool = False) -> None:
        """Finish the line at a place in the source, marked by the elements that are open."""
        if len(self.lines) == MAX_LINES and end < len(self.source):
            return
        if end > self.start:
            text = _SPACES.sub(" ", unescape("".join(self.pieces))).strip()
            self.lines.append(Line(text, self.start, end, self.current_mark(text)))
            self.start = end
        self.pieces = []
        self.readable = self.closed = False
        if not keep_open:
            self.cut_here = False

    def current_mark(self, text: str) -> Mark:
        if self.cut_here:
            return Mark.CUT
        for mark in (Mark.HISTORY, Mark.QUOTED, Mark.BLOCK, Mark.SIGNATURE):
            if self.open_marks[mark] > 0:
                return mark
        return Mark.QUOTED if _QUOTE_SIGN.match(text) else Mark.NONE
