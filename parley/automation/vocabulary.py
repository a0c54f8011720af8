"""What rules can test of the time, and the event of a conversation that has waited."""

from collections.abc import Sequence
from zoneinfo import ZoneInfo

from parley.automation.open_hours import DEFAULT, load_open_hours
from parley.facts.automation import ConversationWaited
from parley.kit.conditions.catalogue import Event, Section, Subject
from parley.kit.conditions.fields import Field
from parley.kit.ctx import Ctx
from parley.kit.runtime import Runtime

WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
TIME_FIELDS = (
    Field("time.open", "flag"),
    Field("time.open_sets", "choices", source="hours"),
    Field("time.weekday", "choice", WEEKDAYS),
    Field("time.hour", "number", unit="hours"),
)
ABOUT_CONVERSATION = ("conversation", "history", "customer", "orders", "order", "shipment", "time", "promise")


async def load_time(ctx: Ctx, subjects: Sequence[Subject]) -> None:
    """Says for each subject's own moment whether the shop is open, and what day and hour it is there.

    Where no business hours are kept, somebody is always there.
    """
    hours = await load_open_hours(ctx)
    zone = ZoneInfo(hours.time_zone)
    for subject in subjects:
        local = subject.now.astimezone(zone)
        subject.values |= {
            "time.open": hours.is_open(DEFAULT, subject.now),
            "time.open_sets": [name for name in hours.sets if hours.is_open(name, subject.now)],
            "time.weekday": WEEKDAYS[local.weekday()],
            "time.hour": local.hour,
        }


def register_vocabulary(runtime: Runtime) -> None:
    """Adds the section and the event."""
    runtime.catalogue.add_section(Section("time", TIME_FIELDS, load_time))
    runtime.catalogue.add_event(Event("waited", (ConversationWaited,), ABOUT_CONVERSATION, waits=True))
