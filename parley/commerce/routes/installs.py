"""Connecting a store by OAuth: an admin goes to the store, agrees there, and comes back with a code."""

from typing import Any

import msgspec
import structlog
from litestar import Request, Response
from litestar.response import Redirect

from parley.commerce.installing import CALLBACK, Install, begin_install, finish_install, take_install
from parley.commerce.schemas import InstallBody
from parley.kit.ctx import Ctx
from parley.kit.errors import Invalid, NotFound
from parley.kit.failures import Misconfigured, Refused, Retry
from parley.kit.http.access import Principal, needs
from parley.kit.http.routes import route
from parley.kit.runtime import Runtime

WRITE = needs("stores:write")
STORES = "/settings/stores"
AnyRequest = Request[Any, Any, Any]
log = structlog.get_logger("install")


class InstallAddress(msgspec.Struct):
    """Where a person agrees; open it in the same browser."""

    url: str


@route("POST", "/api/v1/stores/oauth", WRITE, status=200)
async def start_install(ctx: Ctx, me: Principal, runtime: Runtime, data: InstallBody) -> InstallAddress:
    """Gives the address at which a person lets Parley into a store; nothing is connected yet."""
    wanted = Install(
        plugin=data.plugin,
        name=data.name,
        brand_id=data.brand_id,
        store_id=data.store_id,
        settings=data.settings,
    )
    return InstallAddress(await begin_install(ctx, runtime, me.agent_id, wanted))


@route("GET", CALLBACK, WRITE, in_schema=False, media_type="text/html", transaction=False)
async def end_install(me: Principal, runtime: Runtime, request: AnyRequest) -> Response[Any]:
    """Takes the store's answer, which the browser brings, connects the store and goes on to its page.

    What went wrong is a word in the address, for which the desk has the sentence.
    """
    query = dict(request.query_params)
    async with runtime.ctx(me.workspace_id, me.actor) as ctx:
        begun = await take_install(ctx, runtime, me.agent_id, query.get("state", ""))
    if begun is None:
        return _refuse("state")
    if "error" in query:
        return _refuse("declined")
    try:
        store_id = await finish_install(runtime, me.workspace_id, me.actor, begun, query)
    except Refused as failure:
        return _refuse("not_genuine", failure.reason)
    except Misconfigured as failure:
        return _refuse("settings", failure.reason)
    except Retry as failure:
        return _refuse("unreachable", failure.reason)
    except Invalid as failure:
        return _refuse("unreachable" if failure.code == "store_unreachable" else "settings", failure.detail)
    except NotFound:
        return _refuse("gone")
    return Redirect(f"{STORES}/{store_id}?connected=yes", status_code=303)


def _refuse(code: str, reason: str = "") -> Redirect:
    log.warning("a store was not connected", code=code, reason=reason)
    return Redirect(f"{STORES}?refused={code}", status_code=303)


ROUTES = (start_install, end_install)
