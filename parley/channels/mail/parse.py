"""Read a raw mail of any quality into one plain value."""

import hashlib
import re
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_tz

from parley.channels.mail.addresses import parse_addresses
from parley.channels.mail.bodies import collect_content
from parley.channels.mail.charsets import clean_line, decode_header, decode_words
from parley.channels.mail.mime import Part, read_part
from parley.channels.mail.models import Address, Defect, Limits, ParsedMail, UnparsableMail

_BLANK = b" \t\r\n\0"
_BOM = b"\xef\xbb\xbf"
_ANGLE_ID = re.compile(r"<([^<>]{1,2000})>")
_BARE_ID = re.compile(r"[^\s<>,;]{1,1000}@[^\s<>,;]{1,1000}")
_MAX_ID = 500
_MAX_SUBJECT = 2_000
_MAX_OFFSET = timedelta(hours=16)
DEFAULT_LIMITS = Limits()


def parse_mail(raw: bytes, limits: Limits = DEFAULT_LIMITS) -> ParsedMail:
    """Read one mail (RFC 5322, MIME), repairing what is broken; the result holds no NUL and no surrogate.

    Takes linear time. Raises UnparsableMail when the input is empty or blank, and nothing else.
    """
    source = raw.lstrip(_BLANK).removeprefix(_BOM).lstrip(_BLANK)
    if not source.rstrip(_BLANK):
        raise UnparsableMail("the mail is empty")
    if b"\n" not in source:
        source = source.replace(b"\r", b"\n")
    defects: set[Defect] = set()
    root = read_part(source, 0, len(source), limits, defects)
    content = collect_content(source, root, limits, defects)
    headers = _decode_headers(root, content.charset, defects)
    message_ids = parse_message_ids(_first(headers, "message-id"))
    if not message_ids:
        defects.add(Defect.NO_MESSAGE_ID)
    in_reply_to = parse_message_ids(_first(headers, "in-reply-to"))
    date, offset = _read_date(_first(headers, "date"), defects)
    senders = _read_addresses(headers, "sender", limits)
    return ParsedMail(
        message_id=message_ids[0] if message_ids else build_missing_id(raw),
        message_id_generated=not message_ids,
        in_reply_to=in_reply_to[0] if in_reply_to else None,
        references=_read_references(headers, limits),
        from_=_read_authors(headers, limits, defects),
        sender=senders[0] if senders else None,
        reply_to=_read_addresses(headers, "reply-to", limits),
        to=_read_addresses(headers, "to", limits),
        cc=_read_addresses(headers, "cc", limits),
        bcc=_read_addresses(headers, "bcc", limits),
        subject=clean_line(decode_words(_first(headers, "subject")))[:_MAX_SUBJECT].strip(),
        date=date,
        date_offset=offset,
        text=content.text,
        text_derived=content.text_derived,
        html=content.html,
        attachments=content.attachments,
        omitted=content.omitted,
        events=content.events,
        reports=content.reports,
        content_type=root.content_type,
        report_type=clean_line(root.parameters.get("report-type", "")).lower()[:100],
        headers=tuple((name, clean_line(decode_words(value))) for name, value in headers),
        defects=tuple(sorted(defects)),
    )


def build_missing_id(raw: bytes) -> str:
    """Build the Message-ID of a mail that has none: always the same for the same bytes."""
    return f"{hashlib.sha256(raw).hexdigest()[:40]}@missing-message-id.invalid"


def parse_message_ids(value: str) -> tuple[str, ...]:
    """Read the message ids of a header value in order, without angle brackets and repetitions.

    Ids over 500 characters are replaced by their hash, the same wherever they occur.
    """
    found = _ANGLE_ID.findall(value) or _BARE_ID.findall(value)
    ids = ("".join(clean_line(text).split()) for text in found)
    return tuple(dict.fromkeys(_shorten_id(text) for text in ids if text))


def _shorten_id(text: str) -> str:
    if len(text) <= _MAX_ID:
        return text
    return f"{hashlib.sha256(text.encode()).hexdigest()[:40]}@long-message-id.invalid"


def _decode_headers(root: Part, charset: str, defects: set[Defect]) -> list[tuple[str, str]]:
    decoded: list[tuple[str, str]] = []
    for name, raw in root.headers:
        text, guessed = decode_header(raw, charset)
        if guessed:
            defects.add(Defect.CHARSET_GUESSED)
        decoded.append((name, text))
    return decoded


def _first(headers: list[tuple[str, str]], name: str) -> str:
    return next((value for key, value in headers if key == name), "")


def _read_addresses(headers: list[tuple[str, str]], name: str, limits: Limits) -> tuple[Address, ...]:
    joined = ", ".join(value for key, value in headers if key == name)
    return parse_addresses(joined, limits.addresses)


def _read_authors(
    headers: list[tuple[str, str]], limits: Limits, defects: set[Defect]
) -> tuple[Address, ...]:
    """Only the first From header counts: a second one is a known way to show another author than was
    checked."""
    values = [value for key, value in headers if key == "from"]
    if len(values) > 1:
        defects.add(Defect.SEVERAL_AUTHORS)
    authors = parse_addresses(values[0], limits.addresses) if values else ()
    if not authors:
        defects.add(Defect.NO_AUTHOR)
    return authors


def _read_references(headers: list[tuple[str, str]], limits: Limits) -> tuple[str, ...]:
    """The first reference (the conversation's start) and the newest ones."""
    ids = parse_message_ids(_first(headers, "references"))
    return ids if len(ids) <= limits.references else (ids[0], *ids[len(ids) - limits.references + 1 :])


def _read_date(value: str, defects: set[Defect]) -> tuple[datetime | None, int | None]:
    """The Date header as UTC and its offset in minutes; without a zone it counts as UTC (RFC 5322, 3.3)."""
    try:
        parsed = parsedate_tz(value[:200])
        if parsed is not None:
            year, month, day, hour, minute, second = parsed[:6]
            local = datetime(year, month, day, hour, minute, min(second, 59), tzinfo=UTC)
            offset = timedelta(seconds=parsed[9] or 0)
            if 1970 <= year < 2200 and abs(offset) <= _MAX_OFFSET:
                return local - offset, int(offset.total_seconds() // 60)
    except (ValueError, TypeError, IndexError, OverflowError):
        pass
    defects.add(Defect.BAD_DATE)
    return None, None
