"""Mail as it really comes: wrong, missing, contradicting, hostile."""

import base64
import random
import time
from collections.abc import Callable

import pytest

from parley.channels.mail.automatic import classify
from parley.channels.mail.forwards import find_forwarded
from parley.channels.mail.models import Defect, UnparsableMail
from parley.channels.mail.parse import parse_mail
from parley.channels.mail.quotes import fold_mail
from tests.channels.mail.checks import check_mail
from tests.channels.mail.samples_list import build_raw

HEAD = b"From: a@x.example\r\nMessage-ID: <a@b>\r\nDate: Tue, 12 May 2026 10:15:00 +0200\r\n"


@pytest.mark.parametrize("raw", [b"", b"\r\n\r\n", b" \t\n", b"\0\0"])
def test_nothing_is_unparsable(raw: bytes) -> None:
    with pytest.raises(UnparsableMail):
        parse_mail(raw)


@pytest.mark.parametrize(
    ("label", "encoding"),
    [
        ("utf-8", "utf-8"),
        ("UTF8", "utf-8"),
        ("us-ascii", "utf-8"),
        ("iso-8859-1", "cp1252"),
        ("latin1", "utf-8"),
        ("windows-1250", "cp1250"),
        ("ks_c_5601-1987", "cp949"),
        ("gb2312", "gb18030"),
        ("shift_jis", "cp932"),
        ("iso-2022-jp", "iso2022_jp"),
        ("", "gb18030"),
        ("x-unknown", "cp949"),
        ("utf-8", "cp932"),
        ("utf-8", "iso2022_jp"),
        ("no-such-charset", "utf-8"),
        ("punycode", "utf-8"),
        ("unicode_escape", "utf-8"),
        ("utf-16", "utf-16"),
        ("utf-7", "utf-7"),
    ],
)
def test_wrong_missing_and_old_charsets(label: str, encoding: str) -> None:
    texts = {
        "cp1252": "Déjà reçu, merci – à bientôt, l’équipe",
        "cp1250": "Živjo, še čakam naročilo, prosim za pomoč",
        "cp949": "안녕하세요 주문한 상품이 아직 도착하지 않았습니다",
        "gb18030": "您好，我的订单还没有收到，请帮我查询一下物流信息",
        "cp932": "こんにちは、注文した商品がまだ届きません。",
        "iso2022_jp": "こんにちは、注文した商品がまだ届きません。",
    }
    text = texts.get(encoding, "Grüße aus Žalec, 안녕하세요, हिन्दी, ไทย")
    header = f"Content-Type: text/plain; charset={label}" if label else "Content-Type: text/plain"
    raw = build_raw(base64.b64encode(text.encode(encoding)), header, "Content-Transfer-Encoding: base64")
    assert parse_mail(raw).text == text


def test_a_few_bad_bytes_do_not_spoil_the_rest() -> None:
    raw = build_raw(
        "Žalec, čas, šola ".encode() * 5 + b"\xff\xfe ok", "Content-Type: text/plain; charset=utf-8"
    )
    mail = parse_mail(raw)
    assert mail.text.startswith("Žalec, čas, šola")
    assert mail.text.endswith("ok")
    assert Defect.CHARSET_GUESSED in mail.defects


def test_nul_controls_and_surrogates_are_removed() -> None:
    raw = build_raw("a\0b\x08c\x7f\r\nd\re", "Subject: x\0y\x1bz =?utf-8?b?7aCA?=")
    mail = parse_mail(raw)
    check_mail(mail)
    assert mail.text == "abc\nd\ne"
    assert mail.subject.startswith("xyz")


@pytest.mark.parametrize(
    ("body", "text"),
    [
        (b"SGVsbG8=", "Hello"),
        (b"SGVs\r\nbG8", "Hello"),
        (b"SGVsbG8=SGVsbG8=", "HelloHello"),
        (
            b"SGVsbG8=\r\n\r\n_____\r\nlist footer, added later\r\n",
            "Hello\n_____\nlist footer, added later\n",
        ),
        (b"This was never base64, really.\r\n", "\nThis was never base64, really.\n"),
        (b"", ""),
    ],
)
def test_broken_base64(body: bytes, text: str) -> None:
    mail = parse_mail(build_raw(body, "Content-Type: text/plain", "Content-Transfer-Encoding: Base64"))
    assert mail.text.strip() == text.strip()


@pytest.mark.parametrize(
    ("body", "text"),
    [
        (b"a=3Db", "a=b"),
        (b"a=ZZb=", "a=ZZb"),
        (b"100=", "100"),
        (b"soft=\r\nline =\t\r\nend", "softline end"),
        (b"=C5=BDalec =C5", "Žalec \ufffd"),
    ],
)
def test_broken_quoted_printable(body: bytes, text: str) -> None:
    mail = parse_mail(
        build_raw(
            body, "Content-Type: text/plain; charset=utf-8", "Content-Transfer-Encoding: quoted-printable"
        )
    )
    assert mail.text == text


