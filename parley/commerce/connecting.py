"""Connecting a store beside the database: it is asked who it is, and to post its webhooks."""

from typing import TYPE_CHECKING, Any
from uuid import UUID

from parley.commerce.actions.connections import NewConnection, set_connection_health
from parley.commerce.connections import Connection
from parley.commerce.model import StoreInfo
from parley.kit.errors import FieldError, Invalid
from parley.kit.failures import Failure, Misconfigured
from parley.kit.log.fact import Actor
from parley.kit.plugins import check_names, read_settings

if TYPE_CHECKING:
    from parley.commerce.ports import Link
    from parley.kit.runtime import Runtime


def draft_connection(workspace_id: UUID, connector: Any, wanted: NewConnection) -> Connection:
    """Gives a connection as it would be; raises Invalid for a wrong setting."""
    check_names(connector.manifest, wanted.settings)
    assert wanted.id is not None  # noqa: S101 - the caller has promised one
    return Connection(
        workspace_id=workspace_id,
        id=wanted.id,
        plugin=wanted.plugin,
        kind="store",
        name=wanted.name,
        state="active",
        error="",
        settings=read_settings(connector.manifest, wanted.settings),
    )


async def describe_store(connector: Any, link: "Link", settings: Any) -> StoreInfo:
    """Asks a store who it is before anything is kept; raises Invalid, which names a wrong setting."""
    try:
        found: StoreInfo = await connector.describe(link, settings)
    except Misconfigured as failure:
        raise Invalid(
            "bad_settings", f"The store refused: {failure.reason}.", FieldError(failure.field, failure.reason)
        ) from failure
    except Failure as failure:
        raise Invalid("store_unreachable", f"The store could not be asked: {failure.reason}.") from failure
    return found


async def subscribe_store(runtime: "Runtime", workspace_id: UUID, actor: Actor, store_id: UUID) -> None:
    """Makes sure of a store's webhooks; where that fails, the store says so."""
    parts = runtime.parts["commerce"]
    async with runtime.db.transaction(workspace_id) as tx:
        connection = await parts.book.get(tx, workspace_id, store_id)
    try:
        await parts.book.connector(connection).subscribe(parts.link(connection), connection.settings)
    except Failure as failure:
        async with runtime.ctx(workspace_id, actor) as ctx:
            await set_connection_health(
                ctx, parts.book, store_id, f"The store's webhooks could not be set up: {failure.reason}."
            )
