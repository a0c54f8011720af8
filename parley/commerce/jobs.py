"""Jobs of commerce: reading stores, one thing at a time or all of it, and looking after what may be old."""

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import structlog

from parley.commerce.actions.committing import JOB as ACT
from parley.commerce.actions.connections import set_connection_health
from parley.commerce.actions.deliveries import DRAIN
from parley.commerce.actions.sync_runs import JOB as SYNC
from parley.commerce.actions.sync_runs import begin_run, end_run, get_run
from parley.commerce.carrying import carry_out_act, sweep_acts
from parley.commerce.connections import Connection
from parley.commerce.hooks import drain_deliveries
from parley.commerce.reading import read_everything
from parley.commerce.syncing import REFRESH, refresh
from parley.kit.errors import Conflict, NotFound
from parley.kit.failures import Failure, Misconfigured, Refused
from parley.kit.jobs.registry import Job
from parley.kit.log.fact import Actor

if TYPE_CHECKING:
    from parley.kit.runtime import Runtime

log = structlog.get_logger("commerce")
RECONCILE_EVERY = 900.0
SWEEP_EVERY = 60.0
OVERLAP = timedelta(minutes=10)


async def run_refresh(job: Job) -> None:
    """Reads one thing anew; raises Retry while the store cannot be reached."""
    runtime: Runtime = job.runtime
    connection = await _connection(runtime, job, job.uuid("connection_id"))
    if connection is None:
        return
    try:
        await refresh(runtime, connection, job.payload["kind"], job.payload["external_id"])
    except Failure as failure:
        await note_failure(runtime, connection, failure)
        raise
    await note_failure(runtime, connection, None)


async def run_sync(job: Job) -> None:
    """Goes on with a pass from where it stands."""
    runtime: Runtime = job.runtime
    async with runtime.ctx(job.workspace_id) as ctx:
        run = await get_run(ctx, job.uuid("run_id"))
    connection = await _connection(runtime, job, run.store_id)
    if connection is None or run.state != "running":
        return
    try:
        await read_everything(runtime, connection, run)
    except (Refused, Misconfigured) as failure:
        await note_failure(runtime, connection, failure)
        async with runtime.ctx(job.workspace_id) as ctx:
            await end_run(ctx, run.id, "failed", failure.reason)
    except Failure as failure:
        if job.last_attempt:
            async with runtime.ctx(job.workspace_id) as ctx:
                await end_run(ctx, run.id, "failed", failure.reason)
        raise


async def note_failure(runtime: "Runtime", connection: Connection, failure: Failure | None) -> None:
    """Shows at a connection that its settings are wrong, or that all is well again."""
    if failure is not None and not isinstance(failure, Misconfigured):
        return
    if failure is None and not connection.error:
        return
    async with runtime.ctx(connection.workspace_id, Actor("connection", connection.id)) as ctx:
        book = runtime.parts["commerce"].book
        await set_connection_health(ctx, book, connection.id, failure.reason if failure else "")


async def reconcile_stores(runtime: "Runtime") -> None:
    """Begins, for each store, a pass over what has changed there since the last one; webhooks get lost."""
    async with runtime.db.transaction(None) as tx:
        connections = await runtime.parts["commerce"].book.list_all(tx, None, "store")
    for connection in connections:
        if connection.state != "paused":
            await begin_reconciling(runtime, connection)


async def begin_reconciling(runtime: "Runtime", connection: Connection) -> None:
    """Begins a pass per kind over what has changed since the last pass of the kind."""
    connector = runtime.parts["commerce"].book.connector(connection)
    async with runtime.ctx(connection.workspace_id) as ctx:
        for kind in connector.manifest.kinds:
            last: Any = await ctx.tx.fetchval(
                """SELECT max(started_at) FROM sync_runs WHERE workspace_id = $1 AND store_id = $2 AND kind = $3
                   AND state = 'done'""",
                ctx.workspace_id,
                connection.id,
                kind,
            )
            if last is None:
                continue
            try:
                await begin_run(ctx, connection.id, "reconcile", kind, since=last - OVERLAP)
            except Conflict:
                log.info("the last reconciliation is still under way", store=str(connection.id), kind=kind)


async def _connection(runtime: "Runtime", job: Job, connection_id: Any) -> Connection | None:
    async with runtime.db.transaction(job.workspace_id) as tx:
        try:
            found: Connection = await runtime.parts["commerce"].book.get(tx, job.workspace_id, connection_id)
        except NotFound:
            return None
    return None if found.state == "paused" else found


def register_jobs(runtime: "Runtime") -> None:
    """Adds the jobs of the slice."""
    runtime.jobs.add(DRAIN, drain_deliveries, max_attempts=20, max_delay=300)
    runtime.jobs.add(REFRESH, run_refresh, max_attempts=20, max_delay=600)
    runtime.jobs.add(SYNC, run_sync, max_attempts=30, max_delay=600, concurrency=2)
    runtime.jobs.add(ACT, carry_out_act, max_attempts=60, first_delay=1, max_delay=300)
    runtime.jobs.every("open_acts", SWEEP_EVERY, sweep_acts)
    runtime.jobs.every("reconcile_stores", RECONCILE_EVERY, reconcile_stores)
