"""Read what mail servers report about mail of ours: failures, delays, complaints, receipts."""

import re

import msgspec

from parley.channels.mail.addresses import normalise_address, parse_addresses
from parley.channels.mail.charsets import clean_line, decode_bytes, decode_words
from parley.channels.mail.models import ParsedMail, ReportPart, UnparsableMail
from parley.channels.mail.parse import parse_mail, parse_message_ids

_MAX_RECIPIENTS = 200
_MAX_REPORT = 200_000
_MAX_TEXT = 20_000
_MAX_DIAGNOSTIC = 1_000
_BLANK_LINE = re.compile(r"\n[ \t]*\n")
_FIELD = re.compile(r"([A-Za-z][A-Za-z0-9-]{0,60})[ \t]*:[ \t]*(.*)")
_MESSAGE_ID_LINE = re.compile(r"^[> \t]*message-id:\s*(<[^<>\s]{1,500}>)", re.IGNORECASE | re.MULTILINE)
_STATUS = re.compile(r"(?<![\d.])([245]\.\d{1,3}\.\d{1,3})(?![\d.])")
_REPLY_CODE = re.compile(r"(?<!\d)([45]\d\d)[ -](?=\S)")
_FULL_CODE = re.compile(r"(?<!\d)[45]\d\d[ -]#?[45]\.\d{1,3}\.\d{1,3}(?!\d)")
_QMAIL_RECIPIENT = re.compile(r"^<([^<>\s]{1,300}@[^<>\s]{1,300})>:\s*\n?(.{0,400})", re.MULTILINE)
_ADDRESS = re.compile(r"[^\s<>()\[\]\",;:'@]{1,64}@[^\s<>()\[\]\",;:'@]{1,255}")


class Failure(msgspec.Struct, frozen=True, kw_only=True):
    """What happened to one recipient; `status` is an RFC 3463 code such as "5.1.1" or "".

    `action` is the RFC 3464 word: failed, delayed, delivered, relayed or expanded.
    """

    recipient: str
    action: str
    status: str
    diagnostic: str

    @property
    def permanent(self) -> bool:
        """Whether trying again is useless."""
        return self.action == "failed" and not self.status.startswith("4")


def parse_report_fields(part: ReportPart) -> list[dict[str, str]]:
    """Read the groups of "Name: value" lines of a machine-readable report; names in lower case, the first
    of each counts."""
    text = decode_bytes(part.data[:_MAX_REPORT], "utf-8").text.replace("\r\n", "\n").replace("\r", "\n")
    groups: list[dict[str, str]] = []
    for block in _BLANK_LINE.split(text.strip("\n"))[: _MAX_RECIPIENTS + 1]:
        fields: dict[str, str] = {}
        name = ""
        for line in block.split("\n"):
            if line[:1] in (" ", "\t") and name:
                fields[name] = f"{fields[name]} {line.strip()}"[: 2 * _MAX_DIAGNOSTIC]
            elif match := _FIELD.match(line):
                name = match[1].lower()
                fields.setdefault(name, clean_line(decode_words(match[2]))[: 2 * _MAX_DIAGNOSTIC])
        if fields:
            groups.append(fields)
    return groups


def read_delivery_status(part: ReportPart) -> tuple[Failure, ...]:
    """Read the recipients of a message/delivery-status part (RFC 3464)."""
    failures: list[Failure] = []
    for fields in parse_report_fields(part):
        recipient = _typed_address(fields.get("original-recipient", "")) or _typed_address(
            fields.get("final-recipient", "")
        )
        if not recipient and "action" not in fields:
            continue
        status = _STATUS.search(fields.get("status", ""))
        diagnostic = fields.get("diagnostic-code", "")
        kind, semicolon, detail = diagnostic.partition(";")
        failures.append(
            Failure(
                recipient=recipient,
                action=fields.get("action", "failed").split()[0].lower()
                if fields.get("action")
                else "failed",
                status=status[1] if status else "",
                diagnostic=(detail if semicolon and len(kind) <= 20 else diagnostic).strip()[
                    :_MAX_DIAGNOSTIC
                ],
            )
        )
    return tuple(failures)


def _typed_address(value: str) -> str:
    """The address of a field such as "rfc822; someone@example.org"."""
    _, semicolon, address = value.partition(";")
    return normalise_address(address if semicolon else value) or ""


def read_unstructured_failures(parsed: ParsedMail) -> tuple[Failure, ...]:
    """Guess the failed recipients of a report without a machine-readable part (Exim, qmail, old Exchange)."""
    text = parsed.text[:_MAX_TEXT]
    code = _STATUS.search(text)
    reply = _REPLY_CODE.search(text)
    status = code[1] if code else f"{reply[1][0]}.0.0" if reply else ""
    action = "delayed" if status.startswith("4") else "failed"
    named = parse_addresses(parsed.header("x-failed-recipients") or "", _MAX_RECIPIENTS)
    if named:
        return tuple(
            Failure(
                recipient=one.address, action=action, status=status, diagnostic=_diagnostic(text, one.address)
            )
            for one in named
        )
    blocks = [(normalise_address(match[1]), match[2]) for match in _QMAIL_RECIPIENT.finditer(text)]
    if blocks:
        return tuple(
            Failure(recipient=address, action=action, status=status, diagnostic=clean_line(detail))
            for address, detail in blocks[:_MAX_RECIPIENTS]
            if address
        )
    own = {address.address for address in (*parsed.from_, *parsed.to)}
    found = (normalise_address(match[0].rstrip(".")) for match in _ADDRESS.finditer(text))
    address = next((one for one in found if one and one not in own), "")
    return (Failure(recipient=address, action=action, status=status, diagnostic=_diagnostic(text, address)),)


def _diagnostic(text: str, address: str) -> str:
    """The line with the server's reply code, preferably below the address."""
    start = max(0, text.lower().find(address)) if address else 0
    for match in _REPLY_CODE.finditer(text, start):
        line_start = text.rfind("\n", 0, match.start()) + 1
        return clean_line(text[line_start:].split("\n", 1)[0])[:_MAX_DIAGNOSTIC]
    return ""


def has_failure_code(text: str) -> bool:
    """Whether a text holds an enhanced status code or a server's reply code of failure."""
    sample = text[:_MAX_TEXT]
    return bool(_STATUS.search(sample) or _REPLY_CODE.search(sample))


def has_full_failure_code(text: str) -> bool:
    """Whether a text holds both codes together ("550 5.1.1"), which people hardly ever write."""
    return bool(_FULL_CODE.search(text[:_MAX_TEXT]))


def find_original_id(parsed: ParsedMail) -> str | None:
    """Find the Message-ID of our mail that a report is about: in its fields, the returned mail, its headers
    or the text."""
    for part in parsed.reports:
        if part.content_type.endswith(("disposition-notification", "feedback-report")):
            for fields in parse_report_fields(part):
                ids = parse_message_ids(fields.get("original-message-id", ""))
                if ids:
                    return ids[0]
        elif part.content_type.endswith("headers"):
            found = _id_of_mail(part.data)
            if found:
                return found
    for file in parsed.attachments:
        if file.content_type in {"message/rfc822", "message/global"} and (found := _id_of_mail(file.data)):
            return found
    match = _MESSAGE_ID_LINE.search(parsed.text[:_MAX_REPORT])
    if match:
        return parse_message_ids(match[1])[0]
    return parsed.in_reply_to or (parsed.references[-1] if parsed.references else None)


def _id_of_mail(data: bytes) -> str | None:
    try:
        inner = parse_mail(data)
    except UnparsableMail:
        return None
    return None if inner.message_id_generated else inner.message_id