@pytest.mark.parametrize("encoding", ["8bits", "7-bit", "binary", "x-nonsense", "", "quoted/printable"])
def test_unknown_transfer_encodings(encoding: str) -> None:
    assert parse_mail(build_raw("Žalec", f"Content-Transfer-Encoding: {encoding}")).text == "Žalec"


def test_uuencoded_attachment() -> None:
    body = b"begin 644 a.txt\r\n%2&5L;&\\\r\n`\r\nend\r\n"
    raw = build_raw(
        body, "Content-Type: application/x-thing; name=a.txt", "Content-Transfer-Encoding: x-uuencode"
    )
    assert parse_mail(raw).attachments[0].data == b"Hello"


@pytest.mark.parametrize(
    ("content_type", "body"),
    [
        ("multipart/mixed", "--b\r\nContent-Type: text/plain\r\n\r\nHello\r\n--b--\r\n"),
        ('multipart/mixed; boundary="wrong"', "--b\r\nContent-Type: text/plain\r\n\r\nHello\r\n--b--\r\n"),
        ('multipart/mixed; boundary="b"', "--b\r\nContent-Type: text/plain\r\n\r\nHello"),
        ('multipart/mixed; boundary="b"', "--b\r\n\r\nHello\r\n--b"),
        ('multipart/mixed; boundary=""', "Hello"),
        ('multipart/mixed; boundary="b"', "Hello"),
        ('multipart/alternative; boundary="b"', "--b\nContent-Type: text/plain\n\nHello\n--b--\n"),
        ("text", "Hello"),
        ("text/plain; charset", "Hello"),
        (";;;", "Hello"),
        ("text/plain text/html", "Hello"),
    ],
)
def test_broken_structure_still_shows_the_text(content_type: str, body: str) -> None:
    mail = parse_mail(build_raw(body, f"Content-Type: {content_type}"))
    assert mail.text.strip() == "Hello"


def test_nested_parts_with_the_same_boundary() -> None:
    body = (
        '--b\r\nContent-Type: multipart/alternative; boundary="b"\r\n\r\n'
        "--b\r\nContent-Type: text/plain\r\n\r\nHello\r\n--b--\r\n"
        "--b\r\nContent-Type: image/png; name=a.png\r\n\r\nx\r\n--b--\r\n"
    )
    mail = parse_mail(build_raw(body, 'Content-Type: multipart/mixed; boundary="b"'))
    assert mail.text == "Hello"
    assert mail.attachments[0].name == "a.png"


def test_a_multipart_encoded_as_a_whole() -> None:
    inner = b"--b\r\nContent-Type: text/plain\r\n\r\nHello\r\n--b\r\nContent-Type: image/png\r\n\r\nx\r\n--b--\r\n"
    raw = build_raw(
        base64.b64encode(inner),
        'Content-Type: multipart/mixed; boundary="b"',
        "Content-Transfer-Encoding: base64",
    )
    mail = parse_mail(raw)
    assert (mail.text, len(mail.attachments)) == ("Hello", 1)


def test_broken_header_lines() -> None:
    folded = (
        b"From: a@x.example\r\nSubject: one\r\ntwo without a space\r\nContent-Type: text/plain\r\n\r\nbody"
    )
    mail = parse_mail(folded)
    assert (mail.subject, mail.text) == ("one two without a space", "body")
    no_blank_line = parse_mail(b"From: a@x.example\r\nSubject: hi\r\nDear shop,\r\nwhere is it?\r\n\r\nAna")
    assert no_blank_line.text.startswith("Dear shop,\nwhere is it?")
    assert parse_mail(b"just some text").text == "just some text"
    assert parse_mail(b"From ana Tue May 12\r\nSubject: mbox\r\n\r\nx").subject == "mbox"
    assert parse_mail(b"\xef\xbb\xbfSubject: bom\r\n\r\nx").subject == "bom"
    assert parse_mail(b"Subject: old mac\rFrom: a@x.example\r\rbody").text == "body"


def test_two_from_headers_are_flagged_and_the_first_counts() -> None:
    mail = parse_mail(b"From: a@x.example\r\nFrom: b@x.example\r\n\r\nx")
    assert [one.address for one in mail.from_] == ["a@x.example"]
    assert Defect.SEVERAL_AUTHORS in mail.defects


