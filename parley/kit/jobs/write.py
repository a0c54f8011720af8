"""Enqueueing jobs in the transaction that wants them."""

from collections.abc import Sequence
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import msgspec
from pgqueuer.adapters.persistence.qb import QueryQueueBuilder

from parley.kit.db import Transaction

if TYPE_CHECKING:
    from asyncpg import Connection

KEY = "key"
"""The header of a job that bears its key; the column holds it only while nobody works on the job."""


class PendingJob(msgspec.Struct, frozen=True):
    """A job on its way into the queue; `key` drops it when one with the same key still waits to be begun."""

    name: str
    payload: dict[str, Any]
    delay: timedelta | None
    key: str | None
    priority: int


# pgqueuer's own statement, but not its call: that one passes JSON as text, which our connections, that know
# jsonb, would store as a JSON string, and the worker cannot read such a job.
_ENQUEUE = QueryQueueBuilder().build_enqueue_query("skip")
# Locked in common: many may drop a job in favour of the same one, but until all of them have committed nobody
# begins it, since he would not see what they wrote.
_HOLD = """
SELECT dedupe_key FROM pgqueuer WHERE dedupe_key = ANY($1) AND status IN ('queued', 'picked')
ORDER BY dedupe_key FOR SHARE
"""
_RELEASE = "UPDATE pgqueuer SET dedupe_key = NULL WHERE id = $1 AND dedupe_key IS NOT NULL"
_KEEP = """
UPDATE pgqueuer SET dedupe_key = $2 WHERE id = $1 AND NOT EXISTS (
  SELECT 1 FROM pgqueuer o WHERE o.dedupe_key = $2 AND o.status IN ('queued', 'picked'))
"""


async def enqueue_jobs(tx: Transaction, jobs: Sequence[PendingJob]) -> None:
    """Writes the jobs in one statement; where some are dropped, holds back those that do their work until the commit.

    Keys are taken in their order, so that two who want the same ones do not wait for each other.
    """
    jobs = sorted(jobs, key=lambda job: job.key or "")
    while jobs:
        rows = await tx.fetch(
            _ENQUEUE,
            [job.priority for job in jobs],
            [job.name for job in jobs],
            [msgspec.json.encode(job.payload) for job in jobs],
            [job.delay or timedelta(0) for job in jobs],
            [job.key for job in jobs],
            [{KEY: job.key} if job.key is not None else None for job in jobs],
        )
        written = {row["ord"] - 1 for row in rows}
        dropped = {job.key: job for place, job in enumerate(jobs) if place not in written}
        held = await tx.fetch(_HOLD, list(dropped)) if dropped else []
        # One that was begun between the two statements does not do the work any more: once again then.
        jobs = [job for key, job in dropped.items() if key not in {row["dedupe_key"] for row in held}]


async def release_key(connection: "Connection[Any]", job_id: int) -> None:
    """Frees the key of a job that is about to be carried out: what is deferred from now on is a job of its own.

    It waits for transactions that have dropped a job in favour of this one, so that it sees what they wrote.
    """
    await connection.execute(_RELEASE, job_id)


async def keep_key(connection: "Connection[Any]", job_id: int, key: str) -> None:
    """Gives a job that is to be tried again its key back, unless another one holds it by now.

    Raises UniqueViolationError when another one takes it at this very moment.
    """
    await connection.execute(_KEEP, job_id, key)
