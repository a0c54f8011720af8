"""Shopify's webhooks: which are asked for, whether one is genuine, and what it says has changed.

Source: Shopify, "Webhooks: verify deliveries"; the bodies are those of the REST resources.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

import msgspec

from parley.commerce.connectors.shopify.client import Session, ask, check_errors
from parley.commerce.connectors.shopify.fetching import collect
from parley.commerce.connectors.shopify.mapping import Node, build_gid, read_time
from parley.commerce.connectors.shopify.settings import ShopifySettings
from parley.commerce.ports import BadSignatureError, Change, Delivery
from parley.kit.failures import Misconfigured, Refused
from parley.kit.signatures import is_shopify

TOPICS = (
    "ORDERS_CREATE",
    "ORDERS_UPDATED",
    "ORDERS_EDITED",
    "ORDERS_PAID",
    "ORDERS_CANCELLED",
    "ORDERS_FULFILLED",
    "ORDERS_PARTIALLY_FULFILLED",
    "ORDERS_DELETE",
    "ORDER_TRANSACTIONS_CREATE",
    "REFUNDS_CREATE",
    "FULFILLMENTS_CREATE",
    "FULFILLMENTS_UPDATE",
    "FULFILLMENT_EVENTS_CREATE",
    "RETURNS_REQUEST",
    "RETURNS_APPROVE",
    "RETURNS_DECLINE",
    "RETURNS_CANCEL",
    "RETURNS_CLOSE",
    "RETURNS_REOPEN",
    "RETURNS_UPDATE",
    "PRODUCTS_CREATE",
    "PRODUCTS_UPDATE",
    "PRODUCTS_DELETE",
    "VARIANTS_IN_STOCK",
    "VARIANTS_OUT_OF_STOCK",
    "CUSTOMERS_CREATE",
    "CUSTOMERS_UPDATE",
    "CUSTOMERS_DELETE",
    "CUSTOMERS_MERGE",
    "APP_UNINSTALLED",
)
SUBSCRIPTION_TOPICS = (
    "SUBSCRIPTION_CONTRACTS_CREATE",
    "SUBSCRIPTION_CONTRACTS_UPDATE",
    "SUBSCRIPTION_CONTRACTS_ACTIVATE",
    "SUBSCRIPTION_CONTRACTS_PAUSE",
    "SUBSCRIPTION_CONTRACTS_CANCEL",
    "SUBSCRIPTION_CONTRACTS_EXPIRE",
    "SUBSCRIPTION_CONTRACTS_FAIL",
    "SUBSCRIPTION_BILLING_CYCLES_SKIP",
    "SUBSCRIPTION_BILLING_CYCLES_UNSKIP",
    "SUBSCRIPTION_BILLING_ATTEMPTS_SUCCESS",
    "SUBSCRIPTION_BILLING_ATTEMPTS_FAILURE",
)
# Without these the mirror would not follow the store.
_NEEDED = "ORDERS_UPDATED"
_HEADERS = (
    "x-shopify-topic",
    "x-shopify-hmac-sha256",
    "x-shopify-shop-domain",
    "x-shopify-api-version",
    "x-shopify-webhook-id",
)
# Resources whose bodies name the order they belong to.
_OF_ORDERS = frozenset({"refunds", "fulfillments", "fulfillment_events", "order_transactions", "returns"})


def verify_delivery(settings: ShopifySettings, headers: Mapping[str, str], body: bytes) -> Delivery:
    """Gives the delivery of a genuine webhook; raises BadSignatureError when a header, the store or the HMAC is wrong."""
    given = {name.lower(): value for name, value in headers.items()}
    if not body or any(not given.get(name) for name in _HEADERS):
        raise BadSignatureError("a webhook of Shopify has a body and five headers")
    if not is_shopify(settings.api_secret, body, given["x-shopify-hmac-sha256"]):
        raise BadSignatureError("the signature is wrong")
    if given["x-shopify-shop-domain"].lower() != settings.shop.lower():
        raise BadSignatureError("the webhook is another store's")
    return Delivery(
        key=given["x-shopify-webhook-id"],
        topic=given["x-shopify-topic"],
        at=_time_or_none(given.get("x-shopify-triggered-at")),
    )


def _time_or_none(text: str | None) -> datetime | None:
    try:
        return read_time(text)
    except Refused:
        return None


def read_changes(delivery: Delivery, body: bytes) -> list[Change]:
    """Reads what a webhook says has changed; raises Refused when the body names nothing."""
    try:
        said = msgspec.json.decode(body, type=dict[str, Any])
    except (msgspec.DecodeError, UnicodeDecodeError) as failure:
        raise Refused("The webhook is no JSON object.") from failure
    resource, _, event = delivery.topic.lower().partition("/")
    try:
        return _changes_of(resource, event, said)
    except (KeyError, TypeError) as failure:
        raise Refused("The webhook does not say what it is about.") from failure


def _changes_of(resource: str, event: str, said: Node) -> list[Change]:
    gone = event in {"delete", "redact"}
    if resource == "orders" or resource in _OF_ORDERS:
        return [_change("order", "Order", _order_of(resource, said), deleted=gone and resource == "orders")]
    if resource == "products":
        return [_change("product", "Product", said, deleted=gone)]
    if resource == "variants":
        return [_change("product", "Product", {"id": said["product_id"]})]
    if resource == "customers":
        return _customers_in(event, said, gone=gone)
    if resource == "subscription_contracts":
        return [_change("subscription", "SubscriptionContract", said)]
    if resource in {"subscription_billing_cycles", "subscription_billing_attempts"}:
        return [_change("subscription", "SubscriptionContract", {"id": said["subscription_contract_id"]})]
    if (resource, event) == ("app", "uninstalled"):
        return [Change(kind="uninstalled", external_id=str(said.get("myshopify_domain") or said["id"]))]
    return []


def _change(kind: Any, type_name: str, node: Node, *, deleted: bool = False) -> Change:
    gid = node.get("admin_graphql_api_id") or build_gid(type_name, node["id"])
    return Change(kind=kind, external_id=str(gid), deleted=deleted)


def _order_of(resource: str, said: Node) -> Node:
    if "order_edit" in said:
        return {"id": said["order_edit"]["order_id"]}
    if resource == "orders":
        return said
    order = said.get("order")
    return order if isinstance(order, dict) else {"id": said["order_id"]}


def _customers_in(event: str, said: Node, *, gone: bool) -> list[Change]:
    if event == "merge":
        lost = said["admin_graphql_api_customer_deleted_ids"]
        return [
            Change(kind="customer", external_id=str(said["admin_graphql_api_customer_kept_id"])),
            *(Change(kind="customer", external_id=str(gid), deleted=True) for gid in lost),
        ]
    if event == "data_request":
        return []
    return [_change("customer", "Customer", said["customer"] if event == "redact" else said, deleted=gone)]


async def subscribe_all(session: Session) -> list[str]:
    """Asks for all webhooks that are not asked for yet, and ends those that went to an older address of ours."""
    hook_url = session.link.hook_url
    there = await collect(session, "webhooks", "webhookSubscriptions", {"first": 100})
    have = {one["topic"] for one in there if one["uri"] == hook_url}
    for topic in _list_topics(session.settings):
        if topic not in have and await _subscribe_one(session, topic, hook_url):
            have.add(topic)
    for one in there:
        if one["uri"] != hook_url and urlsplit(one["uri"]).path == urlsplit(hook_url).path:
            await ask(session, "webhook_delete", {"id": one["id"]})
    return sorted(have)


def _list_topics(settings: ShopifySettings) -> tuple[str, ...]:
    return (*TOPICS, *(SUBSCRIPTION_TOPICS if settings.subscriptions else ()))


async def _subscribe_one(session: Session, topic: str, hook_url: str) -> bool:
    """A topic whose scope the app lacks is left out, except for the one that everything hangs on."""
    asked = {"topic": topic, "webhook": {"uri": hook_url, "format": "JSON"}}
    try:
        answer = await ask(session, "webhook_create", asked)
        check_errors(answer["webhookSubscriptionCreate"])
    except (Refused, Misconfigured):
        if topic == _NEEDED:
            raise
        return False
    return True


async def unsubscribe_all(session: Session) -> None:
    """Ends the webhooks that come to this connection."""
    path = urlsplit(session.link.hook_url).path
    for one in await collect(session, "webhooks", "webhookSubscriptions", {"first": 100}):
        if urlsplit(one["uri"]).path == path:
            await ask(session, "webhook_delete", {"id": one["id"]})
