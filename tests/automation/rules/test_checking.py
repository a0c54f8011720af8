"""The static check: what people complain of is reported with its rules, and sound sets are left in peace."""

from typing import Any
from uuid import UUID

import pytest

from parley.automation.rules.checking import check_rules
from parley.automation.rules.engine import Asked, Book, decide_rules
from parley.automation.rules.model import Rule, parse_rule
from parley.kit.conditions.sheet import Sheet
from parley.kit.conditions.solving import NOW
from parley.kit.runtime import Runtime
from tests.automation.rules.faulty_sets import (
    COATS,
    PERSON,
    SETS,
    SHOES,
    T1,
    T2,
    Faulty,
    every,
    got,
    is_,
    on,
    priority,
    reply,
    says,
    tag,
    tags_have,
    team,
)
from tests.support.app import Shop, body_of

SOUND: list[list[dict[str, Any]]] = [
    [got(says("refund"), tag(T1)), got(says("size"), tag(T2))],
    [got(every(PERSON, says("refund")), reply(), stop=True), got(every(PERSON, says("order")), reply())],
    [got(is_("message.channel", "email"), team(SHOES)), got(is_("message.channel", "chat"), team(COATS))],
    [
        on("conversation_tagged", tags_have(T1), tag(T2)),
        on("conversation_tagged", tags_have(T2), priority("high")),
    ],
    [on("conversation_tagged", tags_have(T1), tag(T1, T2))],
    [
        on("conversation_assigned", is_("conversation.team_id", SHOES), tag(T1)),
        got(says("shoe"), team(SHOES)),
    ],
    [
        got(says("refund"), tag(T1), stop=True),
        got(says("a refund or two"), priority("high")) | {"when": "message_sent"},
    ],
    [
        got(every(says("refund"), is_("message.channel", "email")), tag(T1), stop=True),
        got(says("refund"), tag(T2)),
    ],
]


def parse(runtime: Runtime, bodies: list[dict[str, Any]]) -> list[Rule]:
    return [
        parse_rule(body, runtime.catalogue, UUID(int=n + 1), 1, f"Rule {n}") for n, body in enumerate(bodies)
    ]


def test_there_are_enough_of_them() -> None:
    assert len(SETS) >= 25


@pytest.mark.parametrize("faulty", SETS, ids=lambda faulty: faulty.complaint)
def test_what_people_complain_of_is_reported(runtime: Runtime, faulty: Faulty) -> None:
    rules = parse(runtime, faulty.rules)
    checked = check_rules(rules, runtime.catalogue)
    found = {(one.kind, tuple(sorted(rule.id.int - 1 for rule in one.rules))) for one in checked.findings}
    assert (faulty.kind, faulty.names) in found
    for one in checked.findings:
        if (
            one.kind not in ("never", "money", "no_effect", "contradiction", "answers_machines")
            or len(one.rules) > 1
        ):
            assert one.example is not None, one.kind


@pytest.mark.parametrize("faulty", SETS, ids=lambda faulty: faulty.complaint)
def test_it_is_harmless_when_it_runs(runtime: Runtime, faulty: Faulty) -> None:
    """Whatever the sheet, a set answers a message once at most, and a chain that has fired all ends."""
    rules = parse(runtime, faulty.rules)
    book = Book(1, rules, runtime.catalogue)
    ids = {name: UUID(int=9) for name in ("conversation", "customer", "message", "order")}
    examples = [one.example or {} for one in check_rules(rules, runtime.catalogue).findings]
    for event in book.shelves:
        for example in [*examples, {}]:
            sheet = Sheet(example, NOW)
            decision = decide_rules(runtime.catalogue, Asked(book.shelves_for([event]), sheet, ids))
            assert sum(act.name in ("post_message", "reply_macro") for act in decision.acts) <= 1
            chain = frozenset(str(rule.id) for rule in rules)
            again = decide_rules(runtime.catalogue, Asked(book.shelves_for([event]), sheet, ids, chain=chain))
            assert not again.acts


@pytest.mark.parametrize("bodies", SOUND)
def test_sound_sets_are_left_in_peace(runtime: Runtime, bodies: list[dict[str, Any]]) -> None:
    assert check_rules(parse(runtime, bodies), runtime.catalogue).findings == []


def test_with_a_focus_only_what_takes_that_rule(runtime: Runtime) -> None:
    bodies = [got(says("a"), priority("high")), got(says("b"), priority("low")), got(says("c"), tag(T1))]
    rules = parse(runtime, bodies)
    assert check_rules(rules, runtime.catalogue, rules[2].id).findings == []
    assert [one.kind for one in check_rules(rules, runtime.catalogue, rules[0].id).findings] == [
        "contradiction"
    ]


async def test_the_check_is_asked_before_saving(shop: Shop) -> None:
    lead = await shop.signed_in("lead")
    first = got(says("refund"), priority("high"), stop=True)
    saved = body_of(await lead.post("/api/v1/rules", json={"name": "First", "rule": first, "enabled": True}))
    tried = got(every(says("refund"), is_("message.channel", "email")), priority("low"))
    answer = await lead.post("/api/v1/rules/check", json={"rule": tried, "name": "Second"})
    assert answer.status_code == 200, answer.text
    (finding,) = body_of(answer)["findings"]
    assert (finding["kind"], finding["severity"]) == ("unreachable", "error")
    assert [one["name"] for one in finding["rules"]] == ["First", "Second"]
    assert finding["rules"][0]["id"] == saved["id"]
    assert body_of(await lead.post("/api/v1/rules/check", json={}))["findings"] == []
    wrong = await lead.post("/api/v1/rules/check", json={"rule": {"when": "never"}})
    assert wrong.status_code == 422
