"""What a person does about work that failed: try it again, or let it be."""

from uuid import UUID

from parley.accounts.actions.auditing import write_audit
from parley.accounts.actions.webhooks import try_webhook_now
from parley.kit.ctx import Ctx
from parley.kit.errors import NotFound
from parley.kit.log.readers import retry_failed_fact as hand_over
from parley.kit.runtime import Runtime

_OURS = "status = 'failed' AND convert_from(payload, 'UTF8')::jsonb->>'workspace_id' = $2"


async def retry_failed_job(ctx: Ctx, job_id: int) -> None:
    """Puts a job back into the queue with all its attempts before it; raises NotFound."""
    # Without its key: one like it may be waiting by now.
    name = await ctx.tx.fetchval(
        f"""UPDATE pgqueuer SET status = 'queued', attempts = 0, execute_after = now(), updated = now(),
              queue_manager_id = NULL, dedupe_key = NULL WHERE id = $1 AND {_OURS} RETURNING entrypoint""",
        job_id,
        str(ctx.workspace_id),
    )
    if name is None:
        raise NotFound("failed job")
    if ctx.waker is not None:
        waker, workspace_id = ctx.waker, ctx.workspace_id
        ctx.tx.after_commit.append(lambda: waker.wake(workspace_id, None, set(), True))
    await write_audit(ctx, "job_retried", job=name)


async def dismiss_failed_job(ctx: Ctx, job_id: int) -> None:
    """Lets a failed job be; raises NotFound."""
    name = await ctx.tx.fetchval(
        f"DELETE FROM pgqueuer WHERE id = $1 AND {_OURS} RETURNING entrypoint", job_id, str(ctx.workspace_id)
    )
    if name is None:
        raise NotFound("failed job")
    await write_audit(ctx, "job_dismissed", job=name)


async def retry_failed_fact(runtime: Runtime, ctx: Ctx, entry_id: UUID) -> bool:
    """Hands a fact to its reader again; False when it fails again and stays on the list. Raises NotFound."""
    await _check_entry(ctx, entry_id)
    handled = await hand_over(runtime, ctx, entry_id)
    await write_audit(ctx, "fact_retried", "failed_fact", entry_id, handled=handled)
    return handled


async def dismiss_failed_fact(ctx: Ctx, entry_id: UUID) -> None:
    """Lets a failed fact be; raises NotFound."""
    await _check_entry(ctx, entry_id)
    await ctx.tx.execute(
        "DELETE FROM failed_facts WHERE workspace_id = $1 AND id = $2", ctx.workspace_id, entry_id
    )
    await write_audit(ctx, "fact_dismissed", "failed_fact", entry_id)


async def _check_entry(ctx: Ctx, entry_id: UUID) -> None:
    known = await ctx.tx.fetchval(
        "SELECT 1 FROM failed_facts WHERE workspace_id = $1 AND id = $2", ctx.workspace_id, entry_id
    )
    if known is None:
        raise NotFound("failed fact")


async def retry_failed_webhook(ctx: Ctx, webhook_id: UUID) -> None:
    """Makes a failing or paused webhook active and tries it at once; raises NotFound."""
    await try_webhook_now(ctx, webhook_id)
    await write_audit(ctx, "webhook_retried", "webhook", webhook_id)


async def dismiss_failed_webhook(ctx: Ctx, webhook_id: UUID) -> None:
    """Takes a webhook off the list: one that was given up stays paused, others are shown if they go on failing."""
    done = await ctx.tx.fetchval(
        """UPDATE webhooks SET failures = 0, failing_since = NULL
           WHERE workspace_id = $1 AND id = $2 AND failing_since IS NOT NULL RETURNING id""",
        ctx.workspace_id,
        webhook_id,
    )
    if done is None:
        raise NotFound("failing webhook")
    await write_audit(ctx, "webhook_dismissed", "webhook", webhook_id)
