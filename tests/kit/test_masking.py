import time
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parley.kit.masking import mask_cards, mask_for_log

# Numbers that the networks and payment services publish for testing.
TEST_CARDS = [
    "4111111111111111",
    "4012888888881881",
    "4222222222222",
    "4000056655665556",
    "5555555555554444",
    "5105105105105100",
    "2223003122003222",
    "2720990000000007",
    "378282246310005",
    "371449635398431",
    "6011111111111117",
    "6011000990139424",
    "30569309025904",
    "38520000023237",
    "3056930009020004",
    "36227206271667",
    "3530111333300000",
    "3566002020360505",
    "6200000000000005",
    "6205500000000000004",
    "6759649826438453",
    "5019717010103742",
    "5066991111111118",
    "6062826786276634",
    "2201382000000013",
    "9792030394440796",
]


@pytest.mark.parametrize("card", TEST_CARDS)
@pytest.mark.parametrize("separator", ["", " ", "-", "\u00a0", ".", " -"])
def test_cards_are_masked_in_every_grouping(card: str, separator: str) -> None:
    written = separator.join(card[i : i + 4] for i in range(0, len(card), 4))
    assert mask_cards(f"My card {written}, thanks") == (f"My card •••• {card[-4:]}, thanks", 1)


@pytest.mark.parametrize(
    ("text", "expected", "count"),
    [
        ("4111 1111 1111 1111 123", "•••• 1111 123", 1),
        ("4111111111111111 12/27 737", "•••• 1111 12/27 737", 1),
        ("3782 822463 10005", "•••• 0005", 1),
        ("a 4111111111111111 b 5555-5555-5555-4444", "a •••• 1111 b •••• 4444", 2),
        ("12 4111111111111111", "12 •••• 1111", 1),
        ("٤١١١١١١١١١١١١١١١", "•••• 1111", 1),
        ("4111\u200b1111\u200b1111\u200b1111", "•••• 1111", 1),
        ("4111\n1111\n1111\n1111", "•••• 1111", 1),
        ("(4111111111111111)", "(•••• 1111)", 1),
    ],
)
def test_cards_in_their_surroundings(text: str, expected: str, count: int) -> None:
    assert mask_cards(text) == (expected, count)


@pytest.mark.parametrize(
    "text",
    [
        "4111111111111112",  # wrong check digit
        "Order 1234567812345670",  # right check digit, no network
        "9400111899223456789012",  # parcel
        "+386 1 234 56 78",
        "0000000000000000",
        "4006381333931",  # bar code
        "1Z4111111111111111",
        "a4111111111111111f",
        "41111111111111111111",  # twenty digits
        "2026-11-22 03:24:45",
        "123456789012",
        "",
    ],
)
def test_other_numbers_stay(text: str) -> None:
    assert mask_cards(text) == (text, 0)


@given(st.text(alphabet="0123456789 -4511x\n", max_size=120))
def test_masking_is_final_and_loses_nothing_but_digits(text: str) -> None:
    masked, count = mask_cards(text)
    assert mask_cards(masked) == (masked, 0)
    assert (masked == text) == (count == 0)
    assert masked.count("••••") == count


def test_masking_is_linear_in_the_length() -> None:
    for hostile in ("4 " * 50_000, "4" * 100_000, "4111 " * 20_000, "-" * 100_000, "a@" * 50_000):
        start = time.process_time()
        mask_cards(hostile)
        mask_for_log(hostile * 3)
        assert time.process_time() - start < 2


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("mail from Ana.Novak+x@shop.example.si failed", "mail from [email] failed"),
        ("<žiga@čebela.si>", "<[email]>"),
        ("call +386 (1) 234-56-78 now", "call [phone] now"),
        ("tel 5511987654321", "tel [phone]"),
        ("Authorization: Bearer abcdef.ghi-JKL", "Authorization: [removed]"),
        ("used Bearer abcdef.ghi-JKL", "used Bearer [removed]"),
        ("token=abc123&x=1", "token=[removed]&x=1"),
        ('{"password": "p w"}', '{"password": "[removed] w"}'),
        ("key pat_AbCdEf0123456789AbCdEf01", "key [token]"),
        ("jwt eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.c2ln", "jwt [token]"),
        ("hash 9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08", "hash [token]"),
        ("postgresql://parley:s3cret@db:5432/x", "postgresql://[userinfo]@db:5432/x"),
    ],
)
def test_log_lines_lose_personal_data_and_secrets(text: str, expected: str) -> None:
    assert mask_for_log(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        f"job {uuid4()} done",
        "at 2026-11-22T03:24:45.123456+00:00 took 12.5 ms",
        "from 203.0.113.7:51234",
        "GET /api/v1/facts?after=12 200",
        "tokeniser counted 1200 rows",
        "",
    ],
)
def test_what_a_log_needs_stays(text: str) -> None:
    assert mask_for_log(text) == text


def test_structures_are_followed() -> None:
    value = {
        "event": "sent to a@b.example",
        "password": "x",
        "api_key": ["x"],
        "email": "a@b.example",
        "token_count": 3,
        "count": 12345678901,
        "raw": b"12345",
        "items": [{"to": "+386 1 234 56 78"}, ("a@b.example",)],
        "error": ValueError("no such user a@b.example"),
        "nothing": None,
        "session_id": "0190",
    }
    assert mask_for_log(value) == {
        "event": "sent to [email]",
        "password": "[removed]",
        "api_key": "[removed]",
        "email": "[removed]",
        "token_count": 3,
        "count": 12345678901,
        "raw": "[5 bytes]",
        "items": [{"to": "[phone]"}, ["[email]"]],
        "error": "ValueError: no such user [email]",
        "nothing": None,
        "session_id": "0190",
    }


def test_deep_and_long_values_are_cut() -> None:
    deep: list[object] = []
    for _ in range(100):
        deep = [deep]
    assert "…" in str(mask_for_log(deep))
    assert len(mask_for_log("x " * 50_000)) < 11_000
