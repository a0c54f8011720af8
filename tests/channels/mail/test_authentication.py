"""Authentication-Results: who is believed, and tricks with them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parley.channels.mail.authentication import Verdict, parse_results, read_authentication, strip_words
from parley.channels.mail.parse import parse_mail

ANA = "ana@shop.example"


def judge(
    *headers: str, sender: str = ANA, received: str = "from x by mx.shop.example with ESMTP"
) -> Verdict:
    """Gives the verdict of a mail whose results stand in this order, from a server that receives for us."""
    lines = [
        f"Received: {received}",
        *(f"Authentication-Results: {one}" for one in headers),
        f"From: {sender}",
    ]
    mail = parse_mail("\r\n".join([*lines, "", "Hello"]).encode())
    return read_authentication(mail).judge(())


@pytest.mark.parametrize(
    ("header", "verdict"),
    [
        ("mx.shop.example; dmarc=pass header.from=shop.example", Verdict.CONFIRMED),
        ("mx.shop.example; dmarc=pass (p=reject dis=none) header.from=shop.example", Verdict.CONFIRMED),
        ("mx.shop.example 1; dkim=pass header.d=shop.example header.s=s1", Verdict.CONFIRMED),
        ("mx.shop.example; dkim=pass header.i=@mail.shop.example", Verdict.CONFIRMED),
        ("mx.shop.example; spf=pass smtp.mailfrom=ana@shop.example", Verdict.CONFIRMED),
        ("mx.shop.example; spf=pass smtp.mailfrom=bounces.shop.example", Verdict.CONFIRMED),
        ("mx.shop.example; auth=pass smtp.auth=ana@shop.example", Verdict.CONFIRMED),
        (
            "mx.shop.example; dkim=fail header.d=shop.example; spf=pass smtp.mailfrom=shop.example",
            Verdict.CONFIRMED,
        ),
        ("mx.shop.example; dmarc=fail header.from=shop.example", Verdict.FAILED),
        ("mx.shop.example; dkim=pass header.d=shop.example; dmarc=fail", Verdict.FAILED),
        # Proofs for somebody else.
        (
            "mx.shop.example; spf=pass smtp.mailfrom=evil.example; dkim=pass header.d=evil.example",
            Verdict.UNCONFIRMED,
        ),
        ("mx.shop.example; dmarc=pass header.from=evil.example", Verdict.UNCONFIRMED),
        ("mx.shop.example; dkim=pass header.d=notshop.example", Verdict.UNCONFIRMED),
        ("mx.shop.example; dkim=pass header.d=example", Verdict.UNCONFIRMED),
        ("mx.shop.example; auth=pass smtp.auth=eve@shop.example; spf=fail", Verdict.UNCONFIRMED),
        ("mx.shop.example; spf=softfail smtp.mailfrom=shop.example; dkim=none", Verdict.UNCONFIRMED),
        ("mx.shop.example; dkim=pass", Verdict.UNCONFIRMED),
        # Words of others.
        ('mx.shop.example; spf=pass smtp.mailfrom="x; dmarc=pass"@evil.example', Verdict.UNCONFIRMED),
        ("mx.shop.example; spf=fail (dmarc=pass; dkim=pass header.d=shop.example)", Verdict.UNCONFIRMED),
        (
            "mx.shop.example; spf=fail (a (b) ; dkim=pass header.d=shop.example ) smtp.helo=x",
            Verdict.UNCONFIRMED,
        ),
        ("mx.shop.example; spf=fail (never closed; dkim=pass header.d=shop.example", Verdict.UNCONFIRMED),
        (r"mx.shop.example; spf=fail (a \) ; dkim=pass header.d=shop.example)", Verdict.UNCONFIRMED),
        ("mx.shop.example; spf=fail reason=dmarc=pass", Verdict.UNCONFIRMED),
        # Nothing was checked.
        ("mx.shop.example; none", Verdict.UNKNOWN),
        ("mx.shop.example; dkim=none; spf=neutral; dmarc=temperror", Verdict.UNKNOWN),
        ("", Verdict.UNKNOWN),
        ("dkim = passing header.d=shop.example", Verdict.UNKNOWN),
        # A server that has nothing to do with us.
        ("elsewhere.test; dmarc=pass header.from=shop.example", Verdict.UNKNOWN),
        ("elsewhere.test; dmarc=fail", Verdict.FAILED),
    ],
)
def test_verdicts(header: str, verdict: Verdict) -> None:
    assert judge(header) is verdict


def test_only_the_topmost_counts() -> None:
    assert judge("mx.shop.example; spf=fail", "mx.shop.example; dmarc=pass") is Verdict.UNCONFIRMED
    assert judge("mx.shop.example; dkim=pass header.d=shop.example", "x; dmarc=fail") is Verdict.CONFIRMED
    assert judge() is Verdict.UNKNOWN


def test_a_proof_needs_a_server_that_is_ours() -> None:
    header = "dkim=pass header.d=shop.example;dmarc=pass header.from=shop.example;compauth=pass reason=100"
    mail = parse_mail(f"Authentication-Results: {header}\r\nFrom: {ANA}\r\n\r\nx".encode())
    found = read_authentication(mail)
    assert found.judge(("",)) is Verdict.CONFIRMED, "Microsoft names no server"
    assert found.judge(()) is Verdict.UNKNOWN
    assert found.judge(("mx.google.com",)) is Verdict.UNKNOWN
    named = parse_mail(f"Authentication-Results: mx.google.com; {header}\r\nFrom: {ANA}\r\n\r\nx".encode())
    assert read_authentication(named).judge(("mx.google.com",)) is Verdict.CONFIRMED
    assert judge(f"mx.shop.example; {header}", received="by 10.0.0.1 with LMTP") is Verdict.UNKNOWN


def test_two_authors_are_none() -> None:
    raw = (
        b"Authentication-Results: mx; dmarc=pass\r\nFrom: ana@shop.example\r\nFrom: eve@evil.example\r\n\r\nx"
    )
    assert read_authentication(parse_mail(raw)).failed
    same = raw.replace(b"eve@evil.example", b"Ana <ANA@shop.example>")
    assert not read_authentication(parse_mail(same)).failed


def test_other_alphabets() -> None:
    header = "mx.shop.example; dkim=pass header.d=xn--bcher-kva.example"
    assert judge(header, sender="ana@bücher.example") is Verdict.CONFIRMED


@given(st.text(alphabet=';="()\\ ./@abdkimspf', max_size=200))
def test_anything_is_read(text: str) -> None:
    server, results = parse_results(text)
    assert isinstance(server, str)
    assert all(one.method and one.outcome for one in results)
    assert strip_words(f"({text.replace(chr(92), '').replace('(', '').replace(')', '')})") == " "
