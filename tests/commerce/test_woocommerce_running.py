"""A WooCommerce store and a Stripe account at work in Parley: from the first reading to the ledger, through all faults."""

import random
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from parley.commerce.hooks import drain_deliveries
from parley.commerce.jobs import run_refresh
from parley.commerce.reading import compare_store, find_store
from parley.kit.clock import FixedClock
from parley.kit.db import Database
from parley.kit.files.store import LocalStore
from parley.kit.ids import uuid7
from parley.kit.jobs.registry import Job
from parley.kit.outbound import OutboundClient, Times
from parley.kit.runtime import Runtime
from tests.commerce.conftest import SLICES
from tests.commerce.test_acts import carry_out, commit, plan
from tests.support.app import Shop, body_of, build_test_runtime
from tests.support.fakes.stripe import SECRET_KEY, WEBHOOK_SECRET, FakeStripe, stripe
from tests.support.fakes.woocommerce import (
    CONSUMER_KEY,
    CONSUMER_SECRET,
    FakeWoo,
    Hook,
    fill,
    new_order,
    woocommerce,
)
from tests.support.jobs import run_jobs

FAULTS: tuple[Any, ...] = ("throttle", "down", "break_before", "break_after", "silence_after")


@pytest.fixture
async def runtime(db: Database, clock: FixedClock, tmp_path: Path) -> AsyncIterator[Runtime]:
    """A runtime that may call this machine, with little patience."""
    http = OutboundClient(allow=("127.0.0.1",), times=Times(connect=2, read=0.25, total=3), clock=clock)
    yield build_test_runtime(db, clock, SLICES, http=http, files=LocalStore(tmp_path))
    await http.close()


class Desk:
    """Parley with its store and its bank."""

    def __init__(self, shop: Shop, woo: FakeWoo, bank: FakeStripe) -> None:
        self.shop = shop
        self.woo = woo
        self.bank = bank
        self.store_id = UUID(int=0)

    async def connect(self, **settings: Any) -> None:
        """Connects both, asks for the webhooks, and reads everything."""
        owner = await self.shop.signed_in("owner")
        given = {"address": self.woo.url, "key": CONSUMER_KEY, "secret": CONSUMER_SECRET, **settings}
        made = await owner.post("/api/v1/stores", json={"plugin": "woocommerce", "settings": given})
        assert made.status_code == 201, made.text
        shown = body_of(made)
        assert (shown["name"], shown["currency"], shown["state"]) == ("Loom & Co", "EUR", "active")
        assert "cs_good" not in made.text
        self.store_id = UUID(shown["id"])
        given = {"secret_key": SECRET_KEY, "api_address": self.bank.url, "webhook_secret": WEBHOOK_SECRET}
        made = await owner.post("/api/v1/connections", json={"plugin": "stripe", "settings": given})
        assert made.status_code == 201, made.text
        await run_jobs(self.shop.runtime, "commerce.sync")
        assert await self.shop.count("SELECT count(*) FROM sync_runs WHERE state = 'done'") == 3

    async def connection(self) -> Any:
        """The store's connection, as it is stored now."""
        return next(iter(await find_store(self.shop.runtime, str(self.store_id))))

    def job(self, name: str, **payload: Any) -> Job:
        """One attempt at a job."""
        return Job(self.shop.runtime, 1, name, self.shop.workspace_id, payload, 0, False)

    async def post(self, hooks: list[Hook]) -> None:
        """Lets the store post webhooks, and reads them."""
        for hook in hooks:
            answer = await self.shop.client().post(
                f"/hooks/{self.store_id}", content=hook.body, headers=hook.headers
            )
            assert answer.status_code == 200, answer.text
        await drain_deliveries(self.job("commerce.deliveries", connection_id=str(self.store_id)))
        await run_jobs(self.shop.runtime, "commerce.refresh")

    async def differing(self) -> tuple[int, int, int]:
        """Reads everything once more: how much was missing, different, or gone."""
        found = await compare_store(self.shop.runtime, await self.connection(), "reconcile")
        return (
            sum(one.missing for one in found),
            sum(one.different for one in found),
            sum(one.gone for one in found),
        )

    async def order_id(self, number: int) -> str:
        """The order's id in Parley."""
        known = await self.shop.count("SELECT id FROM orders WHERE external_id = $1", str(number))
        return str(known)

    @property
    def recorded(self) -> int:
        """What the store says has gone back, in cents."""
        refunds = (Decimal(str(one["amount"])) for some in self.woo.shop.refunds.values() for one in some)
        return int(sum(refunds, Decimal(0)) * 100)

    @property
    def moved(self) -> int:
        """What gateway and bank have really given back, in cents."""
        by_gateway = sum((amount for _, amount in self.woo.acts.given_back), Decimal(0))
        return int(by_gateway * 100) + sum(int(one["amount"]) for one in self.bank.refunds)

    async def ledger(self) -> int:
        """What Parley says has gone back."""
        return int(await self.shop.count("SELECT coalesce(sum(amount), 0) FROM ledger_entries"))


