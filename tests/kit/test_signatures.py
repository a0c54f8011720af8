"""Webhook signatures: the right one is taken, and nothing else, whatever stands in the headers."""

import base64
import hashlib
import hmac
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from parley.kit import signatures

NOW = datetime(2026, 3, 4, 10, 0, tzinfo=UTC)
TIME = str(int(NOW.timestamp()))
KEY = b"0123456789abcdef0123456789abcdef"
WHSEC = "whsec_" + base64.b64encode(KEY).decode()
URL = "https://shop.example/hooks/ch_1?x=1"


def digest(key: bytes, data: bytes, name: str = "sha256") -> bytes:
    return hmac.new(key, data, getattr(hashlib, name)).digest()


def b64(raw: bytes) -> str:
    return base64.b64encode(raw).decode()


def standard(secret: str, body: bytes, signature: str, **headers: str) -> bool:
    given = {"webhook-id": "msg_1", "webhook-timestamp": TIME, "webhook-signature": signature, **headers}
    return signatures.is_standard_webhook(secret, given, body, NOW)


def sign_standard(body: bytes) -> str:
    return "v1," + b64(digest(KEY, f"msg_1.{TIME}.".encode() + body))


Check = Callable[[str, bytes, str], bool]
Sign = Callable[[str, bytes], str]
# Written a second time, from the vendors' words: sign(secret, body) gives what check(secret, body, header) takes.
SCHEMES: dict[str, tuple[Check, Sign]] = {
    "shopify": (signatures.is_shopify, lambda k, b: b64(digest(k.encode(), b))),
    "woocommerce": (signatures.is_woocommerce, lambda k, b: b64(digest(k.encode(), b))),
    "line": (signatures.is_line, lambda k, b: b64(digest(k.encode(), b))),
    "meta": (signatures.is_meta, lambda k, b: "sha256=" + digest(k.encode(), b).hex()),
    "x": (signatures.is_x, lambda k, b: "sha256=" + b64(digest(k.encode(), b))),
    "easypost": (signatures.is_easypost, lambda k, b: "hmac-sha256-hex=" + digest(k.encode(), b).hex()),
    "slack": (
        lambda k, b, s: signatures.is_slack(k, TIME, b, s, NOW),
        lambda k, b: "v0=" + digest(k.encode(), f"v0:{TIME}:".encode() + b).hex(),
    ),
    "stripe": (
        lambda k, b, s: signatures.is_stripe(k, b, s, NOW),
        lambda k, b: f"t={TIME},v1=" + digest(k.encode(), f"{TIME}.".encode() + b).hex(),
    ),
    "mailgun": (
        lambda k, b, s: signatures.is_mailgun(k, TIME, b.decode("latin-1"), s, NOW),
        lambda k, b: digest(k.encode(), TIME.encode() + b.decode("latin-1").encode()).hex(),
    ),
    "twilio": (
        lambda k, b, s: signatures.is_twilio(k, URL, {"Body": b.decode("latin-1")}, s),
        lambda k, b: b64(digest(k.encode(), f"{URL}Body".encode() + b.decode("latin-1").encode(), "sha1")),
    ),
}
schemes = pytest.mark.parametrize("name", SCHEMES)


@schemes
@settings(max_examples=20)
@given(body=st.binary(min_size=1, max_size=60), other=st.binary(min_size=1, max_size=60))
def test_the_signed_body_is_taken_and_no_other(name: str, body: bytes, other: bytes) -> None:
    check, sign = SCHEMES[name]
    signature = sign("secret", body)
    assert check("secret", body, signature)
    assert check("secret", other, signature) is (other == body)
    assert not check("Secret", body, signature)


@schemes
def test_an_empty_secret_believes_nobody(name: str) -> None:
    check, sign = SCHEMES[name]
    assert not check("", b"body", sign("", b"body"))


@schemes
@settings(max_examples=30)
@given(header=st.text(max_size=80))
def test_what_a_header_holds_is_never_an_error(name: str, header: str) -> None:
    assert not SCHEMES[name][0]("secret", b"body", header)


@given(st.text(max_size=20), st.text(max_size=20), st.text(max_size=60))
def test_no_guess_passes_for_a_standard_webhook(message_id: str, timestamp: str, signature: str) -> None:
    headers = {"webhook-id": message_id, "webhook-timestamp": timestamp}
    assert not standard(WHSEC, b"body", signature, **headers)
    assert not signatures.is_standard_webhook(signature, headers, b"body", NOW)


def test_one_right_signature_of_several_suffices() -> None:
    good = sign_standard(b"body")
    assert standard(WHSEC, b"body", good)
    assert standard(WHSEC, b"body", f"v1,AAAA v2,{good[3:]} {good}")
    assert not standard(WHSEC, b"body", f"v2,{good[3:]}")
    assert not standard(WHSEC, b"body", good.rstrip("="))
    assert not standard(WHSEC, b"body", " ".join(["v1,AAAA"] * signatures.MOST_SIGNATURES + [good]))
    header = SCHEMES["stripe"][1]("secret", b"body")
    assert signatures.is_stripe("secret", b"body", header.replace("v1=", "v1=00,v1="), NOW)
    assert not signatures.is_stripe("secret", b"body", header.replace("v1=", "v0="), NOW)
    assert not signatures.is_stripe("secret", b"body", f"t={TIME}0,{header}", NOW)


