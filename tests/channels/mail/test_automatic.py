"""People, programs and servers; what may be answered by a program."""

import pytest

from parley.channels.mail.automatic import Classified, Kind, classify, may_be_answered
from parley.channels.mail.bounces import Failure
from parley.channels.mail.parse import parse_mail
from tests.channels.mail.samples_list import NAMES, build_raw, parse_sample

OWN = frozenset({"help@shop.example"})
KINDS = {
    "autoreply_outlook_en": Kind.AUTO_REPLY,
    "autoreply_vacation_de": Kind.AUTO_REPLY,
    "autoreply_weak_ko": Kind.AUTO_REPLY,
    "bounce_exchange": Kind.BOUNCE,
    "bounce_exim_de": Kind.BOUNCE,
    "bounce_gmail": Kind.BOUNCE,
    "bounce_postfix": Kind.BOUNCE,
    "bounce_qmail": Kind.BOUNCE,
    "calendar_reply": Kind.CALENDAR_RESPONSE,
    "complaint_arf": Kind.COMPLAINT,
    "delay_postfix": Kind.DELAY,
    "list_mailman": Kind.LIST,
    "newsletter_bulk": Kind.BULK,
    "noreply_notification": Kind.NO_REPLY,
    "read_receipt": Kind.READ_RECEIPT,
}


def classify_with(*headers: str, body: str = "hello") -> Classified:
    return classify(parse_mail(build_raw(body, *headers)), OWN)


@pytest.mark.parametrize("name", NAMES)
def test_samples(name: str) -> None:
    mail = parse_sample(name)
    expected = KINDS.get(name, Kind.PERSON)
    found = classify(mail, OWN)
    assert found.kind is expected
    assert found.reason
    assert may_be_answered(mail, OWN).allowed is (expected is Kind.PERSON)


@pytest.mark.parametrize(
    ("name", "recipient", "status", "permanent", "original"),
    [
        ("bounce_postfix", "nobody@customer.example", "5.1.1", True, "0190b000.1@shop.example"),
        ("bounce_exchange", "gone@bigco.example", "5.1.10", True, "0190b000.2@shop.example"),
        ("bounce_qmail", "maria@oldhost.example", "5.1.1", True, "0190b000.3@shop.example"),
        ("bounce_gmail", "full@gmail.com", "4.2.2", False, "0190b000.4@shop.example"),
        ("bounce_exim_de", "petra@firma.example", "5.0.0", True, "0190b000.5@shop.example"),
        ("delay_postfix", "slow@customer.example", "4.4.1", False, "0190b000.1@shop.example"),
    ],
)
def test_failures(name: str, recipient: str, status: str, permanent: bool, original: str) -> None:
    found = classify(parse_sample(name))
    (failure,) = found.failures
    assert (failure.recipient, failure.status, failure.permanent) == (recipient, status, permanent)
    assert failure.diagnostic
    assert found.original_message_id == original


def test_diagnostic_is_unfolded_and_without_its_type() -> None:
    (failure,) = classify(parse_sample("bounce_postfix")).failures
    assert failure == Failure(
        recipient="nobody@customer.example",
        action="failed",
        status="5.1.1",
        diagnostic="550 5.1.1 <nobody@customer.example>: Recipient address rejected: User unknown",
    )


def test_originals_of_complaints_and_receipts() -> None:
    assert classify(parse_sample("complaint_arf")).original_message_id == "0190b000.9@shop.example"
    assert classify(parse_sample("read_receipt")).original_message_id == "0190b000.10@shop.example"


