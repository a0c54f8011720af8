"""The structure of a message: header blocks, parts and their encodings (RFC 5322, 2045–2047, 2231).

The standard library's parser is not used for incoming mail: it needs quadratic time for deeply nested
parts, and it rewrites attached messages. Here every part is a range of the raw bytes, found with one
regular expression a level.
"""
# ruff: noqa: RUF002

import binascii
import re
from collections.abc import Iterator
from typing import NamedTuple
from urllib.parse import unquote_to_bytes

from parley.channels.mail.charsets import decode_base64, decode_bytes, decode_header, decode_words
from parley.channels.mail.models import Defect, Limits

_NEWLINE = re.compile(rb"\r?\n")
_BLANK_LINE = re.compile(rb"\r?\n\r?\n")
_KNOWN_HEADER = re.compile(
    rb"^(?:content-[a-z-]+|mime-version|date|message-id|subject|from|to|cc|received|references|in-reply-to"
    rb"|x-[a-z-]+)[ \t]*:",
    re.IGNORECASE | re.MULTILINE,
)
_HEADER = re.compile(rb"([!-9;-~]{1,100})[ \t]*:(.*)", re.DOTALL)
_TYPE = re.compile(r"[a-z0-9][a-z0-9!#$&^_.+-]{0,100}/[a-z0-9][a-z0-9!#$&^_.+-]{0,100}")
_PARAMETER = re.compile(r';\s*+([^\s=;"]{1,100})\s*+=\s*+("(?:[^"\\]|\\.)*+"|[^;]*+)', re.DOTALL)
_SECTION = re.compile(r"([^*]+)(?:\*(\d{1,3}))?(\*)?")
_GUESSED_BOUNDARY = re.compile(rb"^--([^\s][^\r\n]{0,200}?)[ \t]*\r?\nContent-", re.MULTILINE | re.IGNORECASE)
_TEXT_LINE = re.compile(rb"^(?=[^\r\n]*[^A-Za-z0-9+/=\s])[^\r\n]+", re.MULTILINE)
_UU_BEGIN = re.compile(rb"^begin [0-7]{3,4} [^\r\n]*\r?\n", re.MULTILINE)
# White space that a server put behind a soft line break (RFC 2045, 6.7).
_PADDED_BREAK = re.compile(rb"=[ \t]+(?=\r?\n)")
_MAX_PARAMETERS = 100


class Part(NamedTuple):
    """One part: `raw[start:end]` with headers (names in lower case, values unfolded) up to `body`.

    `content_type` is "type/subtype"; `parameters` are those of Content-Type, `disposition` and
    `disposition_parameters` those of Content-Disposition.
    """

    start: int
    body: int
    end: int
    headers: tuple[tuple[str, bytes], ...]
    content_type: str
    parameters: dict[str, str]
    disposition: str
    disposition_parameters: dict[str, str]

    def find(self, name: str) -> bytes | None:
        """Find the first header of this name (lower case)."""
        return next((value for key, value in self.headers if key == name), None)

    @property
    def claimed_name(self) -> str:
        """The file name the sender gives, "" when none."""
        return self.disposition_parameters.get("filename") or self.parameters.get("name") or ""

    @property
    def encoding(self) -> str:
        """The transfer encoding as one lower-case word."""
        words = (self.find("content-transfer-encoding") or b"").decode("ascii", "replace").lower()
        return re.split(r"[\s;(]", words.strip())[0].replace("_", "-")


def read_part(
    raw: bytes, start: int, end: int, limits: Limits, defects: set[Defect], default_type: str = "text/plain"
) -> Part:
    """Read the header block of `raw[start:end]`; a block without any header line counts as body."""
    block_end, body = _find_body(raw, start, end, limits, defects)
    headers, body_line = _read_headers(raw[start:block_end], limits, defects)
    if body_line >= 0:
        body = start + body_line
    content_type, parameters = _read_typed(headers, "content-type", defects)
    disposition, disposition_parameters = _read_typed(headers, "content-disposition", defects)
    if not _TYPE.fullmatch(content_type):
        content_type = "text/html" if content_type in {"html", "text/htm"} else default_type
    return Part(
        start, body, end, tuple(headers), content_type, parameters, disposition, disposition_parameters
    )