@pytest.fixture
async def desk(shop: Shop) -> AsyncIterator[Desk]:
    """Parley, a shop with three orders paid with Stripe, and the bank that holds the payments."""
    async with woocommerce() as woo, stripe() as bank:
        # Keys carry the real time, by which new orders are looked for.
        woo.shop.now = datetime.now(UTC).replace(microsecond=0) - timedelta(minutes=10)
        woo.faults.seconds = bank.faults.seconds = 0.5
        fill(woo, 3)
        woo.shop.products[2].update(stock_quantity=9, stock_status="instock")
        for number in (1001, 1002, 1003):
            bank.add_payment(number, 3000)
        yield Desk(shop, woo, bank)


async def test_a_store_is_read_and_kept_current_by_webhooks_in_any_order(desk: Desk) -> None:
    await desk.connect()
    assert await desk.differing() == (0, 0, 0)
    woo, chance = desk.woo, random.Random(7)
    woo.outbox.clear()
    for turn in range(25):
        order = chance.choice(list(woo.shop.orders.values()))
        act = chance.randrange(5)
        if act == 0:
            woo.tell("order.created", new_order(woo, 2000 + turn))
        elif act == 1 and Decimal(order["total"]) > 5 and order["status"] == "processing":
            woo.acts.create_refund(order, {"amount": "1.00", "api_refund": False})
            woo.tell("order.updated", order)
        elif act == 2:
            woo.tell(
                "order.updated",
                woo.acts.change_order(order, {"status": chance.choice(["processing", "completed"])}),
            )
        elif act == 3:
            goods = woo.shop.products[1]
            goods["name"] = f"Shirt {turn}"
            woo.shop.touch(goods)
            woo.tell("product.updated", goods)
        else:
            customer = woo.shop.customers[1]
            customer["first_name"] = f"Ana {turn}"
            woo.shop.touch(customer)
            woo.tell("customer.updated", customer)
        # Several changes within one second are what WooCommerce dates the same.
        woo.shop.pass_time(chance.randrange(2))
    hooks = [*woo.outbox, *chance.sample(woo.outbox, 8)]
    chance.shuffle(hooks)
    await desk.post(hooks)
    assert await desk.shop.count("SELECT count(*) FROM store_deliveries WHERE state <> 'done'") == 0
    assert await desk.shop.count("SELECT count(*) FROM store_deliveries") == len(woo.outbox)
    assert await desk.differing() == (0, 0, 0)


@pytest.mark.parametrize("known", [True, False])
async def test_what_is_told_of_after_its_deletion_stays_deleted(desk: Desk, known: bool) -> None:
    await desk.connect()
    woo, number = desk.woo, 1001 if known else 2001
    order = woo.shop.orders[number] if known else new_order(woo, number)
    woo.outbox.clear()
    woo.tell("order.updated" if known else "order.created", order)
    del woo.shop.orders[number]
    woo.tell("order.deleted", {"id": number})
    await desk.post(woo.outbox[::-1])
    left = "SELECT count(*) FROM orders WHERE deleted_at IS NULL AND external_id = $1"
    assert await desk.shop.count(left, str(number)) == 0
    assert await desk.differing() == (0, 0, 0)


