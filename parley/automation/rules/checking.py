"""What is wrong with a set of rules before it runs: found when a rule is saved, with an example of each. Pure.

A finding is only made where it is certain, or where an example shows it. At run time all of it is harmless: a rule
does not fire twice in a chain, one automatic answer a message is the most, and allowances end the rest.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Literal
from uuid import UUID

import msgspec

from parley.automation.rules.looping import find_loops
from parley.automation.rules.model import Rule, RuleAct
from parley.kit.conditions.catalogue import Catalogue
from parley.kit.conditions.explaining import plain
from parley.kit.conditions.model import AllOf, Condition, Test
from parley.kit.conditions.sheet import Sheet
from parley.kit.conditions.solving import NOW, Example, find_example, implies

MOST_PAIRS = 4_000
Severity = Literal["error", "warning"]


class RuleRef(msgspec.Struct, frozen=True):
    """A rule that a finding names."""

    id: UUID
    name: str


class Finding(msgspec.Struct, frozen=True):
    """Something that is wrong, with the rules it takes and values of fields under which it happens.

    `kind`: never, unreachable, duplicate, no_effect, contradiction, two_replies, loop, answers_machines, money.
    """

    kind: str
    severity: Severity
    rules: tuple[RuleRef, ...]
    values: dict[str, Any] = {}
    example: dict[str, Any] | None = None


class Checked(msgspec.Struct, frozen=True):
    """All findings; not `complete` when there were too many pairs of rules to look at each."""

    findings: list[Finding]
    complete: bool = True


def check_rules(rules: Sequence[Rule], catalogue: Catalogue, focus: UUID | None = None) -> Checked:
    """Looks at the enabled rules in their order; with `focus` only at what takes that rule."""
    checker = _Checker(rules, catalogue)
    alone = [rule for rule in rules if focus in (None, rule.id)]
    findings = [finding for rule in alone for finding in checker.look_at(rule)]
    pairs = [
        (earlier, later)
        for n, earlier in enumerate(rules)
        for later in rules[n + 1 :]
        if focus in (None, earlier.id, later.id)
        and earlier.event == later.event
        and earlier.wait == later.wait
    ]
    findings += [finding for pair in pairs[:MOST_PAIRS] for finding in checker.compare(*pair)]
    findings += [
        finding for finding in checker.loops() if focus is None or focus in {one.id for one in finding.rules}
    ]
    return Checked(findings, complete=len(pairs) <= MOST_PAIRS)


class _Checker:
    """The rules with an example under which each holds."""

    def __init__(self, rules: Sequence[Rule], catalogue: Catalogue) -> None:
        self.rules = rules
        self.catalogue = catalogue
        self.fields = catalogue.fields
        self.examples: dict[UUID, Example | bool | None] = {
            rule.id: find_example(rule.condition, self.fields) for rule in rules
        }

    def look_at(self, rule: Rule) -> Iterator[Finding]:
        """Gives what is wrong with one rule alone."""
        if self.examples[rule.id] is False:
            yield Finding("never", "error", _refs(rule))
            return
        yield from self._within(rule)
        for act in rule.acts:
            form = self.catalogue.acts[act.name]
            if form.money and "limit" not in act.args:
                yield Finding("money", "error", _refs(rule), {"act": act.name})
            if form.speech == "customer" and "message.automatic" in self._tested(rule.event):
                machine = AllOf((rule.condition, Test("message.automatic", "is", value=True)))
                example = find_example(machine, self.fields)
                if isinstance(example, dict):
                    yield Finding(
                        "answers_machines", "warning", _refs(rule), {"act": act.name}, _show(example)
                    )

    def _within(self, rule: Rule) -> Iterator[Finding]:
        """Acts of one rule that take each other back, or that change nothing wherever the rule holds."""
        written: dict[str, tuple[RuleAct, Any]] = {}
        for act in rule.acts:
            settled = self.settle(act, rule)
            for name, value in settled.items():
                other = written.get(name)
                if other is not None and other[1] != value and self.fields[name].kind != "choices":
                    yield Finding("contradiction", "error", _refs(rule), _clash(name, other[0], act))
                written[name] = (act, value)
            tests = [
                test for name, value in settled.items() if (test := self._equals(name, value)) is not None
            ]
            if (
                settled
                and len(tests) == len(settled)
                and implies(rule.condition, AllOf(tuple(tests)), self.fields)
            ):
                yield Finding("no_effect", "warning", _refs(rule), {"act": act.name})

    def compare(self, earlier: Rule, later: Rule) -> Iterator[Finding]:
        """Gives what is wrong with two rules of one event."""
        if False in (self.examples[earlier.id], self.examples[later.id]):
            return
        if earlier.stop and implies(later.condition, earlier.condition, self.fields):
            yield Finding("unreachable", "error", _refs(earlier, later), {}, self._show_of(later))
            return
        clashes = list(self._clashes(earlier, later))
        replies = self._speaks(earlier) and self._speaks(later)
        same = earlier.acts == later.acts and implies(later.condition, earlier.condition, self.fields)
        if not clashes and not replies and not same:
            return
        # A rule that stops leaves the later one alone, so that only what the later one alone covers is left.
        both = find_example(AllOf((earlier.condition, later.condition)), self.fields)
        if earlier.stop or not isinstance(both, dict):
            return
        if same:
            yield Finding("duplicate", "warning", _refs(earlier, later), {}, _show(both))
            return
        if replies:
            yield Finding("two_replies", "warning", _refs(earlier, later), {}, _show(both))
        for values in clashes:
            yield Finding("contradiction", "warning", _refs(earlier, later), values, _show(both))

    def _clashes(self, earlier: Rule, later: Rule) -> Iterator[dict[str, Any]]:
        for first in earlier.acts:
            written = self.settle(first, earlier)
            for second in later.acts:
                if {first.name, second.name} == {"tag", "untag"}:
                    if shared := sorted(set(first.args["tag_ids"]) & set(second.args["tag_ids"])):
                        yield {**_clash("conversation.tags", first, second), "tag_ids": shared}
                    continue
                for name, value in self.settle(second, later).items():
                    known = written.get(name, value)
                    if known != value and None not in (known, value) and self.fields[name].kind != "choices":
                        yield _clash(name, first, second)

    def settle(self, act: RuleAct, rule: Rule) -> dict[str, Any]:
        """Gives how an act would leave fields, seen from an example under which its rule holds."""
        form = self.catalogue.acts[act.name]
        known = self.examples[rule.id]
        sheet = Sheet(known if isinstance(known, dict) else {}, NOW)
        changes = form.foresee(act.args, sheet) if form.foresee is not None else {}
        return {name: value for name, value in changes.items() if name in form.writes}

    def _equals(self, name: str, value: Any) -> Condition | None:
        match self.fields[name].kind:
            case "choice" | "text" if isinstance(value, str):
                return Test(name, "is", (value,))
            case "flag":
                return Test(name, "is", bool(value))
            case "choices" if value:
                return Test(name, "has_all", tuple(value))
        return None

    def _tested(self, event: str) -> set[str]:
        return {field.name for field in self.catalogue.fields_for(event)}

    def _speaks(self, rule: Rule) -> bool:
        return any(self.catalogue.acts[act.name].speech == "customer" for act in rule.acts)

    def _show_of(self, rule: Rule) -> dict[str, Any] | None:
        example = self.examples[rule.id]
        return _show(example) if isinstance(example, dict) else None

    def loops(self) -> Iterator[Finding]:
        """Gives the circles in which rules start one another."""
        possible = [rule for rule in self.rules if self.examples[rule.id] is not False]
        for circle, example in find_loops(possible, self.catalogue, self.examples):
            yield Finding("loop", "error", _refs(*circle), {"length": len(circle)}, _show(example))


def _refs(*rules: Rule) -> tuple[RuleRef, ...]:
    return tuple(RuleRef(rule.id, rule.name) for rule in rules)


def _clash(field: str, first: RuleAct, second: RuleAct) -> dict[str, Any]:
    return {
        "field": field,
        "first": {"act": first.name, **first.args},
        "second": {"act": second.name, **second.args},
    }


def _show(example: Mapping[str, Any]) -> dict[str, Any]:
    return {name: plain(value) for name, value in sorted(example.items())}
