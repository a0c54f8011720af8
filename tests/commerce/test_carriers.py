"""Real carriers' connectors under the desk: UPS and EasyPost as fakes on this machine, everything else as it runs."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import msgspec
import pytest

from parley.commerce.actions.mirror_orders import mirror_orders
from parley.commerce.connections import Connection
from parley.commerce.hands import Hands
from parley.commerce.intents import BuyLabel
from parley.commerce.mirroring import Reading
from parley.commerce.model import Address, StoreFulfilment, StoreParcel
from parley.commerce.ports import VendorStep
from parley.commerce.tracking import look_for_due_parcels
from parley.kit.clock import FixedClock
from parley.kit.db import Database
from parley.kit.failures import Retry
from parley.kit.files.store import LocalStore
from parley.kit.outbound import OutboundClient, Times
from parley.kit.runtime import Runtime
from tests.commerce.conftest import SLICES, make_order
from tests.conftest import NOW
from tests.support.app import Shop, body_of, build_test_runtime
from tests.support.fakes.easypost import KEY, FakeEasyPost, build_event, easypost, sign
from tests.support.fakes.ups import CLIENT, CREDENTIAL, SECRET, FakeUps, Parcel, activity, push, ups
from tests.support.jobs import run_jobs

NUMBER = "1Z999AA10123456784"
HOUR = timedelta(hours=1)
MAYA = Address(name="Maya Lee", line1="1 Main St", city="Wayne", region="NJ", postcode="07470", country="US")
STORE = Address(name="Returns", line1="2 Oak Rd", city="Reno", region="NV", postcode="89501", country="US")


@pytest.fixture
async def runtime(db: Database, clock: FixedClock, tmp_path: Path) -> AsyncIterator[Runtime]:
    """A runtime that can call servers on this machine."""
    http = OutboundClient(allow=("127.0.0.1",), times=Times(connect=2, read=1, total=5), clock=clock)
    yield build_test_runtime(db, clock, SLICES, files=LocalStore(tmp_path), http=http)
    await http.close()


@pytest.fixture
async def fake_ups() -> AsyncIterator[FakeUps]:
    async with ups() as fake:
        yield fake


@pytest.fixture
async def fake_easypost() -> AsyncIterator[FakeEasyPost]:
    async with easypost() as fake:
        yield fake


async def connect(shop: Shop, plugin: str, **settings: str) -> UUID:
    """Connects a carrier as an administrator does."""
    program = await shop.program("stores:read", "stores:write")
    answer = await program.post(
        "/api/v1/connections", json={"plugin": plugin, "name": plugin, "settings": settings}
    )
    assert answer.status_code == 201, answer.text
    return UUID(body_of(answer)["id"])


async def send(shop: Shop, store_id: UUID, number: str, carrier: str) -> None:
    """The store tells of an order with a parcel."""
    parcel = StoreParcel(number=number, carrier=carrier, shipped_at=NOW)
    sent = StoreFulfilment(external_id="f1", status="success", created_at=NOW, parcels=[parcel])
    async with shop.runtime.ctx(shop.workspace_id) as ctx:
        await mirror_orders(
            ctx, [make_order(fulfilments=[sent])], Reading(store_id=store_id, read_at=ctx.now)
        )


async def look(shop: Shop) -> Any:
    """Lets the schedule come round, and gives the parcel as the desk shows it."""
    await look_for_due_parcels(shop.runtime)
    await run_jobs(shop.runtime, "commerce.parcels", "commerce.deliveries")
    program = await shop.program("orders:read")
    (shown,) = body_of(await program.get("/api/v1/shipments"))["items"]
    return shown


async def state_of(shop: Shop, connection_id: UUID) -> tuple[str, str]:
    """Gives how a connection is doing."""
    async with shop.runtime.db.transaction(shop.workspace_id) as tx:
        row = await tx.fetchrow("SELECT state, error FROM connections WHERE id = $1", connection_id)
    assert row is not None
    return row["state"], row["error"]


async def test_a_parcel_of_ups_is_followed_through_pushes_faults_and_a_wrong_secret(
    shop: Shop, store_id: UUID, clock: FixedClock, fake_ups: FakeUps
) -> None:
    known = {"client_id": CLIENT, "webhook_credential": CREDENTIAL, "api_address": fake_ups.url}
    connection_id = await connect(shop, "ups", client_secret="wrong", **known)
    await send(shop, store_id, NUMBER, "UPS")
    fake_ups.parcels[NUMBER] = Parcel(NUMBER, [activity(NOW - HOUR, "I", "DP", "005", "Departed", "Wien")])
    shown = await look(shop)
    assert shown["status"] == "unknown"
    assert (await state_of(shop, connection_id))[0] == "error"

    program = await shop.program("stores:read", "stores:write")
    path = f"/api/v1/connections/{connection_id}"
    changed = await program.patch(path, json={"settings": {"client_secret": SECRET}})
    assert changed.status_code in (200, 204), changed.text
    clock.advance(2 * HOUR)
    fake_ups.faults.add("down", "details")
    assert (await look(shop))["status"] == "unknown"
    clock.advance(2 * HOUR)
    shown = await look(shop)
    assert (shown["status"], [one["place"] for one in shown["events"]]) == ("in_transit", ["Wien, SI"])
    assert await state_of(shop, connection_id) == ("active", "")
    assert fake_ups.watched == [[NUMBER]]
    assert len(fake_ups.tokens) == 1

    # A late push, the same twice, and a forged one.
    outside, hook = shop.client(), f"/hooks/{connection_id}"
    delivered = push(NUMBER, NOW + 3 * HOUR, "D", "FS", "011", "Delivered")
    for body in (delivered, push(NUMBER, NOW + HOUR, "I", "OT", "021", "Out for Delivery"), delivered):
        answer = await outside.post(hook, content=body, headers={"credential": CREDENTIAL})
        assert answer.status_code == 200
    assert (await outside.post(hook, content=delivered, headers={"credential": "x"})).status_code == 401
    shown = await look(shop)
    assert shown["status"] == "delivered"
    assert [one["status"] for one in shown["events"]] == ["in_transit", "out_for_delivery", "delivered"]
    asked = len(fake_ups.exchanges)
    clock.advance(timedelta(days=1))
    await look(shop)
    assert len(fake_ups.exchanges) == asked


async def test_a_parcel_of_easypost_is_followed_by_its_signed_webhooks(
    shop: Shop, store_id: UUID, clock: FixedClock, fake_easypost: FakeEasyPost
) -> None:
    number = "EZ1000000001"
    connection_id = await connect(shop, "easypost", api_key=KEY, api_address=fake_easypost.url)
    await send(shop, store_id, number, "USPS")
    fake_easypost.known[number] = ("unknown", [])
    assert (await look(shop))["status"] == "unknown"
    (hook_id,) = fake_easypost.webhooks
    fake_easypost.known[number] = ("pre_transit", [])
    tracker = {
        **fake_easypost.trackers[number],
        "status": "out_for_delivery",
        "tracking_details": [
            {"datetime": "2026-03-04T09:00:00Z", "status": "out_for_delivery", "message": "On the van"}
        ],
    }
    body = build_event(tracker, "evt_1")
    headers = sign(fake_easypost.secrets[hook_id], body)
    for _ in range(2):
        answer = await shop.client().post(f"/hooks/{connection_id}", content=body, headers=headers)
        assert answer.status_code == 200
    shown = await look(shop)
    assert (shown["status"], [one["text"] for one in shown["events"]]) == ("out_for_delivery", ["On the van"])


async def test_a_label_whose_answer_never_came_is_kept_once(shop: Shop, fake_easypost: FakeEasyPost) -> None:
    connection_id = await connect(shop, "easypost", api_key=KEY, api_address=fake_easypost.url)
    async with shop.runtime.db.transaction(shop.workspace_id) as tx:
        connection: Connection = await shop.runtime.parts["commerce"].book.get(
            tx, shop.workspace_id, connection_id
        )
    hands = Hands(shop.runtime, connection)
    wanted = BuyLabel(sender=MAYA, recipient=STORE, grams=500, reference="#1001")
    step = VendorStep(name="carrier.label", args=msgspec.to_builtins(wanted))
    step.args.pop("act", None)
    fake_easypost.faults.add("silence_after", "/buy")
    with pytest.raises(Retry) as failure:
        await hands.perform(step, "act:1")
    assert failure.value.uncertain
    effect = await hands.find_effect(step, "act:1")
    assert effect is not None
    (bought,) = fake_easypost.bought
    assert effect.details["number"] == bought["tracking_code"]
    assert (effect.details["cost"], effect.details["currency"], effect.amount) == (595, "USD", 0)
    async with shop.runtime.db.transaction(shop.workspace_id) as tx:
        name = await tx.fetchval("SELECT name FROM files WHERE id = $1", UUID(effect.details["file_id"]))
    assert name == f"label-{bought['tracking_code']}.pdf"