def _find_body(raw: bytes, start: int, end: int, limits: Limits, defects: set[Defect]) -> tuple[int, int]:
    """Where the header block ends and the body starts."""
    if match := _NEWLINE.match(raw, start, end):
        return start, match.end()
    last = min(end, start + limits.header_block_bytes)
    if match := _BLANK_LINE.search(raw, start, last):
        return match.start(), match.end()
    if last < end:
        defects.add(Defect.HEADERS_CUT)
    return last, last


def _read_headers(block: bytes, limits: Limits, defects: set[Defect]) -> tuple[list[tuple[str, bytes]], int]:
    """Read header lines; also where the body starts in the block when the blank line is missing, else -1.

    A line that is no header continues the one before it (bad folding) while known headers still follow.
    """
    found: list[tuple[str, list[bytes]]] = []
    last_known = max((match.start() for match in _KNOWN_HEADER.finditer(block)), default=-1)
    offset, body = 0, -1
    for line in block.split(b"\n"):
        text = line.rstrip(b"\r")
        if match := _HEADER.match(text):
            if len(found) >= limits.headers:
                defects.add(Defect.HEADERS_CUT)
                break
            found.append((match[1].decode("ascii").lower(), [match[2]]))
        elif text.strip() and not text.startswith((b"From ", b">From ")):
            folded = text[:1] in (b" ", b"\t")
            if not folded:
                defects.add(Defect.BAD_HEADER)
                if offset > last_known:
                    body = offset
                    break
            if found:
                found[-1][1].append(text if folded else b" " + text)
        offset += len(line) + 1
    return [(name, _unfold(pieces, limits, defects)) for name, pieces in found], body


def _unfold(pieces: list[bytes], limits: Limits, defects: set[Defect]) -> bytes:
    value = b"".join(pieces).strip()
    if len(value) > limits.header_value_bytes:
        defects.add(Defect.HEADERS_CUT)
    return value[: limits.header_value_bytes]


def _read_typed(
    headers: list[tuple[str, bytes]], name: str, defects: set[Defect]
) -> tuple[str, dict[str, str]]:
    raw = next((value for key, value in headers if key == name), b"")
    text, guessed = decode_header(raw)
    if guessed:
        defects.add(Defect.CHARSET_GUESSED)
    main, _, rest = text.partition(";")
    return main.strip().lower(), read_parameters(";" + rest)


def read_parameters(text: str) -> dict[str, str]:
    """Read `; name=value` pairs: quoted or not, RFC 2231 sections and charsets, RFC 2047 words all the
    same."""
    sections: dict[str, dict[int, tuple[str, bool]]] = {}
    for count, match in enumerate(_PARAMETER.finditer(text)):
        if count >= _MAX_PARAMETERS:
            break
        key = _SECTION.fullmatch(match[1].lower())
        if key is None:
            continue
        extended = key[3] is not None
        number = int(key[2]) if key[2] else -2 if extended else -1
        sections.setdefault(key[1], {}).setdefault(number, (_unquote(match[2]), extended))
    return {name: _join_sections(values) for name, values in sections.items()}


def _unquote(value: str) -> str:
    text = value.strip()
    if len(text) >= 2 and text[0] == text[-1] == '"':
        return re.sub(r"\\([\"\\])", r"\1", text[1:-1])
    return text.strip('"')


def _join_sections(values: dict[int, tuple[str, bool]]) -> str:
    """One value of its sections; the encoded form (-2) wins over a continued one, that over the plain
    (-1)."""
    if -2 in values:
        return _decode_extended([values[-2]])
    if 0 in values:
        return _decode_extended([values[number] for number in sorted(values) if number >= 0])
    if -1 in values:
        return decode_words(values[-1][0])
    return _decode_extended([values[number] for number in sorted(values)])


