from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parley.kit.money import (
    CurrencyMismatchError,
    Money,
    exponent_of,
    format_decimal_string,
    format_money,
    parse_money,
)

CURRENCIES = st.sampled_from(["USD", "EUR", "KRW", "JPY", "BRL", "KWD", "CLF", "IQD"])
AMOUNTS = st.builds(Money, st.integers(-(10**15), 10**15), CURRENCIES)


@given(AMOUNTS)
def test_decimal_strings_round_trip_exactly(money: Money) -> None:
    assert parse_money(format_decimal_string(money), money.currency) == money
    assert money.to_decimal() * 10 ** exponent_of(money.currency) == money.minor


@pytest.mark.parametrize(
    ("text", "currency", "minor"),
    [
        ("12.30", "USD", 1230),
        ("12.3", "USD", 1230),
        ("-0.5", "EUR", -50),
        ("+7", "EUR", 700),
        ("1200", "KRW", 1200),
        ("1200.00", "KRW", 1200),
        ("0.1230000", "KWD", 123),
        ("0.29", "USD", 29),
        ("999999999999999999.99", "USD", 99999999999999999999),
    ],
)
def test_amounts_are_parsed(text: str, currency: str, minor: int) -> None:
    assert parse_money(text, currency) == Money(minor, currency)


@pytest.mark.parametrize("text", ["", "1,20", "1.", ".5", "1e3", " 1", "NaN", "0x1", "1.234", "--1", "٣"])
def test_other_texts_are_no_amounts(text: str) -> None:
    with pytest.raises(ValueError, match=r"amount|digits"):
        parse_money(text, "USD")


def test_unknown_currencies_and_broken_values_are_refused() -> None:
    for currency in ("usd", "XYZ1", "", "ABC"):
        with pytest.raises(ValueError, match="currency"):
            Money(1, currency)
    for minor in (1.5, True, Decimal(1)):
        with pytest.raises(TypeError, match="whole"):
            Money(minor, "USD")  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="whole"):
        Money(1, "USD") * 1.5  # type: ignore[operator]


def test_arithmetic_and_order() -> None:
    assert Money(150, "EUR") + Money(50, "EUR") - Money(300, "EUR") == Money(-100, "EUR")
    assert -Money(5, "EUR") * 3 == Money(-15, "EUR")
    assert Money(1, "EUR") < Money(2, "EUR") <= Money(2, "EUR")
    assert Money(3, "EUR") > Money(2, "EUR") >= Money(2, "EUR")
    assert Money(1, "EUR") != Money(1, "USD")
    assert Money(1, "EUR")
    assert not Money(0, "EUR")
    assert len({Money(1, "EUR"), Money(1, "EUR")}) == 1


def test_currencies_do_not_mix() -> None:
    euro, dollar = Money(1, "EUR"), Money(1, "USD")
    for mix in (
        lambda: euro + dollar,
        lambda: euro - dollar,
        lambda: euro < dollar,
        lambda: euro <= dollar,
        lambda: euro > dollar,
        lambda: euro >= dollar,
    ):
        with pytest.raises(CurrencyMismatchError):
            mix()


@given(AMOUNTS, st.lists(st.integers(0, 1000), min_size=1, max_size=12).filter(any))
def test_parts_add_up_and_are_fair(money: Money, weights: list[int]) -> None:
    parts = money.split(weights)
    assert sum(p.minor for p in parts) == money.minor
    for part, weight in zip(parts, weights, strict=True):
        assert abs(part.minor * sum(weights) - money.minor * weight) < sum(weights)


def test_impossible_parts_are_refused() -> None:
    for weights in ([], [0], [2, -1]):
        with pytest.raises(ValueError, match="weights"):
            Money(1, "EUR").split(weights)


@pytest.mark.parametrize(
    ("language", "money", "expected"),
    [
        ("en", Money(-123456, "USD"), "-$1,234.56"),
        ("en", Money(1234, "IQD"), "IQD\xa01.234"),
        ("pt-BR", Money(123456, "BRL"), "R$\xa01.234,56"),
        ("ko", Money(15000, "KRW"), "₩15,000"),
        ("de", Money(1999, "EUR"), "19,99\xa0€"),
        ("sl", Money(100, "EUR"), "1,00\xa0€"),
        ("en", Money(5, "JPY"), "¥5"),
        ("en-XA", Money(5, "USD"), "$0.05"),
    ],
)
def test_amounts_are_written_as_the_language_does(language: str, money: Money, expected: str) -> None:
    assert format_money(language, money) == expected
