"""Sort the parts of a message into body, attachments, calendar events and reports."""

import html
import re
from dataclasses import dataclass, field, replace
from typing import NamedTuple
from urllib.parse import unquote

from parley.channels.mail.attachments import safe_name
from parley.channels.mail.calendars import BadCalendar, parse_calendar
from parley.channels.mail.charsets import clean_line, clean_text, decode_bytes, decode_words
from parley.channels.mail.flowed import unwrap_flowed
from parley.channels.mail.markup import unescape
from parley.channels.mail.mime import Part, decode_body, list_children, read_part
from parley.channels.mail.models import (
    Attachment,
    CalendarEvent,
    Defect,
    Limits,
    OmittedAttachment,
    ReportPart,
)
from parley.channels.mail.tnef import BadTnef, parse_tnef
from parley.kit.richtext.text import text_from_html

_REPORTS = frozenset(
    {
        "message/delivery-status",
        "message/global-delivery-status",
        "message/disposition-notification",
        "message/global-disposition-notification",
        "message/feedback-report",
        "message/rfc822-headers",
        "message/global-headers",
        "text/rfc822-headers",
    }
)
_MESSAGES = frozenset({"message/rfc822", "message/global"})
_CALENDARS = frozenset({"text/calendar", "application/ics", "text/x-vcalendar"})
_TNEF = frozenset({"application/ms-tnef", "application/vnd.ms-tnef"})
_TWINS = frozenset({"text/x-amp-html", "text/watch-html", "text/enriched", "text/richtext"})
_META_CHARSET = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?([A-Za-z0-9_-]{2,40})", re.IGNORECASE)
_CID = re.compile(r"cid:([^\"'\s>)]{1,500})", re.IGNORECASE)


class Content(NamedTuple):
    """What the parts of a message hold; `charset` is the first one that a body part declares."""

    text: str
    text_derived: bool
    html: str
    attachments: tuple[Attachment, ...]
    omitted: tuple[OmittedAttachment, ...]
    events: tuple[CalendarEvent, ...]
    reports: tuple[ReportPart, ...]
    charset: str


class _Segment(NamedTuple):
    """One stretch of the body, as text, as HTML or as both."""

    text: str
    html: str


@dataclass
class _Collected:
    raw: bytes
    limits: Limits
    defects: set[Defect]
    attachments: list[Attachment] = field(default_factory=list)
    omitted: list[OmittedAttachment] = field(default_factory=list)
    events: list[CalendarEvent] = field(default_factory=list)
    reports: list[ReportPart] = field(default_factory=list)
    charset: str = ""
    parts: int = 0
    bodies: int = 0
    calendars: int = 0


def collect_content(raw: bytes, root: Part, limits: Limits, defects: set[Defect]) -> Content:
    """Walk the parts of a message once and sort them; beyond the limits parts are only named."""
    collected = _Collected(raw, limits, defects)
    segments = _walk(collected, root, 0, "")
    text, derived, markup = _join(segments, limits, defects)
    shown = {unquote(unescape(name)).strip("<>").lower() for name in _CID.findall(markup)}
    return Content(
        text=text,
        text_derived=derived,
        html=markup,
        attachments=tuple(_mark_inline(file, shown) for file in collected.attachments),
        omitted=tuple(collected.omitted),
        events=tuple(collected.events),
        reports=tuple(collected.reports),
        charset=collected.charset,
    )


def _mark_inline(file: Attachment, shown: set[str]) -> Attachment:
    inline = file.content_id is not None and file.content_id.lower() in shown
    return Attachment(
        name=file.name,
        content_type=file.content_type,
        data=file.data,
        content_id=file.content_id,
        inline=inline,
    )


