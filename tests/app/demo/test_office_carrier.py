"""The demo carrier over HTTP at the demo store's office: parcels, and labels that are made once."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from io import BytesIO

import pytest
from litestar import Litestar
from litestar.datastructures import State
from PIL import Image

from parley.accounts.slice import ACCOUNTS
from parley.app.demo.office_labels import LabelBody, draw_label
from parley.app.demo.office_routes import office_router
from parley.app.demo.office_store import Office
from parley.app.demo.orders import list_past_orders
from parley.app.demo.store import insert_order
from parley.commerce.connectors.demo_carrier import CONNECTOR, DemoCarrierSettings
from parley.commerce.connectors.shopify.tests.conftest import TestLink
from parley.commerce.model import Address, Parcel
from parley.commerce.slice import COMMERCE
from parley.customers.slice import CUSTOMERS
from parley.kit.clock import FixedClock
from parley.kit.db import Database
from parley.kit.failures import Misconfigured, Refused
from parley.kit.ids import uuid7
from tests.conftest import NOW
from tests.support.app import build_test_app, build_test_runtime, open_shop
from tests.support.fakes.serving import serving

ANA = Address(name="Ana Žagar", line1="Larch Lane 3", postcode="1000", city="Ljubljana", country="SI")
SHOP = Address(name="Alder & Pine", line1="Mill 1", postcode="4000", city="Kranj", country="SI")
KEY = "0192:1"


class Desk:
    """The connector and the office it talks to."""

    def __init__(self, url: str, office: Office) -> None:
        self.office = office
        self.link = TestLink(patience=5)
        self.settings = DemoCarrierSettings(url=url, token="secret")

    async def buy(self, key: str = KEY) -> bytes:
        """Buys a label and gives its picture."""
        label = await CONNECTOR.buy_label(self.link, self.settings, ANA, SHOP, Parcel(grams=1200), key)
        return label.data


@pytest.fixture
async def desk(db: Database, clock: FixedClock) -> AsyncIterator[Desk]:
    slices = (ACCOUNTS, CUSTOMERS, COMMERCE)
    runtime = build_test_runtime(db, clock, slices)
    shop = await open_shop(runtime, build_test_app(runtime, slices))
    office = Office(runtime, shop.workspace_id, uuid7(), "secret", "sign")
    runtime.parts["demo_office"] = office
    order = next(one for one in list_past_orders(NOW) if one.tracking and one.tracking.startswith("1ZAP"))
    async with runtime.ctx(shop.workspace_id) as ctx:
        await insert_order(ctx.tx, shop.workspace_id, order)
    async with serving(Litestar([office_router], state=State({"runtime": runtime}))) as url:
        made = Desk(f"{url}/demo/api", office)
        try:
            yield made
        finally:
            await made.link.http.close()
            await shop.close()


async def test_a_parcel_of_the_shop_is_found_and_another_is_not(desk: Desk) -> None:
    order = next(one for one in list_past_orders(NOW) if one.tracking and one.tracking.startswith("1ZAP"))
    assert order.tracking is not None
    assert CONNECTOR.recognises(desk.settings, "", f" {order.tracking.lower()}")
    assert not CONNECTOR.recognises(desk.settings, "UPS", "1Z999AA10123456784")
    found = await CONNECTOR.track(desk.link, desk.settings, "UPS", order.tracking)
    assert found.number == order.tracking
    assert found.events
    assert found.status == found.events[-1].status
    with pytest.raises(Refused):
        await CONNECTOR.track(desk.link, desk.settings, "", "1ZAP0")


async def test_a_label_is_made_once_per_key_found_and_followed_home(desk: Desk, clock: FixedClock) -> None:
    assert await CONNECTOR.find_label(desk.link, desk.settings, KEY) is None
    first, again = await asyncio.gather(desk.buy(), desk.buy())
    assert first == again
    found = await CONNECTOR.find_label(desk.link, desk.settings, KEY)
    assert found is not None
    assert found.data == first
    assert CONNECTOR.recognises(desk.settings, "", found.number)
    other = await CONNECTOR.buy_label(desk.link, desk.settings, ANA, SHOP, Parcel(grams=1), "0193:1")
    assert other.number != found.number
    seen = []
    for _ in range(5):
        seen.append((await CONNECTOR.track(desk.link, desk.settings, "", found.number)).status)
        clock.advance(timedelta(hours=20))
    assert (seen[0], seen[1], seen[-1]) == ("label_created", "in_transit", "delivered")
    assert not await CONNECTOR.void_label(desk.link, desk.settings, found.external_id, found.number)


async def test_a_label_can_be_given_back_until_it_is_used(desk: Desk) -> None:
    await desk.buy()
    for _ in range(2):
        assert await CONNECTOR.void_label(desk.link, desk.settings, KEY, "")
    assert await CONNECTOR.find_label(desk.link, desk.settings, KEY) is None
    assert not await CONNECTOR.void_label(desk.link, desk.settings, "unknown", "")


async def test_without_the_token_nothing_is_told(desk: Desk) -> None:
    desk.settings.token = "another"
    with pytest.raises(Misconfigured):
        await desk.buy()
    with pytest.raises(Misconfigured):
        await CONNECTOR.track(desk.link, desk.settings, "", "1ZAP0")


def test_a_label_is_a_picture_whatever_the_letters() -> None:
    strange = Address(name="田中 花子", line1="Łódzka ß 3" * 20, city="東京", country="JP")
    for sender in (ANA, strange, Address()):
        wanted = LabelBody(key=KEY, sender=sender, recipient=SHOP, grams=1200)
        picture = Image.open(BytesIO(draw_label(wanted, "1ZAP90000000000001")))
        assert (picture.format, picture.size) == ("PNG", (600, 900))
        dark = picture.convert("L").histogram()[0]
        assert dark > 10_000
