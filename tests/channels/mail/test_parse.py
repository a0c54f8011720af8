"""Reading well-formed mail: compared with the standard library, and the details that matter to us."""

import email
import email.policy
from datetime import UTC, datetime
from email.message import EmailMessage

import pytest

from parley.channels.mail.models import Address, Defect, Limits
from parley.channels.mail.parse import build_missing_id, parse_mail, parse_message_ids
from tests.channels.mail.checks import check_mail
from tests.channels.mail.samples_list import NAMES, build_raw, parse_sample, read_sample


def build_parts(*parts: str, subtype: str = "mixed", extra: str = "") -> bytes:
    body = "".join(f"--b\r\n{part}\r\n" for part in parts) + "--b--\r\n"
    return build_raw(body, f'Content-Type: multipart/{subtype}; boundary="b"{extra}')


@pytest.mark.parametrize("name", NAMES)
def test_samples_agree_with_the_standard_library(name: str) -> None:
    mail = parse_sample(name)
    reference = email.message_from_bytes(read_sample(name), policy=email.policy.default)
    check_mail(mail)
    assert isinstance(reference, EmailMessage)
    assert mail.subject == " ".join(str(reference["subject"]).split())
    assert mail.message_id == str(reference["message-id"]).strip("<>")
    assert mail.date == reference["date"].datetime.astimezone(UTC)
    expected = [(part.display_name, part.addr_spec.lower()) for part in reference["to"].addresses]
    assert [(one.name, one.address) for one in mail.to] == expected
    html = reference.get_body(("html",))
    if html is not None:
        assert mail.html.strip() == html.get_content().replace("\r\n", "\n").strip()
    plain = reference.get_body(("plain",))
    if plain is not None and "flowed" not in str(plain["content-type"]):
        assert mail.text.strip() == plain.get_content().replace("\r\n", "\n").strip().lstrip("\ufeff")
    assert mail.text_derived is (plain is None)


@pytest.mark.parametrize("name", NAMES)
def test_samples_have_no_defect(name: str) -> None:
    assert parse_sample(name).defects == ()


def test_headers() -> None:
    mail = parse_mail(
        build_raw(
            "hi",
            'From: =?utf-8?q?J=C3=BCrgen?= <J@X.example>, "Two, Second" <t@x.example>',
            "Sender: robot@x.example",
            "Reply-To: Desk <desk@x.example>",
            "Cc: a@x.example",
            "Cc: b@x.example, a@x.example",
            "Bcc: c@x.example",
            "In-Reply-To: Your message <r2@x.example> of today",
            "References: <r1@x.example>\r\n <r2@x.example> <r1@x.example>",
            "Subject: =?iso-8859-1?Q?Caf=E9?=\r\n =?utf-8?b?IGNyw6htZQ==?=",
            "X-Thing: one",
            "X-Thing: two",
        )
    )
    assert mail.from_ == (Address("Jürgen", "j@x.example"), Address("Two, Second", "t@x.example"))
    assert mail.author == mail.from_[0]
    assert mail.sender == Address("", "robot@x.example")
    assert mail.answer_to == Address("Desk", "desk@x.example")
    assert [one.address for one in mail.cc] == ["a@x.example", "b@x.example"]
    assert [one.address for one in mail.bcc] == ["c@x.example"]
    assert mail.in_reply_to == "r2@x.example"
    assert mail.references == ("r1@x.example", "r2@x.example")
    assert mail.subject == "Café crème"
    assert (mail.date, mail.date_offset) == (datetime(2026, 5, 12, 8, 15, tzinfo=UTC), 120)
    assert mail.header("X-THING") == "one"
    assert mail.list_headers("x-thing") == ("one", "two")
    assert mail.defects == ()


def test_raw_8_bit_headers_and_smtputf8() -> None:
    utf8 = parse_mail(
        "From: Špela <špela@pošta.example>\r\nSubject: Škatla\r\nMessage-ID: <a@b>\r\n\r\nx".encode()
    )
    assert utf8.author == Address("Špela", "špela@xn--pota-h6a.example")
    assert utf8.subject == "Škatla"
    latin = build_raw("caf\xe9", "Content-Type: text/plain; charset=iso-8859-1", charset="latin-1")
    latin = latin.replace(b"Subject: Question", "Subject: Réclamation".encode("latin-1"))
    mail = parse_mail(latin)
    assert (mail.subject, mail.text) == ("Réclamation", "café")


