"""What an editor of rules works with: the published schema and the vocabulary."""

from collections.abc import Sequence
from typing import Any

import msgspec
from litestar import Response

from parley.automation.rules.model import ANCHORS, MAX_ACTS, MAX_TEXT, MAX_WAIT
from parley.automation.rules.schema import build_rule_schema
from parley.kit.conditions.catalogue import ActForm, Catalogue, Param
from parley.kit.conditions.fields import COMPARISONS, Field
from parley.kit.conditions.parsing import MAX_DEPTH, MAX_TESTS, MAX_VALUES
from parley.kit.http.access import PUBLIC, needs
from parley.kit.http.routes import route
from parley.kit.runtime import Runtime


class FieldWord(msgspec.Struct, kw_only=True):
    """A field that can be tested; `ops` maps each comparison to what its value has to be."""

    name: str
    kind: str
    ops: dict[str, str]
    options: Sequence[str]
    source: str | None
    unit: str | None
    personal: bool


class EventWord(msgspec.Struct, kw_only=True):
    """When a rule can be asked, and the names of the fields it can test then; `waits` asks for a time."""

    name: str
    waits: bool
    fields: list[str]


class ParamWord(msgspec.Struct, kw_only=True):
    """An argument of an act; `source` names the list to choose from."""

    name: str
    kind: str
    required: bool
    options: Sequence[str]
    source: str | None


class ActWord(msgspec.Struct, kw_only=True):
    """An act; `speech` says who hears of it, `money` that an amount may move, `lasting` that it cannot be undone."""

    name: str
    params: list[ParamWord]
    writes: Sequence[str]
    needs: Sequence[str]
    speech: str
    money: bool
    lasting: bool


class Vocabulary(msgspec.Struct, kw_only=True):
    """All that a rule may say in this installation, with the limits."""

    events: list[EventWord]
    fields: list[FieldWord]
    acts: list[ActWord]
    anchors: Sequence[str]
    limits: dict[str, int]


LIMITS = {
    "acts": MAX_ACTS,
    "tests": MAX_TESTS,
    "depth": MAX_DEPTH,
    "values": MAX_VALUES,
    "text": MAX_TEXT,
    "wait_minutes": MAX_WAIT,
}


def describe_vocabulary(catalogue: Catalogue) -> Vocabulary:
    """Gives the catalogue as an editor shows it."""
    return Vocabulary(
        events=[
            EventWord(name=one.name, waits=one.waits, fields=[f.name for f in catalogue.fields_for(one.name)])
            for one in catalogue.events.values()
        ],
        fields=[_describe_field(field) for field in catalogue.fields.values()],
        acts=[_describe_act(form) for form in catalogue.acts.values()],
        anchors=ANCHORS,
        limits=LIMITS,
    )


def _describe_field(field: Field) -> FieldWord:
    return FieldWord(
        name=field.name,
        kind=field.kind,
        ops={name: str(wants) for name, wants in COMPARISONS[field.kind].items()},
        options=field.options,
        source=field.source,
        unit=field.unit,
        personal=field.personal,
    )


def _describe_act(form: ActForm) -> ActWord:
    return ActWord(
        name=form.name,
        params=[_describe_param(param) for param in form.params],
        writes=form.writes,
        needs=form.needs,
        speech=form.speech,
        money=form.money,
        lasting=form.lasting,
    )


def _describe_param(param: Param) -> ParamWord:
    return ParamWord(
        name=param.name,
        kind=param.kind,
        required=param.required,
        options=param.options,
        source=param.source,
    )


@route("GET", "/api/schemas/rule.json", PUBLIC, in_schema=False)
async def get_rule_schema(runtime: Runtime) -> Response[bytes]:
    """Describes a rule, for editors and for programs that write one."""
    headers = {"Cache-Control": "public, max-age=3600", "Access-Control-Allow-Origin": "*"}
    body = runtime.parts.get("rule_schema")
    if body is None:
        # Every slice has registered before the first request, so that it stays as it is.
        body = runtime.parts["rule_schema"] = msgspec.json.encode(build_rule_schema(runtime.catalogue))
    return Response(body, media_type="application/schema+json", headers=headers)


@route("GET", "/api/v1/rules/vocabulary", needs("automation:read"))
async def get_vocabulary(runtime: Runtime) -> Vocabulary:
    """Lists events, fields and acts, for an editor of rules."""
    return describe_vocabulary(runtime.catalogue)


ROUTES: tuple[Any, ...] = (get_rule_schema, get_vocabulary)
