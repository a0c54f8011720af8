"""Shopify: orders, products, customers and subscriptions by the Admin GraphQL API, and what can be done to them."""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from datetime import datetime
from functools import partial
from typing import Any

from parley.commerce.connectors.shopify.acting import editing, refunds, returning, selling, subscribing
from parley.commerce.connectors.shopify.acting.steps import ACTS, build_steps
from parley.commerce.connectors.shopify.backfill import read_pages
from parley.commerce.connectors.shopify.client import Session, ask
from parley.commerce.connectors.shopify.fetching import collect, fetch_snapshot
from parley.commerce.connectors.shopify.hooks import (
    read_changes,
    subscribe_all,
    unsubscribe_all,
    verify_delivery,
)
from parley.commerce.connectors.shopify.mapping import build_info
from parley.commerce.connectors.shopify.oauth import build_install_url, exchange_code, verify_callback
from parley.commerce.connectors.shopify.settings import ShopifySettings, list_missing_scopes
from parley.commerce.intents import AnyIntent, EditOrder, RefundOrder
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
from parley.kit.failures import Failure, Misconfigured, Refused

Performer = Callable[[Session, dict[str, Any], str], Awaitable[Effect]]
Finder = Callable[[Session, dict[str, Any], str], Awaitable[Effect | None]]


async def _set_status(act: str, session: Session, args: dict[str, Any], _key: str) -> Effect:
    return await subscribing.set_status(session, act, args)


async def _find_status(act: str, session: Session, args: dict[str, Any], _key: str) -> Effect | None:
    return await subscribing.find_status(session, act, args)


_PERFORM: dict[str, Performer] = {
    "edit": editing.edit_order,
    "address": editing.change_address,
    "cancel": editing.cancel_order,
    "refund": refunds.refund_order,
    "duplicate": selling.duplicate_order,
    "draft": selling.create_draft,
    "discount": selling.create_discount,
    "return": returning.open_return,
    "skip": subscribing.skip_delivery,
    "swap": subscribing.swap_variant,
    "date": subscribing.change_date,
    **{act: partial(_set_status, act) for act in ("pause", "resume", "end")},
}
_FIND: dict[str, Finder] = {
    "edit": editing.find_edit,
    "address": editing.find_address,
    "cancel": editing.find_cancellation,
    "refund": refunds.find_refund,
    "duplicate": selling.find_duplicate,
    "draft": selling.find_draft,
    "discount": selling.find_discount,
    "return": returning.find_return,
    "skip": subscribing.find_skip,
    "swap": subscribing.find_swap,
    "date": subscribing.find_date,
    **{act: partial(_find_status, act) for act in ("pause", "resume", "end")},
}


