"""Rules over HTTP."""

from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from parley.automation.rules.queries import get_rule, list_rules
from parley.automation.rules.saving import create_rule
from parley.kit.ctx import Ctx
from parley.kit.http.access import needs
from parley.kit.http.paging import Page, cut_page
from parley.kit.http.routes import route
from parley.kit.runtime import Runtime

RULES = "/api/v1/rules"
READ, WRITE = needs("automation:read"), needs("automation:write")


class RuleBody(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """A rule: its name and its body as `/api/schemas/rule.json` describes it."""

    name: str
    rule: dict[str, Any]
    enabled: bool = False


class RuleView(msgspec.Struct, kw_only=True):
    """A rule in its newest version; `matched` counts how often it held within the last 30 days."""

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


@route("GET", RULES, READ)
async def get_rules(ctx: Ctx, limit: int = 200, after: str | None = None) -> Page[RuleView]:
    """Lists the rules in the order in which they are asked."""
    rows = [msgspec.convert(row, RuleView) for row in await list_rules(ctx)]
    return cut_page(rows, lambda rule: f"{rule.position:09d}", limit, after)


@route("POST", RULES, WRITE)
async def post_rule(data: RuleBody, ctx: Ctx, runtime: Runtime) -> RuleView:
    """Stores a new rule at the end of the order."""
    rule_id = await create_rule(ctx, runtime.catalogue, data.name, data.rule, enabled=data.enabled)
    return msgspec.convert(await get_rule(ctx, rule_id), RuleView)


ROUTES = (get_rules, post_rule)
