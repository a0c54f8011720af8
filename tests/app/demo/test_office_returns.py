"""What the demo store does when something comes back: it notes the return, and an exchange leaves as its own order."""

from parley.accounts.slice import ACCOUNTS
from parley.app.demo.catalogue import load_catalogue
from parley.app.demo.office_store import Office
from parley.app.demo.orders import list_past_orders
from parley.app.demo.policy import add_policy, build_terms
from parley.app.demo.store import insert_order
from parley.commerce.model import StoreOrder
from parley.commerce.ports import VendorStep
from parley.commerce.queries.policies import find_policy
from parley.commerce.slice import COMMERCE
from parley.customers.slice import CUSTOMERS
from parley.kit.clock import FixedClock
from parley.kit.db import Database
from parley.kit.ids import uuid7
from tests.conftest import NOW
from tests.support.app import build_test_app, build_test_runtime, open_shop

SLICES = (ACCOUNTS, CUSTOMERS, COMMERCE)


async def test_an_exchange_is_sent_once_for_nothing(db: Database, clock: FixedClock) -> None:
    runtime = build_test_runtime(db, clock, SLICES)
    shop = await open_shop(runtime, build_test_app(runtime, SLICES))
    office = Office(runtime, shop.workspace_id, uuid7(), "secret", "sign")
    past = next(one for one in list_past_orders(NOW) if one.number == "AP-1082")
    async with runtime.ctx(shop.workspace_id) as ctx:
        await insert_order(ctx.tx, shop.workspace_id, past)
    bought = past.lines[0]
    catalogue = load_catalogue()
    other = next(
        sku for sku, one in catalogue.variants.items() if one.product == bought.product and sku != bought.sku
    )
    intent = {
        "act": "return",
        "pieces": [{"line": "1", "quantity": 1}],
        "exchange": [{"variant": other, "quantity": 1}],
    }
    step = VendorStep(name="return", args={"order": past.number, "intent": intent})
    first = await office.perform(step, "a:0")
    assert await office.perform(step, "a:0") == first
    order = await office.find("order", past.number)
    assert isinstance(order, StoreOrder)
    assert [(one.external_id, one.status) for one in order.returns] == [("a:0", "approved")]
    sent = await office.find("order", first.details["replacement"])
    assert isinstance(sent, StoreOrder)
    assert (sent.total, [line.sku for line in sent.lines], sent.email) == (0, [other], past.email)
    await shop.close()


async def test_the_policy_is_published_once_and_a_newer_one_stays(db: Database, clock: FixedClock) -> None:
    runtime = build_test_runtime(db, clock, SLICES)
    shop = await open_shop(runtime, build_test_app(runtime, SLICES))
    for _ in range(2):
        await add_policy(runtime, shop.workspace_id)
    async with runtime.db.transaction(shop.workspace_id) as tx:
        found = await find_policy(tx, shop.workspace_id, None)
    assert found is not None
    assert (found.version, found.terms) == (1, build_terms())
    await shop.close()


def test_the_policy_says_what_the_checkout_charges() -> None:
    options = {(one.code, one.currency or "EUR"): one for one in build_terms().shipping}
    for code, sold in load_catalogue().shipping.items():
        promised = options[code, sold.currency]
        assert (promised.cost, promised.free_from, promised.name) == (sold.price, sold.free_from, sold.name)
