"""Writes rich text in its one normal form: whatever the source nests, the result reads back as the same tree.

Containers (lists, tables, quotes) nest; everything written stands in a leaf (paragraph, heading, preformatted
text, or bare inside a list item or cell); formatting never crosses a leaf. Elements are opened when the first
content in them comes, so nothing empty is written.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial

from parley.kit.richtext.chars import clean_characters
from parley.kit.richtext.vocabulary import LINK_REL

# Tag, attributes, and a number that keeps two neighbouring links or mentions apart.
Inline = tuple[str, str, int]

_BLANKS = re.compile("[ \t\n\r\f\xa0]+")
_BARE_IN = frozenset({"li", "td", "th", "caption"})
_NO_TEXT_IN = frozenset({"table", "thead", "tbody", "tfoot", "tr"})
_TEXT_ESCAPES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", "\xa0": "&nbsp;"})
_ATTRIBUTE_ESCAPES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", "\xa0": "&nbsp;", '"': "&quot;"})
_REL_BYTES = len(f' rel="{LINK_REL}"')


@dataclass(slots=True, eq=False)
class Box:
    """A container of the source that belongs into the result, once it has content."""

    tag: str
    attributes: str
    direction: str | None
    children: int = 0
    is_open: bool = False
    empty_cells: list[str] = field(default_factory=list)


def attribute(name: str, value: str) -> str:
    """One attribute as it is written, with the space before it."""
    return f' {name}="{value.translate(_ATTRIBUTE_ESCAPES)}"'


class _FullError(Exception):
    """There is no room for the next piece."""


class Writer:
    """The result so far; what does not fit in `limit` bytes of UTF-8 and `max_tags` tags is left out."""

    def __init__(self, limit: int, max_tags: int) -> None:
        self.boxes: list[Box] = []
        self.inlines: list[Inline] = []
        self.leaf_kind: str | None = None
        self.direction: str | None = None
        self.is_full = False
        self._out: list[str] = []
        self._left = limit
        self._tags_left = max_tags
        self._leaf: str | None = None
        self._leaf_close = ""
        self._open_inlines: list[Inline] = []
        self._breaks = 0
        self._space = ""
        self._at_line_start = True

    # Structure

    def enter(self, tag: str, attributes: str = "") -> None:
        """Begin a container."""
        self.end_leaf()
        self.boxes.append(Box(tag, attributes, self.direction))

    def leave(self) -> None:
        """End the innermost container; an empty cell is kept where its row has content."""
        self.end_leaf()
        box = self.boxes.pop()
        if box.is_open:
            self._out.append(f"</{box.tag}>")
        elif box.tag in {"td", "th"}:
            row = self.boxes[-1]
            row.empty_cells.append(f"<{box.tag}{box.attributes}></{box.tag}>")
            if row.is_open:
                self._when_room(lambda: self._write_empty_cells(row))

    def end_leaf(self) -> None:
        """End the paragraph, heading or bare text that is open."""
        if self._leaf is not None:
            self._close_inlines(0)
            self._out.append(self._leaf_close)
        self._leaf = None
        self._breaks = 0
        self._space = ""
        self._at_line_start = True

    def end_line(self) -> None:
        """Make what follows begin on a new line."""
        if not self._at_line_start:
            self.break_line()

    def break_line(self) -> None:
        """A line break; it is written when more follows in the same leaf."""
        if self._leaf is not None:
            self._breaks += 1
            self._space = ""
            self._at_line_start = True

    # Content

    def text(self, text: str) -> None:
        """Text, its white space folded except in preformatted text."""
        in_link = any(tag == "a" for tag, _, _ in self.inlines)
        cleaned = clean_characters(text, in_link=in_link)
        if self.leaf_kind == "pre":
            self._preformatted(cleaned.replace("\r\n", "\n").replace("\r", "\n"))
            return
        folded = _BLANKS.sub(_folded, cleaned)
        words = folded.strip(" \xa0")
        if not words:
            self._add_space(folded)
            return
        if folded[0] != words[0]:
            self._add_space(folded[0])
        self._put(lambda: self._write_text(words))
        if folded[-1] != words[-1]:
            self._add_space(folded[-1])

    def image(self, attributes: str) -> None:
        """An image."""
        self._put(lambda: self._write(f"<img{attributes}>"))

    def rule(self) -> None:
        """A thematic break, where one may stand."""
        self.end_leaf()
        if not self.boxes or self.boxes[-1].tag not in _NO_TEXT_IN | {"ul", "ol", "caption"}:
            self._when_room(self._write_rule)

    def result(self) -> str:
        """The finished text; whatever is still open is closed."""
        while self.boxes:
            self.leave()
        self.end_leaf()
        return "".join(self._out)

    # How it is written

    def _put(self, write: Callable[[], None]) -> None:
        """Write a piece of content with everything that has to be opened around it."""
        if not self.boxes or self.boxes[-1].tag not in _NO_TEXT_IN:
            self._when_room(self._prepare)
            self._when_room(write)

    def _when_room(self, write: Callable[[], None]) -> None:
        if not self.is_full:
            try:
                write()
            except _FullError:
                self.is_full = True

    def _preformatted(self, text: str) -> None:
        if self._leaf is None:
            text = text.lstrip("\n")
        for number, line in enumerate(text.split("\n")):
            if number:
                self.break_line()
            if line:
                self._put(partial(self._write_text, line))

    def _add_space(self, space: str) -> None:
        if space and not self._at_line_start:
            self._space = " " if self._space else space

    def _prepare(self) -> None:
        if self._breaks > 1 and self._leaf in {"p", "bare"}:
            self.end_leaf()
        if self._leaf is None:
            self._open_boxes()
            self._open_leaf()
        wanted = self._wanted_inlines()
        common = 0
        for left, right in zip(wanted, self._open_inlines, strict=False):
            if left != right:
                break
            common += 1
        self._close_inlines(common)
        if self._breaks:
            self._write("\n" * self._breaks if self._leaf == "pre" else "<br>")
        elif self._space:
            self._write_text(self._space)
        for inline in wanted[common:]:
            self._open(inline[0], inline[1])
            self._open_inlines.append(inline)
        self._breaks = 0
        self._space = ""
        self._at_line_start = False

    def _wanted_inlines(self) -> list[Inline]:
        """The formatting in force; of links that contain each other only the innermost counts."""
        links = [index for index, (tag, _, _) in enumerate(self.inlines) if tag == "a"]
        hidden = set(links[:-1])
        return [inline for index, inline in enumerate(self.inlines) if index not in hidden]

    def _open_boxes(self) -> None:
        parent: Box | None = None
        for box in self.boxes:
            if not box.is_open:
                if parent is not None:
                    parent.children += 1
                    self._write_empty_cells(parent)
                outer = parent.direction if parent else None
                self._open(box.tag, box.attributes + _direction(box.direction, outer))
                box.is_open = True
            parent = box

    def _write_empty_cells(self, row: Box) -> None:
        for cell in row.empty_cells:
            self._write(cell)
        row.empty_cells.clear()

    def _open_leaf(self) -> None:
        box = self.boxes[-1] if self.boxes else None
        outer = box.direction if box else None
        kind = self.leaf_kind
        is_first = box is not None and box.tag in _BARE_IN and not box.children
        self._leaf_close = ""
        if box and box.tag in {"ul", "ol"}:
            self._open("li", _direction(self.direction, outer))
            self._leaf, self._leaf_close = "bare", "</li>"
            outer, is_first = self.direction, True
        if box:
            box.children += 1
        if kind is None and is_first and outer == self.direction:
            self._leaf = "bare"
            return
        self._open(kind or "p", _direction(self.direction, outer))
        self._leaf = kind or "p"
        self._leaf_close = f"</{self._leaf}>{self._leaf_close}"

    def _write_rule(self) -> None:
        self._open_boxes()
        self._write("<hr>")
        if self.boxes:
            self.boxes[-1].children += 1

    def _close_inlines(self, keep: int) -> None:
        while len(self._open_inlines) > keep:
            self._out.append(f"</{self._open_inlines.pop()[0]}>")

    def _open(self, tag: str, attributes: str) -> None:
        # The end tag is paid with the start tag, so that closing always fits.
        self._write(f"<{tag}{attributes}>", reserve=len(tag) + len("</>") + (_REL_BYTES if tag == "a" else 0))

    def _write(self, piece: str, *, reserve: int = 0) -> None:
        size = reserve + (len(piece) if piece.isascii() else len(piece.encode()))
        tags = piece.count("<") + bool(reserve)
        if size > self._left or tags > self._tags_left:
            raise _FullError
        self._left -= size
        self._tags_left -= tags
        self._out.append(piece)

    def _write_text(self, text: str) -> None:
        escaped = text.translate(_TEXT_ESCAPES)
        try:
            self._write(escaped)
        except _FullError:
            self._write(_shortened(text, self._left))
            raise


def _folded(found: re.Match[str]) -> str:
    return "\xa0" if found[0] == "\xa0" else " "


def _direction(wanted: str | None, outer: str | None) -> str:
    return attribute("dir", wanted) if wanted and wanted != outer else ""


def _shortened(text: str, room: int) -> str:
    """Escaped text cut to `room` bytes, between characters and not inside an escape."""
    pieces: list[str] = []
    for char in text[:room]:
        piece = char.translate(_TEXT_ESCAPES)
        room -= len(piece.encode())
        if room < 0:
            break
        pieces.append(piece)
    return "".join(pieces)
