"""A small application for tests: the real slices on the test's database, and callers that are signed in."""

import ssl
from typing import Any, cast
from uuid import UUID

import httpx
import msgspec
from litestar import Litestar
from litestar.datastructures import State

from parley.accounts.actions.agents import create_agent
from parley.accounts.actions.sessions import start_session
from parley.accounts.actions.tokens import issue_api_token
from parley.accounts.actions.workspaces import create_workspace
from parley.accounts.credentials import csrf_of
from parley.accounts.rights import known_permissions
from parley.app.settings import Settings
from parley.kit.clock import Clock
from parley.kit.db import Database
from parley.kit.files.links import FileLinks
from parley.kit.http.hooks import ROUTES as HOOK_ROUTES
from parley.kit.http.late import EXCEPTION_HANDLERS
from parley.kit.http.limits import Limiter
from parley.kit.http.middleware import measure, secure_headers
from parley.kit.ids import uuid7
from parley.kit.live.bus import Bus
from parley.kit.log.fact import Actor
from parley.kit.outbound import OutboundClient
from parley.kit.runtime import Runtime
from parley.kit.secrets import SecretBox, Signer, make_key
from parley.kit.slices import Slice, permissions_of

ORIGIN = "http://desk.test"


async def resolve_nothing(host: str, port: int) -> list[str]:
    """Finds no address for any host: tests call nobody unless they bring a client of their own."""
    raise OSError(f"{host}:{port} is not known in tests")


def build_test_runtime(
    db: Database,
    clock: Clock,
    slices: tuple[Slice, ...],
    *,
    http: Any = None,
    bus: Bus | None = None,
    files: Any = None,
    **settings: Any,
) -> Runtime:
    """Builds a runtime with every slice registered, on the test's database and clock."""
    runtime = Runtime(
        db,
        files=files,
        box=SecretBox([make_key()]),
        http=http or OutboundClient(resolve=resolve_nothing, tls=ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)),
        settings=Settings(**{"public_url": ORIGIN, **settings}),
        clock=clock,
        bus=bus,
    )
    runtime.parts["permissions"] = permissions_of(slices)
    runtime.parts["limiter"] = Limiter(rate=50, burst=1000)
    runtime.parts["file_links"] = FileLinks(b"key of the tests")
    runtime.parts["signer"] = Signer([make_key()])
    for item in slices:
        if item.register is not None:
            item.register(runtime)
    for item in slices:
        if item.complete is not None:
            item.complete(runtime)
    return runtime


def build_test_app(runtime: Runtime, slices: tuple[Slice, ...]) -> Litestar:
    """Builds the ASGI application of the slices."""
    return Litestar(
        route_handlers=[*(handler for item in slices for handler in item.routes), *HOOK_ROUTES],
        exception_handlers=EXCEPTION_HANDLERS,
        middleware=[measure, secure_headers],
        state=State({"runtime": runtime}),
        debug=False,
        logging_config=None,
    )


class Shop:
    """A workspace to test in, with callers of every kind."""

    def __init__(self, runtime: Runtime, app: Litestar, workspace_id: UUID) -> None:
        self.runtime = runtime
        self.app = app
        self.workspace_id = workspace_id
        self._clients: list[httpx.AsyncClient] = []

    @property
    def statements(self) -> list[str]:
        """The SQL statements run so far; clear it before what is to be counted."""
        found: list[str] = self.runtime.db.statements  # type: ignore[attr-defined]
        return found

    def client(self, **headers: str) -> httpx.AsyncClient:
        """Gives a browser or program that is not signed in."""
        made = httpx.AsyncClient(
            transport=httpx.ASGITransport(app=cast(Any, self.app), raise_app_exceptions=False),
            base_url=ORIGIN,
            headers=headers,
        )
        self._clients.append(made)
        return made

    async def agent(self, role: str = "agent", *, name: str = "Ana", email: str | None = None) -> UUID:
        """Creates an agent without a password."""
        async with self.runtime.ctx(self.workspace_id) as ctx:
            return await create_agent(ctx, email=email or f"{uuid7().hex}@shop.example", name=name, role=role)

    async def browser(self, agent_id: UUID) -> httpx.AsyncClient:
        """Gives a browser in which this agent is signed in; the CSRF header is set."""
        async with self.runtime.ctx(self.workspace_id, Actor("agent", agent_id)) as ctx:
            secret = await start_session(ctx, agent_id, user_agent="test")
        made = self.client(**{"X-CSRF-Token": csrf_of(secret)})
        made.cookies.set("parley_session", secret, domain="desk.test")
        return made

    async def signed_in(self, role: str = "agent", *, name: str = "Ana") -> httpx.AsyncClient:
        """Creates an agent and gives a browser in which he is signed in."""
        return await self.browser(await self.agent(role, name=name))

    async def program(self, *scopes: str) -> httpx.AsyncClient:
        """Gives a program with an API token of these scopes."""
        known = known_permissions(self.runtime.parts["permissions"])
        async with self.runtime.ctx(self.workspace_id) as ctx:
            issued = await issue_api_token(ctx, name="Program", scopes=list(scopes), known=known)
        return self.client(Authorization=f"Bearer {issued.token}")

    async def count(self, sql: str, *args: Any) -> Any:
        """Runs a query that gives one value, in the workspace's scope."""
        async with self.runtime.db.transaction(self.workspace_id) as tx:
            return await tx.fetchval(sql, *args)

    async def facts(self, *kinds: str) -> list[dict[str, Any]]:
        """Gives the data of the facts told so far, with their kind."""
        async with self.runtime.db.transaction(self.workspace_id) as tx:
            rows = await tx.fetch(
                "SELECT kind, data FROM facts WHERE workspace_id = $1 ORDER BY xid, seq", self.workspace_id
            )
        return [{"kind": r["kind"], **r["data"]} for r in rows if not kinds or r["kind"] in kinds]

    async def close(self) -> None:
        """Closes the callers."""
        for client in self._clients:
            await client.aclose()


async def open_shop(runtime: Runtime, app: Litestar, name: str = "Test shop") -> Shop:
    """Creates a workspace and gives it."""
    workspace_id = uuid7()
    async with runtime.ctx(workspace_id) as ctx:
        await create_workspace(ctx, name=name)
    return Shop(runtime, app, workspace_id)


def body_of(response: httpx.Response) -> Any:
    """Gives the JSON of an answer."""
    return msgspec.json.decode(response.content)
