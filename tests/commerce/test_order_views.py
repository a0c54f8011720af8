"""What an order's page says of the money: the same as is reckoned when money is given back."""

from datetime import timedelta
from uuid import UUID

import pytest

from parley.commerce.acting.reckoning import refundable
from parley.commerce.actions.mirror_orders import mirror_orders
from parley.commerce.mirroring import Reading
from parley.commerce.model import StoreRefund
from tests.commerce.conftest import PLACED, make_order
from tests.support.app import Shop, body_of

PENDING = StoreRefund(external_id="r1", created_at=PLACED, amount=700, status="pending")
FAILED = StoreRefund(external_id="r2", created_at=PLACED, amount=900, status="failed")


@pytest.mark.parametrize(
    ("payment", "refunded", "refunds", "left"),
    [
        ("paid", 0, [], 6500),
        ("partially_refunded", 2000, [PENDING, FAILED], 3800),
        ("refunded", 6500, [PENDING], 0),
        ("authorized", 0, [], 0),
        ("pending", 0, [], 0),
    ],
)
async def test_what_can_still_be_refunded(
    shop: Shop, store_id: UUID, payment: str, refunded: int, refunds: list[StoreRefund], left: int
) -> None:
    order = make_order(payment=payment, refunded=refunded, refunds=refunds)
    async with shop.runtime.ctx(shop.workspace_id) as ctx:
        reading = Reading(store_id=store_id, read_at=ctx.now - timedelta(minutes=1))
        order_id = (await mirror_orders(ctx, [order], reading))[0].order_id
    shown = body_of(await (await shop.signed_in()).get(f"/api/v1/orders/{order_id}"))
    assert (shown["refundable"], refundable(order)) == (left, left)
