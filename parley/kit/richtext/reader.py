"""Reads cleaned HTML tag by tag and tells a Writer what there is in terms of rich text."""

import re
from dataclasses import dataclass, field
from html import unescape
from typing import Literal

from parley.kit.richtext.links import clean_href, clean_image_source, clean_remote_image, is_remote_image
from parley.kit.richtext.vocabulary import (
    DIRECTIONS,
    HEADING_AS,
    INLINE_AS,
    LINES,
    SECTIONS,
    parse_mention,
    parse_size,
)
from parley.kit.richtext.writer import Writer, attribute

Images = Literal["block", "cid", "remote"]

_TOKEN = re.compile(r'<(/?)([a-z][a-z0-9-]*)((?: [^\s="<>]+="[^"]*")*)>|([^<]+)')
_ATTRIBUTE = re.compile(r' ([^\s="<>]+)="([^"]*)"')
_MAX_BOXES = 96
_MAX_INLINES = 12
_FLOW = frozenset({"blockquote", "li", "td", "th"})
_ROW_GROUPS = frozenset({"thead", "tbody", "tfoot"})
_MAX_PIXELS = 10_000


@dataclass(slots=True)
class _Frame:
    """What has to be undone at the end tag of an element."""

    boxes: int
    inlines: int
    leaf_kind: str | None
    direction: str | None
    boundary: Literal["none", "line", "leaf"]


@dataclass(slots=True)
class Reader:
    """One pass over HTML that nh3 has serialised; `blocked` counts the remote images left out."""

    writer: Writer
    images: Images
    file_prefix: str
    blocked: int = 0
    _numbered: int = 0
    _frames: list[_Frame] = field(default_factory=list)

    def read(self, html: str) -> None:
        """Feed the writer; tags are well nested, since they come from a serialised tree."""
        for end, tag, attributes, text in _TOKEN.findall(html):
            if text:
                self.writer.text(unescape(text))
            elif end:
                self._end()
            elif tag in _VOID:
                _VOID[tag](self, _parse_attributes(attributes))
            else:
                self._start(tag, _parse_attributes(attributes))

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        writer = self.writer
        frame = _Frame(0, 0, writer.leaf_kind, writer.direction, "none")
        self._frames.append(frame)
        direction = attributes.get("dir", "").lower()
        if inline := INLINE_AS.get(tag):
            self._start_inline(inline, attributes, direction, frame)
            return
        if direction in DIRECTIONS and direction != writer.direction:
            writer.end_leaf()
            writer.direction = direction
            frame.boundary = "leaf"
        if tag in LINES:
            writer.end_line()
            frame.boundary = "leaf" if frame.boundary == "leaf" else "line"
        elif tag == "p" or tag in SECTIONS or tag in HEADING_AS or tag == "pre":
            self._start_leaf(tag, frame)
        else:
            self._start_box(tag, attributes, frame)

    def _end(self) -> None:
        if not self._frames:
            return
        frame, writer = self._frames.pop(), self.writer
        for _ in range(frame.inlines):
            writer.inlines.pop()
        if frame.boundary == "line":
            writer.end_line()
        elif frame.boundary == "leaf":
            writer.end_leaf()
        for _ in range(frame.boxes):
            writer.leave()
        writer.leaf_kind, writer.direction = frame.leaf_kind, frame.direction

    def _start_leaf(self, tag: str, frame: _Frame) -> None:
        self.writer.end_leaf()
        frame.boundary = "leaf"
        inside = self.writer.leaf_kind
        if tag in HEADING_AS:
            self.writer.leaf_kind = HEADING_AS[tag]
        elif tag == "pre":
            self.writer.leaf_kind = "pre"
        elif tag == "p" and inside is None:
            self.writer.leaf_kind = "p"

    def _start_box(self, tag: str, attributes: dict[str, str], frame: _Frame) -> None:
        writer = self.writer
        chain = _boxes_for(tag, writer.boxes[-1].tag if writer.boxes else None)
        if not chain or len(writer.boxes) + len(chain) > _MAX_BOXES:
            writer.end_line()
            frame.boundary = "leaf" if frame.boundary == "leaf" else "line"
            return
        for implied in chain[:-1]:
            writer.enter(implied)
        writer.enter(tag, _box_attributes(tag, attributes))
        writer.leaf_kind = None
        frame.boxes = len(chain)
        frame.boundary = "leaf"

    def _start_inline(self, tag: str, attributes: dict[str, str], direction: str, frame: _Frame) -> None:
        written = ""
        if tag == "a":
            href = clean_href(attributes.get("href", ""))
            written = attribute("href", href) if href else ""
        elif tag == "span":
            mention = parse_mention(attributes.get("data-mention", ""))
            written = attribute("data-mention", mention) if mention else ""
            written += attribute("dir", direction) if direction in DIRECTIONS else ""
        if tag in {"a", "span"} and not written:
            return
        inlines = self.writer.inlines
        self._numbered += 1
        entry = (tag, written, self._numbered if written else 0)
        if len(inlines) < _MAX_INLINES and entry not in inlines:
            inlines.append(entry)
            frame.inlines = 1

    def on_break(self, _: dict[str, str]) -> None:
        """`<br>`"""
        self.writer.break_line()

    def on_rule(self, _: dict[str, str]) -> None:
        """`<hr>`"""
        self.writer.rule()

    def on_image(self, attributes: dict[str, str]) -> None:
        """`<img>`, or its alternative text where the image is left out."""
        raw, alt = attributes.get("src", ""), attributes.get("alt", "")
        sizes = {name: parse_size(attributes.get(name, ""), 0, _MAX_PIXELS) for name in ("width", "height")}
        if any(size is not None and size <= 1 for size in sizes.values()):
            return
        source = clean_image_source(raw, self.file_prefix)
        if source is None and self.images == "remote":
            source = clean_remote_image(raw)
        if source is not None and self.images != "block":
            kept = attribute("src", source) + (attribute("alt", alt) if alt else "")
            kept += "".join(attribute(name, str(size)) for name, size in sizes.items() if size)
            self.writer.image(kept)
            return
        self.blocked += source is not None or is_remote_image(raw)
        self.writer.text(f" {alt} ")


_VOID = {"br": Reader.on_break, "hr": Reader.on_rule, "img": Reader.on_image}


def _parse_attributes(text: str) -> dict[str, str]:
    return {name: unescape(value) for name, value in _ATTRIBUTE.findall(text)} if text else {}


def _boxes_for(tag: str, parent: str | None) -> list[str]:
    """The containers to begin for `tag` inside `parent`, implied ones first; none where it cannot stand."""
    in_flow = parent is None or parent in _FLOW
    if tag in {"ul", "ol", "blockquote", "table"}:
        return [tag] if in_flow else ["li", tag] if parent in {"ul", "ol"} else []
    if tag == "tr" and parent == "table":
        return ["tbody", "tr"]
    fits = {
        "li": parent in {"ul", "ol"},
        "caption": parent == "table",
        "tr": parent in _ROW_GROUPS,
        "td": parent == "tr",
        "th": parent == "tr",
    }
    return [tag] if fits.get(tag, parent == "table" and tag in _ROW_GROUPS) else []


def _box_attributes(tag: str, attributes: dict[str, str]) -> str:
    numbers = {"td": ("colspan", "rowspan"), "th": ("colspan", "rowspan"), "ol": ("start",)}.get(tag, ())
    written = ""
    for name in numbers:
        value = parse_size(attributes.get(name, ""), 2, 1_000)
        written += attribute(name, str(value)) if value else ""
    return written