async def test_what_lost_webhooks_would_have_told_is_found(desk: Desk, clock: FixedClock) -> None:
    await desk.connect()
    woo = desk.woo
    woo.shop.pass_time(5)
    new_order(woo, 2001)
    woo.acts.change_order(woo.shop.orders[1001], {"status": "completed"})
    del woo.shop.orders[1002]
    clock.advance(timedelta(hours=1))
    assert await desk.differing() == (1, 1, 1)
    clock.advance(timedelta(hours=1))
    assert await desk.differing() == (0, 0, 0)


async def test_a_webhook_that_nobody_signed_is_not_stored(desk: Desk) -> None:
    await desk.connect()
    desk.woo.tell("order.updated", desk.woo.shop.orders[1001])
    hook = desk.woo.outbox[-1]
    answer = await desk.shop.client().post(
        f"/hooks/{desk.store_id}", content=hook.body + b" ", headers=hook.headers
    )
    assert answer.status_code == 401
    ping = desk.woo.outbox[0]
    answer = await desk.shop.client().post(f"/hooks/{desk.store_id}", content=ping.body, headers=ping.headers)
    assert answer.status_code == 200
    assert await desk.shop.count("SELECT count(*) FROM store_deliveries") == 0


async def test_the_gateway_cannot_and_stripe_gives_back(desk: Desk, clock: FixedClock) -> None:
    desk.woo.shop.gateways["stripe"] = ["products"]
    await desk.connect(stripe_refund=True)
    agent, order_id = await desk.shop.signed_in(), await desk.order_id(1001)
    desk.bank.faults.add("silence_after", "POST refunds")
    desk.woo.faults.add("break_after", "POST orders/1001/refunds")
    made = await plan(agent, order_id, "refund", amount=1200)
    assert (await commit(agent, order_id, "refund", made["id"])).status_code == 202
    await carry_out(desk.shop, clock, made["id"])
    shown = body_of(await agent.get(f"/api/v1/acts/{made['id']}"))
    assert (shown["state"], [one["state"] for one in shown["steps"]]) == ("done", ["done"] * 3)
    assert (desk.moved, desk.recorded, await desk.ledger()) == (1200, 1200, 1200)
    await run_refresh(
        desk.job("commerce.refresh", connection_id=str(desk.store_id), kind="order", external_id="1001")
    )
    assert await desk.shop.count("SELECT refunded FROM orders WHERE external_id = '1001'") == 1200


async def test_a_refund_the_bank_could_not_pay_after_all_is_told_and_taken_back(
    desk: Desk, clock: FixedClock
) -> None:
    desk.woo.shop.gateways["stripe"] = ["products"]
    await desk.connect(stripe_refund=True)
    agent = await desk.shop.signed_in("owner")
    order_id = await desk.order_id(1001)
    made = await plan(agent, order_id, "refund", amount=1200)
    await commit(agent, order_id, "refund", made["id"])
    await carry_out(desk.shop, clock, made["id"])
    assert await desk.ledger() == 1200
    (refund,) = desk.bank.refunds
    bank_id = await desk.shop.count("SELECT id FROM connections WHERE plugin = 'stripe'")

    async def say(topic: str, known: str, **changes: Any) -> None:
        now = int(clock.now().timestamp())
        headers, body = desk.bank.sign(topic, {**refund, **changes}, now=now, known=known)
        answer = await desk.shop.client().post(f"/hooks/{bank_id}", content=body, headers=headers)
        assert answer.status_code == 200, answer.text
        await drain_deliveries(desk.job("commerce.deliveries", connection_id=str(bank_id)))

    await say("refund.updated", "evt_1", status="succeeded")
    await say("refund.failed", "evt_2", id="re_of_somebody_else", status="failed")
    assert await desk.ledger() == 1200
    for topic, known in (("refund.failed", "evt_3"), ("charge.refund.updated", "evt_4")):
        await say(topic, known, status="failed", failure_reason="expired_or_canceled_card")
    assert await desk.ledger() == 0
    shown = body_of(await agent.get(f"/api/v1/acts/{made['id']}"))
    assert shown["state"] == "failed"
    assert shown["error"].endswith("after all: expired_or_canceled_card.")
    told = [fact["state"] for fact in await desk.shop.facts("ActChanged")]
    assert told == ["planned", "committed", "done", "failed"]
    waiting = await desk.shop.count(
        "SELECT string_agg(error, '|') FROM store_deliveries WHERE state = 'failed'"
    )
    assert waiting.startswith("EUR 12.00 for order")
    assert waiting.count("|") == 0


