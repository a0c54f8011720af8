"""Routing joins in: its decider after the rules, its act, its reader of the queue."""

from parley.automation.routing.decider import ROUTING
from parley.automation.routing.queue import KINDS, READER, follow_queue, perform_queue, undo_queue
from parley.kit.runtime import Runtime

DECIDERS = (ROUTING,)


def register_routing(runtime: Runtime) -> None:
    """Adds the act and the reader; the decider is asked by the slice, after the rules."""
    runtime.decisions.add_act("queue_conversation", perform_queue, undo_queue)
    runtime.readers.subscribe(READER, follow_queue, *KINDS)
