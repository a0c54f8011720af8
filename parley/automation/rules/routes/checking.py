"""The static check of rules over HTTP."""

from typing import Any
from uuid import UUID

import msgspec

from parley.automation.rules.checking import Checked, check_rules
from parley.automation.rules.model import Rule, parse_rule
from parley.automation.rules.queries import list_rules
from parley.kit.conditions.catalogue import Catalogue
from parley.kit.ctx import Ctx
from parley.kit.errors import Invalid
from parley.kit.http.access import needs
from parley.kit.http.routes import route
from parley.kit.runtime import Runtime

READ = needs("automation:read")
NEW = UUID(int=0)


class CheckBody(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """A rule as it would be saved and switched on; without one the whole set is looked at."""

    rule: dict[str, Any] | None = None
    id: UUID | None = None
    name: str = ""


@route("POST", "/api/v1/rules/check", READ, status=200)
async def check_rules_route(data: CheckBody, ctx: Ctx, runtime: Runtime) -> Checked:
    """Finds loops, rules that never come to act, contradictions, double answers and money without a limit."""
    rules = await _list_standing(ctx, runtime.catalogue, without=data.id)
    if data.rule is None:
        return check_rules([rule for _, rule in rules], runtime.catalogue)
    focus = data.id or NEW
    rows = {row["id"]: row["position"] for row in await list_rules(ctx)}
    tried = parse_rule(data.rule, runtime.catalogue, focus, 0, data.name or "This rule")
    place = rows.get(focus, max(rows.values(), default=0) + 1)
    ordered = sorted([*rules, (place, tried)], key=lambda pair: (pair[0], pair[1].id))
    return check_rules([rule for _, rule in ordered], runtime.catalogue, focus)


async def _list_standing(ctx: Ctx, catalogue: Catalogue, without: UUID | None) -> list[tuple[int, Rule]]:
    found: list[tuple[int, Rule]] = []
    for row in await list_rules(ctx):
        if not row["enabled"] or row["id"] == without:
            continue
        try:
            rule = parse_rule(row["rule"], catalogue, row["id"], row["version"], row["name"])
        except Invalid:
            continue
        found.append((row["position"], rule))
    return found


ROUTES = (check_rules_route,)
