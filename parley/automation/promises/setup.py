"""What promises bring to the slice: decider, acts, the job of their timers."""

from parley.automation.promises.acts import JOB, register_promise_acts
from parley.automation.promises.firing import build_job
from parley.automation.promises.loading import build_promises_decider
from parley.kit.decisions.registry import Decider
from parley.kit.runtime import Runtime


def register_promises(runtime: Runtime) -> list[Decider]:
    """Adds acts and jobs, and gives the deciders."""
    register_promise_acts(runtime)
    runtime.jobs.add(JOB, build_job(runtime.catalogue))
    return [build_promises_decider(runtime.catalogue)]
