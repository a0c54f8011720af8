"""Open winmail.dat (MS-OXTNEF): the body and the files that Outlook packed into it.

Own code because the available reader follows counts in the data without a bound: thirty bytes keep it busy
for hours. The tests compare the two on well-formed files.
"""

import struct
from collections.abc import Iterator
from typing import NamedTuple

from parley.channels.mail.charsets import clean_line, decode_bytes, find_codec

_SIGNATURE = b"\x78\x9f\x3e\x22"
_NESTED = bytes.fromhex("0703020000000000c000000000000046")
_MAX_OBJECTS = 20_000
_MAX_PROPERTIES = 50_000
_MAX_DEPTH = 4

_ATTACH_START, _ATTACH_TITLE, _ATTACH_DATA, _ATTACH_PROPERTIES = 0x9002, 0x8010, 0x800F, 0x9005
_BODY, _MESSAGE_PROPERTIES, _CODEPAGE = 0x800C, 0x9003, 0x9007
_P_BODY, _P_HTML, _P_RTF, _P_CODEPAGE = 0x1000, 0x1013, 0x1009, 0x3FDE
_P_NAME, _P_LONG_NAME, _P_DISPLAY_NAME, _P_DATA, _P_TYPE, _P_CONTENT_ID = (
    0x3704,
    0x3707,
    0x3001,
    0x3701,
    0x370E,
    0x3712,
)
_FIXED_SIZES = {0x2: 4, 0x3: 4, 0x4: 4, 0xA: 4, 0xB: 4, 0x5: 8, 0x6: 8, 0x7: 8, 0x14: 8, 0x40: 8, 0x48: 16}
_VARIABLE = frozenset({0x0, 0xD, 0x1E, 0x1F, 0x102})
_UNICODE = 0x1F
_MULTIPLE = 0x1000


class BadTnef(ValueError):
    """The data is not TNEF, or damaged, or asks for too much."""


class TnefFile(NamedTuple):
    """One file of a TNEF container."""

    name: str
    content_type: str
    data: bytes
    content_id: str | None


class Tnef(NamedTuple):
    """What a TNEF container holds; `rtf` is Outlook's compressed RTF as found, b"" when there is none."""

    text: str
    html: str
    rtf: bytes
    files: tuple[TnefFile, ...]


def parse_tnef(data: bytes, depth: int = 0) -> Tnef:
    """Open a TNEF container; messages within it are opened too, to a depth of four.

    Raises BadTnef when nothing can be read.
    """
    try:
        return _parse(data, depth)
    except (struct.error, UnicodeError) as error:
        raise BadTnef(str(error)) from error


def _parse(data: bytes, depth: int) -> Tnef:
    if not data.startswith(_SIGNATURE) or depth > _MAX_DEPTH:
        raise BadTnef("no TNEF signature, or nested too deeply")
    codec, text, message = "cp1252", b"", dict[int, bytes | str]()
    files: list[dict[int, bytes | str]] = []
    for name, value in _list_objects(data):
        if name == _CODEPAGE and len(value) >= 4:
            codec = _find_codepage(struct.unpack_from("<I", value)[0]) or codec
        elif name == _BODY:
            text = value.rstrip(b"\0")
        elif name == _MESSAGE_PROPERTIES:
            message = _read_properties(value, codec)
        elif name == _ATTACH_START:
            files.append({})
        elif files and name == _ATTACH_TITLE:
            files[-1].setdefault(_P_NAME, _decode(value, codec))
        elif files and name == _ATTACH_DATA:
            files[-1].setdefault(_P_DATA, value)
        elif files and name == _ATTACH_PROPERTIES:
            files[-1] |= _read_properties(value, codec)
    return _build(message, text, codec, files, depth)


def _build(
    message: dict[int, bytes | str], text: bytes, codec: str, files: list[dict[int, bytes | str]], depth: int
) -> Tnef:
    internet = message.get(_P_CODEPAGE, b"")
    html_codec = _find_codepage(int.from_bytes(_as_bytes(internet), "little")) or codec
    html = message.get(_P_HTML, b"")
    found: list[TnefFile] = []
    for properties in files:
        found.extend(_list_files(properties, depth))
    return Tnef(
        text=str(message.get(_P_BODY, "")) or _decode(text, codec),
        html=html if isinstance(html, str) else _decode(html, html_codec),
        rtf=_as_bytes(message.get(_P_RTF, b"")),
        files=tuple(found),
    )


