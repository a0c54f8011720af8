"""Decide which lines of a reply are quotation, without knowing the language it is written in."""
# ruff: noqa: RUF001

import re
from collections.abc import Sequence
from enum import Enum
from typing import NamedTuple

from parley.channels.mail.headerblocks import (
    find_header_block,
    has_date,
    has_time,
    read_label,
    strip_marks,
)
from parley.channels.mail.wordlists import (
    FORWARD_MARKERS,
    ORIGINAL_MARKERS,
    SENDING_PROGRAMS,
    SENT_BEGINNINGS,
    SENT_ENDINGS,
)

_MAX_LINE = 1_000
_MAX_ATTRIBUTION = 4
_MAX_SIGNATURE = 15
_MAX_BLOCK = 14
# The rest of a longer body counts as one line.
MAX_LINES = 20_000
_NEAR = 4
_BLANKS = " \t>\xa0\u200b\ufeff"
_FRAME = "-_*=—–"
_FRAMES = tuple(_FRAME)
_DIGIT_OR_AT = re.compile(r"[\d@]")
_RULE = re.compile(r"\s*+(?:[_\-*=—–]\s?+){5,}+\s*+")
_FRAMED = re.compile(r"\s*+[-_*=—–]{2,}+\s?+[^\s\-_*=—–].{0,200}?\s?[-_*=—–]{2,}+\s*+:?\s*+")
_SIGNATURE = re.compile(r"\s?(?:--|––|—)\s?")
_ATTRIBUTION_END = re.compile(r"(?:[:：]|写道|寫道)\s*$")
_ADDRESS = re.compile(r"[^\s<>@\"]@[^\s<>@\"]")


class Mark(Enum):
    """What the sending program says about a line: nothing, quotation, history as a whole (attribution
    included), a block quotation that may be anything, signature, or that all from here on is history."""

    NONE = "none"
    QUOTED = "quoted"
    HISTORY = "history"
    BLOCK = "block"
    SIGNATURE = "signature"
    CUT = "cut"


class Line(NamedTuple):
    """One line of a body, its place in the source and its mark."""

    text: str
    start: int
    end: int
    mark: Mark = Mark.NONE

    @property
    def blank(self) -> bool:
        """Whether there is nothing to read on it."""
        return not self.text.strip(_BLANKS)

    @property
    def quoted(self) -> bool:
        """Whether it is marked as quotation of any kind."""
        return self.mark is Mark.QUOTED or self.mark is Mark.HISTORY or self.mark is Mark.BLOCK


def decide_folds(lines: Sequence[Line], *, forwarded: bool = False) -> list[bool]:
    """Say of each line whether to fold it.

    Folded are: a quotation with the attribution above it, everything from a header block on, the
    signature. Answers between quotations keep these visible. Nothing is folded from a forward marker on,
    nor when nothing would stay visible. `forwarded` says that the subject marks the mail as a forward, so
    that a header block begins what was forwarded rather than what is answered.
    """
    texts = [line.text for line in lines]
    cut = _find_cut(lines, texts)
    limit = _find_forward(lines, texts, cut)
    limit = min(limit, cut) if forwarded else limit
    while limit < len(lines) and limit > 0 and lines[limit - 1].blank:
        limit -= 1
    folds = [
        index < limit and (index >= cut or line.mark is Mark.QUOTED or line.mark is Mark.HISTORY)
        for index, line in enumerate(lines)
    ]
    _fold_attributions(lines, texts, folds, limit)
    _fill_gaps(lines, folds)
    _show_interleaved(lines, folds)
    _fold_signature(lines, folds, limit)
    _fold_sent_from(lines, folds, limit)
    if all(fold or line.blank for fold, line in zip(folds, lines, strict=True)):
        return [False] * len(lines)
    return folds


def is_forward_marker(texts: Sequence[str], index: int) -> bool:
    """Whether a line announces a forwarded message: framed by dashes, or above a header block."""
    text = strip_marks(texts[index][:_MAX_LINE]).strip("> \t").lower()
    if len(text) > 200 or not text or not (text[0] in _FRAME or text[-1] in ":："):
        return False
    if not any(marker in text for marker in FORWARD_MARKERS):
        return False
    return bool(_FRAMED.fullmatch(text)) or _header_near(texts, index + 1)


def _header_near(texts: Sequence[str], start: int) -> bool:
    for text in texts[start : start + _NEAR]:
        if text.strip(" >\t*_-"):
            label = read_label(text)
            return bool(label and label[0])
    return False


def find_forward(lines: Sequence[Line]) -> int | None:
    """The line that announces a forwarded message, unless it stands in what a reply quotes."""
    texts = [line.text for line in lines]
    found = _find_forward(lines, texts, _find_cut(lines, texts))
    return found if found < len(lines) else None