@pytest.mark.parametrize("secret", ["", "whsec_", "whsec_!!!", "not base64"])
def test_a_secret_that_is_none_believes_nobody(secret: str) -> None:
    signature = "v1," + b64(digest(b"", f"msg_1.{TIME}.body".encode()))
    assert not standard(secret, b"body", signature)


@pytest.mark.parametrize("time", ["", "x", "-5", "1e9", "٣", " 5", TIME + " ", "9" * 40, f"{TIME}.0"])
def test_a_time_is_digits_only(time: str) -> None:
    signature = digest(b"secret", f"{time}token".encode()).hex()
    assert not signatures.is_mailgun("secret", time, "token", signature, NOW)
    signature = "v0=" + digest(b"secret", f"v0:{time}:body".encode()).hex()
    assert not signatures.is_slack("secret", time, b"body", signature, NOW)


def test_old_and_early_ones_are_refused() -> None:
    for seconds, good in ((0, True), (300, True), (301, False), (-300, True), (-301, False)):
        now = NOW + timedelta(seconds=seconds)
        signature = SCHEMES["slack"][1]("secret", b"body")
        assert signatures.is_slack("secret", TIME, b"body", signature, now) is good
    signature = SCHEMES["mailgun"][1]("secret", b"token")
    assert signatures.is_mailgun("secret", TIME, "token", signature, NOW + timedelta(minutes=15))
    assert not signatures.is_mailgun(
        "secret", TIME, "token", signature, NOW + timedelta(minutes=15, seconds=1)
    )


@pytest.mark.parametrize(
    ("given_to_twilio", "seen_by_us", "good"),
    [
        ("https://a.example/x", "https://a.example:443/x", True),
        ("https://a.example:443/x", "https://a.example/x", True),
        ("http://a.example:80/x", "http://a.example/x", True),
        ("https://a.example:8443/x", "https://a.example/x", False),
        ("https://a.example:8443/x", "https://a.example:8443/x", True),
        ("https://a.example/x", "https://b.example/x", False),
        ("https://a.example:bad/x", "https://a.example:bad/x", True),
    ],
)
def test_the_usual_port_may_be_named_or_not(given_to_twilio: str, seen_by_us: str, good: bool) -> None:
    signature = b64(digest(b"secret", f"{given_to_twilio}BodyHello".encode(), "sha1"))
    assert signatures.is_twilio("secret", seen_by_us, {"Body": "Hello"}, signature) is good


def test_several_values_of_a_field_are_sorted_and_counted_once() -> None:
    signature = b64(digest(b"secret", b"https://a.example/xA1A2B", "sha1"))
    assert signatures.is_twilio("secret", "https://a.example/x", {"B": "", "A": ["2", "1", "2"]}, signature)


def test_a_json_body_is_bound_to_its_address() -> None:
    url = f"https://a.example/x?bodySHA256={hashlib.sha256(b'{}').hexdigest()}"
    signature = b64(digest(b"secret", url.encode(), "sha1"))
    assert signatures.is_twilio_json("secret", url, b"{}", signature)
    assert not signatures.is_twilio_json("secret", url, b"{ }", signature)
    bare = "https://a.example/x"
    assert not signatures.is_twilio_json("secret", bare, b"{}", b64(digest(b"secret", bare.encode(), "sha1")))


def test_questions_at_subscribing() -> None:
    query = {"hub.mode": "subscribe", "hub.verify_token": "word", "hub.challenge": "77"}
    assert signatures.is_meta_subscription("word", query)
    assert not signatures.is_meta_subscription("other", query)
    assert not signatures.is_meta_subscription("", {**query, "hub.verify_token": ""})
    assert not signatures.is_meta_subscription("word", {**query, "hub.mode": "unsubscribe"})
    assert signatures.answer_ringcentral({"validation-token": "d4c3"}) == {"Validation-Token": "d4c3"}
    for token in ("", "a\r\nSet-Cookie: x", "é", "x" * 513):
        assert signatures.answer_ringcentral({"validation-token": token}) == {}


@pytest.mark.parametrize(
    ("kind", "body", "ping"),
    [
        ("application/x-www-form-urlencoded", b"webhook_id=7", True),
        ("application/x-www-form-urlencoded; charset=UTF-8", b"webhook_id=7", True),
        ("application/json", b"webhook_id=7", False),
        ("application/x-www-form-urlencoded", b"webhook_id=7&order=1", False),
        ("application/x-www-form-urlencoded", b"webhook_id=", False),
    ],
)
def test_a_ping_is_nothing_but_a_ping(kind: str, body: bytes, ping: bool) -> None:
    assert signatures.is_woocommerce_ping(kind, body) is ping


def test_an_easypost_secret_is_normalised() -> None:
    composed, decomposed = "s\u00e9cret", "se\u0301cret"
    signature = "hmac-sha256-hex=" + digest(decomposed.encode(), b"body").hex()
    assert signatures.is_easypost(composed, b"body", signature)
    assert signatures.is_easypost(decomposed, b"body", signature)
    signature = "hmac-sha256-hex=" + digest(composed.encode(), b"body").hex()
    assert not signatures.is_easypost(composed, b"body", signature)
