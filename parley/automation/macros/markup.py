"""Where the tags of a template stand in rich text, and how they pass the sanitiser. Pure."""

import re
from html import escape, unescape

import msgspec

from parley.kit.richtext import sanitise_html, text_from_html

MAX_TAGS = 300
# Bounded, and never beyond a closing brace: the time is linear in the length of the text.
_TAG = re.compile(r"\{\{[^{}]{0,500}\}\}|\{%[^{}]{0,500}%\}")
_LONE = re.compile(r"<p(?: dir=\"\w+\")?>\s*((?:\{%[^{}]{0,500}%\}\s*)+)</p>")
_INSIDE = re.compile(r"<[^<>]{0,2000}\Z")
_HREF = re.compile(r"""href=(["'])\s*(\{\{[^{}]{0,500}\}\})\s*\1""")
_MARK = re.compile(r"x9tag(\d{1,4})q8")
_PLACE = "https://tag.invalid/"
_TYPOGRAPHIC = str.maketrans(
    {"\u201c": '"', "\u201d": '"', "\u201e": '"', "\u2018": "'", "\u2019": "'", "\xa0": " "}
)


class Tag(msgspec.Struct, frozen=True):
    """A tag as its writer reads it: `{{ order.number }}`; `inner` is what stands between the braces."""

    raw: str
    inner: str
    is_block: bool

    @property
    def shown(self) -> str:
        """The tag in one line, for a sentence about it."""
        return f"{{% {self.inner} %}}" if self.is_block else f"{{{{ {self.inner} }}}}"


def split_tags(html: str) -> tuple[list[str], list[Tag]]:
    """Gives the pieces of text and the tags between them: always one piece more than tags.

    A paragraph that holds nothing but `{% … %}` is no line of the text.
    """
    source = _LONE.sub(r"\1", html)
    pieces, tags, at = [], [], 0
    for found in _TAG.finditer(source):
        pieces.append(source[at : found.start()])
        tags.append(_read_tag(found[0]))
        at = found.end()
    return [*pieces, source[at:]], tags


def _read_tag(raw: str) -> Tag:
    inner = unescape(raw[2:-2]).translate(_TYPOGRAPHIC)
    return Tag(raw, " ".join(inner.split()), raw[1] == "%")


def is_in_attribute(before: str) -> bool:
    """Says whether what follows `before` stands between `<` and `>`."""
    return _INSIDE.search(before[-2100:]) is not None


def clean_template(html: str) -> str:
    """Sanitises rich text and keeps its tags, in links too: the form in which templates are stored."""
    kept: list[str] = []

    def mark(raw: str) -> str:
        kept.append(raw)
        return f"x9tag{len(kept) - 1}q8"

    def restore(found: re.Match[str]) -> str:
        place = int(found[1])
        if place >= len(kept):
            return found[0]
        tag = _read_tag(kept[place])
        return tag.raw[:2] + escape(f" {tag.inner} ", quote=True) + tag.raw[-2:]

    plain = _MARK.sub("", html)
    linked = _HREF.sub(lambda found: f'href="{_PLACE}{mark(found[2])}"', plain)
    marked = _TAG.sub(lambda found: mark(found[0]), linked)
    return _MARK.sub(restore, sanitise_html(marked).replace(_PLACE, ""))


def plain_text(html: str) -> str:
    """Gives the first words of a template, for lists; variables are left open, conditions out."""
    words = _TAG.sub(lambda found: "" if found[0][1] == "%" else "\u2026", html[:4_000])
    return " ".join(text_from_html(words).split())[:160]
