"""Acts at a store: whatever fails or dies in between, each intent has at most one effect and the ledger is right."""

from datetime import timedelta
from typing import Any
from uuid import UUID

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from parley.commerce.actions.mirror_orders import mirror_orders
from parley.commerce.carrying import carry_out_act
from parley.commerce.mirroring import Reading
from parley.commerce.model import StoreOrder
from parley.kit.clock import FixedClock
from parley.kit.failures import Failure
from parley.kit.ids import uuid7
from parley.kit.jobs.registry import Job
from tests.commerce.conftest import make_order
from tests.support.app import Shop, body_of
from tests.support.paper_store import FAULTS, Killed, PaperStore


@pytest.fixture
def paper(shop: Shop) -> PaperStore:
    """The vendor of the store."""
    made = PaperStore()
    shop.runtime.parts["commerce"].book.plugins["demo"] = made
    return made


async def place(shop: Shop, store_id: UUID, paper: PaperStore, number: int = 1, **changes: Any) -> str:
    """Places an order at the vendor and in the mirror, and gives its id."""
    order = make_order(number, **changes)
    paper.orders[order.external_id] = order
    async with shop.runtime.ctx(shop.workspace_id) as ctx:
        reading = Reading(store_id=store_id, read_at=ctx.now - timedelta(minutes=1))
        return str((await mirror_orders(ctx, [order], reading))[0].order_id)


async def carry_out(shop: Shop, clock: FixedClock, act_id: str) -> None:
    """Runs an act's job until it is over, through every failure and every death."""
    for attempt in range(60):
        job = Job(shop.runtime, 1, "commerce.act", shop.workspace_id, {"act_id": act_id}, attempt, False)
        try:
            await carry_out_act(job)
        except Failure:
            clock.advance(timedelta(minutes=1))
        except Killed:
            clock.advance(timedelta(seconds=5))
        else:
            return
    raise AssertionError("the act never ended")


async def plan(agent: Any, order_id: str, act: str, **body: Any) -> Any:
    """Plans an act and gives the plan."""
    answer = await agent.post(f"/api/v1/orders/{order_id}/{act}/plan", json=body)
    assert answer.status_code == 200, answer.text
    return body_of(answer)


async def commit(agent: Any, order_id: str, act: str, plan_id: str, key: str | None = None) -> Any:
    """Commits a plan under a key."""
    return await agent.post(
        f"/api/v1/orders/{order_id}/{act}/commit",
        json={"plan_id": plan_id},
        headers={"Idempotency-Key": key or uuid7().hex},
    )


async def test_a_refund_from_plan_to_money(
    shop: Shop, store_id: UUID, paper: PaperStore, clock: FixedClock
) -> None:
    order_id = await place(shop, store_id, paper)
    agent = await shop.signed_in()
    made = await plan(agent, order_id, "refund", pieces=[{"line": "l1", "quantity": 1}], reason="too small")
    assert (made["amount"], made["currency"], made["possible"], made["state"]) == (
        3000,
        "EUR",
        True,
        "planned",
    )
    assert [line["code"] for line in made["effects"]] == ["refund.pay", "refund.piece", "notify"]
    assert paper.calls == 0
    done = await commit(agent, order_id, "refund", made["id"])
    assert (done.status_code, body_of(done)["state"]) == (202, "committed")
    await carry_out(shop, clock, made["id"])
    shown = body_of(await agent.get(f"/api/v1/acts/{made['id']}"))
    assert (shown["state"], [step["state"] for step in shown["steps"]]) == ("done", ["done"])
    assert paper.orders["ext-1"].refunded == 3000
    assert await shop.count("SELECT sum(amount) FROM ledger_entries") == 3000
    states = [fact["state"] for fact in await shop.facts("ActChanged")]
    assert states == ["planned", "committed", "done"]