def _walk(collected: _Collected, part: Part, depth: int, parent: str) -> list[_Segment]:
    collected.parts += 1
    if part.content_type.startswith("multipart/"):
        if depth >= collected.limits.depth:
            collected.defects.add(Defect.TOO_DEEP)
            _add_raw_part(collected, part)
            return []
        return _walk_multipart(collected, part, depth)
    if part.content_type in _REPORTS:
        data = decode_body(collected.raw, part, collected.defects)
        collected.reports.append(ReportPart(part.content_type, data))
        return []
    if _is_body(part, depth, parent) and collected.bodies < collected.limits.body_parts:
        collected.bodies += 1
        return [_read_body(collected, part)]
    if parent != "multipart/alternative" or part.content_type not in _TWINS:
        return _take_attachment(collected, part)
    return []


def _walk_multipart(collected: _Collected, part: Part, depth: int) -> list[_Segment]:
    default = "message/rfc822" if part.content_type == "multipart/digest" else "text/plain"
    segments: list[_Segment] = []
    found = False
    for start, end in list_children(collected.raw, part, collected.defects):
        found = True
        if collected.parts >= collected.limits.parts:
            collected.defects.add(Defect.TOO_MANY_PARTS)
            break
        child = read_part(collected.raw, start, end, collected.limits, collected.defects, default)
        segments += _walk(collected, child, depth + 1, part.content_type)
    if not found:
        return _walk_without_parts(collected, part, depth)
    if part.content_type == "multipart/alternative" and len(segments) > 1:
        texts = [segment.text for segment in segments if not segment.html]
        return [_Segment("\n".join(texts), "\n".join(segment.html for segment in segments if segment.html))]
    return segments


def _walk_without_parts(collected: _Collected, part: Part, depth: int) -> list[_Segment]:
    """A multipart without any part: encoded as a whole (forbidden, but done), or really only text."""
    if not collected.raw[part.body : part.end].strip():
        return []
    if part.encoding in {"base64", "quoted-printable"}:
        data = decode_body(collected.raw, part, collected.defects)
        inner = replace(collected, raw=data)
        whole = part._replace(start=0, body=0, end=len(data), headers=())
        segments = _walk_multipart(inner, whole, depth + 1) if depth < collected.limits.depth else []
        collected.parts, collected.bodies = inner.parts, inner.bodies
        collected.calendars, collected.charset = inner.calendars, inner.charset
        return segments
    collected.bodies += 1
    return [_read_body(collected, part._replace(content_type="text/plain"))]


def _is_body(part: Part, depth: int, parent: str) -> bool:
    if part.content_type not in {"text/plain", "text/html"} or part.disposition == "attachment":
        return False
    return depth == 0 or parent == "multipart/alternative" or not part.claimed_name


def _read_body(collected: _Collected, part: Part) -> _Segment:
    data = decode_body(collected.raw, part, collected.defects)
    charset = part.parameters.get("charset", "")
    meta = _META_CHARSET.search(data[:4_096]) if part.content_type == "text/html" else None
    text, guessed = decode_bytes(data, charset, meta[1].decode("ascii") if meta else collected.charset)
    if guessed:
        collected.defects.add(Defect.CHARSET_GUESSED)
    collected.charset = collected.charset or charset
    cleaned = clean_text(text)
    if part.content_type == "text/html":
        return _Segment("", _cut(cleaned, collected.limits.html_chars, collected.defects))
    if part.parameters.get("format", "").lower() == "flowed":
        cleaned = unwrap_flowed(cleaned, part.parameters.get("delsp", "").lower() == "yes")
    return _Segment(_cut(cleaned, collected.limits.text_chars, collected.defects), "")


def _cut(text: str, limit: int, defects: set[Defect]) -> str:
    if len(text) > limit:
        defects.add(Defect.BODY_CUT)
    return text[:limit]


