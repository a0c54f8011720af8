"""The mirror of orders: whatever order readings arrive in, it ends as the store is, and each change is told once."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from parley.commerce.actions.mirror_orders import mirror_orders
from parley.commerce.mirroring import Known, Reading, digest_of, judge
from parley.commerce.model import (
    Pieces,
    StoreFulfilment,
    StoreLine,
    StoreOrder,
    StoreParcel,
    StoreRefund,
)
from parley.customers.actions.identify import identify_customer
from parley.kit.ids import uuid7
from tests.commerce.conftest import PLACED, make_order
from tests.conftest import NOW
from tests.support.app import Shop, body_of


async def read(
    shop: Shop,
    store_id: UUID,
    *orders: StoreOrder,
    at: datetime = NOW,
    certain: bool = True,
    quiet: bool = False,
) -> list[str]:
    """Brings readings into the mirror."""
    async with shop.runtime.ctx(shop.workspace_id) as ctx:
        reading = Reading(store_id=store_id, read_at=at, certain=certain, quiet=quiet)
        return [one.outcome for one in await mirror_orders(ctx, orders, reading)]


async def test_a_new_order_is_there_with_all_its_parts(shop: Shop, store_id: UUID) -> None:
    parcel = StoreParcel(number="1Z 999-AA1", carrier="UPS", status="in_transit", shipped_at=PLACED)
    order = make_order(
        fulfilments=[
            StoreFulfilment(
                external_id="f1",
                status="success",
                created_at=PLACED,
                pieces=[Pieces("l1", 2)],
                parcels=[parcel],
            )
        ],
        refunds=[StoreRefund(external_id="r1", created_at=PLACED, amount=500, shipping=500, reason="late")],
        refunded=500,
    )
    assert await read(shop, store_id, order) == ["new"]
    program = await shop.program("orders:read")
    found = body_of(await program.get("/api/v1/orders"))["items"]
    assert [(o["number"], o["total"], o["items"]) for o in found] == [("#1001", 6500, 2)]
    whole = body_of(await program.get(f"/api/v1/orders/{found[0]['id']}"))
    assert [line["title"] for line in whole["lines"]] == ["Shirt"]
    assert [(s["number"], s["status"]) for s in whole["shipments"]] == [("1Z 999-AA1", "in_transit")]
    assert [(r["amount"], r["reason"]) for r in whole["refunds"]] == [(500, "late")]
    assert whole["address"]["city"] == "Leeds"
    kinds = [
        fact["kind"] for fact in await shop.facts() if fact["kind"] not in ("AgentCreated", "TokenIssued")
    ]
    assert {"OrderPlaced", "RefundRecorded", "ShipmentChanged"} <= set(kinds)
    assert "zoe" not in repr(await shop.facts()).lower()
    assert "leeds" not in repr(await shop.facts()).lower()


async def test_what_is_the_same_is_told_once(shop: Shop, store_id: UUID) -> None:
    assert await read(shop, store_id, make_order()) == ["new"]
    assert await read(shop, store_id, make_order(), at=NOW + timedelta(minutes=1)) == ["same"]
    assert await read(shop, store_id, make_order(), certain=False) == ["same"]
    assert len(await shop.facts("OrderPlaced", "OrderChanged")) == 1


async def test_a_change_is_told_with_what_was(shop: Shop, store_id: UUID) -> None:
    await read(shop, store_id, make_order())
    later = make_order(
        updated_at=PLACED + timedelta(hours=1), fulfilment="fulfilled", note="Call first",
        lines=[msgspec.structs.replace(make_order().lines[0], fulfilled=2)],
    )  # fmt: skip
    assert await read(shop, store_id, later, at=NOW + timedelta(minutes=1)) == ["changed"]
    told = (await shop.facts("OrderChanged"))[0]
    assert (told["changes"], told["previous"]) == ({"fulfilment": "fulfilled"}, {"fulfilment": "unfulfilled"})
    assert told["parts"] == ["lines", "note"]


async def test_what_is_older_changes_nothing(shop: Shop, store_id: UUID) -> None:
    newer = make_order(updated_at=PLACED + timedelta(hours=2), payment="refunded")
    await read(shop, store_id, newer)
    assert await read(shop, store_id, make_order(), certain=False) == ["older"]
    assert await read(shop, store_id, make_order(), at=NOW + timedelta(hours=1)) == ["older"]
    assert await shop.count("SELECT payment FROM orders") == "refunded"


async def test_a_copy_as_old_as_ours_but_different_is_read_anew(shop: Shop, store_id: UUID) -> None:
    await read(shop, store_id, make_order())
    assert await read(shop, store_id, make_order(note="?"), certain=False) == ["unclear"]
    assert await shop.count("SELECT note FROM orders") == ""


async def test_a_back_fill_tells_nothing_of_the_past(shop: Shop, store_id: UUID) -> None:
    assert await read(shop, store_id, make_order(1), make_order(2), quiet=True) == ["new", "new"]
    assert await shop.facts("OrderPlaced") == []
    assert await shop.count("SELECT count(*) FROM orders") == 2


async def test_a_page_costs_as_many_statements_as_one(shop: Shop, store_id: UUID) -> None:
    shop.statements.clear()
    await read(shop, store_id, make_order(1))
    one = len(shop.statements)
    shop.statements.clear()
    await read(shop, store_id, *(make_order(n) for n in range(2, 52)))
    assert len(shop.statements) == one


async def test_orders_belong_to_who_proved_the_address(shop: Shop, store_id: UUID) -> None:
    async with shop.runtime.ctx(shop.workspace_id) as ctx:
        who = await identify_customer(ctx, "email", "Zoe@Example.com", reason="wrote")
    await read(shop, store_id, make_order())
    program = await shop.program("orders:read")
    orders = body_of(await program.get(f"/api/v1/customers/{who.customer_id}/orders"))["items"]
    assert [(o["number"], o["linked_by"]) for o in orders] == [("#1001", "email")]
    shopping = body_of(await program.get(f"/api/v1/customers/{who.customer_id}/shopping"))
    assert (shopping["orders"], shopping["spent"]) == (1, [{"currency": "EUR", "total": 6500, "refunded": 0}])


async def test_an_order_is_linked_by_hand(shop: Shop, store_id: UUID) -> None:
    async with shop.runtime.ctx(shop.workspace_id) as ctx:
        who = await identify_customer(ctx, "email", "other@example.com", reason="wrote")
    await read(shop, store_id, make_order())
    agent = await shop.signed_in()
    order_id = body_of(await agent.get("/api/v1/orders"))["items"][0]["id"]
    made = await agent.post(f"/api/v1/orders/{order_id}/link", json={"customer_id": str(who.customer_id)})
    assert (made.status_code, body_of(made)["linked_by"]) == (200, "hand")
    missing = await agent.post(f"/api/v1/orders/{order_id}/link", json={"customer_id": order_id})
    assert missing.status_code == 404
    assert await shop.count("SELECT customer_id FROM orders") == who.customer_id


# What a store's order goes through, one version after the other; each is dated later than the one before.
def history() -> st.SearchStrategy[list[StoreOrder]]:
    """Gives the versions of one order."""
    step = st.fixed_dictionaries(
        {
            "payment": st.sampled_from(["paid", "partially_refunded", "refunded"]),
            "note": st.sampled_from(["", "a", "b"]),
            "quantity": st.integers(0, 3),
        }
    )

    def build(steps: list[dict[str, Any]]) -> list[StoreOrder]:
        line = make_order().lines[0]
        return [
            make_order(
                updated_at=PLACED + timedelta(minutes=number),
                payment=step["payment"],
                note=step["note"],
                lines=[msgspec.structs.replace(line, quantity=step["quantity"])],
            )
            for number, step in enumerate(steps)
        ]

    return st.lists(step, min_size=1, max_size=6).map(build)


@given(versions=history(), data=st.data())
@settings(max_examples=200, deadline=None)
def test_any_arrival_ends_at_the_truth(versions: list[StoreOrder], data: st.DataObject) -> None:
    """Webhooks repeated, out of order and lost; one certain reading at the end sees the newest version."""
    arrivals = data.draw(st.lists(st.sampled_from(versions), max_size=12))
    known: Known | None = None
    held: StoreOrder | None = None
    for arrival in arrivals:
        reading = Reading(store_id=UUID(int=0), read_at=NOW, certain=False)
        if judge(arrival, digest_of(arrival), known, reading) in ("new", "changed", "same"):
            held, known = (
                arrival,
                Known(updated_at=arrival.updated_at, read_at=NOW, digest=digest_of(arrival)),
            )
    if arrivals and held is not None:
        assert held.updated_at == max(a.updated_at for a in arrivals if a.updated_at)
    last = versions[-1]
    reading = Reading(store_id=UUID(int=0), read_at=NOW + timedelta(minutes=1))
    if judge(last, digest_of(last), known, reading) in ("new", "changed"):
        held = last
    assert held is not None
    assert digest_of(held) == digest_of(last)


@given(versions=history(), data=st.data())
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
async def test_the_tables_end_at_the_truth(
    shop: Shop, store_id: UUID, versions: list[StoreOrder], data: st.DataObject
) -> None:
    """The same on the tables, and the facts told lead from the first version to the last."""
    number = f"ext-{uuid7().hex}"
    versions = [msgspec.structs.replace(v, external_id=number) for v in versions]
    for arrival in data.draw(st.lists(st.sampled_from(versions), max_size=8)):
        await read(shop, store_id, arrival, certain=False)
    await read(shop, store_id, versions[-1], at=NOW + timedelta(minutes=1))
    async with shop.runtime.db.transaction(shop.workspace_id) as tx:
        row = await tx.fetchrow("SELECT id, payment, note FROM orders WHERE external_id = $1", number)
        assert row is not None
        quantity = await tx.fetchval("SELECT quantity FROM order_lines WHERE order_id = $1", row["id"])
    last = versions[-1]
    assert (row["payment"], row["note"], quantity) == (last.payment, last.note, last.lines[0].quantity)
    facts = [f for f in await shop.facts("OrderPlaced", "OrderChanged") if f["order_id"] == str(row["id"])]
    payment = facts[0]["fields"]["payment"]
    for fact in facts[1:]:
        assert fact["previous"].get("payment", payment) == payment
        payment = fact["changes"].get("payment", payment)
    assert payment == last.payment


def test_lines_are_part_of_the_digest() -> None:
    one = make_order()
    other = make_order(
        lines=[
            *one.lines,
            StoreLine(external_id="l2", title="x", ordered=1, quantity=1, unit_price=1, total=1),
        ]
    )
    assert digest_of(one) != digest_of(other)
    assert digest_of(one) == digest_of(make_order(updated_at=None))
