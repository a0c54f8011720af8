"""Charsets, RFC 2047 words and base64 of any quality."""

import base64
from email.header import Header

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parley.channels.mail.charsets import (
    clean_line,
    clean_text,
    decode_base64,
    decode_bytes,
    decode_words,
    find_codec,
)

TEXTS = {
    "cp1252": "Olá, não recebi a encomenda. Você pode verificar, por favor? Obrigado, João",
    "cp1250": "Živjo, naročilo še ni prišlo, lahko prosim preverite? Špela Žagar",
    "cp1251": "Здравствуйте, мой заказ ещё не пришёл, проверьте пожалуйста",
    "gb18030": "您好，我的订单还没有收到，请帮我查询一下物流信息，谢谢。",
    "big5": "您好，我的訂單還沒有收到，請幫我查詢一下",
    "cp949": "안녕하세요 주문한 상품이 아직 도착하지 않았습니다. 확인 부탁드립니다.",
    "cp932": "こんにちは、注文した商品がまだ届きません。確認をお願いします。",
    "euc_jp": "こんにちは、注文した商品がまだ届きません。",
    "iso2022_jp": "こんにちは、注文した商品がまだ届きません。",
    "cp1256": "مرحبا، لم يصل طلبي بعد، أرجو المساعدة",
    "cp1253": "Ελληνικά κείμενο παραγγελία",
}


@pytest.mark.parametrize("codec", TEXTS)
@pytest.mark.parametrize("label", [None, "", "us-ascii", "x-unknown", "utf-8"])
def test_undeclared_charsets_are_guessed(codec: str, label: str | None) -> None:
    decoded = decode_bytes(TEXTS[codec].encode(codec), label)
    assert decoded.text == TEXTS[codec]
    assert decoded.guessed


@pytest.mark.parametrize("codec", TEXTS)
def test_declared_charsets_are_believed(codec: str) -> None:
    assert decode_bytes(TEXTS[codec].encode(codec), codec) == (TEXTS[codec], False)


def test_utf8_with_the_wrong_label_is_utf8() -> None:
    for label in ("iso-8859-1", "windows-1250", "us-ascii", "gb2312", "shift_jis", None):
        assert decode_bytes("naročilo – 주문".encode(), label).text == "naročilo – 주문"


def test_the_fallback_comes_before_guessing() -> None:
    assert decode_bytes("Žižek".encode("cp1250"), None, "windows-1250").text == "Žižek"


@pytest.mark.parametrize(
    "label",
    [
        "punycode",
        "idna",
        "unicode_escape",
        "raw_unicode_escape",
        "rot13",
        "zip",
        "hex",
        "a\0b",
        "é",
        "x" * 99,
    ],
)
def test_python_codecs_that_are_no_charsets(label: str) -> None:
    assert find_codec(label) is None


@given(
    st.binary(max_size=300),
    st.sampled_from([None, "utf-8", "utf-7", "iso-2022-kr", "hz-gb-2312", "utf-16", "big5"]),
)
def test_decoding_never_fails(data: bytes, label: str | None) -> None:
    clean = clean_text(decode_bytes(data, label).text)
    clean.encode("utf-8")
    assert "\0" not in clean


@given(st.text(st.characters(blacklist_categories=["Cc", "Cs", "Zl", "Zp"]), max_size=60))
def test_words_written_by_the_standard_library(text: str) -> None:
    encoded = Header(text, "utf-8", maxlinelen=76).encode().replace("\n ", " ")
    assert decode_words(encoded) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("=?utf-8?B?w6Q=?= =?utf-8?q?=C3?=\n =?utf-8?q?=A4?= foo", "ää foo"),
        ("a =?utf-8?q?b?= c", "a b c"),
        ("=?utf-8*en?q?b=20c?=", "b c"),
        ("=?x-no?q?caf=C3=A9?=", "café"),
        ("=?utf-8?q?raw space?=", "raw space"),
        ("=?utf-8?b?w6Q?=", "ä"),
        ("=?utf-8?x?abc?=", "=?utf-8?x?abc?="),
        ("=?utf-8?q?abc", "=?utf-8?q?abc"),
        ("=?iso-2022-jp?B?GyRCJDMkcyRLJEEkTxsoQg==?=", "こんにちは"),
        ("=?gb2312?B?xOO6ww==?=", "你好"),
        ("=?ks_c_5601-1987?B?vsiz5w==?=", "안녕"),
    ],
)
def test_words(value: str, text: str) -> None:
    assert decode_words(value) == text


@given(st.binary(max_size=200), st.integers(1, 80))
def test_base64_with_any_line_length(data: bytes, width: int) -> None:
    encoded = base64.b64encode(data)
    lines = b"\r\n".join(encoded[start : start + width] for start in range(0, len(encoded), width))
    assert decode_base64(lines) == (data, True)
    assert decode_base64(encoded.rstrip(b"="))[0] == data


@given(st.binary(max_size=200))
def test_base64_of_anything(data: bytes) -> None:
    decode_base64(data)


def test_cleaning() -> None:
    assert clean_text("\ufeffa\r\nb\rc\0\x07\ud800d\te") == "a\nb\ncd\te"
    assert clean_line(" a\r\n b\u2028c\u202ed\0 ") == "a b cd"
    assert clean_line("हिन्दी ไทยที่") == "हिन्दी ไทยที่"
