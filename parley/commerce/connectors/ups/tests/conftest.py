"""A connection to a fake UPS on this machine."""

from collections.abc import AsyncIterator

import pytest

from parley.commerce.connectors.ups import UpsConnector
from parley.commerce.connectors.ups.settings import UpsSettings
from parley.commerce.model import Address, Label, Parcel, Tracking
from tests.support.carrier_link import CarrierLink
from tests.support.fakes.ups import ACCOUNT, CLIENT, CREDENTIAL, SECRET, FakeUps, ups

ANA = Address(name="Ana Žagar", line1="Larch Lane 3", postcode="1000", city="Ljubljana", country="SI")
SHOP = Address(
    name="Returns", company="Alder & Pine", line1="Mill 1", postcode="4000", city="Kranj", country="SI",
    phone="+386 1 234 567",
)  # fmt: skip
KEY = "0192d0a0-0000-7000-8000-000000000001:1"


class Desk:
    """The connector at work on the fake."""

    def __init__(self, fake: FakeUps) -> None:
        self.fake = fake
        self.link = CarrierLink()
        self.connector = UpsConnector()
        self.settings = UpsSettings(
            client_id=CLIENT,
            client_secret=SECRET,
            shipper_number=ACCOUNT.lower(),
            webhook_credential=CREDENTIAL,
            api_address=fake.url,
        )

    async def track(self, number: str) -> Tracking:
        """Asks after a parcel."""
        return await self.connector.track(self.link, self.settings, "UPS", number)

    async def buy(self, key: str = KEY, sender: Address = ANA, recipient: Address = SHOP) -> Label:
        """Buys a return label."""
        return await self.connector.buy_label(
            self.link, self.settings, sender, recipient, Parcel(grams=1250), key
        )

    async def find(self, key: str = KEY) -> Label | None:
        """Looks for a label."""
        return await self.connector.find_label(self.link, self.settings, key)

    async def void(self, number: str) -> bool:
        """Gives a label back."""
        return await self.connector.void_label(self.link, self.settings, number, number)


@pytest.fixture
async def desk() -> AsyncIterator[Desk]:
    """A connection to a fake that knows nothing yet."""
    async with ups() as fake:
        made = Desk(fake)
        try:
            yield made
        finally:
            await made.link.http.close()
