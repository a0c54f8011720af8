"""What the radar looks for: pure, by times alone."""

from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from parley.commerce.policies.terms import Processing
from parley.outreach.model import Check, Found, Later, OrderState, Waiting
from parley.outreach.radar import judge_check, judge_stock, plan_checks
from parley.outreach.settings import DEFAULTS, read_settings
from tests.outreach.test_deciding import NOW, ORDER, PARCEL, make_state

SETTINGS = read_settings(DEFAULTS)
DAY = timedelta(days=1)
LINE = Waiting(ref="l1", variant_ref="v1", pieces=2, available=True, stock=5)


def waiting(**values: Any) -> OrderState:
    """Gives an order that has not left."""
    return make_state(**{"parcels": [], "waiting": [LINE], **values})


def parcel_of(status: str, **values: Any) -> OrderState:
    """Gives an order whose parcel has this status."""
    parcel = msgspec.structs.replace(make_state().parcels[0], status=status, **values)
    return make_state(parcels=[parcel], promised_at=NOW + 2 * DAY)


def kinds(checks: list[Check]) -> list[str]:
    """Gives the kinds of checks."""
    return sorted(check.kind for check in checks)


def test_a_parcel_is_late_when_the_promise_and_the_grace_have_passed() -> None:
    order = parcel_of("in_transit")
    (check,) = plan_checks(order, SETTINGS, NOW)
    assert check == Check(kind="late", subject=str(PARCEL), due_at=NOW + 3 * DAY)
    assert judge_check("late", str(PARCEL), order, SETTINGS, NOW + 2 * DAY) == Later(NOW + 3 * DAY)
    found = judge_check("late", str(PARCEL), order, SETTINGS, NOW + 3 * DAY)
    assert found == Found(kind="late", shipment_id=PARCEL, line=None, promised_at=NOW + 2 * DAY, days=1)
    for status in ("delivered", "returned", "cancelled", "unknown"):
        assert judge_check("late", str(PARCEL), parcel_of(status), SETTINGS, NOW + 9 * DAY) is None


def test_a_carrier_that_names_a_later_day_is_believed_at_once() -> None:
    order = parcel_of("in_transit", estimated_at=NOW + 4 * DAY)
    found = judge_check("late", str(PARCEL), order, SETTINGS, NOW)
    assert isinstance(found, Found)
    assert found.days == 2
    same_day = parcel_of("in_transit", estimated_at=NOW + 2 * DAY + timedelta(hours=3))
    assert isinstance(judge_check("late", str(PARCEL), same_day, SETTINGS, NOW), Later)


def test_without_a_promise_nothing_is_late() -> None:
    assert plan_checks(make_state(promised_at=None), SETTINGS, NOW) == []
    assert kinds(plan_checks(waiting(promised_at=None), SETTINGS, NOW)) == ["stock_out"]


def test_an_order_that_has_not_left_by_the_policy_is_unsent() -> None:
    policy = Processing(most=2, cutoff="14:00", time_zone="UTC")
    order = waiting(promised_at=None, placed_at=NOW, processing=policy)
    # Wednesday noon and two workdays: it leaves on Friday at the latest.
    due = datetime(2026, 3, 7, tzinfo=UTC)
    assert judge_check("unsent", "", order, SETTINGS, NOW) == Later(due)
    found = judge_check("unsent", "", order, SETTINGS, due)
    assert isinstance(found, Found)
    assert (found.promised_at, found.days) == (due, 0)
    assert judge_check("unsent", "", make_state(processing=policy), SETTINGS, due) is None
    own = read_settings({**DEFAULTS, "processing_days": 2})
    assert isinstance(judge_check("unsent", "", waiting(processing=None, placed_at=NOW), own, due), Found)
    assert judge_check("unsent", "", waiting(processing=None, placed_at=NOW), SETTINGS, due) is None


def test_a_parcel_that_nobody_scans_or_collects_is_noticed() -> None:
    label = parcel_of("label_created", shipped_at=None, last_event_at=None)
    assert judge_check("pickup", str(PARCEL), label, SETTINGS, NOW + DAY) == Later(NOW + 2 * DAY)
    assert isinstance(judge_check("pickup", str(PARCEL), label, SETTINGS, NOW + 2 * DAY), Found)
    assert judge_check("pickup", str(PARCEL), parcel_of("in_transit"), SETTINGS, NOW + 2 * DAY) is None
    ready = parcel_of("ready_for_pickup")
    assert kinds(plan_checks(ready, SETTINGS, NOW)) == ["collect"]
    found = judge_check("collect", str(PARCEL), ready, SETTINGS, NOW + 5 * DAY)
    assert isinstance(found, Found)
    assert found.days == 5


def stock(
    available: bool | None, count: int | None, newer: int = 0, *, at_zero: bool = False
) -> Found | Later:
    """Judges a line of two pieces."""
    line = msgspec.structs.replace(LINE, available=available, stock=count, newer=newer)
    settings = read_settings({**DEFAULTS, "stock_out_at_zero": at_zero})
    return judge_stock(line, waiting(waiting=[line]), settings, NOW)


def test_who_misses_a_piece_is_told_and_who_bought_the_last_one_is_not() -> None:
    assert isinstance(stock(False, None), Found)
    assert isinstance(stock(False, -1), Found)
    assert isinstance(stock(True, -1), Found), "sold on order, and more than there is"
    assert stock(False, 0) == Later(NOW + timedelta(hours=6)), "the last piece is theirs"
    assert isinstance(stock(False, 0, at_zero=True), Found)
    assert stock(False, -1, newer=1) == Later(NOW + timedelta(hours=6)), "it is a later order that misses it"
    assert stock(True, 3) == Later(None)
    assert stock(None, None) == Later(None), "the store does not show this variant"


def test_what_was_late_before_the_store_was_connected_is_not_told() -> None:
    connected = NOW
    order = make_state(placed_at=NOW - 10 * DAY, promised_at=NOW - 3 * DAY, connected_at=connected)
    assert plan_checks(order, SETTINGS, NOW) == []
    still = msgspec.structs.replace(order, promised_at=NOW)
    assert kinds(plan_checks(still, SETTINGS, NOW)) == ["late"]
    ours = msgspec.structs.replace(order, connected_at=NOW - 20 * DAY)
    assert kinds(plan_checks(ours, SETTINGS, NOW)) == ["late"]


@given(
    over=st.sampled_from(["cancelled", "refunded", "deleted"]),
    age=st.integers(0, 100),
    ahead=st.integers(0, 400),
    kind=st.sampled_from(["late", "unsent", "stock_out", "pickup", "collect"]),
    subject=st.sampled_from(["", "l1", str(PARCEL)]),
)
def test_nothing_is_found_of_orders_that_are_over_or_old(
    over: str, age: int, ahead: int, kind: str, subject: str
) -> None:
    flags: dict[str, Any] = {over: True}
    order = make_state(waiting=[LINE], placed_at=NOW - age * DAY, **flags)
    assert judge_check(kind, subject, order, SETTINGS, NOW + ahead * DAY) is None
    old = make_state(waiting=[LINE], placed_at=NOW - (61 + age) * DAY)
    assert judge_check(kind, subject, old, SETTINGS, NOW + ahead * DAY) is None
    assert old.id == ORDER
