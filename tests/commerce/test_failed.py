"""What waits for a person: webhooks nobody can read, acts nobody knows about."""

from uuid import UUID

from parley.app.routes.failed_work import RETRY, list_all
from parley.commerce.actions.deliveries import fail_delivery, store_delivery
from parley.commerce.ports import Delivery
from tests.support.app import Shop


async def test_a_webhook_set_aside_is_shown_and_tried_again(shop: Shop, store_id: UUID) -> None:
    async with shop.runtime.ctx(shop.workspace_id) as ctx:
        await store_delivery(ctx, store_id, Delivery(key="k", topic="orders/updated"), b"?")
        delivery_id = await ctx.tx.fetchval("SELECT id FROM store_deliveries")
        await fail_delivery(ctx, delivery_id, "cannot be read")
        found = [one for one in await list_all(ctx, None, 10) if one.kind == "store_webhook"]
        assert [(one.title, one.detail) for one in found] == [("Store", "orders/updated: cannot be read")]
        await RETRY["store_webhook"](ctx, shop.runtime, str(delivery_id))
        assert await ctx.tx.fetchval("SELECT state FROM store_deliveries") == "stored"
        assert [one for one in await list_all(ctx, None, 10) if one.kind == "store_webhook"] == []
