"""From what a connector gives to the mirror: pages of snapshots, single objects, webhooks' hints."""

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, cast
from uuid import UUID

from parley.commerce.actions.mirror_orders import mirror_orders
from parley.commerce.actions.mirror_people import mirror_customers, mirror_subscriptions
from parley.commerce.actions.mirror_products import mirror_products
from parley.commerce.connections import Connection
from parley.commerce.mirroring import Outcome, Reading
from parley.commerce.model import (
    AnySnapshot,
    Kind,
    StoreCustomer,
    StoreOrder,
    StoreProduct,
    StoreSubscription,
)
from parley.commerce.ports import StoreConnector
from parley.kit.ctx import Ctx

if TYPE_CHECKING:
    from parley.kit.runtime import Runtime

TABLES: dict[str, str] = {
    "order": "orders",
    "product": "products",
    "customer": "store_customers",
    "subscription": "subscriptions",
}
REFRESH = "commerce.refresh"


async def mirror(ctx: Ctx, kind: Kind, items: Sequence[AnySnapshot], reading: Reading) -> list[Outcome]:
    """Brings the mirror up to snapshots of one kind; of two of the same thing the last one counts."""
    last = list({item.external_id: item for item in items}.values())
    if not last:
        return []
    if kind == "order":
        found = await mirror_orders(ctx, cast(list[StoreOrder], last), reading)
        return [one.outcome for one in found]
    if kind == "product":
        return await mirror_products(ctx, cast(list[StoreProduct], last), reading)
    if kind == "customer":
        return await mirror_customers(ctx, cast(list[StoreCustomer], last), reading)
    return await mirror_subscriptions(ctx, cast(list[StoreSubscription], last), reading)


async def refresh(
    runtime: "Runtime", connection: Connection, kind: Kind, external_id: str
) -> AnySnapshot | None:
    """Reads one thing from the store into the mirror; marks it deleted when it is gone there."""
    parts = runtime.parts["commerce"]
    connector: StoreConnector = parts.book.connector(connection)
    read_at = runtime.clock.now()
    found = await connector.fetch(parts.link(connection), connection.settings, kind, external_id)
    async with runtime.ctx(connection.workspace_id) as ctx:
        if found is None:
            await mark_deleted(ctx, connection.id, kind, external_id, read_at)
        else:
            await mirror(ctx, kind, [found], Reading(store_id=connection.id, read_at=read_at))
    return found


async def mark_deleted(ctx: Ctx, store_id: UUID, kind: Kind, external_id: str, read_at: datetime) -> None:
    """Notes that the store has something no more; what we knew of it stays readable."""
    await ctx.tx.execute(
        f"""UPDATE {TABLES[kind]} SET deleted_at = $4, read_at = $4, stale_at = NULL
            WHERE workspace_id = $1 AND store_id = $2 AND external_id = $3 AND read_at <= $4""",
        ctx.workspace_id,
        store_id,
        external_id,
        read_at,
    )


async def is_gone(ctx: Ctx, store_id: UUID, kind: Kind, external_id: str) -> bool:
    """Says whether the mirror has something as deleted."""
    found = await ctx.tx.fetchval(
        f"""SELECT deleted_at IS NOT NULL FROM {TABLES[kind]}
            WHERE workspace_id = $1 AND store_id = $2 AND external_id = $3""",
        ctx.workspace_id,
        store_id,
        external_id,
    )
    return bool(found)


async def mark_stale(ctx: Ctx, store_id: UUID, kind: Kind, external_id: str) -> None:
    """Notes that something may have changed at the store and has it read anew."""
    await ctx.tx.execute(
        f"""UPDATE {TABLES[kind]} SET stale_at = coalesce(stale_at, $4)
            WHERE workspace_id = $1 AND store_id = $2 AND external_id = $3""",
        ctx.workspace_id,
        store_id,
        external_id,
        ctx.now,
    )
    defer_refresh(ctx, store_id, kind, external_id)


def defer_refresh(ctx: Ctx, store_id: UUID, kind: str, external_id: str) -> None:
    """Has something read anew from its store, once however often it is asked for meanwhile."""
    payload: dict[str, Any] = {"connection_id": store_id, "kind": kind, "external_id": external_id}
    ctx.defer(REFRESH, payload, key=f"refresh:{store_id}:{kind}:{external_id}")
