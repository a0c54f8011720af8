"""Reading everything page by page, while the store goes on working."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from parley.commerce.connectors.woocommerce import CONNECTOR, fetching, paging
from parley.commerce.connectors.woocommerce.tests.conftest import Store
from parley.commerce.model import Kind
from parley.commerce.ports import Page
from parley.kit.failures import Refused, Retry
from tests.support.fakes.woocommerce import new_order


@pytest.fixture(autouse=True)
def small_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pages of five, so that few orders fill many of them."""
    monkeypatch.setattr(paging, "PER_PAGE", 5)
    monkeypatch.setattr(fetching, "PER_PAGE", 5)


def ids_of(pages: list[Page]) -> list[str]:
    return [item.external_id for page in pages for item in page.items]


async def test_a_back_fill_reads_all_once_and_says_how_many(store: Store) -> None:
    for number in range(2001, 2014):
        new_order(store.fake, number)
    pages = await store.read_all("order")
    assert ids_of(pages) == ["1001", *map(str, range(2001, 2014))]
    assert [page.total for page in pages] == [14, None, None, None]
    assert pages[-1].position is None
    assert all(page.position for page in pages[:-1])


async def test_it_goes_on_from_any_place(store: Store) -> None:
    for number in range(2001, 2014):
        new_order(store.fake, number)
    pages = await store.read_all("order")
    for at in range(len(pages) - 1):
        rest = await store.read_all("order", position=pages[at].position)
        assert ids_of(rest) == ids_of(pages[at + 1 :])


@pytest.mark.parametrize("many", [4, 5, 6, 10, 11, 17])
async def test_a_second_in_which_everything_was_imported(store: Store, many: int) -> None:
    store.fake.shop.pass_time()
    for number in range(2001, 2001 + many):
        store.fake.shop.add_order(number)
    store.fake.shop.pass_time()
    store.fake.shop.add_order(3001)
    read = ids_of(await store.read_all("order"))
    assert set(read) == {"1001", "3001", *map(str, range(2001, 2001 + many))}
    since = datetime(2026, 1, 1, tzinfo=UTC)
    assert set(ids_of(await store.read_all("order", since=since))) == set(read)


async def test_orders_that_change_or_go_meanwhile_make_no_gap(store: Store) -> None:
    for number in range(2001, 2021):
        new_order(store.fake, number)
    shop = store.fake.shop

    def disturb(turn: int) -> None:
        shop.pass_time()
        shop.touch(next(iter(shop.orders.values())))
        shop.orders.pop(2001 + 2 * turn, None)
        shop.add_order()

    read = await _read_disturbed(store, "order", None, disturb)
    assert set(map(str, shop.orders)) <= set(read)
    since = datetime(2026, 1, 1, tzinfo=UTC)
    read = await _read_disturbed(store, "order", since, disturb)
    assert set(map(str, shop.orders)) <= set(read)


async def _read_disturbed(
    store: Store, kind: Kind, since: datetime | None, disturb: Callable[[int], None]
) -> list[str]:
    """Reads page by page, each in a new run, with something going on in between; ends when the store is calm."""
    position: dict[str, Any] | None = None
    read: list[str] = []
    turn = 0
    while True:
        pages = CONNECTOR.pages(store.link, store.settings, kind, position=position, since=since)
        page = await anext(pages)
        await pages.aclose()  # type: ignore[attr-defined]
        read += [item.external_id for item in page.items]
        position = page.position
        if position is None:
            return read
        turn += 1
        if turn < 8:
            disturb(turn)


async def test_a_full_second_that_loses_something_is_read_again(store: Store) -> None:
    shop = store.fake.shop
    shop.pass_time()
    for number in range(2001, 2018):
        shop.add_order(number)
    shop.pass_time()

    def disturb(turn: int) -> None:
        shop.orders.pop(2000 + 3 * turn, None)

    read = await _read_disturbed(store, "order", None, disturb)
    assert set(map(str, shop.orders)) <= set(read)


async def test_what_was_changed_since_is_read_and_nothing_older(store: Store) -> None:
    for number in range(2001, 2011):
        new_order(store.fake, number)
    shop = store.fake.shop
    shop.pass_time(3600)
    since = shop.now
    for number in (2004, 2002):
        shop.touch(shop.orders[number])
        shop.pass_time()
    assert ids_of(await store.read_all("order", since=since)) == ["2004", "2002"]
    assert ids_of(await store.read_all("order", since=since + timedelta(hours=1))) == []


async def test_refunds_and_variations_come_with_them_and_the_bin_does_not(store: Store) -> None:
    store.fake.acts.create_refund(store.orders[0], {"amount": "5.00"})
    orders = (await store.read_all("order"))[0].items
    assert orders == [await store.order()]
    products = (await store.read_all("product"))[0].items
    assert [one.external_id for one in products] == ["1", "2"]
    assert products[0] == await CONNECTOR.fetch(store.link, store.settings, "product", "1")
    assert store.fake.count("GET", "data/currencies/current") == 1


async def test_customers_of_whom_some_are_deleted_meanwhile(store: Store) -> None:
    shop = store.fake.shop
    for number in range(10, 40):
        shop.add_customer(number, f"C{number}", f"c{number}@example.com")

    def disturb(turn: int) -> None:
        for number in (turn, 9 + turn, 8 + 5 * turn):
            shop.customers.pop(number, None)

    read = await _read_disturbed(store, "customer", None, disturb)
    assert set(map(str, shop.customers)) <= set(read)
    assert len(read) == len(set(read))


async def test_of_many_customers_only_the_new_ones_are_read_again(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop = store.fake.shop
    for number in range(10, 40):
        shop.add_customer(number, f"C{number}", f"c{number}@example.com")
    shop.pass_time(60)
    since = shop.now
    for number in range(50, 57):
        shop.add_customer(number, f"C{number}", f"c{number}@example.com")
    assert len(ids_of(await store.read_all("customer", since=since))) == 39
    monkeypatch.setattr(paging, "FEW", 20)
    read = await store.read_all("customer", since=since)
    assert sorted(ids_of(read)) == [str(number) for number in range(50, 57)]


async def test_a_store_that_breaks_off_is_read_on_later(store: Store) -> None:
    for number in range(2001, 2014):
        new_order(store.fake, number)
    store.fake.faults.add("throttle", "GET orders")
    with pytest.raises(Retry) as caught:
        await store.read_all("order")
    assert caught.value.after == timedelta(seconds=2)
    store.fake.faults.add("break_after", "GET orders")
    with pytest.raises(Retry) as caught:
        await store.read_all("order")
    assert not caught.value.uncertain
    assert len(ids_of(await store.read_all("order"))) == 14
    with pytest.raises(Refused):
        await store.read_all("subscription")
