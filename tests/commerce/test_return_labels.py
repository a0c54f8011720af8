"""Labels bought by hand for returns: once, within the limits, and shown wherever the return is shown."""

from typing import Any
from uuid import UUID

import pytest

from parley.kit.clock import FixedClock
from parley.kit.ids import uuid7
from tests.commerce.test_returns import ask, show
from tests.support.app import Shop, body_of
from tests.support.returns import Counter, make_terms


@pytest.fixture
async def counter(shop: Shop, store_id: UUID, clock: FixedClock) -> Counter:
    """A shop where customers pay the way back themselves."""
    return await Counter(shop, store_id, clock).open(make_terms(label="customer", label_fee=0))


async def plan(who: Any, return_id: str) -> Any:
    """Plans a label."""
    return await who.post(f"/api/v1/returns/{return_id}/label/plan")


async def buy(who: Any, return_id: str, plan_id: str) -> Any:
    """Commits the plan of a label, under a new key each time."""
    return await who.post(
        f"/api/v1/returns/{return_id}/label/commit",
        json={"plan_id": plan_id},
        headers={"Idempotency-Key": uuid7().hex},
    )


async def test_a_label_is_bought_by_hand_once(counter: Counter) -> None:
    agent = await counter.shop.signed_in()
    made = body_of(await ask(agent, await counter.place()))
    await counter.work()
    assert ((await show(agent, made["id"]))["label_url"], counter.carrier.labels) == ("", {})

    first, second = body_of(await plan(agent, made["id"])), body_of(await plan(agent, made["id"]))
    assert (first["possible"], [x["code"] for x in first["effects"]]) == (True, ["label.buy"])
    assert counter.carrier.labels == {}
    done = await buy(agent, made["id"], first["id"])
    assert (done.status_code, body_of(done)["state"]) == (202, "committed")
    assert body_of(await buy(agent, made["id"], first["id"]))["id"] == first["id"]
    under_way = await buy(agent, made["id"], second["id"])
    assert (under_way.status_code, body_of(under_way)["code"]) == (409, "label_under_way")
    await counter.work()
    shown = await show(agent, made["id"])
    assert (shown["tracking_number"], len(counter.carrier.labels), shown["error"]) == ("PC00000001", 1, "")
    assert shown["label_url"].startswith("/files/")
    told = [f["changes"] for f in await counter.shop.facts("ReturnChanged")]
    assert [set(x) for x in told if "label_file_id" in x] == [{"label_file_id"}]
    for again in (await buy(agent, made["id"], second["id"]), await plan(agent, made["id"])):
        assert (again.status_code, body_of(again)["code"]) == (409, "label_there")


async def test_what_the_carrier_refused_is_bought_anew_by_hand(counter: Counter) -> None:
    await counter.publish(make_terms())
    agent = await counter.shop.signed_in()
    counter.carrier.faults = ["refuse"]
    made = body_of(await ask(agent, await counter.place()))
    await counter.work()
    assert (await show(agent, made["id"]))["error"] == "label:failed: the carrier says no"
    planned = body_of(await plan(agent, made["id"]))
    assert (await buy(agent, made["id"], planned["id"])).status_code == 202
    await counter.work()
    told = [
        f["changes"]["error"] for f in await counter.shop.facts("ReturnChanged") if "error" in f["changes"]
    ]
    assert told == ["label:failed: the carrier says no", ""]
    shown = await show(agent, made["id"])
    assert (shown["error"], shown["tracking_number"]) == ("", "PC00000001")


async def test_a_label_is_of_its_own_return_and_of_one_that_is_agreed_to(
    counter: Counter, neighbour: Shop
) -> None:
    agent, lead = await counter.shop.signed_in(), await counter.shop.signed_in("lead")
    made = body_of(await ask(agent, await counter.place()))
    other = body_of(await ask(agent, await counter.place(2)))
    planned = body_of(await plan(agent, made["id"]))
    assert (await buy(agent, other["id"], planned["id"])).status_code == 404
    stranger = await neighbour.signed_in("owner")
    assert (await plan(stranger, made["id"])).status_code == 404
    assert (await buy(stranger, made["id"], planned["id"])).status_code == 404
    assert (await lead.post(f"/api/v1/returns/{other['id']}/cancel", json={})).status_code == 200
    moved = await plan(agent, other["id"])
    assert (moved.status_code, body_of(moved)["code"]) == (409, "return_moved_on")


async def test_who_may_buy_none_is_told_so(counter: Counter) -> None:
    owner, agent = await counter.shop.signed_in("owner"), await counter.shop.signed_in()
    limit = {"role": "agent", "act": "label", "allowed": False}
    assert (await owner.put("/api/v1/act-limits", json=limit)).status_code == 200
    made = body_of(await ask(agent, await counter.place()))
    planned = body_of(await plan(agent, made["id"]))
    assert [x["code"] for x in planned["refusals"]] == ["limit.not_allowed"]
    assert (await buy(agent, made["id"], planned["id"])).status_code == 409
    # The job's own try says in codes what spoke against it.
    await counter.publish(make_terms())
    second = body_of(await ask(agent, await counter.place(2)))
    await counter.work()
    assert (await show(agent, second["id"]))["error"] == "label:plan_impossible: limit.not_allowed"
