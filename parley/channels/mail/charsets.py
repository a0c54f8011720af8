"""Bytes of unknown quality become clean text: charsets, control characters, RFC 2047 words."""
# ruff: noqa: RUF001

import binascii
import codecs
import re
from typing import NamedTuple

from charset_normalizer import from_bytes

_SAMPLE = 32_768
_SHORT = 24
_STATEFUL = ("iso2022", "hz", "utf-7", "utf-16", "utf-32")
_ESCAPE = b"\x1b$"
_BOMS = ((b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))

# Browsers and mail programs read these labels as the larger set on the right (WHATWG Encoding).
_LARGER = {
    "ascii": "cp1252",
    "iso8859-1": "cp1252",
    "iso8859-9": "cp1254",
    "iso8859-11": "cp874",
    "tis-620": "cp874",
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "euc_kr": "cp949",
    "shift_jis": "cp932",
    "big5": "big5hkscs",
    "iso2022_jp": "iso2022_jp_ext",
}
_ALIASES = {
    "unicode-1-1-utf-8": "utf-8",
    "unicode-1-1-utf-7": "utf-7",
    "utf-8mb4": "utf-8",
    "utf8mb4": "utf-8",
    "iso-8859-8-i": "iso-8859-8",
    "iso-8859-8-e": "iso-8859-8",
    "windows-874": "cp874",
    "windows-31j": "cp932",
    "x-sjis": "cp932",
    "x-gbk": "gb18030",
    "x-euc-jp": "euc_jp",
    "x-windows-949": "cp949",
    "ks_c_5601-1987": "cp949",
    "ks_c_5601-1989": "cp949",
    "ksc5601": "cp949",
    "ms949": "cp949",
    "x-mac-roman": "mac-roman",
    "macintosh": "mac-roman",
    "x-mac-cyrillic": "mac-cyrillic",
    "cp-850": "cp850",
    "ansi": "cp1252",
    "x-ansi": "cp1252",
}
# Only these: Python also calls `punycode` or `unicode_escape` a text encoding.
_FAMILIES = re.compile(
    r"ascii|utf-(?:7|8|8-sig|16|16-le|16-be|32|32-le|32-be)|iso8859-\d+|cp(?:125\d|437|7\d\d|8\d\d|9\d\d|1006)"
    r"|koi8-[rtu]|kz1048|mac-(?:roman|cyrillic|greek|latin2|iceland|turkish)|gb2312|gbk|gb18030|hz|big5(?:hkscs)?"
    r"|euc_\w+|shift_jis\w*|iso2022_\w+|johab|tis-620|ptcp154"
)
_UNDECLARED = frozenset(
    {"", "ascii", "us-ascii", "unknown-8bit", "x-unknown", "unknown", "default", "8bit", "none"}
)

_CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_NEWLINES = re.compile(r"\r\n?")
_BREAKS = re.compile(r"[\s\x85\u2028\u2029]+")
# Invisible characters that reorder text; they can disguise a name or a file ending.
_REORDERING = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]")
_UTF8_SEQUENCE = re.compile(rb"[\xc2-\xf4][\x80-\xbf]+")
_KANA = re.compile("[\u3041-\u30ff]")
_WESTERN = frozenset("áàâãäåçéèêëíìîïñóòôõöúùûüßæøœÿÁÀÂÃÄÅÇÉÈÊËÍÌÎÏÑÓÒÔÕÖÚÙÛÜÆØŒ¿¡«»“”‘’–—…€°ºª£·\xa0")
_WORD = re.compile(r"=\?([A-Za-z0-9_.:+-]{1,40})(?:\*[A-Za-z0-9-]{0,20})?\?([bBqQ])\?([^?]*)\?=")
_NOT_BASE64 = re.compile(rb"[^A-Za-z0-9+/=]+")
_PADDING = re.compile(rb"=+")
_MAX_CHUNKS = 10_000


class Decoded(NamedTuple):
    """Text and whether its charset had to be guessed or characters replaced."""

    text: str
    guessed: bool


def find_codec(label: str | None) -> str | None:
    """Name the Python codec for a charset label of a mail; None when missing, meaningless or unknown."""
    key = (label or "").strip().strip("\"'").lower().replace(" ", "")[:40]
    if key in _UNDECLARED:
        return None
    try:
        name = codecs.lookup(_ALIASES.get(key, key)).name
    except (LookupError, ValueError):
        return None
    if not _FAMILIES.fullmatch(name):
        return None
    return _LARGER.get(name, name)