async def test_the_same_commit_again_moves_nothing(
    shop: Shop, store_id: UUID, paper: PaperStore, clock: FixedClock
) -> None:
    order_id = await place(shop, store_id, paper)
    agent = await shop.signed_in()
    first = await plan(agent, order_id, "refund", amount=500)
    second = await plan(agent, order_id, "refund", amount=500)
    assert body_of(await commit(agent, order_id, "refund", first["id"], "k1"))["id"] == first["id"]
    again = await commit(agent, order_id, "refund", first["id"], "k2")
    assert body_of(again)["state"] == "committed"
    await carry_out(shop, clock, first["id"])
    # The plan was made before the money moved: it says what is no longer true.
    async with shop.runtime.ctx(shop.workspace_id) as ctx:
        await mirror_orders(ctx, [paper.orders["ext-1"]], Reading(store_id=store_id, read_at=ctx.now))
    assert (await commit(agent, order_id, "refund", second["id"], "k3")).status_code == 409
    assert paper.orders["ext-1"].refunded == 500


async def test_more_than_was_paid_is_refused(shop: Shop, store_id: UUID, paper: PaperStore) -> None:
    order_id = await place(shop, store_id, paper)
    lead = await shop.signed_in("owner")
    made = await plan(lead, order_id, "refund", amount=6501)
    assert not made["possible"]
    assert [line["code"] for line in made["refusals"]] == ["refund.too_much"]
    assert (await commit(lead, order_id, "refund", made["id"])).status_code == 409
    assert paper.calls == 0


async def test_a_second_person_agrees(
    shop: Shop, store_id: UUID, paper: PaperStore, clock: FixedClock
) -> None:
    order_id = await place(shop, store_id, paper, total=40_000, subtotal=39_500)
    agent, lead = await shop.signed_in("agent"), await shop.signed_in("lead", name="Lea")
    made = await plan(agent, order_id, "refund", amount=20_000)
    assert [line["code"] for line in made["second"]] == ["limit.alone"]
    assert body_of(await commit(agent, order_id, "refund", made["id"]))["state"] == "waiting"
    assert (await agent.post(f"/api/v1/acts/{made['id']}/approve")).status_code == 403
    assert paper.calls == 0
    waiting = body_of(await lead.get("/api/v1/acts?state=waiting"))["items"]
    assert [act["id"] for act in waiting] == [made["id"]]
    assert body_of(await lead.post(f"/api/v1/acts/{made['id']}/approve"))["state"] == "committed"
    await carry_out(shop, clock, made["id"])
    assert paper.orders["ext-1"].refunded == 20_000


async def test_an_agent_may_not_do_what_is_above_his_limit(
    shop: Shop, store_id: UUID, paper: PaperStore
) -> None:
    order_id = await place(shop, store_id, paper, total=90_000, subtotal=89_500)
    agent = await shop.signed_in("agent")
    made = await plan(agent, order_id, "refund", amount=60_000)
    assert [line["code"] for line in made["refusals"]] == ["limit.largest"]


async def test_a_step_before_a_refusal_is_taken_back(
    shop: Shop, store_id: UUID, paper: PaperStore, clock: FixedClock
) -> None:
    order_id = await place(shop, store_id, paper)
    agent = await shop.signed_in()
    made = await plan(agent, order_id, "cancel")
    paper.faults = ["none", "refuse"]
    await commit(agent, order_id, "cancel", made["id"])
    await carry_out(shop, clock, made["id"])
    shown = body_of(await agent.get(f"/api/v1/acts/{made['id']}"))
    assert (shown["state"], shown["error"]) == ("failed", "the store says no")
    assert [(step["name"], step["state"]) for step in shown["steps"]] == [
        ("hold", "done"), ("cancel", "failed"), ("unhold", "done"),
    ]  # fmt: skip


async def test_what_nobody_can_know_is_shown_to_a_person(
    shop: Shop, store_id: UUID, paper: PaperStore, clock: FixedClock
) -> None:
    order_id = await place(shop, store_id, paper)
    owner = await shop.signed_in("owner")
    made = await plan(owner, order_id, "refund", amount=700)
    paper.blind, paper.faults = True, ["after"]
    await commit(owner, order_id, "refund", made["id"])
    await carry_out(shop, clock, made["id"])
    assert body_of(await owner.get(f"/api/v1/acts/{made['id']}"))["state"] == "unknown"
    settled = await owner.post(f"/api/v1/acts/{made['id']}/settle", json={"happened": True})
    assert body_of(settled)["state"] == "committed"
    await carry_out(shop, clock, made["id"])
    assert body_of(await owner.get(f"/api/v1/acts/{made['id']}"))["state"] == "done"
    assert paper.orders["ext-1"].refunded == 700