async def test_a_cancellation_through_stripe(desk: Desk, clock: FixedClock) -> None:
    await desk.connect(stripe_refund=True)
    agent, order_id = await desk.shop.signed_in("owner"), await desk.order_id(1002)
    made = await plan(agent, order_id, "cancel")
    assert (await commit(agent, order_id, "cancel", made["id"])).status_code == 202
    await carry_out(desk.shop, clock, made["id"])
    assert desk.woo.shop.orders[1002]["status"] == "cancelled"
    assert (desk.moved, desk.recorded, await desk.ledger()) == (3000, 3000, 3000)


async def test_a_refund_that_is_refused_leaves_the_order_alone(desk: Desk, clock: FixedClock) -> None:
    desk.woo.shop.gateways["stripe"] = ["products"]
    await desk.connect()
    agent, order_id = await desk.shop.signed_in("owner"), await desk.order_id(1002)
    made = await plan(agent, order_id, "cancel")
    assert (await commit(agent, order_id, "cancel", made["id"])).status_code == 202
    await carry_out(desk.shop, clock, made["id"])
    shown = body_of(await agent.get(f"/api/v1/acts/{made['id']}"))
    assert (shown["state"], "does not support" in shown["error"]) == ("failed", True)
    assert desk.woo.shop.orders[1002]["status"] == "processing"
    assert (desk.moved, desk.recorded, await desk.ledger()) == (0, 0, 0)


async def test_a_refund_that_lost_its_key_waits_for_a_person(desk: Desk, clock: FixedClock) -> None:
    desk.woo.shop.now = clock.now()
    await desk.connect()
    agent, order_id = await desk.shop.signed_in("owner"), await desk.order_id(1003)
    made = await plan(agent, order_id, "refund", amount=700)
    desk.woo.acts.crash_before_meta = True
    assert (await commit(agent, order_id, "refund", made["id"])).status_code == 202
    await carry_out(desk.shop, clock, made["id"])
    assert body_of(await agent.get(f"/api/v1/acts/{made['id']}"))["state"] == "unknown"
    assert (desk.moved, desk.recorded) == (700, 700)


@pytest.mark.parametrize("seed", range(3))
async def test_whatever_fails_money_moves_once_and_the_ledger_agrees(
    desk: Desk, clock: FixedClock, seed: int
) -> None:
    chance = random.Random(seed)
    await desk.connect(stripe_refund=seed % 2 == 1)
    agent = await desk.shop.signed_in("owner")
    wanted, replaced = 0, 0
    for _ in range(7):
        number = chance.choice((1001, 1002, 1003))
        order_id = await desk.order_id(number)
        act, body = _draw(chance, desk, number)
        made = await plan(agent, order_id, act, **body)
        if not made["possible"]:
            continue
        for _ in range(chance.randrange(6)):
            faults = chance.choice((desk.woo.faults, desk.bank.faults))
            faults.add(chance.choice(FAULTS), chance.choice(("POST", "PUT", "GET")))
        await commit(agent, order_id, act, made["id"], uuid7().hex)
        await carry_out(desk.shop, clock, made["id"])
        desk.woo.faults.waiting.clear()
        desk.bank.faults.waiting.clear()
        shown = body_of(await agent.get(f"/api/v1/acts/{made['id']}"))
        assert shown["state"] == "done", shown
        wanted += made["amount"] if act in {"refund", "cancel"} else 0
        replaced += act == "duplicate"
    assert (desk.moved, desk.recorded, await desk.ledger()) == (wanted, wanted, wanted)
    assert len(desk.woo.shop.orders) == 3 + replaced


def _draw(chance: random.Random, desk: Desk, number: int) -> tuple[str, dict[str, Any]]:
    """One thing somebody wants of an order."""
    kind = chance.randrange(5)
    if kind == 0:
        return "cancel", {}
    if kind == 1:
        return "duplicate", {}
    if kind == 2:
        line = desk.woo.shop.orders[number]["line_items"][0]
        return "refund", {"pieces": [{"line": str(line["id"]), "quantity": 1}], "restock": True}
    return "refund", {"amount": chance.randint(1, 900)}
