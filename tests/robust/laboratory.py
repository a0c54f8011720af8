"""A full workspace in which every try is undone: for calling anything with anything."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from uuid import UUID

import asyncpg
import httpx

from parley.app.asgi import Door
from parley.app.build import build_app, build_runtime
from parley.app.routes import ROUTES
from parley.app.settings import Settings
from parley.app.slices import SLICES
from parley.conversations.desk_socket import DeskSocket
from parley.kit.db import prepare_connection
from parley.kit.http.limits import Limiter
from parley.kit.postgres import EmbeddedPostgres
from tests.conftest import OneConnection
from tests.robust.shopping import put_on_paper
from tests.robust.world import Place, furnish, open_world
from tests.support.app import ORIGIN


class Laboratory:
    """A furnished place behind an application that works inside one transaction."""

    def __init__(self, place: Place, connection: asyncpg.Connection) -> None:
        self.place = place
        self.owner = place.owner
        self._connection = connection

    @asynccontextmanager
    async def undone(self) -> AsyncIterator[None]:
        """Undoes in the database whatever happens inside."""
        await self._connection.execute("SAVEPOINT trial")
        try:
            yield
        finally:
            await self._connection.execute("ROLLBACK TO SAVEPOINT trial; RELEASE SAVEPOINT trial")


@asynccontextmanager
async def open_laboratory(server: EmbeddedPostgres, folder: Path) -> AsyncIterator[Laboratory]:
    """Furnishes a workspace for good, then works on it in one transaction."""
    async with open_world(server, folder) as world:
        furnished = await furnish(world, "Fuzz")
        dsn = world.runtime.db.dsn
        connection = await asyncpg.connect(dsn)
        await prepare_connection(connection)
        await connection.execute("BEGIN")
        given = Settings(
            data=folder, public_url=ORIGIN, mail_url="smtp://127.0.0.1:9", mail_from="desk@x.example"
        )
        runtime = build_runtime(OneConnection(connection, dsn), given, SLICES)
        runtime.parts["desk_socket"] = DeskSocket(runtime)
        runtime.parts["limiter"] = Limiter(rate=1e9, burst=10**9)
        put_on_paper(runtime, world.paper)
        app = build_app(runtime, SLICES, extra_routes=ROUTES)
        place = Place(runtime, app, furnished.workspace_id)
        place.__dict__.update(
            {n: v for n, v in vars(furnished).items() if n not in ("runtime", "app", "_clients")}
        )
        place.owner = await place.browser(UUID(furnished.ids["owner_id"]))
        try:
            yield Laboratory(place, connection)
        finally:
            await place.close()
            await furnished.close()
            await runtime.hub.close()
            await runtime.http.close()
            await connection.close()


# Pages for people, who are told in a page what is wrong.
PAGES = ("/policies/", "/returns/")


def complain(answer: httpx.Response) -> str | None:
    """Says what is wrong with an answer to whatever was sent: it must be clear, and never our fault."""
    kind = answer.headers.get("content-type", "")
    if answer.status_code >= 500:
        return f"{answer.status_code} {answer.text[:500]}"
    if kind.count("charset") > 1:
        return f"{answer.status_code} as {kind}"
    if answer.status_code < 400:
        return None
    if answer.request.url.path.startswith(PAGES) and kind == "text/html; charset=utf-8":
        return None if "</html>" in answer.text else f"{answer.status_code} without a page"
    if kind != "application/problem+json":
        return f"{answer.status_code} as {answer.headers.get('content-type')}: {answer.text[:200]}"
    body: dict[str, Any] = answer.json()
    missing = {"type", "title", "status", "detail", "code"} - body.keys()
    if missing or body["status"] != answer.status_code or not body["detail"]:
        return f"no problem of RFC 9457: {answer.text[:300]}"
    return None


def open_door(laboratory: Laboratory) -> Door:
    """Gives the application with its sockets."""
    return Door(laboratory.place.runtime, laboratory.place.app)
