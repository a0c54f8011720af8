"""Write MIME parts that survive every server (RFC 2045): 7 bit, CRLF, lines of at most 998 bytes."""

import binascii
import hashlib
import re
from collections.abc import Sequence
from typing import NamedTuple

from parley.channels.mail.attachments import safe_name
from parley.channels.mail.charsets import clean_text
from parley.channels.mail.headers import format_parameter
from parley.channels.mail.models import Attachment, InvalidMail

_LONGEST_LINE = 998
_PREFERRED_LINE = 200
_TYPE = re.compile(r"[a-z0-9][a-z0-9!#$&^_.+-]{0,100}/[a-z0-9][a-z0-9!#$&^_.+-]{0,100}")
_CONTENT_ID = re.compile(r"[\x21-\x3b\x3d\x3f-\x7e]{1,250}")
_FROM_LINE = re.compile(rb"^From ", re.MULTILINE)
_BARE = re.compile(rb"\r(?!\n)|(?<!\r)\n")


class MimePart(NamedTuple):
    """A finished part: its header lines (CRLF ended) and its encoded body."""

    headers: str
    body: bytes


def build_text_part(text: str, subtype: str) -> MimePart:
    """Build a text part in UTF-8: 7 bit when it is plain, else quoted-printable or base64."""
    clean = clean_text(text)
    if not clean.endswith("\n"):
        clean += "\n"
    raw = clean.encode("utf-8")
    encoding, body = _encode_text(raw)
    headers = f"Content-Type: text/{subtype}; charset=utf-8\r\nContent-Transfer-Encoding: {encoding}\r\n"
    return MimePart(headers, body)


def _encode_text(raw: bytes) -> tuple[str, bytes]:
    longest = max(len(line) for line in raw.split(b"\n"))
    if raw.isascii() and longest <= _PREFERRED_LINE and not _FROM_LINE.search(raw):
        return "7bit", raw.replace(b"\n", b"\r\n")
    foreign = sum(1 for byte in raw if byte > 0x7F)
    if foreign * 3 > len(raw):
        return "base64", _base64_lines(raw.replace(b"\n", b"\r\n"))
    encoded = binascii.b2a_qp(raw, istext=True).replace(b"\r\n", b"\n")
    return "quoted-printable", _FROM_LINE.sub(b"=46rom ", encoded).replace(b"\n", b"\r\n")


def _base64_lines(data: bytes) -> bytes:
    chunks = (data[start : start + 57] for start in range(0, len(data), 57))
    return b"".join(binascii.b2a_base64(chunk, newline=False) + b"\r\n" for chunk in chunks)


def build_file_part(file: Attachment, number: int) -> MimePart:
    """Build an attachment, or an inline image when it is `inline` and has a Content-ID.

    Raises InvalidMail for an unusable Content-ID.
    """
    kind = file.content_type.lower()
    if not _TYPE.fullmatch(kind) or kind.startswith("multipart/"):
        kind = "application/octet-stream"
    encoding, body = "base64", b""
    if kind.startswith("message/"):
        if kind == "message/rfc822" and _is_safe_message(file.data):
            encoding, body = "7bit", file.data
        else:
            kind = "application/octet-stream"
    if encoding == "base64":
        body = _base64_lines(file.data)
    name = safe_name(file.name, kind, number)
    inline = file.inline and file.content_id is not None
    headers = (
        f"Content-Type: {kind}{format_parameter('name', name)}\r\n"
        f"Content-Transfer-Encoding: {encoding}\r\n"
        f"Content-Disposition: {'inline' if inline else 'attachment'}{format_parameter('filename', name)}\r\n"
    )
    if file.content_id is not None:
        if not _CONTENT_ID.fullmatch(file.content_id):
            raise InvalidMail(f"attachment {number}: the Content-ID cannot be written")
        headers += f"Content-ID: <{file.content_id}>\r\n"
    return MimePart(headers, body)


def _is_safe_message(data: bytes) -> bool:
    """Attached mail may not be encoded (RFC 2046, 5.2.1): it must already be fit to send."""
    return (
        data.isascii()
        and b"\0" not in data
        and not _BARE.search(data)
        and all(len(line) <= _LONGEST_LINE for line in data.split(b"\r\n"))
    )


def build_multipart(subtype: str, parts: Sequence[MimePart], seed: str) -> MimePart:
    """Join parts; the boundary is made of the seed, so that the same mail is always the same bytes."""
    boundary = _find_boundary(parts, f"{seed} {subtype}")
    lines = [f"--{boundary}\r\n{part.headers}\r\n".encode() + part.body for part in parts]
    body = b"\r\n".join([*lines, f"--{boundary}--\r\n".encode()])
    return MimePart(f'Content-Type: multipart/{subtype};\r\n boundary="{boundary}"\r\n', body)


def _find_boundary(parts: Sequence[MimePart], seed: str) -> str:
    number = 0
    while True:
        digest = hashlib.sha256(f"{seed} {number}".encode()).hexdigest()[:32]
        boundary = f"=_{digest}"
        if not any(f"--{boundary}".encode() in part.body for part in parts):
            return boundary
        number += 1
