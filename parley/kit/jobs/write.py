"""Enqueueing jobs in the transaction that wants them."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

import msgspec
from pgqueuer.adapters.drivers.asyncpg import AsyncpgDriver
from pgqueuer.adapters.persistence.queries import Queries

from parley.kit.db import Transaction


class PendingJob(msgspec.Struct, frozen=True):
    """A job on its way into the queue; `key` drops it when one with the same key still waits or runs."""

    name: str
    payload: dict[str, Any]
    delay: timedelta | None
    key: str | None
    priority: int


async def enqueue_jobs(tx: Transaction, jobs: Sequence[PendingJob]) -> None:
    """Writes the jobs in one statement."""
    queries = Queries(AsyncpgDriver(tx.connection))
    await queries.enqueue(
        [job.name for job in jobs],
        [msgspec.json.encode(job.payload) for job in jobs],
        [job.priority for job in jobs],
        [job.delay for job in jobs],
        [job.key for job in jobs],
        on_conflict="skip",
    )
