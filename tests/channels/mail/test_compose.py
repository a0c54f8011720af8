"""Mail that leaves: what goes in comes out, for us and for the standard library."""

import email
import email.policy
import re
from datetime import UTC, datetime, timedelta, timezone
from email.message import EmailMessage
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from parley.channels.mail.automatic import Kind, classify
from parley.channels.mail.compose import (
    OutboundMail,
    Quoted,
    build_attribution,
    build_mail,
    build_references,
)
from parley.channels.mail.loops import count_hops
from parley.channels.mail.models import Address, Attachment, InvalidMail
from parley.channels.mail.parse import parse_mail
from parley.channels.mail.quotes import fold_quotes
from parley.kit.richtext.text import text_from_html
from tests.channels.mail.checks import check_mail

WHEN = datetime(2026, 5, 12, 8, 15, tzinfo=UTC)
PNG = Attachment(
    name="slika š.png", content_type="image/png", data=bytes(range(256)), content_id="pic@x", inline=True
)
PDF = Attachment(name="račun 1.pdf", content_type="application/pdf", data=b"%PDF" * 100)
BASIC = OutboundMail(
    message_id="0190.1@shop.example",
    date=WHEN,
    from_=Address("Help", "help@shop.example"),
    to=(Address("Ana Žagar", "ana@x.example"),),
    subject="Naročilo 10482",
    text="Živjo!\n",
)
# Signed by DKIM: may occur once at most (RFC 5322, 3.6).
ONCE = (
    "date",
    "from",
    "sender",
    "reply-to",
    "to",
    "cc",
    "subject",
    "message-id",
    "in-reply-to",
    "references",
    "mime-version",
    "content-type",
    "content-transfer-encoding",
    "auto-submitted",
    "list-unsubscribe",
    "list-unsubscribe-post",
)


def change(**fields: Any) -> OutboundMail:
    return msgspec.structs.replace(BASIC, **fields)


def reference(data: bytes) -> EmailMessage:
    message = email.message_from_bytes(data, policy=email.policy.default)
    assert isinstance(message, EmailMessage)
    for part in message.walk():
        assert not part.defects
    return message


def check_bytes(data: bytes) -> None:
    """Fit for every server and for signing."""
    assert b"\0" not in data
    assert not re.search(rb"\r(?!\n)|(?<!\r)\n", data)
    assert max(len(line) for line in data.split(b"\r\n")) <= 998
    head = data.partition(b"\r\n\r\n")[0]
    names = [match.lower().decode() for match in re.findall(rb"^([!-9;-~]+):", head, re.MULTILINE)]
    for name in ONCE:
        assert names.count(name) <= 1
    for name in ("date", "from", "to", "subject", "message-id", "mime-version", "content-type"):
        assert names.count(name) == 1


def test_a_full_mail_round_trip() -> None:
    mail = change(
        sender=Address("", "robot@shop.example"),
        reply_to=(Address("Help", "help+c4f2aa@shop.example"),),
        to=(Address('Doe, "J" (x)', "j@x.example"), Address("", "b@x.example")),
        cc=(Address("고객", "c@x.example"),),
        bcc=(Address("", "hidden@x.example"),),
        html='<p>Živjo <img src="cid:pic@x"></p>',
        in_reply_to="in9@x.example",
        references=("in1@x.example", "out1@shop.example"),
        attachments=(PNG, PDF),
        signature_text="Mia\nShop",
        signature_html="Mia<br>Shop",
        quoted=Quoted(
            attribution=build_attribution(Address("Ana", "ana@x.example"), WHEN), text="Where is it?"
        ),
        unsubscribe=("https://shop.example/u?a=1", "mailto:u@shop.example"),
        headers=(("X-Parley-Conversation", "0190"),),
        installation="desk-1",
    )
    built = build_mail(mail)
    check_bytes(built.data)
    assert built.data.isascii()
    assert built.data == build_mail(mail).data
    assert built.recipients == ("j@x.example", "b@x.example", "c@x.example", "hidden@x.example")
    assert b"hidden" not in built.data
    parsed = parse_mail(built.data)
    check_mail(parsed)
    assert parsed.defects == ()
    assert (parsed.message_id, parsed.date, parsed.subject) == (mail.message_id, WHEN, mail.subject)
    assert (parsed.from_, parsed.sender) == ((mail.from_,), mail.sender)
    assert (parsed.to, parsed.cc, parsed.reply_to) == (mail.to, mail.cc, mail.reply_to)
    assert parsed.in_reply_to == "in9@x.example"
    assert parsed.references == ("in1@x.example", "out1@shop.example", "in9@x.example")
    assert [(file.name, file.data, file.inline) for file in parsed.attachments] == [
        (PNG.name, PNG.data, True),
        (PDF.name, PDF.data, False),
    ]
    assert parsed.header("list-unsubscribe") == "<https://shop.example/u?a=1>, <mailto:u@shop.example>"
    assert parsed.header("list-unsubscribe-post") == "List-Unsubscribe=One-Click"
    assert parsed.header("x-parley-conversation") == "0190"
    assert count_hops(parsed, "desk-1") == 1
    message = reference(built.data)
    assert [part.get_content_type() for part in message.walk()] == [
        "multipart/mixed",
        "multipart/alternative",
        "text/plain",
        "multipart/related",
        "text/html",
        "image/png",
        "application/pdf",
    ]
    assert message["to"].addresses[0].display_name == 'Doe, "J" (x)'
    assert message["subject"] == mail.subject