def _join(segments: list[_Segment], limits: Limits, defects: set[Defect]) -> tuple[str, bool, str]:
    """Put the stretches together so that the text, and the HTML if there is any, are both complete."""
    useful = [segment for segment in segments if segment.text.strip() or segment.html.strip()]
    derived = any(not segment.text.strip() for segment in useful)
    text = "\n\n".join(
        (
            segment.text
            if segment.text.strip()
            else text_from_html(segment.html, max_bytes=4 * limits.html_chars)
        ).rstrip("\n")
        for segment in useful
    )
    markup = ""
    if any(segment.html for segment in useful):
        markup = "\n".join(segment.html or _as_html(segment.text) for segment in useful)
    return (
        _cut(clean_text(text), limits.text_chars, defects),
        derived,
        _cut(markup, limits.html_chars, defects),
    )


def _as_html(text: str) -> str:
    return f'<div style="white-space: pre-wrap">{html.escape(text)}</div>'


def _take_attachment(collected: _Collected, part: Part) -> list[_Segment]:
    """Keep a part as a file; a winmail.dat may bring the body as well."""
    name = part.claimed_name
    kind = part.content_type
    if len(collected.attachments) >= collected.limits.attachments:
        _omit(collected, name, kind, part.end - part.body)
        return []
    data = decode_body(collected.raw, part, collected.defects)
    if kind in _TNEF or name.lower() == "winmail.dat":
        return _open_tnef(collected, data)
    if kind in _CALENDARS or name.lower().endswith(".ics"):
        _read_calendar(collected, part, data)
        name = name or "invite.ics"
    elif kind in _MESSAGES:
        name = name or _name_of_message(collected, data)
    content_id = clean_line((part.find("content-id") or b"").decode("utf-8", "replace")).strip("<> ")
    _add(collected, name, kind, data, content_id[:500] or None)
    return []


def _omit(collected: _Collected, name: str, kind: str, size: int) -> None:
    collected.defects.add(Defect.ATTACHMENTS_OMITTED)
    if len(collected.omitted) < collected.limits.omitted:
        number = len(collected.attachments) + len(collected.omitted) + 1
        collected.omitted.append(OmittedAttachment(safe_name(name, kind, number), kind, size))


def _add(collected: _Collected, name: str, kind: str, data: bytes, content_id: str | None) -> None:
    if len(collected.attachments) >= collected.limits.attachments:
        _omit(collected, name, kind, len(data))
        return
    safe = safe_name(name, kind, len(collected.attachments) + 1)
    collected.attachments.append(Attachment(name=safe, content_type=kind, data=data, content_id=content_id))


def _add_raw_part(collected: _Collected, part: Part) -> None:
    _add(collected, "nested.eml", "message/rfc822", collected.raw[part.start : part.end], None)


def _name_of_message(collected: _Collected, data: bytes) -> str:
    inner = read_part(data, 0, len(data), collected.limits, set())
    subject = decode_words(decode_bytes(inner.find("subject") or b"", None).text)
    return f"{clean_line(subject)[:100] or 'message'}.eml".replace("/", "-")


def _read_calendar(collected: _Collected, part: Part, data: bytes) -> None:
    collected.calendars += 1
    if collected.calendars > collected.limits.calendars:
        return
    text = decode_bytes(data, part.parameters.get("charset", "utf-8")).text
    try:
        collected.events += parse_calendar(text, part.parameters.get("method", ""), collected.limits)
    except BadCalendar:
        collected.defects.add(Defect.BAD_CALENDAR)


def _open_tnef(collected: _Collected, data: bytes) -> list[_Segment]:
    try:
        opened = parse_tnef(data)
    except BadTnef:
        collected.defects.add(Defect.BAD_TNEF)
        _add(collected, "winmail.dat", "application/ms-tnef", data, None)
        return []
    for file in opened.files:
        kind = clean_line(file.content_type).lower()[:100] or "application/octet-stream"
        _add(collected, file.name, kind, file.data, file.content_id)
    if collected.bodies or not (opened.text or opened.html):
        if opened.rtf and not collected.bodies:
            _add(collected, "winmail.dat", "application/ms-tnef", data, None)
        return []
    collected.bodies += 1
    return [_Segment(clean_text(opened.text), clean_text(opened.html))]
