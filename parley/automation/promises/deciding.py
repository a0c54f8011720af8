"""What a fact does to the promises of a conversation. Pure.

What is owed follows from the conversation as it stood when the fact was told; the decider compares that with the promises
there are and asks for what is missing: one to be made, paused, resumed, aimed anew, met or dropped.
"""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec

from parley.automation.open_hours import OpenHours
from parley.automation.promises.model import KINDS, Sla
from parley.automation.promises.reckoning import MILLI, time_between
from parley.automation.promises.record import Promise, due_at, list_alarms
from parley.kit.conditions.compiling import Check
from parley.kit.conditions.explaining import explain
from parley.kit.conditions.fields import Field
from parley.kit.conditions.sheet import Sheet
from parley.kit.decisions.registry import Act, Config, Decision, Reason
from parley.kit.log.fact import Fact

# What began longer ago makes no promise, so that loading the past raises no flood.
OLDEST = timedelta(days=1)


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """A conversation as it stood at `at`, when the fact was told, with its newest promise of each kind.

    `replied`: the fact is an answer to the customer. `reopened`: a new round begins with it. `shown` is the next
    promise as lists show it.
    """

    conversation_id: UUID
    at: datetime
    status: str
    priority: str
    created_at: datetime
    waiting_since: datetime | None = None
    first_reply_at: datetime | None = None
    written: bool = True
    """The customer has written something."""
    merged: bool = False
    replied: bool = False
    reopened: bool = False
    restored: bool = False
    """What ended the round has been taken back: all stands as it was."""
    answered: bool = False
    """Something has answered automatically since the customer waits."""
    promises: Mapping[str, Promise] = {}
    shown: tuple[datetime | None, str | None] = (None, None)
    slas: tuple[tuple[Sla, Check], ...] = ()
    fields: Mapping[str, Field] = {}
    sheet: Sheet = Sheet({}, datetime(1970, 1, 1, tzinfo=UTC))
    hours: OpenHours = OpenHours()


def decide_promises(_: Fact, asked: Asked, __: Config, now: datetime) -> Decision:
    """Gives the acts that bring the promises of a conversation in line with what is owed, with the reasons."""
    sla = choose_sla(asked)
    owed = list_owed(asked, sla)
    acts: list[Act] = []
    reasons: list[Reason] = []
    after: list[Promise] = []
    for kind in KINDS:
        for act, key, promise in _settle(kind, owed.get(kind), asked, sla, now):
            if act is not None:
                acts.append(act)
                reasons.append(Reason(key, _tell(promise, sla)))
            after.append(promise)
    following = next_due(after)
    if following != asked.shown and (acts or asked.promises):
        shown = {"due_at": following[0], "kind": following[1]}
        acts.append(Act("show_promise", _plain({"conversation_id": asked.conversation_id, **shown})))
    if not acts:
        return Decision()
    return Decision(acts, [*_why(asked, sla), *reasons], {"status": asked.status, "priority": asked.priority})


def choose_sla(asked: Asked) -> Sla | None:
    """Gives the first SLA whose condition holds."""
    return next((sla for sla, holds in asked.slas if holds(asked.sheet)), None)


def list_owed(asked: Asked, sla: Sla | None) -> dict[str, datetime]:
    """Gives what is owed to the customer, by kind, and since when."""
    if sla is None or asked.status in ("closed", "spam") or asked.merged:
        return {}
    owed: dict[str, datetime] = {}
    if asked.waiting_since is not None and not (asked.answered and sla.automatic_replies):
        owed["first_reply" if asked.first_reply_at is None else "next_reply"] = asked.waiting_since
    standing = asked.promises.get("resolution")
    if asked.reopened:
        owed["resolution"] = asked.at
    elif standing is not None and standing.ended_at is None:
        owed["resolution"] = standing.started_at
    elif asked.written:
        owed["resolution"] = _begin_of_round(asked, standing)
    return {kind: since for kind, since in owed.items() if sla.target(kind, asked.priority) is not None}


def _begin_of_round(asked: Asked, last: Promise | None) -> datetime:
    if last is not None and (last.met_at is None or asked.restored):
        return last.started_at
    return asked.waiting_since or (asked.created_at if last is None else asked.at)


def next_due(promises: list[Promise]) -> tuple[datetime | None, str | None]:
    """Gives the promise that falls due next, or is overdue the longest: (time, kind), or None twice."""
    running = [(one.due_at, one.kind) for one in promises if one.runs and one.due_at is not None]
    return min(running, default=(None, None))


def is_paused(asked: Asked, sla: Sla) -> bool:
    """Says whether the time of the conversation's promises stands still."""
    if sla.pause.snoozed and asked.status == "snoozed":
        return True
    return sla.pause.waiting_for_customer and asked.waiting_since is None and asked.first_reply_at is not None


