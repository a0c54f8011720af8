"""Conditions: read and shown without loss, explained truthfully, and never missed by the index."""

import json
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema_rs import Draft202012Validator

from parley.kit.conditions.compiling import compile_condition
from parley.kit.conditions.explaining import explain
from parley.kit.conditions.indexing import Index
from parley.kit.conditions.model import AllOf, AnyOf, Condition, Not, Test, fields_of, show_condition
from parley.kit.conditions.parsing import MAX_DEPTH, parse_condition
from parley.kit.conditions.schema import build_condition_schema
from parley.kit.conditions.sheet import Sheet, fold_text
from parley.kit.errors import Invalid
from tests.kit.conditions.vocabulary import FIELDS, NOW, conditions, sheets, tests


def holds(condition: Condition, values: dict[str, Any]) -> bool:
    return compile_condition(condition, FIELDS)(Sheet(values, NOW))


@given(conditions)
def test_what_is_shown_is_read_back(condition: Condition) -> None:
    shown = json.loads(json.dumps(show_condition(condition)))
    assert show_condition(parse_condition(shown, FIELDS)) == shown


@given(conditions)
def test_the_schema_accepts_what_is_shown(condition: Condition) -> None:
    schema = {"$ref": "#/$defs/condition", "$defs": build_condition_schema(FIELDS)}
    Draft202012Validator(schema).validate(json.loads(json.dumps(show_condition(condition))))


@given(st.lists(conditions, max_size=12), sheets)
def test_the_index_misses_none_that_holds(many: list[Condition], values: dict[str, Any]) -> None:
    found = Index(many, FIELDS).find(Sheet(values, NOW))
    assert {n for n, one in enumerate(many) if holds(one, values)} <= found


@given(st.lists(conditions, max_size=12), sheets, sheets)
def test_after_a_change_the_changed_fields_find_what_newly_holds(
    many: list[Condition], values: dict[str, Any], changes: dict[str, Any]
) -> None:
    index = Index(many, FIELDS)
    after = {**values, **changes}
    found = index.find(Sheet(values, NOW)) | index.find(Sheet(after, NOW), changes)
    assert {n for n, one in enumerate(many) if holds(one, after)} <= found


@given(conditions, sheets)
def test_what_explains_a_condition_is_enough_to_make_it_so(
    condition: Condition, values: dict[str, Any]
) -> None:
    """With the fields that were not named emptied or changed, the tests named keep their verdict."""
    held = holds(condition, values)
    for finding in explain(condition, FIELDS, Sheet(values, NOW)):
        value = tuple(finding.value) if isinstance(finding.value, list) else finding.value
        test = Test(finding.field, finding.op, value)
        assert holds(test, values) is finding.held
    assert {finding.field for finding in explain(condition, FIELDS, Sheet(values, NOW))} <= fields_of(
        condition
    )
    assert holds(Not(condition), values) is not held


@given(tests, sheets)
def test_a_test_and_its_denial_never_agree(test: Test, values: dict[str, Any]) -> None:
    pairs = {"is": "is_not", "contains": "contains_none", "has": "has_none", "filled": "empty"}
    other = pairs.get(test.op)
    if other is not None and FIELDS[test.field].kind != "flag":
        assert holds(test, values) is not holds(Test(test.field, other, test.value), values)


def test_personal_values_are_not_kept() -> None:
    found = explain(
        Test("message.text", "contains", ("refund",)),
        FIELDS,
        Sheet({"message.text": "A refund, please"}, NOW),
    )
    assert [(one.met, one.hidden, one.held) for one in found] == [(None, True, True)]


def test_of_any_the_first_that_held_is_named() -> None:
    either = AnyOf(
        (
            Test("customer.vip", "is", True),
            Test("customer.orders", "over", 1),
            Test("customer.orders", "over", 0),
        )
    )
    found = explain(either, FIELDS, Sheet({"customer.orders": 3}, NOW))
    assert [(one.field, one.op, one.met) for one in found] == [("customer.orders", "over", 3)]


@pytest.mark.parametrize(
    ("text", "phrase"),
    [
        ("Where is my  ORDER?", "my order"),
        ("meine GRÖSSE", "größe"),
        ("\N{FULLWIDTH LATIN CAPITAL LETTER A}BC", "abc"),
        ("환불해 주세요", "환불"),
        ("cafe\N{COMBINING ACUTE ACCENT}", "café"),
    ],
)
def test_case_forms_and_spaces_do_not_count(text: str, phrase: str) -> None:
    assert holds(Test("message.text", "contains", (phrase,)), {"message.text": text})
    assert fold_text(phrase) in fold_text(text)


def test_time_is_counted_from_the_sheet() -> None:
    values = {"customer.since": NOW - timedelta(hours=2)}
    assert holds(Test("customer.since", "older_than", 119), values)
    assert not holds(Test("customer.since", "older_than", 120), values)
    assert holds(Test("customer.since", "newer_than", 121), values)
    assert not holds(Test("customer.since", "newer_than", 1), {})


@pytest.mark.parametrize(
    ("raw", "place"),
    [
        ([], "if"),
        ({"all": {}}, "if.all"),
        ({"all": [{"field": "nobody.knows", "op": "is", "value": 1}]}, "if.all.0.field"),
        ({"any": [{"not": {"field": "customer.vip", "op": "over", "value": 1}}]}, "if.any.0.not.op"),
        ({"field": "customer.vip", "op": "is", "value": "yes"}, "if.value"),
        ({"field": "conversation.channel", "op": "is", "value": ["chat", "pigeon"]}, "if.value.1"),
        ({"field": "customer.orders", "op": "between", "value": [3]}, "if.value"),
        ({"field": "customer.orders", "op": "is", "value": 10**400}, "if.value"),
        ({"field": "customer.since", "op": "older_than", "value": 10**14}, "if.value"),
        ({"field": "customer.since", "op": "after", "value": "2030-02-30T00:00:00Z"}, "if.value"),
        ({"field": "message.text", "op": "contains", "value": ["\u00a0"]}, "if.value.0"),
        ({"field": "message.text", "op": "contains", "value": ["a\0b"]}, "if.value.0"),
        ({"field": "customer.orders", "op": "is", "value": float("nan")}, "if.value"),
        ({"field": "customer.since", "op": "after", "value": "2030-01-01T00:00:00"}, "if.value"),
        ({"field": "message.text", "op": "contains", "value": []}, "if.value"),
        ({"field": "message.text", "op": "filled", "value": 1}, "if.value"),
        ({"all": [], "any": []}, "if"),
    ],
)
def test_a_mistake_names_its_place(raw: Any, place: str) -> None:
    with pytest.raises(Invalid) as caught:
        parse_condition(raw, FIELDS)
    assert caught.value.errors[0].field == place


def test_conditions_do_not_lie_too_deep_or_grow_too_long() -> None:
    deep: Any = {"all": []}
    for _ in range(MAX_DEPTH):
        deep = {"not": deep}
    with pytest.raises(Invalid):
        parse_condition(deep, FIELDS)
    one = {"field": "customer.vip", "op": "is", "value": True}
    with pytest.raises(Invalid):
        parse_condition({"all": [one] * 201}, FIELDS)


def test_nothing_holds_of_any_and_everything_of_all_without_parts() -> None:
    assert holds(AllOf(), {})
    assert not holds(AnyOf(), {})
