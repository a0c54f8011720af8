"""Readers of the log: each has a cursor per lane; its database effects and its cursor move in one transaction."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING
from uuid import UUID

import structlog

from parley.kit.ctx import Ctx
from parley.kit.db import AWAY, CLASH, TROUBLE, Transaction
from parley.kit.ids import uuid7
from parley.kit.jobs.write import PendingJob, enqueue_jobs
from parley.kit.log.cursor import Cursor
from parley.kit.log.fact import LANES, Fact, Recorded, load_fact
from parley.kit.log.read import read_lane, settled
from parley.kit.metrics import FACTS_FAILED, FACTS_READ

if TYPE_CHECKING:
    from parley.kit.runtime import Runtime

log = structlog.get_logger("readers")
Handler = Callable[[Ctx, Fact, Recorded], Awaitable[None]]
BATCH = 200
ATTEMPTS = 3
# Two transactions that want the same rows: nothing is wrong with the fact.
CLASHES = 12
# Between two looks at a busy log, so that each takes in more.
GAP_SECONDS = 0.01


class ReaderRegistry:
    """Who reads what: reader name → fact kind → handlers."""

    def __init__(self) -> None:
        self.handlers: dict[str, dict[str, list[Handler]]] = {}

    def subscribe(self, reader: str, handler: Handler, *kinds: type[Fact]) -> None:
        """Hands facts of these kinds to `handler`, in order per conversation."""
        for kind in kinds:
            self.handlers.setdefault(reader, {}).setdefault(kind.__name__, []).append(handler)


class ReaderLoop:
    """Drives all readers of a process; several processes share the lanes by row locks."""

    def __init__(self, runtime: "Runtime") -> None:
        self._runtime = runtime
        self._wake = asyncio.Event()
        self._lanes: set[int] = set()
        self._again: set[tuple[str, int]] = set()
        self.alive = False

    def wake(self, lanes: set[int]) -> None:
        """Hints that these lanes have grown."""
        self._lanes |= lanes
        self._wake.set()

    async def run(self) -> None:
        """Reads until cancelled."""
        self._lanes = set(range(LANES))
        pause = 2.0
        while True:
            lanes, self._lanes = self._lanes, set()
            try:
                if not self.alive:
                    await self._ensure_rows()
                    self.alive = True
                if lanes:
                    wanted = {(reader, lane) for reader in self._runtime.readers.handlers for lane in lanes}
                else:
                    wanted = await self._pending()
                again = {
                    (reader, lane) for reader, lane in sorted(wanted) if await self.advance(reader, lane)
                }
            except TROUBLE as failure:
                log.warning("readers lost their database", error=str(failure))
                await asyncio.sleep(0.3)
                self._lanes |= set(range(LANES))
                continue
            await asyncio.sleep(GAP_SECONDS)
            # Something committed above the horizon: it becomes readable when an older transaction ends.
            pause = 0.005 if again else 2.0
            self._lanes |= {lane for _, lane in again}
            if self._lanes and not again:
                continue
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._wake.wait(), pause)
            self._wake.clear()

    async def drain(self) -> None:
        """Reads until nothing is left; for tests and for the demo's loading."""
        await self._ensure_rows()
        moved = True
        while moved:
            moved = False
            for reader, lane in sorted(await self._pending()):
                await self.advance(reader, lane)
                moved = True

    async def _ensure_rows(self) -> None:
        async with self._runtime.db.transaction(None) as tx:
            await tx.execute(
                """INSERT INTO readers (reader, lane)
                   SELECT r, l FROM unnest($1::text[]) r, generate_series(0, $2::int - 1) l ON CONFLICT DO NOTHING""",
                list(self._runtime.readers.handlers),
                LANES,
            )

    async def _pending(self) -> set[tuple[str, int]]:
        db = self._runtime.db
        async with db.transaction(None) as tx:
            rows = await tx.fetch(
                f"""SELECT r.reader, r.lane FROM readers r WHERE r.reader = ANY($1::text[]) AND EXISTS (
                      SELECT 1 FROM facts f WHERE f.lane = r.lane AND (f.epoch, f.xid, f.seq) > (r.epoch, r.xid, r.seq)
                      AND {settled(db.epoch, db.sees_own_writes, "f")})""",
                list(self._runtime.readers.handlers),
            )
        return {(row["reader"], row["lane"]) for row in rows}

    async def advance(self, reader: str, lane: int) -> bool:
        """Handles what is settled on one lane; True when more is known to be on its way."""
        handlers = self._runtime.readers.handlers[reader]
        while True:
            try:
                full, hidden = await self._batch(reader, lane, handlers)
            except Exception as failure:  # noqa: BLE001 - whatever a handler raises, the others go on
                # When it was the database that went away, the second time raises that too.
                if not isinstance(failure, AWAY):
                    log.warning(
                        "a fact failed, going one by one", reader=reader, lane=lane, error=repr(failure)
                    )
                full, hidden = await self._one_by_one(reader, lane, handlers)
            if not full:
                return hidden

    async def _one_by_one(
        self, reader: str, lane: int, handlers: dict[str, list[Handler]]
    ) -> tuple[bool, bool]:
        """Handles as many facts as a batch has, each in a transaction of its own.

        What clashed with somebody else's transaction then waits for it without holding what that one waits for.
        """
        full, hidden = True, False
        for _ in range(BATCH):
            full, hidden = await self._batch(reader, lane, handlers, alone=True)
            if not full:
                break
        return full, hidden

    async def _batch(
        self, reader: str, lane: int, handlers: dict[str, list[Handler]], *, alone: bool = False
    ) -> tuple[bool, bool]:
        db = self._runtime.db
        jobs: list[PendingJob] = []
        async with db.transaction(None, keyed=True) as tx:
            row = await tx.fetchrow(
                "SELECT epoch, xid, seq FROM readers WHERE reader = $1 AND lane = $2 FOR UPDATE SKIP LOCKED",
                reader,
                lane,
            )
            if row is None:
                return False, False
            start = Cursor(row["epoch"], row["xid"], row["seq"])
            facts, reached, ended = await read_lane(
                tx,
                lane,
                start,
                list(handlers),
                epoch=db.epoch,
                own=db.sees_own_writes,
                limit=1 if alone else BATCH,
            )
            hidden = await self._hidden(tx, lane, reached)
            if reached == start:
                return False, hidden
            for recorded in facts:
                if alone:
                    jobs += await self._handle_safely(tx, reader, recorded, handlers[recorded.kind])
                else:
                    jobs += await self._handle(tx, recorded, handlers[recorded.kind])
            await tx.rescope(None)
            await self._enqueue(tx, jobs)
            await tx.execute(
                "UPDATE readers SET epoch = $3, xid = $4::xid8, seq = $5, moved_at = now() WHERE reader = $1 AND lane = $2",
                reader,
                lane,
                *reached,
            )
        FACTS_READ.labels(reader).inc(len(facts))
        return not ended, hidden

    async def _hidden(self, tx: Transaction, lane: int, after: Cursor) -> bool:
        return bool(
            await tx.fetchval(
                "SELECT EXISTS (SELECT 1 FROM facts WHERE lane = $1 AND (epoch, xid, seq) > ($2, $3::xid8, $4))",
                lane,
                *after,
            )
        )

    async def _enqueue(self, tx: Transaction, jobs: list[PendingJob]) -> None:
        """Writes the jobs of a whole batch as its last rows, where every other transaction writes them, too.

        Whoever held the key of a job while it goes on to the next fact would wait for rows of somebody who waits
        for the key.
        """
        if not jobs:
            return
        await enqueue_jobs(tx, jobs)
        nerves = self._runtime.nerves
        workspace_id = jobs[0].payload["workspace_id"]
        tx.after_commit.append(lambda: nerves.wake(workspace_id, None, set(), True))

    async def _handle(self, tx: Transaction, recorded: Recorded, handlers: list[Handler]) -> list[PendingJob]:
        await tx.rescope(recorded.workspace_id)
        ctx = self._runtime.reader_ctx(tx, recorded)
        fact = load_fact(recorded)
        for handler in handlers:
            await handler(ctx, fact, recorded)
        jobs = ctx.take_jobs()
        await ctx.flush()
        return jobs

    async def _handle_safely(
        self, tx: Transaction, reader: str, recorded: Recorded, handlers: list[Handler]
    ) -> list[PendingJob]:
        error, failures, clashes = "", 0, 0
        while failures < ATTEMPTS and clashes < CLASHES:
            try:
                async with tx.savepoint():
                    return await self._handle(tx, recorded, handlers)
            except Exception as failure:
                if tx.connection.is_closed():
                    raise
                error = repr(failure)[:2000]
                tx.scope, tx.keyed = "", True
                if isinstance(failure, CLASH):
                    clashes += 1
                else:
                    failures += 1
        log.error("reader gave up on a fact", reader=reader, kind=recorded.kind, error=error)
        FACTS_FAILED.labels(reader).inc()
        await tx.rescope(recorded.workspace_id)
        await park_fact(tx, reader, recorded, error)
        return []


