"""Jobs of the inbox."""

from parley.conversations.actions.changing import WAKE_JOB, wake_conversation
from parley.kit.jobs.registry import Job
from parley.kit.runtime import Runtime


async def wake(job: Job) -> None:
    """Opens a snoozed conversation when its time has come."""
    async with job.runtime.ctx(job.workspace_id) as ctx:
        await wake_conversation(ctx, job.uuid("conversation_id"))


def register_jobs(runtime: Runtime) -> None:
    """Adds the jobs of the slice."""
    runtime.jobs.add(WAKE_JOB, wake)
