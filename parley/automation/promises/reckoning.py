"""Counting the time of a promise: in business hours or by every minute. Pure."""

from datetime import datetime, timedelta

from parley.automation.open_hours import OpenHours
from parley.kit.hours import add_business_time, business_time_between

MILLI = timedelta(milliseconds=1)
MINUTE = timedelta(minutes=1)


def time_between(hours: OpenHours, name: str | None, a: datetime, b: datetime) -> timedelta:
    """Gives the time that counts from `a` to `b`; zero when `b` is not after `a`."""
    found = None if name is None else hours.find(name)
    return max(b - a, timedelta(0)) if found is None else business_time_between(found, a, b)


def time_after(hours: OpenHours, name: str | None, start: datetime, span: timedelta) -> datetime | None:
    """Gives when so much time that counts has passed, `start` itself for none; None when it never comes."""
    if span <= timedelta(0):
        return start
    found = None if name is None else hours.find(name)
    return start + span if found is None else add_business_time(found, start, span)
