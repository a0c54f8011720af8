"""What an editor of rules works with: the published schema, the vocabulary, live counts and trials."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import msgspec
from litestar import Response

from parley.automation.rules.counting import Counted, Tried, count_condition, try_rule
from parley.automation.rules.model import ANCHORS, MAX_ACTS, MAX_TEXT, MAX_WAIT, parse_rule
from parley.automation.rules.schema import build_rule_schema
from parley.kit.conditions.catalogue import ActForm, Catalogue, Param
from parley.kit.conditions.fields import COMPARISONS, Field
from parley.kit.conditions.model import ALWAYS
from parley.kit.conditions.parsing import MAX_DEPTH, MAX_TESTS, MAX_VALUES, parse_condition
from parley.kit.ctx import Ctx
from parley.kit.errors import FieldError, Invalid
from parley.kit.http.access import PUBLIC, needs
from parley.kit.http.routes import route
from parley.kit.ids import uuid7
from parley.kit.runtime import Runtime

READ = needs("automation:read")


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
    """An act; `speech` says who hears of it, `money` that an amount may move, `lasting` that it cannot be undone.

    Of the arguments in `either` exactly one must be given.
    """

    name: str
    params: list[ParamWord]
    writes: Sequence[str]
    needs: Sequence[str]
    either: Sequence[str]
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


class CountBody(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """An event and a condition, as they stand in a rule."""

    event: str
    condition: dict[str, Any] | None = msgspec.field(name="if", default=None)


class TryBody(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """A rule's body, saved or not, and the conversation to try it on."""

    rule: dict[str, Any]
    conversation_id: UUID


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
        either=form.either,
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


@route("GET", "/api/v1/rules/vocabulary", READ)
async def get_vocabulary(runtime: Runtime) -> Vocabulary:
    """Lists events, fields and acts, for an editor of rules."""
    return describe_vocabulary(runtime.catalogue)


@route("POST", "/api/v1/rules/count", READ, status=200)
async def post_rule_count(data: CountBody, ctx: Ctx, runtime: Runtime) -> Counted:
    """Counts the conversations of the last 30 days that a condition would have matched, over the newest events."""
    catalogue = runtime.catalogue
    event = catalogue.events.get(data.event)
    if event is None:
        sentence = f"There is no event {data.event!r}."
        raise Invalid("bad_rule", sentence, FieldError("event", sentence))
    fields = {field.name: field for field in catalogue.fields_for(event.name)}
    condition = ALWAYS if data.condition is None else parse_condition(data.condition, fields)
    return await count_condition(ctx, catalogue, event, condition)


@route("POST", "/api/v1/rules/try", READ, status=200)
async def post_rule_try(data: TryBody, ctx: Ctx, runtime: Runtime) -> Tried:
    """Says whether a rule would hold on the newest event of a conversation, and why; nothing is done."""
    rule = parse_rule(data.rule, runtime.catalogue, uuid7(), 0, "")
    return await try_rule(ctx, runtime.catalogue, rule, data.conversation_id)


ROUTES: tuple[Any, ...] = (get_rule_schema, get_vocabulary, post_rule_count, post_rule_try)
