"""A promise as it stands, and what is to become of it: plain values, the same in the table and in a decision."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec

from parley.automation.open_hours import OpenHours
from parley.automation.promises.model import Sla
from parley.automation.promises.reckoning import MILLI, MINUTE, time_after

COLUMNS = (
    "kind",
    "sla_id",
    "sla_version",
    "state",
    "target_minutes",
    "started_at",
    "spent_ms",
    "counted_from",
    "due_at",
    "warned_at",
    "broken_at",
    "met_at",
    "ended_at",
)


class Promise(msgspec.Struct, frozen=True, kw_only=True):
    """A row of `promises`; `id` is None before it is stored. It is paused while `counted_from` is None.

    `hours` are those of its version of the SLA, by which its time is counted.
    """

    id: UUID | None = None
    kind: str
    sla_id: UUID
    sla_version: int
    state: str = "running"
    target_minutes: int
    started_at: datetime
    spent_ms: int = 0
    counted_from: datetime | None = None
    due_at: datetime | None = None
    warned_at: datetime | None = None
    broken_at: datetime | None = None
    met_at: datetime | None = None
    ended_at: datetime | None = None
    hours: str | None = None

    @property
    def left(self) -> timedelta:
        """Time that counts and was not used up before `counted_from`."""
        return self.target_minutes * MINUTE - self.spent_ms * MILLI

    @property
    def runs(self) -> bool:
        """Whether it stands and its time is being counted."""
        return self.ended_at is None and self.counted_from is not None


class Alarm(msgspec.Struct, frozen=True):
    """A time at which a promise is looked at: `minutes` before it falls due, or (0) when it does."""

    at: datetime
    minutes: int


def read_promise(stored: dict[str, Any]) -> Promise:
    """Reads a promise from plain JSON or from a row."""
    return msgspec.convert(stored, Promise)


def due_at(promise: Promise, hours: OpenHours) -> datetime | None:
    """Gives when a promise falls due by its hours as they are now; None while it is paused, or for never."""
    if promise.counted_from is None:
        return None
    return time_after(hours, promise.hours, promise.counted_from, promise.left)


def list_alarms(promise: Promise, sla: Sla, hours: OpenHours) -> list[Alarm]:
    """Gives when a promise is to be looked at: at each warning that is still to come, and when it falls due.

    One warning that was missed, because the promise became a shorter one, comes at once.
    """
    begin = promise.counted_from
    if begin is None or promise.due_at is None or promise.broken_at is not None:
        return []
    alarms = [Alarm(promise.due_at, 0)]
    missed = 0
    for minutes in sla.warnings:
        if minutes >= promise.target_minutes:
            continue
        before = promise.left - minutes * MINUTE
        if before <= timedelta(0):
            missed = minutes
            continue
        at = time_after(hours, promise.hours, begin, before)
        if at is not None and (promise.warned_at is None or at > promise.warned_at):
            alarms.append(Alarm(at, minutes))
    if missed and promise.warned_at is None and promise.left > timedelta(0):
        alarms.append(Alarm(begin, missed))
    return alarms