Step = tuple[Act | None, str, Promise]


def _settle(kind: str, since: datetime | None, asked: Asked, sla: Sla | None, now: datetime) -> list[Step]:
    """Gives what becomes of the promise of one kind: the act, its reason and the promise afterwards."""
    last = asked.promises.get(kind)
    steps: list[Step] = []
    if last is not None and last.ended_at is None and (since is None or last.started_at != since):
        steps.append(_end(last, asked, sla))
        last = None
    if since is None or sla is None:
        return steps
    base = last if last is not None and last.started_at == since else None
    stands = base is not None and base.ended_at is None
    if not stands and max(now - since, now - asked.at) > OLDEST:
        return steps
    wanted = aim(base, kind, since, asked, sla)
    if wanted == base:
        return [*steps, (None, "", wanted)]
    alarms = list_alarms(wanted, sla, asked.hours)
    told = {
        "conversation_id": asked.conversation_id,
        "promise": wanted,
        "alarms": alarms,
        "at": asked.at,
    }
    return [*steps, (Act("set_promise", _plain(told)), _reason(base, wanted), wanted)]


def aim(base: Promise | None, kind: str, since: datetime, asked: Asked, sla: Sla) -> Promise:
    """Gives the promise as it is to stand: time used up so far is kept, what is left is counted by the new terms."""
    target = sla.target(kind, asked.priority)
    assert target is not None  # noqa: S101 - only what has a target is owed
    if base is None:
        base = Promise(
            kind=kind,
            sla_id=sla.id,
            sla_version=sla.version,
            target_minutes=target,
            started_at=since,
            counted_from=since,
            hours=sla.hours,
        )
    paused = is_paused(asked, sla)
    spent, counted = base.spent_ms, base.counted_from
    anew = base.broken_at is None and (target, sla.hours) != (base.target_minutes, base.hours)
    if counted is not None and (paused or anew):
        spent += time_between(asked.hours, base.hours, counted, asked.at) // MILLI
        counted = asked.at
    counted = None if paused else counted or asked.at
    kept = msgspec.structs.replace(base, spent_ms=spent, counted_from=counted, met_at=None, ended_at=None)
    if base.broken_at is not None:
        return msgspec.structs.replace(kept, state="broken")
    wanted = msgspec.structs.replace(
        kept,
        sla_id=sla.id,
        sla_version=sla.version,
        target_minutes=target,
        hours=sla.hours,
        state="paused" if paused else "running",
    )
    return msgspec.structs.replace(wanted, due_at=due_at(wanted, asked.hours))


def _end(promise: Promise, asked: Asked, sla: Sla | None) -> Step:
    answered = asked.replied or (asked.answered and sla is not None and sla.automatic_replies)
    kept = asked.status == "closed" and not asked.merged if promise.kind == "resolution" else answered
    broken_at = promise.broken_at
    due = due_at(promise, asked.hours)
    if broken_at is None and due is not None and asked.at > due:
        broken_at = due
    state = "broken" if broken_at is not None else "met" if kept else "dropped"
    ended = msgspec.structs.replace(
        promise, state=state, broken_at=broken_at, met_at=asked.at if kept else None, ended_at=asked.at
    )
    told = {"conversation_id": asked.conversation_id, "promise": ended, "at": asked.at}
    key = "promise.late" if kept and broken_at is not None else f"promise.{state}"
    return Act("end_promise", _plain(told)), key, ended


def _reason(base: Promise | None, wanted: Promise) -> str:
    if base is None:
        return "promise.made"
    if base.ended_at is not None:
        return "promise.stands_again"
    if (base.counted_from is None) != (wanted.counted_from is None):
        return "promise.paused" if wanted.counted_from is None else "promise.resumed"
    return "promise.aimed_anew"


def _tell(promise: Promise, sla: Sla | None) -> dict[str, Any]:
    named = sla.name if sla is not None and sla.id == promise.sla_id else None
    told = {
        "kind": promise.kind,
        "sla_id": promise.sla_id,
        "version": promise.sla_version,
        "name": named,
        "minutes": promise.target_minutes,
        "due_at": promise.due_at,
    }
    return _plain({key: value for key, value in told.items() if value is not None})


def _why(asked: Asked, sla: Sla | None) -> list[Reason]:
    if sla is None:
        return [Reason("promise.no_sla")]
    tests = explain(sla.condition, asked.fields, asked.sheet)
    told = {"sla_id": sla.id, "version": sla.version, "name": sla.name, "tests": tests}
    return [Reason("promise.sla", _plain(told))]


def _plain(value: dict[str, Any]) -> dict[str, Any]:
    """Gives a value as JSON keeps it, since a decision is stored and undone from what was stored."""
    plain: dict[str, Any] = msgspec.to_builtins(value)
    return plain
