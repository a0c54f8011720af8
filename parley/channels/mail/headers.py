"""Write header fields that every mail program reads the same way (RFC 5322, 2047, 2231, 6532).

The standard library folds long Message-IDs into RFC 2047 words, which breaks the threading of the answer,
and has lost the quotes around names; so these few fields are written here.
"""

import base64
import re
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from email.utils import format_datetime
from urllib.parse import quote

from parley.channels.mail.addresses import normalise_address
from parley.channels.mail.charsets import clean_line
from parley.channels.mail.models import Address, InvalidMail

_WIDTH = 76
_LONGEST_WORD = 900
_WORD_BYTES = 39
_ATOMS = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~ -]+")
_PRINTABLE = re.compile(r"[\x20-\x7e]*")
_MESSAGE_ID = re.compile(r"[\x21-\x3b\x3d\x3f-\x7e]{1,250}@[\x21-\x3b\x3d\x3f\x41-\x7e]{1,250}")
_NAME = re.compile(r"X-[A-Za-z0-9-]{1,70}")


def format_text(name: str, text: str) -> str:
    """Write a field of free text such as Subject; other than plain ASCII becomes RFC 2047 words."""
    clean = clean_line(text)
    plain = clean.isascii() and "=?" not in clean and all(len(word) < _LONGEST_WORD for word in clean.split())
    return fold(name, clean.split(" ") if plain else encode_words(clean))


def encode_words(text: str) -> list[str]:
    """Encode text as RFC 2047 words of at most 75 characters that end at character boundaries."""
    words: list[str] = []
    chunk = b""
    for char in text:
        encoded = char.encode("utf-8")
        if len(chunk) + len(encoded) > _WORD_BYTES:
            words.append(_encode_word(chunk))
            chunk = b""
        chunk += encoded
    return [*words, _encode_word(chunk)] if chunk else words


def _encode_word(chunk: bytes) -> str:
    return f"=?utf-8?b?{base64.b64encode(chunk).decode('ascii')}?="


def format_addresses(name: str, addresses: Sequence[Address]) -> str:
    """Write a field of mailboxes. Raises InvalidMail when an address is none."""
    tokens: list[str] = []
    for number, address in enumerate(addresses, start=1):
        mailbox = [*_phrase(address.name), f"<{check_address(name, address.address)}>"]
        if len(mailbox) == 1:
            mailbox = [mailbox[0][1:-1]]
        if number < len(addresses):
            mailbox[-1] += ","
        tokens += mailbox
    return fold(name, tokens)


def _phrase(name: str) -> list[str]:
    """A display name as words: atoms as they are, other ASCII in quotes, the rest encoded."""
    clean = clean_line(name)[:300].strip()
    if not clean:
        return []
    if not clean.isascii() or "=?" in clean:
        return encode_words(clean)
    if _ATOMS.fullmatch(clean):
        return clean.split()
    escaped = clean.replace("\\", "\\\\").replace('"', '\\"')
    return [f'"{escaped}"']


def check_address(field: str, address: str) -> str:
    """The address as it is sent: the local part as given, the domain in ASCII. Raises InvalidMail."""
    normalised = normalise_address(address)
    local = address.strip().rpartition("@")[0]
    if normalised is None or clean_line(local) != local:
        raise InvalidMail(f"{field}: {clean_line(address)[:100]!r} is no mail address")
    return f"{local}@{normalised.rpartition('@')[2]}"


def check_message_id(field: str, value: str) -> str:
    """A message id without angle brackets. Raises InvalidMail when it is none."""
    if not _MESSAGE_ID.fullmatch(value):
        raise InvalidMail(f"{field}: {clean_line(value)[:100]!r} is no message id")
    return value


def is_message_id(value: str) -> bool:
    """Whether a value can be written as message id without changing it."""
    return bool(_MESSAGE_ID.fullmatch(value))


def format_ids(name: str, ids: Iterable[str]) -> str:
    """Write a field of message ids, each whole on its line."""
    return fold(name, [f"<{value}>" for value in ids])


def format_date(moment: datetime) -> str:
    """Write the Date field. Raises InvalidMail for a time without zone."""
    offset = moment.utcoffset()
    if offset is None or offset.total_seconds() % 60 or abs(offset) >= timedelta(hours=24):
        raise InvalidMail("Date: the time needs a zone with whole minutes")
    return f"Date: {format_datetime(moment)}\r\n"


def format_extra(name: str, value: str) -> str:
    """Write a field of our own (X-…). Raises InvalidMail for another name."""
    if not _NAME.fullmatch(name):
        raise InvalidMail(f"{clean_line(name)[:60]!r} cannot be an additional header")
    return format_text(name, value)


def format_urls(name: str, urls: Sequence[str]) -> str:
    """Write a field such as List-Unsubscribe (RFC 2369). Raises InvalidMail unless http, https or mailto."""
    for url in urls:
        if not re.fullmatch(r"(?:https?://|mailto:)[\x21-\x3b\x3d\x3f-\x7e]{1,800}", url):
            raise InvalidMail(f"{name}: {clean_line(url)[:100]!r} is no web or mail address")
    return fold(name, [f"<{url}>{',' if number < len(urls) else ''}" for number, url in enumerate(urls, 1)])


def format_parameter(name: str, value: str) -> str:
    """Write "; name=value", with RFC 2231 encoding unless it is short plain ASCII."""
    if _PRINTABLE.fullmatch(value) and len(value) <= 100:
        escaped = value.replace("\\", "\\\\").replace('"', '\\"')
        return f';\r\n {name}="{escaped}"'
    return f";\r\n {name}*=utf-8''{quote(value, safe='')}"


def fold(name: str, words: Sequence[str]) -> str:
    """Write a field, broken between words into lines of at most 76 characters where words allow."""
    lines: list[str] = []
    current = f"{name}:"
    for word in words:
        if len(current) + 1 + len(word) > _WIDTH and current.strip() and current != f"{name}:":
            lines.append(current)
            current = ""
        current += f" {word}"
    return "\r\n".join([*lines, current]) + "\r\n"
