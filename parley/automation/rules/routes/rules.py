"""Rules over HTTP."""

from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from msgspec import UNSET, UnsetType

from parley.automation.rules.model import find_fault
from parley.automation.rules.queries import get_rule, list_rules, list_versions
from parley.automation.rules.saving import (
    Changes,
    archive_rule,
    change_rule,
    create_rule,
    duplicate_rule,
    order_rules,
    restore_rule,
)
from parley.automation.rules.templates import (
    WORDS,
    TemplateView,
    fill_template,
    find_template,
    list_templates,
    name_of,
)
from parley.kit.ctx import Ctx
from parley.kit.errors import FieldError, Invalid
from parley.kit.http.access import needs
from parley.kit.http.paging import Page, check_limit, cut_page, decode_cursor, encode_cursor
from parley.kit.http.routes import AnyRequest, route
from parley.kit.runtime import Runtime

RULES = "/api/v1/rules"
RULE = f"{RULES}/{{rule_id:uuid}}"
READ, WRITE = needs("automation:read"), needs("automation:write")


class RuleBody(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """A rule: its name and its body as `/api/schemas/rule.json` describes it.

    Or a template with what was chosen for its places; its name and texts are then in `language`.
    """

    name: str | None = None
    rule: dict[str, Any] | None = None
    enabled: bool = False
    template: str | None = None
    choices: dict[str, Any] = {}
    language: str | None = None


class RulePatch(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """What is changed about a rule; with `version`, the one that was seen, nobody's saving is written over."""

    name: str | UnsetType = UNSET
    rule: dict[str, Any] | UnsetType = UNSET
    enabled: bool | UnsetType = UNSET
    version: int | UnsetType = UNSET


class OrderBody(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """All rules in the order in which they shall be asked."""

    rule_ids: list[UUID]


class RestoreBody(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """The version to come back to, and the one that was seen."""

    version: int
    seen: int | None = None


class CopyBody(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """The name of the copy; without one it is that of the rule with a number."""

    name: str | None = None


class RuleView(msgspec.Struct, kw_only=True):
    """A rule in its newest version; `matched` counts how often it held within the last 30 days.

    `fault` says why it is not asked although it is switched on: it names what this installation does not know any more.
    """

    id: UUID
    position: int
    name: str
    enabled: bool
    version: int
    rule: dict[str, Any]
    template: str | None
    matched: int
    created_at: datetime
    updated_at: datetime
    fault: str | None = None


class RuleVersion(msgspec.Struct, kw_only=True):
    """A rule as it was saved once."""

    version: int
    name: str
    rule: dict[str, Any]
    saved_by: UUID | None
    at: datetime


class RuleDetail(RuleView, kw_only=True):
    """A rule with its newest hundred versions, the newest first."""

    versions: list[RuleVersion]


@route("GET", RULES, READ)
async def get_rules(ctx: Ctx, runtime: Runtime, limit: int = 200, after: str | None = None) -> Page[RuleView]:
    """Lists the rules in the order in which they are asked."""
    size = check_limit(limit)
    start = decode_cursor(after, int, UUID) if after else None
    found = await list_rules(ctx, after=start and (start[0], start[1]), limit=size + 1)
    rows = [_describe(row, runtime) for row in found[:size]]
    return Page(rows, encode_cursor(rows[-1].position, rows[-1].id) if len(found) > size else None)


@route("POST", RULES, WRITE)
async def post_rule(data: RuleBody, ctx: Ctx, runtime: Runtime) -> RuleView:
    """Stores a new rule at the end of the order, as it is given or made of a template."""
    name, body = data.name, data.rule
    if data.template is not None:
        template = find_template(data.template, runtime.catalogue)
        language = WORDS.negotiate(data.language)
        name = name or name_of(template, language)
        if body is None:
            body = await fill_template(ctx, template, data.choices, language)
    if name is None or body is None:
        missing = "name" if name is None else "rule"
        sentence = "Give a name and a rule, or a template."
        raise Invalid("bad_rule", sentence, FieldError(missing, sentence))
    rule_id = await create_rule(
        ctx, runtime.catalogue, name, body, enabled=data.enabled, template=data.template
    )
    return await _view(ctx, runtime, rule_id)


@route("GET", f"{RULES}/templates", READ)
async def get_templates(
    request: AnyRequest,
    runtime: Runtime,
    language: str | None = None,
    limit: int = 200,
    after: str | None = None,
) -> Page[TemplateView]:
    """Lists rules to begin with, in the language asked for or that of the browser."""
    chosen = WORDS.negotiate(language or request.headers.get("accept-language"))
    found = list_templates(runtime.catalogue, chosen)
    return cut_page(found, lambda template: template.key, limit, after)


@route("GET", RULE, READ)
async def get_one_rule(rule_id: UUID, ctx: Ctx, runtime: Runtime) -> RuleDetail:
    """Gives a rule with its versions."""
    row = await get_rule(ctx, rule_id)
    fault = find_fault(row["rule"], runtime.catalogue)
    return msgspec.convert({**row, "fault": fault, "versions": await list_versions(ctx, rule_id)}, RuleDetail)


@route("PATCH", RULE, WRITE)
async def patch_rule(rule_id: UUID, data: RulePatch, ctx: Ctx, runtime: Runtime) -> RuleView:
    """Changes a rule: another name or body is a new version; says 409 when somebody has saved it in the meantime."""
    changes = Changes(
        _or_none(data.name), _or_none(data.rule), _or_none(data.enabled), _or_none(data.version)
    )
    await change_rule(ctx, runtime.catalogue, rule_id, changes)
    return await _view(ctx, runtime, rule_id)


@route("DELETE", RULE, WRITE)
async def delete_rule(rule_id: UUID, ctx: Ctx) -> None:
    """Takes a rule out of use; what it did stays explained."""
    await archive_rule(ctx, rule_id)


@route("POST", f"{RULES}/order", WRITE, status=204)
async def post_rule_order(data: OrderBody, ctx: Ctx) -> None:
    """Puts all rules into an order."""
    await order_rules(ctx, data.rule_ids)


@route("POST", f"{RULE}/restore", WRITE)
async def post_rule_restore(rule_id: UUID, data: RestoreBody, ctx: Ctx, runtime: Runtime) -> RuleView:
    """Makes an older version of a rule the newest again."""
    await restore_rule(ctx, runtime.catalogue, rule_id, data.version, seen=data.seen)
    return await _view(ctx, runtime, rule_id)


@route("POST", f"{RULE}/duplicate", WRITE)
async def post_rule_duplicate(rule_id: UUID, data: CopyBody, ctx: Ctx, runtime: Runtime) -> RuleView:
    """Stores a copy of a rule, switched off, at the end of the order."""
    return await _view(ctx, runtime, await duplicate_rule(ctx, runtime.catalogue, rule_id, data.name))


async def _view(ctx: Ctx, runtime: Runtime, rule_id: UUID) -> RuleView:
    return _describe(await get_rule(ctx, rule_id), runtime)


def _describe(row: dict[str, Any], runtime: Runtime) -> RuleView:
    return msgspec.convert({**row, "fault": find_fault(row["rule"], runtime.catalogue)}, RuleView)


def _or_none(value: Any) -> Any:
    return None if value is UNSET else value


ROUTES = (
    get_rules,
    post_rule,
    get_templates,
    get_one_rule,
    patch_rule,
    delete_rule,
    post_rule_order,
    post_rule_restore,
    post_rule_duplicate,
)
