"""What rules can test of a delay, and when they are asked about one."""

from collections.abc import Sequence

from parley.facts.outreach import DelayFound
from parley.kit.conditions.catalogue import Event, Section, Subject
from parley.kit.conditions.fields import Field
from parley.kit.ctx import Ctx
from parley.kit.runtime import Runtime

FIELDS = (
    Field("delay.kind", "choice", ("late", "unsent", "stock_out", "pickup", "collect")),
    Field("delay.days", "number", unit="days"),
    Field("delay.promised_at", "moment"),
)
ABOUT_DELAY = (
    "delay",
    "order",
    "orders",
    "shipment",
    "conversation",
    "history",
    "customer",
    "time",
    "promise",
)


async def load_delay(_: Ctx, subjects: Sequence[Subject]) -> None:
    """Takes what was found from the fact itself."""
    for subject in subjects:
        fact = subject.fact
        if isinstance(fact, DelayFound):
            subject.values |= {
                "delay.kind": fact.kind,
                "delay.days": fact.days,
                "delay.promised_at": fact.promised_at,
            }


def register_vocabulary(runtime: Runtime) -> None:
    """Adds the section and the event."""
    runtime.catalogue.add_section(Section("delay", FIELDS, load_delay))
    runtime.catalogue.add_event(Event("delay_found", (DelayFound,), ABOUT_DELAY))