async def park_fact(tx: Transaction, reader: str, recorded: Recorded, error: str) -> UUID:
    """Keeps a fact that a reader could not handle, so that a person can retry it; gives the id of the entry."""
    entry = uuid7()
    await tx.execute(
        """INSERT INTO failed_facts (workspace_id, id, reader, fact_id, fact_epoch, fact_xid, fact_seq, kind,
                                     conversation_id, error, attempts)
           VALUES ($1, $2, $3, $4, $5, $6::xid8, $7, $8, $9, $10, $11)""",
        recorded.workspace_id,
        entry,
        reader,
        recorded.id,
        recorded.epoch,
        recorded.xid,
        recorded.seq,
        recorded.kind,
        recorded.conversation_id,
        error,
        ATTEMPTS,
    )
    return entry


async def retry_failed_fact(runtime: "Runtime", ctx: Ctx, entry: UUID) -> bool:
    """Hands a parked fact to its reader again; removes the entry when that works, and says whether it did."""
    row = await ctx.tx.fetchrow(
        "SELECT * FROM failed_facts WHERE workspace_id = $1 AND id = $2 FOR UPDATE", ctx.workspace_id, entry
    )
    if row is None:
        return False
    fact_row = await ctx.tx.fetchrow(
        "SELECT * FROM facts WHERE workspace_id = $1 AND epoch = $2 AND xid = $3::xid8 AND seq = $4",
        ctx.workspace_id,
        row["fact_epoch"],
        row["fact_xid"],
        row["fact_seq"],
    )
    if fact_row is None:
        return False
    recorded = Recorded(**fact_row)
    inner = runtime.reader_ctx(ctx.tx, recorded)
    try:
        async with ctx.tx.savepoint("retry"):
            for handler in runtime.readers.handlers.get(row["reader"], {}).get(recorded.kind, []):
                await handler(inner, load_fact(recorded), recorded)
            await inner.flush()
    except Exception as failure:  # noqa: BLE001 - see above
        await ctx.tx.execute(
            "UPDATE failed_facts SET attempts = attempts + 1, error = $3 WHERE workspace_id = $1 AND id = $2",
            ctx.workspace_id,
            entry,
            repr(failure)[:2000],
        )
        return False
    await ctx.tx.execute(
        "DELETE FROM failed_facts WHERE workspace_id = $1 AND id = $2", ctx.workspace_id, entry
    )
    return True
