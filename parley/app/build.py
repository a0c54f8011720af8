"""Puts the parts together: the runtime of a process and the ASGI application of the web process."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

from litestar import Litestar
from litestar.datastructures import State
from litestar.exceptions import NotFoundException
from litestar.openapi.config import OpenAPIConfig
from litestar.openapi.plugins import JsonRenderPlugin
from litestar.openapi.spec import Components, SecurityScheme

from parley import __version__
from parley.accounts.authentication import SESSION_COOKIE
from parley.app.housekeeping import register_housekeeping
from parley.app.routes.pages import show_missing
from parley.app.settings import Settings
from parley.kit.clock import Clock
from parley.kit.db import Database
from parley.kit.files.links import FileLinks
from parley.kit.files.store import LocalStore
from parley.kit.http.hooks import ROUTES as HOOK_ROUTES
from parley.kit.http.late import EXCEPTION_HANDLERS
from parley.kit.http.limits import Limiter
from parley.kit.http.middleware import measure, secure_headers
from parley.kit.live.bus import Bus
from parley.kit.outbound import OutboundClient, resolve_host
from parley.kit.runtime import Runtime
from parley.kit.secrets import SecretBox, Signer, load_keys
from parley.kit.slices import Slice, permissions_of
from parley.kit.timers import register_timers

BODY_LIMIT = 2 * 1024 * 1024
DEMO_HOST = "demo.parley.internal"


def build_runtime(
    db: Database,
    settings: Settings,
    slices: tuple[Slice, ...],
    *,
    clock: Clock | None = None,
    bus: Bus | None = None,
) -> Runtime:
    """Builds a runtime with every slice registered; nothing is started."""
    keys = read_keys(settings)
    runtime = Runtime(
        db,
        files=LocalStore(settings.data / "files"),
        box=SecretBox(keys),
        http=build_outbound(settings),
        settings=settings,
        clock=clock,
        bus=bus,
    )
    runtime.parts["file_links"] = FileLinks(keys[0])
    runtime.parts["signer"] = Signer(keys)
    runtime.parts["permissions"] = permissions_of(slices)
    runtime.parts["limiter"] = Limiter(rate=50, burst=400)
    register_housekeeping(runtime)
    register_timers(runtime)
    for item in slices:
        if item.register is not None:
            item.register(runtime)
    for item in slices:
        if item.complete is not None:
            item.complete(runtime)
    return runtime


def build_outbound(settings: Settings) -> OutboundClient:
    """Builds the client for calls to the outside. The demo store lives on this machine, under a name of its own."""
    if not settings.demo:
        return OutboundClient(allow=settings.outbound_allow)

    async def resolve(host: str, port: int) -> list[str]:
        return ["127.0.0.1"] if host == DEMO_HOST else await resolve_host(host, port)

    return OutboundClient(allow=(*settings.outbound_allow, DEMO_HOST), resolve=resolve)


def read_keys(settings: Settings) -> list[bytes]:
    """Gives the installation's keys, made at the first start; raises OSError when their file is damaged or open to others."""
    path = settings.data / "secret.key"
    try:
        return load_keys(settings.secret_key or None, path)
    except ValueError as failure:
        raise OSError(f"The key file {path} is damaged ({failure}); restore it from a backup.") from failure


def build_app(
    runtime: Runtime,
    slices: tuple[Slice, ...],
    *,
    extra_routes: tuple[Any, ...] = (),
    lifespan: Callable[[Litestar], Any] | None = None,
) -> Litestar:
    """Builds the ASGI application of the slices and `extra_routes` (pages, health, demo)."""

    @asynccontextmanager
    async def run(_: Litestar) -> AsyncIterator[None]:
        try:
            yield
        finally:
            await runtime.hub.close()

    return Litestar(
        route_handlers=[
            *(handler for item in slices for handler in item.routes),
            *HOOK_ROUTES,
            *extra_routes,
        ],
        exception_handlers={**EXCEPTION_HANDLERS, NotFoundException: show_missing},
        middleware=[measure, secure_headers],
        openapi_config=build_openapi_config(),
        request_max_body_size=BODY_LIMIT,
        state=State({"runtime": runtime, "demo": runtime.parts.get("demo")}),
        lifespan=[lifespan or run],
        debug=False,
        logging_config=None,
    )


def build_openapi_config() -> OpenAPIConfig:
    """Describes the API for /api/openapi.json."""
    return OpenAPIConfig(
        title="Parley",
        version=__version__,
        description="Everything the desk can do. Lists are `{items, next}`; errors are application/problem+json.",
        path="/api",
        render_plugins=[JsonRenderPlugin(path="/openapi.json")],
        security=[{"token": []}, {"session": []}],
        components=Components(
            security_schemes={
                "token": SecurityScheme(type="http", scheme="bearer", description="An API token."),
                "session": SecurityScheme(
                    type="apiKey",
                    security_scheme_in="cookie",
                    name=SESSION_COOKIE,
                    description="The desk's session; writes need the header X-CSRF-Token with the session's token.",
                ),
            }
        ),
    )
