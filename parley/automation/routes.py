"""Why something happened, and how the deciders are set."""

from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from parley.kit.ctx import Ctx
from parley.kit.decisions.executor import load_config, save_config
from parley.kit.errors import FieldError, Invalid, NotFound
from parley.kit.http.access import needs
from parley.kit.http.paging import Page, cut_page
from parley.kit.http.routes import route
from parley.kit.runtime import Runtime


class DecisionView(msgspec.Struct, kw_only=True):
    """A decision with its reasons, the facts it used and what it did."""

    id: UUID
    decider: str
    version: int
    fact_id: UUID
    conversation_id: UUID | None
    at: datetime
    reasons: list[Any]
    facts: dict[str, Any]
    acts: list[Any]
    undone_at: datetime | None


class DeciderView(msgspec.Struct, kw_only=True):
    """A decider and its configuration."""

    name: str
    version: int
    enabled: bool
    values: dict[str, Any]


class DeciderBody(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """A new configuration; values are merged into the defaults."""

    enabled: bool = True
    values: dict[str, Any] = {}


@route("GET", "/api/v1/decisions/{decision_id:uuid}", needs("automation:read"))
async def get_decision(ctx: Ctx, decision_id: UUID) -> DecisionView:
    """Says why something was done."""
    row = await ctx.tx.fetchrow(
        """SELECT id, decider, version, fact_id, conversation_id, at, reasons, facts, acts, undone_at FROM decisions
           WHERE workspace_id = $1 AND id = $2""",
        ctx.workspace_id,
        decision_id,
    )
    if row is None:
        raise NotFound("decision")
    return DecisionView(**row)


@route("GET", "/api/v1/deciders", needs("automation:read"))
async def list_deciders(
    ctx: Ctx, runtime: Runtime, limit: int = 200, after: str | None = None
) -> Page[DeciderView]:
    """Lists the deciders and how they are set."""
    found = []
    for decider in runtime.decisions.deciders.values():
        config = await load_config(ctx, decider)
        found.append(
            DeciderView(
                name=decider.name, version=config.version, enabled=config.enabled, values=config.values
            )
        )
    return cut_page(found, lambda decider: decider.name, limit, after)


@route("PUT", "/api/v1/deciders/{name:str}", needs("automation:write"))
async def set_decider(ctx: Ctx, runtime: Runtime, name: str, data: DeciderBody) -> DeciderView:
    """Stores a new version of a decider's configuration."""
    decider = runtime.decisions.deciders.get(name)
    if decider is None:
        raise NotFound("decider")
    for key, value in data.values.items():
        if key not in decider.defaults or not isinstance(value, type(decider.defaults[key])):
            raise Invalid(
                "bad_setting",
                f"{key} is not a setting of {name}, or not of the right kind.",
                FieldError(key, "wrong"),
            )
    config = await save_config(ctx, decider, enabled=data.enabled, values=data.values)
    return DeciderView(name=name, version=config.version, enabled=config.enabled, values=config.values)


ROUTES = (get_decision, list_deciders, set_decider)
