"""The one object that travels: transaction, workspace, actor, clock, facts to tell, jobs to defer."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from typing import Any, Protocol
from uuid import UUID

from parley.kit.clock import Clock
from parley.kit.db import Database, Transaction
from parley.kit.ids import uuid7
from parley.kit.jobs.write import PendingJob, enqueue_jobs
from parley.kit.log.cursor import Cursor
from parley.kit.log.fact import SYSTEM, Actor, Fact
from parley.kit.log.write import Pending, append_facts


class Waker(Protocol):
    """Tells readers, live screens and workers, after the commit, that there is something new."""

    def wake(self, workspace_id: UUID, upto: Cursor | None, lanes: set[int], jobs: bool) -> None:
        """Is called once per committed transaction that wrote facts or jobs."""


class Ctx:
    """One transaction of one workspace on behalf of one actor.

    `emit` and `defer` only note; `flush` writes what was noted in one statement each, just before the commit.
    """

    __slots__ = (
        "_facts",
        "_jobs",
        "actor",
        "cause_id",
        "clock",
        "cursor",
        "db",
        "depth",
        "now",
        "tx",
        "waker",
        "workspace_id",
    )

    def __init__(
        self,
        db: Database,
        tx: Transaction,
        workspace_id: UUID,
        clock: Clock,
        *,
        actor: Actor = SYSTEM,
        waker: Waker | None = None,
        cause_id: UUID | None = None,
        depth: int = 0,
    ) -> None:
        self.db = db
        self.tx = tx
        self.workspace_id = workspace_id
        self.clock = clock
        self.now: datetime = clock.now()
        self.actor = actor
        self.waker = waker
        self.cause_id = cause_id
        self.depth = depth
        self.cursor: Cursor | None = None
        self._facts: list[Pending] = []
        self._jobs: list[PendingJob] = []

    def emit(self, fact: Fact, *, actor: Actor | None = None) -> UUID:
        """Notes a fact for the log and gives its id."""
        fact_id = uuid7()
        self._facts.append(Pending(fact_id, fact, actor or self.actor, self.cause_id, self.depth))
        return fact_id

    def defer(
        self,
        job: str,
        payload: Mapping[str, Any],
        *,
        delay: timedelta | None = None,
        key: str | None = None,
        priority: int = 0,
    ) -> None:
        """Notes a job; it exists exactly when the transaction commits.

        `key` drops it when one with the same key still waits to be begun, whatever its delay: that one sees
        what this transaction writes. One that has been begun may have looked already, so it does not count.
        """
        self._jobs.append(
            PendingJob(job, {"workspace_id": self.workspace_id, **payload}, delay, key, priority)
        )

    @asynccontextmanager
    async def attempt(self) -> AsyncIterator[None]:
        """Opens a part that can fail by itself: what it wrote, told and deferred is taken back, the error goes on."""
        facts, jobs = len(self._facts), len(self._jobs)
        try:
            async with self.tx.savepoint("attempt"):
                yield
        except BaseException:
            del self._facts[facts:], self._jobs[jobs:]
            raise

    def forget_jobs(self) -> None:
        """Drops the jobs noted so far; for the past that is only told again, such as the demo store's."""
        self._jobs.clear()

    def take_jobs(self) -> list[PendingJob]:
        """Gives the jobs noted so far to somebody who writes them later in the same transaction."""
        jobs, self._jobs = self._jobs, []
        return jobs

    async def flush(self) -> None:
        """Writes the noted facts and jobs. Called by whoever opened the transaction; safe to call again."""
        from parley.kit.log.fact import lane_of

        lanes: set[int] = set()
        wrote_jobs = bool(self._jobs)
        if self._facts:
            facts, self._facts = self._facts, []
            self.cursor = await append_facts(self.tx, self.workspace_id, self.db.epoch, self.now, facts)
            lanes = {
                lane_of(p.fact.conversation() or p.fact.subject_id() or self.workspace_id) for p in facts
            }
        if wrote_jobs:
            jobs, self._jobs = self._jobs, []
            await enqueue_jobs(self.tx, jobs)
        if (lanes or wrote_jobs) and self.waker is not None:
            waker, cursor, workspace_id = self.waker, self.cursor, self.workspace_id
            self.tx.after_commit.append(lambda: waker.wake(workspace_id, cursor, lanes, wrote_jobs))

    def pending_facts(self) -> list[Fact]:
        """Gives the facts noted and not yet flushed, for tests and for deciders that look at them."""
        return [p.fact for p in self._facts]
