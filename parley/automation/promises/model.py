"""SLAs as data, read with errors that name the place: `targets.first_reply.high`."""

from collections.abc import Mapping
from typing import Any, Literal, NoReturn
from uuid import UUID

import msgspec

from parley.automation.rules.model import RuleAct, parse_acts
from parley.conversations.model import PRIORITIES
from parley.kit.conditions.catalogue import Catalogue
from parley.kit.conditions.fields import Field
from parley.kit.conditions.model import ALWAYS, Condition, show_condition
from parley.kit.conditions.parsing import parse_condition
from parley.kit.errors import FieldError, Invalid

Kind = Literal["first_reply", "next_reply", "resolution"]
KINDS: tuple[Kind, ...] = ("first_reply", "next_reply", "resolution")
STATES = ("running", "paused", "broken", "met", "dropped")
SECTIONS = ("conversation", "customer", "order")
OCCASIONS = ("warned", "broken")
DEFAULT_HOURS = "default"
MAX_MINUTES = 60 * 24 * 365
MAX_WARNINGS = 5
MAX_NAME = 120
_NAMES = {"if", "targets", "hours", "pause", "warn_minutes", "automatic_replies", "escalate"}


class Pause(msgspec.Struct, frozen=True):
    """When no time is used up: while we wait for the customer, while the conversation sleeps."""

    waiting_for_customer: bool = True
    snoozed: bool = True


class Sla(msgspec.Struct, frozen=True):
    """One SLA in the version that is in force.

    `targets` are minutes by kind and priority; `hours` is the id of business hours, `default`, or None for every
    minute. `warnings` are minutes before it falls due, the earliest first. `escalate` are the acts by occasion.
    """

    id: UUID
    version: int
    name: str
    targets: Mapping[str, Mapping[str, int]]
    condition: Condition = ALWAYS
    hours: str | None = DEFAULT_HOURS
    pause: Pause = Pause()
    warnings: tuple[int, ...] = ()
    automatic_replies: bool = False
    escalate: Mapping[str, tuple[RuleAct, ...]] = {}

    def target(self, kind: str, priority: str) -> int | None:
        """Gives the minutes promised; None where nothing is."""
        return self.targets.get(kind, {}).get(priority)


def fields_for_slas(catalogue: Catalogue) -> dict[str, Field]:
    """Gives what the condition of an SLA may test."""
    return {
        field.name: field
        for name in SECTIONS
        if name in catalogue.sections
        for field in catalogue.sections[name].fields
    }


def parse_sla(raw: Mapping[str, Any], catalogue: Catalogue, sla_id: UUID, version: int, name: str) -> Sla:
    """Reads an SLA's body; raises Invalid with the place of the first mistake.

    `if`, `targets` (by kind: minutes, or minutes by priority), `hours`, `pause`, `warn_minutes` (one or several),
    `automatic_replies` (whether they count as an answer), `escalate` (acts, or acts by `warned` and `broken`).
    """
    _only(raw, _NAMES, "")
    return Sla(
        sla_id,
        version,
        name,
        _parse_targets(raw.get("targets")),
        parse_condition(raw.get("if") or {"all": []}, fields_for_slas(catalogue)),
        _parse_hours(raw.get("hours", DEFAULT_HOURS)),
        _parse_pause(raw.get("pause")),
        _parse_warnings(raw.get("warn_minutes")),
        _flag(raw.get("automatic_replies", False), "automatic_replies"),
        _parse_escalation(raw.get("escalate"), catalogue),
    )


def show_sla(sla: Sla) -> dict[str, Any]:
    """Gives the body of an SLA as `parse_sla` reads it; a target that is the same for all priorities is one number."""
    return {
        "if": show_condition(sla.condition),
        "targets": {
            kind: next(iter(by.values()))
            if len(by) == len(PRIORITIES) and len(set(by.values())) == 1
            else dict(by)
            for kind, by in sla.targets.items()
        },
        "hours": sla.hours,
        "pause": msgspec.to_builtins(sla.pause),
        "warn_minutes": list(sla.warnings),
        "automatic_replies": sla.automatic_replies,
        "escalate": {
            occasion: [{"act": act.name, **act.args} for act in acts]
            for occasion, acts in sla.escalate.items()
        },
    }


def _parse_targets(raw: Any) -> dict[str, dict[str, int]]:
    if not isinstance(raw, Mapping):
        _refuse("targets", f"Promise at least one of {', '.join(KINDS)}.")
    _only(raw, set(KINDS), "targets.")
    found: dict[str, dict[str, int]] = {
        kind: _parse_target(raw[kind], f"targets.{kind}") for kind in KINDS if raw.get(kind) is not None
    }
    found = {kind: by for kind, by in found.items() if by}
    if not found:
        _refuse("targets", f"Promise at least one of {', '.join(KINDS)}.")
    return found


def _parse_target(raw: Any, place: str) -> dict[str, int]:
    if not isinstance(raw, Mapping):
        return dict.fromkeys(PRIORITIES, _minutes(raw, place))
    _only(raw, set(PRIORITIES), f"{place}.")
    return {one: _minutes(raw[one], f"{place}.{one}") for one in PRIORITIES if raw.get(one) is not None}


def _parse_hours(raw: Any) -> str | None:
    if raw is None or raw == DEFAULT_HOURS:
        return raw  # type: ignore[no-any-return]
    try:
        return str(UUID(raw))
    except (TypeError, ValueError, AttributeError):
        _refuse("hours", "Name business hours by their id, or default; null counts every minute.")


def _parse_pause(raw: Any) -> Pause:
    if raw is None:
        return Pause()
    if not isinstance(raw, Mapping):
        _refuse("pause", "Give waiting_for_customer and snoozed.")
    _only(raw, set(Pause.__struct_fields__), "pause.")
    return Pause(**{name: _flag(value, f"pause.{name}") for name, value in raw.items()})


def _parse_warnings(raw: Any) -> tuple[int, ...]:
    given = [] if raw is None else raw if isinstance(raw, list) else [raw]
    if len(given) > MAX_WARNINGS:
        _refuse("warn_minutes", f"Give at most {MAX_WARNINGS} warnings.")
    place = "warn_minutes.{}" if isinstance(raw, list) else "warn_minutes"
    return tuple(sorted({_minutes(one, place.format(n)) for n, one in enumerate(given)}, reverse=True))


def _parse_escalation(raw: Any, catalogue: Catalogue) -> dict[str, tuple[RuleAct, ...]]:
    if not raw:
        return {}
    if isinstance(raw, list):
        return {"broken": parse_acts(raw, catalogue, "escalate")}
    if not isinstance(raw, Mapping):
        _refuse("escalate", "Give acts, or acts by warned and broken.")
    _only(raw, set(OCCASIONS), "escalate.")
    return {one: parse_acts(raw[one], catalogue, f"escalate.{one}") for one in OCCASIONS if raw.get(one)}


def _minutes(value: Any, place: str) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= MAX_MINUTES:
        _refuse(place, f"Give between 1 and {MAX_MINUTES} minutes.")
    return value


def _flag(value: Any, place: str) -> bool:
    if not isinstance(value, bool):
        _refuse(place, "Give true or false.")
    return value


def _only(raw: Mapping[str, Any], known: set[str], place: str) -> None:
    extra = sorted(str(name) for name in raw if name not in known)
    if extra:
        _refuse(f"{place}{extra[0]}", f"{extra[0]!r} does not belong here.")


def _refuse(place: str, sentence: str) -> NoReturn:
    raise Invalid("bad_sla", sentence, FieldError(place, sentence))
