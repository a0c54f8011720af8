"""Taking webhooks in and reading them."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any
from uuid import UUID

import structlog

from parley.commerce.actions.connections import set_connection_health
from parley.commerce.actions.deliveries import (
    StoredDelivery,
    fail_delivery,
    finish_deliveries,
    store_delivery,
    take_deliveries,
)
from parley.commerce.actions.failed_refunds import take_back_refund
from parley.commerce.actions.tracking import record_tracking
from parley.commerce.connections import Connection
from parley.commerce.mirroring import Reading
from parley.commerce.model import (
    AnySnapshot,
    Kind,
    StoreCustomer,
    StoreOrder,
    StoreProduct,
    StoreSubscription,
    Tracking,
)
from parley.commerce.ports import BadSignatureError, Change, Delivery
from parley.commerce.syncing import is_gone, mark_deleted, mark_stale, mirror
from parley.commerce.tracking import decide_next_look
from parley.kit.ctx import Ctx
from parley.kit.errors import SignedOut
from parley.kit.failures import Failure
from parley.kit.http.hooks import HookReply, Take
from parley.kit.http.limits import Limiter
from parley.kit.jobs.registry import Job
from parley.kit.log.fact import Actor

if TYPE_CHECKING:
    from parley.kit.runtime import Runtime

log = structlog.get_logger("commerce")
HOOKS = Limiter(rate=500, burst=5_000)
BATCH = 100
SNAPSHOTS = (StoreOrder, StoreProduct, StoreCustomer, StoreSubscription)
DONE = HookReply(b'{"stored":true}')


async def find_store_hook(runtime: "Runtime", key: str) -> Take | None:
    """Gives what takes the webhooks of a connection, None for a key that is none's id."""
    try:
        connection_id = UUID(key)
    except ValueError:
        return None
    book = runtime.parts["commerce"].book
    connection: Connection | None = book.peek(connection_id)
    if connection is None:
        async with runtime.db.transaction(None) as tx:
            connection = await book.find(tx, connection_id)
    if connection is None or connection.state == "paused":
        return None
    known = connection

    async def take(headers: Mapping[str, str], body: bytes) -> HookReply:
        return await take_hook(runtime, known, headers, body)

    return take


async def take_hook(
    runtime: "Runtime", connection: Connection, headers: Mapping[str, str], body: bytes
) -> HookReply:
    """Stores a webhook that proves genuine; raises SignedOut for any other."""
    HOOKS.check(str(connection.id))
    connector = runtime.parts["commerce"].book.connector(connection)
    answer = connector.answer(connection.settings, headers, body)
    if answer is not None:
        status, text = answer
        return HookReply(text, status, "text/plain")
    try:
        delivery: Delivery | None = connector.verify(connection.settings, headers, body, runtime.clock.now())
    except BadSignatureError as failure:
        raise SignedOut("bad_signature", "The signature is wrong.") from failure
    if delivery is not None:
        async with runtime.ctx(connection.workspace_id, Actor("connection", connection.id)) as ctx:
            await store_delivery(ctx, connection.id, delivery, body)
    return DONE


async def drain_deliveries(job: Job) -> None:
    """Reads all webhooks of a connection that wait, oldest first."""
    runtime: Runtime = job.runtime
    connection_id = job.uuid("connection_id")
    async with runtime.db.transaction(job.workspace_id) as tx:
        connection = await runtime.parts["commerce"].book.get(tx, job.workspace_id, connection_id)
    while await _drain_batch(runtime, connection):
        pass


async def _drain_batch(runtime: "Runtime", connection: Connection) -> bool:
    connector = runtime.parts["commerce"].book.connector(connection)
    async with runtime.ctx(connection.workspace_id, Actor("connection", connection.id)) as ctx:
        waiting = await take_deliveries(ctx, connection.id, BATCH)
        done: list[UUID] = []
        for delivery in waiting:
            try:
                async with ctx.tx.savepoint():
                    changes = _read(connector.read, connection, delivery)
                    await apply_changes(ctx, runtime, connection, changes)
                    trouble = await _take_back_refunds(ctx, connection, changes)
                if trouble:
                    await fail_delivery(ctx, delivery.id, trouble)
                else:
                    done.append(delivery.id)
            except Failure as failure:
                await fail_delivery(ctx, delivery.id, failure.reason)
            except Exception as failure:
                # A body that nobody foresaw must not stop the others.
                log.exception("a webhook cannot be read", connection=str(connection.id), topic=delivery.topic)
                await fail_delivery(ctx, delivery.id, type(failure).__name__)
        if done:
            await finish_deliveries(ctx, done)
    return len(waiting) == BATCH


def _read(
    read: Callable[[Any, Delivery, bytes], list[Change]], connection: Connection, stored: StoredDelivery
) -> list[Change]:
    return read(connection.settings, Delivery(key=stored.key, topic=stored.topic), stored.body)


async def _take_back_refunds(ctx: Ctx, connection: Connection, changes: list[Change]) -> str:
    """Takes back what a bank could not pay; gives what somebody must look at, under Failed work."""
    said = [
        await take_back_refund(ctx, connection.id, one.external_id, one.note)
        for one in changes
        if one.kind == "refund_failed"
    ]
    return " ".join(filter(None, said))


async def apply_changes(ctx: Ctx, runtime: "Runtime", connection: Connection, changes: list[Change]) -> None:
    """Applies what a webhook said: copies that are newer go into the mirror, everything else is read anew."""
    for change in changes:
        if change.kind == "uninstalled":
            error = "Parley was removed at the store. Connect it again to go on."
            await set_connection_health(ctx, runtime.parts["commerce"].book, connection.id, error)
        elif isinstance(change.snapshot, Tracking):
            told = change.snapshot
            await record_tracking(
                ctx,
                told,
                told_by="carrier",
                connection_id=connection.id,
                check_at=decide_next_look(ctx.now, told.status, watched=True),
            )
        elif change.kind == "parcel" or change.kind == "refund_failed":  # noqa: PLR1714 - mypy narrows by it
            continue
        elif change.deleted:
            await mark_deleted(ctx, connection.id, change.kind, change.external_id, ctx.now)
        elif isinstance(change.snapshot, SNAPSHOTS):
            await _apply_copy(ctx, connection, change.kind, change.snapshot)
        else:
            await mark_stale(ctx, connection.id, change.kind, change.external_id)


async def _apply_copy(ctx: Ctx, connection: Connection, kind: Kind, copy: AnySnapshot) -> None:
    """Applies a webhook's copy if it is newer than what we have.

    One of something new or gone may itself be older than a deletion that was told before it: only the store can say.
    """
    doubtful = await is_gone(ctx, connection.id, kind, copy.external_id)
    if not doubtful:
        reading = Reading(store_id=connection.id, read_at=ctx.now, certain=False)
        doubtful = (await mirror(ctx, kind, [copy], reading))[0] in ("new", "unclear")
    if doubtful:
        await mark_stale(ctx, connection.id, kind, copy.external_id)
