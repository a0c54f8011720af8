"""Build the mail that leaves: readable everywhere, fit to be signed, and the same bytes for every attempt."""

import html
from datetime import UTC, datetime
from typing import Literal

import msgspec

from parley.channels.mail.addresses import format_address
from parley.channels.mail.charsets import clean_line, clean_text
from parley.channels.mail.headers import (
    check_address,
    check_message_id,
    format_addresses,
    format_date,
    format_extra,
    format_ids,
    format_text,
    format_urls,
    is_message_id,
)
from parley.channels.mail.loops import build_loop_header
from parley.channels.mail.mimeparts import MimePart, build_file_part, build_multipart, build_text_part
from parley.channels.mail.models import Address, Attachment, InvalidMail

_MAX_REFERENCES = 10


class Quoted(msgspec.Struct, frozen=True, kw_only=True):
    """The message that is answered; `attribution` is the line above it (see `build_attribution`).

    `html` must be sanitised; when it is "" the text is shown in its place.
    """

    attribution: str
    text: str
    html: str = ""


class OutboundMail(msgspec.Struct, frozen=True, kw_only=True):
    """Everything that goes into a mail.

    `message_id` is the caller's and stays the same for every attempt; ids have no angle brackets. `date`
    needs a zone. `html` is a sanitised fragment, "" for a mail of text only; `text` is always needed.
    `headers` are additional X- fields. `installation` names us in the loop header ("" for none).
    """

    message_id: str
    date: datetime
    from_: Address
    to: tuple[Address, ...]
    subject: str
    text: str
    html: str = ""
    sender: Address | None = None
    reply_to: tuple[Address, ...] = ()
    cc: tuple[Address, ...] = ()
    bcc: tuple[Address, ...] = ()
    in_reply_to: str | None = None
    references: tuple[str, ...] = ()
    attachments: tuple[Attachment, ...] = ()
    signature_text: str = ""
    signature_html: str = ""
    quoted: Quoted | None = None
    automatic: Literal["no", "auto-replied", "auto-generated"] = "no"
    unsubscribe: tuple[str, ...] = ()
    headers: tuple[tuple[str, str], ...] = ()
    installation: str = ""


class BuiltMail(msgspec.Struct, frozen=True):
    """A mail ready to send: its bytes, the envelope's recipients (Bcc included), and whether the server must
    offer SMTPUTF8 (an address has a local part that is not ASCII)."""

    data: bytes
    recipients: tuple[str, ...]
    needs_smtputf8: bool


def build_mail(mail: OutboundMail) -> BuiltMail:
    """Build the bytes of a mail: multipart as needed, every field at most once, CRLF, lines under 998 bytes.

    Text fields lose line breaks and control characters, so that no field can be smuggled in. Raises
    InvalidMail when an address, id, date or field name cannot be written.
    """
    recipients = dict.fromkeys(
        check_address("recipient", address.address) for address in (*mail.to, *mail.cc, *mail.bcc)
    )
    if not recipients:
        raise InvalidMail("the mail has no recipient")
    content = _build_content(mail)
    head = _build_head(mail) + "MIME-Version: 1.0\r\n" + content.headers
    data = head.encode("utf-8") + b"\r\n" + content.body
    needs = not head.isascii() or any(not address.isascii() for address in recipients)
    return BuiltMail(data, tuple(recipients), needs)


def build_references(references: tuple[str, ...], in_reply_to: str | None) -> tuple[str, ...]:
    """Build the References of an answer: the first and the last ten, ending with the answered one (RFC 5322,
    3.6.4). Ids that cannot be written are left out."""
    everything = dict.fromkeys((*references, *((in_reply_to,) if in_reply_to else ())))
    if in_reply_to:
        everything[in_reply_to] = everything.pop(in_reply_to)
    ids = [value for value in everything if is_message_id(value)]
    return tuple(ids if len(ids) <= _MAX_REFERENCES + 1 else [ids[0], *ids[-_MAX_REFERENCES:]])


def build_attribution(author: Address, date: datetime | None) -> str:
    """Build the line above a quotation in no particular language: date, author, colon."""
    name = format_address(author)
    if date is None:
        return f"{name}:"
    return f"{date.astimezone(UTC):%Y-%m-%d %H:%M} UTC, {name}:"


