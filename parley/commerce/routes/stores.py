"""Stores and other connections: connecting, testing, reading everything, removing."""

from contextlib import suppress
from uuid import UUID

import msgspec

from parley.commerce.actions.connections import (
    NewConnection,
    change_connection,
    create_connection,
    remove_connection,
)
from parley.commerce.actions.sync_runs import begin_run, end_run, get_run
from parley.commerce.connecting import describe_store, draft_connection, subscribe_store
from parley.commerce.connections import Connection
from parley.commerce.plugins import get_connector
from parley.commerce.ports import Step
from parley.commerce.queries.stores import list_stores
from parley.commerce.schemas import ConnectionView, ConnectorView, StoreBody, StoreChangeBody
from parley.commerce.shapes import StoreView
from parley.kit.ctx import Ctx
from parley.kit.errors import FieldError, Invalid, NotFound
from parley.kit.failures import Failure
from parley.kit.http.access import Principal, needs
from parley.kit.http.once import Once
from parley.kit.http.paging import Page, cut_page
from parley.kit.http.routes import route
from parley.kit.ids import uuid7
from parley.kit.plugins import describe_settings, show_settings
from parley.kit.runtime import Runtime

READ = needs("stores:read")
WRITE = needs("stores:write")
ONE = "/api/v1/stores/{store_id:uuid}"


class StoreTest(msgspec.Struct, kw_only=True):
    """What a connection test found, step by step."""

    ok: bool
    steps: list[Step]


@route("GET", "/api/v1/connectors", READ)
async def list_connectors(
    runtime: Runtime, limit: int = 200, after: str | None = None
) -> Page[ConnectorView]:
    """Lists the connectors that can be added, with their forms."""
    found = [
        ConnectorView(
            slug=m.slug,
            kind=m.kind,
            title=m.title,
            description=m.description,
            acts=sorted(m.acts),
            oauth=m.oauth,
            fields=describe_settings(m),
        )
        for m in (plugin.manifest for plugin in runtime.parts["commerce"].book.plugins.values())
    ]
    return cut_page(found, lambda connector: connector.slug, limit, after)


@route("GET", "/api/v1/stores", READ)
async def list_stores_route(
    ctx: Ctx, runtime: Runtime, limit: int = 200, after: str | None = None
) -> Page[StoreView]:
    """Lists the stores and how far each has been read."""
    return cut_page(await _stores(ctx, runtime), lambda store: str(store.id), limit, after)


@route("GET", ONE, READ)
async def get_store_route(ctx: Ctx, runtime: Runtime, store_id: UUID) -> StoreView:
    """Gives one store."""
    return await _store(ctx, runtime, store_id)


@route("POST", "/api/v1/stores", WRITE, transaction=False, once=True)
async def create_store_route(me: Principal, runtime: Runtime, once: Once, data: StoreBody) -> StoreView:
    """Connects a store: asks it who it is, and begins to read everything it holds."""
    book = runtime.parts["commerce"].book
    connector = get_connector(book.plugins, data.plugin)
    if connector.manifest.kind != "store":
        raise Invalid("no_store", "This connector is no store.", FieldError("plugin", "no store"))
    wanted = NewConnection(
        plugin=data.plugin, name=data.name, settings=data.settings, brand_id=data.brand_id, id=uuid7()
    )
    draft = draft_connection(me.workspace_id, connector, wanted)
    info = await describe_store(connector, runtime.parts["commerce"].link(draft), draft.settings)
    async with runtime.ctx(me.workspace_id, me.actor) as ctx:
        store_id = await create_connection(ctx, book, wanted, info)
        for kind in connector.manifest.kinds if data.backfill else ():
            await begin_run(ctx, store_id, "backfill", kind)
        await once.keep(ctx, await _store(ctx, runtime, store_id))
    await subscribe_store(runtime, me.workspace_id, me.actor, store_id)
    async with runtime.ctx(me.workspace_id, me.actor) as ctx:
        return await _store(ctx, runtime, store_id)


@route("PATCH", ONE, WRITE)
async def change_store_route(ctx: Ctx, runtime: Runtime, store_id: UUID, data: StoreChangeBody) -> StoreView:
    """Changes a store's name, state or settings."""
    book = runtime.parts["commerce"].book
    await change_connection(ctx, book, store_id, name=data.name, state=data.state, settings=data.settings)
    book.forget(store_id)
    return await _store(ctx, runtime, store_id)


@route("DELETE", ONE, WRITE, transaction=False, once=True)
async def remove_store_route(me: Principal, runtime: Runtime, once: Once, store_id: UUID) -> None:
    """Removes a store and its webhooks; what was read of it stays."""
    parts = runtime.parts["commerce"]
    connection = await _connection(me, runtime, store_id)
    # A store that cannot be reached any more must still be removable; its webhooks then meet a 404.
    with suppress(Failure):
        await parts.book.connector(connection).unsubscribe(parts.link(connection), connection.settings)
    async with runtime.ctx(me.workspace_id, me.actor) as ctx:
        await remove_connection(ctx, parts.book, store_id)
        await once.keep(ctx, None)


@route("POST", ONE + "/test", WRITE, status=200, transaction=False)
async def test_store_route(me: Principal, runtime: Runtime, store_id: UUID) -> StoreTest:
    """Tries the connection step by step and says in plain words what is wrong."""
    parts = runtime.parts["commerce"]
    parts.book.forget(store_id)
    connection = await _connection(me, runtime, store_id)
    steps: list[Step] = []
    try:
        connector = parts.book.connector(connection)
        steps += [step async for step in connector.test(parts.link(connection), connection.settings)]
    except Failure as failure:
        steps.append(Step("connection", ok=False, detail=failure.reason))
    return StoreTest(ok=all(step.ok for step in steps), steps=steps)


