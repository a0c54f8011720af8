"""Parcels are looked after: asked at the right carrier, in time, told once, and trouble stays where it is."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec
import pytest
from litestar import Litestar

from parley.commerce.actions.connections import NewConnection, create_connection
from parley.commerce.actions.due_parcels import JOB, follow_parcels
from parley.commerce.actions.mirror_orders import mirror_orders
from parley.commerce.mirroring import Reading
from parley.commerce.model import ShipmentStatus, StoreFulfilment, StoreParcel, Tracking, TrackingEvent
from parley.commerce.tracking import (
    BATCH,
    LONGEST,
    WATCHED_FOR,
    choose_carrier,
    decide_look_after_failure,
    decide_next_look,
    look_for_due_parcels,
)
from parley.facts.commerce import ShipmentChanged, StoreChanged
from parley.kit.clock import FixedClock
from parley.kit.failures import Misconfigured, Retry
from parley.kit.ids import uuid7
from tests.commerce.conftest import make_order
from tests.conftest import NOW
from tests.support.app import Shop, body_of
from tests.support.jobs import run_jobs
from tests.support.paper_carrier import PaperCarrier

HOUR = timedelta(hours=1)


@pytest.fixture
def paper(shop: Shop) -> PaperCarrier:
    """A carrier that pushes."""
    made = PaperCarrier()
    shop.runtime.parts["commerce"].book.plugins["paper_carrier"] = made
    return made


async def connect(shop: Shop, plugin: str = "paper_carrier", **settings: str) -> UUID:
    """Connects a carrier."""
    async with shop.runtime.ctx(shop.workspace_id) as ctx:
        book = shop.runtime.parts["commerce"].book
        return await create_connection(
            ctx, book, NewConnection(plugin=plugin, name=plugin, settings=settings)
        )


async def send(shop: Shop, store_id: UUID, *numbers: str, at: datetime = NOW) -> None:
    """The store tells of an order with these parcels."""
    parcels = [StoreParcel(number=number, carrier="Paper", shipped_at=at) for number in numbers]
    sent = StoreFulfilment(external_id="f1", status="success", created_at=at, parcels=parcels)
    async with shop.runtime.ctx(shop.workspace_id) as ctx:
        reading = Reading(store_id=store_id, read_at=ctx.now)
        await mirror_orders(ctx, [make_order(fulfilments=[sent])], reading)


def told(number: str, status: ShipmentStatus = "in_transit", at: datetime = NOW) -> Tracking:
    """What a carrier says."""
    event = TrackingEvent(at=at, status=status, code=status, text=status)
    return Tracking(number=number, carrier="Paper", status=status, events=[event])


async def look(shop: Shop) -> None:
    """Lets the schedule come round once."""
    await look_for_due_parcels(shop.runtime)
    await run_jobs(shop.runtime, JOB)


async def shipments(shop: Shop) -> dict[str, Any]:
    """The rows by number."""
    async with shop.runtime.db.transaction(shop.workspace_id) as tx:
        rows = await tx.fetch("SELECT * FROM shipments WHERE workspace_id = $1", shop.workspace_id)
    return {row["number"]: row for row in rows}


async def test_a_parcel_is_watched_and_asked_after_until_it_is_there(
    shop: Shop, store_id: UUID, paper: PaperCarrier, clock: FixedClock
) -> None:
    connection_id = await connect(shop)
    await send(shop, store_id, "P1")
    paper.answers["P1"] = told("P1")
    await look(shop)
    assert (paper.watched, paper.asked) == ([["P1"]], ["P1"])
    row = (await shipments(shop))["P1"]
    assert (row["status"], row["told_by"], row["connection_id"]) == ("in_transit", "carrier", connection_id)
    assert row["check_at"] == NOW + 6 * HOUR

    await look(shop)
    assert paper.asked == ["P1"]
    clock.advance(6 * HOUR)
    paper.answers["P1"] = told("P1", "delivered", NOW + 5 * HOUR)
    await look(shop)
    assert paper.watched == [["P1"]]
    row = (await shipments(shop))["P1"]
    assert (row["status"], row["check_at"]) == ("delivered", None)
    program = await shop.program("orders:read")
    (seen,) = body_of(await program.get("/api/v1/shipments"))["items"]
    assert [event["status"] for event in seen["events"]] == ["in_transit", "delivered"]


async def test_a_parcel_that_comes_back_is_looked_after_in_the_same_way(
    shop: Shop, store_id: UUID, paper: PaperCarrier
) -> None:
    await connect(shop)
    await send(shop, store_id)
    async with shop.runtime.ctx(shop.workspace_id) as ctx:
        order_id = await ctx.tx.fetchval("SELECT id FROM orders WHERE workspace_id = $1", shop.workspace_id)
        await ctx.tx.execute(
            """INSERT INTO shipments (workspace_id, id, order_id, direction, number, number_key, check_at, created_at)
               VALUES ($1, $2, $3, 'return', 'R1', 'R1', $4, $4)""",
            shop.workspace_id,
            uuid7(),
            order_id,
            NOW,
        )
    paper.answers["R1"] = told("R1", "out_for_delivery")
    await look(shop)
    row = (await shipments(shop))["R1"]
    assert (row["status"], row["check_at"]) == ("out_for_delivery", NOW + HOUR)


async def test_what_went_wrong_puts_off_only_its_own_parcel(
    shop: Shop, store_id: UUID, paper: PaperCarrier
) -> None:
    await connect(shop)
    await send(shop, store_id, "GOOD", "LOST", "BROKEN", "DOWN")
    paper.answers |= {"GOOD": told("GOOD"), "BROKEN": KeyError("x"), "DOWN": Retry(None, "500")}
    await look(shop)
    rows = await shipments(shop)
    assert rows["GOOD"]["status"] == "in_transit"
    half = NOW + timedelta(minutes=30)
    assert (rows["LOST"]["check_at"], rows["BROKEN"]["check_at"]) == (half, half)
    assert rows["DOWN"]["check_at"] == NOW + timedelta(minutes=5)
    assert rows["LOST"]["status"] == "unknown"


async def test_wrong_settings_are_shown_at_the_connection_and_mended_by_an_answer(
    shop: Shop, store_id: UUID, paper: PaperCarrier, clock: FixedClock
) -> None:
    await connect(shop)
    await send(shop, store_id, *(f"P{n}" for n in range(9)))
    paper.always = Misconfigured("credentials", "the server answered 401")
    await look(shop)
    assert len(paper.asked) == 4
    program = await shop.program("stores:read")
    (shown,) = [
        one
        for one in body_of(await program.get("/api/v1/connections"))["items"]
        if one["plugin"] == "paper_carrier"
    ]
    assert (shown["state"], shown["error"]) == ("error", "the server answered 401")
    assert {row["check_at"] for row in (await shipments(shop)).values()} == {NOW + HOUR}

    clock.advance(HOUR)
    paper.always = None
    paper.answers = {f"P{n}": told(f"P{n}") for n in range(9)}
    await look(shop)
    (shown,) = [
        one
        for one in body_of(await program.get("/api/v1/connections"))["items"]
        if one["plugin"] == "paper_carrier"
    ]
    assert (shown["state"], shown["error"]) == ("active", "")


@pytest.mark.parametrize(
    ("failure", "pause"),
    [(Retry(timedelta(minutes=20), "429"), 20), (Retry(None, "no connection"), 5)],
)
async def test_a_carrier_that_cannot_answer_is_left_alone_and_nothing_is_shown(
    shop: Shop, store_id: UUID, paper: PaperCarrier, failure: Retry, pause: int
) -> None:
    await connect(shop)
    await send(shop, store_id, *(f"P{n}" for n in range(9)))
    paper.always = failure
    await look(shop)
    assert len(paper.asked) == 4
    rows = (await shipments(shop)).values()
    assert {row["check_at"] for row in rows} == {NOW + timedelta(minutes=pause)}
    async with shop.runtime.db.transaction(shop.workspace_id) as tx:
        assert await tx.fetchval("SELECT error FROM connections WHERE plugin = 'paper_carrier'") == ""


async def test_old_parcels_are_no_more_asked_after(
    shop: Shop, store_id: UUID, paper: PaperCarrier, clock: FixedClock
) -> None:
    await connect(shop)
    await send(shop, store_id, "OLD", at=NOW - timedelta(days=61))
    await look(shop)
    assert paper.asked == []
    await send(shop, store_id, "NEW")
    clock.advance(timedelta(days=61))
    await look(shop)
    assert paper.asked == []
    assert {row["check_at"] for row in (await shipments(shop)).values()} == {None}


async def test_more_than_a_batch_is_worked_off_and_watching_is_renewed(
    shop: Shop, store_id: UUID, paper: PaperCarrier, clock: FixedClock
) -> None:
    await connect(shop)
    numbers = [f"P{n}" for n in range(BATCH + 5)]
    await send(shop, store_id, *numbers)
    paper.answers = {number: told(number) for number in numbers}
    await look(shop)
    assert sorted(paper.asked) == sorted(numbers)
    assert [len(one) for one in paper.watched] == [BATCH, 5]
    clock.advance(WATCHED_FOR + HOUR)
    await look(shop)
    assert sum(len(one) for one in paper.watched) == 2 * len(numbers)


async def test_a_push_is_recorded_late_and_doubled_ones_change_nothing(
    shop: Shop, store_id: UUID, paper: PaperCarrier, app: Litestar
) -> None:
    connection_id = await connect(shop)
    await send(shop, store_id, "P1")
    outside = shop.client()
    late, last = told("P1", "in_transit", NOW - HOUR), told("P1", "out_for_delivery", NOW)
    for key, body in (("2", last), ("1", late), ("2", last)):
        headers = {"x-paper": "genuine", "x-key": key}
        answer = await outside.post(
            f"/hooks/{connection_id}", content=msgspec.json.encode(body), headers=headers
        )
        assert answer.status_code == 200
    assert (await outside.post(f"/hooks/{connection_id}", content=b"{}")).status_code == 401
    await run_jobs(shop.runtime, "commerce.deliveries")
    row = (await shipments(shop))["P1"]
    assert (row["status"], row["last_event_at"]) == ("out_for_delivery", NOW)
    async with shop.runtime.db.transaction(shop.workspace_id) as tx:
        assert await tx.fetchval("SELECT count(*) FROM tracking_events") == 2
        told_of = await tx.fetchval("SELECT count(*) FROM facts WHERE kind = 'ShipmentChanged'")
    # It appeared, and it changed once.
    assert told_of == 2


async def test_a_carrier_of_ones_own_goes_before_one_that_speaks_for_many(shop: Shop) -> None:
    plugins = shop.runtime.parts["commerce"].book.plugins
    plugins["broker"] = PaperCarrier("broker", many=True)
    plugins["paper_carrier"] = PaperCarrier()
    broker, own = await connect(shop, "broker"), await connect(shop, prefix="1Z")
    book = shop.runtime.parts["commerce"].book
    async with shop.runtime.db.transaction(shop.workspace_id) as tx:
        carriers = await book.list_all(tx, shop.workspace_id, "carrier")

    class Parcel:
        carrier = ""

        def __init__(self, number: str, known: UUID | None = None) -> None:
            self.number, self.connection_id = number, known

    def chosen(number: str, known: UUID | None = None) -> UUID | None:
        found = choose_carrier(book, carriers, Parcel(number, known))  # type: ignore[arg-type]
        return found.id if found else None

    assert (chosen("1Z1"), chosen("X"), chosen("1Z1", broker)) == (own, broker, broker)
    only = [one for one in carriers if one.id == own]
    assert choose_carrier(book, only, Parcel("X")) is None  # type: ignore[arg-type]


async def test_a_new_parcel_is_asked_after_at_once(shop: Shop, store_id: UUID, paper: PaperCarrier) -> None:
    await connect(shop)
    await send(shop, store_id, "P1")
    paper.answers["P1"] = told("P1")
    row = (await shipments(shop))["P1"]
    async with shop.runtime.ctx(shop.workspace_id) as ctx:
        fact = ShipmentChanged(
            order_id=row["order_id"],
            shipment_id=row["id"],
            customer_id=None,
            direction="out",
            changes={"status": "unknown"},
            previous={},
        )
        await follow_parcels(ctx, fact, None)  # type: ignore[arg-type]
    await run_jobs(shop.runtime, JOB)
    assert paper.asked == ["P1"]


def test_pauses_lie_between_half_an_hour_and_half_a_day() -> None:
    for status in (
        "unknown",
        "label_created",
        "in_transit",
        "out_for_delivery",
        "ready_for_pickup",
        "failed",
    ):
        for watched in (False, True):
            found = decide_next_look(NOW, status, NOW, watched=watched)
            assert found is not None
            assert timedelta(minutes=30) <= found - NOW <= LONGEST
    assert decide_next_look(NOW, "in_transit", NOW - timedelta(days=61)) is None
    for age in (timedelta(0), HOUR, timedelta(days=3)):
        pause = decide_look_after_failure(NOW, NOW - age, timedelta(minutes=5)) - NOW
        assert pause == min(max(age, timedelta(minutes=5)), LONGEST)


async def test_new_settings_of_a_broken_carrier_are_tried_at_once(
    shop: Shop, store_id: UUID, paper: PaperCarrier
) -> None:
    connection_id = await connect(shop)
    await send(shop, store_id, "P1")

    async def tell(act: str) -> None:
        async with shop.runtime.ctx(shop.workspace_id) as ctx:
            fact = StoreChanged(connection_id=connection_id, kind="carrier", act=act)
            await follow_parcels(ctx, fact, None)  # type: ignore[arg-type]
        await run_jobs(shop.runtime, JOB)

    paper.always = Misconfigured("credentials", "the server answered 401")
    await look(shop)
    paper.always, paper.answers = None, {"P1": told("P1")}
    await tell("broken")
    assert paper.asked == ["P1"]
    await tell("changed")
    assert paper.asked == ["P1", "P1"]
    assert (await shipments(shop))["P1"]["status"] == "in_transit"
    # It works again, so a change (such as a renewed token) is no reason to ask.
    await tell("changed")
    assert paper.asked == ["P1", "P1"]
