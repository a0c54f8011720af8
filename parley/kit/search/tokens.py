"""From text to search tokens, the same for what is stored and for what is asked.

NFKC, lower case, accents and vowel points that are often left out folded; letters, numbers and the marks of
all other scripts kept. Runs of scripts written without spaces, and of Korean, become overlapping pairs of
characters.
"""

import re
import unicodedata

MAX_TOKENS = 20_000
MAX_TOKEN_LENGTH = 48
_MAX_TEXT = 400_000

# Scripts of which a text is a run without word boundaries: Thai, Lao, Myanmar, Hangul jamo, Khmer, Bopomofo,
# kana, Han and Hangul syllables, with their marks and iteration signs.
RUN_CHARACTERS = (
    "\u0e01-\u0e3a\u0e40-\u0e4e\u0e80-\u0ece\u0edc-\u0edf\u1000-\u109f\u1100-\u11ff\u1780-\u17d3\u17d7\u17dc\u17dd"
    "\u2e80-\u2fd5\u3005-\u3007\u3021-\u302f\u3031-\u3035\u3038-\u303b\u3041-\u3096\u3099\u309a\u309d-\u309f"
    "\u30a1-\u30fa\u30fc-\u30ff\u3105-\u312f\u3131-\u318e\u31a0-\u31bf\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff"
    "\ua960-\ua97c\ua9e0-\ua9fe\uaa60-\uaa7f\uac00-\ud7a3\ud7b0-\ud7fb\uf900-\ufaff"
    "\U0001aff0-\U0001affe\U0001b000-\U0001b167\U00020000-\U0003ffff"
)
# Marks that readers leave out at will: accents of Latin, Greek and Cyrillic, Hebrew points, Arabic harakat.
_FOLDED_MARKS = re.compile(
    "[\u0300-\u036f\u0483-\u0487\u0591-\u05bd\u05bf\u05c1\u05c2\u05c4\u05c5\u05c7\u0610-\u061a\u064b-\u065f\u0670"
    "\u06d6-\u06dc\u06df-\u06e4\u06e7\u06e8\u06ea-\u06ed\u08d3-\u08ff\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20f0\ufe20-\ufe2f]"
)
# Letters that no normal form takes apart.
_FOLDED_LETTERS = {
    **dict(zip("øłđħŧıĸðƶȼ", "oldhtikdzc", strict=True)),
    "æ": "ae",
    "œ": "oe",
    "þ": "th",
    "ŋ": "ng",
    "ə": "e",
    # Arabic alef maksura, teh marbuta and tatweel; Persian kaf and yeh; Urdu heh
    "\u0649": "\u064a",
    "\u0629": "\u0647",
    "\u0640": "",
    "\u06a9": "\u0643",
    "\u06cc": "\u064a",
    "\u06c1": "\u0647",
}
_TOKEN = re.compile(f"[{RUN_CHARACTERS}]+|[^ {RUN_CHARACTERS}]+")
_ASCII_TOKEN = re.compile("[a-z0-9]+")
_IS_RUN = re.compile(f"[{RUN_CHARACTERS}]")


class _Folding(dict[int, str]):
    """Table for str.translate that works out each character once: its folded form, or a space."""

    def __missing__(self, code: int) -> str:
        folded = fold_character(chr(code))
        self[code] = folded
        return folded


def fold_character(char: str) -> str:
    """The folded form of one character: letters, numbers and marks; "" for ignorable ones; else a space."""
    if unicodedata.category(char) == "Cf":
        return "" if char in "\xad\u200b\u200c\u200d\u200e\u200f\u2060\ufeff\u061c" else " "
    decomposed = unicodedata.normalize("NFD", unicodedata.normalize("NFKC", char).casefold())
    kept = "".join(_FOLDED_LETTERS.get(c, c) for c in _FOLDED_MARKS.sub("", decomposed))
    composed = unicodedata.normalize("NFC", kept)
    return "".join(c if unicodedata.category(c)[0] in "LNM" else " " for c in composed)


_FOLDING = _Folding()


def fold(text: str) -> str:
    """Text as it is compared: folded, everything that is neither letter, number nor mark a space."""
    return unicodedata.normalize("NFKC", text).translate(_FOLDING)


def tokenise(text: str) -> list[str]:
    """The tokens of a text in order; at most 20,000, each of at most 48 characters."""
    if text.isascii():
        return [t[:MAX_TOKEN_LENGTH] for t in _ASCII_TOKEN.findall(text[:_MAX_TEXT].lower())[:MAX_TOKENS]]
    tokens: list[str] = []
    for unit in split_units(fold(text[:_MAX_TEXT])):
        if len(unit) > 2 and is_run(unit):
            tokens += [unit[i : i + 2] for i in range(len(unit) - 1)]
        else:
            tokens.append(unit[:MAX_TOKEN_LENGTH])
    return tokens[:MAX_TOKENS]


def index_terms(text: str, prefix: str) -> list[str]:
    """The distinct tokens of a text, each behind `prefix`, in order of first appearance."""
    return [prefix + token for token in dict.fromkeys(tokenise(text))]


def split_units(folded: str) -> list[str]:
    """Words and whole runs of folded text, in order."""
    return _TOKEN.findall(folded)


def token_spans(folded: str) -> list[tuple[str, int, int]]:
    """Words and whole runs of folded text with their (start, end) in it."""
    return [(found[0], found.start(), found.end()) for found in _TOKEN.finditer(folded)]


def is_run(unit: str) -> bool:
    """Whether a unit is of a script without word boundaries."""
    return _IS_RUN.match(unit) is not None
