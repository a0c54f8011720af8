"""The published schema and the parser agree about every rule; the vocabulary names what both know."""

import json
from functools import cache
from typing import Any

from hypothesis import given, settings
from jsonschema_rs import Draft202012Validator

from parley.automation.rules.model import parse_rule, show_rule
from parley.automation.rules.schema import build_rule_schema
from parley.kit.errors import Invalid
from parley.kit.ids import uuid7
from tests.automation.rules.grammar import catalogue, rules, strange_rules
from tests.support.app import Shop, body_of

ID = uuid7()


@cache
def validator() -> Draft202012Validator:
    return Draft202012Validator(build_rule_schema(catalogue()), validate_formats=True)


def is_read(raw: Any) -> bool:
    try:
        parse_rule(raw, catalogue(), ID, 1, "Any")
    except Invalid:
        return False
    return True


@settings(max_examples=150)
@given(rules())
def test_a_good_rule_is_good_to_both_and_shown_as_it_was_meant(raw: Any) -> None:
    raw = json.loads(json.dumps(raw))
    validator().validate(raw)
    shown = json.loads(json.dumps(show_rule(parse_rule(raw, catalogue(), ID, 1, "Any"))))
    validator().validate(shown)
    assert show_rule(parse_rule(shown, catalogue(), ID, 1, "Any")) == shown


@settings(max_examples=400)
@given(strange_rules())
def test_the_schema_accepts_exactly_what_is_read(raw: Any) -> None:
    raw = json.loads(json.dumps(raw))
    assert validator().is_valid(raw) is is_read(raw), raw


async def test_the_schema_is_published_and_the_vocabulary_agrees(shop: Shop) -> None:
    answer = await shop.client().get("/api/schemas/rule.json")
    assert answer.headers["content-type"] == "application/schema+json"
    schema = body_of(answer)
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    agent = await shop.signed_in("agent")
    words = body_of(await agent.get("/api/v1/rules/vocabulary"))
    known = shop.runtime.catalogue
    assert [one["name"] for one in words["events"]] == [
        one["properties"]["when"]["const"] for one in schema["oneOf"]
    ]
    assert {one["name"] for one in words["acts"]} == set(known.acts)
    assert {one["name"] for one in words["fields"]} == set(known.fields)
    text = next(one for one in words["fields"] if one["name"] == "message.text")
    assert (text["kind"], text["ops"]["contains"], text["ops"]["empty"]) == ("text", "texts", "nothing")
    received = next(one for one in words["events"] if one["name"] == "message_received")
    assert {"message.text", "understanding.sentiment", "conversation.tags"} <= set(received["fields"])
    assert (await shop.client().get("/api/v1/rules/vocabulary")).status_code == 401
