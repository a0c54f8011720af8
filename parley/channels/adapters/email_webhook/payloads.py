"""What providers post: where the raw mail is, who it was for, and whether it can be believed. Pure code."""

import base64
import binascii
import contextlib
from collections.abc import Mapping
from datetime import datetime
from io import BytesIO
from typing import Any
from urllib.parse import parse_qsl

import msgspec
from multipart import (  # type: ignore[import-untyped]  # it carries no types
    MultipartError,
    MultipartParser,
    parse_options_header,
)

from parley.channels.adapters.email_webhook import WebhookSettings
from parley.kit.errors import BadInput
from parley.kit.ids import is_same_secret
from parley.kit.signatures import is_mailgun

RAW_FIELDS = ("body-mime", "email", "raw", "message", "mime")
"""Mailgun, SendGrid, and what smaller providers call it."""
MAX_FIELDS = 200


class Payload(msgspec.Struct, frozen=True, kw_only=True):
    """A posted mail and the fields beside it."""

    data: bytes
    recipient: str = ""
    sender: str = ""
    fields: dict[str, str] = {}


def read_payload(content_type: str, body: bytes) -> Payload:
    """Finds the raw mail: the body itself, a form field, or Postmark's JSON. Raises BadInput when there is none."""
    kind, options = parse_options_header(content_type or "")
    kind = kind.lower()
    if kind in ("message/rfc822", "application/octet-stream", "text/plain"):
        return _checked(Payload(data=body))
    if kind == "application/json" or kind.endswith("+json"):
        return _read_json(body)
    if kind == "multipart/form-data":
        return _read_form(_parse_multipart(body, options.get("boundary", "")))
    if kind == "application/x-www-form-urlencoded":
        return _read_form(_parse_urlencoded(body))
    raise BadInput("unknown_type", f"Post message/rfc822, a form or JSON, not {kind[:100] or 'nothing'}.")


def _parse_multipart(body: bytes, boundary: str) -> dict[str, bytes]:
    found: dict[str, bytes] = {}
    try:
        parser = MultipartParser(
            BytesIO(body),
            boundary.encode(),
            memory_limit=len(body) + 1,
            buffer_size=2**16,
            part_limit=MAX_FIELDS,
        )
        for part in parser:
            found.setdefault(str(part.name), part.raw)
    except (MultipartError, UnicodeError, ValueError) as failure:
        raise BadInput("bad_form", "The form cannot be read.") from failure
    return found


def _parse_urlencoded(body: bytes) -> dict[str, bytes]:
    try:
        pairs = parse_qsl(body, keep_blank_values=True, max_num_fields=MAX_FIELDS)
    except ValueError as failure:
        raise BadInput("bad_form", "The form cannot be read.") from failure
    return {name.decode("utf-8", "replace"): value for name, value in pairs}


def _read_form(fields: Mapping[str, bytes]) -> Payload:
    name = next((name for name in RAW_FIELDS if fields.get(name, b"").strip()), None)
    if name is None:
        raise BadInput(
            "no_mail", "There is no raw mail in the form; switch on raw or full MIME at the provider."
        )
    texts = {key: value[:2000].decode("utf-8", "replace") for key, value in fields.items() if key != name}
    sender, recipient = (
        texts.get("sender") or texts.get("from", ""),
        texts.get("recipient") or texts.get("to", ""),
    )
    if texts.get("envelope"):
        sender, recipient = _read_envelope(fields["envelope"], sender, recipient)
    return _checked(Payload(data=fields[name], sender=sender[:320], recipient=recipient[:1000], fields=texts))


def _read_envelope(raw: bytes, sender: str, recipient: str) -> tuple[str, str]:
    """SendGrid's envelope: {"to": [...], "from": ...}."""
    try:
        found = msgspec.json.decode(raw)
        return str(found.get("from") or ""), ", ".join(map(str, found.get("to") or ()))
    except (msgspec.DecodeError, AttributeError, TypeError):
        return sender, recipient


def _read_json(body: bytes) -> Payload:
    """Postmark's RawEmail, and {"raw": …} with the mail as text or in base64."""
    try:
        found: Any = msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeError) as failure:
        raise BadInput("bad_json", "The JSON cannot be read.") from failure
    if not isinstance(found, dict):
        raise BadInput("bad_json", "Send a JSON object.")
    raw = found.get("RawEmail") or found.get("raw")
    if not isinstance(raw, str):
        raise BadInput(
            "no_mail", "There is no raw mail in the JSON (RawEmail or raw); switch it on at the provider."
        )
    data = raw.encode("utf-8", "surrogatepass")
    if found.get("encoding") == "base64":
        try:
            data = base64.b64decode(raw, validate=False)
        except binascii.Error as failure:
            raise BadInput("bad_base64", "The mail is not valid base64.") from failure
    sender, recipient = found.get("From") or "", found.get("OriginalRecipient") or found.get("To") or ""
    return _checked(Payload(data=data, sender=str(sender)[:320], recipient=str(recipient)[:1000]))


def _checked(payload: Payload) -> Payload:
    if not payload.data.strip():
        raise BadInput("no_mail", "The mail is empty.")
    return payload


def is_genuine(
    settings: WebhookSettings, headers: Mapping[str, str], fields: Mapping[str, str], now: datetime
) -> bool:
    """Says whether the provider sent this: by the secret, or by Mailgun's signature not older than 15 minutes."""
    if settings.secret and any(is_same_secret(settings.secret, given) for given in _given_secrets(headers)):
        return True
    given = (fields.get("timestamp", ""), fields.get("token", ""), fields.get("signature", ""))
    return is_mailgun(settings.mailgun_key, *given, now)


def _given_secrets(headers: Mapping[str, str]) -> list[str]:
    given = [headers.get("x-parley-secret", "")]
    scheme, _, value = headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        given.append(value.strip())
    elif scheme.lower() == "basic":
        with contextlib.suppress(binascii.Error, UnicodeError):
            given.append(base64.b64decode(value).decode("utf-8").partition(":")[2])
    return [one for one in given if one]
