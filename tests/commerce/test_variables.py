"""Variables of texts about orders, in the reader's language."""

from typing import Any
from uuid import UUID

import pytest

from parley.commerce.model import StoreFulfilment, StoreParcel
from parley.commerce.queries.orders import list_customer_orders, list_orders
from parley.commerce.shapes import OrderView
from parley.commerce.variables import ORDER_VARIABLES, fill_order_variables
from parley.customers.actions.identify import identify_customer
from tests.commerce.conftest import PLACED, make_order
from tests.commerce.test_mirror_orders import read
from tests.support.app import Shop


async def view(shop: Shop, store_id: UUID, **changes: Any) -> OrderView:
    """Gives an order as the panel shows it."""
    async with shop.runtime.ctx(shop.workspace_id) as ctx:
        who = await identify_customer(ctx, "email", "zoe@example.com", reason="wrote")
    await read(shop, store_id, make_order(**changes))
    async with shop.runtime.db.transaction(shop.workspace_id) as tx:
        assert len((await list_orders(tx, shop.workspace_id, 5)).items) == 1
        return (await list_customer_orders(tx, shop.workspace_id, who.customer_id, 5)).items[0]


@pytest.mark.parametrize(
    ("language", "total", "day"),
    [
        ("en", "€65.00", "March 1, 2026"),
        ("de", "65,00\u00a0€", "1. März 2026"),
        ("pt-BR", "€\u00a065,00", "1 de março de 2026"),
        ("ja", "€65.00", "2026年3月1日"),
    ],
)
async def test_money_and_days_are_the_readers(
    shop: Shop, store_id: UUID, language: str, total: str, day: str
) -> None:
    found = fill_order_variables(await view(shop, store_id), language)
    assert (found["order.total"], found["order.date"]) == (total, day)
    assert found["order.items"] == "2 × Shirt, M"
    assert found["order.address"] == "Zoë Pike, 1 High St, LS1 1AA Leeds, GB"
    assert set(found) == set(ORDER_VARIABLES)


async def test_what_is_not_there_yet_is_asked_for(shop: Shop, store_id: UUID) -> None:
    found = fill_order_variables(await view(shop, store_id), "en")
    assert found["shipment.number"] is None
    assert found["shipment.expected"] is None


async def test_the_parcel_on_its_way_is_meant(shop: Shop, store_id: UUID) -> None:
    parcels = [
        StoreParcel(number="OLD", carrier="UPS", status="delivered", delivered_at=PLACED),
        StoreParcel(number="NEW", carrier="UPS", status="in_transit", shipped_at=PLACED),
    ]
    fulfilment = StoreFulfilment(external_id="f", status="success", created_at=PLACED, parcels=parcels)
    found = fill_order_variables(await view(shop, store_id, fulfilments=[fulfilment]), "en")
    assert found["shipment.number"] == "NEW"
