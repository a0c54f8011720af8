"""Fold what a reply quotes, so that only what its author wrote stays visible."""

import re
from collections.abc import Sequence

import msgspec

from parley.channels.mail.folding import MAX_LINES, Line, Mark, decide_folds
from parley.channels.mail.html_lines import split_html
from parley.channels.mail.models import ParsedMail
from parley.channels.mail.subjects import has_forward_prefix

_LINE = re.compile(r"[^\n]*\n|[^\n]+")
_QUOTE_SIGN = re.compile(r" ?>")


class Folded(msgspec.Struct, frozen=True):
    """A body in two halves: every character of the source is in exactly one of them, in order.

    HTML is cut between tags, so that a half may leave elements open or close them twice: sanitise each by
    itself.
    """

    visible_text: str
    quoted_text: str
    visible_html: str
    quoted_html: str


def fold_mail(parsed: ParsedMail) -> Folded:
    """Fold the bodies of a mail, knowing from its subject whether it is a forward (see `fold_quotes`)."""
    return fold_quotes(parsed.text, parsed.html, forwarded=has_forward_prefix(parsed.subject))


def fold_quotes(text: str, html: str, *, forwarded: bool = False) -> Folded:
    """Separate what a mail says from what it quotes, in its text and its HTML, each from its own marks.

    Works without knowing the language; when in doubt nothing is folded. Attribution, header block, signature
    and the quotation itself go to the quoted half; answers written into a quotation keep it visible. What a
    forward forwards stays visible: Outlook's can only be told by their subject, hence `forwarded`.
    """
    visible_text, quoted_text = _separate(text, split_text(text), forwarded=forwarded)
    visible_html, quoted_html = _separate(html, split_html(html), forwarded=forwarded) if html else ("", "")
    return Folded(visible_text, quoted_text, visible_html, quoted_html)


def split_text(text: str) -> list[Line]:
    """Split plain text into lines; those that start with ">" are marked as quoted."""
    lines: list[Line] = []
    for match in _LINE.finditer(text):
        if len(lines) == MAX_LINES:
            rest = text[match.start() :]
            mark = Mark.QUOTED if _QUOTE_SIGN.match(rest) else Mark.NONE
            return [*lines, Line(rest, match.start(), len(text), mark)]
        content = match[0].rstrip("\n")
        mark = Mark.QUOTED if _QUOTE_SIGN.match(content) else Mark.NONE
        lines.append(Line(content, match.start(), match.end(), mark))
    return lines


def _separate(source: str, lines: Sequence[Line], *, forwarded: bool) -> tuple[str, str]:
    folds = decide_folds(lines, forwarded=forwarded)
    halves: tuple[list[str], list[str]] = ([], [])
    for line, fold in zip(lines, folds, strict=True):
        halves[fold].append(source[line.start : line.end])
    return "".join(halves[0]), "".join(halves[1])
