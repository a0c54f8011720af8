"""What a rule may say, for programs that write one: JSON Schema 2020-12, made from the catalogue."""

from typing import Any

from parley.automation.rules.model import (
    ANCHORS,
    MAX_ACTS,
    MAX_CHOICE,
    MAX_CHOICES,
    MAX_TEXT,
    MAX_WAIT,
)
from parley.kit.conditions.catalogue import ActForm, Catalogue, Event, Param
from parley.kit.conditions.parsing import MAX_MINUTES, MAX_NUMBER, MAX_TESTS
from parley.kit.conditions.schema import Schema, build_condition_schema, build_object, build_text

DESCRIPTION = (
    "A rule: when something happens, if a condition holds, then acts. "
    f"A condition has at most {MAX_TESTS} tests altogether. "
    "Tags, teams, agents and the like are named by their ids and must exist in the workspace."
)
_NULL: Schema = {"type": "null"}


def build_rule_schema(catalogue: Catalogue) -> dict[str, Any]:
    """Describes every rule of this installation: events with the fields that can be tested then, and the acts."""
    groups: dict[tuple[str, ...], str] = {}
    for event in catalogue.events.values():
        groups.setdefault(_sections(event, catalogue), f"if.{event.name}")
    defs: dict[str, Schema] = {}
    for sections, name in groups.items():
        fields = {field.name: field for one in sections for field in catalogue.sections[one].fields}
        defs |= build_condition_schema(fields, name)
    for form in catalogue.acts.values():
        defs[f"act.{form.name}"] = _describe_act(form)
    defs["then"] = {
        "type": "array",
        "minItems": 1,
        "maxItems": MAX_ACTS,
        "items": {"anyOf": [{"$ref": f"#/$defs/act.{name}"} for name in catalogue.acts]},
    }
    defs["wait"] = _describe_wait()
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Rule",
        "description": DESCRIPTION,
        "oneOf": [
            _describe_event(event, groups[_sections(event, catalogue)]) for event in catalogue.events.values()
        ],
        "$defs": defs,
    }


def _sections(event: Event, catalogue: Catalogue) -> tuple[str, ...]:
    return tuple(sorted(name for name in event.sections if name in catalogue.sections))


def _describe_event(event: Event, condition: str) -> Schema:
    wait = {"$ref": "#/$defs/wait"} if event.waits else _NULL
    properties: dict[str, Schema] = {
        "when": {"const": event.name},
        "if": {"anyOf": [{"$ref": f"#/$defs/{condition}"}, _NULL]},
        "then": {"$ref": "#/$defs/then"},
        "stop": {"type": "boolean", "default": False},
        "wait": wait,
    }
    return build_object(properties, ["when", "then", *(["wait"] if event.waits else [])])


def _describe_wait() -> Schema:
    properties: dict[str, Schema] = {
        "anchor": {"enum": list(ANCHORS)},
        "minutes": {"type": "integer", "minimum": 1, "maximum": MAX_WAIT},
        "hours": {"anyOf": [build_text(MAX_CHOICE), _NULL]},
    }
    return build_object(properties, ["anchor", "minutes"])


def _describe_act(form: ActForm) -> Schema:
    properties: dict[str, Schema] = {"act": {"const": form.name}}
    for param in form.params:
        one = _describe_param(param)
        properties[param.name] = one if param.required else {"anyOf": [one, _NULL]}
    described = build_object(properties, ["act", *(param.name for param in form.params if param.required)])
    if form.either:
        given = {"not": _NULL}
        described["oneOf"] = [{"required": [name], "properties": {name: given}} for name in form.either]
    return described


def _describe_param(param: Param) -> Schema:
    match param.kind:
        case "flag":
            return {"type": "boolean"}
        case "number" | "minutes":
            most = MAX_MINUTES if param.kind == "minutes" else MAX_NUMBER
            return {"type": "number", "minimum": 0, "maximum": most}
        case "choices":
            return {
                "type": "array",
                "items": _describe_choice(param),
                "minItems": 1,
                "maxItems": MAX_CHOICES,
            }
        case "choice" | "macro":
            return _describe_choice(param)
        case _:
            return build_text(MAX_TEXT)


def _describe_choice(param: Param) -> Schema:
    return {"enum": list(param.options)} if param.options else build_text(MAX_CHOICE)
