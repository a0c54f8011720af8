"""What the store shows, in our words: by hand-written bodies with known results."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from parley.commerce.connectors.woocommerce import CONNECTOR
from parley.commerce.connectors.woocommerce.mapping import build_info, read_time, to_minor
from parley.commerce.connectors.woocommerce.orders import STATUSES, build_order
from parley.commerce.connectors.woocommerce.tests.conftest import Store
from parley.commerce.model import Address, Pieces, StoreCustomer, StoreProduct, StoreVariant
from parley.kit.failures import Refused
from tests.support.fakes.woocommerce import new_order


async def test_an_order_whose_prices_include_the_tax(store: Store) -> None:
    store.fake.shop.tax = Decimal(23)
    store.orders.append(new_order(store.fake, 2001))
    order = await store.order(1)
    shirt, mug = order.lines
    # 10.00 with tax is 8.13 without it; two of them less their discount are 18.00 net, as the fake was told.
    assert (shirt.unit_price, shirt.ordered, shirt.total, shirt.tax) == (1000, 2, 2214, 414)
    assert (mug.unit_price, mug.total, mug.tax, mug.discount) == (700, 700, 131, 0)
    assert order.subtotal - order.discount + order.shipping == order.total
    assert order.tax == 414 + 131 + 115
    assert order.shipping == 615


async def test_an_order_whose_prices_exclude_the_tax(store: Store) -> None:
    shop = store.fake.shop
    shop.tax, shop.taxes_included = Decimal("8.875"), False
    store.orders.append(new_order(store.fake, 2001))
    order = await store.order(1)
    assert [(one.unit_price, one.total, one.tax, one.discount) for one in order.lines] == [
        (1000, 1800, 160, 200),
        (700, 700, 62, 0),
    ]
    assert (order.subtotal, order.discount, order.shipping) == (2700, 200, 500)
    assert order.subtotal - order.discount + order.shipping + order.tax == order.total


async def test_an_order_in_full(store: Store) -> None:
    node = store.orders[0]
    node["meta_data"] = [
        {"id": 1, "key": "_stripe_intent_id", "value": "pi_77"},
        {"id": 2, "key": "wpml_language", "value": "pt"},
    ]
    node["coupon_lines"] = [{"id": 3, "code": "summer"}]
    order = await store.order()
    assert order.number == "#1001"
    assert order.placed_at == datetime(2026, 11, 22, 10, 0, 1, tzinfo=UTC)
    assert (order.payment, order.fulfilment, order.tags) == ("paid", "unfulfilled", ["processing"])
    assert (order.email, order.name, order.language, order.customer_id) == (
        "ana@example.com",
        "Ana Silva",
        "pt",
        "1",
    )
    assert order.address == Address(
        name="Ana Silva",
        line1="Rua A 1",
        city="Lisboa",
        region="PT-11",
        postcode="1100-001",
        country="PT",
    )
    assert (order.shipping_code, order.shipping_title, order.discount_codes) == (
        "flat_rate",
        "Flat",
        ["summer"],
    )
    assert (order.gateway, order.payment_reference) == ("stripe", "pi_77")
    assert order.admin_url == f"{store.fake.url}/wp-admin/post.php?post=1001&action=edit"
    shirt = order.lines[0]
    assert (shirt.title, shirt.variant_title, shirt.product_id, shirt.variant_id) == ("Shirt", "S", "1", "11")
    assert (shirt.unit_price, shirt.total, shirt.discount) == (1000, 1800, 200)
    assert order.lines[1].variant_id == "2"


@pytest.mark.parametrize(
    ("status", "paid", "expected"),
    [
        ("pending", False, ("pending", "unfulfilled")),
        ("processing", True, ("paid", "unfulfilled")),
        ("on-hold", False, ("authorized", "on_hold")),
        ("completed", True, ("paid", "fulfilled")),
        ("cancelled", False, ("voided", "unfulfilled")),
        ("cancelled", True, ("paid", "unfulfilled")),
        ("refunded", True, ("refunded", "unfulfilled")),
        ("failed", False, ("pending", "unfulfilled")),
        ("checkout-draft", False, ("pending", "unfulfilled")),
    ],
)
def test_statuses(status: str, paid: bool, expected: tuple[str, str]) -> None:
    order = build_order(_bare(status=status, date_paid_gmt="2026-01-02T03:04:05" if paid else None), [], "")
    assert (order.payment, order.fulfilment) == expected
    assert (order.cancelled_at is not None) == (status == "cancelled")
    assert status in STATUSES


def _bare(**fields: Any) -> dict[str, Any]:
    at = "2026-01-01T00:00:00"
    return {
        "id": 1, "number": "1", "status": "processing", "currency": "JPY", "date_created_gmt": at,
        "date_modified_gmt": at, "date_paid_gmt": None, "date_completed_gmt": None, "discount_total": "0",
        "discount_tax": "0", "shipping_total": "0", "shipping_tax": "0", "total": "1200", "total_tax": "0",
        "prices_include_tax": True, "customer_id": 0, "customer_note": "", "billing": {}, "shipping": {},
        "payment_method": "", "transaction_id": "t_1", "meta_data": [], "line_items": [],
        "shipping_lines": [], "coupon_lines": [], "refunds": [], "payment_url": "", **fields,
    }  # fmt: skip


async def test_parcels_of_the_tracking_plug_ins(store: Store) -> None:
    node = store.orders[0]
    node["meta_data"] = [
        {
            "id": 1,
            "key": "_wc_shipment_tracking_items",
            "value": [
                {
                    "tracking_provider": "ups",
                    "custom_tracking_provider": "",
                    "custom_tracking_link": "https://track.example/1Z",
                    "tracking_number": " 1Z999 ",
                    "date_shipped": "1763769600",
                    "tracking_id": "abc",
                },
                {"tracking_number": ""},
                "rubbish",
            ],
        }
    ]
    order = await store.order()
    assert order.fulfilment == "partially_fulfilled"
    assert order.fulfilments[0].pieces == []
    parcel = order.fulfilments[0].parcels[0]
    assert (parcel.number, parcel.carrier, parcel.url) == ("1Z999", "ups", "https://track.example/1Z")
    assert parcel.shipped_at == datetime(2025, 11, 22, tzinfo=UTC)
    node["status"] = "completed"
    store.fake.shop.restate(node)
    order = await store.order()
    assert [one.fulfilled for one in order.lines] == [2, 1]
    assert [piece.quantity for piece in order.fulfilments[0].pieces] == [2, 1]


async def test_a_refund_made_in_the_store(store: Store) -> None:
    node = store.orders[0]
    shirt, flat = node["line_items"][0]["id"], node["shipping_lines"][0]["id"]
    store.fake.acts.create_refund(
        node,
        {
            "amount": "14.00",
            "reason": "damaged",
            "line_items": [
                {"id": shirt, "quantity": 1, "refund_total": 9},
                {"id": flat, "quantity": 0, "refund_total": 5},
            ],
        },
    )
    order = await store.order()
    refund = order.refunds[0]
    assert (refund.amount, refund.shipping, refund.reason, refund.key) == (1400, 500, "damaged", None)
    assert refund.pieces == [Pieces(str(shirt), 1, 900)]
    assert (order.payment, order.refunded) == ("partially_refunded", 1400)
    assert (order.lines[0].ordered, order.lines[0].quantity, order.lines[0].refunded) == (2, 1, 1)


async def test_products(store: Store) -> None:
    product = await CONNECTOR.fetch(store.link, store.settings, "product", "1")
    assert isinstance(product, StoreProduct)
    assert (product.title, product.handle, product.kind, product.status) == (
        "Shirt",
        "shirt",
        "Clothes",
        "active",
    )
    assert product.variants[2] == StoreVariant(
        external_id="13", title="L", price=1200, sku="SKU-13", stock=10, options={"Size": "L"}
    )
    assert await CONNECTOR.fetch(store.link, store.settings, "product", "13") == product
    mug = await CONNECTOR.fetch(store.link, store.settings, "product", "2")
    assert isinstance(mug, StoreProduct)
    assert [(one.external_id, one.price, one.stock, one.available) for one in mug.variants] == [
        ("2", 700, 0, False)
    ]
    store.fake.shop.products[2].update(
        price="5.50", regular_price="7.00", manage_stock=False, stock_status="instock"
    )
    mug = await CONNECTOR.fetch(store.link, store.settings, "product", "2")
    assert isinstance(mug, StoreProduct)
    assert [(one.price, one.compare_at, one.stock, one.available) for one in mug.variants] == [
        (550, 700, None, True)
    ]


async def test_customers_and_what_is_gone(store: Store) -> None:
    customer = await CONNECTOR.fetch(store.link, store.settings, "customer", "1")
    assert isinstance(customer, StoreCustomer)
    assert (customer.name, customer.email) == ("Ana Silva", "ana@example.com")
    assert await CONNECTOR.fetch(store.link, store.settings, "customer", "99") is None
    store.orders[0]["status"] = "trash"
    assert await CONNECTOR.fetch(store.link, store.settings, "order", "1001") is None
    with pytest.raises(Refused):
        await CONNECTOR.fetch(store.link, store.settings, "order", "../settings")


async def test_the_store_itself(store: Store) -> None:
    info = await CONNECTOR.describe(store.link, store.settings)
    assert (info.name, info.domain, info.currency) == ("Loom & Co", "shop.example", "EUR")
    assert (info.time_zone, info.country, info.languages) == ("Europe/Lisbon", "PT", ["pt-PT"])
    assert store.link.position == {"currency": "EUR"}
    assert build_info("https://a.example", {"gmt_offset": -3}, [], {}).time_zone == "Etc/GMT+3"
    assert build_info("https://a.example", {"gmt_offset": "5.5"}, [], {}).time_zone == "UTC"


def test_amounts_and_times() -> None:
    assert to_minor("21.99", "USD") == 2199
    assert to_minor("1200", "JPY") == 1200
    assert to_minor("1200.00", "JPY") == 1200
    assert to_minor("0.0050", "EUR") == 1
    assert to_minor("-21.995", "EUR") == -2200
    assert to_minor("1.2345", "KWD") == 1235
    assert to_minor("", "EUR") == to_minor(None, "EUR") == 0
    with pytest.raises(Refused):
        to_minor("a lot", "EUR")
    assert read_time("2026-11-22T01:08:46") == datetime(2026, 11, 22, 1, 8, 46, tzinfo=UTC)
    with pytest.raises(Refused):
        read_time("yesterday")
