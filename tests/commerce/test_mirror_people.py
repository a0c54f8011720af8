"""The mirror of customer accounts, subscriptions and products."""

from datetime import timedelta
from uuid import UUID

import msgspec

from parley.commerce.mirroring import Reading
from parley.commerce.model import StoreCustomer, StoreProduct, StoreSubscription, StoreVariant
from parley.commerce.syncing import mark_deleted, mirror
from parley.customers.actions.identify import identify_customer
from tests.commerce.conftest import PLACED
from tests.conftest import NOW
from tests.support.app import Shop, body_of

ACCOUNT = StoreCustomer(
    external_id="c1", updated_at=PLACED, name="Zoë Pike", email="Zoe@example.com", orders=3, spent=9900, currency="EUR",
    tags=["vip"],
)  # fmt: skip
SUBSCRIPTION = StoreSubscription(
    external_id="s1", updated_at=PLACED, status="active", currency="EUR", price=1500, unit="month", every=1,
    email="zoe@example.com", next_at=NOW, lines=[{"line": "1", "variant": "v1", "title": "Wax", "quantity": 1}],
)  # fmt: skip
SHIRT = StoreProduct(
    external_id="p1", updated_at=PLACED, title="Ruedo Rain Shell", kind="clothing",
    variants=[
        StoreVariant(external_id="v1", title="M", price=3000, sku="RS-M", stock=4, options={"size": "M"}),
        StoreVariant(external_id="v2", title="L", price=3000, sku="RS-L", stock=0, available=False),
    ],
)  # fmt: skip


async def test_accounts_and_subscriptions_belong_to_who_proved_the_address(
    shop: Shop, store_id: UUID
) -> None:
    async with shop.runtime.ctx(shop.workspace_id) as ctx:
        who = await identify_customer(ctx, "email", "zoe@example.com", reason="wrote")
        reading = Reading(store_id=store_id, read_at=NOW)
        assert await mirror(ctx, "customer", [ACCOUNT], reading) == ["new"]
        assert await mirror(ctx, "customer", [ACCOUNT], reading) == ["same"]
        assert await mirror(ctx, "subscription", [SUBSCRIPTION], reading) == ["new"]
    program = await shop.program("orders:read")
    shopping = body_of(await program.get(f"/api/v1/customers/{who.customer_id}/shopping"))
    assert [(a["ref"], a["tags"]) for a in shopping["accounts"]] == [("c1", ["vip"])]
    found = body_of(await program.get(f"/api/v1/subscriptions?customer_id={who.customer_id}"))["items"]
    assert [(s["status"], s["price"], s["every"]) for s in found] == [("active", 1500, 1)]


async def test_a_subscription_that_changes_is_told(shop: Shop, store_id: UUID) -> None:
    later = msgspec.structs.replace(SUBSCRIPTION, status="paused", updated_at=PLACED + timedelta(days=1))
    async with shop.runtime.ctx(shop.workspace_id) as ctx:
        await mirror(ctx, "subscription", [SUBSCRIPTION], Reading(store_id=store_id, read_at=NOW, quiet=True))
        await mirror(ctx, "subscription", [later], Reading(store_id=store_id, read_at=NOW, certain=False))
    told = await shop.facts("SubscriptionChanged")
    assert [(f["changes"], f["previous"]) for f in told] == [({"status": "paused"}, {"status": "active"})]


async def test_products_are_found_by_word_and_sku_and_stock_is_told(shop: Shop, store_id: UUID) -> None:
    sold_out = msgspec.structs.replace(
        SHIRT,
        updated_at=PLACED + timedelta(days=1),
        variants=[msgspec.structs.replace(SHIRT.variants[0], stock=0, available=False)],
    )
    async with shop.runtime.ctx(shop.workspace_id) as ctx:
        reading = Reading(store_id=store_id, read_at=NOW)
        await mirror(ctx, "product", [SHIRT], reading)
    program = await shop.program("orders:read")
    for words in ("rain", "RS-L", "ruedo sh"):
        found = body_of(await program.get("/api/v1/products", params={"q": words}))["items"]
        assert [p["title"] for p in found] == ["Ruedo Rain Shell"], words
        assert [v["sku"] for v in found[0]["variants"]] == ["RS-M", "RS-L"]
    assert body_of(await program.get("/api/v1/products", params={"q": "nothing"}))["items"] == []
    for ref, count in (("p1", 1), ("p2", 0)):
        assert len(body_of(await program.get("/api/v1/products", params={"ref": ref}))["items"]) == count
    async with shop.runtime.ctx(shop.workspace_id) as ctx:
        await mirror(ctx, "product", [sold_out], reading)
    told = await shop.facts("StockChanged")
    assert [(f["available"], f["stock"]) for f in told] == [(False, 0)]
    found = body_of(await program.get("/api/v1/products"))["items"]
    assert [v["sku"] for v in found[0]["variants"]] == ["RS-M"]


async def test_what_is_gone_at_the_store_stays_out_of_the_catalogue(shop: Shop, store_id: UUID) -> None:
    async with shop.runtime.ctx(shop.workspace_id) as ctx:
        await mirror(ctx, "product", [SHIRT], Reading(store_id=store_id, read_at=NOW))
        await mark_deleted(ctx, store_id, "product", "p1", NOW)
    program = await shop.program("orders:read")
    assert body_of(await program.get("/api/v1/products"))["items"] == []


async def test_a_neighbour_sees_nothing(shop: Shop, neighbour: Shop, store_id: UUID) -> None:
    async with shop.runtime.ctx(shop.workspace_id) as ctx:
        reading = Reading(store_id=store_id, read_at=NOW)
        await mirror(ctx, "product", [SHIRT], reading)
        await mirror(ctx, "subscription", [SUBSCRIPTION], reading)
    stranger = await neighbour.program("orders:read", "stores:read")
    for path in (
        "products",
        "products?q=rain",
        "products?ref=p1",
        "subscriptions",
        "orders",
        "stores",
        "shipments",
        "refunds",
        "acts",
    ):
        assert body_of(await stranger.get(f"/api/v1/{path}"))["items"] == [], path
    mine = body_of(await (await shop.program("stores:read")).get("/api/v1/stores"))["items"]
    assert (await stranger.get(f"/api/v1/stores/{mine[0]['id']}")).status_code == 404 if mine else True