def decode_bytes(data: bytes, label: str | None, fallback: str | None = None) -> Decoded:
    """Decode with the declared charset when it fits, else with the one the bytes suggest; never fails.

    `fallback` is another charset named by the same mail, tried before guessing. The result is not cleaned.
    """
    codec = find_codec(label)
    stateful = (codec or "").startswith(_STATEFUL)
    if data.isascii() and not stateful and _ESCAPE not in data:
        return Decoded(data.decode("ascii"), guessed=False)
    if not stateful and (text := _decode_as_utf8(data)) is not None:
        return Decoded(text, guessed=False)
    escaped = None if stateful or _ESCAPE not in data else "iso2022_jp_ext"
    for name in (escaped, codec, find_codec(fallback)):
        if name and (text := _decode_strictly(data, name)) is not None:
            return Decoded(text, guessed=name != codec)
    return Decoded(_decode_damaged(data, codec), guessed=True)


def _decode_as_utf8(data: bytes) -> str | None:
    """Valid multi-byte UTF-8 is practically never anything else, whatever the label says."""
    return _decode_strictly(data, "utf-8-sig") if _UTF8_SEQUENCE.search(data) else None


def _decode_strictly(data: bytes, codec: str) -> str | None:
    try:
        return data.decode(codec)
    except (UnicodeError, ValueError):
        return None


def _decode_damaged(data: bytes, codec: str | None) -> str:
    if codec:
        text = data.decode(codec, "replace")
        foreign = sum(1 for byte in data[:_SAMPLE] if byte > 0x7F)
        if text[:_SAMPLE].count("\ufffd") * 10 <= foreign + 10:
            return text
    return data.decode(guess_codec(data), "replace")


def guess_codec(data: bytes) -> str:
    """Name the codec that undeclared 8-bit bytes were most likely written in (cp1252 when nothing speaks)."""
    sample = data[:_SAMPLE]
    for mark, codec in _BOMS:
        if sample.startswith(mark):
            return codec
    for codec in ("cp932", "euc_jp"):
        text = sample.decode(codec, "ignore")
        foreign = sum(1 for char in text if char > "\x7f")
        if len(_KANA.findall(text)) * 10 > foreign * 3 > 0:
            return codec
    if _looks_western(sample.decode("cp1252", "replace")):
        return "cp1252"
    best = from_bytes(sample).best()
    return (find_codec(best.encoding) if best else None) or "cp1252"


def _looks_western(text: str) -> bool:
    letters = [char for char in text if char.isalpha()]
    foreign = [char for char in letters if char > "\x7f"]
    if len(foreign) * 2 > len(letters):
        return False
    return len(text) < _SHORT or all(char in _WESTERN for char in text if char > "\x7f")


def clean_text(text: str) -> str:
    """Remove NUL, other control characters and lone surrogates; line ends become a line feed."""
    return _CONTROLS.sub("", _NEWLINES.sub("\n", text)).removeprefix("\ufeff")


def clean_line(text: str) -> str:
    """Clean text for one line: also no line breaks, no reordering marks, single spaces."""
    return _BREAKS.sub(" ", _REORDERING.sub("", _CONTROLS.sub("", text))).strip()


def decode_header(raw: bytes, fallback: str | None = None) -> Decoded:
    """Decode the bytes of an unfolded header, raw 8-bit included (RFC 6532); RFC 2047 words are left in
    place."""
    decoded = decode_bytes(raw, None, fallback)
    return Decoded(_CONTROLS.sub("", decoded.text), decoded.guessed)


def decode_words(value: str) -> str:
    """Decode the RFC 2047 words in a header value; whatever cannot be decoded stays as it is."""
    if "=?" not in value:
        return value
    out: list[str] = []
    charset, pending, end = "", bytearray(), 0
    for match in _WORD.finditer(value):
        gap = value[end : match.start()]
        if pending and (gap.strip() or match[1].lower() != charset):
            out.append(decode_bytes(bytes(pending), charset).text)
            pending.clear()
        if gap.strip() or end == 0:
            out.append(gap)
        charset, end = match[1].lower(), match.end()
        pending += _decode_word(match[2], match[3])
    out.append(decode_bytes(bytes(pending), charset).text)
    out.append(value[end:])
    return "".join(out)


def _decode_word(encoding: str, text: str) -> bytes:
    raw = text.encode("utf-8", "replace")
    if encoding in "qQ":
        return binascii.a2b_qp(raw, header=True)
    return decode_base64(raw)[0]


def decode_base64(raw: bytes) -> tuple[bytes, bool]:
    """Decode base64 of any quality; the flag is False when characters had to be ignored or padding
    invented."""
    compact = raw.translate(None, b" \t\r\n")
    try:
        return binascii.a2b_base64(compact, strict_mode=True), True
    except binascii.Error:
        chunks = _PADDING.split(_NOT_BASE64.sub(b"", compact))
    if len(chunks) > _MAX_CHUNKS:
        chunks = [b"".join(chunks)]
    return b"".join(_decode_chunk(chunk) for chunk in chunks), False


def _decode_chunk(chunk: bytes) -> bytes:
    usable = chunk[:-1] if len(chunk) % 4 == 1 else chunk
    return binascii.a2b_base64(usable + b"=" * (-len(usable) % 4))
