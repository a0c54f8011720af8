"""What rules can test: each section says what stands in the tables, in one statement however many it is asked for."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec
import pytest

from parley.automation.vocabulary import load_time
from parley.commerce.actions.mirror_orders import mirror_orders
from parley.commerce.mirroring import Reading
from parley.commerce.model import Pieces, StoreFulfilment, StoreOrder, StoreParcel, StoreRefund
from parley.commerce.vocabulary import choose_parcel, major
from parley.conversations.actions.changing import change_conversation
from parley.customers.actions.changing import change_customer
from parley.customers.actions.editing import block_customer
from parley.facts.commerce import OrderChanged, ReturnChanged, ShipmentChanged
from parley.facts.conversations import ConversationClosed
from parley.kit.clock import FixedClock
from parley.kit.conditions.catalogue import Subject
from parley.kit.ids import uuid7
from parley.kit.log.fact import Fact, Recorded
from tests.automation.conftest import Settle
from tests.commerce.conftest import insert_connection, make_order
from tests.support.app import Shop, body_of
from tests.support.inbox import Inbox

NOW = datetime(2026, 3, 4, 10, 0, tzinfo=UTC)
DAY = timedelta(days=1)
SECTIONS = ("conversation", "history", "customer", "orders", "order", "shipment", "time")


def record(fact: Fact, at: datetime = NOW) -> Recorded:
    """Gives a fact as it stands on the log."""
    return Recorded(
        workspace_id=uuid7(), epoch=1, xid=1, seq=1, id=uuid7(), kind=type(fact).__name__, at=at, lane=0,
        conversation_id=fact.conversation(), subject_id=fact.subject_id(), actor_kind="system", actor_id=None,
        cause_id=None, depth=0, data={},
    )  # fmt: skip


def about(conversation_id: UUID, now: datetime = NOW) -> Subject:
    """Gives a subject about a conversation."""
    fact = ConversationClosed(conversation_id=conversation_id, changes={}, previous={})
    return Subject(fact, record(fact), now)


async def load(inbox: Inbox, subjects: Sequence[Subject], *sections: str) -> None:
    """Reads sections into subjects."""
    async with inbox.ctx() as ctx:
        await inbox.runtime.catalogue.load(ctx, subjects, sections)


@pytest.fixture
async def store_id(shop: Shop) -> UUID:
    """Gives a store."""
    made = uuid7()
    async with shop.runtime.ctx(shop.workspace_id) as ctx:
        await insert_connection(ctx, made)
    return made


async def mirror(inbox: Inbox, store_id: UUID, *orders: StoreOrder) -> list[UUID]:
    """Brings orders into the mirror and gives their ids."""
    async with inbox.ctx() as ctx:
        reading = Reading(store_id=store_id, read_at=ctx.now)
        found = await mirror_orders(ctx, list(orders), reading)
    return [one.order_id for one in found if one.order_id is not None]


def parcel(number: str, **values: Any) -> StoreFulfilment:
    """Gives a parcel that was sent."""
    return StoreFulfilment(
        external_id=number,
        status="sent",
        created_at=NOW - 5 * DAY,
        pieces=[Pieces("l1", 1)],
        parcels=[StoreParcel(number=number, carrier="Post", **values)],
    )


def refund(amount: int, days: int) -> StoreRefund:
    """Gives money that was paid back so many days ago."""
    return StoreRefund(
        external_id=f"r{days}", created_at=NOW - days * DAY + timedelta(hours=1), amount=amount
    )


async def test_a_customer_is_described(shop: Shop, inbox: Inbox) -> None:
    asked = await inbox.receive(email="zoe@Shop.Example")
    row = await inbox.row(asked.conversation_id)
    async with inbox.ctx() as ctx:
        await change_customer(ctx, row["customer_id"], {"vip": True, "country": "BR", "language": "pt-BR"})
        await block_customer(ctx, row["customer_id"])
    subject = about(asked.conversation_id)
    await load(inbox, [subject], "customer")
    assert {name: value for name, value in subject.values.items() if name.startswith("customer.")} == {
        "customer.vip": True,
        "customer.language": "pt-BR",
        "customer.country": "BR",
        "customer.known_since": NOW,
        "customer.blocked": True,
        "customer.has_email": True,
        "customer.email_domain": "shop.example",
    }


async def test_history_knows_the_conversation_before(shop: Shop, inbox: Inbox, clock: FixedClock) -> None:
    first = await inbox.receive(key="one")
    async with inbox.ctx() as ctx:
        await change_conversation(ctx, first.conversation_id, {"sentiment": "furious"})
    clock.advance(DAY)
    second = await inbox.receive(key="two")
    of_second, of_first = (about(one.conversation_id, NOW + DAY) for one in (second, first))
    await load(inbox, [of_second, of_first], "history")
    assert of_second.values["history.conversations"] == 2
    assert of_second.values["history.sentiment_before"] == "furious"
    assert of_first.values["history.sentiment_before"] is None
    then = about(first.conversation_id, NOW)
    await load(inbox, [then], "history")
    assert then.values["history.conversations"] == 1, "as it was"


async def test_orders_are_counted_and_the_newest_described(shop: Shop, inbox: Inbox, store_id: UUID) -> None:
    asked = await inbox.receive()
    old = make_order(
        1, placed_at=NOW - 9 * DAY, fulfilment="fulfilled", refunds=[refund(500, 5), refund(70, 0)]
    )
    gone = make_order(2, placed_at=NOW - 8 * DAY, cancelled_at=NOW - 7 * DAY)
    new = make_order(
        3,
        placed_at=NOW - timedelta(hours=30),
        total=4990,
        fulfilment="partially_fulfilled",
        promised_at=NOW - 3 * DAY,
        tags=["gift", "b2b"],
        fulfilments=[
            parcel("A1", status="delivered", delivered_at=NOW - DAY),
            parcel("A2", status="in_transit"),
        ],
    )
    await mirror(inbox, store_id, old, gone, new)
    subject = about(asked.conversation_id)
    await load(inbox, [subject], "orders", "order", "shipment")
    values = {
        name: value
        for name, value in subject.values.items()
        if not name.startswith(("conversation", "customer"))
    }
    assert values == {
        "orders.count": 3,
        "orders.spent": 60.0 + 49.9,
        "order.number": "#1003",
        "order.status": "open",
        "order.payment": "paid",
        "order.fulfilment": "partially_fulfilled",
        "order.total": 49.9,
        "order.refunded": 0.0,
        "order.currency": "EUR",
        "order.placed_at": NOW - timedelta(hours=30),
        "order.age_hours": 30,
        "order.lines": 1,
        "order.tags": ["b2b", "gift"],
        "order.shipped": True,
        "order.cancelled": False,
        "order.store_id": str(store_id),
        "shipment.status": "in_transit",
        "shipment.carrier": "Post",
        "shipment.late_days": 3,
        "shipment.delivered_days": None,
    }


async def test_orders_are_counted_as_they_were(shop: Shop, inbox: Inbox, store_id: UUID) -> None:
    asked = await inbox.receive()
    old = make_order(1, placed_at=NOW - 9 * DAY, refunds=[refund(500, 5)])
    gone = make_order(2, placed_at=NOW - 8 * DAY, cancelled_at=NOW - 7 * DAY)
    await mirror(inbox, store_id, old, gone, make_order(3, placed_at=NOW - DAY))
    moments = {9: (1, 65.0), 8: (2, 130.0), 6: (2, 65.0), 3: (2, 60.0), 0: (3, 125.0)}
    subjects = [about(asked.conversation_id, NOW - days * DAY) for days in moments]
    await load(inbox, subjects, "orders")
    told = [(one.values["orders.count"], one.values["orders.spent"]) for one in subjects]
    assert told == list(moments.values())


async def test_a_fact_about_an_order_means_that_order_and_the_newest_open_conversation(
    shop: Shop, inbox: Inbox, store_id: UUID, clock: FixedClock
) -> None:
    await inbox.receive(key="one")
    clock.advance(timedelta(minutes=1))
    newest = await inbox.receive(key="two")
    customer_id = (await inbox.row(newest.conversation_id))["customer_id"]
    order_id, _ = await mirror(
        inbox, store_id, make_order(1, placed_at=NOW - 9 * DAY), make_order(2, placed_at=NOW - DAY)
    )
    fact = OrderChanged(
        order_id=order_id, store_id=store_id, customer_id=customer_id, changes={}, previous={}, parts=[]
    )
    unknown = msgspec.structs.replace(fact, customer_id=None)
    subject, nobody = Subject(fact, record(fact), NOW), Subject(unknown, record(unknown), NOW)
    await load(inbox, [subject, nobody], *SECTIONS)
    assert subject.ids["conversation"] == newest.conversation_id
    assert subject.values["order.number"] == nobody.values["order.number"] == "#1001"
    assert "conversation" not in nobody.ids


async def test_the_parcel_a_fact_names_is_meant(shop: Shop, inbox: Inbox, store_id: UUID) -> None:
    delivered = parcel("A1", status="delivered", delivered_at=NOW - 2 * DAY, estimated_at=NOW - 4 * DAY)
    (order_id,) = await mirror(
        inbox, store_id, make_order(1, fulfilments=[delivered, parcel("A2", status="in_transit")])
    )
    shipment_id = await shop.count("SELECT id FROM shipments WHERE number = 'A1'")
    fact = ShipmentChanged(
        order_id=order_id, shipment_id=shipment_id, customer_id=None, direction="out", changes={}, previous={}
    )
    subject = Subject(fact, record(fact), NOW)
    await load(inbox, [subject], "shipment")
    assert (subject.values["shipment.status"], subject.values["shipment.delivered_days"]) == ("delivered", 2)
    assert subject.values["shipment.late_days"] == 2


async def test_time_is_told_for_each_subject_in_the_zone_of_the_shop(shop: Shop, inbox: Inbox) -> None:
    admin = await shop.signed_in("admin")
    await admin.patch("/api/v1/workspace", json={"time_zone": "America/Sao_Paulo"})
    periods = [{"day": day, "from": "22:00", "to": "02:00"} for day in range(7)]
    night = await admin.post(
        "/api/v1/business-hours", json={"name": "Night", "time_zone": "UTC", "periods": periods}
    )
    night_id = body_of(night)["id"]
    late, early = (
        Subject(fact, record(fact), at)
        for fact in [ConversationClosed(conversation_id=uuid7(), changes={}, previous={})]
        for at in (datetime(2026, 3, 5, 1, 30, tzinfo=UTC), datetime(2026, 3, 4, 12, 0, tzinfo=UTC))
    )
    async with inbox.ctx() as ctx:
        await load_time(ctx, [late, early])
    assert (late.values["time.weekday"], late.values["time.hour"]) == ("wed", 22)
    assert (early.values["time.weekday"], early.values["time.hour"]) == ("wed", 9)
    assert night_id in late.values["time.open_sets"]
    assert night_id not in early.values["time.open_sets"]


@pytest.mark.parametrize("section", [*SECTIONS, "message", "return", "understanding"])
async def test_each_section_costs_one_statement_however_many_it_is_asked_for(
    shop: Shop, inbox: Inbox, store_id: UUID, section: str
) -> None:
    asked = [await inbox.receive(email=f"{n}@example.com", key=str(n)) for n in range(6)]
    await mirror(
        inbox,
        store_id,
        *(make_order(n, email=f"{n}@example.com", fulfilments=[parcel(f"P{n}")]) for n in range(6)),
    )
    customers = [(await inbox.row(one.conversation_id))["customer_id"] for one in asked]
    returned = uuid7()
    catalogue = shop.runtime.catalogue
    counts = []
    for number in (1, 6):
        subjects = [about(one.conversation_id) for one in asked[:number]]
        for customer in customers[:number]:
            fact = ReturnChanged(
                return_id=returned,
                order_id=uuid7(),
                store_id=store_id,
                customer_id=customer,
                changes={},
                previous={},
            )
            subjects.append(Subject(fact, record(fact), NOW))
        before = [name for name in catalogue.order([section]) if name != section]
        async with inbox.ctx() as ctx:
            for name in before:
                await catalogue.sections[name].load(ctx, subjects)
            shop.statements.clear()
            await catalogue.sections[section].load(ctx, subjects)
            counts.append(len(shop.statements))
    # Facts that name no conversation first find the newest open one.
    assert counts[0] == counts[1] <= (2 if section == "conversation" else 1)


class Rows:
    """The past as the tables hold it now."""

    def __init__(self, **kinds: list[dict[str, Any]]) -> None:
        self.kinds = kinds

    def row(self, kind: str, key: UUID) -> Mapping[str, Any] | None:
        """Gives one row."""
        return next((row for row in self.kinds.get(kind, []) if row["id"] == key), None)

    def rows(self, kind: str, **fields: Any) -> Sequence[Mapping[str, Any]]:
        """Gives rows with these values."""
        return [
            row
            for row in self.kinds.get(kind, [])
            if all(row[name] == value for name, value in fields.items())
        ]


async def read_rows(shop: Shop) -> Rows:
    """Gives all rows of the kinds that sections recall."""
    tables = {"customer": "customers", "identity": "identities", "shipment": "shipments"}
    async with shop.runtime.db.transaction(shop.workspace_id) as tx:
        kinds = {kind: [dict(r) for r in await tx.fetch(f"SELECT * FROM {t}")] for kind, t in tables.items()}
        kinds["order"] = [
            dict(row)
            for row in await tx.fetch(
                """SELECT o.*, (SELECT count(*)::int FROM order_lines l WHERE l.order_id = o.id AND l.quantity > 0)
                   AS lines FROM orders o"""
            )
        ]
        kinds["conversation"] = [
            dict(row)
            for row in await tx.fetch("SELECT c.*, 'x' AS subject, '{}'::uuid[] AS tags FROM conversations c")
        ]
    return Rows(**kinds)


async def test_what_is_recalled_is_what_was_read(
    shop: Shop, inbox: Inbox, store_id: UUID, settle: Settle
) -> None:
    """With nothing changed since, the past and the tables say the same."""
    asked = [await inbox.receive(email=f"{n}@example.com", key=str(n)) for n in range(3)]
    await inbox.receive(email="0@example.com", key="again")
    await mirror(
        inbox,
        store_id,
        make_order(
            1, email="0@example.com", fulfilments=[parcel("P1", status="in_transit", estimated_at=NOW - DAY)]
        ),
        make_order(2, email="0@example.com", placed_at=NOW - 2 * DAY, cancelled_at=NOW),
        make_order(3, email="1@example.com", total=12345, refunded=45, currency="USD"),
    )
    await settle()
    past = await read_rows(shop)
    catalogue = shop.runtime.catalogue
    for one in asked:
        read, recalled = about(one.conversation_id), about(one.conversation_id)
        await load(inbox, [read], "customer", "shipment")
        for name in catalogue.order(("customer", "shipment")):
            recall = catalogue.sections[name].recall
            assert recall is not None
            recall(past, recalled)
        assert {k: v for k, v in read.values.items() if k != "conversation.subject"} == {
            k: v for k, v in recalled.values.items() if k != "conversation.subject"
        }
        assert read.ids == recalled.ids


def test_of_parcels_the_one_on_its_way_is_meant() -> None:
    one, two, back = (
        {"id": uuid7(), "direction": direction, "status": status}
        for direction, status in (("out", "in_transit"), ("out", "delivered"), ("back", "in_transit"))
    )
    assert choose_parcel([one, two, back], None) is one
    assert choose_parcel([two, back], None) is two
    assert choose_parcel([back], None) is None
    wanted = back["id"]
    assert isinstance(wanted, UUID)
    assert choose_parcel([one, two, back], wanted) is back


def test_amounts_are_numbers_of_the_currency() -> None:
    assert (major(4990, "EUR"), major(4990, "JPY"), major(1, None)) == (49.9, 4990.0, None)
