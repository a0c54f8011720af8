"""What the policy decides of a return: pure, to the cent."""

from datetime import timedelta
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from parley.commerce.acting.reckoning import worth_of
from parley.commerce.model import Pieces, StoreFulfilment, StoreOrder, StoreParcel
from parley.commerce.returns.deciding import Situation, Wanted, decide_return
from tests.commerce.conftest import PLACED, make_order
from tests.support.returns import make_terms

ARRIVED = PLACED + timedelta(days=3)


def arrived(**changes: Any) -> StoreOrder:
    """Gives the order of two shirts, delivered."""
    parcel = StoreParcel(number="P1", status="delivered", delivered_at=ARRIVED)
    sent = StoreFulfilment(
        external_id="f1", status="success", created_at=PLACED, pieces=[Pieces("l1", 2)], parcels=[parcel]
    )
    return make_order(fulfilments=[sent], fulfilment="fulfilled", **changes)


def wanted(**changes: Any) -> Wanted:
    """Asks for one shirt's money."""
    return Wanted(**{"line": "l1", "quantity": 1, "reason": "too_small", **changes})


def decide(*lines: Wanted, order: StoreOrder | None = None, seen: Any = None, **rules: Any) -> Any:
    """Decides about the delivered order."""
    situation = Situation(now=ARRIVED + timedelta(days=3), currency="EUR", **(seen or {}))
    return decide_return(order or arrived(), list(lines), make_terms(**rules), situation)


def codes(decision: Any) -> list[str]:
    """Gives what speaks against it."""
    return [p.code for p in decision.problems] + [p.code for line in decision.lines for p in line.problems]


def test_a_plain_return_is_accepted_with_label_and_fee() -> None:
    found = decide(wanted())
    assert (found.outcome, found.goods, found.fee, found.refund, found.label) == (
        "accepted", 3000, 490, 2510, "shop",
    )  # fmt: skip
    assert found.clauses == ["returns.reasons.too_small", "returns.window"]


def test_the_shop_pays_for_its_own_fault_and_gives_the_shipping_back() -> None:
    whole = decide(wanted(quantity=2, reason="wrong_item"))
    assert (whole.fee, whole.shipping, whole.refund) == (0, 500, 6500)
    part = decide(wanted(reason="wrong_item"))
    assert (part.shipping, part.refund) == (0, 3000)


@pytest.mark.parametrize(
    ("line", "changes", "problem"),
    [
        (wanted(quantity=3), {}, "line.not_so_many"),
        (wanted(quantity=0), {}, "line.not_so_many"),
        (wanted(line="l9"), {}, "line.unknown"),
        (wanted(reason="moon"), {}, "return.reason_missing"),
        (wanted(reason="damaged"), {}, "return.photo_missing"),
        (wanted(resolution="exchange"), {}, "exchange.choose"),
        (wanted(resolution="store_credit"), {"resolutions": ["refund"]}, "return.no_such_resolution"),
        (wanted(), {"window": 2}, "window.over"),
        (wanted(), {"countries": ["DE"]}, "window.country"),
        (wanted(), {"final": ["sh-m"]}, "window.final"),
    ],
)
def test_the_policy_refuses(line: Wanted, changes: Any, problem: str) -> None:
    found = decide(line, **changes)
    assert (found.outcome, codes(found)) == ("refused", [problem])


def test_above_the_limit_and_behind_the_wall_a_person_decides() -> None:
    assert decide(wanted(quantity=2), by_itself=5_999).outcome == "person"
    assert decide(wanted(quantity=2), by_itself=6_000).outcome == "accepted"
    assert decide(wanted(), seen={"most": 2_999}).outcome == "person"
    assert decide(wanted(), order=arrived(currency="JPY")).outcome == "person"


def test_what_is_worth_little_may_be_kept() -> None:
    found = decide(wanted(), keep_below=3_001)
    assert (found.label, found.fee, found.refund, found.refund_when) == ("none", 0, 3000, "requested")


@given(
    st.lists(st.integers(1, 5), min_size=1, max_size=4),
    st.integers(0, 100_000),
    st.integers(0, 5_000),
    st.integers(0, 100),
    st.data(),
)
def test_no_more_comes_back_than_was_paid_and_parts_make_the_whole(
    bought: list[int], price: int, label_fee: int, percent: int, data: st.DataObject
) -> None:
    base = make_order().lines[0]
    lines = [
        msgspec.structs.replace(base, external_id=f"l{n}", ordered=many, quantity=many, total=price)
        for n, many in enumerate(bought)
    ]
    pieces = [Pieces(line.external_id, line.quantity) for line in lines]
    sent = msgspec.structs.replace(arrived().fulfilments[0], pieces=pieces)
    total = price * len(lines)
    order = arrived(lines=lines, total=total, subtotal=total, shipping=0)
    order = msgspec.structs.replace(order, fulfilments=[sent])
    asked = [
        wanted(line=line.external_id, quantity=data.draw(st.integers(1, line.quantity))) for line in lines
    ]
    found = decide(*asked, order=order, label_fee=label_fee, restocking_percent=percent, by_itself=10**9)
    assert found.outcome == "accepted"
    assert 0 <= found.refund == found.goods - found.fee - found.restocking <= total
    assert found.goods == sum(
        worth_of(order, line, one.quantity) for line, one in zip(lines, asked, strict=True)
    )
    rest = {one.line: one.quantity for one in asked}
    others = [
        wanted(line=line.external_id, quantity=line.quantity - rest[line.external_id])
        for line in lines
        if line.quantity > rest[line.external_id]
    ]
    if others:
        second = decide(
            *others, order=order, seen={"pending": rest, "promised": found.goods}, by_itself=10**9
        )
        assert found.goods + second.goods <= total
