"""Returns: decided by the policy, agreed to by a person above the limit, paid once whatever dies in between."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from parley.commerce.actions.mirror_orders import mirror_orders
from parley.commerce.actions.tracking import record_tracking
from parley.commerce.mirroring import Reading
from parley.commerce.model import (
    ShipmentStatus,
    StoreReturn,
    StoreReturnLine,
    Tracking,
    TrackingEvent,
)
from parley.kit.clock import FixedClock
from tests.support.app import Shop, body_of
from tests.support.returns import Counter, make_terms


@pytest.fixture
async def counter(shop: Shop, store_id: UUID, clock: FixedClock) -> Counter:
    """A shop that takes returns."""
    return await Counter(shop, store_id, clock).open()


async def ask(who: Any, order_id: str, path: str = "", **line: Any) -> Any:
    """Asks for a return by the interface."""
    body = {"order_id": order_id, "lines": [{"line": "l1", "quantity": 1, "reason": "too_small", **line}]}
    return await who.post(f"/api/v1/returns{path}", json=body)


async def show(who: Any, return_id: str) -> Any:
    """Shows a return."""
    return body_of(await who.get(f"/api/v1/returns/{return_id}"))


async def scan(counter: Counter, number: str, status: ShipmentStatus) -> None:
    """Lets the carrier tell of a parcel."""
    counter.clock.advance(timedelta(hours=5))
    async with counter.shop.runtime.ctx(counter.shop.workspace_id) as ctx:
        event = TrackingEvent(at=ctx.now, status=status, code=status)
        told = Tracking(number=number, carrier="Paper", status=status, events=[event])
        await record_tracking(ctx, told, told_by="carrier")
    await counter.work()


async def test_from_the_request_to_the_money(counter: Counter) -> None:
    order_id = await counter.place()
    agent = await counter.shop.signed_in()
    preview = body_of(await ask(agent, order_id, "/preview"))
    assert (preview["outcome"], preview["refund"], preview["version"]) == ("accepted", 2510, 1)
    made = body_of(await ask(agent, order_id))
    assert (made["state"], made["number"]) == ("approved", "#1001-R1")
    await counter.work()
    shown = await show(agent, made["id"])
    assert (shown["external_id"] != "", shown["tracking_number"], shown["refunded_at"]) == (
        True,
        "PC00000001",
        None,
    )
    assert shown["label_url"].startswith("/files/")
    (sender, recipient, grams) = counter.carrier.asked[0]
    assert (sender.line1, recipient.line1, grams) == ("1 High St", "1 Dock", 1000)

    await scan(counter, "PC00000001", "in_transit")
    assert (await show(agent, made["id"]))["state"] == "in_transit"
    assert counter.paper.orders["ext-1"].refunded == 0
    await scan(counter, "PC00000001", "delivered")
    shown = await show(agent, made["id"])
    assert (shown["state"], counter.paper.orders["ext-1"].refunded) == ("closed", 2510)
    assert shown["refunded_at"]
    states = [
        f["changes"]["state"] for f in await counter.shop.facts("ReturnChanged") if "state" in f["changes"]
    ]
    assert states == ["approved", "in_transit", "received", "closed"]
    assert await counter.shop.count("SELECT sum(amount) FROM ledger_entries") == 2510


@pytest.mark.parametrize(("moment", "paid_after"), [("requested", 0), ("in_transit", 1), ("received", 2)])
async def test_the_money_goes_at_the_moment_of_the_policy(
    counter: Counter, moment: str, paid_after: int
) -> None:
    await counter.publish(make_terms(refund_when=moment))
    order_id = await counter.place()
    agent = await counter.shop.signed_in()
    await ask(agent, order_id)
    await counter.work()
    paid = [counter.paper.orders["ext-1"].refunded]
    steps: tuple[ShipmentStatus, ...] = ("in_transit", "delivered")
    for status in steps:
        await scan(counter, "PC00000001", status)
        paid.append(counter.paper.orders["ext-1"].refunded)
    assert paid == [0] * paid_after + [2510] * (3 - paid_after)


async def test_where_somebody_looks_at_it_first_the_carriers_word_is_not_enough(counter: Counter) -> None:
    await counter.publish(make_terms(inspect=True))
    agent = await counter.shop.signed_in()
    made = body_of(await ask(agent, await counter.place()))
    await counter.work()
    await scan(counter, "PC00000001", "delivered")
    assert (await show(agent, made["id"]))["state"] == "in_transit"
    await agent.post(f"/api/v1/returns/{made['id']}/receive", json={"note": "as new"})
    await counter.work()
    shown = await show(agent, made["id"])
    assert (shown["state"], shown["note"], counter.paper.orders["ext-1"].refunded) == (
        "closed",
        "as new",
        2510,
    )


async def test_above_the_limit_somebody_who_may_approves(counter: Counter) -> None:
    await counter.publish(make_terms(by_itself=1_000))
    order_id = await counter.place()
    agent, lead = await counter.shop.signed_in(), await counter.shop.signed_in("lead", name="Lea")
    made = body_of(await ask(agent, order_id))
    await counter.work()
    assert (made["state"], counter.carrier.labels) == ("requested", {})
    assert (await agent.post(f"/api/v1/returns/{made['id']}/approve")).status_code == 403
    waiting = body_of(await lead.get("/api/v1/returns?state=requested"))["items"]
    assert [one["id"] for one in waiting] == [made["id"]]
    assert body_of(await lead.post(f"/api/v1/returns/{made['id']}/approve"))["state"] == "approved"
    await counter.work()
    assert len(counter.carrier.labels) == 1
    assert (await lead.post(f"/api/v1/returns/{made['id']}/decline", json={})).status_code == 409
    second = body_of(await ask(agent, order_id))
    declined = await lead.post(f"/api/v1/returns/{second['id']}/decline", json={"note": "worn"})
    assert (body_of(declined)["state"], body_of(declined)["note"]) == ("declined", "worn")
    assert body_of(await ask(lead, order_id))["state"] == "approved"


async def test_the_same_pieces_come_back_once(counter: Counter) -> None:
    order_id = await counter.place()
    agent = await counter.shop.signed_in()
    assert (await ask(agent, order_id, quantity=2)).status_code == 201
    again = await ask(agent, order_id)
    assert (again.status_code, body_of(again)["reasons"]) == (422, ["line.not_so_many"])


async def test_what_was_exchanged_does_not_come_back_for_money(counter: Counter) -> None:
    await counter.shelve(v1=0, v2=3, v3=0)
    order_id = await counter.place()
    agent = await counter.shop.signed_in()
    sold_out = await ask(agent, order_id, resolution="exchange", variant="v3", quantity=2)
    assert body_of(sold_out)["reasons"] == ["exchange.sold_out"]
    made = body_of(await ask(agent, order_id, resolution="exchange", variant="v2", quantity=2))
    assert (made["state"], made["refund_amount"], made["fee"]) == ("approved", 0, 0)
    await counter.work()
    await scan(counter, "PC00000001", "delivered")
    shown = await show(agent, made["id"])
    assert (shown["state"], shown["lines"][0]["exchange_title"]) == ("closed", "V2")
    intent = await counter.shop.count("SELECT intent FROM store_acts WHERE act = 'return'")
    assert intent["exchange"] == [{"variant": "v2", "quantity": 2}]
    assert (await ask(agent, order_id)).status_code == 422


async def test_a_moved_window_opens_what_was_over(counter: Counter) -> None:
    order_id = await counter.place(days_ago=40)
    agent = await counter.shop.signed_in()
    assert body_of(await ask(agent, order_id))["reasons"] == ["window.over"]
    moved = await agent.post(f"/api/v1/orders/{order_id}/window", json={"days": 14, "reason": "was ill"})
    assert (moved.status_code, body_of(moved)["days"]) == (200, 14)
    assert (await ask(agent, order_id)).status_code == 201
    assert [(f["days"], f["reason"]) for f in await counter.shop.facts("WindowMoved")] == [(14, "was ill")]


async def test_beyond_the_policy_only_who_approves_may_go(counter: Counter) -> None:
    order_id = await counter.place(days_ago=40)
    agent, lead = await counter.shop.signed_in(), await counter.shop.signed_in("lead", name="Lea")
    body = {
        "order_id": order_id,
        "lines": [{"line": "l1", "quantity": 1, "reason": "too_small"}],
        "despite": True,
    }
    assert (await agent.post("/api/v1/returns", json=body)).status_code == 403
    assert body_of(await lead.post("/api/v1/returns", json=body))["state"] == "approved"


async def test_a_refused_refund_is_shown_and_begun_anew_by_hand(counter: Counter) -> None:
    await counter.publish(make_terms(refund_when="requested"))
    lead = await counter.shop.signed_in("lead")
    made = body_of(await ask(lead, await counter.place()))
    counter.paper.faults = ["none", "refuse"]
    await counter.work()
    shown = await show(lead, made["id"])
    assert (shown["error"], shown["refunded_at"]) == ("refund:failed: the store says no", None)
    await counter.work()
    assert counter.paper.orders["ext-1"].refunded == 0
    await lead.post(f"/api/v1/returns/{made['id']}/retry", json={"act": "refund"})
    await counter.work()
    shown = await show(lead, made["id"])
    assert (shown["error"], counter.paper.orders["ext-1"].refunded) == ("", 2510)


async def test_without_a_carrier_the_return_waits_for_its_label_and_says_so(counter: Counter) -> None:
    async with counter.shop.runtime.ctx(counter.shop.workspace_id) as ctx:
        await ctx.tx.execute("UPDATE connections SET deleted_at = now() WHERE kind = 'carrier'")
    agent = await counter.shop.signed_in()
    made = body_of(await ask(agent, await counter.place()))
    await counter.work()
    shown = await show(agent, made["id"])
    assert (shown["state"], shown["error"].partition(":")[0]) == ("approved", "label")


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    faults=st.lists(
        st.sampled_from(["none", "before", "after", "killed before", "killed after"]), max_size=8
    ),
    labels=st.lists(
        st.sampled_from(["none", "before", "after", "killed before", "killed after"]), max_size=4
    ),
)
async def test_whatever_dies_each_act_happens_once(
    counter: Counter, faults: list[str], labels: list[str]
) -> None:
    await counter.publish(make_terms(refund_when="requested"))
    number = len(counter.paper.orders) + 1
    agent = await counter.shop.signed_in()
    order_id = await counter.place(number)
    counter.paper.faults, counter.carrier.faults = list(faults), list(labels)
    before = len(counter.carrier.labels)
    made = body_of(await ask(agent, order_id))
    for _ in range(3):
        await counter.work()
    counter.paper.faults, counter.carrier.faults = [], []
    await counter.work()
    shown = await show(agent, made["id"])
    assert counter.paper.orders[f"ext-{number}"].refunded == 2510
    assert len(counter.carrier.labels) == before + 1
    assert (shown["error"], shown["refunded_at"] is not None, shown["tracking_number"] is not None) == (
        "",
        True,
        True,
    )


async def test_returns_of_the_store_itself_are_mirrored(counter: Counter) -> None:
    lines = [StoreReturnLine(line="l1", quantity=1, reason="SIZE_TOO_SMALL")]
    theirs = StoreReturn(external_id="r-9", status="approved", number="#1001-R1", lines=lines)
    order_id = await counter.place(returns=[theirs])
    agent = await counter.shop.signed_in()
    (seen,) = body_of(await agent.get(f"/api/v1/returns?order_id={order_id}"))["items"]
    assert (seen["number"], seen["state"], seen["asked_by"]) == ("#1001-R1", "approved", "store")
    mine = body_of(await ask(agent, order_id))
    assert mine["number"] == "#1001-R2"
    assert (await ask(agent, order_id)).status_code == 422
    order = counter.paper.orders["ext-1"]
    ended = msgspec.structs.replace(theirs, status="closed")
    async with counter.shop.runtime.ctx(counter.shop.workspace_id) as ctx:
        changed = msgspec.structs.replace(order, returns=[ended])
        await mirror_orders(ctx, [changed], Reading(store_id=counter.store_id, read_at=ctx.now))
    states = {
        one["number"]: one["state"]
        for one in body_of(await agent.get(f"/api/v1/returns?order_id={order_id}"))["items"]
    }
    assert states == {"#1001-R1": "closed", "#1001-R2": "approved"}


async def test_a_return_opened_here_is_not_mirrored_as_another_one(counter: Counter) -> None:
    order_id = await counter.place()
    agent = await counter.shop.signed_in()
    made = body_of(await ask(agent, order_id))
    await counter.work()
    external = (await show(agent, made["id"]))["external_id"]
    order = msgspec.structs.replace(
        counter.paper.orders["ext-1"], returns=[StoreReturn(external_id=external, status="approved")]
    )
    counter.clock.advance(timedelta(minutes=5))
    async with counter.shop.runtime.ctx(counter.shop.workspace_id) as ctx:
        await mirror_orders(ctx, [order], Reading(store_id=counter.store_id, read_at=ctx.now))
    assert await counter.shop.count("SELECT count(*) FROM returns") == 1


async def test_neighbours_and_those_without_the_right_see_nothing(counter: Counter, neighbour: Shop) -> None:
    order_id = await counter.place()
    agent = await counter.shop.signed_in()
    made = body_of(await ask(agent, order_id))
    other = await neighbour.signed_in("owner")
    for path in ("", "/approve", "/receive", "/cancel", "/close"):
        url = f"/api/v1/returns/{made['id']}{path}"
        answer = await (other.post(url, json={}) if path else other.get(url))
        assert answer.status_code == 404, (path, answer.text)
    assert (await ask(other, order_id)).status_code == 404
    assert (await other.post(f"/api/v1/orders/{order_id}/window", json={"days": 3})).status_code == 404
    assert body_of(await other.get("/api/v1/returns"))["items"] == []
    reader = await counter.shop.program("orders:read")
    assert (await ask(reader, order_id)).status_code == 403
    assert (await show(agent, made["id"]))["state"] == "approved"
