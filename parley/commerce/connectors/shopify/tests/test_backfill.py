"""Reading everything: the bulk file with its kills and cuts, what has changed, and the store's budget."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import msgspec
import pytest

from parley.commerce.connectors.shopify import CONNECTOR, backfill
from parley.commerce.connectors.shopify.tests.conftest import NOW, Store
from parley.commerce.connectors.shopify.tests.test_reading import full_order
from parley.commerce.model import AnySnapshot, Kind
from parley.commerce.ports import Page
from parley.kit.clock import FixedClock
from parley.kit.failures import Misconfigured, Retry
from tests.support.fakes.shopify import new_order
from tests.support.fakes.shopify_state import Shipment
from tests.support.fakes.shopify_store import number

KINDS: tuple[Kind, ...] = ("order", "product", "customer", "subscription")


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Small pages, and no waiting between two looks at an export."""
    monkeypatch.setattr(backfill, "PAGE", 4)
    monkeypatch.setattr(backfill, "POLLS", (0.0, 0.0))


def read(
    store: Store, kind: Kind, position: dict[str, Any] | None = None, since: datetime | None = None
) -> AsyncIterator[Page]:
    """The pages of a kind."""
    return CONNECTOR.pages(store.link, store.settings, kind, position=position, since=since)


async def all_of(store: Store, kind: Kind, since: datetime | None = None) -> list[AnySnapshot]:
    """Everything of a kind."""
    return [item async for page in read(store, kind, since=since) for item in page.items]


def many_orders(store: Store, count: int) -> None:
    """Orders not sent, sent at once, sent in two parts, cancelled on the way, refunded."""
    full_order(store)
    for at in range(count):
        order = new_order(store.fake, 4000 + at)
        shirt, mug = order.lines
        pieces = [[], [(shirt.number, 2), (mug.number, 1)], [(shirt.number, 1)]][at % 3]
        if pieces:
            order.shipments.append(Shipment(number=7000 + at, at=order.at, pieces=pieces))
        if at % 5 == 2:
            order.shipments.append(Shipment(number=8000 + at, at=order.at, pieces=[(mug.number, 1)]))
        if at % 7 == 1 and order.shipments:
            order.shipments[0].status = "CANCELLED"


@pytest.mark.parametrize("kind", KINDS)
async def test_the_bulk_file_says_the_same_as_a_fetch(store: Store, kind: Kind) -> None:
    many_orders(store, 22)
    whole = await all_of(store, kind)
    assert {"order": 24, "product": 2, "customer": 2, "subscription": 1}[kind] == len(whole)
    for item in whole:
        assert item == await CONNECTOR.fetch(store.link, store.settings, kind, item.external_id)
    assert await all_of(store, kind, since=datetime(2020, 1, 1, tzinfo=UTC)) == sorted(
        whole, key=lambda item: item.updated_at or datetime.min.replace(tzinfo=UTC)
    )


async def test_plain_orders_are_not_fetched_one_by_one(store: Store) -> None:
    for at in range(10):
        new_order(store.fake, 5000 + at)
    await all_of(store, "order")
    assert store.fake.count("Order") == 0


@pytest.mark.parametrize("ranges", [True, False])
async def test_a_kill_in_the_middle_costs_nothing_but_the_page(store: Store, ranges: bool) -> None:
    many_orders(store, 30)
    store.fake.ranges = ranges
    whole = await all_of(store, "order")
    for killed_after in range(1, 8):
        taken: list[AnySnapshot] = []
        position: dict[str, Any] | None = None
        seen = 0
        async for page in read(store, "order"):
            taken += page.items
            position = msgspec.json.decode(msgspec.json.encode(page.position))
            seen += 1
            if seen == killed_after:
                break
        started = store.fake.count("BulkStart")
        async for page in read(store, "order", position):
            taken += page.items
        assert taken == whole
        assert store.fake.count("BulkStart") == started


async def test_a_file_that_breaks_off_is_taken_up_where_it_broke(store: Store) -> None:
    many_orders(store, 30)
    whole = await all_of(store, "order")
    store.fake.files_asked.clear()
    store.fake.cut_file_at = 30_000
    assert await all_of(store, "order") == whole
    assert store.fake.files_asked[0] == ""
    assert store.fake.files_asked[1].startswith("bytes=")
    store.fake.cut_file_at = 10
    with pytest.raises(Retry):
        await all_of(store, "order")