class ShopifyConnector:
    """The plug-in; every method is described in `StoreConnector`."""

    manifest = ConnectorManifest(
        slug="shopify",
        kind="store",
        title="Shopify",
        description="A store at Shopify, by its Admin API.",
        settings=ShopifySettings,
        acts=ACTS,
        kinds=("order", "product", "customer", "subscription"),
        oauth=True,
    )

    def verify(
        self,
        settings: ShopifySettings,
        headers: Mapping[str, str],
        body: bytes,
        now: datetime,  # noqa: ARG002 - Shopify signs no time
    ) -> Delivery | None:
        """Gives the delivery of a genuine webhook; raises BadSignatureError."""
        return verify_delivery(settings, headers, body)

    def read(self, settings: ShopifySettings, delivery: Delivery, body: bytes) -> list[Change]:  # noqa: ARG002
        """Reads what a webhook says has changed, always without a snapshot."""
        return read_changes(delivery, body)

    def answer(
        self,
        settings: ShopifySettings,  # noqa: ARG002 - Shopify asks no question
        headers: Mapping[str, str],  # noqa: ARG002
        body: bytes,  # noqa: ARG002
    ) -> tuple[int, bytes] | None:
        """Gives nothing: Shopify is content with 200."""
        return None

    async def test(self, link: Link, settings: ShopifySettings) -> AsyncIterator[Step]:
        """Reaches the store, looks at the app's rights and at its webhooks."""
        session = Session(link, settings)
        try:
            found = await ask(session, "shop")
        except Failure as failure:
            yield Step("store", ok=False, detail=failure.reason)
            return
        yield Step("store", ok=True, detail=f"Connected to {found['shop']['name']}.")
        granted = [scope["handle"] for scope in found["currentAppInstallation"]["accessScopes"]]
        missing = list_missing_scopes(settings, granted)
        said = f"Missing: {', '.join(missing)}." if missing else "The app may do everything that is needed."
        yield Step("rights", ok=not missing, detail=said)
        secret = bool(settings.api_secret)
        yield Step(
            "secret",
            ok=secret,
            detail="Webhooks can be checked."
            if secret
            else "Without the API secret key no webhook is believed.",
        )
        try:
            there = await collect(session, "webhooks", "webhookSubscriptions", {"first": 100})
        except Failure as failure:
            yield Step("webhooks", ok=False, detail=failure.reason)
            return
        count = sum(one["uri"] == link.hook_url for one in there)
        yield Step("webhooks", ok=count > 0, detail=f"{count} webhooks come here.")

    async def describe(self, link: Link, settings: ShopifySettings) -> StoreInfo:
        """Gives the store's name, currency and zone; its languages where the app may see them."""
        session = Session(link, settings)
        shop = (await ask(session, "shop"))["shop"]
        try:
            locales = (await ask(session, "shop_locales"))["shopLocales"]
        except Misconfigured:
            locales = []
        primary_first = sorted(locales, key=lambda one: not one["primary"])
        return build_info(shop, [one["locale"] for one in primary_first])

    async def subscribe(self, link: Link, settings: ShopifySettings) -> list[str]:
        """Makes sure of the webhooks and gives their topics."""
        return await subscribe_all(Session(link, settings))

    async def unsubscribe(self, link: Link, settings: ShopifySettings) -> None:
        """Ends the webhooks."""
        await unsubscribe_all(Session(link, settings))

    def build_install_url(self, settings: ShopifySettings, redirect_url: str, state: str) -> str:
        """Gives the address at which a person lets the app into the store."""
        return build_install_url(settings, redirect_url, state)

    def verify_install(self, settings: ShopifySettings, query: Mapping[str, str], state: str) -> str:
        """Gives the code of a genuine callback of this store."""
        return verify_callback(settings, query, state)

    async def exchange_code(self, link: Link, settings: ShopifySettings, code: str) -> None:
        """Turns the code into an access token without an end."""
        await exchange_code(link, settings, code)

    def is_same_store(self, settings: ShopifySettings, other: ShopifySettings) -> bool:
        """Says whether both are about one shop."""
        return settings.shop.lower() == other.shop.lower()

    def pages(
        self,
        link: Link,
        settings: ShopifySettings,
        kind: Kind,
        *,
        position: dict[str, Any] | None,
        since: datetime | None,
    ) -> AsyncIterator[Page]:
        """Reads everything by a bulk operation, or what has changed since a time by paged queries."""
        return read_pages(Session(link, settings, patience=120.0), kind, position, since)

    async def fetch(
        self, link: Link, settings: ShopifySettings, kind: Kind, external_id: str
    ) -> AnySnapshot | None:
        """Gives something as it is now."""
        return await fetch_snapshot(Session(link, settings), kind, external_id)

    async def quote(
        self,
        link: Link,
        settings: ShopifySettings,
        intent: AnyIntent,
        target: StoreOrder | StoreSubscription | None,
    ) -> Quote | None:
        """Asks Shopify what a refund or an edit would come to."""
        if isinstance(intent, RefundOrder):
            args = build_steps(intent, target)[0].args
            return await refunds.quote_refund(Session(link, settings), intent, args)
        if isinstance(intent, EditOrder):
            return await editing.quote_edit(Session(link, settings), build_steps(intent, target)[0].args)
        return None

    def steps(
        self,
        settings: ShopifySettings,  # noqa: ARG002 - the same for all stores
        intent: AnyIntent,
        target: StoreOrder | StoreSubscription | None,
    ) -> list[VendorStep]:
        """Gives one step per act; what it takes inside is safe to repeat."""
        return build_steps(intent, target)

    async def perform(self, link: Link, settings: ShopifySettings, step: VendorStep, key: str) -> Effect:
        """Carries a step out."""
        if step.name not in _PERFORM:
            raise Refused(f"Shopify cannot do this: {step.name}.")
        return await _PERFORM[step.name](Session(link, settings), step.args, key)

    async def find_effect(
        self, link: Link, settings: ShopifySettings, step: VendorStep, key: str
    ) -> Effect | None:
        """Looks whether a step has been carried out."""
        if step.name not in _FIND:
            raise Refused(f"Shopify cannot do this: {step.name}.")
        return await _FIND[step.name](Session(link, settings), step.args, key)


CONNECTOR = ShopifyConnector()
