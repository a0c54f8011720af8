"""Carrying out the jobs of a test's transaction, which no worker can see."""

from uuid import UUID

import msgspec

from parley.kit.jobs.registry import Job
from parley.kit.runtime import Runtime


async def run_jobs(
    runtime: Runtime, *names: str, attempt: int = 0, delayed: bool = True, deferred: bool = True
) -> int:
    """Runs the waiting jobs (of these names) once; gives how many ran.

    A failure is raised. With `delayed` those that are meant for later run too, with `deferred` those that they
    defer.
    """
    ran = 0
    newest = 2**62
    if not deferred:
        async with runtime.db.transaction(None) as tx:
            newest = await tx.fetchval("SELECT coalesce(max(id), 0) FROM pgqueuer")
    while True:
        async with runtime.db.transaction(None) as tx:
            row = await tx.fetchrow(
                """DELETE FROM pgqueuer WHERE id = (
                     SELECT id FROM pgqueuer WHERE status = 'queued' AND (cardinality($1::text[]) = 0 OR
                       entrypoint = ANY($1)) AND ($2 OR execute_after <= now())
                       AND id <= $3 ORDER BY id LIMIT 1)
                   RETURNING id, entrypoint, payload""",
                list(names),
                delayed,
                newest,
            )
        if row is None:
            return ran
        kind = runtime.jobs.kinds[row["entrypoint"]]
        payload = msgspec.json.decode(row["payload"])
        last = attempt + 1 >= kind.max_attempts
        await kind.handler(
            Job(runtime, row["id"], kind.name, UUID(payload["workspace_id"]), payload, attempt, last)
        )
        ran += 1
