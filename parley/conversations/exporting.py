"""A conversation on paper: printable HTML, plain text, JSON and mbox. Pure."""

import re
from collections.abc import Sequence
from datetime import UTC, datetime, tzinfo
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime, formataddr
from html import escape
from typing import Any

import msgspec

from parley.conversations.shapes import Address, ConversationRow, Message

STYLE = """
body{font:14px/1.5 system-ui,sans-serif;max-width:46rem;margin:2rem auto;padding:0 1rem;color:#1b1f23}
header{border-bottom:2px solid #1b1f23;margin-bottom:1.5rem}
article{border-top:1px solid #d0d7de;padding:.75rem 0;break-inside:avoid-page}
.note{background:#fff8c5;padding:.75rem}.who{font-weight:600}.when,.files{color:#57606a}
blockquote{border-inline-start:3px solid #d0d7de;margin:0;padding-inline-start:.75rem;color:#57606a}
img{max-width:100%}table{border-collapse:collapse}td,th{border:1px solid #d0d7de;padding:.25rem .5rem}
"""
_FROM_LINE = re.compile(rb"^(>*From )", re.MULTILINE)
_LINE_ENDS = re.compile(rb"\r\n?")


class Part(msgspec.Struct, frozen=True):
    """A file of a message with its bytes."""

    name: str
    type: str
    data: bytes


class Export(msgspec.Struct, frozen=True, kw_only=True):
    """What is exported; `truncated` when there are older messages than these."""

    conversation: ConversationRow
    messages: list[Message]
    truncated: bool
    at: datetime


def write_json(export: Export) -> bytes:
    """Writes everything as JSON."""
    return msgspec.json.format(msgspec.json.encode(export), indent=2)


def write_text(export: Export, zone: tzinfo) -> bytes:
    """Writes a transcript in plain text."""
    row = export.conversation
    lines = [
        f"#{row.number} {row.subject}".rstrip(),
        f"{row.customer.name} {row.customer.email or ''}".rstrip(),
    ]
    if export.truncated:
        lines.append("(older messages left out)")
    for message in export.messages:
        kind = " (note)" if message.kind == "note" else ""
        lines += ["", "-" * 60, f"{_author(message)}{kind}, {_time(message.created_at, zone)}", ""]
        lines.append("(removed)" if message.redacted else message.text)
        lines += [f"[{file.name}, {file.size} bytes]" for file in message.attachments]
    return ("\n".join(lines) + "\n").encode()


def write_html(export: Export, zone: tzinfo) -> bytes:
    """Writes a page to print; the messages' rich text is sanitised already."""
    row = export.conversation
    title = escape(f"#{row.number} {row.subject}".rstrip())
    parts = [
        f'<!doctype html><html lang="{escape(row.language or "en")}"><head><meta charset="utf-8">',
        f"<title>{title}</title><style>{STYLE}</style></head><body><header><h1>{title}</h1>",
        f"<p>{escape(row.customer.name)} {escape(row.customer.email or '')}</p></header>",
    ]
    if export.truncated:
        parts.append("<p>…</p>")
    parts += [_article(message, zone) for message in export.messages]
    return ("".join(parts) + "</body></html>").encode()


def _article(message: Message, zone: tzinfo) -> str:
    files = "".join(f'<p class="files">📎 {escape(f.name)} ({f.size} B)</p>' for f in message.attachments)
    body = "<p>—</p>" if message.redacted else message.html
    kind = ' class="note"' if message.kind == "note" else ""
    return (
        f'<article{kind} dir="auto"><p><span class="who">{escape(_author(message))}</span> '
        f'<span class="when">{_time(message.created_at, zone)}</span></p>{body}{files}</article>'
    )


def write_mbox(mails: Sequence[tuple[datetime, bytes]]) -> bytes:
    """Writes mails as one mbox file (RFC 4155, `From ` quoted as in mboxrd)."""
    written = []
    for at, raw in mails:
        stamp = at.astimezone(UTC).strftime("%a %b %e %H:%M:%S %Y")
        body = _FROM_LINE.sub(rb">\1", _LINE_ENDS.sub(b"\n", raw))
        written.append(b"From parley " + stamp.encode() + b"\n" + body.rstrip(b"\n") + b"\n\n")
    return b"".join(written)


def build_mail(message: Message, subject: str, parts: Sequence[Part]) -> bytes:
    """Builds a mail of a message that did not come as one, or whose source is not kept (RFC 5322)."""
    mail = EmailMessage(policy=SMTP.clone(max_line_length=998))
    sender = message.sender or Address(_author(message), "unknown@invalid")
    mail["From"] = _address(sender)
    for name, people in (("To", message.to), ("Cc", message.cc)):
        if people:
            mail[name] = ", ".join(_address(person) for person in people)
    mail["Date"] = format_datetime(message.created_at)
    mail["Subject"] = _one_line(message.subject or subject)
    mail["Message-ID"] = f"<{message.id}@parley.invalid>"
    mail.set_content(message.text or "\n")
    if message.html:
        mail.add_alternative(message.html, subtype="html")
    for part in parts:
        main, _, sub = part.type.partition(";")[0].partition("/")
        mail.add_attachment(
            part.data, maintype=main, subtype=sub or "octet-stream", filename=_one_line(part.name)
        )
    return mail.as_bytes()


def _address(person: Address) -> str:
    address = _one_line(person.address)
    usable = address.isascii() and address.count("@") == 1 and not re.search(r"[\s<>(),;:\"]", address)
    return formataddr((_one_line(person.name), address if usable else "unknown@invalid"))


def _one_line(text: str) -> str:
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


def _author(message: Message) -> str:
    return message.author.name or message.author.kind


def _time(at: datetime, zone: tzinfo) -> str:
    return at.astimezone(zone).strftime("%Y-%m-%d %H:%M %Z")


def file_name(export: Any, kind: str) -> str:
    """Gives the name under which an export is saved."""
    return f"conversation-{export.conversation.number}.{kind}"
