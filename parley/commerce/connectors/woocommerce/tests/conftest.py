"""A connection to a fake WooCommerce on this machine."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest

from parley.commerce.connectors.woocommerce import CONNECTOR
from parley.commerce.connectors.woocommerce.settings import WooCommerceSettings
from parley.commerce.intents import AnyIntent
from parley.commerce.model import Kind, StoreOrder
from parley.commerce.ports import Effect, Page, VendorStep
from parley.kit.clock import Clock, FixedClock
from parley.kit.outbound import OutboundClient, Times
from tests.support.fakes.woocommerce import CONSUMER_KEY, CONSUMER_SECRET, FakeWoo, fill, woocommerce

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
HOOK_SECRET = "hook-secret"


class TestLink:
    """What Parley gives a connector, with short patience."""

    __test__ = False

    def __init__(self, patience: float = 0.3) -> None:
        self.connection_id = UUID(int=7)
        self.clock: Clock = FixedClock(NOW)
        self.http = OutboundClient(
            allow=("127.0.0.1",), times=Times(connect=2, read=patience, total=patience * 10), clock=self.clock
        )
        self.hook_url = "https://desk.example/hooks/7"
        self.position: dict[str, Any] = {}
        self.secrets: dict[str, str] = {}

    async def load_position(self) -> dict[str, Any]:
        return self.position

    async def save_position(self, position: dict[str, Any]) -> None:
        self.position = position

    async def save_secret(self, name: str, value: str) -> None:
        self.secrets[name] = value


class Store:
    """The connector at work on the fake."""

    def __init__(self, fake: FakeWoo, link: TestLink) -> None:
        self.fake = fake
        self.link = link
        self.orders: list[dict[str, Any]] = []
        self.settings = WooCommerceSettings(
            address=fake.url, key=CONSUMER_KEY, secret=CONSUMER_SECRET, webhook_secret=HOOK_SECRET
        )

    async def order(self, at: int = 0) -> StoreOrder:
        """An order as the connector reads it."""
        return await self.fetch_order(str(self.orders[at]["id"]))

    async def fetch_order(self, known: str) -> StoreOrder:
        """An order by its id."""
        found = await CONNECTOR.fetch(self.link, self.settings, "order", known)
        assert isinstance(found, StoreOrder)
        return found

    async def steps(self, intent: AnyIntent, at: int = 0) -> list[VendorStep]:
        """The steps of an intent upon an order."""
        return CONNECTOR.steps(self.settings, intent, await self.order(at))

    async def step(self, intent: AnyIntent, at: int = 0) -> VendorStep:
        """The only step of an intent."""
        steps = await self.steps(intent, at)
        assert len(steps) == 1
        return steps[0]

    async def perform(self, step: VendorStep, key: str = "key-1") -> Effect:
        """Carries a step out."""
        return await CONNECTOR.perform(self.link, self.settings, step, key)

    async def find(self, step: VendorStep, key: str = "key-1") -> Effect | None:
        """Looks for what a step did."""
        return await CONNECTOR.find_effect(self.link, self.settings, step, key)

    async def read_all(
        self, kind: Kind, position: dict[str, Any] | None = None, since: datetime | None = None
    ) -> list[Page]:
        """All pages of a kind."""
        pages = CONNECTOR.pages(self.link, self.settings, kind, position=position, since=since)
        return [page async for page in pages]


@pytest.fixture
async def store() -> AsyncIterator[Store]:
    """A fake with a shirt in three sizes, a mug, two customers and one paid order."""
    async with woocommerce() as fake:
        link = TestLink()
        fake.faults.seconds = 0.6
        made = Store(fake, link)
        made.orders = fill(fake)
        try:
            yield made
        finally:
            await link.http.close()
