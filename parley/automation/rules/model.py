"""A rule as data, read with errors that name the place."""

from collections.abc import Mapping
from typing import Any, NoReturn
from uuid import UUID

import msgspec

from parley.kit.conditions.catalogue import ActForm, Catalogue, Param
from parley.kit.conditions.model import ALWAYS, Condition, show_condition
from parley.kit.conditions.parsing import MAX_MINUTES, MAX_NUMBER, is_filled, is_number, parse_condition
from parley.kit.errors import FieldError, Invalid

MAX_ACTS = 20
MAX_CHOICES = 50
MAX_CHOICE = 500
MAX_TEXT = 20_000
ANCHORS = ("reply", "customer", "assignment", "opened", "closed")
MAX_WAIT = 60 * 24 * 90


class RuleAct(msgspec.Struct, frozen=True):
    """An act of a rule or macro by the name of its form, with its arguments."""

    name: str
    args: dict[str, Any] = {}


class Wait(msgspec.Struct, frozen=True):
    """How long after what a rule is asked: minutes of open time (`hours` is a set's id or `default`) or of any time.

    `anchor`: reply (the customer waits for us), customer (we wait for him), assignment (nobody has it), opened, closed.
    """

    anchor: str
    minutes: int
    hours: str | None = None


class Rule(msgspec.Struct, frozen=True):
    """One rule in the version that is in force."""

    id: UUID
    version: int
    name: str
    event: str
    acts: tuple[RuleAct, ...]
    condition: Condition = ALWAYS
    stop: bool = False
    wait: Wait | None = None


def parse_rule(raw: Mapping[str, Any], catalogue: Catalogue, rule_id: UUID, version: int, name: str) -> Rule:
    """Reads a rule's body (`when`, `if`, `then`, `stop`, `wait`); raises Invalid with the place of the first mistake."""
    extra = sorted(set(raw) - {"when", "if", "then", "stop", "wait"})
    if extra:
        _refuse(extra[0], f"{extra[0]!r} does not belong in a rule.")
    event = catalogue.events.get(str(raw.get("when")))
    if event is None:
        _refuse("when", f"There is no event {raw.get('when')!r}.")
    fields = {field.name: field for field in catalogue.fields_for(event.name)}
    condition = ALWAYS if raw.get("if") is None else parse_condition(raw["if"], fields)
    stop = raw.get("stop", False)
    if not isinstance(stop, bool):
        _refuse("stop", "Give true or false.")
    wait = _parse_wait(raw.get("wait"), wanted=event.waits)
    acts = parse_acts(raw.get("then"), catalogue)
    return Rule(rule_id, version, name, event.name, acts, condition, stop, wait)


def find_fault(raw: Mapping[str, Any], catalogue: Catalogue) -> str | None:
    """Gives the sentence that says why a stored rule cannot be read any more; None when it can."""
    try:
        parse_rule(raw, catalogue, UUID(int=0), 0, "")
    except Invalid as fault:
        return fault.detail
    return None


def show_rule(rule: Rule) -> dict[str, Any]:
    """Gives the body of a rule as `parse_rule` reads it."""
    body: dict[str, Any] = {
        "when": rule.event,
        "if": show_condition(rule.condition),
        "then": [{"act": act.name, **act.args} for act in rule.acts],
        "stop": rule.stop,
    }
    if rule.wait is not None:
        body["wait"] = msgspec.to_builtins(rule.wait)
    return body


def parse_acts(raw: Any, catalogue: Catalogue, place: str = "then") -> tuple[RuleAct, ...]:
    """Reads a list of acts, as rules and macros have them; raises Invalid with the place of the first mistake."""
    if not isinstance(raw, list) or not raw or len(raw) > MAX_ACTS:
        _refuse(place, f"Give between one and {MAX_ACTS} acts.")
    return tuple(_parse_act(one, catalogue, f"{place}.{n}") for n, one in enumerate(raw))


def _parse_act(raw: Any, catalogue: Catalogue, place: str) -> RuleAct:
    if not isinstance(raw, Mapping):
        _refuse(place, "An act is an object with act and its arguments.")
    form = catalogue.acts.get(str(raw.get("act")))
    if form is None:
        _refuse(f"{place}.act", f"There is no act {raw.get('act')!r}.")
    return RuleAct(form.name, _parse_args({k: v for k, v in raw.items() if k != "act"}, form, place))


def _parse_args(raw: dict[str, Any], form: ActForm, place: str) -> dict[str, Any]:
    known = {param.name: param for param in form.params}
    for name in raw:
        if name not in known:
            _refuse(f"{place}.{name}", f"{form.name} has no argument {name!r}.")
    given = {name: value for name, value in raw.items() if value is not None}
    for param in form.params:
        if param.required and param.name not in given:
            _refuse(f"{place}.{param.name}", f"{form.name} needs {param.name}.")
    if form.either and sum(name in given for name in form.either) != 1:
        _refuse(f"{place}.{form.either[0]}", f"{form.name} needs one of {', '.join(form.either)}.")
    for name, value in given.items():
        _check_arg(known[name], value, f"{place}.{name}")
    return given


def _check_arg(param: Param, value: Any, place: str) -> None:
    match param.kind:
        case "flag":
            good = isinstance(value, bool)
        case "number" | "minutes":
            good = is_number(value, 0, MAX_MINUTES if param.kind == "minutes" else MAX_NUMBER)
        case "choices":
            good = (
                isinstance(value, list)
                and 0 < len(value) <= MAX_CHOICES
                and all(_is_choice(param, one) for one in value)
            )
        case "choice" | "macro":
            good = _is_choice(param, value)
        case _:
            good = is_filled(value, MAX_TEXT)
    if not good:
        _refuse(place, f"{param.name} is not of the right kind ({param.kind}).")


def _is_choice(param: Param, value: Any) -> bool:
    return is_filled(value, MAX_CHOICE) and (not param.options or value in param.options)


def _parse_wait(raw: Any, *, wanted: bool) -> Wait | None:
    if not wanted:
        if raw is not None:
            _refuse("wait", "Only events that wait have a time to wait.")
        return None
    if not isinstance(raw, Mapping):
        _refuse("wait", "Say how long, and after what.")
    extra = sorted(set(raw) - {"anchor", "minutes", "hours"})
    if extra:
        _refuse(f"wait.{extra[0]}", f"{extra[0]!r} does not belong here.")
    anchor, minutes, hours = raw.get("anchor"), raw.get("minutes"), raw.get("hours")
    if anchor not in ANCHORS:
        _refuse("wait.anchor", f"Wait after one of {', '.join(ANCHORS)}.")
    if not is_number(minutes, 1, MAX_WAIT) or minutes != int(minutes):
        _refuse("wait.minutes", f"Give between 1 and {MAX_WAIT} minutes.")
    if hours is not None and not is_filled(hours, MAX_CHOICE):
        _refuse("wait.hours", "Name a set of business hours, or default.")
    return Wait(str(anchor), int(minutes), hours)


def _refuse(place: str, sentence: str) -> NoReturn:
    raise Invalid("bad_rule", sentence, FieldError(place, sentence))
