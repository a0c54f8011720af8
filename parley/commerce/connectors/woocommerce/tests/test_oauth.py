"""OAuth 1.0a against the examples of RFC 5849, and the two ways in which we sign in."""

import base64
import hmac
from urllib.parse import parse_qsl, urlsplit

import pytest

from parley.commerce.connectors.woocommerce.client import build_call
from parley.commerce.connectors.woocommerce.oauth import (
    build_base_string,
    build_base_uri,
    encode,
    encode_query,
    sign,
    sign_query,
)
from parley.commerce.connectors.woocommerce.settings import WooCommerceSettings

# RFC 5849, 3.4.1.1 and 3.4.1.3.1: query, header and form together.
RFC_PAIRS = [
    ("oauth_consumer_key", "9djdj82h48djs9d2"),
    ("oauth_token", "kkk9d7dh3k39sjv7"),
    ("oauth_signature_method", "HMAC-SHA1"),
    ("oauth_timestamp", "137131201"),
    ("oauth_nonce", "7d8f3e4a"),
    ("c2", ""),
    ("a3", "2 q"),
]
RFC_BASE = (
    "POST&http%3A%2F%2Fexample.com%2Frequest&a2%3Dr%2520b%26a3%3D2%2520q%26a3%3Da%26b5%3D%253D%25253D%26c%2540%3D%26c2"
    "%3D%26oauth_consumer_key%3D9djdj82h48djs9d2%26oauth_nonce%3D7d8f3e4a%26oauth_signature_method%3DHMAC-SHA1%26"
    "oauth_timestamp%3D137131201%26oauth_token%3Dkkk9d7dh3k39sjv7"
)


def test_the_base_string_is_that_of_the_rfc() -> None:
    url = "http://example.com/request?b5=%3D%253D&a3=a&c%40=&a2=r%20b"
    assert build_base_string("post", url, RFC_PAIRS) == RFC_BASE
    assert build_base_string("post", url, reversed(RFC_PAIRS)) == RFC_BASE


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("http://EXAMPLE.COM:80/r%20v/X?id=123", "http://example.com/r%20v/X"),
        ("https://www.example.net:8080/?q=1", "https://www.example.net:8080/"),
        ("https://www.example.net:443", "https://www.example.net/"),
        ("http://[2001:DB8::1]:81/x", "http://[2001:db8::1]:81/x"),
    ],
)
def test_the_base_uri_is_that_of_the_rfc(url: str, expected: str) -> None:
    assert build_base_uri(url) == expected


def test_the_signature_is_that_of_the_rfc() -> None:
    # RFC 5849, 1.2: the request for the photo.
    pairs = [
        ("oauth_consumer_key", "dpf43f3p2l4k3l03"),
        ("oauth_token", "nnch734d00sl2jdk"),
        ("oauth_signature_method", "HMAC-SHA1"),
        ("oauth_timestamp", "137131202"),
        ("oauth_nonce", "chapoH"),
    ]
    url = "http://photos.example.net/photos?file=vacation.jpg&size=original"
    base = build_base_string("GET", url, pairs)
    assert sign(base, "kd94hf93k423kf44", "pfkkdhi9sl3r4s00", digest="sha1") == "MdpQcU8iPSUjWoN/UDMsK2sui9I="
    assert sign(base, "kd94hf93k423kf44", "pfkkdhi9sl3r4s01", digest="sha1") != "MdpQcU8iPSUjWoN/UDMsK2sui9I="


def test_everything_but_the_unreserved_is_encoded() -> None:
    assert encode("aZ9-._~") == "aZ9-._~"
    assert encode("ü /+*!'()&=%") == "%C3%BC%20%2F%2B%2A%21%27%28%29%26%3D%25"
    assert encode_query([("a b", "c&d"), ("e", "")]) == "a%20b=c%26d&e="


def test_one_legged_the_key_ends_with_an_ampersand() -> None:
    url = "http://shop.example/wp-json/wc/v3/orders"
    signed = dict(
        sign_query(
            "GET", url, [("after", "2026-11-22T01:08:45")], key="ck", secret="c&s", timestamp=1, nonce="n"
        )
    )
    given = signed.pop("oauth_signature")
    base = (
        "GET&http%3A%2F%2Fshop.example%2Fwp-json%2Fwc%2Fv3%2Forders&after%3D2026-11-22T01%253A08%253A45%26"
        "oauth_consumer_key%3Dck%26oauth_nonce%3Dn%26oauth_signature_method%3DHMAC-SHA256%26oauth_timestamp%3D1"
    )
    assert given == base64.b64encode(hmac.digest(b"c%26s&", base.encode(), "sha256")).decode()
    assert signed["oauth_signature_method"] == "HMAC-SHA256"


def test_over_https_the_key_goes_in_the_header_and_over_http_never() -> None:
    settings = WooCommerceSettings(address="https://shop.example/store/", key="ck", secret="cs")
    url, headers = build_call(settings, "GET", "orders", {"page": 2, "dates_are_gmt": True}, 1, "n")
    assert url == "https://shop.example/store/wp-json/wc/v3/orders?page=2&dates_are_gmt=true"
    assert headers == {"authorization": "Basic " + base64.b64encode(b"ck:cs").decode()}
    settings.address = "http://shop.example"
    url, headers = build_call(settings, "POST", "orders", {}, 1, "n")
    assert headers == {}
    assert "cs" not in dict(parse_qsl(urlsplit(url).query)).values()