async def test_a_discount_code_is_kept_with_its_terms(
    shop: Shop, store_id: UUID, paper: PaperStore, clock: FixedClock
) -> None:
    agent = await shop.signed_in()
    path = f"/api/v1/stores/{store_id}/discount"
    made = body_of(
        await agent.post(f"{path}/plan", json={"act": "discount", "code": "SORRY10", "percent": 10})
    )
    assert made["possible"], made
    await agent.post(f"{path}/commit", json={"plan_id": made["id"]})
    await carry_out(shop, clock, made["id"])
    assert await shop.count("SELECT code || ' ' || (terms ->> 'percent') FROM discounts") == "SORRY10 10"
    assert await shop.count("SELECT act_id FROM discounts") == UUID(made["id"])


async def test_a_neighbour_sees_and_moves_nothing(
    shop: Shop, store_id: UUID, paper: PaperStore, neighbour: Shop
) -> None:
    order_id = await place(shop, store_id, paper)
    agent, stranger = await shop.signed_in(), await neighbour.signed_in("owner")
    made = await plan(agent, order_id, "refund", amount=100)
    assert (await stranger.get(f"/api/v1/acts/{made['id']}")).status_code == 404
    assert (await commit(stranger, order_id, "refund", made["id"])).status_code == 404
    answer = await stranger.post(f"/api/v1/orders/{order_id}/refund/plan", json={"amount": 100})
    assert answer.status_code == 404
    assert await shop.count("SELECT count(*) FROM act_steps") == 0


@given(
    wishes=st.lists(
        st.tuples(st.integers(1, 4000), st.lists(st.sampled_from(FAULTS), max_size=4), st.booleans()),
        min_size=1,
        max_size=5,
    )
)
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
async def test_at_most_one_effect_per_intent_and_the_ledger_is_the_vendors(
    shop: Shop,
    store_id: UUID,
    paper: PaperStore,
    clock: FixedClock,
    wishes: list[tuple[int, list[str], bool]],
) -> None:
    """Refunds with every fault and death, each committed once or twice: money moves once or not at all."""
    number = len(paper.orders) + 1
    order_id = await place(shop, store_id, paper, number)
    owner = await shop.signed_in("owner")
    for amount, faults, twice in wishes:
        made = await plan(owner, order_id, "refund", amount=amount)
        paper.faults = list(faults)
        key = uuid7().hex
        for _ in range(2 if twice else 1):
            await commit(owner, order_id, "refund", made["id"], key)
        if not made["possible"]:
            continue
        await carry_out(shop, clock, made["id"])
        async with shop.runtime.ctx(shop.workspace_id) as ctx:
            now: StoreOrder = paper.orders[f"ext-{number}"]
            await mirror_orders(ctx, [now], Reading(store_id=store_id, read_at=ctx.now))
    vendor = paper.orders[f"ext-{number}"]
    ledger = await shop.count(
        "SELECT coalesce(sum(amount), 0) FROM ledger_entries WHERE order_id = $1", UUID(order_id)
    )
    assert ledger == vendor.refunded == sum(refund.amount for refund in vendor.refunds)
    assert vendor.refunded <= vendor.total
    mirrored = await shop.count(
        "SELECT coalesce(sum(amount), 0) FROM refunds WHERE order_id = $1", UUID(order_id)
    )
    assert mirrored == ledger
    keys = [refund.key for refund in vendor.refunds]
    assert len(keys) == len(set(keys))


def test_pieces_of_a_line_come_to_its_price() -> None:
    from parley.commerce.acting.reckoning import worth_of

    line = msgspec.structs.replace(make_order().lines[0], ordered=3, quantity=3, total=1000)
    order = make_order(lines=[line])
    assert [worth_of(order, msgspec.structs.replace(line, refunded=n), 1) for n in range(3)] == [
        334,
        333,
        333,
    ]
    assert worth_of(order, line, 3) == 1000