def _decode_extended(pieces: list[tuple[str, bool]]) -> str:
    first, extended = pieces[0]
    charset = ""
    if extended and first.count("'") >= 2:
        charset, _, first = first.split("'", 2)
    texts = [(first, extended), *pieces[1:]]
    data = b"".join(
        unquote_to_bytes(text) if escaped else text.encode("utf-8", "replace") for text, escaped in texts
    )
    return decode_bytes(data, charset or "utf-8").text


def list_children(raw: bytes, part: Part, defects: set[Defect]) -> Iterator[tuple[int, int]]:
    """Yield the ranges of a multipart's parts; a missing, wrong or unclosed boundary is worked around."""
    boundary = part.parameters.get("boundary", "").encode("utf-8", "replace").rstrip()
    delimiter = _find_delimiter(raw, part, boundary)
    if delimiter is None:
        defects.add(Defect.BAD_BOUNDARY)
        guess = _GUESSED_BOUNDARY.search(raw, part.body, part.end)
        delimiter = _find_delimiter(raw, part, guess[1]) if guess else None
        if delimiter is None:
            return
    start = -1
    for match in delimiter.finditer(raw, part.body, part.end):
        if start >= 0:
            yield start, _before_newline(raw, start, match.start())
        start = -1 if match[1] else min(match.end() + 1, part.end)
    if start >= 0:
        defects.add(Defect.BAD_BOUNDARY)
        yield start, part.end


def _find_delimiter(raw: bytes, part: Part, boundary: bytes) -> re.Pattern[bytes] | None:
    if not boundary or len(boundary) > 500:
        return None
    pattern = re.compile(rb"^--" + re.escape(boundary) + rb"(--)?[ \t]*+\r?$", re.MULTILINE)
    return pattern if pattern.search(raw, part.body, part.end) else None


def _before_newline(raw: bytes, start: int, end: int) -> int:
    """The line break before a delimiter belongs to the delimiter (RFC 2046, 5.1.1)."""
    if end > start and raw[end - 1] == 0x0A:
        end -= 1
        if end > start and raw[end - 1] == 0x0D:
            end -= 1
    return end


def decode_body(raw: bytes, part: Part, defects: set[Defect]) -> bytes:
    """Undo the transfer encoding of a part; broken base64, quoted-printable and unknown encodings
    included."""
    data = raw[part.body : part.end]
    encoding = part.encoding
    if encoding in {"base64", "b"}:
        return _decode_base64_body(data, part, defects)
    if encoding in {"quoted-printable", "q", "quotedprintable"}:
        return binascii.a2b_qp(_PADDED_BREAK.sub(b"=", data))
    if encoding in {"x-uuencode", "uuencode", "x-uue", "uue"}:
        return _decode_uu(data, defects)
    return data


def _decode_base64_body(data: bytes, part: Part, defects: set[Defect]) -> bytes:
    """Plain lines around the base64 of a text part (a list's footer, a lie in the header) are kept as
    text."""
    foreign = _TEXT_LINE.search(data) if part.content_type.startswith("text/") else None
    if foreign:
        defects.add(Defect.BAD_ENCODING)
        head = data[: foreign.start()]
        return (decode_base64(head)[0] if head.strip() else b"") + b"\n" + data[foreign.start() :]
    decoded, clean = decode_base64(data)
    if not clean:
        defects.add(Defect.BAD_ENCODING)
    return decoded


def _decode_uu(data: bytes, defects: set[Defect]) -> bytes:
    begin = _UU_BEGIN.search(data)
    out: list[bytes] = []
    for line in data[begin.end() if begin else 0 :].splitlines():
        if line.strip() in {b"end", b"`"}:
            break
        try:
            out.append(binascii.a2b_uu(line))
        except binascii.Error:
            defects.add(Defect.BAD_ENCODING)
    return b"".join(out)
