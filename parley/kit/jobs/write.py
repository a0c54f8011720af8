"""Enqueueing jobs in the transaction that wants them."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import msgspec
from pgqueuer.adapters.persistence.qb import QueryQueueBuilder

from parley.kit.db import Transaction


class PendingJob(msgspec.Struct, frozen=True):
    """A job on its way into the queue; `key` drops it when one with the same key still waits or runs."""

    name: str
    payload: dict[str, Any]
    delay: timedelta | None
    key: str | None
    priority: int


# pgqueuer's own statement, but not its call: that one passes JSON as text, which our connections, that know
# jsonb, would store as a JSON string, and the worker cannot read such a job.
_ENQUEUE = QueryQueueBuilder().build_enqueue_query("skip")


async def enqueue_jobs(tx: Transaction, jobs: Sequence[PendingJob]) -> None:
    """Writes the jobs in one statement."""
    await tx.fetch(
        _ENQUEUE,
        [job.priority for job in jobs],
        [job.name for job in jobs],
        [msgspec.json.encode(job.payload) for job in jobs],
        [job.delay or timedelta(0) for job in jobs],
        [job.key for job in jobs],
        [None for _ in jobs],
    )
