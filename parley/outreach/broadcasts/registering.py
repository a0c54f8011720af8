"""Broadcasts register themselves with the slice."""

from parley.facts.conversations import MessageDelivered, MessageFailed, MessageReceived
from parley.kit.runtime import Runtime
from parley.kit.slices import permission
from parley.outreach.broadcasts.actions import SEND
from parley.outreach.broadcasts.following import follow_answers, follow_deliveries
from parley.outreach.broadcasts.records import TELL, tell_counts
from parley.outreach.broadcasts.sending import send_portion

PERMISSIONS = (permission("broadcasts:write", "lead"),)
READER = "broadcasts"


def register_broadcasts(runtime: Runtime) -> None:
    """Adds the job that sends, and the readers that follow what comes of it."""
    runtime.jobs.add(SEND, send_portion, max_attempts=4, max_delay=60, concurrency=2)
    runtime.jobs.add(TELL, tell_counts, max_attempts=4, max_delay=60, concurrency=1)
    runtime.readers.subscribe(READER, follow_answers, MessageReceived)
    runtime.readers.subscribe(READER, follow_deliveries, MessageFailed, MessageDelivered)
