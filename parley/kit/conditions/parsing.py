"""Reading a condition from JSON, with an error that names the place: `if.all.1.value`."""

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any, NoReturn, TypeGuard

from parley.kit.conditions.fields import COMPARISONS, Field, Wants
from parley.kit.conditions.model import AllOf, AnyOf, Condition, Not, Test
from parley.kit.errors import FieldError, Invalid

MAX_DEPTH = 8
MAX_TESTS = 200
MAX_VALUES = 200
MAX_TEXT = 500
MAX_NUMBER = 10**15
MAX_MINUTES = 60 * 24 * 366 * 10
# Patterns that mean the same to Python and to ECMA 262, for the schema says them, too. White space is Unicode's.
FILLED = r"[^\u0009-\u000d\u001c-\u0020\u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000]"
MOMENT = (
    r"^[12][0-9]{3}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])T([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]"
    r"([.][0-9]{1,6})?(Z|[+-]([01][0-9]|2[0-3]):[0-5][0-9])$"
)
_FILLED, _MOMENT = re.compile(FILLED), re.compile(MOMENT)


def parse_condition(raw: Any, fields: Mapping[str, Field], place: str = "if") -> Condition:
    """Reads a condition whose tests may name `fields`; raises Invalid with the place of the first mistake."""
    parsed = _parse(raw, fields, place, 1)
    if _count(parsed) > MAX_TESTS:
        _refuse(place, f"A condition may have at most {MAX_TESTS} tests.")
    return parsed


def _parse(raw: Any, fields: Mapping[str, Field], place: str, depth: int) -> Condition:
    if not isinstance(raw, Mapping):
        _refuse(place, "A condition is an object with all, any, not, or field.")
    if depth > MAX_DEPTH:
        _refuse(place, f"Conditions may lie at most {MAX_DEPTH} deep in one another.")
    for name, kind in (("all", AllOf), ("any", AnyOf)):
        if name in raw:
            _only(raw, {name}, place)
            parts = raw[name]
            if not isinstance(parts, list):
                _refuse(f"{place}.{name}", "Give a list of conditions.")
            return kind(
                tuple(_parse(part, fields, f"{place}.{name}.{n}", depth + 1) for n, part in enumerate(parts))
            )
    if "not" in raw:
        _only(raw, {"not"}, place)
        return Not(_parse(raw["not"], fields, f"{place}.not", depth + 1))
    return _parse_test(raw, fields, place)


def _parse_test(raw: Mapping[str, Any], fields: Mapping[str, Field], place: str) -> Test:
    name, op = raw.get("field"), raw.get("op")
    field = fields.get(name) if isinstance(name, str) else None
    if field is None:
        _refuse(f"{place}.field", f"There is nothing called {name!r} to test here.")
    wants = COMPARISONS[field.kind].get(op) if isinstance(op, str) else None
    if wants is None:
        known = ", ".join(COMPARISONS[field.kind])
        _refuse(f"{place}.op", f"{field.name} cannot be compared by {op!r}; it knows {known}.")
    _only(raw, {"field", "op", "value"}, place)
    return Test(field.name, str(op), _parse_value(raw.get("value"), field, wants, f"{place}.value"))


def _parse_value(value: Any, field: Field, wants: Wants, place: str) -> Any:
    match wants:
        case "texts":
            return _parse_texts(value, field, place)
        case "moment":
            return _parse_moment(value, place)
        case "span":
            return _parse_span(value, place)
        case "nothing" if value is not None:
            _refuse(place, "This comparison takes no value.")
        case "flag" if not isinstance(value, bool):
            _refuse(place, "Give true or false.")
        case "number" | "minutes":
            number = _parse_number(value, place)
            if wants == "minutes" and not 0 <= number <= MAX_MINUTES:
                _refuse(place, f"Give a number of minutes between 0 and {MAX_MINUTES}.")
    return value


def _parse_span(value: Any, place: str) -> tuple[float, float]:
    given = value if isinstance(value, list) else []
    numbers = tuple(_parse_number(one, f"{place}.{n}") for n, one in enumerate(given))
    if len(numbers) != 2:
        _refuse(place, "Give two numbers.")
    return min(numbers), max(numbers)


def _parse_texts(value: Any, field: Field, place: str) -> tuple[str, ...]:
    given = [value] if isinstance(value, str) else value
    if not isinstance(given, list) or not given or len(given) > MAX_VALUES:
        _refuse(place, f"Give between one and {MAX_VALUES} values.")
    for n, one in enumerate(given):
        if not is_filled(one, MAX_TEXT):
            _refuse(f"{place}.{n}", f"A value is a text of at most {MAX_TEXT} characters and not empty.")
        if field.options and one not in field.options:
            _refuse(f"{place}.{n}", f"{one!r} is not something {field.name} can be.")
    return tuple(dict.fromkeys(given))


def _parse_number(value: Any, place: str) -> int | float:
    if not is_number(value, -MAX_NUMBER, MAX_NUMBER):
        _refuse(place, "Give a number.")
    return value


def is_number(value: Any, least: float, most: float) -> TypeGuard[int | float]:
    """Says whether a value is a number within these bounds; true and false are none."""
    return not isinstance(value, bool) and isinstance(value, int | float) and least <= value <= most


def is_filled(value: Any, limit: int) -> TypeGuard[str]:
    """Says whether a value is a text of at most so many characters that shows something and can be stored."""
    return (
        isinstance(value, str) and len(value) <= limit and "\0" not in value and bool(_FILLED.search(value))
    )


def _parse_moment(value: Any, place: str) -> str:
    if not isinstance(value, str) or not _MOMENT.search(value) or not _is_day(value):
        _refuse(place, "Give a time with its zone, such as 2030-01-31T09:00:00Z.")
    return value


def _is_day(value: str) -> bool:
    try:
        datetime.fromisoformat(value)
    except ValueError:
        return False
    return True


def _count(condition: Condition) -> int:
    if isinstance(condition, Test):
        return 1
    if isinstance(condition, Not):
        return _count(condition.part)
    return sum(_count(part) for part in condition.parts)


def _only(raw: Mapping[str, Any], known: set[str], place: str) -> None:
    extra = sorted(str(name) for name in raw if name not in known)
    if extra:
        _refuse(place, f"{extra[0]!r} does not belong here.")


def _refuse(place: str, sentence: str) -> NoReturn:
    raise Invalid("bad_condition", sentence, FieldError(place, sentence))
