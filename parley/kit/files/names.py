"""File names that come from outside, and how they are written into headers."""

import re
import unicodedata
from urllib.parse import quote

from parley.kit.richtext.chars import clean_characters, cut_graphemes

MAX_BYTES = 200
_FALLBACK = "file"
_FORBIDDEN = re.compile(r'[<>:"|?*\x00-\x1f\x7f]')
_SPACES = re.compile(r"\s+")
_HIDDEN_MARKS = re.compile("[\u200e\u200f\u061c\u2066-\u2069\ufffc\ufffd]")
_RESERVED = re.compile(
    r"(?:con|prn|aux|nul|com[0-9\u00b9\u00b2\u00b3]|lpt[0-9\u00b9\u00b2\u00b3])(?:\..*)?", re.IGNORECASE
)
_EXTENSIONS = re.compile(r"(?:\.[A-Za-z0-9]{1,10}){1,3}")
# RFC 5987 attr-char, less what quote() treats as safe anyway.
_ATTR_SAFE = "!#$&+-.^_`|~"


def clean_file_name(raw: str, *, max_bytes: int = MAX_BYTES) -> str:
    """A name that is safe on every file system and reads as what it is; "file" when nothing is left.

    Only the last part of a path; no controls, no invisible or direction characters; no names that Windows
    reserves; at most `max_bytes` bytes of UTF-8, cut in front of the extensions, of which all stay visible.
    """
    last = re.split(r"[/\\]", unicodedata.normalize("NFC", raw))[-1]
    name = _HIDDEN_MARKS.sub("", clean_characters(last.encode("utf-8", "ignore").decode()))
    name = _FORBIDDEN.sub("_", _SPACES.sub(" ", name)).strip(" .")
    if not name.strip("_ ."):
        name = _FALLBACK
    if _RESERVED.fullmatch(name):
        name = f"_{name}"
    return _shortened(name, max_bytes)


def content_disposition(name: str, *, inline: bool) -> str:
    """The value of a Content-Disposition header (RFC 6266): the name in ASCII and, if needed, in UTF-8."""
    cleaned = clean_file_name(name)
    kind = "inline" if inline else "attachment"
    plain = unicodedata.normalize("NFKD", cleaned).encode("ascii", "ignore").decode()
    # "%" and the two below are read as escapes by some browsers.
    stem, dot, extension = re.sub(r'[%"\\]', "_", plain).rpartition(".")
    plain = (stem.strip(" .") or _FALLBACK) + dot + extension if dot else extension.strip(" .") or _FALLBACK
    plain = plain.rstrip(" .")
    value = f'{kind}; filename="{plain}"'
    return value if plain == cleaned else f"{value}; filename*=UTF-8''{quote(cleaned, safe=_ATTR_SAFE)}"


def _shortened(name: str, max_bytes: int) -> str:
    if len(name.encode()) <= max_bytes:
        return name
    dot = name.rfind(".")
    found = None
    while dot > 0 and _EXTENSIONS.fullmatch(name[dot:]):
        found = dot
        dot = name.rfind(".", 0, dot)
    stem, extensions = (name[:found], name[found:]) if found else (name, "")
    room = max_bytes - len(extensions.encode())
    cut = stem.encode()[:room].decode("utf-8", "ignore")
    cut = cut_graphemes(stem, len(cut)).rstrip(" .")
    return (cut or _FALLBACK) + extensions
