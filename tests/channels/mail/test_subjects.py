"""Base subjects and their comparison."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parley.channels.mail.subjects import (
    SubjectMatch,
    base_subject,
    compare_subjects,
    has_forward_prefix,
    has_reply_prefix,
    is_generic,
    subject_words,
)


@pytest.mark.parametrize(
    ("subject", "base"),
    [
        ("Re: Fwd: AW: Hello World", "Hello World"),
        ("RE[2]: foo bar", "foo bar"),
        ("Re^3: foo bar", "foo bar"),
        ("回复：转发: 订单问题", "订单问题"),
        ("RES: ENC: Pedido 123", "Pedido 123"),
        ("Odg: Vprašanje", "Vprašanje"),
        ("[EXTERNAL] Re: [Ticket #123] Foo", "Foo"),
        ("R: I: Ordine", "Ordine"),
        ("[Fwd: Foo bar]", "Foo bar"),
        ("Foo bar (fwd)", "Foo bar"),
        ("Re : réponse", "réponse"),
        ("رد: طلبي", "طلبي"),
        ("Trả lời: đơn hàng", "đơn hàng"),
        ("ตอบกลับ: สั่งซื้อ", "สั่งซื้อ"),
        ("WG: Tr: RV: I: Fs: PD: VB: x1", "x1"),
        ("YNT: ILT: Sipariş", "Sipariş"),
        ("Re:", ""),
        ("", ""),
        ("Restaurant: table", "Restaurant: table"),
        ("Regarding: order", "Regarding: order"),
        ("RE: Case 123 [ ref:_00D.x12:ref ]", "Case 123"),
        ("##- 123456 -## Re: broken", "broken"),
        ("*** SPAM *** Re: win", "win"),
        ("Order #1001 late", "Order #1001 late"),
        ("[Order 1001] late", "[Order 1001] late"),
        ("Re:\u00a0Re:\tx y", "x y"),
    ],
)
def test_base_subjects(subject: str, base: str) -> None:
    assert base_subject(subject) == base
    assert base_subject(base) == base


def test_prefixes() -> None:
    for subject in (
        "Fwd: x",
        "FW: x",
        "WG: x",
        "ENC: x",
        "[Fwd: x]",
        "x (fwd)",
        "转发：x",
        "[EXT] Tr: x",
        "전달: x",
    ):
        assert has_forward_prefix(subject)
        assert not has_reply_prefix(subject)
    for subject in ("Re: Fwd: x", "AW: WG: x", "답장: x"):
        assert has_reply_prefix(subject)
        assert not has_forward_prefix(subject)
    assert not has_forward_prefix("Freight: x")


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("Where is my order 1001?", "RE: where is my ORDER 1001", SubjectMatch.SAME),
        ("Order 1001", "Order 1002", SubjectMatch.DIFFERENT),
        ("Where is my parcel", "Refund please", SubjectMatch.DIFFERENT),
        ("Where is my parcel", "Re: Where is my parcel - urgent", SubjectMatch.SIMILAR),
        ("Refund please", "Size question (was: Refund please)", SubjectMatch.SIMILAR),
        ("Where is my parcel", "", SubjectMatch.EMPTY),
        ("Re:", "x y z", SubjectMatch.EMPTY),
        ("हिन्दी में ऑर्डर", "Re: हिन्दी में ऑर्डर", SubjectMatch.SAME),
        ("สั่งซื้อ 1001", "สั่งซื้อ 1002", SubjectMatch.DIFFERENT),
        ("我的订单没有到", "回复: 我的订单没有到！", SubjectMatch.SAME),
        ("退货", "发票", SubjectMatch.DIFFERENT),
    ],
)
def test_comparison(one: str, other: str, expected: SubjectMatch) -> None:
    assert compare_subjects(one, other) is expected
    assert compare_subjects(other, one) is expected


@pytest.mark.parametrize(
    "subject",
    [
        "",
        "Re:",
        "Order",
        "order",
        "Hello",
        "Question about my order",
        "Pedido",
        "Vprašanje",
        "문의",
        "订单",
        "Hi!",
        "??",
    ],
)
def test_generic(subject: str) -> None:
    assert is_generic(subject)


@pytest.mark.parametrize(
    "subject", ["Order 10482", "Broken lamp", "Zlomljena svetilka", "환불 문의 10531", "灯坏了"]
)
def test_telling(subject: str) -> None:
    assert not is_generic(subject)


def test_words_keep_combining_marks() -> None:
    assert subject_words("हिन्दी में") == ("हिन्दी", "में")
    assert subject_words("ที่นี่") == ("ที่นี่",)
    assert subject_words("Straße") == ("strasse",)


@given(
    st.lists(st.sampled_from(["Re: ", "RE: ", "Fwd: ", "AW: ", "回复：", "Odg: ", "[EXTERNAL] "]), max_size=8)
)
def test_any_chain_of_prefixes(prefixes: list[str]) -> None:
    assert base_subject("".join(prefixes) + "Broken lamp") == "Broken lamp"


@given(st.text(max_size=200), st.text(max_size=200))
def test_comparison_never_fails(one: str, other: str) -> None:
    assert compare_subjects(one, other) is compare_subjects(other, one)
    assert base_subject(base_subject(one)) == base_subject(one)
