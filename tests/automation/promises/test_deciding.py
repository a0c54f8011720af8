"""The decider without a database, over many sequences: against a reference that counts every minute."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from parley.automation.open_hours import OpenHours
from parley.automation.promises.deciding import Asked, decide_promises
from parley.automation.promises.model import Pause, Sla
from parley.automation.promises.record import Promise, read_promise
from parley.conversations.model import PRIORITIES
from parley.facts.conversations import ConversationEdited
from parley.kit.conditions.sheet import Sheet
from parley.kit.decisions.registry import Config, Decision
from parley.kit.hours import BusinessHours, Holiday, Period, is_open
from parley.kit.ids import uuid7

MINUTE = timedelta(minutes=1)
CONFIG = Config(0, True, {})
CONVERSATION, SLA = UUID(int=7), UUID(int=8)
ACTS = ("ask", "reply", "snooze", "wake", "close", "low", "normal", "urgent", "nothing")
# Zones whose clocks change in the weeks that are tested, by an hour or by half of one, in spring and in autumn.
BEGINNINGS = {
    "Europe/Berlin": datetime(2026, 3, 27, 15, tzinfo=UTC),
    "America/Sao_Paulo": datetime(2018, 11, 2, 12, tzinfo=UTC),
    "America/New_York": datetime(2026, 10, 30, 16, tzinfo=UTC),
    "Australia/Lord_Howe": datetime(2026, 4, 2, 22, tzinfo=UTC),
}
WEEK = tuple(
    (Period(8 * 60, 12 * 60), Period(13 * 60, 18 * 60)) if day < 5 else (Period(0, 180),) for day in range(7)
)


class Desk:
    """A conversation that lives only here: facts change it, decisions change its promises."""

    def __init__(self, sla: Sla, hours: OpenHours, at: datetime) -> None:
        self.sla, self.hours, self.at = sla, hours, at
        self.status, self.priority, self.created_at = "open", "normal", at
        self.waiting_since: datetime | None = None
        self.first_reply_at: datetime | None = None
        self.promises: dict[str, Promise] = {}
        self.shown: tuple[datetime | None, str | None] = (None, None)
        self.written = False

    def tell(self, act: str, **more: Any) -> Decision:
        """Lets something happen now, decides on it and does what was decided."""
        was = self.status
        replied = act == "reply" and self.waiting_since is not None
        match act:
            case "ask":
                self.status, self.written = "open", True
                self.waiting_since = self.waiting_since or self.at
            case "reply":
                self.first_reply_at, self.waiting_since = self.first_reply_at or self.at, None
            case "snooze" if was == "open":
                self.status = "snoozed"
            case "wake" if was == "snoozed":
                self.status = "open"
            case "close":
                self.status, self.waiting_since = "closed", None
            case _ if act in PRIORITIES:
                self.priority = act
        asked = self.ask(replied=replied, reopened=was == "closed" and self.status == "open", **more)
        fact = ConversationEdited(conversation_id=CONVERSATION, changes={}, previous={})
        decision = decide_promises(fact, asked, CONFIG, self.at)
        self.perform(decision)
        self.fire()
        return decision

    def ask(self, **more: Any) -> Asked:
        """Gives what the decider looks at."""
        slas = () if more.pop("without_sla", False) else ((self.sla, lambda _: True),)
        return Asked(
            conversation_id=CONVERSATION,
            at=self.at,
            status=self.status,
            priority=self.priority,
            created_at=self.created_at,
            waiting_since=self.waiting_since,
            first_reply_at=self.first_reply_at,
            written=self.written,
            promises=self.promises,
            shown=self.shown,
            slas=slas,
            sheet=Sheet({}, self.at),
            hours=self.hours,
            **more,
        )

    def perform(self, decision: Decision) -> None:
        """Does what the executor does, with plain values."""
        promises = dict(self.promises)
        for act in decision.acts:
            args: Mapping[str, Any] = act.args
            if act.name == "show_promise":
                self.shown = (msgspec.convert(args["due_at"], datetime | None), args["kind"])
                continue
            promise = read_promise(args["promise"])
            if promise.id is None:
                standing = promises.get(promise.kind)
                assert standing is None or standing.ended_at is not None
                promise = msgspec.structs.replace(promise, id=uuid7())
            promises[promise.kind] = promise
        self.promises = promises

    def pass_minutes(self, minutes: int) -> None:
        """Lets time pass."""
        self.at += minutes * MINUTE
        self.fire()

    def fire(self) -> None:
        """Breaks what has fallen due, as its timer does."""
        for kind, one in self.promises.items():
            if one.runs and one.broken_at is None and one.due_at is not None and one.due_at <= self.at:
                self.promises = {
                    **self.promises,
                    kind: msgspec.structs.replace(one, state="broken", broken_at=one.due_at),
                }


class Reference:
    """Counts every minute of one kind of promise: a minute is used up while it runs and somebody is there."""

    def __init__(self, desk: Desk, kind: str) -> None:
        self.desk, self.kind = desk, kind
        self.spent: int | None = None
        self.broken_at: datetime | None = None

    def target(self) -> int | None:
        """Gives the minutes promised at the present priority."""
        return self.desk.sla.target(self.kind, self.desk.priority)

    def runs(self) -> bool:
        """Says whether this minute counts, but for the business hours."""
        desk, pause = self.desk, self.desk.sla.pause
        paused = pause.snoozed and desk.status == "snoozed"
        waits = desk.waiting_since is None and desk.first_reply_at is not None
        return not paused and not (pause.waiting_for_customer and waits)

    def follow(self) -> None:
        """Notes what has happened: a promise begins, or is no longer owed."""
        desk = self.desk
        owed = desk.status not in ("closed", "spam") and self.target() is not None
        if self.kind == "resolution":
            owed = owed and desk.written
        else:
            first = desk.first_reply_at is None
            owed = owed and desk.waiting_since is not None and first == (self.kind == "first_reply")
        if not owed:
            self.spent = self.broken_at = None
            return
        self.spent = self.spent or 0
        target = self.target()
        if self.runs() and target is not None and self.spent >= target:
            # A promise that became shorter than what was used up is broken at once.
            self.broken_at = self.broken_at or desk.at

    def count(self, minutes: int) -> None:
        """Lets minutes pass one by one."""
        hours = None if self.desk.sla.hours is None else self.desk.hours.find(self.desk.sla.hours)
        for number in range(minutes):
            at = self.desk.at + number * MINUTE
            counts = self.spent is not None and self.runs() and (hours is None or is_open(hours, at))
            if not counts or self.spent is None:
                continue
            target = self.target()
            assert target is not None
            self.spent += 1
            if self.broken_at is None and self.spent >= target:
                self.broken_at = at + MINUTE


def build_hours(zone: str) -> OpenHours:
    day = BEGINNINGS[zone].date() + timedelta(days=4)
    hours = BusinessHours(zone, WEEK, (Holiday(date(day.year, day.month, day.day)),))
    return OpenHours({"h": hours}, "h", zone)


STEPS = st.lists(
    st.tuples(st.sampled_from(ACTS), st.integers(1, 30) | st.integers(30, 700)), min_size=1, max_size=14
)
TARGETS = st.fixed_dictionaries(
    {"low": st.integers(60, 2000), "normal": st.integers(10, 900), "urgent": st.integers(1, 120)}
)


@settings(max_examples=150, deadline=None)
@given(
    steps=STEPS,
    zone=st.sampled_from(sorted(BEGINNINGS)),
    targets=TARGETS,
    timed=st.booleans(),
    pause=st.builds(Pause, st.booleans(), st.booleans()),
)
def test_minute_by_minute_it_is_the_same(
    steps: list[tuple[str, int]], zone: str, targets: dict[str, int], timed: bool, pause: Pause
) -> None:
    by_kind = dict.fromkeys(("first_reply", "next_reply", "resolution"), targets)
    sla = Sla(SLA, 1, "S", by_kind, hours="default" if timed else None, pause=pause)
    desk = Desk(sla, build_hours(zone), BEGINNINGS[zone])
    references = [Reference(desk, kind) for kind in by_kind]
    for act, minutes in [("ask", 1), *steps]:
        desk.tell(act)
        for reference in references:
            reference.follow()
            _compare(desk, reference, act)
            reference.count(minutes)
        desk.pass_minutes(minutes)
        for reference in references:
            _compare(desk, reference, f"{minutes} minutes after {act}")


def _compare(desk: Desk, reference: Reference, where: str) -> None:
    promise = desk.promises.get(reference.kind)
    stands = promise is not None and promise.ended_at is None
    assert stands is (reference.spent is not None), (where, reference.kind)
    if not stands or promise is None:
        return
    assert (promise.counted_from is not None) is reference.runs(), (where, reference.kind)
    assert promise.broken_at == reference.broken_at, (where, reference.kind, promise)


def make_desk(**targets: int) -> Desk:
    sla = Sla(SLA, 1, "S", {kind: dict.fromkeys(PRIORITIES, n) for kind, n in targets.items()}, hours=None)
    return Desk(sla, OpenHours(), datetime(2026, 1, 5, 9, tzinfo=UTC))


def test_nothing_to_do_makes_no_decision() -> None:
    desk = make_desk(first_reply=60, resolution=480)
    assert [act.name for act in desk.tell("ask").acts] == ["set_promise", "set_promise", "show_promise"]
    desk.pass_minutes(5)
    assert desk.tell("nothing") == Decision()
    assert desk.tell("ask") == Decision()


def test_the_same_question_gives_the_same_decision() -> None:
    desk = make_desk(first_reply=60, next_reply=30, resolution=480)
    first, second = make_desk(first_reply=60, next_reply=30, resolution=480), desk
    for act in ("ask", "reply", "ask", "snooze", "wake", "close"):
        for one in (first, second):
            one.pass_minutes(7)
        left, right = first.tell(act), second.tell(act)
        assert [a.name for a in left.acts] == [a.name for a in right.acts]
        assert left.reasons == right.reasons


def test_a_promise_that_no_sla_asks_for_is_dropped_and_stands_again() -> None:
    desk = make_desk(first_reply=60)
    desk.tell("ask")
    due = desk.promises["first_reply"].due_at
    desk.pass_minutes(10)
    decision = desk.tell("nothing", without_sla=True)
    assert [reason.key for reason in decision.reasons] == ["promise.no_sla", "promise.dropped"]
    assert (desk.promises["first_reply"].state, desk.shown) == ("dropped", (None, None))
    desk.pass_minutes(10)
    assert [reason.key for reason in desk.tell("nothing").reasons][1:] == ["promise.stands_again"]
    assert desk.promises["first_reply"].due_at == due


def test_a_broken_promise_stays_broken_whatever_is_promised_now() -> None:
    desk = make_desk(first_reply=60)
    desk.tell("ask")
    desk.pass_minutes(61)
    desk.sla = msgspec.structs.replace(
        desk.sla, targets={"first_reply": dict.fromkeys(PRIORITIES, 600)}, version=2
    )
    desk.tell("nothing")
    assert (desk.promises["first_reply"].state, desk.promises["first_reply"].sla_version) == ("broken", 1)
    desk.pass_minutes(1)
    assert [reason.key for reason in desk.tell("reply").reasons][-1] == "promise.late"


def test_a_closing_taken_back_leaves_everything_as_it_was() -> None:
    desk = make_desk(first_reply=60, resolution=480)
    desk.tell("ask")
    before, waited = dict(desk.promises), desk.waiting_since
    desk.pass_minutes(3)
    desk.tell("close")
    desk.pass_minutes(3)
    desk.status, desk.waiting_since = "open", waited
    desk.tell("nothing", restored=True)
    assert desk.promises == before
