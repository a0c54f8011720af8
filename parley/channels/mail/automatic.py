"""Tell what a person wrote from what a program sent, and whether it may be answered automatically."""

import re
from collections.abc import Callable
from enum import StrEnum
from typing import NamedTuple

import msgspec

from parley.channels.mail.addresses import strip_plus
from parley.channels.mail.bounces import (
    Failure,
    find_original_id,
    has_failure_code,
    has_full_failure_code,
    parse_report_fields,
    read_delivery_status,
    read_unstructured_failures,
)
from parley.channels.mail.loops import LOOP_HEADER, count_hops
from parley.channels.mail.models import ParsedMail
from parley.channels.mail.subjects import has_reply_prefix
from parley.channels.mail.wordlists import AUTOMATIC_SUBJECTS, NO_REPLY_NAMES

_DAEMONS = (
    "mailer-daemon",
    "postmaster",
    "mail-daemon",
    "maildaemon",
    "mailerdaemon",
    "mdaemon",
    "mail_daemon",
)
_AUTO_REPLY_HEADERS = (
    "x-autoreply",
    "x-autoreply-from",
    "x-auto-reply-from",
    "x-autorespond",
    "x-autoresponder",
    "x-autoresponse",
    "x-mail-autoreply",
    "x-vacation",
    "x-fc-machinegenerated",
    "auto-reply",
)
_MACHINES = frozenset({"notification", "notifications", "mailer", "daemon", "root", "cron", "alerts"})
_NO = frozenset({"", "no", "false", "0", "none"})
_QMAIL = "this is the qmail-send program"
_FAILURE_CODE = "a server's failure code from a mail system"


class Kind(StrEnum):
    """Who or what speaks in a mail."""

    PERSON = "person"
    AUTO_REPLY = "auto_reply"
    AUTO_GENERATED = "auto_generated"
    BOUNCE = "bounce"
    DELAY = "delay"
    LIST = "list"
    BULK = "bulk"
    NO_REPLY = "no_reply"
    COMPLAINT = "complaint"
    READ_RECEIPT = "read_receipt"
    CALENDAR_RESPONSE = "calendar_response"


class Classified(msgspec.Struct, frozen=True, kw_only=True):
    """What a mail is and the header or text that says so.

    `certain` is False when only weak signs speak. `failures` belong to bounces and delays;
    `original_message_id` names our mail that a report is about.
    """

    kind: Kind
    reason: str
    certain: bool = True
    failures: tuple[Failure, ...] = ()
    original_message_id: str | None = None


class Permission(NamedTuple):
    """Whether an automatic answer is allowed, and why."""

    allowed: bool
    reason: str


def classify(parsed: ParsedMail, own_addresses: frozenset[str] = frozenset()) -> Classified:
    """Say what kind of mail this is.

    `own_addresses` are normalised addresses of ours: a mailing list of one of them (a group mailbox) passes
    customers' mail on and does not count as a list.
    """
    for check in _CHECKS:
        found = check(parsed)
        if found:
            return found
    return (
        _check_list(parsed, own_addresses)
        or _check_no_reply(parsed)
        or _check_weak_signs(parsed)
        or Classified(kind=Kind.PERSON, reason="nothing says otherwise")
    )


def may_be_answered(
    parsed: ParsedMail, own_addresses: frozenset[str] = frozenset(), installation: str = ""
) -> Permission:
    """Whether a program may answer this mail (RFC 3834): only what a person wrote to us from elsewhere.

    `installation` is the name that our own mail carries in its loop header.
    """
    if installation and count_hops(parsed, installation):
        return Permission(allowed=False, reason=f"{LOOP_HEADER} says that it went out from here")
    target = parsed.answer_to
    if target is None or parsed.author is None:
        return Permission(allowed=False, reason="it names no sender")
    if strip_plus(target.address) in own_addresses:
        return Permission(allowed=False, reason="the answer would go to an address of ours")
    suppress = (parsed.header("x-auto-response-suppress") or "").lower()
    if any(word in suppress for word in ("all", "autoreply", "oof")):
        return Permission(allowed=False, reason="X-Auto-Response-Suppress asks for no automatic answer")
    if _has_empty_return_path(parsed):
        return Permission(allowed=False, reason="its Return-Path is empty")
    found = classify(parsed, own_addresses)
    if found.kind is not Kind.PERSON:
        return Permission(allowed=False, reason=f"{found.kind}: {found.reason}")
    return Permission(allowed=True, reason=found.reason)