def test_alternative_related_and_mixed() -> None:
    raw = build_parts(
        'Content-Type: multipart/related; boundary="r"\r\n\r\n'
        '--r\r\nContent-Type: multipart/alternative; boundary="a"\r\n\r\n'
        "--a\r\nContent-Type: text/plain\r\n\r\nplain\r\n"
        '--a\r\nContent-Type: text/html\r\n\r\n<img src="cid:pic%40x">\r\n--a--\r\n'
        "--r\r\nContent-Type: image/png\r\nContent-ID: <pic@x>\r\nContent-Disposition: inline\r\n\r\nPNG\r\n"
        "--r\r\nContent-Type: image/gif\r\nContent-ID: <unused@x>\r\n\r\nGIF\r\n--r--\r\n",
        'Content-Type: application/pdf; name="a.pdf"\r\nContent-Disposition: attachment\r\n\r\nPDF',
        "Content-Type: text/plain\r\n\r\n_____\r\nfooter of the list",
    )
    mail = parse_mail(raw)
    assert mail.text == "plain\n\n_____\nfooter of the list"
    assert '<img src="cid:pic%40x">' in mail.html
    assert "footer of the list" in mail.html
    assert [(file.name, file.inline, file.data) for file in mail.attachments] == [
        ("attachment-1.png", True, b"PNG"),
        ("attachment-2.gif", False, b"GIF"),
        ("a.pdf", False, b"PDF"),
    ]


def test_html_only_mail_has_derived_text() -> None:
    mail = parse_mail(
        build_raw("<p>Hello <b>you</b></p><blockquote>old</blockquote>", "Content-Type: text/html")
    )
    assert mail.text == "Hello you\n\n> old"
    assert mail.text_derived


def test_attached_mail_keeps_its_bytes() -> None:
    inner = "Subject: =?utf-8?q?Z=C3=BCrich?= 1/2\r\nX-Odd:   spaces \r\n\r\nbody \r\n"
    mail = parse_mail(
        build_parts("Content-Type: text/plain\r\n\r\nsee", f"Content-Type: message/rfc822\r\n\r\n{inner}")
    )
    (file,) = mail.attachments
    assert (file.name, file.content_type) == ("Zürich 1-2.eml", "message/rfc822")
    assert file.data == inner.encode()
    assert mail.text == "see"


def test_calendar_is_summarised_and_kept() -> None:
    mail = parse_sample("calendar_invite")
    (event,) = mail.events
    assert event.method == "REQUEST"
    assert event.start == "2026-05-20T10:00:00+02:00"
    assert event.summary == (
        "Obisk v razstavnem prostoru – Žalec\n"
        "2026-05-20T10:00:00+02:00 – 2026-05-20T11:00:00+02:00\nMill Lane 5\nana.novak@bigco.example"
    )
    assert [(file.name, file.content_type) for file in mail.attachments] == [("invite.ics", "text/calendar")]
    assert parse_sample("calendar_reply").events[0].answers == (("ana.novak@bigco.example", "ACCEPTED"),)


def test_file_names() -> None:
    raw = build_parts(
        "Content-Type: image/png\r\nContent-Disposition: attachment; filename*=utf-8''%E2%82%AC%20sign.png\r\n\r\nx",
        "Content-Type: image/png\r\nContent-Disposition: attachment;\r\n filename*0*=utf-8''ra%C4%8D;\r\n"
        ' filename*1="un.png"\r\n\r\nx',
        'Content-Type: image/png; name="=?utf-8?b?xaFpbC5wbmc=?="\r\n\r\nx',
        "Content-Type: image/png\r\nContent-Disposition: attachment; filename=my photo.png; size=3\r\n\r\nx",
        'Content-Type: image/png\r\nContent-Disposition: attachment; filename="../../etc/pa\\"sswd"\r\n\r\nx',
        'Content-Type: image/png\r\nContent-Disposition: attachment; filename="CON"\r\n\r\nx',
        "Content-Type: application/pdf\r\nContent-Disposition: attachment\r\n\r\nx",
    )
    names = [file.name for file in parse_mail(raw).attachments]
    assert names == [
        "€ sign.png",
        "račun.png",
        "šil.png",
        "my photo.png",
        "pa_sswd",
        "_CON",
        "attachment-7.pdf",
    ]