def _find_forward(lines: Sequence[Line], texts: Sequence[str], cut: int) -> int:
    quoted = False
    for index, line in enumerate(lines[:cut]):
        if line.blank:
            continue
        if not quoted and is_forward_marker(texts, index) and not _is_attributed(lines, texts, index):
            return index
        quoted = line.quoted
    return len(lines)


def _is_attributed(lines: Sequence[Line], texts: Sequence[str], index: int) -> bool:
    """Whether a line begins a quotation that has an attribution above it."""
    return lines[index].quoted and _attribution_start(lines, texts, [False] * index, index) < index


def _find_cut(lines: Sequence[Line], texts: Sequence[str]) -> int:
    """The first line of what is history to the end; the length when there is none."""
    for index, line in enumerate(lines):
        if line.mark is Mark.CUT:
            return _with_frame(lines, index)
        if line.quoted or line.blank:
            continue
        end = _history_head(lines, texts, index)
        if end and not _quotation_follows(lines, end):
            return _with_frame(lines, index)
    return len(lines)


def _history_head(lines: Sequence[Line], texts: Sequence[str], index: int) -> int:
    """The end of a header block, marker line or full attribution that starts here; 0 when none does."""
    block = find_header_block(texts, index)
    if block:
        return block.end
    if _is_original_marker(texts, index):
        return index + 1
    return _attribution_end(lines, index)


def _quotation_follows(lines: Sequence[Line], start: int) -> bool:
    following = [line for line in lines[start : start + 2 * _NEAR] if not line.blank][:_NEAR]
    return any(line.quoted for line in following)


def _with_frame(lines: Sequence[Line], index: int) -> int:
    """Include the rules, markers and blank lines above a header block or an attribution."""
    start = index
    while start > 0 and not lines[start - 1].quoted:
        text = lines[start - 1].text
        if not (lines[start - 1].blank or _is_frame(text) or _names_original(text)):
            break
        start -= 1
    return start


def _is_frame(text: str) -> bool:
    """A rule, or words between dashes that do not announce a forward."""
    plain = strip_marks(text[:_MAX_LINE])
    return bool(_RULE.fullmatch(plain) or _FRAMED.fullmatch(plain)) and not is_forward_marker([text], 0)


def _names_original(text: str) -> bool:
    if len(text) > 120:
        return False
    lowered = strip_marks(text).strip().lower()
    framed = len(lowered) <= 24 or _FRAMED.fullmatch(lowered)
    return bool(framed) and any(marker in lowered for marker in ORIGINAL_MARKERS)


def _is_original_marker(texts: Sequence[str], index: int) -> bool:
    """A framed line in any language with a header, a quotation or an attribution right below."""
    text = texts[index]
    if text.lstrip()[:1] not in _FRAMES or not _FRAMED.fullmatch(strip_marks(text[:_MAX_LINE])):
        return False
    if is_forward_marker(texts, index):
        return False
    if has_time(text) and _ADDRESS.search(text):
        return True
    below = [line for line in texts[index + 1 : index + 1 + _NEAR] if line.strip()][:2]
    if _names_original(text):
        return bool(below)
    return _header_near(texts, index + 1) or any(_is_full_attribution(line) for line in below)


def _is_full_attribution(text: str) -> bool:
    """Date with time, address and a final colon: nobody writes that by hand."""
    plain = strip_marks(text[:_MAX_LINE])
    return bool(_ATTRIBUTION_END.search(plain) and has_time(plain) and _ADDRESS.search(plain))


def _attribution_end(lines: Sequence[Line], index: int) -> int:
    """The end of a full attribution of at most three lines that starts here; 0 when none does."""
    first = lines[index].text[:_MAX_LINE]
    if not _DIGIT_OR_AT.search(first) or not (has_date(first) or _ADDRESS.search(first)):
        return 0
    joined = ""
    for end in range(index + 1, min(index + _MAX_ATTRIBUTION, len(lines) + 1)):
        if lines[end - 1].blank:
            return 0
        joined = f"{joined} {lines[end - 1].text[:_MAX_LINE]}"
        if len(joined) <= 500 and _is_full_attribution(joined):
            return end
    return 0


def _fold_attributions(lines: Sequence[Line], texts: Sequence[str], folds: list[bool], limit: int) -> None:
    """Fold the lines above each quotation that say who wrote it when; with them a plain block quotation."""
    above: Line | None = None
    for index, line in enumerate(lines[:limit]):
        if line.blank:
            continue
        if line.quoted and not (above and above.quoted):
            start = _attribution_start(lines, texts, folds, index)
            if start < index:
                first = _with_frame(lines, start)
                folds[first:index] = [True] * (index - first)
        if line.mark is Mark.BLOCK:
            folds[index] = folds[index] or _continues_fold(lines, folds, index)
        above = line


def _continues_fold(lines: Sequence[Line], folds: Sequence[bool], index: int) -> bool:
    """Whether the nearest readable line above is folded."""
    above = index - 1
    while above >= 0 and lines[above].blank:
        above -= 1
    return above >= 0 and folds[above]


