"""What promises bring to the slice: vocabulary, acts, the job of their timers, deciders, notifications."""

from parley.automation.promises.acts import JOB, register_promise_acts
from parley.automation.promises.escalating import build_escalation_decider
from parley.automation.promises.firing import build_job
from parley.automation.promises.loading import build_promises_decider
from parley.automation.promises.notifying import notify_of_promise
from parley.automation.promises.trial import PromisesTrial
from parley.automation.promises.vocabulary import register_promise_vocabulary
from parley.facts.automation import PromiseChanged
from parley.kit.decisions.registry import Decider
from parley.kit.runtime import Runtime


def register_promises(runtime: Runtime) -> None:
    """Adds vocabulary, acts, job, trial and notifications."""
    register_promise_vocabulary(runtime)
    register_promise_acts(runtime)
    runtime.jobs.add(JOB, build_job(runtime.catalogue))
    runtime.decisions.add_trial(PromisesTrial(runtime.catalogue))
    runtime.readers.subscribe("notify", notify_of_promise, PromiseChanged)


def build_promise_deciders(runtime: Runtime) -> list[Decider]:
    """Gives the deciders."""
    return [build_promises_decider(runtime.catalogue), build_escalation_decider(runtime.catalogue)]
