"""How the deciders are set."""

from typing import Any

import msgspec

from parley.automation.decisions import ROUTES as DECISION_ROUTES
from parley.kit.ctx import Ctx
from parley.kit.decisions.executor import load_config, save_config
from parley.kit.errors import FieldError, Invalid, NotFound
from parley.kit.http.access import needs
from parley.kit.http.paging import Page, cut_page
from parley.kit.http.routes import route
from parley.kit.runtime import Runtime


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
    if decider.check is not None:
        try:
            decider.check({**decider.defaults, **data.values})
        except msgspec.ValidationError as mistake:
            said = f"{mistake}."
            raise Invalid("bad_setting", said, FieldError("values", said)) from mistake
    config = await save_config(ctx, decider, enabled=data.enabled, values=data.values)
    return DeciderView(name=name, version=config.version, enabled=config.enabled, values=config.values)


ROUTES = (*DECISION_ROUTES, list_deciders, set_decider)