@pytest.mark.parametrize(
    ("header", "kind"),
    [
        ("Auto-Submitted: auto-replied", Kind.AUTO_REPLY),
        ("Auto-Submitted: Auto-Replied; owner-email=a@b", Kind.AUTO_REPLY),
        ("Auto-Submitted: auto-generated", Kind.AUTO_GENERATED),
        ("Auto-Submitted: auto-notified", Kind.AUTO_GENERATED),
        ("Auto-Submitted: no", Kind.PERSON),
        ("X-Autoreply: yes", Kind.AUTO_REPLY),
        ("X-Autoreply: no", Kind.PERSON),
        ("X-Autorespond: Holiday", Kind.AUTO_REPLY),
        ("Precedence: auto_reply", Kind.AUTO_REPLY),
        ("Precedence: bulk", Kind.BULK),
        ("Precedence: junk", Kind.BULK),
        ("Precedence: list", Kind.LIST),
        ("Precedence: normal", Kind.PERSON),
        ("List-Id: x <x.example>", Kind.LIST),
        ("List-Unsubscribe: <https://x.example/u>", Kind.BULK),
        ("X-Failed-Recipients: a@b.example", Kind.BOUNCE),
        ("X-Auto-Response-Suppress: OOF, AutoReply", Kind.AUTO_GENERATED),
        ("From: no-reply@x.example", Kind.NO_REPLY),
        ("From: DoNotReply.orders@x.example", Kind.NO_REPLY),
        ("From: shop-noreply@x.example", Kind.NO_REPLY),
        ("From: nao-responda@x.example", Kind.NO_REPLY),
        ("From: notifications@x.example", Kind.NO_REPLY),
        ("From: norbert@x.example", Kind.PERSON),
        ("From: nobody knows", Kind.NO_REPLY),
        ("From: MAILER-DAEMON@x.example", Kind.AUTO_GENERATED),
        ("Return-Path: <>", Kind.AUTO_GENERATED),
        ("Subject: Out of office", Kind.PERSON),
        ("Subject: Automatische Antwort: Bestellung", Kind.PERSON),
    ],
)
def test_headers(header: str, kind: Kind) -> None:
    assert classify_with(header).kind is kind


def test_an_automatic_subject_counts_only_beside_another_sign() -> None:
    subject = "Subject: Automatische Antwort: Bestellung"
    found = classify_with(subject, "In-Reply-To: <a@b>")
    assert (found.kind, found.certain) == (Kind.AUTO_REPLY, False)
    assert classify_with(subject, "Return-Path: <>").kind is Kind.AUTO_REPLY
    assert classify_with("Subject: Re: Out of office", "In-Reply-To: <a@b>").kind is Kind.PERSON


def test_a_servers_report_without_any_standard() -> None:
    found = classify_with(
        "From: Postmaster@x.example",
        "Subject: Nicht zustellbar",
        body="Die Nachricht an <petra@x.example> wurde abgelehnt: 550 5.7.1 Access denied",
    )
    assert found.kind is Kind.BOUNCE
    assert not found.certain
    assert found.failures[0].recipient == "petra@x.example"
    assert found.failures[0].status == "5.7.1"


def test_a_person_may_write_numbers_like_codes() -> None:
    assert (
        classify_with(body="I live at 550 Main Street, version 5.1.1, order 4.2.2 a@b.example").kind
        is Kind.PERSON
    )


def test_delivery_status_without_recipients_is_still_a_bounce() -> None:
    body = (
        "--b\r\nContent-Type: text/plain\r\n\r\n<a@b.example>: 550 no such user\r\n"
        "--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; x\r\n--b--\r\n"
    )
    header = "Content-Type: multipart/report; report-type=delivery-status; boundary=b"
    found = classify_with(header, body=body)
    assert found.kind is Kind.BOUNCE
    assert found.failures[0].recipient == "a@b.example"


def test_a_success_notice_is_no_bounce() -> None:
    body = (
        "--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; x\r\n\r\n"
        "Final-Recipient: rfc822; a@b.example\r\nAction: delivered\r\nStatus: 2.0.0\r\n--b--\r\n"
    )
    found = classify_with(
        "Content-Type: multipart/report; report-type=delivery-status; boundary=b", body=body
    )
    assert found.kind is Kind.AUTO_GENERATED


def test_contact_forms_and_group_mailboxes_speak_for_people() -> None:
    form, group = parse_sample("contact_form"), parse_sample("group_mailbox")
    assert may_be_answered(form, OWN).allowed
    assert classify(group).kind is Kind.LIST
    assert classify(group, OWN).kind is Kind.PERSON


@pytest.mark.parametrize(
    "header",
    [
        "From: help@shop.example",
        "Reply-To: help+c4f2aa@shop.example",
        "X-Auto-Response-Suppress: All",
        "Return-Path: <>",
        "X-Parley-Loop: here; hops=1",
        "From: nobody",
    ],
)
def test_what_may_not_be_answered(header: str) -> None:
    permission = may_be_answered(parse_mail(build_raw("x", header)), OWN, "here")
    assert not permission.allowed
    assert permission.reason


def test_mail_of_another_installation_may_be_answered() -> None:
    assert may_be_answered(parse_mail(build_raw("x", "X-Parley-Loop: there; hops=1")), OWN, "here").allowed
