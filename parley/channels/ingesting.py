"""The job that reads what has been taken in: in order per channel, one bad item never stops the rest."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID
from weakref import WeakValueDictionary

import structlog

from parley.channels.actions.intake import (
    JOB,
    MAX_ATTEMPTS,
    MAX_STARTS,
    Item,
    begin_item,
    defer_reading,
    fail_item,
)
from parley.channels.model import Channel
from parley.channels.trouble import AWAY
from parley.kit.errors import NotFound, ParleyError
from parley.kit.failures import Failure, Retry
from parley.kit.ids import uuid7
from parley.kit.jobs.registry import Job
from parley.kit.log.fact import Actor

if TYPE_CHECKING:
    from parley.kit.runtime import Runtime

log = structlog.get_logger("intake")
Reader = Callable[["Runtime", Channel, Item, bytes], Awaitable[None]]
"""Reads one item of a channel and finishes it in the transaction in which its message is stored."""

LONGEST = 120.0
"""Seconds after which an item counts as one that cannot be read."""
PATIENCE = 50
"""So many tenths of a second are waited for earlier items."""
FORGOTTEN = timedelta(seconds=60)
EARLIER = """
SELECT EXISTS (SELECT 1 FROM inbound_items WHERE workspace_id = $1 AND channel_id = $2 AND state = 'stored'
               AND id < $3 AND error = '')
"""


class Ingesting:
    """Hands stored items to the readers of their channel's kind."""

    def __init__(self) -> None:
        self._readers: dict[str, Reader] = {}
        self._locks: WeakValueDictionary[UUID, asyncio.Lock] = WeakValueDictionary()

    def read_by(self, kind: str, reader: Reader) -> None:
        """Says who reads the items of channels of a kind."""
        self._readers[kind] = reader

    async def handle(self, job: Job) -> None:
        """Reads one item, after the earlier ones of its channel: an answer must find what it answers.

        It waits only a little for items that another process reads, or was reading when it died.
        """
        channel_id, item_id = job.uuid("channel_id"), job.uuid("item_id")
        lock = self._locks.setdefault(channel_id, asyncio.Lock())
        for left in range(PATIENCE, -1, -1):
            async with lock:
                if left == 0 or not await self._has_earlier(
                    job.runtime, job.workspace_id, channel_id, item_id
                ):
                    await self.read(job.runtime, job.workspace_id, item_id)
                    return
            await asyncio.sleep(0.1)

    async def _has_earlier(
        self, runtime: "Runtime", workspace_id: UUID, channel_id: UUID, item_id: UUID
    ) -> bool:
        async with runtime.db.transaction(workspace_id) as tx:
            return bool(await tx.fetchval(EARLIER, workspace_id, channel_id, item_id))

    async def read(self, runtime: "Runtime", workspace_id: UUID, item_id: UUID) -> None:
        """Reads one item; raises Retry when it is to be tried again."""
        async with runtime.ctx(workspace_id, Actor("channel")) as ctx:
            item = await begin_item(ctx, item_id)
        if item is None:
            return
        if item.attempts > MAX_STARTS:
            await _fail(runtime, workspace_id, item, "It was begun too often without an end.", final=True)
            return
        try:
            await self._read(runtime, workspace_id, item)
        except TimeoutError:
            await self._after_failure(runtime, workspace_id, item, "Reading it took too long.")
        except Retry as failure:
            await self._after_failure(runtime, workspace_id, item, failure.reason)
        except AWAY as failure:
            raise Retry(None, f"Something that is needed is away ({type(failure).__name__}).") from failure
        except Exception as failure:  # noqa: BLE001 - whatever is wrong with one item, the others go on
            log.warning("an item cannot be read", item=str(item.id), error=repr(failure)[:500])
            await self._after_failure(runtime, workspace_id, item, describe(failure))

    async def _read(self, runtime: "Runtime", workspace_id: UUID, item: Item) -> None:
        async with runtime.db.transaction(workspace_id) as tx:
            channel = await runtime.parts["channels"].book.get(tx, workspace_id, item.channel_id)
        data = await runtime.files.read(str(workspace_id), item.sha256)
        reader = self._readers.get(channel.kind)
        if reader is None:
            raise NotFound(f"reader of the channel kind {channel.kind}")
        async with asyncio.timeout(LONGEST):
            await reader(runtime, channel, item, data)

    async def _after_failure(self, runtime: "Runtime", workspace_id: UUID, item: Item, error: str) -> None:
        final = item.attempts >= MAX_ATTEMPTS
        await _fail(runtime, workspace_id, item, error, final=final)
        if not final:
            raise Retry(timedelta(seconds=2 * item.attempts), error)

    async def sweep(self, runtime: "Runtime") -> None:
        """Defers anew what has been stored for a while and not read: its job may have been given up."""
        before = uuid7(int((runtime.clock.now() - FORGOTTEN).timestamp() * 1000))
        async with runtime.db.transaction(None) as tx:
            rows = await tx.fetch(
                """SELECT workspace_id, channel_id, id FROM inbound_items WHERE state = 'stored' AND id < $1
                   ORDER BY id LIMIT 1000""",
                before,
            )
        by_workspace: dict[UUID, list[Any]] = {}
        for row in rows:
            by_workspace.setdefault(row["workspace_id"], []).append(row)
        for workspace_id, items in by_workspace.items():
            async with runtime.ctx(workspace_id) as ctx:
                for row in items:
                    defer_reading(ctx, row["channel_id"], row["id"])


async def _fail(runtime: "Runtime", workspace_id: UUID, item: Item, error: str, *, final: bool) -> None:
    async with runtime.ctx(workspace_id, Actor("channel", item.channel_id)) as ctx:
        await fail_item(ctx, item, error, final=final)


def describe(failure: Exception) -> str:
    """Says in a sentence why an item cannot be read."""
    if isinstance(failure, ParleyError):
        return failure.detail
    if isinstance(failure, Failure):
        return failure.reason
    return f"It cannot be read ({type(failure).__name__}: {str(failure)[:300]})."


def register_ingesting(runtime: "Runtime", ingesting: Ingesting) -> None:
    """Adds the job and the sweep."""
    runtime.jobs.add(JOB, ingesting.handle, max_attempts=1000, first_delay=1, max_delay=30, concurrency=4)
    runtime.jobs.every("channels.intake", 30, ingesting.sweep)
