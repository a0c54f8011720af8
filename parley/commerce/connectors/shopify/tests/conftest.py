"""A connection to a fake Shopify on this machine."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest

from parley.commerce.connectors.shopify import CONNECTOR
from parley.commerce.connectors.shopify.settings import ShopifySettings
from parley.commerce.intents import AnyIntent
from parley.commerce.model import StoreOrder, StoreSubscription
from parley.commerce.ports import Effect, VendorStep
from parley.kit.clock import Clock, FixedClock
from parley.kit.outbound import OutboundClient, Times
from tests.support.fakes.shopify import CLIENT_ID, DOMAIN, SECRET, TOKEN, FakeShopify, fill, shopify
from tests.support.fakes.shopify_state import Order

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


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

    def __init__(self, fake: FakeShopify, link: TestLink) -> None:
        self.fake = fake
        self.link = link
        self.orders: list[Order] = []
        self.settings = ShopifySettings(
            shop=DOMAIN,
            access_token=TOKEN,
            api_secret=SECRET,
            client_id=CLIENT_ID,
            subscriptions=True,
            api_address=fake.url,
        )

    async def order(self, at: int = 0) -> StoreOrder:
        """An order as the connector reads it."""
        found = await CONNECTOR.fetch(self.link, self.settings, "order", self.orders[at].id)
        assert isinstance(found, StoreOrder)
        return found

    async def contract(self) -> StoreSubscription:
        """The subscription as the connector reads it."""
        known = "gid://shopify/SubscriptionContract/1"
        found = await CONNECTOR.fetch(self.link, self.settings, "subscription", known)
        assert isinstance(found, StoreSubscription)
        return found

    async def step(
        self, intent: AnyIntent, target: StoreOrder | StoreSubscription | None = None
    ) -> VendorStep:
        """The only step of an intent, by default upon the first order."""
        steps = CONNECTOR.steps(self.settings, intent, target or await self.order())
        assert len(steps) == 1
        return steps[0]

    async def perform(self, step: VendorStep, key: str = "key-1") -> Effect:
        """Carries a step out."""
        return await CONNECTOR.perform(self.link, self.settings, step, key)

    async def find(self, step: VendorStep, key: str = "key-1") -> Effect | None:
        """Looks for what a step did."""
        return await CONNECTOR.find_effect(self.link, self.settings, step, key)


@pytest.fixture
async def store() -> AsyncIterator[Store]:
    """A fake with two products, two customers, a contract and one paid order."""
    async with shopify() as fake:
        link = TestLink()
        made = Store(fake, link)
        made.orders = fill(fake)
        try:
            yield made
        finally:
            await link.http.close()
