"""Days on which a shop works, and dates counted in them, on the shop's own calendar. Pure."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from parley.commerce.policies.terms import Processing, ShippingOption

ONE = timedelta(days=1)
SATURDAY = 5
# A year of holidays in a row is a mistake in the policy, not a holiday.
LONGEST_REST = 366


def zone_of(processing: Processing) -> ZoneInfo:
    """Gives the shop's time zone; UTC for one that does not exist."""
    try:
        return ZoneInfo(processing.time_zone)
    except (KeyError, ValueError, OSError):
        return ZoneInfo("UTC")


def local_day(at: datetime, processing: Processing) -> date:
    """Gives the day it is at the shop."""
    return at.astimezone(zone_of(processing)).date()


def end_of_day(day: date, processing: Processing) -> datetime:
    """Gives the first moment after a day at the shop, in UTC; also where a day has 23 or 25 hours."""
    return datetime.combine(day + ONE, time(), zone_of(processing)).astimezone(ZoneInfo("UTC"))


def is_workday(day: date, processing: Processing) -> bool:
    """Says whether the shop works; one that never works is taken to work every day."""
    if not processing.workdays:
        return True
    return day.weekday() in processing.workdays and day.isoformat() not in processing.holidays


def next_workday(day: date, processing: Processing) -> date:
    """Gives the day itself or the first workday after it."""
    for ahead in range(LONGEST_REST):
        if is_workday(day + ahead * ONE, processing):
            return day + ahead * ONE
    return day


def add_workdays(day: date, count: int, processing: Processing) -> date:
    """Gives the workday that comes `count` workdays after a day."""
    for _ in range(count):
        day = next_workday(day + ONE, processing)
    return day


def leaves_between(placed_at: datetime, processing: Processing) -> tuple[date, date]:
    """Gives the first and last day on which an order leaves; after the cutoff it counts as the next day's."""
    local = placed_at.astimezone(zone_of(processing))
    hours, minutes = (int(part) for part in processing.cutoff.split(":"))
    day = local.date()
    if local.time() >= time(hours, minutes) or not is_workday(day, processing):
        day += ONE
    start = next_workday(day, processing)
    most = max(processing.most, processing.least)
    return add_workdays(start, processing.least, processing), add_workdays(start, most, processing)


def arrives_between(
    leaves: tuple[date, date], option: ShippingOption, processing: Processing
) -> tuple[date, date]:
    """Gives the first and last day on which a parcel arrives."""
    first, last = leaves
    return (
        _arrival(first, option.least, option, processing),
        _arrival(last, max(option.most, option.least), option, processing),
    )


def _arrival(day: date, days: int, option: ShippingOption, processing: Processing) -> date:
    if option.working:
        return add_workdays(day, days, processing)
    arrived = day + days * ONE
    while not option.weekends and arrived.weekday() >= SATURDAY:
        arrived += ONE
    return arrived
