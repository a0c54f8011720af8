"""The hub: follows the log of every workspace somebody watches and hands each batch to all its watchers."""

import asyncio
import contextlib
from collections import deque
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any
from uuid import UUID

import msgspec
import structlog

from parley.kit.db import TROUBLE, Transaction
from parley.kit.log.cursor import Cursor
from parley.kit.log.fact import Recorded
from parley.kit.log.read import newest_cursor, read_workspace

if TYPE_CHECKING:
    from parley.kit.runtime import Runtime

log = structlog.get_logger("live")
QUEUE_LIMIT = 500
BATCH = 500
# Between two looks at a busy log: what comes meanwhile is read together, which costs far less than one by one.
GAP_SECONDS = 0.01


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
Receiver = Callable[[Item], Awaitable[None]]
DESK = "desk"


def conversation_topic(conversation_id: UUID) -> str:
    """Names the topic of what concerns one conversation."""
    return f"c:{conversation_id}"


def agent_topic(agent_id: UUID) -> str:
    """Names the topic of what only the screens of one agent hear."""
    return f"a:{agent_id}"


class Watcher:
    """What one socket hears: the topics it chose, handed to `receive` one by one without a task of its own.

    An idle watcher costs a set entry. `overflowed` tells that the socket must start again from a fresh fetch.
    """

    __slots__ = ("_items", "_receive", "_task", "overflowed", "topics", "workspace_id")

    def __init__(self, workspace_id: UUID, topics: set[str], receive: Receiver) -> None:
        self.workspace_id = workspace_id
        self.topics = topics
        self.overflowed = False
        self._receive = receive
        self._items: deque[Item] = deque()
        self._task: asyncio.Task[None] | None = None

    def put(self, item: Item) -> None:
        """Queues an item, or marks the watcher as overflowed."""
        if len(self._items) >= QUEUE_LIMIT:
            self.overflowed = True
            self._items.clear()
        self._items.append(item)
        if self._task is None:
            self._task = asyncio.create_task(self._pump())

    async def _pump(self) -> None:
        try:
            while self._items:
                await self._receive(self._items.popleft())
        except Exception as failure:  # noqa: BLE001 - one socket's end is nobody else's business
            log.debug("a watcher went away", error=repr(failure))
            self.overflowed = True
            self._items.clear()
        finally:
            self._task = None


class _Tail:
    __slots__ = ("cursor", "target", "task", "wake", "watchers")

    def __init__(self, cursor: Cursor) -> None:
        self.cursor = cursor
        self.target: Cursor | None = None
        self.wake = asyncio.Event()
        self.watchers: dict[str, set[Watcher]] = {}
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

    async def look_up(
        self, tx: Transaction, workspace_id: UUID, facts: list[Recorded], extras: dict[str, Any]
    ) -> None:
        """Lets every enricher add to `extras` what it knows about the facts."""
        for enricher in self._enrichers:
            await enricher(tx, workspace_id, facts, extras)

    def on_ephemeral(self, listener: Callable[[Ephemeral], None]) -> None:
        """Adds somebody in this process who hears every ephemeral event (presence keeps its table this way)."""
        self._ephemeral.append(listener)

    async def watch(self, workspace_id: UUID, topics: set[str], receive: Receiver) -> tuple[Watcher, Cursor]:
        """Starts watching topics; gives the watcher and the position from which it is complete."""
        lock = self._starting.setdefault(workspace_id, asyncio.Lock())
        async with lock:
            tail = self._tails.get(workspace_id)
            if tail is None:
                db = self._runtime.db
                async with db.transaction(workspace_id) as tx:
                    cursor = await newest_cursor(tx, workspace_id, epoch=db.epoch, own=db.sees_own_writes)
                tail = self._tails[workspace_id] = _Tail(cursor)
                tail.task = asyncio.create_task(self._follow(workspace_id, tail))
            watcher = Watcher(workspace_id, set(), receive)
            self._subscribe(tail, watcher, topics)
            return watcher, tail.cursor

    def add_topic(self, watcher: Watcher, topic: str) -> Cursor | None:
        """Lets a watcher hear one more topic; gives the position from which that is complete."""
        tail = self._tails.get(watcher.workspace_id)
        if tail is None:
            return None
        self._subscribe(tail, watcher, {topic})
        return tail.cursor

    def drop_topic(self, watcher: Watcher, topic: str) -> None:
        """Lets a watcher no longer hear a topic."""
        tail = self._tails.get(watcher.workspace_id)
        watcher.topics.discard(topic)
        if tail is not None:
            self._unsubscribe(tail, watcher, {topic})

    def _subscribe(self, tail: _Tail, watcher: Watcher, topics: set[str]) -> None:
        watcher.topics |= topics
        for topic in topics:
            tail.watchers.setdefault(topic, set()).add(watcher)

    def _unsubscribe(self, tail: _Tail, watcher: Watcher, topics: set[str]) -> None:
        for topic in topics:
            found = tail.watchers.get(topic)
            if found is not None:
                found.discard(watcher)
                if not found:
                    del tail.watchers[topic]

    def unwatch(self, watcher: Watcher) -> None:
        """Stops watching; the last watcher of a workspace ends its tail."""
        tail = self._tails.get(watcher.workspace_id)
        if tail is None:
            return
        self._unsubscribe(tail, watcher, watcher.topics)
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
            for watcher in list(tail.watchers.get(event.topic, ())):
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
            except TROUBLE as failure:
                log.warning("live tail lost its database", error=str(failure))
                await asyncio.sleep(0.3)
                continue
            pause = 0.002 if moved else min(0.1, pause * 2)
            await asyncio.sleep(GAP_SECONDS)

    async def _advance(self, workspace_id: UUID, tail: _Tail) -> bool:
        db = self._runtime.db
        moved = False
        while True:
            async with db.transaction(workspace_id, keyed=True) as tx:
                facts = await read_workspace(
                    tx, workspace_id, tail.cursor, epoch=db.epoch, own=db.sees_own_writes, limit=BATCH
                )
                if not facts:
                    return moved
                extras: dict[str, Any] = {}
                await self.look_up(tx, workspace_id, facts, extras)
            last = facts[-1]
            tail.cursor = Cursor(last.epoch, last.xid, last.seq)
            moved = True
            self._hand_out(tail, Batch(workspace_id, tail.cursor, facts, extras))
            if len(facts) < BATCH:
                return moved

    def _hand_out(self, tail: _Tail, batch: Batch) -> None:
        for watcher in list(tail.watchers.get(DESK, ())):
            watcher.put(batch)
        for conversation_id in dict.fromkeys(
            f.conversation_id for f in batch.facts if f.conversation_id is not None
        ):
            found = tail.watchers.get(conversation_topic(conversation_id))
            if found:
                own = [f for f in batch.facts if f.conversation_id == conversation_id]
                part = Batch(batch.workspace_id, batch.cursor, own, batch.extras)
                for watcher in list(found):
                    watcher.put(part)