def _attribution_start(
    lines: Sequence[Line], texts: Sequence[str], folds: Sequence[bool], quotation: int
) -> int:
    """The first line of the attribution that ends right above a quotation; its own index when none does."""
    last = quotation - 1
    while last > max(0, quotation - _NEAR) and lines[last].blank:
        last -= 1
    if last < 0 or folds[last] or lines[last].blank:
        return quotation
    for start in range(last, max(-1, last - _MAX_BLOCK), -1):
        block = None if lines[start].blank else find_header_block(texts, start)
        if block and block.end > last:
            return start
    if _is_original_marker(texts, last):
        return last
    if not _ATTRIBUTION_END.search(strip_marks(texts[last][-_MAX_LINE:])):
        return quotation
    return _widest_attribution(lines, folds, last, quotation)


def _widest_attribution(lines: Sequence[Line], folds: Sequence[bool], last: int, none: int) -> int:
    """Go up from the last line while the lines add the date or the address that is still missing."""
    best, joined = none, ""
    for start in range(last, max(-1, last - _MAX_ATTRIBUTION), -1):
        text = lines[start].text[:_MAX_LINE]
        joined = f"{text} {joined}"
        if lines[start].blank or folds[start] or len(joined) > 600:
            break
        dated, addressed = has_date(joined), bool(_ADDRESS.search(joined))
        if (dated or addressed) and (best == none or has_date(text)):
            best = start
        if dated and addressed:
            break
    return best


def _fill_gaps(lines: Sequence[Line], folds: list[bool]) -> None:
    """Blank lines between two folded lines are folded with them."""
    previous = -1
    for index, line in enumerate(lines):
        if folds[index]:
            if previous >= 0 and all(lines[gap].blank for gap in range(previous + 1, index)):
                folds[previous + 1 : index] = [True] * (index - previous - 1)
            previous = index
        elif not line.blank:
            previous = -1


def _show_interleaved(lines: Sequence[Line], folds: list[bool]) -> None:
    """Unfold the quotations that answers refer to: several with text between or below, or one that stands
    without attribution in the middle of the text."""
    written = [index for index, line in enumerate(lines) if not folds[index] and not line.blank]
    if not written:
        return
    runs = [
        (first, end)
        for first, end in _list_runs(folds)
        if end <= written[-1] and any(not line.blank for line in lines[first:end])
    ]
    single = len(runs) == 1 and len(_list_runs(folds)) == 1
    if single and (runs[0][0] < written[0] or not _is_bare(lines, runs[0])):
        return
    for first, end in runs:
        folds[first:end] = [False] * (end - first)


def _list_runs(folds: Sequence[bool]) -> list[tuple[int, int]]:
    runs: list[tuple[int, int]] = []
    start = -1
    for index, fold in enumerate([*folds, False]):
        if fold and start < 0:
            start = index
        elif not fold and start >= 0:
            runs.append((start, index))
            start = -1
    return runs


def _is_bare(lines: Sequence[Line], run: tuple[int, int]) -> bool:
    """Whether a quotation has no attribution with it."""
    return all(line.mark is Mark.QUOTED or line.blank for line in lines[run[0] : run[1]])


def _fold_signature(lines: Sequence[Line], folds: list[bool], limit: int) -> None:
    for index, line in enumerate(lines[:limit]):
        folds[index] = folds[index] or line.mark is Mark.SIGNATURE
    index = next(
        (
            index
            for index, line in enumerate(lines[:limit])
            if not folds[index] and not line.quoted and _SIGNATURE.fullmatch(line.text)
        ),
        -1,
    )
    if index < 0 or all(line.blank for line in lines[:index]):
        return
    end = next((place for place in range(index, limit) if folds[place]), limit)
    if sum(1 for line in lines[index:end] if not line.blank) <= _MAX_SIGNATURE:
        folds[index:end] = [True] * (end - index)


def _fold_sent_from(lines: Sequence[Line], folds: list[bool], limit: int) -> None:
    """Fold the line that a telephone adds below what was written ("Sent from my …")."""
    for end in (next((index for index in range(limit) if folds[index]), limit), limit):
        last = end - 1
        while last > 0 and lines[last].blank and not folds[last]:
            last -= 1
        if last > 0 and not folds[last] and not lines[last].quoted and is_sent_from(lines[last].text):
            folds[last:end] = [True] * (end - last)


def is_sent_from(text: str) -> bool:
    """Whether a line only names the device or program that a mail was written with."""
    plain = strip_marks(text[:_MAX_LINE]).strip(" \t.-*").lower()
    return (
        len(plain) <= 120
        and len(plain.split()) <= 12
        and any(program in plain for program in SENDING_PROGRAMS)
        and (plain.startswith(SENT_BEGINNINGS) or plain.endswith(SENT_ENDINGS))
    )
