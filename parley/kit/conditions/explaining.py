"""Why a condition held: the tests that decided it, with the values they met."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import msgspec

from parley.kit.conditions.compiling import compile_condition, compile_test
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


def explain(condition: Condition, fields: Mapping[str, Field], sheet: Sheet) -> list[Finding]:
    """Gives the tests that made the condition what it is on this sheet: all that had to hold, the first of any.

    Of a condition that does not hold it gives the tests that stood in its way.
    """
    held = compile_condition(condition, fields)(sheet)
    return _explain(condition, fields, sheet, held)


def _explain(condition: Condition, fields: Mapping[str, Field], sheet: Sheet, held: bool) -> list[Finding]:
    if isinstance(condition, Test):
        return [_finding(condition, fields[condition.field], sheet)]
    if isinstance(condition, Not):
        return _explain(condition.part, fields, sheet, not held)
    verdicts = [(part, compile_condition(part, fields)(sheet)) for part in condition.parts]
    deciding = [part for part, verdict in verdicts if verdict is held]
    if isinstance(condition, AllOf) is not held:
        # One part was enough: the first that holds of any, the first that fails of all.
        deciding = deciding[:1]
    return [finding for part in deciding for finding in _explain(part, fields, sheet, held)]


def _finding(test: Test, field: Field, sheet: Sheet) -> Finding:
    held = compile_test(test, field)(sheet)
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