def test_our_own_quotation_is_folded_by_the_reader() -> None:
    quoted = Quoted(
        attribution=build_attribution(Address("Ana", "ana@x.example"), WHEN), text="Where?\n> old"
    )
    parsed = parse_mail(
        build_mail(
            change(
                html="<p>Here.</p>", text="Here.", quoted=quoted, signature_text="Mia", signature_html="Mia"
            )
        ).data
    )
    assert "> Where?\n>> old" in parsed.text
    folded = fold_quotes(parsed.text, parsed.html)
    assert folded.visible_text.strip() == "Here."
    assert text_from_html(folded.visible_html) == "Here."


def test_plain_text_only() -> None:
    built = build_mail(BASIC)
    check_bytes(built.data)
    parsed = parse_mail(built.data)
    assert (parsed.text, parsed.html, parsed.content_type) == ("Živjo!", "", "text/plain")


def test_automatic_mail_says_so() -> None:
    parsed = parse_mail(build_mail(change(automatic="auto-replied")).data)
    assert parsed.header("auto-submitted") == "auto-replied"
    assert parsed.header("x-auto-response-suppress") == "All"
    assert classify(parsed).kind is Kind.AUTO_REPLY
    assert classify(parse_mail(build_mail(BASIC).data)).kind is Kind.PERSON


def test_blind_copies_only() -> None:
    built = build_mail(change(to=(), bcc=(Address("", "a@x.example"),)))
    assert b"\r\nTo: undisclosed-recipients:;\r\n" in built.data
    assert built.recipients == ("a@x.example",)
    check_bytes(built.data)


@pytest.mark.parametrize("field", ["subject", "name", "header", "attribution", "file"])
def test_header_injection(field: str) -> None:
    evil = "x\r\nBcc: evil@x.example\r\n\r\n<b>body</b>\n\x00\u2028Cc: b@x.example"
    mails = {
        "subject": change(subject=evil),
        "name": change(to=(Address(evil, "ana@x.example"),), from_=Address(evil, "help@shop.example")),
        "header": change(headers=(("X-Thing", evil),)),
        "attribution": change(quoted=Quoted(attribution=evil, text="x"), html="<p>x</p>"),
        "file": change(
            attachments=(
                Attachment(name=evil, content_type="text/plain\r\nX-Evil: 1", data=b"x", content_id="c@d"),
            )
        ),
    }
    built = build_mail(mails[field])
    check_bytes(built.data)
    parsed = parse_mail(built.data)
    assert parsed.bcc == parsed.cc == ()
    assert parsed.header("x-evil") is None
    assert parsed.text.startswith("Živjo!")
    assert len(reference(built.data).keys()) == len({key.lower() for key in reference(built.data)})


@pytest.mark.parametrize(
    "fields",
    [
        {"to": (Address("", "no address"),)},
        {"to": (Address("", "a@x.example\r\nBcc: b@x.example"),)},
        {"to": (Address("", "a@x.example>, <b@x.example"),)},
        {"to": ()},
        {"from_": Address("", "")},
        {"sender": Address("", "a b@c")},
        {"message_id": ""},
        {"message_id": "no at sign"},
        {"message_id": "a@b>\r\nBcc: c"},
        {"message_id": "<a@b>"},
        {"message_id": "š@b"},
        {"date": datetime(2026, 5, 12, 8, 15)},  # noqa: DTZ001
        {"headers": (("Bcc", "x@y"),)},
        {"headers": (("X-A: b\r\nBcc", "x"),)},
        {"headers": (("X-A", "1"), ("x-a", "2"))},
        {"unsubscribe": ("javascript:alert(1)",)},
        {"unsubscribe": ("https://x.example/>\r\nBcc: a@b",)},
        {"attachments": (Attachment(name="a", content_type="a/b", data=b"", content_id="a>\r\nX: y"),)},
    ],
)
def test_what_cannot_be_written_is_refused(fields: dict[str, Any]) -> None:
    with pytest.raises(InvalidMail):
        build_mail(change(**fields))


