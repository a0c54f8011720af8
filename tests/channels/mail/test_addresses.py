"""Addresses: reading, normalising, tokens."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parley.channels.mail.addresses import (
    build_bounce_address,
    build_plus_address,
    find_bounced_recipient,
    find_plus_token,
    is_free_mail,
    normalise_address,
    parse_addresses,
    strip_plus,
)

LOCALS = st.from_regex(r"[a-z0-9]([a-z0-9.=_-]{0,12}[a-z0-9])?", fullmatch=True)
DOMAINS = st.from_regex(r"[a-z0-9]{1,8}(\.[a-z]{2,6}){1,2}", fullmatch=True)
TOKENS = st.from_regex(r"[a-z0-9]{6,64}", fullmatch=True)


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ('"Doe, John" <John@Example.COM>, b@x.org', [("Doe, John", "john@example.com"), ("", "b@x.org")]),
        ("=?utf-8?q?Jo=C3=A3o?= <joao@x.org>", [("João", "joao@x.org")]),
        ("Jo <jo@münchen.de>; a@b.c", [("Jo", "jo@xn--mnchen-3ya.de"), ("", "a@b.c")]),
        ("Friends: a@x.org, b@x.org;", [("", "a@x.org"), ("", "b@x.org")]),
        ("a@x.org (John (Jr) Doe)", [("John (Jr) Doe", "a@x.org")]),
        ("<@r1,@r2:u@x.org>", [("", "u@x.org")]),
        ('"unclosed <a@x.org>, b@x.org', [("unclosed", "a@x.org"), ("", "b@x.org")]),
        ("undisclosed-recipients:;", []),
        ('"jo@x.org" <jo@x.org>', [("", "jo@x.org")]),
        ("=?utf-8?b?IkEsIEIiIDxhQHgub3JnPg==?=", [("A, B", "a@x.org")]),
        ("MAILER-DAEMON", []),
        ('"a b"@x.org', [("", '"a b"@x.org')]),
        ("Jo [mailto:jo@x.org]", [("", "jo@x.org")]),
        ("jo@localhost", [("", "jo@localhost")]),
        ("用户@例子.广告", [("", "用户@xn--fsqu00a.xn--4rr70v")]),
        ("'Jo' <jo@x.org>", [("Jo", "jo@x.org")]),
        ("Jo <jo @x.org>", [("Jo", "jo@x.org")]),
        ("Jo jo@x.org", [("Jo", "jo@x.org")]),
        ("x@[127.0.0.1]", [("", "x@[127.0.0.1]")]),
        ("Bob <bob@x.org", [("Bob", "bob@x.org")]),
        ('"a\\"b" <c@d.e>', [("ab", "c@d.e")]),
        ("=?utf-8?q?Say_=22hi=22_now?= <c@d.e>", [('Say "hi" now', "c@d.e")]),
        ("a@x..org", []),
        ("A@x.org, a@X.ORG", [("", "a@x.org")]),
        ("a@x.org, Ana <a@x.org>", [("Ana", "a@x.org")]),
        ("Evil\u202e <a@x.org>", [("Evil", "a@x.org")]),
    ],
)
def test_reading(header: str, expected: list[tuple[str, str]]) -> None:
    assert [(one.name, one.address) for one in parse_addresses(header)] == expected


@pytest.mark.parametrize(
    "address", ["", "@", "a@", "@b.c", "a b@c.d", "a@b@c.d", "a@-b.c", "a@b_.c", "a\n@b.c", "a@b..c", "<>"]
)
def test_what_is_no_address(address: str) -> None:
    assert normalise_address(address) is None


@given(LOCALS, DOMAINS)
def test_normalising_is_stable(local: str, domain: str) -> None:
    address = normalise_address(f" <{local.upper()}@{domain.upper()}.> ")
    assert address == f"{local}@{domain}"
    assert normalise_address(address) == address
    assert parse_addresses(address)[0].address == address


@given(st.text(max_size=100))
def test_reading_never_fails(header: str) -> None:
    for one in parse_addresses(header):
        assert normalise_address(one.address) == one.address


@given(LOCALS, DOMAINS, TOKENS)
def test_plus_tokens_come_back(local: str, domain: str, token: str) -> None:
    base = f"{local}@{domain}"
    address = build_plus_address(base, token)
    assert find_plus_token(address, base) == token
    assert strip_plus(address) == base
    assert find_plus_token(address, f"other{base}") is None
    assert find_plus_token(base, base) is None


@given(LOCALS, DOMAINS, TOKENS)
def test_bounce_addresses_come_back(local: str, domain: str, token: str) -> None:
    base, recipient = "bounce@shop.example", f"{local}@{domain}"
    assert find_bounced_recipient(build_bounce_address(base, token, recipient), base) == (token, recipient)
    assert find_bounced_recipient(recipient, base) is None


@pytest.mark.parametrize("token", ["", "short", "UPPER123", "with-hyphen", "a" * 65, "new\nline", "tök3nnn"])
def test_tokens_that_are_refused(token: str) -> None:
    with pytest.raises(ValueError, match="plus token"):
        build_plus_address("help@shop.example", token)


def test_free_mail() -> None:
    assert is_free_mail("a@gmail.com")
    assert is_free_mail("a@siol.net")
    assert is_free_mail("a@qq.com")
    assert not is_free_mail("a@bigco.example")
    assert not is_free_mail("nonsense")
