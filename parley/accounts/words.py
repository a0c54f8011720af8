"""Plain values that people enter: names, languages, time zones, colours; each checked in one place."""

import re
import unicodedata
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from parley.kit.errors import FieldError, Invalid
from parley.kit.i18n.locales import normalise_tag

COLOURS = (
    "slate",
    "red",
    "orange",
    "amber",
    "yellow",
    "lime",
    "green",
    "teal",
    "cyan",
    "blue",
    "indigo",
    "violet",
    "purple",
    "pink",
    "rose",
)
_HEX = re.compile(r"#[0-9a-fA-F]{6}")
_INVISIBLE = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})


def wrong(field: str, message: str) -> Invalid:
    """Builds the error for one wrong field."""
    return Invalid("invalid", message, FieldError(field, message))


def parse_name(text: str, field: str = "name", *, limit: int = 100) -> str:
    """Gives a name on one line without invisible characters; raises Invalid when empty or too long."""
    kept = "".join(" " if c in "\t\r\n" else c for c in unicodedata.normalize("NFC", text))
    name = " ".join(
        "".join(c for c in kept if unicodedata.category(c) not in _INVISIBLE or c == "\u200d").split()
    )
    if not name.strip("\u200d"):
        raise wrong(field, "This cannot be empty.")
    if len(name) > limit:
        raise wrong(field, f"Use at most {limit} characters.")
    return name


def name_key(name: str) -> str:
    """Gives the key under which two spellings of a name are the same."""
    return unicodedata.normalize("NFKC", name).casefold()


def parse_language(text: str, field: str = "language") -> str:
    """Gives a language tag (BCP 47) in its usual spelling; raises Invalid."""
    try:
        return normalise_tag(text)
    except ValueError as failure:
        raise wrong(field, "This is not a language tag such as en or pt-BR.") from failure


@lru_cache(maxsize=1024)
def _zone_exists(name: str) -> bool:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False
    return True


def parse_time_zone(text: str, field: str = "time_zone") -> str:
    """Gives the name of an IANA time zone; raises Invalid."""
    if not text or len(text) > 64 or not text.isascii() or not _zone_exists(text):
        raise wrong(field, "This is not a time zone such as Europe/Ljubljana.")
    return text


def parse_colour(text: str, field: str = "colour") -> str:
    """Gives a colour of the palette or #rrggbb; raises Invalid."""
    if text in COLOURS:
        return text
    if _HEX.fullmatch(text):
        return text.lower()
    raise wrong(field, f"Use one of {', '.join(COLOURS)}, or #rrggbb.")


def pick_colour(seed: bytes) -> str:
    """Gives a colour of the palette for somebody new."""
    return COLOURS[sum(seed) % len(COLOURS)]