def test_flowed_text_is_unwrapped() -> None:
    body = "A long line \r\nthat goes on.\r\n> quoted \r\n> text\r\n> \r\n  indented\r\n-- \r\nMe \r\n"
    mail = parse_mail(build_raw(body, "Content-Type: text/plain; format=flowed"))
    assert mail.text == "A long line that goes on.\n> quoted text\n> \n indented\n-- \nMe "
    tight = parse_mail(
        build_raw("日本 \r\n語\r\n", "Content-Type: text/plain; charset=utf-8; format=flowed; delsp=yes")
    )
    assert tight.text == "日本語"


def test_limits_cut_and_tell() -> None:
    parts = [f"Content-Type: image/png; name=p{number}.png\r\n\r\nx" for number in range(20)]
    limits = Limits(attachments=5, omitted=10, text_chars=10, references=4)
    mail = parse_mail(build_parts("Content-Type: text/plain\r\n\r\n" + "a" * 50, *parts), limits)
    assert len(mail.text) == 10
    assert [file.name for file in mail.attachments] == [f"p{number}.png" for number in range(5)]
    assert [file.name for file in mail.omitted] == [f"p{number}.png" for number in range(5, 15)]
    assert {Defect.BODY_CUT, Defect.ATTACHMENTS_OMITTED} <= set(mail.defects)
    references = " ".join(f"<{number}@x>" for number in range(9))
    many = parse_mail(build_raw("x", f"References: {references}"), limits)
    assert many.references == ("0@x", "6@x", "7@x", "8@x")


def test_hundreds_of_attachments() -> None:
    parts = [f"Content-Type: image/png; name=p{number}.png\r\n\r\n{number}" for number in range(700)]
    mail = parse_mail(build_parts(*parts))
    assert (len(mail.attachments), len(mail.omitted)) == (300, 400)
    assert mail.attachments[299].data == b"299"
    assert mail.omitted[-1].name == "p699.png"


def test_missing_message_id_is_made_from_the_bytes() -> None:
    raw = b"From: a@x.example\r\nSubject: x\r\n\r\nbody"
    first, again, other = parse_mail(raw), parse_mail(raw), parse_mail(raw + b"!")
    assert first.message_id == again.message_id == build_missing_id(raw)
    assert first.message_id != other.message_id
    assert first.message_id_generated
    assert Defect.NO_MESSAGE_ID in first.defects
    assert not parse_sample("gmail_en").message_id_generated


def test_message_ids() -> None:
    assert parse_message_ids("<a@b> (comment) <c@d>\r\n <a@b>") == ("a@b", "c@d")
    assert parse_message_ids("a@b c@d") == ("a@b", "c@d")
    assert parse_message_ids("<spread \r\n over@lines>") == ("spreadover@lines",)
    assert parse_message_ids("nothing") == ()
    (long,) = parse_message_ids(f"<{'x' * 900}@y>")
    assert long == parse_message_ids(f"<{'x' * 900}@y>")[0]
    assert len(long) < 100


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("Tue, 12 May 2026 10:15:00 +0200 (CEST)", datetime(2026, 5, 12, 8, 15, tzinfo=UTC)),
        ("12 May 26 10:15 GMT", datetime(2026, 5, 12, 10, 15, tzinfo=UTC)),
        ("Tue, 12 May 2026 10:15:60 -0000", datetime(2026, 5, 12, 10, 15, 59, tzinfo=UTC)),
        ("Tue, 32 May 2026 10:15:00 +0200", None),
        ("Tue, 12 May 2026 10:15:00 +9900", None),
        ("Tue, 12 May 9026 10:15:00 +0200", None),
        ("yesterday", None),
        ("", None),
    ],
)
def test_dates(value: str, expected: datetime | None) -> None:
    mail = parse_mail(build_raw("x", f"Date: {value}"))
    assert mail.date == expected
    assert (Defect.BAD_DATE in mail.defects) is (expected is None)
