"""Rules on trial: the set as it stands beside the set as it would be, over facts of the past."""

from collections import deque
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from parley.automation.rules.book import load_rules
from parley.automation.rules.decider import DEFAULTS, HOUR, NAME, SPEAKING
from parley.automation.rules.engine import Asked, Book, decide_rules
from parley.automation.rules.model import Rule, Wait, parse_rule
from parley.facts.automation import ConversationWaited
from parley.kit.conditions.catalogue import Catalogue, Past, Subject
from parley.kit.ctx import Ctx
from parley.kit.decisions.registry import Decision
from parley.kit.decisions.trials import Heard, Sides
from parley.kit.errors import FieldError, Invalid

CURRENT = """
SELECT (SELECT max(version) FROM rule_sets WHERE workspace_id = $1) AS version,
  (SELECT config FROM decider_configs WHERE workspace_id = $1 AND decider = 'rules' ORDER BY version DESC LIMIT 1) AS config
"""


class RulesTrial:
    """`change`: `{"put": [{"id": …, "name": …, "enabled": …, "rule": {…}}], "remove": [id], "order": [id]}`.

    What is put replaces the rule of its id where it stands, else comes last; what is not enabled is left out.
    """

    name = NAME

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue

    @property
    def kinds(self) -> tuple[Any, ...]:
        """Every fact that means an event."""
        return self._catalogue.kinds()

    async def prepare(self, ctx: Ctx, change: Any) -> Sides:
        """Compiles both sets; raises Invalid."""
        row = await ctx.tx.fetchrow(CURRENT, ctx.workspace_id)
        version, values = (row["version"] or 0, row["config"] or {}) if row is not None else (0, {})
        standing = await load_rules(ctx, self._catalogue, version)
        tried = apply_change(standing, change, self._catalogue)
        allowance = {**DEFAULTS, **values}
        before, after = (Book(version, rules, self._catalogue) for rules in (standing, tried))
        names = {str(rule.id): rule.name for rule in (*standing, *tried)}
        about = {"version": version, "rules_before": len(standing), "rules_after": len(tried), "names": names}
        return Sides((before, allowance), (after, allowance), about)

    async def gather(self, ctx: Ctx, sides: Sides, batch: Sequence[Heard]) -> None:
        """Reads the sections that do not change; those that do are recalled one by one when their turn comes."""
        wanted: dict[str, None] = {}
        subjects: list[Subject] = []
        for heard in batch:
            events = [event.name for event in self._catalogue.events_of(heard.fact)]
            shelves = [shelf for side in (sides.before, sides.after) for shelf in side[0].shelves_for(events)]
            if not shelves:
                continue
            subject = Subject(heard.fact, heard.recorded, heard.now)
            subject.ids |= heard.ids
            heard.loaded[NAME] = (events, subject)
            subjects.append(subject)
            for shelf in shelves:
                wanted |= dict.fromkeys(shelf.sections)
        fixed = [
            name
            for name in self._catalogue.order(list(wanted))
            if self._catalogue.sections[name].recall is None
        ]
        for name in fixed if subjects else ():
            await self._catalogue.sections[name].load(ctx, subjects)

    def decide(self, config: Any, heard: Heard, past: Past, memory: dict[Any, Any]) -> Decision:
        """Asks the rules of one side."""
        if NAME not in heard.loaded:
            return Decision()
        events, template = heard.loaded[NAME]
        book, values = config
        shelves = book.shelves_for(events)
        if not shelves:
            return Decision()
        subject = self._recall(template, past, [name for shelf in shelves for name in shelf.sections])
        spent = _spent(memory, subject.ids.get("conversation"), heard.now)
        fact = heard.fact
        decision = decide_rules(
            self._catalogue,
            Asked(
                shelves,
                subject.sheet(),
                subject.ids,
                book.version,
                acts_spent=sum(acts for _, acts, _ in spent),
                messages_spent=sum(messages for _, _, messages in spent),
                waited=Wait(fact.anchor, fact.minutes, fact.hours)
                if isinstance(fact, ConversationWaited)
                else None,
            ),
            acts=int(values["acts_per_hour"]),
            messages=int(values["messages_per_hour"]),
        )
        if decision.acts:
            spent.append((heard.now, len(decision.acts), sum(act.name in SPEAKING for act in decision.acts)))
        return decision

    def _recall(self, template: Subject, past: Past, sections: Sequence[str]) -> Subject:
        subject = Subject(template.fact, template.recorded, template.now)
        subject.ids |= template.ids
        subject.values |= template.values
        for name in self._catalogue.order(sections):
            recall = self._catalogue.sections[name].recall
            if recall is not None:
                recall(past, subject)
        return subject


def _spent(
    memory: dict[Any, Any], conversation_id: UUID | None, now: datetime
) -> deque[tuple[datetime, int, int]]:
    spent: deque[tuple[datetime, int, int]] = memory.setdefault(conversation_id, deque())
    while spent and spent[0][0] <= now - HOUR:
        spent.popleft()
    return spent


def apply_change(standing: Sequence[Rule], change: Any, catalogue: Catalogue) -> list[Rule]:
    """Lays a change over a set of rules; raises Invalid with the place of the first mistake."""
    if not isinstance(change, Mapping) or set(change) - {"put", "remove", "order"}:
        raise Invalid("bad_change", "Give put, remove or order.", FieldError("change.rules", "wrong"))
    rules = {rule.id: rule for rule in standing}
    for n, one in enumerate(change.get("put") or []):
        place = f"change.rules.put.{n}"
        if not isinstance(one, Mapping) or not isinstance(one.get("rule"), Mapping):
            raise Invalid("bad_change", "Give a rule with a name.", FieldError(place, "wrong"))
        key = _id(one.get("id"), f"{place}.id") if one.get("id") else new_rule_id(n)
        known = rules.pop(key, None) if one.get("enabled") is False else rules.get(key)
        if one.get("enabled") is False:
            continue
        version = known.version if known is not None else 0
        rules[key] = parse_rule(one["rule"], catalogue, key, version, str(one.get("name") or f"Rule {n + 1}"))
    for n, one in enumerate(change.get("remove") or []):
        rules.pop(_id(one, f"change.rules.remove.{n}"), None)
    order = [_id(one, f"change.rules.order.{n}") for n, one in enumerate(change.get("order") or [])]
    place_of = {key: n for n, key in enumerate(order)}
    return sorted(rules.values(), key=lambda rule: place_of.get(rule.id, len(order)))


def new_rule_id(number: int) -> UUID:
    """Gives a new rule of a change an id of its own, the same each time."""
    return UUID(int=number + 1)


def _id(value: Any, place: str) -> UUID:
    try:
        return UUID(str(value))
    except ValueError:
        raise Invalid("bad_change", "This is not an id.", FieldError(place, "wrong")) from None