def _build_head(mail: OutboundMail) -> str:
    fields = [format_date(mail.date), format_addresses("From", (mail.from_,))]
    if mail.sender and mail.sender.address != mail.from_.address:
        fields.append(format_addresses("Sender", (mail.sender,)))
    if mail.reply_to:
        fields.append(format_addresses("Reply-To", mail.reply_to))
    fields.append(format_addresses("To", mail.to) if mail.to else "To: undisclosed-recipients:;\r\n")
    if mail.cc:
        fields.append(format_addresses("Cc", mail.cc))
    fields.append(format_text("Subject", mail.subject))
    fields.append(format_ids("Message-ID", (check_message_id("Message-ID", mail.message_id),)))
    if mail.in_reply_to and is_message_id(mail.in_reply_to):
        fields.append(format_ids("In-Reply-To", (mail.in_reply_to,)))
    references = build_references(mail.references, mail.in_reply_to)
    if references:
        fields.append(format_ids("References", references))
    return "".join(fields) + _build_control_fields(mail)


def _build_control_fields(mail: OutboundMail) -> str:
    fields: list[str] = []
    extra = list(mail.headers)
    if mail.automatic != "no":
        fields.append(f"Auto-Submitted: {mail.automatic}\r\n")
        extra.append(("X-Auto-Response-Suppress", "All"))
    if mail.unsubscribe:
        fields.append(format_urls("List-Unsubscribe", mail.unsubscribe))
        if any(url.startswith("https://") for url in mail.unsubscribe):
            fields.append("List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n")
    if mail.installation:
        extra.append(build_loop_header(mail.installation))
    names = [name.lower() for name, _ in extra]
    if len(set(names)) != len(names):
        raise InvalidMail("an additional header is given twice")
    return "".join([*fields, *(format_extra(name, value) for name, value in extra)])


def _build_content(mail: OutboundMail) -> MimePart:
    """mixed( alternative( text, related( html, images ) ), files ), as far as needed."""
    images: list[Attachment] = []
    files: list[Attachment] = []
    for file in mail.attachments:
        shown = bool(mail.html and file.inline and file.content_id)
        (images if shown else files).append(file)
    content = build_text_part(_build_text(mail), "plain")
    if mail.html:
        page = build_text_part(_build_html(mail), "html")
        if images:
            pictures = [build_file_part(file, number) for number, file in enumerate(images, start=1)]
            page = build_multipart("related", [page, *pictures], mail.message_id)
        content = build_multipart("alternative", [content, page], mail.message_id)
    if files:
        parts = [build_file_part(_unshown(file), number) for number, file in enumerate(files, start=1)]
        content = build_multipart("mixed", [content, *parts], mail.message_id)
    return content


def _unshown(file: Attachment) -> Attachment:
    return msgspec.structs.replace(file, inline=False)


def _build_text(mail: OutboundMail) -> str:
    pieces = [clean_text(mail.text).rstrip()]
    if mail.signature_text.strip():
        pieces.append(f"-- \n{clean_text(mail.signature_text).strip()}")
    if mail.quoted:
        lines = clean_text(mail.quoted.text).strip("\n").split("\n")
        quotation = "\n".join(f">{line}" if line.startswith(">") else f"> {line}".rstrip() for line in lines)
        pieces.append(f"{clean_line(mail.quoted.attribution)}\n{quotation}")
    return "\n\n".join(pieces) + "\n"


def _build_html(mail: OutboundMail) -> str:
    body = mail.html
    if mail.signature_html:
        body += f'\n<div class="gmail_signature"><br>-- <br>{mail.signature_html}</div>'
    if mail.quoted:
        body += _build_html_quotation(mail.quoted)
    return (
        '<!DOCTYPE html>\n<html><head><meta charset="utf-8"></head>\n'
        f'<body><div dir="auto">{body}</div></body></html>\n'
    )


def _build_html_quotation(quoted: Quoted) -> str:
    """The markup that mail programs fold away."""
    shown = quoted.html or f'<div style="white-space: pre-wrap">{html.escape(clean_text(quoted.text))}</div>'
    return (
        '\n<br><div class="gmail_quote"><div class="gmail_attr">'
        f"{html.escape(clean_line(quoted.attribution))}</div>\n"
        '<blockquote class="gmail_quote" type="cite" style="margin:0 0 0 .8ex;'
        f'border-left:1px solid #ccc;padding-left:1ex">{shown}</blockquote></div>'
    )