async def test_a_long_export_is_left_and_found_again(store: Store) -> None:
    store.fake.bulk_polls, store.fake.bulk_at_once = 4, 1
    pages = read(store, "order")
    first = await anext(pages)
    assert first.items == []
    assert first.position is not None
    with pytest.raises(Retry, match="preparing") as caught:
        await anext(pages)
    assert caught.value.after == timedelta(seconds=15)
    with pytest.raises(Retry, match="other exports"):
        await all_of(store, "product")
    store.link.clock = FixedClock(NOW + timedelta(hours=2))
    store.fake.shop.bulk[number(first.position["id"])]["polls"] = 3
    with pytest.raises(Retry, match="preparing") as later:
        await anext(read(store, "order", first.position))
    assert later.value.after == timedelta(minutes=40)
    rest = [page async for page in read(store, "order", first.position)]
    assert [len(page.items) for page in rest] == [1]
    assert (rest[-1].position, rest[-1].total) == (None, 1)
    assert rest[-1].read_at == NOW


async def test_an_export_that_failed_is_asked_for_anew(store: Store) -> None:
    store.fake.bulk_fails = 1
    pages = read(store, "order")
    await anext(pages)
    anew = await anext(pages)
    with pytest.raises(Retry, match="anew"):
        await anext(pages)
    assert anew.position == {"way": "bulk"}
    rest = [item async for page in read(store, "order", anew.position) for item in page.items]
    assert len(rest) == 1


async def test_nothing_to_read_is_one_empty_page(store: Store) -> None:
    store.fake.shop.orders.clear()
    assert await all_of(store, "order") == []
    store.fake.shop.scopes = ["write_orders"]
    assert [page async for page in read(store, "subscription")] == [Page(items=[], position=None)]


async def test_changes_are_read_from_a_time_and_a_position(store: Store) -> None:
    many_orders(store, 9)
    orders = sorted(store.fake.shop.orders.values(), key=lambda one: one.updated)
    since = datetime.fromisoformat(orders[3].updated)
    found = await all_of(store, "order", since)
    assert [item.external_id for item in found] == [one.id for one in orders[3:]]
    first = await anext(read(store, "order", since=since))
    assert first.position is not None
    rest = [item async for page in read(store, "order", first.position) for item in page.items]
    assert [*first.items, *rest] == found


async def test_a_throttled_read_waits_for_as_long_as_it_takes(store: Store) -> None:
    store.fake.most = store.fake.budget = 400.0
    store.fake.restore_rate = 2000.0
    await store.order()
    store.fake.budget = 100.0
    await store.order()
    assert store.fake.count("Order") == 2


async def test_a_long_pause_is_left_to_the_caller(store: Store) -> None:
    await store.order()
    store.fake.most = store.fake.budget = 100.0
    store.fake.restore_rate = 10.0
    with pytest.raises(Retry, match="pause") as caught:
        await store.order()
    assert caught.value.after is not None
    assert timedelta(seconds=20) < caught.value.after < timedelta(seconds=200)
    assert not caught.value.uncertain


async def test_budget_that_is_known_is_not_overdrawn(store: Store) -> None:
    many_orders(store, 12)
    store.fake.most = store.fake.budget = 1200.0
    store.fake.restore_rate = 5000.0
    refused = len(store.fake.asked)
    found = await all_of(store, "order", since=datetime(2020, 1, 1, tzinfo=UTC))
    assert len(found) == 14
    assert store.fake.throttles <= 1
    assert len(store.fake.asked) > refused


async def test_failures_are_of_three_kinds(store: Store) -> None:
    store.fake.faults.add("break_before", "Order")
    with pytest.raises(Retry) as caught:
        await store.order()
    assert not caught.value.uncertain
    store.settings.api_version = "2026-07"
    store.settings.api_address = store.fake.url + "/nowhere"
    with pytest.raises(Misconfigured) as wrong:
        await store.order()
    assert wrong.value.field == "shop"
    store.settings.api_address = "http://127.0.0.2:9"
    with pytest.raises(Misconfigured) as blocked:
        await store.order()
    assert blocked.value.field == "shop"
