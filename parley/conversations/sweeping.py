"""What is due and was forgotten: its job was lost, given up, or came too early by another process's clock."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from parley.conversations.actions.changing import WAKE_JOB
from parley.conversations.actions.delivering import JOB, LEASE
from parley.kit.ctx import Ctx
from parley.kit.runtime import Runtime

SWEEP_SECONDS = 30.0
OVERDUE = timedelta(seconds=15)
"""Jobs have this long to come by themselves."""
PAGE = 500
PAGES = 20
"""No sweep looks at more than so many pages; what lies behind them is found by the next ones."""

# By time, over all workspaces; one under way counts once its lease is over.
DELIVERIES = """
SELECT workspace_id, id, thread_id, not_before AS due FROM deliveries
WHERE state IN ('queued', 'sending') AND (not_before, id) > ($1, $2) AND not_before < $3
  AND (state = 'queued' OR started_at < $4)
ORDER BY not_before, id LIMIT $5
"""
SNOOZED = """
SELECT workspace_id, id, snoozed_until AS due FROM conversations
WHERE status = 'snoozed' AND snoozed_until IS NOT NULL AND (snoozed_until, id) > ($1, $2) AND snoozed_until < $3
ORDER BY snoozed_until, id LIMIT $4
"""


async def sweep_deliveries(runtime: Runtime) -> int:
    """Defers anew the deliveries that should have been begun; gives how many it found."""
    now = runtime.clock.now()

    def defer(ctx: Ctx, row: Any) -> None:
        ctx.defer(JOB, {"thread_id": row["thread_id"]}, key=f"due:{row['thread_id']}")

    return await _sweep(runtime, DELIVERIES, (now - OVERDUE, now - LEASE - OVERDUE), defer)


async def sweep_snoozed(runtime: Runtime) -> int:
    """Defers anew the waking of conversations that have slept too long; gives how many it found."""

    def defer(ctx: Ctx, row: Any) -> None:
        ctx.defer(WAKE_JOB, {"conversation_id": row["id"]}, key=f"wake:{row['id']}")

    return await _sweep(runtime, SNOOZED, (runtime.clock.now() - OVERDUE,), defer)


async def _sweep(
    runtime: Runtime, sql: str, until: tuple[datetime, ...], defer: Callable[[Ctx, Any], None]
) -> int:
    found = 0
    after: tuple[Any, UUID] = (runtime.clock.now() - timedelta(days=36_500), UUID(int=0))
    for _ in range(PAGES):
        async with runtime.db.transaction(None) as tx:
            rows = await tx.fetch(sql, *after, *until, PAGE)
        by_workspace: dict[UUID, list[Any]] = {}
        for row in rows:
            by_workspace.setdefault(row["workspace_id"], []).append(row)
        for workspace_id, due in by_workspace.items():
            async with runtime.ctx(workspace_id) as ctx:
                for row in due:
                    defer(ctx, row)
        found += len(rows)
        if len(rows) < PAGE:
            break
        after = (rows[-1]["due"], rows[-1]["id"])
    return found


async def sweep_due(runtime: Runtime) -> None:
    """Defers anew everything of the inbox that is overdue. A job that waits already is not doubled."""
    await sweep_deliveries(runtime)
    await sweep_snoozed(runtime)
