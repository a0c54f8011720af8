"""Routing joins in: its decider after the rules, its act, its reader of the queue."""

from parley.automation.routing.decider import ROUTING
from parley.automation.routing.handing import SHIFT_END, end_shift, follow_shifts
from parley.automation.routing.queue import (
    KINDS,
    READER,
    Standings,
    follow_queue,
    perform_queue,
    perform_route,
    undo_queue,
    undo_route,
)
from parley.automation.routing.trial import RoutingTrial
from parley.channels.chat.waiting import QUEUE_PORT
from parley.facts.accounts import SettingsChanged
from parley.kit.runtime import Runtime

DECIDERS = (ROUTING,)


def register_routing(runtime: Runtime) -> None:
    """Adds the act and the reader; the decider is asked by the slice, after the rules."""
    runtime.parts[QUEUE_PORT] = Standings()
    runtime.decisions.add_act("route_conversation", perform_route, undo_route)
    runtime.decisions.add_act("queue_conversation", perform_queue, undo_queue)
    runtime.decisions.add_trial(RoutingTrial())
    runtime.readers.subscribe(READER, follow_queue, *KINDS)
    runtime.readers.subscribe(READER, follow_shifts, SettingsChanged)
    runtime.jobs.add(SHIFT_END, end_shift)
