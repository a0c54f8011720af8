"""WooCommerce: orders, products and customers by the REST API, version 3, and what can be done to them."""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from datetime import datetime
from typing import Any

from parley.commerce.connectors.woocommerce.acting import editing, refunds, selling
from parley.commerce.connectors.woocommerce.acting.steps import ACTS, build_steps
from parley.commerce.connectors.woocommerce.client import Session, ask
from parley.commerce.connectors.woocommerce.describing import describe_store, find_plain_fault
from parley.commerce.connectors.woocommerce.fetching import fetch_snapshot, list_all
from parley.commerce.connectors.woocommerce.hooks import (
    TOPICS,
    read_changes,
    subscribe_all,
    unsubscribe_all,
    verify_delivery,
)
from parley.commerce.connectors.woocommerce.paging import read_pages
from parley.commerce.connectors.woocommerce.settings import WooCommerceSettings
from parley.commerce.intents import AnyIntent, RefundOrder
from parley.commerce.model import AnySnapshot, Kind, StoreInfo, StoreOrder, StoreSubscription
from parley.commerce.ports import (
    Change,
    ConnectorManifest,
    Delivery,
    Effect,
    Link,
    Page,
    Quote,
    Step,
    VendorStep,
)
from parley.kit.failures import Failure, Refused

Performer = Callable[[Session, dict[str, Any], str], Awaitable[Effect]]
Finder = Callable[[Session, dict[str, Any], str], Awaitable[Effect | None]]

_PERFORM: dict[str, Performer] = {
    "edit": editing.edit_order,
    "address": editing.change_address,
    "cancel": editing.cancel_order,
    "note": editing.write_note,
    "check": refunds.check_refund,
    "refund": refunds.refund_order,
    "duplicate": selling.duplicate_order,
    "draft": selling.create_draft,
    "discount": selling.create_discount,
}
_FIND: dict[str, Finder] = {
    "edit": editing.find_edit,
    "address": editing.find_address,
    "cancel": editing.find_cancellation,
    "note": editing.find_note,
    "check": refunds.find_nothing,
    "refund": refunds.find_refund,
    "duplicate": selling.find_duplicate,
    "draft": selling.find_draft,
    "discount": selling.find_discount,
}


class WooCommerceConnector:
    """The plug-in; every method is described in `StoreConnector`."""

    manifest = ConnectorManifest(
        slug="woocommerce",
        kind="store",
        title="WooCommerce",
        description="A store on WordPress with WooCommerce, by its REST API.",
        settings=WooCommerceSettings,
        acts=ACTS,
        kinds=("order", "product", "customer"),
    )

    def verify(
        self,
        settings: WooCommerceSettings,
        headers: Mapping[str, str],
        body: bytes,
        now: datetime,  # noqa: ARG002 - WooCommerce signs no time
    ) -> Delivery | None:
        """Gives the delivery of a genuine webhook, None for a ping; raises BadSignatureError."""
        return verify_delivery(settings, headers, body)

    def read(self, settings: WooCommerceSettings, delivery: Delivery, body: bytes) -> list[Change]:
        """Reads what a webhook says has changed, with the copy in it where that is complete."""
        return read_changes(settings, delivery, body)

    def answer(
        self,
        settings: WooCommerceSettings,  # noqa: ARG002 - WooCommerce asks no question
        headers: Mapping[str, str],  # noqa: ARG002
        body: bytes,  # noqa: ARG002
    ) -> tuple[int, bytes] | None:
        """Gives nothing: WooCommerce is content with 200."""
        return None

    async def test(self, link: Link, settings: WooCommerceSettings) -> AsyncIterator[Step]:
        """Reaches the store, looks at what the key may do and at the webhooks."""
        session = Session(link, settings)
        fault = find_plain_fault(settings)
        yield Step("address", ok=not fault, detail=fault or "The connection is encrypted.")
        try:
            info = await describe_store(session)
            await ask(session, "GET", "orders", {"per_page": 1})
        except Failure as failure:
            yield Step("store", ok=False, detail=failure.reason)
            return
        yield Step("store", ok=True, detail=f"Connected to {info.name}, {info.currency}.")
        try:
            there = await list_all(session, "webhooks")
        except Failure as failure:
            yield Step("webhooks", ok=False, detail=failure.reason)
            return
        ours = [one for one in there if one["delivery_url"] == link.hook_url and one["status"] == "active"]
        missing = sorted(set(TOPICS) - {one["topic"] for one in ours})
        said = f"Missing or switched off: {', '.join(missing)}." if missing else "All webhooks come here."
        yield Step("webhooks", ok=not missing, detail=said)

    async def describe(self, link: Link, settings: WooCommerceSettings) -> StoreInfo:
        """Gives the store's name, currency and zone."""
        return await describe_store(Session(link, settings))

    async def subscribe(self, link: Link, settings: WooCommerceSettings) -> list[str]:
        """Makes sure of the webhooks and gives their topics."""
        return await subscribe_all(Session(link, settings))

    async def unsubscribe(self, link: Link, settings: WooCommerceSettings) -> None:
        """Ends the webhooks."""
        await unsubscribe_all(Session(link, settings))

    def pages(
        self,
        link: Link,
        settings: WooCommerceSettings,
        kind: Kind,
        *,
        position: dict[str, Any] | None,
        since: datetime | None,
    ) -> AsyncIterator[Page]:
        """Reads everything by the time of its creation, or what has changed since a time."""
        return read_pages(Session(link, settings), kind, position, since)

    async def fetch(
        self, link: Link, settings: WooCommerceSettings, kind: Kind, external_id: str
    ) -> AnySnapshot | None:
        """Gives something as it is now."""
        return await fetch_snapshot(Session(link, settings), kind, external_id)

    async def quote(
        self,
        link: Link,
        settings: WooCommerceSettings,
        intent: AnyIntent,
        target: StoreOrder | StoreSubscription | None,
    ) -> Quote | None:
        """Says what is left of an order to be refunded and whether its gateway can do it; reckons nothing else."""
        if isinstance(intent, RefundOrder) and isinstance(target, StoreOrder):
            return await refunds.quote_refund(Session(link, settings), intent, target)
        return None

    def steps(
        self,
        settings: WooCommerceSettings,
        intent: AnyIntent,
        target: StoreOrder | StoreSubscription | None,
    ) -> list[VendorStep]:
        """Gives the calls of an act, the money first."""
        return build_steps(settings, intent, target)

    async def perform(self, link: Link, settings: WooCommerceSettings, step: VendorStep, key: str) -> Effect:
        """Carries a step out."""
        if step.name not in _PERFORM:
            raise Refused(f"WooCommerce cannot do this: {step.name}.")
        return await _PERFORM[step.name](Session(link, settings), step.args, key)

    async def find_effect(
        self, link: Link, settings: WooCommerceSettings, step: VendorStep, key: str
    ) -> Effect | None:
        """Looks whether a step has been carried out."""
        if step.name not in _FIND:
            raise Refused(f"WooCommerce cannot do this: {step.name}.")
        return await _FIND[step.name](Session(link, settings), step.args, key)


CONNECTOR = WooCommerceConnector()
