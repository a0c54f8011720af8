"""Characters that deceive or only take room, and where a text may be cut without breaking a character."""

import re
import unicodedata

# Controls, soft hyphen, grapheme joiner, invisible operators, bidi embeddings and overrides, fillers, tag
# characters, noncharacters. Direction marks (LRM, RLM, ALM) and the two joiners stay: scripts need them.
_INVISIBLE = (
    "\x00-\x08\x0b\x0e-\x1f\x7f-\x9f\xad\u034f\u180e\u200b\u202a-\u202e\u2060-\u2064\u206a-\u206f"
    "\u3164\ufdd0-\ufdef\ufeff\uffa0\ufff0-\ufffb\ufffe\uffff\U0001d173-\U0001d17a\U000e0000-\U000e007f"
)
_ISOLATES = "\u2066-\u2069"
_JOINERS = "\u200c\u200d"
_SELECTORS = "\ufe00-\ufe0f\U000e0100-\U000e01ef"
_STACKED = "\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f"
_BLANK = " \t\n\r\f\xa0"

_SUSPICIOUS = re.compile(
    f"[{_INVISIBLE}{_ISOLATES}{_JOINERS}{_SELECTORS}{_STACKED}\ud800-\udfff\u2028\u2029]"
)
# The flags of England, Scotland and Wales are spelled with tag characters.
_INVISIBLE_BUT_FLAGS = re.compile(
    f"(\U0001f3f4[\U000e0030-\U000e0039\U000e0061-\U000e007a]{{2,6}}\U000e007f)|[{_INVISIBLE}]"
)
_REPEATED_SELECTORS = re.compile(f"([{_SELECTORS}])[{_SELECTORS}]+")
_REPEATED_JOINERS = re.compile(f"([{_JOINERS}])[{_JOINERS}]+")
_USELESS_JOINERS = re.compile(f"(?<=[{_BLANK}])[{_JOINERS}]+|[{_JOINERS}]+(?=[{_BLANK}])")
_TOWERS = re.compile(f"([{_STACKED}]{{4}})[{_STACKED}]+")
_ISOLATE = re.compile(f"[{_ISOLATES}]")
_LINE_SEPARATORS = str.maketrans({"\u2028": "\n", "\u2029": "\n"})

_EXTENDING = frozenset({"Mn", "Mc", "Me"})
_ZWJ, _ZWNJ = "\u200d", "\u200c"
_MAX_CLUSTER = 32


def clean_characters(text: str, *, in_link: bool = False) -> str:
    """Text without invisible padding, controls, bidi overrides and towers of accents; never longer.

    Isolates stay where they are balanced, and not in a link, whose text must read as it is stored.
    """
    if not _SUSPICIOUS.search(text):
        return text
    text = _INVISIBLE_BUT_FLAGS.sub(lambda found: found[1] or "", text.translate(_LINE_SEPARATORS))
    text = _REPEATED_SELECTORS.sub(r"\1", text)
    text = _USELESS_JOINERS.sub("", _REPEATED_JOINERS.sub(r"\1", text))
    text = _TOWERS.sub(r"\1", text)
    if in_link or not _is_balanced(text):
        text = _ISOLATE.sub("", text)
    return text


def has_hidden_characters(text: str) -> bool:
    """Whether any character is a control, a format character or a noncharacter."""
    return any(unicodedata.category(char) in {"Cc", "Cf", "Cn", "Cs", "Co", "Zl", "Zp"} for char in text)


def cut_graphemes(text: str, limit: int) -> str:
    """The longest start of at most `limit` code points that does not cut what a reader sees as one character.

    Follows the rules of UAX #29 that matter in practice: marks, joiners, emoji modifiers and flags, Hangul
    jamo, Indic conjuncts, CR LF. A single cluster of more than 32 code points is cut all the same.
    """
    if len(text) <= limit:
        return text
    cut = limit
    while cut > 0 and limit - cut < _MAX_CLUSTER and not _may_cut(text, cut):
        cut -= 1
    return text[: cut if limit - cut < _MAX_CLUSTER else limit]


def _is_balanced(text: str) -> bool:
    depth = 0
    for found in _ISOLATE.finditer(text):
        depth += -1 if found[0] == "\u2069" else 1
        if depth < 0:
            return False
    return depth == 0


def _may_cut(text: str, at: int) -> bool:
    """Whether a boundary lies between the characters at `at - 1` and `at`."""
    before, after = text[at - 1], text[at]
    if before.isascii() and after.isascii():
        return (before, after) != ("\r", "\n")
    category = unicodedata.category(after)
    if category in _EXTENDING or after in (_ZWJ, _ZWNJ) or "\U0001f3fb" <= after <= "\U0001f3ff":
        return False
    if "\U000e0020" <= after <= "\U000e007f" or before == _ZWJ:
        return False
    if _is_jamo(before) and "\u1160" <= after <= "\u11ff":
        return False
    if unicodedata.combining(before) == 9 and category == "Lo":
        return False
    return not (_is_regional(before) and _is_regional(after)) or _regionals_before(text, at) % 2 == 0


def _is_jamo(char: str) -> bool:
    return "\u1100" <= char <= "\u11ff" or "\uac00" <= char <= "\ud7a3"


def _is_regional(char: str) -> bool:
    return "\U0001f1e6" <= char <= "\U0001f1ff"


def _regionals_before(text: str, at: int) -> int:
    count = 0
    while count < at and _is_regional(text[at - 1 - count]):
        count += 1
    return count