@route("POST", ONE + "/backfill", WRITE, status=202)
async def backfill_store_route(ctx: Ctx, runtime: Runtime, store_id: UUID) -> StoreView:
    """Begins to read everything the store holds; what is there already is brought up to date."""
    return await _begin(ctx, runtime, store_id, "backfill")


@route("POST", ONE + "/reconcile", WRITE, status=202)
async def reconcile_store_route(ctx: Ctx, runtime: Runtime, store_id: UUID) -> StoreView:
    """Begins to compare everything with the store and repairs what differs."""
    return await _begin(ctx, runtime, store_id, "reconcile")


@route("POST", ONE + "/syncs/{run_id:uuid}/cancel", WRITE, status=200)
async def cancel_sync_route(ctx: Ctx, runtime: Runtime, store_id: UUID, run_id: UUID) -> StoreView:
    """Stops a pass after the page it is at; what was read stays."""
    if (await get_run(ctx, run_id)).store_id != store_id:
        raise NotFound("sync")
    await end_run(ctx, run_id, "cancelled")
    return await _store(ctx, runtime, store_id)


@route("GET", "/api/v1/connections", READ)
async def list_connections_route(
    ctx: Ctx, runtime: Runtime, limit: int = 200, after: str | None = None
) -> Page[ConnectionView]:
    """Lists carriers and payment providers."""
    book = runtime.parts["commerce"].book
    found = await book.list_all(ctx.tx, ctx.workspace_id)
    shown = [_view(runtime, one) for one in found if one.kind != "store"]
    return cut_page(shown, lambda one: str(one.id), limit, after)


@route("POST", "/api/v1/connections", WRITE)
async def create_connection_route(ctx: Ctx, runtime: Runtime, data: StoreBody) -> ConnectionView:
    """Connects a carrier or payment provider."""
    book = runtime.parts["commerce"].book
    if get_connector(book.plugins, data.plugin).manifest.kind == "store":
        raise Invalid("is_store", "Connect stores under stores.", FieldError("plugin", "a store"))
    wanted = NewConnection(plugin=data.plugin, name=data.name or data.plugin, settings=data.settings)
    connection_id = await create_connection(ctx, book, wanted)
    return _view(runtime, await book.get(ctx.tx, ctx.workspace_id, connection_id))


@route("PATCH", "/api/v1/connections/{connection_id:uuid}", WRITE)
async def change_connection_route(
    ctx: Ctx, runtime: Runtime, connection_id: UUID, data: StoreChangeBody
) -> ConnectionView:
    """Changes a carrier or payment provider."""
    book = runtime.parts["commerce"].book
    await change_connection(
        ctx, book, connection_id, name=data.name, state=data.state, settings=data.settings
    )
    book.forget(connection_id)
    return _view(runtime, await book.get(ctx.tx, ctx.workspace_id, connection_id))


@route("DELETE", "/api/v1/connections/{connection_id:uuid}", WRITE)
async def remove_connection_route(ctx: Ctx, runtime: Runtime, connection_id: UUID) -> None:
    """Removes a carrier or payment provider."""
    await remove_connection(ctx, runtime.parts["commerce"].book, connection_id)


async def _begin(ctx: Ctx, runtime: Runtime, store_id: UUID, purpose: str) -> StoreView:
    book = runtime.parts["commerce"].book
    connection = await book.get(ctx.tx, ctx.workspace_id, store_id)
    for kind in book.connector(connection).manifest.kinds:
        await begin_run(ctx, store_id, purpose, kind)
    return await _store(ctx, runtime, store_id)


async def _connection(me: Principal, runtime: Runtime, connection_id: UUID) -> Connection:
    async with runtime.db.transaction(me.workspace_id) as tx:
        found: Connection = await runtime.parts["commerce"].book.get(tx, me.workspace_id, connection_id)
    return found


async def _stores(ctx: Ctx, runtime: Runtime) -> list[StoreView]:
    book = runtime.parts["commerce"].book
    return await list_stores(ctx.tx, book, ctx.workspace_id, runtime.settings.origin)


async def _store(ctx: Ctx, runtime: Runtime, store_id: UUID) -> StoreView:
    for one in await _stores(ctx, runtime):
        if one.id == store_id:
            return one
    raise NotFound("store")


def _view(runtime: Runtime, one: Connection) -> ConnectionView:
    manifest = runtime.parts["commerce"].book.connector(one).manifest
    shown, secrets_set = show_settings(manifest, one.settings)
    return ConnectionView(
        id=one.id,
        plugin=one.plugin,
        kind=one.kind,
        name=one.name,
        state=one.state,
        error=one.error,
        settings=shown,
        secrets_set=secrets_set,
        hook_url=f"{runtime.settings.origin}/hooks/{one.id}",
    )


ROUTES = (
    list_connectors,
    list_stores_route,
    get_store_route,
    create_store_route,
    change_store_route,
    remove_store_route,
    test_store_route,
    backfill_store_route,
    reconcile_store_route,
    cancel_sync_route,
    list_connections_route,
    create_connection_route,
    change_connection_route,
    remove_connection_route,
)
