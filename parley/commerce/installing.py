"""Installing by OAuth: what is kept between leaving for the store and coming back, and what is done then."""

import secrets
from collections.abc import Mapping
from contextlib import suppress
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

import msgspec

from parley.accounts.actions.links import keep_secret, use_secret
from parley.commerce.actions.connections import (
    NewConnection,
    change_connection,
    create_connection,
    save_store,
)
from parley.commerce.actions.sync_runs import begin_run
from parley.commerce.connecting import describe_store, draft_connection, subscribe_store
from parley.commerce.connections import Connection, open_secrets
from parley.commerce.link import ConnectionLink
from parley.commerce.plugins import get_connector
from parley.commerce.ports import InstallsByOAuth
from parley.kit.ctx import Ctx
from parley.kit.errors import Conflict, FieldError, Invalid, NotFound
from parley.kit.failures import Misconfigured
from parley.kit.ids import uuid7
from parley.kit.log.fact import Actor

if TYPE_CHECKING:
    from parley.kit.runtime import Runtime

CALLBACK = "/oauth/stores"
PURPOSE = "store_install"
FIELD = "store install"
LIFE = timedelta(minutes=15)


class Install(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody has begun: which connector with which settings, anew or for a store that is there."""

    plugin: str
    name: str = ""
    brand_id: UUID | None = None
    store_id: UUID | None = None
    settings: dict[str, Any] = {}


class InstallLink(ConnectionLink):
    """A link that keeps secrets in memory, for the connection need not be there yet."""

    def __init__(self, runtime: "Runtime", connection: Connection) -> None:
        super().__init__(runtime, connection)
        self.secrets: dict[str, str] = {}

    async def save_secret(self, name: str, value: str) -> None:
        """Keeps a secret until the connection is written."""
        self.secrets[name] = value


async def begin_install(ctx: Ctx, runtime: "Runtime", agent_id: UUID, wanted: Install) -> str:
    """Gives the address at which a person agrees; the settings wait here, sealed, under a state for one use.

    Raises NotFound, and Invalid for a connector without OAuth or a setting that is wrong or missing.
    """
    connector = _installer(runtime, wanted.plugin)
    whole = msgspec.structs.replace(wanted, settings=await _complete(ctx, runtime, wanted))
    draft = draft_connection(ctx.workspace_id, connector, _as_new(whole, uuid7()))
    state = secrets.token_urlsafe(32)
    try:
        url: str = connector.build_install_url(draft.settings, runtime.settings.origin + CALLBACK, state)
    except Misconfigured as failure:
        raise Invalid("bad_settings", failure.reason, FieldError(failure.field, failure.reason)) from failure
    sealed = runtime.box.seal(msgspec.json.encode(whole), owner=_owner(ctx.workspace_id), field=FIELD)
    await keep_secret(ctx, PURPOSE, state, LIFE, agent_id=agent_id, sealed=sealed.hex())
    return url


async def take_install(ctx: Ctx, runtime: "Runtime", agent_id: UUID, state: str) -> Install | None:
    """Gives what this person has begun under a state and uses the state up; None for any other state."""
    kept = await use_secret(ctx, PURPOSE, state)
    if kept is None or kept.agent_id != agent_id:
        return None
    sealed = bytes.fromhex(kept.data["sealed"])
    found = runtime.box.open(sealed, owner=_owner(ctx.workspace_id), field=FIELD)
    return msgspec.json.decode(found, type=Install)


async def finish_install(
    runtime: "Runtime", workspace_id: UUID, actor: Actor, begun: Install, query: Mapping[str, str]
) -> UUID:
    """Turns a genuine answer of the store into a connection that is read and tells of changes; gives its id.

    Raises Refused for an answer that is not genuine or another store's, Retry and Misconfigured when the store
    gives no token, Invalid when it does not say who it is, and NotFound when it has been removed here.
    """
    connector, book = _installer(runtime, begun.plugin), runtime.parts["commerce"].book
    store_id = begun.store_id or uuid7()
    draft = draft_connection(workspace_id, connector, _as_new(begun, store_id))
    code = connector.verify_install(draft.settings, query, query.get("state", ""))
    link = InstallLink(runtime, draft)
    await connector.exchange_code(link, draft.settings, code)
    whole = {**begun.settings, **link.secrets}
    wanted = _as_new(msgspec.structs.replace(begun, settings=whole), store_id)
    settled = draft_connection(workspace_id, connector, wanted)
    info = await describe_store(connector, link, settled.settings)
    async with runtime.ctx(workspace_id, actor) as ctx:
        known = begun.store_id or await _find_same(ctx, runtime, connector, settled)
        if known is None:
            await create_connection(ctx, book, wanted, info)
        else:
            store_id = known
            await change_connection(
                ctx, book, store_id, name=begun.name or None, settings=whole, state="active"
            )
            await save_store(ctx, store_id, begun.name or info.name, info)
        for kind in connector.manifest.kinds:
            with suppress(Conflict):
                await begin_run(ctx, store_id, "backfill", kind)
    book.forget(store_id)
    await subscribe_store(runtime, workspace_id, actor, store_id)
    return store_id


async def _find_same(ctx: Ctx, runtime: "Runtime", connector: Any, wanted: Connection) -> UUID | None:
    """Finds the connection of a store that was connected before, so that its orders are not read twice over."""
    known: list[Connection] = await runtime.parts["commerce"].book.list_all(ctx.tx, ctx.workspace_id, "store")
    readable = (one for one in known if one.plugin == wanted.plugin and one.settings is not None)
    return next((one.id for one in readable if connector.is_same_store(one.settings, wanted.settings)), None)


async def _complete(ctx: Ctx, runtime: "Runtime", wanted: Install) -> dict[str, Any]:
    """Gives the settings with those that a connected store has already; an empty secret is the old one."""
    if wanted.store_id is None:
        return wanted.settings
    row = await ctx.tx.fetchrow(
        """SELECT settings, secrets FROM connections
           WHERE workspace_id = $1 AND id = $2 AND plugin = $3 AND deleted_at IS NULL""",
        ctx.workspace_id,
        wanted.store_id,
        wanted.plugin,
    )
    if row is None:
        raise NotFound("store")
    kept = open_secrets(runtime.box, ctx.workspace_id, wanted.store_id, row["secrets"])
    given = {name: value for name, value in wanted.settings.items() if value not in ("", None)}
    return {**row["settings"], **kept, **given}


def _installer(runtime: "Runtime", plugin: str) -> Any:
    connector = get_connector(runtime.parts["commerce"].book.plugins, plugin)
    if not isinstance(connector, InstallsByOAuth):
        raise Invalid("no_oauth", "This connector is connected by its form, not by agreeing at the store.")
    return connector


def _as_new(wanted: Install, store_id: UUID) -> NewConnection:
    return NewConnection(
        plugin=wanted.plugin,
        name=wanted.name,
        settings=wanted.settings,
        brand_id=wanted.brand_id,
        id=store_id,
    )


def _owner(workspace_id: UUID) -> str:
    return f"{workspace_id}:{PURPOSE}"
