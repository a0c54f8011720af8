"""What the store shows, in our words; the golden files were read against Shopify's description by hand."""

from pathlib import Path
from typing import Any

import msgspec
import pytest

from parley.commerce.connectors.shopify import CONNECTOR
from parley.commerce.connectors.shopify.client import Session
from parley.commerce.connectors.shopify.fetching import fetch_order
from parley.commerce.connectors.shopify.mapping import to_minor, write_address
from parley.commerce.connectors.shopify.marks import add_mark, build_tag, drop_mark, find_mark
from parley.commerce.connectors.shopify.tests.conftest import Store
from parley.commerce.model import Address, Kind, StoreOrder, StoreProduct, StoreSubscription
from parley.kit.failures import Refused
from tests.support.fakes.shopify import new_order
from tests.support.fakes.shopify_goods import view_contract, view_contract_line, view_product, view_variant
from tests.support.fakes.shopify_state import Homecoming, Line, Order, Repayment, Shipment

GOLDEN = Path(__file__).parent / "golden"


def full_order(store: Store) -> Order:
    """Sent in two parcels, one of them cancelled; partly refunded and partly on its way back."""
    return new_order(
        store.fake,
        2001,
        promised="2026-11-10T18:00:00Z",
        note="Leave it at the door",
        tags=["vip"],
        shipments=[
            Shipment(
                number=601,
                at="2026-11-03T10:00:00Z",
                pieces=[(20011, 1), (20012, 1)],
                tracking=[("UPS", "1Z999", "https://ups.example/1Z999"), ("UPS", "1Z998", "")],
                display="OUT_FOR_DELIVERY",
                estimated="2026-11-09T00:00:00Z",
            ),
            Shipment(
                number=602,
                at="2026-11-02T10:00:00Z",
                pieces=[(20011, 1)],
                tracking=[("DHL", "JD1", "")],
                status="CANCELLED",
                display="CANCELED",
            ),
        ],
        refunds=[
            Repayment(
                number=701,
                at="2026-11-04T10:00:00Z",
                note="Late [parley:plan-9:0]",
                pieces=[(20011, 1, "NO_RESTOCK")],
                shipping=500,
                shares=[("shopify_payments", 1500)],
            )
        ],
        returns=[
            Homecoming(
                number=801,
                name="#2001-R1",
                at="2026-11-05T10:00:00Z",
                items=[(20012, 1, "broken [parley:plan-9:1]", "Damaged")],
            )
        ],
    )


def large_order(store: Store) -> Order:
    """Everything in it has more parts than a page."""
    lines = [Line(number=30000 + n, variant=11, quantity=2, price=100) for n in range(130)]
    order = new_order(store.fake, 3000, lines=lines)
    order.shipments += [
        Shipment(number=900 + n, at=order.at, pieces=[(30000 + k, 1) for k in range(n, n + 60)])
        for n in range(0, 60, 5)
    ]
    order.refunds += [
        Repayment(
            number=950 + n,
            at=order.at,
            note="",
            pieces=[(30000 + k, 1, "RETURN") for k in range(n, n + 20)],
            shipping=0,
            shares=[("shopify_payments", 10)],
        )
        for n in range(0, 60, 5)
    ]
    order.returns += [
        Homecoming(
            number=980 + n, name=f"R{n}", at=order.at, items=[(30000 + k, 1, "", None) for k in range(15)]
        )
        for n in range(12)
    ]
    return order


def large_goods(store: Store) -> None:
    """A product of many variants and a contract of many lines."""
    shop = store.fake.shop
    variants = [view_variant(5000 + n, f"V{n}", 100 + n) for n in range(130)]
    shop.products[5] = view_product(5, "Paint", variants, shop.now())
    lines = [view_contract_line(600 + n, 11, 1, 100 + n) for n in range(70)]
    shop.contracts[5] = view_contract(5, lines, shop.now())


