"""The JSON Schema of conditions, made from the fields that are registered."""

from collections.abc import Mapping
from typing import Any

from parley.kit.conditions.fields import COMPARISONS, Field, Wants
from parley.kit.conditions.parsing import MAX_TEXT, MAX_VALUES

_NUMBER: dict[str, Any] = {"type": "number"}


def build_condition_schema(fields: Mapping[str, Field]) -> dict[str, Any]:
    """Gives the definition of a condition (JSON Schema 2020-12); it refers to itself as `#/$defs/condition`."""
    again = {"$ref": "#/$defs/condition"}
    tests = [
        _build_test(field, op, wants)
        for field in fields.values()
        for op, wants in COMPARISONS[field.kind].items()
    ]
    return {
        "oneOf": [
            _build_object({"all": {"type": "array", "items": again}}),
            _build_object({"any": {"type": "array", "items": again}}),
            _build_object({"not": again}),
            *tests,
        ]
    }


def _build_object(properties: dict[str, Any]) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": properties,
        "required": list(properties),
        "additionalProperties": False,
    }


def _build_test(field: Field, op: str, wants: Wants) -> dict[str, Any]:
    properties: dict[str, Any] = {"field": {"const": field.name}, "op": {"const": op}}
    if wants != "nothing":
        properties["value"] = _build_value(field, wants)
    return _build_object(properties)


def _build_value(field: Field, wants: Wants) -> dict[str, Any]:
    text: dict[str, Any] = {"type": "string", "minLength": 1, "maxLength": MAX_TEXT}
    if field.options:
        text = {"enum": list(field.options)}
    values: dict[Wants, dict[str, Any]] = {
        "texts": {"anyOf": [text, {"type": "array", "items": text, "minItems": 1, "maxItems": MAX_VALUES}]},
        "number": _NUMBER,
        "span": {"type": "array", "items": _NUMBER, "minItems": 2, "maxItems": 2},
        "flag": {"type": "boolean"},
        "moment": {"type": "string", "format": "date-time"},
        "minutes": {"type": "number", "minimum": 0},
        "nothing": {},
    }
    return values[wants]
