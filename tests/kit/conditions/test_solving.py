"""Examples are true and impossibility is certain, both held against trying many values."""

from typing import Any

import pytest
from hypothesis import given, settings

from parley.kit.conditions.compiling import compile_condition
from parley.kit.conditions.model import AllOf, AnyOf, Condition, Not, Test
from parley.kit.conditions.sheet import Sheet
from parley.kit.conditions.solving import NOW, find_example, implies
from tests.kit.conditions.vocabulary import FIELDS, conditions, sheets

VIP = Test("customer.vip", "is", True)
CHAT, MAIL = (Test("conversation.channel", "is", (one,)) for one in ("chat", "email"))


@given(conditions)
def test_an_example_makes_the_condition_hold(condition: Condition) -> None:
    example = find_example(condition, FIELDS)
    if isinstance(example, dict):
        assert compile_condition(condition, FIELDS)(Sheet(example, NOW))


@settings(max_examples=400)
@given(conditions, sheets)
def test_what_cannot_hold_does_not(condition: Condition, values: dict[str, Any]) -> None:
    if find_example(condition, FIELDS) is False:
        assert not compile_condition(condition, FIELDS)(Sheet(values, NOW))


@settings(max_examples=400)
@given(conditions, conditions, sheets)
def test_what_is_implied_holds(narrow: Condition, wide: Condition, values: dict[str, Any]) -> None:
    if implies(narrow, wide, FIELDS):
        sheet = Sheet(values, NOW)
        assert not compile_condition(narrow, FIELDS)(sheet) or compile_condition(wide, FIELDS)(sheet)


@pytest.mark.parametrize(
    ("parts", "possible"),
    [
        ((CHAT, MAIL), False),
        ((CHAT, Not(MAIL)), True),
        ((VIP, Not(VIP)), False),
        ((Test("customer.orders", "over", 3), Test("customer.orders", "under", 4)), True),
        ((Test("customer.orders", "over", 4), Test("customer.orders", "under", 4)), False),
        ((Test("customer.orders", "at_least", 4), Test("customer.orders", "at_most", 4)), True),
        ((Test("customer.orders", "empty"), Test("customer.orders", "at_most", 4)), False),
        (
            (Test("conversation.tags", "has", ("t1",)), Test("conversation.tags", "has_none", ("t1", "t2"))),
            False,
        ),
        (
            (
                Test("conversation.tags", "has_all", ("t1", "t2")),
                Test("conversation.tags", "has_none", ("t3",)),
            ),
            True,
        ),
        ((Test("customer.since", "older_than", 60), Test("customer.since", "newer_than", 30)), False),
        ((Test("customer.since", "older_than", 30), Test("customer.since", "newer_than", 60)), True),
        (
            (Test("message.text", "contains", ("refund",)), Test("message.text", "contains_none", ("fund",))),
            False,
        ),
        (
            (Test("message.text", "contains", ("refund",)), Test("message.text", "contains_none", ("size",))),
            True,
        ),
        ((Test("message.text", "is", ("ok",)), Test("message.text", "is_not", ("OK",))), False),
    ],
)
def test_together(parts: tuple[Condition, ...], possible: bool) -> None:
    example = find_example(AllOf(parts), FIELDS)
    assert isinstance(example, dict) is possible
    assert possible or example is False


@pytest.mark.parametrize(
    ("narrow", "wide", "expected"),
    [
        (AllOf((CHAT, VIP)), CHAT, True),
        (CHAT, AllOf((CHAT, VIP)), False),
        (CHAT, AnyOf((CHAT, MAIL)), True),
        (CHAT, AllOf(), True),
        (AllOf(), CHAT, False),
        (Test("customer.orders", "over", 5), Test("customer.orders", "over", 3), True),
        (Test("customer.orders", "over", 3), Test("customer.orders", "over", 5), False),
        (
            Test("message.text", "contains", ("a refund",)),
            Test("message.text", "contains", ("refund",)),
            True,
        ),
        (
            Test("message.text", "contains", ("refund",)),
            Test("message.text", "contains", ("a refund",)),
            False,
        ),
        (Test("conversation.tags", "has_all", ("t1", "t2")), Test("conversation.tags", "has", ("t1",)), True),
    ],
)
def test_one_within_another(narrow: Condition, wide: Condition, expected: bool) -> None:
    assert implies(narrow, wide, FIELDS) is expected
