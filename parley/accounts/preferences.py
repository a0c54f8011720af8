"""What an agent wants to be told about, by which way, and when not."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import msgspec

from parley.accounts.words import wrong
from parley.kit.hours import parse_clock_time

KINDS = (
    "assigned",
    "mentioned",
    "reply_in_mine",
    "unassigned_new",
    "sla",
    "failed",
    "direct_message",
    "alert",
)
# Somebody has to look at once, whatever the hour.
LOUD = ("alert",)
WAYS = ("desk", "sound", "push", "email")


class QuietHours(msgspec.Struct, kw_only=True, rename={"begins": "from", "ends": "to"}):
    """A stretch of the day, on the wall clock of the agent's zone, on which nothing makes a noise.

    `days` are 0 (Monday) to 6; a stretch past midnight belongs to the day on which it begins.
    """

    on: bool = False
    begins: str = "20:00"
    ends: str = "08:00"
    days: list[int] = msgspec.field(default_factory=lambda: list(range(7)))


class Events(msgspec.Struct, kw_only=True):
    """Which kinds of events an agent wants to hear of."""

    assigned: bool = True
    mentioned: bool = True
    reply_in_mine: bool = True
    unassigned_new: bool = False
    sla: bool = True
    failed: bool = True
    direct_message: bool = True
    alert: bool = True


class NotificationPrefs(msgspec.Struct, kw_only=True):
    """An agent's wishes; `desk`, `sound`, `push` and `email` are the ways."""

    desk: bool = True
    sound: bool = True
    push: bool = True
    email: bool = True
    events: Events = msgspec.field(default_factory=Events)
    quiet: QuietHours = msgspec.field(default_factory=QuietHours)


def read_prefs(stored: dict[str, Any]) -> NotificationPrefs:
    """Gives the wishes as stored, with the defaults for what was never said."""
    return msgspec.convert(stored, NotificationPrefs)


def merge_prefs(stored: dict[str, Any], changes: dict[str, Any]) -> NotificationPrefs:
    """Gives the stored wishes with `changes` laid over them; raises Invalid."""
    merged = msgspec.to_builtins(read_prefs(stored))
    for name, value in changes.items():
        if isinstance(merged.get(name), dict) and isinstance(value, dict):
            merged[name] = {**merged[name], **value}
        else:
            merged[name] = value
    unknown = (set(merged) - set(NotificationPrefs.__struct_fields__)) | (
        set(merged["events"]) - set(KINDS) if isinstance(merged["events"], dict) else set()
    )
    if unknown:
        raise wrong("notifications", f"Unknown: {', '.join(sorted(unknown))}.")
    try:
        prefs = msgspec.convert(merged, NotificationPrefs)
        opens, closes = parse_clock_time(prefs.quiet.begins), parse_clock_time(prefs.quiet.ends)
    except (msgspec.ValidationError, ValueError) as failure:
        raise wrong("notifications", str(failure)) from failure
    if opens == closes or not all(0 <= day <= 6 for day in prefs.quiet.days):
        raise wrong("notifications", "Quiet hours need two different times and days from 0 to 6.")
    return prefs


def is_quiet(quiet: QuietHours, at: datetime, time_zone: str) -> bool:
    """Says whether a moment lies in the quiet hours."""
    if not quiet.on:
        return False
    local = at.astimezone(ZoneInfo(time_zone))
    minute, today = local.hour * 60 + local.minute, local.weekday()
    begins, ends = parse_clock_time(quiet.begins), parse_clock_time(quiet.ends)
    if begins < ends:
        return begins <= minute < ends and today in quiet.days
    return (minute >= begins and today in quiet.days) or (minute < ends and (today - 1) % 7 in quiet.days)


def decide_ways(prefs: NotificationPrefs, kind: str, at: datetime, time_zone: str) -> list[str]:
    """Gives the ways by which an agent is told; none when he does not want to hear of this kind."""
    if not getattr(prefs.events, kind):
        return []
    ways = [way for way in WAYS if getattr(prefs, way)]
    if kind not in LOUD and is_quiet(prefs.quiet, at, time_zone):
        ways = [way for way in ways if way == "desk"]
    return ways
