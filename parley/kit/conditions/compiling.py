"""Turning a condition into a closure, so that asking it costs no look at its shape."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from parley.kit.conditions.fields import Field
from parley.kit.conditions.model import AllOf, AnyOf, Condition, Not, Test
from parley.kit.conditions.sheet import Sheet, fold_text

Check = Callable[[Sheet], bool]


def compile_condition(condition: Condition, fields: Mapping[str, Field]) -> Check:
    """Gives the condition as a function of a sheet; raises KeyError for a field that is not known."""
    if isinstance(condition, AllOf):
        return _compile_all([compile_condition(part, fields) for part in condition.parts])
    if isinstance(condition, AnyOf):
        return _compile_any([compile_condition(part, fields) for part in condition.parts])
    if isinstance(condition, Not):
        inner = compile_condition(condition.part, fields)
        return lambda sheet: not inner(sheet)
    return compile_test(condition, fields[condition.field])


def compile_test(test: Test, field: Field) -> Check:
    """Gives one test as a function. An empty field passes only tests that deny something, and `empty`."""
    name, op, value = test.field, test.op, test.value
    if op in ("filled", "empty"):
        return _compile_filled(name, wanted=op == "filled")
    match field.kind:
        case "text":
            return _compile_text(name, op, tuple(fold_text(one) for one in value))
        case "choice":
            wanted = frozenset(value)
            if op == "is":
                return lambda sheet: sheet.values.get(name) in wanted
            return lambda sheet: sheet.values.get(name) not in wanted
        case "choices":
            return _compile_choices(name, op, frozenset(value))
        case "flag":
            return lambda sheet: bool(sheet.values.get(name)) is value
        case "moment":
            return _compile_moment(name, op, value)
        case _:
            return _compile_number(name, op, value)


def _compile_all(parts: list[Check]) -> Check:
    def check(sheet: Sheet) -> bool:
        for part in parts:  # noqa: SIM110 - a loop is half as costly as all() with a generator
            if not part(sheet):
                return False
        return True

    return parts[0] if len(parts) == 1 else check


def _compile_any(parts: list[Check]) -> Check:
    def check(sheet: Sheet) -> bool:
        for part in parts:  # noqa: SIM110 - as above
            if part(sheet):
                return True
        return False

    return parts[0] if len(parts) == 1 else check


def _compile_filled(name: str, *, wanted: bool) -> Check:
    def check(sheet: Sheet) -> bool:
        value = sheet.values.get(name)
        return (value is not None and value not in ("", [], ())) is wanted

    return check


def _compile_text(name: str, op: str, texts: tuple[str, ...]) -> Check:
    wanted = frozenset(texts)
    checks: dict[str, Check] = {
        "is": lambda sheet: sheet.text(name) in wanted,
        "is_not": lambda sheet: sheet.text(name) not in wanted,
        "contains": lambda sheet: any(one in sheet.text(name) for one in texts),
        "contains_all": lambda sheet: all(one in sheet.text(name) for one in texts),
        "contains_none": lambda sheet: not any(one in sheet.text(name) for one in texts),
        "begins": lambda sheet: sheet.text(name).startswith(texts),
        "ends": lambda sheet: sheet.text(name).endswith(texts),
    }
    return checks[op]


def _compile_choices(name: str, op: str, wanted: frozenset[str]) -> Check:
    checks: dict[str, Check] = {
        "has": lambda sheet: not wanted.isdisjoint(sheet.choices(name)),
        "has_all": lambda sheet: wanted <= sheet.choices(name),
        "has_none": lambda sheet: wanted.isdisjoint(sheet.choices(name)),
    }
    return checks[op]


def _compile_number(name: str, op: str, value: Any) -> Check:
    if op == "is_not":
        return lambda sheet: bool(sheet.values.get(name) != value)
    compare: dict[str, Callable[[Any], bool]] = {
        "is": lambda given: bool(given == value),
        "over": lambda given: bool(given > value),
        "at_least": lambda given: bool(given >= value),
        "under": lambda given: bool(given < value),
        "at_most": lambda given: bool(given <= value),
        "between": lambda given: bool(value[0] <= given <= value[1]),
    }
    return _compile_given(name, compare[op])


def _compile_given(name: str, holds: Callable[[Any], bool]) -> Check:
    def check(sheet: Sheet) -> bool:
        given = sheet.values.get(name)
        return given is not None and holds(given)

    return check


def _compile_moment(name: str, op: str, value: Any) -> Check:
    if op in ("before", "after"):
        at = datetime.fromisoformat(value)
        before = op == "before"
        return _compile_given(name, lambda given: bool(given < at) if before else bool(given > at))
    span = timedelta(minutes=value)
    older = op == "older_than"

    def check(sheet: Sheet) -> bool:
        given = sheet.values.get(name)
        return given is not None and (sheet.now - given > span) is older

    return check
