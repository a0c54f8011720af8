"""From a message of the inbox to the bytes of a mail."""

from datetime import datetime
from typing import Any, Literal

import msgspec

from parley.channels.mail.compose import BuiltMail, OutboundMail, Quoted, build_attribution, build_mail
from parley.channels.mail.models import Address, Attachment, InvalidMail
from parley.channels.ports import OutboundMessage
from parley.kit.failures import Refused
from parley.kit.richtext import html_from_text, sanitise_html, text_from_html


def build_message_mail(message: OutboundMessage) -> tuple[BuiltMail, str]:
    """Builds the mail of a message from its envelope, and gives the envelope's sender; raises Refused.

    The envelope holds from, to, cc, bcc and reply_to as lists of {name, address}, and subject, in_reply_to,
    references, signature_html, installation and quoted where there are such. `unasked` is set where an automatic
    mail answers no other one (RFC 3834, 5.1).
    """
    envelope = message.envelope
    senders = read_addresses(envelope.get("from"))
    if not senders or not message.external_id:
        raise Refused("The message has no sender; post it again.")
    signature = str(envelope.get("signature_html") or "")
    try:
        built = build_mail(
            OutboundMail(
                message_id=message.external_id,
                date=message.created_at,
                from_=senders[0],
                to=read_addresses(envelope.get("to")),
                cc=read_addresses(envelope.get("cc")),
                bcc=read_addresses(envelope.get("bcc")),
                reply_to=read_addresses(envelope.get("reply_to")),
                subject=str(envelope.get("subject") or ""),
                text=message.text,
                html=message.html or html_from_text(message.text),
                in_reply_to=envelope.get("in_reply_to") or None,
                references=tuple(envelope.get("references") or ()),
                attachments=tuple(_attachment(file) for file in message.files),
                signature_html=signature,
                signature_text=text_from_html(signature) if signature else "",
                quoted=read_quoted(envelope.get("quoted")),
                automatic=_automatic(message),
                installation=str(envelope.get("installation") or ""),
            )
        )
    except InvalidMail as failure:
        raise Refused(f"The mail cannot be written: {failure}") from failure
    return built, senders[0].address


def _automatic(message: OutboundMessage) -> Literal["no", "auto-replied", "auto-generated"]:
    if not message.automatic:
        return "no"
    return "auto-generated" if message.envelope.get("unasked") else "auto-replied"


def read_addresses(found: Any) -> tuple[Address, ...]:
    """Reads a list of {name, address}."""
    return tuple(
        Address(str(item.get("name") or ""), str(item.get("address") or ""))
        for item in found or ()
        if item.get("address")
    )


def read_quoted(found: dict[str, Any] | None) -> Quoted | None:
    """Reads the message that is quoted below an answer: {name, address, date, text, html}."""
    if not found:
        return None
    author = Address(str(found.get("name") or ""), str(found.get("address") or ""))
    date = msgspec.convert(found["date"], datetime) if found.get("date") else None
    return Quoted(
        attribution=build_attribution(author, date),
        text=str(found.get("text") or ""),
        html=sanitise_html(str(found.get("html") or ""), images="block", max_bytes=100_000),
    )


def _attachment(file: Any) -> Attachment:
    return Attachment(
        name=file.name, content_type=file.type, data=file.data, content_id=file.content_id, inline=file.inline
    )
