"""Stripe: gives money back for stores whose own payment gateway cannot."""

from collections.abc import AsyncIterator, Mapping
from datetime import UTC, datetime
from typing import Any

import msgspec

from parley.commerce.connectors.stripe.client import ask
from parley.commerce.connectors.stripe.refunds import FAILED, find_refund, make_refund
from parley.commerce.connectors.stripe.settings import StripeSettings, is_test_key
from parley.commerce.ports import (
    BadSignatureError,
    Change,
    ConnectorManifest,
    Delivery,
    Effect,
    Link,
    Step,
)
from parley.kit.failures import Failure, Refused
from parley.kit.signatures import is_stripe

REFUND_TOPICS = frozenset({"refund.failed", "refund.updated", "charge.refund.updated"})


class _Event(msgspec.Struct):
    """What is read of an event; a "thin" event of version 2 is another object and is not taken."""

    id: str
    object: str
    type: str
    created: int


class _Refund(msgspec.Struct):
    """A refund, as far as it matters here; Stripe, "The Refund object"."""

    id: str
    status: str | None = None
    failure_reason: str | None = None


class _Data(msgspec.Struct):
    object: _Refund


class _RefundEvent(msgspec.Struct):
    data: _Data


class StripeConnector:
    """The plug-in; every method is described in `PaymentsConnector`."""

    manifest = ConnectorManifest(
        slug="stripe",
        kind="payments",
        title="Stripe",
        description="Gives money back for orders that were paid with Stripe, where the store cannot.",
        settings=StripeSettings,
    )

    def verify(
        self, settings: StripeSettings, headers: Mapping[str, str], body: bytes, now: datetime
    ) -> Delivery | None:
        """Gives the delivery of a genuine event; raises BadSignatureError."""
        given = {name.lower(): value for name, value in headers.items()}
        if not is_stripe(settings.webhook_secret, body, given.get("stripe-signature", ""), now):
            raise BadSignatureError("the signature is wrong")
        try:
            event = msgspec.json.decode(body, type=_Event)
        except (msgspec.DecodeError, UnicodeDecodeError) as failure:
            raise BadSignatureError("this is no event") from failure
        if event.object != "event":
            raise BadSignatureError("this is no event")
        return Delivery(key=event.id, topic=event.type, at=datetime.fromtimestamp(event.created, UTC))

    def read(self, settings: StripeSettings, delivery: Delivery, body: bytes) -> list[Change]:  # noqa: ARG002
        """Gives a refund that failed after it had been taken on; what else happens to payments the store tells.

        Raises Refused for an event that cannot be understood.
        """
        if delivery.topic not in REFUND_TOPICS:
            return []
        try:
            refund = msgspec.json.decode(body, type=_RefundEvent).data.object
        except msgspec.DecodeError as failure:
            raise Refused("This event has no refund.") from failure
        if refund.status not in FAILED:
            return []
        return [
            Change(kind="refund_failed", external_id=refund.id, note=refund.failure_reason or refund.status)
        ]

    def answer(
        self,
        settings: StripeSettings,  # noqa: ARG002 - Stripe asks no question
        headers: Mapping[str, str],  # noqa: ARG002
        body: bytes,  # noqa: ARG002
    ) -> tuple[int, bytes] | None:
        """Gives nothing: Stripe is content with 200."""
        return None

    async def test(self, link: Link, settings: StripeSettings) -> AsyncIterator[Step]:
        """Looks whether the key may read payments and refunds, and whether it moves real money."""
        for name, path in (("payments", "payment_intents"), ("refunds", "refunds")):
            try:
                found: Any = await ask(link, settings, "GET", path, params={"limit": "1"})
            except Failure as failure:
                yield Step(name, ok=False, detail=failure.reason)
                return
            yield Step(name, ok=found["object"] == "list", detail=f"The key may read {name}.")
        said = (
            "A test key: no real money moves." if is_test_key(settings) else "A live key: real money moves."
        )
        yield Step("mode", ok=True, detail=said)

    async def refund(
        self, link: Link, settings: StripeSettings, reference: str, amount: int, currency: str, key: str
    ) -> Effect:
        """Gives back so much of a payment (`pi_…` or `ch_…`), once per key."""
        return await make_refund(link, settings, reference, amount, currency, key)

    async def find_refund(
        self, link: Link, settings: StripeSettings, reference: str, key: str
    ) -> Effect | None:
        """Looks for the refund with this key."""
        return await find_refund(link, settings, reference, key)


CONNECTOR = StripeConnector()
