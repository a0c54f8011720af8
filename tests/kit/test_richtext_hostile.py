import time

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from parley.kit.richtext.reader import Images
from parley.kit.richtext.sanitise import sanitise, sanitise_html
from tests.kit.richtext_checks import assert_is_rich_text, assert_stable
from tests.kit.xss_vectors import VECTORS

TAG_NAMES = """
p /p div /div br b /b i /i u /u s code hr pre /pre ul /ul ol /ol li /li blockquote /blockquote h1 /h1 h5
table /table tr /tr td /td th caption /caption thead tfoot tbody col /a center section dl dt svg /svg
math style /style script /script title /title !-- form select option button template /template noscript
/noscript x-b o:p font /font nobr plaintext textarea /textarea body span /span
"""
FRAGMENTS = [
    *"abc <>&\"'/=",
    *["\u00a0", "\u200d", "\u200b", "\u202e", "\u2066", "\u2069", "\u0301", "क्ष", "ž", "\n", "\x00"],
    *[f"<{tag}>" for tag in TAG_NAMES.split()],
    *["&nbsp;", "&lt;", "-->", "<pre>\n\n", "<ol start=4>", "<th colspan=2>", '<div dir="rtl">'],
    *["<span dir=ltr>", "<p dir=auto>", '<a href="https://a.example/?a=1&b=2">', "<a href=javascript:x>"],
    *['<a href="mailto:a@b.si">', "<img src=cid:a@b alt='x  y' width=20>", "<img src=/files/a.png>"],
    *["<img src=https://a.example/b.png alt=remote>"],
    '<span data-mention="0190a1b2-0000-7000-8000-00000000000a">',
]
DOCUMENTS = st.lists(st.sampled_from(FRAGMENTS), max_size=40).map("".join)


def test_the_list_of_vectors_is_long_enough() -> None:
    assert len(VECTORS) >= 120
    assert len(set(VECTORS)) == len(VECTORS)


@pytest.mark.parametrize("vector", VECTORS)
def test_known_attacks_come_out_harmless(vector: str) -> None:
    for source in (
        vector,
        f"<p>before {vector}",
        f"<table><tr><td>{vector}",
        f'<b title="{vector}">',
        vector.upper(),
    ):
        result = sanitise(source)
        assert_is_rich_text(result.html)
        assert_stable(result.html)


@settings(max_examples=150, deadline=None)
@given(DOCUMENTS, st.sampled_from(["cid", "block", "remote"]), st.sampled_from([10, 60, 200, 10_000]))
def test_any_document_becomes_small_stable_rich_text(document: str, images: Images, max_bytes: int) -> None:
    result = sanitise(document, images=images, max_bytes=max_bytes)
    assert_stable(result.html, images, max_bytes)
    assert len(result.html.encode()) <= max_bytes
    if images != "remote":
        assert_is_rich_text(result.html)


@settings(max_examples=100, deadline=None)
@given(st.text())
@example("\ud800<b>\udfff")
@example("&#x202e;&#0;&#xd800;&#x110000;")
def test_any_text_becomes_stable_rich_text(text: str) -> None:
    html = sanitise_html(text)
    assert_is_rich_text(html)
    assert_stable(html)


HOSTILE = {
    "deep blocks": "<div>" * 100_000,
    "deep lists": "<ul><li>" * 50_000 + "x",
    "deep quotes": "<blockquote>" * 20_000 + "x",
    "formatting repeated in each paragraph": "".join(f"<b class=c{i}>" for i in range(5_000))
    + "<p>x" * 20_000,
    "formatting closed with each paragraph": "<p>" + "<font size=1>" * 9_000 + "</p><p>x" * 9_000,
    "a long link around everything": f'<a href="https://a.example/{"y" * 8_000}">' + "<p>x" * 20_000,
    "ampersands": "&" * 1_000_000,
    "no-break spaces": "x\u00a0" * 300_000,
    "angle brackets": "<" * 1_000_000,
    "open comments": "<!--" * 200_000,
    "joiners": "\u200d \u200d" * 200_000,
    "accents": "a" + "\u0301" * 300_000,
    "cells": "<table><tr>" + "<td>" * 20_000 + "x",
    "words": "word " * 400_000,
}


@pytest.mark.parametrize("source", HOSTILE.values(), ids=HOSTILE.keys())
def test_hostile_sizes_cost_little(source: str) -> None:
    start = time.process_time()
    result = sanitise(source)
    assert time.process_time() - start < 6
    assert len(result.html.encode()) <= 1_000_000


def test_deep_nesting_keeps_its_content() -> None:
    result = sanitise("<blockquote>" * 500 + "inside")
    assert "inside" in result.html
    assert result.html.count("<blockquote>") < 100
    assert not result.is_truncated
