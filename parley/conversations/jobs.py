"""Jobs of the inbox."""

from parley.conversations.actions.bulk import JOB as BULK_JOB
from parley.conversations.actions.bulk import advance_bulk
from parley.conversations.actions.changing import WAKE_JOB, wake_conversation
from parley.conversations.sweeping import SWEEP_SECONDS as DUE_SECONDS
from parley.conversations.sweeping import sweep_due
from parley.kit.files.actions import SWEEP_JOB, sweep_files
from parley.kit.jobs.registry import Job
from parley.kit.runtime import Runtime

SWEEP_SECONDS = 1800.0
# What is not sent yet is used all the same.
IN_DRAFTS = (
    """EXISTS (SELECT 1 FROM drafts d WHERE d.workspace_id = f.workspace_id AND f.id = ANY(d.file_ids))"""
)


async def wake(job: Job) -> None:
    """Opens a snoozed conversation when its time has come."""
    async with job.runtime.ctx(job.workspace_id) as ctx:
        await wake_conversation(ctx, job.uuid("conversation_id"))


async def advance(job: Job) -> None:
    """Carries out an act on many conversations batch by batch, each in a short transaction of its own."""
    state = "running"
    while state in ("running", "undoing"):
        async with job.runtime.ctx(job.workspace_id) as ctx:
            state = (await advance_bulk(ctx, job.uuid("bulk_id"))).state


async def sweep(job: Job) -> None:
    """Removes files that were given up."""
    await sweep_all(job.runtime)


async def sweep_all(runtime: Runtime) -> None:
    """Removes all files that nobody has used for a day, in batches."""
    while await sweep_files(runtime, kept=IN_DRAFTS):
        pass


def register_jobs(runtime: Runtime) -> None:
    """Adds the jobs of the slice."""
    runtime.jobs.add(WAKE_JOB, wake)
    runtime.jobs.add(BULK_JOB, advance)
    runtime.jobs.add(SWEEP_JOB, sweep)
    runtime.jobs.every("files.sweep", SWEEP_SECONDS, sweep_all)
    runtime.jobs.every("conversations.due", DUE_SECONDS, sweep_due)