def _has_empty_return_path(parsed: ParsedMail) -> bool:
    value = parsed.header("return-path")
    return value is not None and value.replace(" ", "") in {"<>", ""}


def _is_daemon(parsed: ParsedMail) -> bool:
    address = parsed.author.address if parsed.author else (parsed.header("from") or "").strip().lower()
    return address.lstrip("<\"' ").startswith(_DAEMONS)


def _check_complaint(parsed: ParsedMail) -> Classified | None:
    """An abuse report (RFC 5965)."""
    parts = [part for part in parsed.reports if part.content_type == "message/feedback-report"]
    if not parts and parsed.report_type != "feedback-report":
        return None
    groups = [fields for part in parts for fields in parse_report_fields(part)]
    feedback = next((fields["feedback-type"] for fields in groups if "feedback-type" in fields), "abuse")
    return Classified(
        kind=Kind.COMPLAINT,
        reason=f"feedback report of type {feedback}",
        original_message_id=find_original_id(parsed),
    )


def _check_receipt(parsed: ParsedMail) -> Classified | None:
    """A disposition notification (RFC 8098)."""
    parts = [part for part in parsed.reports if part.content_type.endswith("disposition-notification")]
    if not parts and parsed.report_type != "disposition-notification":
        return None
    groups = [fields for part in parts for fields in parse_report_fields(part)]
    disposition = next((fields["disposition"] for fields in groups if "disposition" in fields), "unknown")
    return Classified(
        kind=Kind.READ_RECEIPT,
        reason=f"disposition notification: {disposition}",
        original_message_id=find_original_id(parsed),
    )


def _check_delivery_status(parsed: ParsedMail) -> Classified | None:
    """A delivery status notification (RFC 3464)."""
    parts = [part for part in parsed.reports if part.content_type.endswith("delivery-status")]
    if not parts and parsed.report_type != "delivery-status":
        return None
    failures = tuple(failure for part in parts for failure in read_delivery_status(part))
    if not failures:
        failures = read_unstructured_failures(parsed)
    actions = {failure.action for failure in failures}
    if "failed" in actions:
        kind = Kind.BOUNCE
    elif "delayed" in actions:
        kind = Kind.DELAY
    else:
        kind = Kind.AUTO_GENERATED
    return Classified(
        kind=kind,
        reason=f"delivery status: {', '.join(sorted(actions))}",
        failures=failures,
        original_message_id=find_original_id(parsed),
    )


def _check_other_bounce(parsed: ParsedMail) -> Classified | None:
    """A report of a server that does not follow the standard."""
    reason = _sign_of_bounce(parsed)
    if not reason:
        return None
    failures = read_unstructured_failures(parsed)
    delayed = all(failure.action == "delayed" for failure in failures)
    return Classified(
        kind=Kind.DELAY if delayed else Kind.BOUNCE,
        reason=reason,
        certain=reason != _FAILURE_CODE,
        failures=failures,
        original_message_id=find_original_id(parsed),
    )


def _sign_of_bounce(parsed: ParsedMail) -> str:
    if parsed.header("x-failed-recipients"):
        return "header X-Failed-Recipients"
    if parsed.header("x-ms-exchange-message-is-ndr") is not None:
        return "header X-MS-Exchange-Message-Is-Ndr"
    if _QMAIL in parsed.text[:500].lower():
        return "text of qmail"
    code = _is_daemon(parsed) and has_failure_code(parsed.text)
    full_code = _has_empty_return_path(parsed) and has_full_failure_code(parsed.text)
    return _FAILURE_CODE if code or full_code else ""


def _check_calendar(parsed: ParsedMail) -> Classified | None:
    method = next((event.method for event in parsed.events if event.method in {"REPLY", "COUNTER"}), None)
    return Classified(kind=Kind.CALENDAR_RESPONSE, reason=f"calendar method {method}") if method else None


