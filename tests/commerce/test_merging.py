"""Orders follow when two customers turn out to be one, and go back."""

from uuid import UUID

from parley.commerce.actions.linking import link_order
from parley.commerce.actions.mirror_orders import mirror_orders
from parley.commerce.mirroring import Reading
from parley.customers.actions.identify import create_customer, identify_customer
from parley.customers.actions.merging import merge_customers, unmerge_customer
from parley.kit.log.readers import ReaderLoop
from tests.commerce.conftest import make_order
from tests.conftest import NOW
from tests.support.app import Shop


async def whose(shop: Shop) -> dict[str, UUID | None]:
    """Gives whose each order is, after the readers."""
    await ReaderLoop(shop.runtime).drain()
    async with shop.runtime.db.transaction(shop.workspace_id) as tx:
        rows = await tx.fetch("SELECT number, customer_id FROM orders ORDER BY number")
    return {row["number"]: row["customer_id"] for row in rows}


async def mirror(shop: Shop, store_id: UUID, *numbers: int, email: str) -> None:
    """Brings orders of an address into the mirror."""
    async with shop.runtime.ctx(shop.workspace_id) as ctx:
        reading = Reading(store_id=store_id, read_at=NOW, certain=True, quiet=False)
        await mirror_orders(ctx, [make_order(number, email=email) for number in numbers], reading)


async def test_orders_follow_and_go_back(shop: Shop, store_id: UUID) -> None:
    async with shop.runtime.ctx(shop.workspace_id) as ctx:
        zoe = (await identify_customer(ctx, "email", "zoe@example.com", reason="wrote_mail")).customer_id
        work = (await identify_customer(ctx, "email", "zoe@work.example", reason="wrote_mail")).customer_id
        other = await create_customer(ctx, name="Max")
    await mirror(shop, store_id, 1, 2, email="zoe@work.example")
    await mirror(shop, store_id, 3, email="zoe@example.com")
    by_hand = await shop.count("SELECT id FROM orders WHERE number = '#1002'")
    async with shop.runtime.ctx(shop.workspace_id) as ctx:
        await link_order(ctx, by_hand, other)
        await link_order(ctx, by_hand, work)
    before = {"#1001": work, "#1002": work, "#1003": zoe}
    assert await whose(shop) == before
    async with shop.runtime.ctx(shop.workspace_id) as ctx:
        await merge_customers(ctx, work, zoe, reason="by_hand")
    assert await whose(shop) == dict.fromkeys(before, zoe)
    await mirror(shop, store_id, 4, email="zoe@work.example")
    await mirror(shop, store_id, 5, email="zoe@example.com")
    assert await whose(shop) == dict.fromkeys([*before, "#1004", "#1005"], zoe)
    async with shop.runtime.ctx(shop.workspace_id) as ctx:
        await unmerge_customer(ctx, work)
    assert await whose(shop) == {**before, "#1004": work, "#1005": zoe}
