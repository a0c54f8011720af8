"""A connection to a fake EasyPost on this machine."""

from collections.abc import AsyncIterator

import pytest

from parley.commerce.connectors.easypost import CONNECTOR
from parley.commerce.connectors.easypost.settings import EasyPostSettings
from parley.commerce.model import Address, Label, Parcel, Tracking
from tests.support.carrier_link import CarrierLink
from tests.support.fakes.easypost import KEY, FakeEasyPost, easypost

MAYA = Address(
    name="Maya Lee",
    line1="1 Main St",
    line2="Apt 2",
    city="Wayne",
    region="NJ",
    postcode="07470",
    country="US",
)
STORE = Address(
    name="Returns", company="Alder & Pine", line1="2 Oak Rd", city="Reno", region="NV", postcode="89501", country="US",
    phone="5555555555",
)  # fmt: skip
ACT = "0192d0a0-0000-7000-8000-000000000001:1"


class Desk:
    """The connector at work on the fake."""

    def __init__(self, fake: FakeEasyPost) -> None:
        self.fake = fake
        self.link = CarrierLink()
        self.settings = EasyPostSettings(api_key=KEY, api_address=fake.url)

    async def track(self, number: str) -> Tracking:
        """Asks after a parcel."""
        return await CONNECTOR.track(self.link, self.settings, "", number)

    async def buy(self, key: str = ACT) -> Label:
        """Buys a return label."""
        return await CONNECTOR.buy_label(self.link, self.settings, MAYA, STORE, Parcel(grams=500), key)

    async def find(self, key: str = ACT) -> Label | None:
        """Looks for a label."""
        return await CONNECTOR.find_label(self.link, self.settings, key)

    async def void(self, label: Label) -> bool:
        """Gives a label back."""
        return await CONNECTOR.void_label(self.link, self.settings, label.external_id, label.number)

    async def watch(self, *numbers: str) -> None:
        """Asks to be told, and takes up what was kept as secret."""
        await CONNECTOR.watch(self.link, self.settings, [("", number) for number in numbers])
        for name, value in self.link.secrets:
            setattr(self.settings, name, value)


@pytest.fixture
async def desk() -> AsyncIterator[Desk]:
    """A connection to a fake that knows nothing yet."""
    async with easypost() as fake:
        made = Desk(fake)
        try:
            yield made
        finally:
            await made.link.http.close()