def _list_files(properties: dict[int, bytes | str], depth: int) -> Iterator[TnefFile]:
    data = _as_bytes(properties.get(_P_DATA, b""))
    names = (str(properties.get(key, "")) for key in (_P_LONG_NAME, _P_NAME, _P_DISPLAY_NAME))
    name = next((clean_line(name) for name in names if clean_line(name)), "")
    if not data.startswith(_NESTED):
        content_id = clean_line(str(properties.get(_P_CONTENT_ID, ""))).strip("<>") or None
        yield TnefFile(name, str(properties.get(_P_TYPE, "")), data, content_id)
        return
    try:
        inner = _parse(data[len(_NESTED) :], depth + 1)
    except (BadTnef, struct.error, UnicodeError):
        yield TnefFile(name or "message.dat", "application/ms-tnef", data[len(_NESTED) :], None)
        return
    if inner.html:
        yield TnefFile(f"{name or 'message'}.html", "text/html", inner.html.encode("utf-8", "replace"), None)
    elif inner.text:
        yield TnefFile(f"{name or 'message'}.txt", "text/plain", inner.text.encode("utf-8", "replace"), None)
    yield from inner.files


def _as_bytes(value: bytes | str) -> bytes:
    return value if isinstance(value, bytes) else b""


def _find_codepage(number: int) -> str | None:
    special = {20127: "us-ascii", 20866: "koi8-r", 21866: "koi8-u", 65001: "utf-8", 65000: "utf-7"}
    if 28591 <= number <= 28606:
        return find_codec(f"iso-8859-{number - 28590}")
    return find_codec(special.get(number, f"cp{number}"))


def _decode(value: bytes, codec: str) -> str:
    return decode_bytes(value.rstrip(b"\0"), codec).text


def _list_objects(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Yield (attribute id, value) of the container, at most 20,000."""
    offset = 6
    for _ in range(_MAX_OBJECTS):
        if offset + 11 > len(data):
            return
        _, name, _, length = struct.unpack_from("<BHHI", data, offset)
        start = offset + 9
        yield name, data[start : start + length]
        offset = start + length + 2
    raise BadTnef("too many objects")


def _read_properties(data: bytes, codec: str) -> dict[int, bytes | str]:
    """Read a MAPI property list as far as it goes: property id → bytes, or text for strings."""
    found: dict[int, bytes | str] = {}
    (count,) = struct.unpack_from("<I", data)
    offset = 4
    try:
        for _ in range(min(count, _MAX_PROPERTIES)):
            if offset >= len(data):
                break
            kind, name = struct.unpack_from("<HH", data, offset)
            offset = _skip_guid(data, offset + 4) if name >= 0x8000 else offset + 4
            values, offset = _read_values(data, offset, kind)
            if values and name not in found:
                found[name] = _convert(b"".join(values), kind & ~_MULTIPLE, codec)
    except (struct.error, BadTnef):
        return found
    return found


def _skip_guid(data: bytes, offset: int) -> int:
    """Named properties carry a GUID and a number or a name."""
    kind, length = struct.unpack_from("<II", data, offset + 16)
    return offset + 24 if kind == 0 else offset + 24 + length + -length % 4


def _read_values(data: bytes, offset: int, kind: int) -> tuple[list[bytes], int]:
    base, multiple = kind & ~_MULTIPLE, bool(kind & _MULTIPLE)
    count = 1
    if multiple or base in _VARIABLE:
        (count,) = struct.unpack_from("<I", data, offset)
        offset += 4
    if base not in _VARIABLE and base not in _FIXED_SIZES:
        raise BadTnef("unknown property type")
    values: list[bytes] = []
    for _ in range(count):
        if base in _VARIABLE:
            (size,) = struct.unpack_from("<I", data, offset)
            offset += 4
        else:
            size = 2 if multiple and base in {0x2, 0xB} else _FIXED_SIZES[base]
        values.append(data[offset : offset + size])
        offset += size + -size % (4 if base in _VARIABLE else 1)
        if offset > len(data) + 3:
            raise BadTnef("a property is longer than its list")
    return values, offset


def _convert(value: bytes, kind: int, codec: str) -> bytes | str:
    if kind == _UNICODE:
        return value[: len(value) & ~1].decode("utf-16-le", "replace").rstrip("\0")
    if kind == 0x1E:
        return _decode(value, codec)
    return value
