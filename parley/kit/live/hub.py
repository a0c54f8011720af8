"""The hub: follows the log of every workspace somebody watches and hands each batch to all its watchers."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any
from uuid import UUID

import asyncpg
import msgspec
import structlog

from parley.kit.db import Transaction
from parley.kit.log.cursor import Cursor
from parley.kit.log.fact import Recorded
from parley.kit.log.read import newest_cursor, read_workspace

if TYPE_CHECKING:
    from parley.kit.runtime import Runtime

log = structlog.get_logger("live")
QUEUE_LIMIT = 500
BATCH = 500


class Batch(msgspec.Struct):
    """New facts of a workspace, with what the slices' enrichers looked up for them (once for all watchers)."""

    workspace_id: UUID
    cursor: Cursor
    facts: list[Recorded]
    extras: dict[str, Any]


class Ephemeral(msgspec.Struct):
    """Something that is gone when nobody hears it: typing, presence."""

    workspace_id: UUID
    topic: str
    data: dict[str, Any]


Enricher = Callable[[Transaction, UUID, list[Recorded], dict[str, Any]], Awaitable[None]]
Item = Batch | Ephemeral


class Watcher:
    """A bounded queue for one socket; `overflowed` tells that the socket must start again from a fresh fetch."""

    __slots__ = ("overflowed", "queue", "workspace_id")

    def __init__(self, workspace_id: UUID) -> None:
        self.workspace_id = workspace_id
        self.queue: asyncio.Queue[Item] = asyncio.Queue(QUEUE_LIMIT)
        self.overflowed = False

    def put(self, item: Item) -> None:
        """Adds an item, or marks the watcher as overflowed."""
        try:
            self.queue.put_nowait(item)
        except asyncio.QueueFull:
            self.overflowed = True

    async def get(self) -> Item:
        """Waits for the next item."""
        return await self.queue.get()


class _Tail:
    __slots__ = ("cursor", "task", "target", "wake", "watchers")

    def __init__(self, cursor: Cursor) -> None:
        self.cursor = cursor
        self.target: Cursor | None = None
        self.wake = asyncio.Event()
        self.watchers: set[Watcher] = set()
        self.task: asyncio.Task[None] | None = None


class LiveHub:
    """One per process."""

    def __init__(self, runtime: "Runtime") -> None:
        self._runtime = runtime
        self._tails: dict[UUID, _Tail] = {}
        self._starting: dict[UUID, asyncio.Lock] = {}
        self._enrichers: list[Enricher] = []
        self._ephemeral: list[Callable[[Ephemeral], None]] = []

    def enrich(self, enricher: Enricher) -> None:
        """Adds a function that looks up, once per batch, what screens need beside the facts."""
        self._enrichers.append(enricher)

    def on_ephemeral(self, listener: Callable[[Ephemeral], None]) -> None:
        """Adds somebody in this process who hears every ephemeral event (presence keeps its table this way)."""
        self._ephemeral.append(listener)

    async def watch(self, workspace_id: UUID) -> tuple[Watcher, Cursor]:
        """Starts watching; gives the watcher and the position from which it is complete."""
        lock = self._starting.setdefault(workspace_id, asyncio.Lock())
        async with lock:
            tail = self._tails.get(workspace_id)
            if tail is None:
                async with self._runtime.db.transaction(workspace_id) as tx:
                    db = self._runtime.db
                    cursor = await newest_cursor(tx, workspace_id, epoch=db.epoch, own=db.sees_own_writes)
                tail = self._tails[workspace_id] = _Tail(cursor)
                tail.task = asyncio.create_task(self._follow(workspace_id, tail))
            watcher = Watcher(workspace_id)
            tail.watchers.add(watcher)
            return watcher, tail.cursor

    def unwatch(self, watcher: Watcher) -> None:
        """Stops watching; the last watcher of a workspace ends its tail."""
        tail = self._tails.get(watcher.workspace_id)
        if tail is None:
            return
        tail.watchers.discard(watcher)
        if not tail.watchers and tail.task is not None:
            tail.task.cancel()
            del self._tails[watcher.workspace_id]

    def wake(self, workspace_id: UUID, upto: Cursor | None) -> None:
        """Hints that the log of a workspace has grown to `upto`."""
        tail = self._tails.get(workspace_id)
        if tail is not None:
            if upto is not None and (tail.target is None or upto > tail.target):
                tail.target = upto
            tail.wake.set()

    def wake_all(self) -> None:
        """Makes every tail look at the log, after the bus was away."""
        for tail in self._tails.values():
            tail.wake.set()

    def tell(self, event: Ephemeral) -> None:
        """Hands an ephemeral event to the watchers and listeners of this process."""
        for listener in self._ephemeral:
            listener(event)
        tail = self._tails.get(event.workspace_id)
        if tail is not None:
            for watcher in tail.watchers:
                watcher.put(event)

    async def close(self) -> None:
        """Ends all tails."""
        tasks = [tail.task for tail in self._tails.values() if tail.task is not None]
        self._tails.clear()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _follow(self, workspace_id: UUID, tail: _Tail) -> None:
        pause = 0.002
        while True:
            behind = tail.target is not None and tail.cursor < tail.target
            # A commit that overtook an older transaction stays hidden until that one ends: look again soon.
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(tail.wake.wait(), pause if behind else 5.0)
            tail.wake.clear()
            try:
                moved = await self._advance(workspace_id, tail)
            except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError) as failure:
                log.warning("live tail lost its database", error=str(failure))
                await asyncio.sleep(0.3)
                continue
            pause = 0.002 if moved else min(0.1, pause * 2)

    async def _advance(self, workspace_id: UUID, tail: _Tail) -> bool:
        db = self._runtime.db
        moved = False
        while True:
            async with db.transaction(workspace_id) as tx:
                facts = await read_workspace(
                    tx, workspace_id, tail.cursor, epoch=db.epoch, own=db.sees_own_writes, limit=BATCH
                )
                if not facts:
                    return moved
                extras: dict[str, Any] = {}
                for enricher in self._enrichers:
                    await enricher(tx, workspace_id, facts, extras)
            last = facts[-1]
            tail.cursor = Cursor(last.epoch, last.xid, last.seq)
            moved = True
            batch = Batch(workspace_id, tail.cursor, facts, extras)
            for watcher in list(tail.watchers):
                watcher.put(batch)
            if len(facts) < BATCH:
                return moved
