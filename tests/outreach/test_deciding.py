"""What is told and what is not: pure, whatever the order and the hour."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from parley.facts.commerce import OrderPlaced, ShipmentChanged
from parley.facts.outreach import DelayFound
from parley.kit.decisions.registry import Config, Decision
from parley.kit.ids import uuid7
from parley.kit.log.fact import Fact
from parley.outreach.deciders.order_messages import decide, news_of
from parley.outreach.model import OrderState, Parcel, Planned, Snapshot, Talk, Told
from parley.outreach.quiet import after_quiet, is_quiet, zones_of
from parley.outreach.settings import DEFAULTS, DELAY_KINDS, STATUS_KINDS, read_settings
from parley.outreach.telling import Drop, Wait, decide_sending

NOW = datetime(2026, 3, 4, 12, 0, tzinfo=UTC)
ORDER, PARCEL = uuid7(), uuid7()
ZONES = (
    "Europe/London",
    "America/Sao_Paulo",
    "Asia/Seoul",
    "Australia/Lord_Howe",
    "America/New_York",
    "Asia/Kathmandu",
)
ON = {**DEFAULTS, **dict.fromkeys(STATUS_KINDS, True)}
CONFIG = Config(1, True, ON)


def make_state(**values: Any) -> OrderState:
    """Gives an order with a parcel on its way."""
    parcel = Parcel(
        id=PARCEL,
        status="in_transit",
        shipped_at=NOW - timedelta(days=1),
        estimated_at=None,
        delivered_at=None,
        last_event_at=NOW,
        created_at=NOW - timedelta(days=1),
    )
    state = OrderState(
        id=ORDER,
        store_id=uuid7(),
        brand_id=None,
        customer_id=uuid7(),
        number="#1001",
        email="zoe@example.com",
        name="Zoë",
        language="en",
        time_zone="UTC",
        country="GB",
        store_zone="UTC",
        connected_at=NOW - timedelta(days=90),
        placed_at=NOW - timedelta(hours=2),
        promised_at=NOW - timedelta(days=1),
        cancelled=False,
        refunded=False,
        deleted=False,
        blocked=False,
        waiting=[],
        parcels=[parcel],
        processing=None,
    )
    return msgspec.structs.replace(state, **values)


def snap(told: list[Told] | None = None, talk: Talk | None = None, **values: Any) -> Snapshot:
    """Gives a snapshot of such an order."""
    return Snapshot(order=make_state(**values), told=told or [], talk=talk or Talk())


def late(kind: str = "late") -> DelayFound:
    """Gives a delay."""
    return DelayFound(order_id=ORDER, shipment_id=PARCEL, kind=kind, promised_at=NOW, days=1)


def moved(status: str, before: str | None) -> ShipmentChanged:
    """Gives a parcel that moved on."""
    return ShipmentChanged(
        order_id=ORDER,
        shipment_id=PARCEL,
        customer_id=None,
        direction="out",
        changes={"status": status},
        previous={"status": before} if before else {},
    )


def placed() -> OrderPlaced:
    """Gives a new order."""
    return OrderPlaced(order_id=ORDER, store_id=uuid7(), customer_id=None, fields={})


def names(decision: Decision) -> list[str]:
    """Gives the acts by name."""
    return [act.name for act in decision.acts]


def reasons(decision: Decision) -> list[str]:
    """Gives the keys of the reasons."""
    return [reason.key.removeprefix("order_messages.") for reason in decision.reasons]


FACTS: list[Fact] = [placed(), moved("in_transit", "label_created"), *(late(kind) for kind in DELAY_KINDS)]
talks = st.builds(
    Talk,
    conversation_id=st.just(uuid7()),
    asked=st.booleans(),
    agent_wrote_at=st.none() | st.timedeltas(timedelta(0), timedelta(days=3)).map(lambda ago: NOW - ago),
)
states = st.fixed_dictionaries(
    {
        "cancelled": st.booleans(),
        "refunded": st.booleans(),
        "deleted": st.booleans(),
        "blocked": st.booleans(),
        "email": st.sampled_from(["zoe@example.com", ""]),
        "time_zone": st.none() | st.sampled_from(ZONES),
        "country": st.sampled_from(["US", "BR", "SI", "AU", "", "XX"]),
    }
)


@given(
    fact=st.sampled_from(FACTS),
    values=states,
    talk=talks,
    told=st.lists(
        st.sampled_from([f"{kind}:{PARCEL}" for kind in (*DELAY_KINDS, "shipped")] + ["confirmation"])
    ),
    minutes=st.integers(0, 24 * 60 * 366),
    quiet=st.tuples(st.integers(0, 23), st.integers(0, 23)),
)
def test_nobody_is_told_twice_nor_at_night_nor_of_an_order_that_is_over(
    fact: Fact, values: dict[str, Any], talk: Talk, told: list[str], minutes: int, quiet: tuple[int, int]
) -> None:
    now = NOW + timedelta(minutes=minutes)
    fresh = {"placed_at": now - timedelta(hours=1)}
    before = [Told(key=key, kind=key.split(":")[0], state="sent", at=NOW) for key in told]
    config = Config(1, True, {**ON, "quiet_from": f"{quiet[0]}:00", "quiet_to": f"{quiet[1]}:00"})
    decision = decide(fact, snap(before, talk, **values, **fresh), config, now)
    found = news_of(fact)
    assert found is not None
    news = found[1]
    assert len(decision.acts) <= 1
    if news.key in told:
        assert decision.acts == []
    for act in decision.acts:
        assert act.args["key"] == news.key
        assert decision.reasons
        if act.name != "send_order_message":
            continue
        state = make_state(**values)
        assert state.over is None
        assert state.email
        assert not state.blocked
        due = datetime.fromisoformat(act.args["due_at"])
        assert due >= now
        if news.kind != "confirmation":
            zones = zones_of(state.time_zone, state.country, state.store_zone)
            # Where two coasts have no hour in common the first one counts.
            counted = zones if (quiet[1] - quiet[0]) % 24 <= 12 else zones[:1]
            assert not is_quiet(due, counted, quiet[0] * 60, quiet[1] * 60)


@given(
    minutes=st.integers(0, 2 * 366 * 24 * 60),
    zone=st.sampled_from(ZONES),
    start=st.integers(0, 1439),
    end=st.integers(0, 1439),
)
def test_quiet_hours_end_within_a_day_also_when_clocks_change(
    minutes: int, zone: str, start: int, end: int
) -> None:
    at = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
    found = after_quiet(at, (zone,), start, end)
    assert at <= found <= at + timedelta(hours=25)
    assert not is_quiet(found, (zone,), start, end)
    if not is_quiet(at, (zone,), start, end):
        assert found == at


@pytest.mark.parametrize(
    ("time_zone", "country", "zones"),
    [
        ("Asia/Seoul", "US", ("Asia/Seoul",)),
        (None, "si", ("Europe/Ljubljana",)),
        (None, "US", ("America/New_York", "America/Los_Angeles")),
        ("Mars/Olympus", "", ("Europe/London",)),
        (None, "XX", ("Europe/London",)),
    ],
)
def test_a_shoppers_hours_are_his_own_else_his_countrys_else_the_stores(
    time_zone: str | None, country: str, zones: tuple[str, ...]
) -> None:
    assert zones_of(time_zone, country, "Europe/London") == zones


def test_a_shopper_at_night_is_told_in_the_morning() -> None:
    night = datetime(2026, 3, 4, 22, 30, tzinfo=UTC)
    (act,) = decide(late(), snap(), CONFIG, night).acts
    assert act.args["due_at"] == "2026-03-05T08:00:00+00:00"
    (act,) = decide(late(), snap(time_zone="America/Sao_Paulo"), CONFIG, night).acts
    assert act.args["due_at"] == night.isoformat()


def test_stores_send_status_messages_themselves_unless_they_are_switched_on() -> None:
    config = Config(0, True, DEFAULTS)
    assert decide(placed(), snap(), config, NOW).acts == []
    assert decide(moved("delivered", "in_transit"), snap(), config, NOW).acts == []
    assert names(decide(late(), snap(), config, NOW)) == ["send_order_message"]
    assert names(decide(placed(), snap(), CONFIG, NOW)) == ["send_order_message"]


def test_old_news_is_none() -> None:
    old = NOW - timedelta(days=10)
    parcel = msgspec.structs.replace(
        make_state().parcels[0], shipped_at=old, delivered_at=old, last_event_at=old
    )
    values: dict[str, Any] = {"placed_at": old, "parcels": [parcel]}
    for fact in (placed(), moved("in_transit", None), moved("delivered", "in_transit")):
        assert decide(fact, snap(**values), CONFIG, NOW).acts == []
    assert names(decide(late(), snap(**values), CONFIG, NOW)) == ["send_order_message"]


def test_only_a_parcel_that_begins_its_way_is_shipped() -> None:
    assert names(decide(moved("in_transit", "label_created"), snap(), CONFIG, NOW)) == ["send_order_message"]
    assert decide(moved("out_for_delivery", "in_transit"), snap(), CONFIG, NOW).acts == []
    assert decide(moved("label_created", None), snap(), CONFIG, NOW).acts == []
    back = msgspec.structs.replace(moved("in_transit", None), direction="return")
    assert decide(back, snap(), CONFIG, NOW).acts == []


def test_who_has_been_written_to_by_an_agent_is_left_alone_and_who_asked_is_left_to_the_agent() -> None:
    wrote = Talk(conversation_id=uuid7(), asked=True, agent_wrote_at=NOW - timedelta(hours=23))
    decision = decide(late(), snap(talk=wrote), CONFIG, NOW)
    assert (names(decision), reasons(decision)) == (["skip_order_message"], ["agent_wrote"])
    asked = Talk(conversation_id=uuid7(), asked=True, agent_wrote_at=NOW - timedelta(hours=25))
    decision = decide(late(), snap(talk=asked), CONFIG, NOW)
    assert (names(decision), reasons(decision)) == (["note_order_delay"], ["late", "asked"])
    assert decision.acts[0].args["conversation_id"] == str(asked.conversation_id)


def test_two_delays_in_a_day_are_one_too_many() -> None:
    told = [Told(key=f"unsent:{ORDER}", kind="unsent", state="sent", at=NOW - timedelta(hours=5))]
    assert reasons(decide(late(), snap(told), CONFIG, NOW)) == ["told_lately"]
    assert names(decide(late(), snap(told), CONFIG, NOW + timedelta(days=1))) == ["send_order_message"]


def plan(kind: str = "late", shipment_id: UUID | None = PARCEL, **values: Any) -> Planned:
    """Gives a planned message."""
    given = {"due_at": NOW, "line": None, **values}
    return Planned(
        id=uuid7(),
        order_id=ORDER,
        key="k",
        kind=kind,
        shipment_id=shipment_id,
        promised_at=NOW,
        days=1,
        **given,
    )


def with_parcel(status: str) -> Snapshot:
    """Gives a snapshot whose parcel has this status."""
    return snap(parcels=[msgspec.structs.replace(make_state().parcels[0], status=status)])


@pytest.mark.parametrize(
    ("message", "snapshot", "verdict"),
    [
        (plan(), snap(), None),
        (plan(), snap(cancelled=True), Drop("order_messages.cancelled")),
        (plan(), snap(refunded=True), Drop("order_messages.refunded")),
        (plan(), with_parcel("delivered"), Drop("order_messages.settled")),
        (plan("pickup"), with_parcel("in_transit"), Drop("order_messages.settled")),
        (plan("pickup"), with_parcel("label_created"), None),
        (plan("unsent", None), snap(), Drop("order_messages.settled")),
        (plan("delivered"), with_parcel("delivered"), None),
        (plan(), snap(talk=Talk(asked=True)), Drop("order_messages.asked")),
        (plan(), snap(talk=Talk(agent_wrote_at=NOW)), Drop("order_messages.agent_wrote")),
        (plan(due_at=NOW - timedelta(days=3)), snap(), Drop("order_messages.stale")),
        (plan(), snap(time_zone="Asia/Seoul"), Wait(datetime(2026, 3, 4, 23, 0, tzinfo=UTC))),
    ],
)
def test_a_planned_message_is_looked_at_once_more(
    message: Planned, snapshot: Snapshot, verdict: Wait | Drop | None
) -> None:
    assert decide_sending(message, snapshot, read_settings(ON), NOW) == verdict


def test_a_kind_that_was_switched_off_meanwhile_is_not_sent() -> None:
    assert decide_sending(plan(), snap(), read_settings({**ON, "late": False}), NOW) == Drop(
        "order_messages.off"
    )
    assert decide_sending(plan(), snap(), read_settings(ON, enabled=False), NOW) == Drop("order_messages.off")