def test_deep_nesting_ends_in_an_attachment() -> None:
    raw = HEAD + b"".join(
        b'Content-Type: multipart/mixed; boundary="b%d"\r\n\r\n--b%d\r\n' % (level, level)
        for level in range(100)
    )
    mail = parse_mail(raw + b"Content-Type: text/plain\r\n\r\ndeep")
    assert Defect.TOO_DEEP in mail.defects
    assert mail.attachments[0].data.endswith(b"deep")


def boundaries(count: int) -> bytes:
    return b"".join(b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (i, i) for i in range(count))


# Each would take minutes or gigabytes where time grows with the square of the length.
HOSTILE: dict[str, Callable[[], bytes]] = {
    "nested": lambda: HEAD + boundaries(10_000),
    "parts": lambda: HEAD + b"Content-Type: multipart/mixed; boundary=b\n\n" + b"--b\n\nx\n" * 200_000,
    "headers": lambda: b"a: b\n" * 100_000,
    "folded header": lambda: b"Subject: x\n" + b" y\n" * 300_000 + b"\nz",
    "encoded words": lambda: b"Subject: " + b"=?utf-8?q?a?= " * 50_000 + b"\n\nx",
    "half words": lambda: b"Subject: " + b"=?a?b?" * 15_000 + b"\n\nx",
    "addresses": lambda: b"To: " + b"a@b.example, " * 7_000 + b"\n\nx",
    "parentheses": lambda: b"To: " + b"(" * 90_000 + b"\n\nx",
    "quotes": lambda: b"To: " + b'"\\' * 45_000 + b"\n\nx",
    "references": lambda: b"References: " + b"<" * 90_000 + b"\n\nx",
    "parameters": lambda: b"Content-Type: text/plain" + b';a="' * 20_000 + b"\n\nx",
    "deep html": lambda: HEAD + b"Content-Type: text/html\n\n" + b"<div>" * 100_000,
    "spaced html": lambda: HEAD + b"Content-Type: text/html\n\n" + b"<div> " * 100_000 + b"<p> </p>" * 50_000,
    "html attributes": lambda: HEAD + b"Content-Type: text/html\n\n<a " + b"x=y " * 300_000,
    "html formatting": lambda: (
        HEAD
        + b"Content-Type: text/html\n\n"
        + b"".join(b"<font size=%d>" % i for i in range(3_000))
        + b"<p>x" * 10_000
    ),
    "html quotes": lambda: HEAD + b"Content-Type: text/html\n\n" + b"<a x=\"<a x='" * 100_000,
    "html comments": lambda: HEAD + b"Content-Type: text/html\n\n" + b"<!--" * 300_000,
    "blockquotes": lambda: HEAD + b"Content-Type: text/html\n\n" + b"<blockquote>x" * 20_000,
    "quoted lines": lambda: HEAD + b"\n" + b"On 2026-05-12 10:15 a@b wrote:\n> x\ny\n" * 8_000,
    "label lines": lambda: HEAD + b"\n" + b"From: a\nTo: b\n\n" * 20_000,
    "rules": lambda: HEAD + b"\n" + b"-----x-----\n" * 30_000,
    "long dashes": lambda: HEAD + b"\n" + ("—" * 900 + "x\n").encode() * 1_000,
    "framed dashes": lambda: HEAD + b"\n" + b"-- x - x -- x - x -- x: \n" * 20_000,
    "spaced labels": lambda: HEAD + b"\n" + (b"a" + b" " * 1_900 + b"x:\n") * 500,
    "quoted labels": lambda: HEAD + b"\n" + (b">" * 1_900 + b"\n") * 500,
    "stars and colons": lambda: HEAD + b"\n" + (b"*a: " * 400 + b"\n") * 600,
    "bars": lambda: HEAD + b"\n" + (b"| a " * 400 + b"\n") * 600,
    "short lines": lambda: HEAD + b"\n" + b"1\n" * 490_000,
    "padding": lambda: (
        HEAD + b"Content-Type: image/png\nContent-Transfer-Encoding: base64\n\n" + b"=A" * 2_000_000
    ),
    "random": lambda: random.Random(1).randbytes(3_000_000),
    "one line": lambda: b"x" * 10_000_000,
    "calendar": lambda: (
        HEAD
        + b"Content-Type: multipart/mixed; boundary=b\n\n"
        + b"--b\nContent-Type: text/calendar\n\nBEGIN:VCALENDAR\nBEGIN:VEVENT\nDTSTART:x\n" * 200
    ),
    "bounce": lambda: b"From: mailer-daemon@x.example\n\n" + b"<a@b>:\n" * 50_000,
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_hostile_mail_takes_linear_time(kind: str) -> None:
    raw = HOSTILE[kind]()
    start = time.process_time()
    mail = parse_mail(raw)
    fold_mail(mail)
    find_forwarded(mail)
    classify(mail)
    assert time.process_time() - start < 5
    check_mail(mail)