def _check_auto_submitted(parsed: ParsedMail) -> Classified | None:
    """The Auto-Submitted header (RFC 3834, RFC 5436)."""
    value = re.split(r"[\s;(]", (parsed.header("auto-submitted") or "").strip().lower())[0]
    if value in _NO:
        return None
    reply = value == "auto-replied" or (
        _has_automatic_subject(parsed) and not has_reply_prefix(parsed.subject)
    )
    kind = Kind.AUTO_REPLY if reply else Kind.AUTO_GENERATED
    return Classified(kind=kind, reason=f"Auto-Submitted: {value[:60]}")


def _check_auto_reply_headers(parsed: ParsedMail) -> Classified | None:
    for name in _AUTO_REPLY_HEADERS:
        value = parsed.header(name)
        if value is not None and value.strip().lower() not in _NO:
            return Classified(kind=Kind.AUTO_REPLY, reason=f"header {name}")
    precedence = (parsed.header("precedence") or "").strip().lower().replace("-", "_")
    if precedence == "auto_reply":
        return Classified(kind=Kind.AUTO_REPLY, reason="Precedence: auto_reply")
    if (parsed.header("delivered-to") or "").lower().startswith("autoresponder"):
        return Classified(kind=Kind.AUTO_REPLY, reason="Delivered-To: autoresponder")
    return None


_CHECKS: tuple[Callable[[ParsedMail], Classified | None], ...] = (
    _check_complaint,
    _check_receipt,
    _check_delivery_status,
    _check_other_bounce,
    _check_calendar,
    _check_auto_submitted,
    _check_auto_reply_headers,
)


def _check_list(parsed: ParsedMail, own_addresses: frozenset[str]) -> Classified | None:
    precedence = (parsed.header("precedence") or "").strip().lower()
    list_id = parsed.header("list-id")
    if list_id is not None or precedence == "list":
        if _is_own_list(parsed, own_addresses):
            return None
        return Classified(
            kind=Kind.LIST, reason=f"List-Id: {list_id[:100]}" if list_id else "Precedence: list"
        )
    if precedence in {"bulk", "junk"}:
        return Classified(kind=Kind.BULK, reason=f"Precedence: {precedence}")
    if parsed.header("list-unsubscribe") is not None:
        return Classified(kind=Kind.BULK, reason="header List-Unsubscribe")
    return None


def _is_own_list(parsed: ParsedMail, own_addresses: frozenset[str]) -> bool:
    """A group mailbox: List-Id <help.shop.example> or List-Post <mailto:help@shop.example>."""
    named = " ".join(
        (parsed.header(name) or "").lower()
        for name in ("list-id", "list-post", "mailing-list", "x-original-to")
    )
    return any(address in named or f"<{address.replace('@', '.')}>" in named for address in own_addresses)


def _check_no_reply(parsed: ParsedMail) -> Classified | None:
    target = parsed.answer_to
    if target is None:
        return Classified(kind=Kind.NO_REPLY, reason="no sender that could be answered")
    local = target.address.rpartition("@")[0]
    if local.startswith(NO_REPLY_NAMES) or local.endswith(NO_REPLY_NAMES[:4]) or local in _MACHINES:
        return Classified(kind=Kind.NO_REPLY, reason=f"address {target.address}")
    if _is_daemon(parsed):
        return Classified(kind=Kind.AUTO_GENERATED, reason="sent by a mail system", certain=False)
    return None


def _check_weak_signs(parsed: ParsedMail) -> Classified | None:
    """Signs that decide nothing alone: an automatic subject counts with another sign beside it."""
    if _has_empty_return_path(parsed):
        kind = Kind.AUTO_REPLY if _has_automatic_subject(parsed) else Kind.AUTO_GENERATED
        return Classified(kind=kind, reason="empty Return-Path", certain=False)
    suppress = parsed.header("x-auto-response-suppress")
    if suppress is not None:
        kind = Kind.AUTO_REPLY if _has_automatic_subject(parsed) else Kind.AUTO_GENERATED
        return Classified(kind=kind, reason="X-Auto-Response-Suppress", certain=False)
    answers = parsed.in_reply_to is not None or bool(parsed.references)
    if answers and _has_automatic_subject(parsed) and not has_reply_prefix(parsed.subject):
        return Classified(kind=Kind.AUTO_REPLY, reason="automatic subject in an answer", certain=False)
    return None


def _has_automatic_subject(parsed: ParsedMail) -> bool:
    return parsed.subject.lower().lstrip("[( ").startswith(AUTOMATIC_SUBJECTS)
