"""The worker: takes jobs from the queue, retries them with growing pauses, holds what failed for good."""

import asyncio
import contextlib
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

import asyncpg
import msgspec
import structlog
from pgqueuer.adapters.drivers.asyncpg import AsyncpgDriver
from pgqueuer.applications import PgQueuer
from pgqueuer.domain.errors import RetryRequested
from pgqueuer.domain.models import Job as QueuedJob

from parley.kit.db import TROUBLE
from parley.kit.failures import Misconfigured, Refused, Retry
from parley.kit.jobs.registry import Job, JobKind
from parley.kit.jobs.write import KEY, keep_key, release_key
from parley.kit.metrics import JOB_SECONDS, JOBS

if TYPE_CHECKING:
    from parley.kit.runtime import Runtime

log = structlog.get_logger("jobs")
# Periodic work holds a connection for its lock while it uses others: all at once would wait for each other forever.
OFFERS_AT_ONCE = 3
WAKE_CHANNEL = "ch_pgqueuer"
WAKE_PAYLOAD = '{"type":"table_changed_event","channel":"ch_pgqueuer","operation":"insert","sent_at":"%s","table":"pgqueuer"}'


def pause_before(kind: JobKind, attempt: int) -> timedelta:
    """Gives the pause before the next attempt: doubling, bounded."""
    return timedelta(seconds=min(kind.max_delay, kind.first_delay * 2.0 ** min(attempt, 30)))


async def run_job(runtime: "Runtime", kind: JobKind, queued: QueuedJob) -> None:
    """Runs one attempt; raises RetryRequested to try again and any other error when it is over."""
    payload: dict[str, Any] = msgspec.json.decode(queued.payload or b"{}")
    attempt = queued.attempts
    job = Job(
        runtime,
        int(queued.id),
        kind.name,
        UUID(payload["workspace_id"]),
        payload,
        attempt,
        attempt + 1 >= kind.max_attempts,
    )
    with JOB_SECONDS.labels(kind.name).time():
        try:
            await kind.handler(job)
            JOBS.labels(kind.name, "done").inc()
        except Retry as failure:
            if job.last_attempt:
                JOBS.labels(kind.name, "failed").inc()
                raise
            JOBS.labels(kind.name, "retried").inc()
            raise RetryRequested(failure.after or pause_before(kind, attempt), failure.reason) from failure
        except (Refused, Misconfigured):
            JOBS.labels(kind.name, "failed").inc()
            raise
        except (asyncio.CancelledError, RetryRequested):
            raise
        except Exception as failure:
            if job.last_attempt:
                JOBS.labels(kind.name, "failed").inc()
                raise
            JOBS.labels(kind.name, "retried").inc()
            log.warning(
                "job failed, will be tried again",
                job=kind.name,
                attempt=attempt,
                error=type(failure).__name__,
            )
            raise RetryRequested(pause_before(kind, attempt), type(failure).__name__) from failure


async def run_keyed_job(runtime: "Runtime", kind: JobKind, queued: QueuedJob, key: str) -> None:
    """Runs one attempt at a job with a key, which is free for a job of its own meanwhile; raises as `run_job`."""
    async with runtime.db.connection() as connection:
        await release_key(connection, int(queued.id))
    try:
        await run_job(runtime, kind, queued)
    except RetryRequested:
        # Only spares a second job beside the one that is tried again.
        with contextlib.suppress(*TROUBLE):
            async with runtime.db.connection() as connection:
                await keep_key(connection, int(queued.id), key)
        raise


class Worker:
    """Runs the queue and the periodic work until stopped; reconnects when the database went away."""

    def __init__(self, runtime: "Runtime", *, concurrency: int = 20) -> None:
        self._runtime = runtime
        self._concurrency = concurrency
        self._queue: PgQueuer | None = None
        self._stopping = asyncio.Event()
        self._offers = asyncio.Semaphore(OFFERS_AT_ONCE)
        self.alive = False

    async def run(self) -> None:
        """Works until `stop`."""
        tasks = [
            asyncio.create_task(self._periodic(p.name, p.seconds, p.run)) for p in self._runtime.jobs.periodic
        ]
        try:
            while not self._stopping.is_set():
                try:
                    await self._run_queue()
                except TROUBLE as failure:
                    log.warning("queue lost its database, reconnecting", error=str(failure))
                except Exception:
                    # Whatever went wrong in the queue, work must go on.
                    log.exception("the queue ended, starting it again")
                self.alive = False
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(self._stopping.wait(), 0.3)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def _run_queue(self) -> None:
        connection = await asyncpg.connect(self._runtime.db.dsn)
        lost = asyncio.Event()
        connection.add_termination_listener(lambda _: lost.set())
        try:
            queue = PgQueuer(AsyncpgDriver(connection))
            for kind in self._runtime.jobs.kinds.values():
                self._register(queue, kind)
            self._queue = queue
            self.alive = True
            running = asyncio.create_task(
                queue.qm.run(
                    dequeue_timeout=timedelta(seconds=5),
                    batch_size=10,
                    max_concurrent_tasks=max(20, self._concurrency),
                    heartbeat_timeout=timedelta(seconds=15),
                    log_aggregation_interval=timedelta(0),
                )
            )
            watching = asyncio.create_task(lost.wait())
            await asyncio.wait({running, watching}, return_when=asyncio.FIRST_COMPLETED)
            if lost.is_set():
                running.cancel()
            watching.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await running
        finally:
            self._queue = None
            with contextlib.suppress(Exception):
                await connection.close(timeout=2)

    def _register(self, queue: PgQueuer, kind: JobKind) -> None:
        async def handle(queued: QueuedJob) -> None:
            if queued.headers and KEY in queued.headers:
                await run_keyed_job(self._runtime, kind, queued, str(queued.headers[KEY]))
            else:
                await run_job(self._runtime, kind, queued)

        queue.entrypoint(
            kind.name, concurrency_limit=kind.concurrency, accepts_context=False, on_failure="hold"
        )(handle)

    async def _periodic(self, name: str, seconds: float, run: Any) -> None:
        while True:
            try:
                await self._offer(name, run)
            except asyncio.CancelledError:
                raise
            except Exception:
                log.exception("periodic work failed", work=name)
            await asyncio.sleep(seconds)

    async def _offer(self, name: str, run: Any) -> None:
        """Does the work unless another process is just doing it."""
        async with self._offers, self._runtime.db.connection() as connection:
            key = f"periodic:{name}"
            if not await connection.fetchval("SELECT pg_try_advisory_lock(hashtextextended($1, 5))", key):
                return
            try:
                await run(self._runtime)
            finally:
                await connection.execute("SELECT pg_advisory_unlock(hashtextextended($1, 5))", key)

    async def stop(self) -> None:
        """Lets the jobs under way finish and ends `run`."""
        self._stopping.set()
        if self._queue is not None:
            self._queue.shutdown.set()
