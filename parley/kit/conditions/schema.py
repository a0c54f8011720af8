"""The JSON Schema of conditions, made from the fields that are registered.

It says all that the parser says but one thing: how many tests a condition may have altogether.
"""

from collections.abc import Mapping
from typing import Any

from parley.kit.conditions.fields import COMPARISONS, Field, Wants
from parley.kit.conditions.parsing import (
    FILLED,
    MAX_DEPTH,
    MAX_MINUTES,
    MAX_NUMBER,
    MAX_TEXT,
    MAX_VALUES,
    MOMENT,
)

Schema = dict[str, Any]
NUMBER: Schema = {"type": "number", "minimum": -MAX_NUMBER, "maximum": MAX_NUMBER}
# A moment is refused, too, when there is no such day: asserted by `format` where a validator does that.
AT: Schema = {"type": "string", "pattern": MOMENT, "format": "date-time"}


def build_condition_schema(fields: Mapping[str, Field], name: str = "condition") -> dict[str, Schema]:
    """Gives the definitions (JSON Schema 2020-12) of conditions over these fields; `#/$defs/{name}` is a condition.

    Each depth of nesting is a definition of its own, so that the deepest allowed is said as well.
    """
    sections = sorted({field.section for field in fields.values()})
    tests = {
        f"tests.{section}": {
            "anyOf": [
                _build_test(field, op, wants)
                for field in fields.values()
                if field.section == section
                for op, wants in COMPARISONS[field.kind].items()
            ]
        }
        for section in sections
    }
    levels = [name, *(f"{name}.{depth}" for depth in range(2, MAX_DEPTH + 1))]
    inner = [*levels[1:], None]
    nested = {level: _build_level(sections, below) for level, below in zip(levels, inner, strict=True)}
    return {**nested, **tests}


def build_text(limit: int) -> Schema:
    """Describes a text of at most so many characters that shows something."""
    return {"type": "string", "maxLength": limit, "pattern": FILLED, "not": {"pattern": r"\u0000"}}


def build_object(properties: dict[str, Schema], required: list[str] | None = None) -> Schema:
    """Describes an object with these properties and no others; without a list all are required."""
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties) if required is None else required,
        "additionalProperties": False,
    }


def _build_level(sections: list[str], below: str | None) -> Schema:
    again: Schema | None = None if below is None else {"$ref": f"#/$defs/{below}"}
    parts: Schema = {"type": "array", "maxItems": 0} if again is None else {"type": "array", "items": again}
    nested = [build_object({"all": parts}), build_object({"any": parts})]
    if again is not None:
        nested.append(build_object({"not": again}))
    return {"anyOf": [*nested, *({"$ref": f"#/$defs/tests.{section}"} for section in sections)]}


def _build_test(field: Field, op: str, wants: Wants) -> Schema:
    properties: dict[str, Schema] = {"field": {"const": field.name}, "op": {"const": op}}
    if wants == "nothing":
        return build_object({**properties, "value": {"type": "null"}}, ["field", "op"])
    return build_object({**properties, "value": _build_value(field, wants)})


def _build_value(field: Field, wants: Wants) -> Schema:
    text = {"enum": list(field.options)} if field.options else build_text(MAX_TEXT)
    values: dict[Wants, Schema] = {
        "texts": {"anyOf": [text, {"type": "array", "items": text, "minItems": 1, "maxItems": MAX_VALUES}]},
        "number": NUMBER,
        "span": {"type": "array", "items": NUMBER, "minItems": 2, "maxItems": 2},
        "flag": {"type": "boolean"},
        "moment": AT,
        "minutes": {"type": "number", "minimum": 0, "maximum": MAX_MINUTES},
        "nothing": {},
    }
    return values[wants]
