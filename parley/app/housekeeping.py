"""Removing what nobody needs any more, a little at a time."""

from parley.kit.runtime import Runtime

BATCH = 5000

# Each removes at most a batch, so that no transaction lasts long.
SWEEPS = (
    (
        "DELETE FROM idempotency_keys WHERE ctid = ANY(ARRAY(SELECT ctid FROM idempotency_keys "
        "WHERE at < now() - interval '2 days' LIMIT $1))"
    ),
    (
        "DELETE FROM sessions WHERE ctid = ANY(ARRAY(SELECT ctid FROM sessions "
        "WHERE expires_at < now() - interval '1 day' LIMIT $1))"
    ),
    (
        "DELETE FROM one_time_tokens WHERE ctid = ANY(ARRAY(SELECT ctid FROM one_time_tokens "
        "WHERE expires_at < now() - interval '30 days' LIMIT $1))"
    ),
    (
        "DELETE FROM pgqueuer_log WHERE ctid = ANY(ARRAY(SELECT ctid FROM pgqueuer_log "
        "WHERE created < now() - interval '2 days' LIMIT $1))"
    ),
    (
        "DELETE FROM webhook_deliveries WHERE ctid = ANY(ARRAY(SELECT ctid FROM webhook_deliveries "
        "WHERE at < now() - interval '30 days' LIMIT $1))"
    ),
)


async def sweep(runtime: Runtime) -> None:
    """Runs every sweep once."""
    for statement in SWEEPS:
        async with runtime.db.transaction(None) as tx:
            await tx.execute(statement, BATCH)


def register_housekeeping(runtime: Runtime) -> None:
    """Adds the periodic work."""
    runtime.jobs.every("sweep", 600, sweep)