@pytest.mark.parametrize(
    ("kind", "external_id"),
    [
        ("order", "gid://shopify/Order/2001"),
        ("product", "gid://shopify/Product/1"),
        ("customer", "gid://shopify/Customer/1"),
        ("subscription", "gid://shopify/SubscriptionContract/1"),
    ],
)
async def test_everything_is_mapped_as_written_down(store: Store, kind: Kind, external_id: str) -> None:
    full_order(store)
    found: Any = await CONNECTOR.fetch(store.link, store.settings, kind, external_id)
    said = msgspec.to_builtins(found)
    if kind == "order":
        assert said.pop("admin_url") == f"{store.fake.url}/admin/orders/2001"
    assert said == msgspec.json.decode((GOLDEN / f"{kind}.json").read_bytes())


@pytest.mark.parametrize("kind", ["order", "product", "customer", "subscription"])
async def test_what_is_gone_is_none(store: Store, kind: Kind) -> None:
    assert await CONNECTOR.fetch(store.link, store.settings, kind, "gid://shopify/Thing/404") is None


async def test_a_large_order_is_read_page_by_page(store: Store) -> None:
    order = large_order(store)
    found = await fetch_order(Session(store.link, store.settings), order.id)
    assert isinstance(found, StoreOrder)
    assert len(found.lines) == 130
    assert [len(one.pieces) for one in found.fulfilments] == [60] * 12
    assert [len(one.pieces) for one in found.refunds] == [20] * 12
    assert [len(one.lines) for one in found.returns] == [15] * 12
    assert found.refunded == 120


async def test_many_variants_and_many_lines(store: Store) -> None:
    large_goods(store)
    product = await CONNECTOR.fetch(store.link, store.settings, "product", "gid://shopify/Product/5")
    assert isinstance(product, StoreProduct)
    assert [one.price for one in product.variants] == [100 + n for n in range(130)]
    known = "gid://shopify/SubscriptionContract/5"
    contract = await CONNECTOR.fetch(store.link, store.settings, "subscription", known)
    assert isinstance(contract, StoreSubscription)
    assert [one["price"] for one in contract.lines] == [100 + n for n in range(70)]


async def test_the_store_describes_itself(store: Store) -> None:
    info = await CONNECTOR.describe(store.link, store.settings)
    assert (info.name, info.domain, info.currency, info.time_zone, info.country) == (
        "Loom & Co",
        "loom.example",
        "EUR",
        "Europe/Lisbon",
        "PT",
    )
    assert info.languages == ["pt-BR", "en"]


async def test_the_connection_is_tried_step_by_step(store: Store) -> None:
    steps = {step.name: step async for step in CONNECTOR.test(store.link, store.settings)}
    assert {name: step.ok for name, step in steps.items()} == {
        "store": True,
        "rights": False,
        "secret": True,
        "webhooks": False,
    }
    assert "write_returns" in steps["rights"].detail
    assert "write_orders" not in steps["rights"].detail
    store.fake.tokens.clear()
    store.settings.client_id = ""
    failed = [step async for step in CONNECTOR.test(store.link, store.settings)]
    assert [(step.name, step.ok) for step in failed] == [("store", False)]


@pytest.mark.parametrize(
    ("amount", "currency", "minor"),
    [("12.30", "EUR", 1230), ("1000.0", "JPY", 1000), ("1.2345", "KWD", 1235), ("-0.005", "EUR", -1)],
)
def test_amounts_are_exact(amount: str, currency: str, minor: int) -> None:
    assert to_minor(amount, currency) == minor


def test_a_key_survives_in_a_note() -> None:
    note = add_mark("x" * 300, "plan-1:0", 255)
    assert len(note) == 255
    assert find_mark(note) == "plan-1:0"
    assert drop_mark(add_mark("Sorry", "k")) == "Sorry"
    assert find_mark("no key [parley:]") is None
    assert find_mark(None) is None
    assert len(build_tag("k" * 500)) <= 40


def test_a_region_goes_as_code_or_as_name() -> None:
    assert write_address(Address(region="SP"))["provinceCode"] == "SP"
    named = write_address(Address(region="São Paulo"))
    assert (named.get("provinceCode"), named["province"]) == (None, "São Paulo")


async def test_the_smallest_question_that_is_too_costly_is_refused(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tests.support.fakes.shopify.MAX_COST", 3)
    with pytest.raises(Refused, match="too costly"):
        await store.order()
