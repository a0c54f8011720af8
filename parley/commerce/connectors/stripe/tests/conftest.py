"""A connection to a fake Stripe on this machine."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest

from parley.commerce.connectors.stripe import CONNECTOR
from parley.commerce.connectors.stripe.settings import StripeSettings
from parley.commerce.ports import Effect
from parley.kit.clock import Clock, FixedClock
from parley.kit.outbound import OutboundClient, Times
from tests.support.fakes.stripe import NOW, SECRET_KEY, WEBHOOK_SECRET, FakeStripe, stripe


class TestLink:
    """What Parley gives a connector, with short patience."""

    __test__ = False

    def __init__(self, patience: float = 0.3) -> None:
        self.connection_id = UUID(int=8)
        self.clock: Clock = FixedClock(datetime.fromtimestamp(NOW, UTC))
        self.http = OutboundClient(
            allow=("127.0.0.1",), times=Times(connect=2, read=patience, total=patience * 10), clock=self.clock
        )
        self.hook_url = "https://desk.example/hooks/8"
        self.position: dict[str, Any] = {}

    async def load_position(self) -> dict[str, Any]:
        return self.position

    async def save_position(self, position: dict[str, Any]) -> None:
        self.position = position

    async def save_secret(self, name: str, value: str) -> None:
        raise AssertionError("Stripe has no secret to be renewed")


class Bank:
    """The connector at work on the fake, which holds one payment of 30.00."""

    def __init__(self, fake: FakeStripe, link: TestLink) -> None:
        self.fake = fake
        self.link = link
        self.payment = fake.add_payment(1, 3000)
        self.settings = StripeSettings(
            secret_key=SECRET_KEY, webhook_secret=WEBHOOK_SECRET, api_address=fake.url
        )

    async def refund(
        self, amount: int, key: str = "act-1:0", reference: str = "", currency: str = "EUR"
    ) -> Effect:
        """Gives money back."""
        known = reference or self.payment
        return await CONNECTOR.refund(self.link, self.settings, known, amount, currency, key)

    async def find(self, key: str = "act-1:0", reference: str = "") -> Effect | None:
        """Looks for a refund."""
        return await CONNECTOR.find_refund(self.link, self.settings, reference or self.payment, key)

    @property
    def given_back(self) -> int:
        """What of the payment has gone back."""
        return int(self.fake.payments["ch_1"]["amount_refunded"])


@pytest.fixture
async def bank() -> AsyncIterator[Bank]:
    """A fake with one payment."""
    async with stripe() as fake:
        link = TestLink()
        fake.faults.seconds = 0.6
        try:
            yield Bank(fake, link)
        finally:
            await link.http.close()
