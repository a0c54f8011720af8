"""Why a condition held: the tests that decided it, with the values they met."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

import msgspec

from parley.kit.conditions.compiling import Check, compile_condition, compile_test
from parley.kit.conditions.fields import Field
from parley.kit.conditions.model import AllOf, Condition, Not, Test
from parley.kit.conditions.sheet import Sheet


class Finding(msgspec.Struct, frozen=True, omit_defaults=True):
    """A test that mattered, whether it held, and the value it met; `hidden` when the value is personal."""

    field: str
    op: str
    value: Any = None
    met: Any = None
    held: bool = True
    hidden: bool = False


Explain = Callable[[Sheet], list[Finding]]
_Tell = Callable[[Sheet, bool], list[Finding]]


def explain(condition: Condition, fields: Mapping[str, Field], sheet: Sheet) -> list[Finding]:
    """Gives the tests that made the condition what it is on this sheet: all that had to hold, the first of any.

    Of a condition that does not hold it gives the tests that stood in its way.
    """
    return compile_explainer(condition, fields)(sheet)


def compile_explainer(condition: Condition, fields: Mapping[str, Field]) -> Explain:
    """Gives `explain` for one condition, for who asks it often."""
    check, tell = _compile(condition, fields)
    return lambda sheet: tell(sheet, check(sheet))


def _compile(condition: Condition, fields: Mapping[str, Field]) -> tuple[Check, _Tell]:
    if isinstance(condition, Test):
        test, field = condition, fields[condition.field]
        check = compile_test(test, field)
        return check, lambda sheet, held: [_finding(test, field, sheet, held)]
    if isinstance(condition, Not):
        inner, tell_inner = _compile(condition.part, fields)
        return lambda sheet: not inner(sheet), lambda sheet, held: tell_inner(sheet, not held)
    parts = [_compile(part, fields) for part in condition.parts]
    # Where one part was enough, only it is named: the first that holds of any, the first that fails of all.
    one_fails = isinstance(condition, AllOf)

    def tell(sheet: Sheet, held: bool) -> list[Finding]:
        deciding = [explainer for verdict, explainer in parts if verdict(sheet) is held]
        if one_fails is not held:
            deciding = deciding[:1]
        return [finding for explainer in deciding for finding in explainer(sheet, held)]

    return compile_condition(condition, fields), tell


def _finding(test: Test, field: Field, sheet: Sheet, held: bool) -> Finding:
    value = list(test.value) if isinstance(test.value, tuple) else test.value
    if field.personal:
        return Finding(test.field, test.op, value, None, held, hidden=True)
    return Finding(test.field, test.op, value, plain(sheet.get(test.field)), held)


def plain(value: Any) -> Any:
    """Gives a value as JSON keeps it: times in ISO 8601, sets in order."""
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, set | frozenset | tuple | list):
        return sorted(str(one) for one in value)
    return value