def test_references_are_bounded() -> None:
    ids = tuple(f"{number}@x" for number in range(40))
    assert build_references(ids, "39@x") == (ids[0], *ids[-10:])
    assert build_references(("a@x",), None) == ("a@x",)
    assert build_references(("b@x", "a@x"), "b@x") == ("a@x", "b@x")
    assert build_references(("bad id", "a@x"), "new@x") == ("a@x", "new@x")
    long = tuple(f"{'x' * 200}{number}@{'y' * 200}" for number in range(12))
    built = build_mail(change(references=long, in_reply_to=long[-1]))
    check_bytes(built.data)
    assert parse_mail(built.data).references == (long[0], *long[-10:])


def test_addresses_beyond_ascii() -> None:
    domain = build_mail(change(to=(Address("Ana", "ana@pošta.example"),)))
    assert (domain.recipients, domain.needs_smtputf8) == (("ana@xn--pota-h6a.example",), False)
    local = build_mail(change(to=(Address("Ana", "žana@pošta.example"),)))
    assert local.needs_smtputf8
    assert parse_mail(local.data).to[0].address == "žana@xn--pota-h6a.example"


@pytest.mark.parametrize(
    "text",
    [
        "From here on\n.\n..\n>From\n-- \nend",
        "x" * 5_000,
        "trailing \t\nspaces \n",
        "日本語のテキスト\n" * 50,
        "Mostly plain, one š\n" * 100,
        "a\0b\x1b\ud800c\r\nd\re",
        "",
        "\n\n\n",
        "=3D =?utf-8?q?x?= soft=\nbreak",
        "--=_boundary\n--=_boundary--",
    ],
)
def test_texts_survive(text: str) -> None:
    expected = re.sub("[\0\x1b\ud800]", "", text.replace("\r\n", "\n").replace("\r", "\n")).rstrip()
    built = build_mail(change(text=text, html="<p>x</p>"))
    check_bytes(built.data)
    assert not re.search(rb"^From ", built.data.partition(b"\r\n\r\n")[2], re.MULTILINE)
    parsed = parse_mail(built.data)
    assert parsed.text.rstrip() == expected or (not expected and parsed.text_derived)
    body = reference(built.data).get_body(("plain",))
    assert body is not None
    assert body.get_content().replace("\r\n", "\n").rstrip() == expected


def test_an_attached_mail_keeps_its_bytes_when_it_can() -> None:
    good = build_mail(change(subject="Inner")).data
    eight_bit = "Subject: š\r\n\r\nx".encode()
    bare = b"Subject: x\n\nx"
    files = tuple(
        Attachment(name=f"{number}.eml", content_type="message/rfc822", data=data)
        for number, data in enumerate((good, eight_bit, bare))
    )
    built = build_mail(change(attachments=files))
    check_bytes(built.data)
    assert [(file.content_type, file.data) for file in parse_mail(built.data).attachments] == [
        ("message/rfc822", good),
        ("application/octet-stream", eight_bit),
        ("application/octet-stream", bare),
    ]


def test_what_looks_encoded_stays_as_written() -> None:
    words = "=?utf-8?q?not_meant?= x"
    parsed = parse_mail(build_mail(change(subject=words, to=(Address(words, "a@x.example"),))).data)
    assert (parsed.subject, parsed.to[0].name) == (words, words)


def test_dates_keep_their_zone() -> None:
    local = datetime(2026, 5, 12, 10, 15, tzinfo=timezone(timedelta(hours=5, minutes=30)))
    parsed = parse_mail(build_mail(change(date=local)).data)
    assert (parsed.date, parsed.date_offset) == (local.astimezone(UTC), 330)


def test_attribution_names_date_and_author() -> None:
    assert (
        build_attribution(Address("Ana", "a@x.example"), WHEN) == "2026-05-12 08:15 UTC, Ana <a@x.example>:"
    )
    assert build_attribution(Address("", "a@x.example"), None) == "a@x.example:"


LINES = st.text(st.characters(blacklist_categories=["Cs"]), max_size=120)
NAMES = st.text(st.characters(blacklist_categories=["Cs"]), max_size=60)


@settings(deadline=None, max_examples=150)
@given(
    subject=LINES,
    name=NAMES,
    text=st.text(max_size=300),
    html=st.text(max_size=100),
    file=NAMES,
    data=st.binary(max_size=300),
)
def test_anything_written_can_be_read(
    subject: str, name: str, text: str, html: str, file: str, data: bytes
) -> None:
    mail = change(
        subject=subject,
        text=text,
        html=html,
        to=(Address(name, "ana@x.example"),),
        attachments=(Attachment(name=file, content_type="application/x-thing", data=data),),
        quoted=Quoted(attribution=name, text=text),
    )
    built = build_mail(mail)
    check_bytes(built.data)
    reference(built.data)
    parsed = parse_mail(built.data)
    check_mail(parsed)
    assert parsed.defects == ()
    assert [one.address for one in parsed.to] == ["ana@x.example"]
    assert parsed.attachments[-1].data == data
    again = parse_mail(build_mail(change(subject=parsed.subject, to=parsed.to)).data)
    assert (again.subject, again.to) == (parsed.subject, parsed.to)
