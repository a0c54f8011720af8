"""What a set of rules decides about a fact. Pure.

Rules are asked in their order, and each sees what those before it have done. Only rules whose key is on the sheet are
asked (`kit.conditions.indexing`), so those that cannot match cost nothing.
"""

import heapq
from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

import msgspec

from parley.automation.rules.model import Rule, RuleAct, Wait
from parley.kit.conditions.catalogue import ActForm, Catalogue
from parley.kit.conditions.compiling import Check, compile_condition
from parley.kit.conditions.explaining import Explain, compile_explainer
from parley.kit.conditions.indexing import Index
from parley.kit.conditions.model import fields_of
from parley.kit.conditions.sheet import Sheet
from parley.kit.decisions.registry import Act, Decision, Reason


class Shelf:
    """The rules of one event, compiled, in their order."""

    def __init__(self, event: str, rules: Sequence[Rule], catalogue: Catalogue) -> None:
        self.event = event
        self.rules = list(rules)
        self.checks: list[Check] = [compile_condition(rule.condition, catalogue.fields) for rule in rules]
        self.explainers: list[Explain] = [
            compile_explainer(rule.condition, catalogue.fields) for rule in rules
        ]
        self.index = Index([rule.condition for rule in rules], catalogue.fields)
        tested = {name.partition(".")[0] for rule in rules for name in fields_of(rule.condition)}
        needed = {
            name.partition(".")[0]
            for rule in rules
            for act in rule.acts
            for name in (*catalogue.acts[act.name].writes, *catalogue.acts[act.name].needs)
        }
        known = [name for name in catalogue.events[event].sections if name in catalogue.sections]
        self.sections = tuple(name for name in known if name in tested | needed | {"conversation"})

    def waits(self) -> set[Wait]:
        """Gives the times that rules of this shelf wait for."""
        return {rule.wait for rule in self.rules if rule.wait is not None}


class Book:
    """All enabled rules of a workspace in one version of their set."""

    def __init__(self, version: int, rules: Sequence[Rule], catalogue: Catalogue) -> None:
        self.version = version
        self.catalogue = catalogue
        events = dict.fromkeys(rule.event for rule in rules)
        self.shelves = {
            event: Shelf(event, [rule for rule in rules if rule.event == event], catalogue)
            for event in events
        }

    def shelves_for(self, events: Iterable[str]) -> list[Shelf]:
        """Gives the shelves of these events that hold rules."""
        return [self.shelves[event] for event in events if event in self.shelves]


class Allowance(msgspec.Struct):
    """How many acts, and messages to the customer, a conversation may still see in this hour."""

    acts: int
    messages: int


class Asked(msgspec.Struct, frozen=True):
    """What the rules look at: shelves with the values of their sheet, ids, chain, and what was spent this hour."""

    shelves: list[Shelf]
    sheet: Sheet
    ids: Mapping[str, UUID]
    version: int = 0
    chain: frozenset[str] = frozenset()
    acts_spent: int = 0
    messages_spent: int = 0
    waited: Wait | None = None
    answered: bool = False
    """Somebody or something has answered this message automatically already."""


class _Run:
    """One pass over the shelves: what has been decided so far."""

    def __init__(self, catalogue: Catalogue, asked: Asked, left: Allowance) -> None:
        self.catalogue = catalogue
        self.asked = asked
        self.sheet = asked.sheet
        self.left = left
        self.answered = asked.answered
        self.acts: list[Act] = []
        self.reasons: list[Reason] = []
        self.used: dict[str, Any] = {}
        self.links: list[str] = []

    def ask(self, shelf: Shelf) -> None:
        """Asks the rules of a shelf in order, until one that held says stop."""
        waiting = sorted(shelf.index.find(self.sheet))
        asked: set[int] = set()
        while waiting:
            number = heapq.heappop(waiting)
            if number in asked:
                continue
            asked.add(number)
            rule = shelf.rules[number]
            if rule.wait != self.asked.waited or not shelf.checks[number](self.sheet):
                continue
            before = self.sheet
            if self._fire(rule, shelf.explainers[number]) and rule.stop:
                return
            changed = [name for name in shelf.index.fields if self.sheet.get(name) != before.get(name)]
            for found in shelf.index.find(self.sheet, changed) if changed else ():
                if found > number:
                    heapq.heappush(waiting, found)

    def _fire(self, rule: Rule, explain: Explain) -> bool:
        findings = explain(self.sheet)
        told: dict[str, Any] = {
            "rule_id": str(rule.id),
            "version": rule.version,
            "name": rule.name,
            "tests": msgspec.to_builtins(findings),
        }
        if str(rule.id) in self.asked.chain:
            # A rule that merely finds its own work done has not gone round.
            if any(self._would_act(act) for act in rule.acts):
                self.reasons.append(Reason("rule.circle", told))
            return False
        first = len(self.acts)
        skipped = [one for act in rule.acts if (one := self._perform(act)) is not None]
        told["acts"] = list(range(first, len(self.acts)))
        if skipped:
            told["skipped"] = skipped
        self.reasons.append(Reason("rule.matched", told))
        self.used |= {one.field: one.met for one in findings if not one.hidden}
        self.links.append(str(rule.id))
        return True

    def _perform(self, act: RuleAct) -> dict[str, str] | None:
        """Plans an act and lays its effect on the sheet; gives why not, where it is left out."""
        form = self.catalogue.acts[act.name]
        why = self._why_not(form)
        if why is not None:
            return {"act": act.name, "why": why}
        planned = form.plan(act.args, self.sheet, self.asked.ids)
        if not planned:
            return {"act": act.name, "why": "nothing_to_do"}
        if form.foresee is not None:
            self.sheet = self.sheet.with_changes(form.foresee(act.args, self.sheet))
        self.acts += planned
        self.left.acts -= len(planned)
        if form.speech == "customer":
            self.left.messages -= 1
            self.answered = True
        return None

    def _would_act(self, act: RuleAct) -> bool:
        form = self.catalogue.acts[act.name]
        known = all(name in self.asked.ids for name in form.needs)
        return known and bool(form.plan(act.args, self.sheet, self.asked.ids))

    def _why_not(self, form: ActForm) -> str | None:
        missing = [name for name in form.needs if name not in self.asked.ids]
        if missing:
            return f"no_{missing[0]}"
        if self.left.acts <= 0:
            return "budget"
        if form.speech == "customer":
            if self.answered:
                return "answered"
            if self.left.messages <= 0:
                return "message_budget"
        return None


def decide_rules(catalogue: Catalogue, asked: Asked, *, acts: int = 60, messages: int = 3) -> Decision:
    """Asks every rule that may hold and gives their acts in order, with the tests that decided each.

    `acts` and `messages` are what a conversation may see of them in an hour. Rules that have fired before in the same
    chain of causes are left out and said so, so that no set of rules runs for ever; automatic answers are at most one
    a message.
    """
    run = _Run(catalogue, asked, Allowance(acts - asked.acts_spent, messages - asked.messages_spent))
    for shelf in asked.shelves:
        run.ask(shelf)
    return Decision(
        run.acts,
        run.reasons,
        run.used,
        keep=bool(run.reasons),
        links=run.links,
        version=asked.version,
        conversation_id=asked.ids.get("conversation"),
    )
