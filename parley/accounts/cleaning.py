"""Removing what has had its time."""

from datetime import timedelta

from parley.kit.runtime import Runtime

EVERY_SECONDS = 3600.0
KEEP_DELIVERIES = timedelta(days=30)
KEEP_NOTIFICATIONS = timedelta(days=180)


async def remove_outdated(runtime: Runtime) -> None:
    """Removes expired sessions and one-time secrets, old deliveries and old notifications, of all workspaces."""
    now = runtime.clock.now()
    for statement, before in (
        ("DELETE FROM sessions WHERE expires_at < $1", now),
        ("DELETE FROM one_time_tokens WHERE expires_at < $1", now),
        ("DELETE FROM webhook_deliveries WHERE at < $1", now - KEEP_DELIVERIES),
        ("DELETE FROM notifications WHERE at < $1", now - KEEP_NOTIFICATIONS),
    ):
        async with runtime.db.transaction(None) as tx:
            await tx.execute(statement, before)
