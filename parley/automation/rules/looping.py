"""Circles in which rules start one another. Pure.

There is a step from one rule to another when an act of the first causes the second's event, the second can hold with
what the first has done, and would then do something. A circle of such steps would go on for ever, if rules were not
kept from firing twice in a chain.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any
from uuid import UUID

from parley.automation.rules.model import Rule
from parley.kit.conditions.catalogue import Catalogue
from parley.kit.conditions.model import AllOf, AnyOf, Condition, Not, Test
from parley.kit.conditions.sheet import Sheet
from parley.kit.conditions.solving import NOW, Example, find_example, list_ways

NOBODY = UUID(int=0)
LONGEST = 6
MOST = 50
Step = tuple[Rule, Example]


def find_loops(
    rules: Sequence[Rule], catalogue: Catalogue, examples: Mapping[UUID, Example | bool | None]
) -> Iterator[tuple[tuple[Rule, ...], Example]]:
    """Gives circles of at most six rules, each once, beginning with the rule that comes first, with an example."""
    by_event: dict[str, list[Rule]] = {}
    for rule in rules:
        by_event.setdefault(rule.event, []).append(rule)
    steps = {rule.id: _steps(rule, by_event, catalogue, examples.get(rule.id)) for rule in rules}
    place = {rule.id: n for n, rule in enumerate(rules)}
    found = 0
    for rule in rules:
        for circle, example in _circles(rule, (rule,), steps, place):
            yield circle, example
            found += 1
            if found >= MOST:
                return


def _circles(
    start: Rule, path: tuple[Rule, ...], steps: Mapping[UUID, list[Step]], place: Mapping[UUID, int]
) -> Iterator[tuple[tuple[Rule, ...], Example]]:
    for rule, example in steps[path[-1].id]:
        if rule.id == start.id:
            yield path, example
        elif place[rule.id] > place[start.id] and rule not in path and len(path) < LONGEST:
            yield from _circles(start, (*path, rule), steps, place)


def _steps(
    rule: Rule, by_event: Mapping[str, Sequence[Rule]], catalogue: Catalogue, example: Example | bool | None
) -> list[Step]:
    caused = {event for act in rule.acts for event in catalogue.acts[act.name].causes}
    followers = [other for event in sorted(caused) for other in by_event.get(event, ())]
    if not followers:
        return []
    before = dict(example) if isinstance(example, dict) else {}
    after = Sheet(before, NOW)
    for act in rule.acts:
        form = catalogue.acts[act.name]
        if form.foresee is not None:
            after = after.with_changes(form.foresee(act.args, after))
    changes = {name: after.get(name) for name in after.values if after.get(name) != before.get(name)}
    left = _without(rule.condition, frozenset(changes))
    found: list[Step] = []
    for other in followers:
        seen = find_example(AllOf((*_fixed(changes, catalogue), left, other.condition)), catalogue.fields)
        if isinstance(seen, dict) and _does_something(other, Sheet({**seen, **changes}, NOW), catalogue):
            found.append(
                (other, {**seen, **{name: value for name, value in changes.items() if value is not None}})
            )
    return found


def _does_something(rule: Rule, sheet: Sheet, catalogue: Catalogue) -> bool:
    """Whether one of the rule's acts that start events would be carried out."""
    for act in rule.acts:
        form = catalogue.acts[act.name]
        ids = dict.fromkeys(form.needs, NOBODY)
        if form.causes and form.plan(act.args, sheet, ids):
            return True
    return False


def _fixed(changes: Mapping[str, Any], catalogue: Catalogue) -> list[Condition]:
    """Gives the tests that say what was changed."""
    tests: list[Condition] = []
    for name, value in changes.items():
        match catalogue.fields[name].kind:
            case "choice" | "text":
                tests.append(Test(name, "empty") if value is None else Test(name, "is", (value,)))
            case "choices" if value:
                tests.append(Test(name, "has_all", tuple(value)))
            case "flag":
                tests.append(Test(name, "is", bool(value)))
    return tests


def _without(condition: Condition, names: frozenset[str]) -> Condition:
    """Gives what a condition says of other fields than these; they have been changed since it held."""
    ways = list_ways(condition, positive=True)
    if ways is None:
        return AllOf()
    return AnyOf(
        tuple(
            AllOf(tuple(test if verdict else Not(test) for test, verdict in way if test.field not in names))
            for way in ways
        )
    )
