"""WooCommerce's webhooks: which are asked for, whether one is genuine, and what it says has changed.

Source: WooCommerce REST API documentation, "Webhooks"; the bodies are those of the REST resources.
"""

import hashlib
import secrets
from collections.abc import Mapping
from typing import Any, Literal
from urllib.parse import urlsplit

import msgspec

from parley.commerce.connectors.woocommerce.client import Session, ask
from parley.commerce.connectors.woocommerce.fetching import list_all
from parley.commerce.connectors.woocommerce.mapping import Node, build_customer
from parley.commerce.connectors.woocommerce.orders import NO_ORDER, build_order
from parley.commerce.connectors.woocommerce.settings import WooCommerceSettings, build_base_url
from parley.commerce.model import AnySnapshot
from parley.commerce.ports import BadSignatureError, Change, Delivery
from parley.kit.failures import Refused
from parley.kit.signatures import is_woocommerce, is_woocommerce_ping

TOPICS = (
    "order.created",
    "order.updated",
    "order.deleted",
    "order.restored",
    "product.created",
    "product.updated",
    "product.deleted",
    "product.restored",
    "customer.created",
    "customer.updated",
    "customer.deleted",
)
_KINDS: dict[str, Literal["order", "product", "customer"]] = {
    "order": "order",
    "product": "product",
    "customer": "customer",
}


def verify_delivery(
    settings: WooCommerceSettings, headers: Mapping[str, str], body: bytes
) -> Delivery | None:
    """Gives the delivery of a genuine webhook, None for the ping of a new one; raises BadSignatureError.

    WooCommerce makes the id of a delivery of the webhook and the second, so that several changes of one second share
    it; what they say belongs to the key.
    """
    given = {name.lower(): value for name, value in headers.items()}
    signature = given.get("x-wc-webhook-signature", "")
    if not signature and is_woocommerce_ping(given.get("content-type", ""), body):
        return None
    topic, delivery = given.get("x-wc-webhook-topic", ""), given.get("x-wc-webhook-delivery-id", "")
    if not is_woocommerce(settings.webhook_secret, body, signature):
        raise BadSignatureError("the signature is wrong")
    if not topic or not delivery:
        raise BadSignatureError("a webhook of WooCommerce names its topic and its delivery")
    return Delivery(key=f"{delivery}:{hashlib.sha256(body).hexdigest()[:16]}", topic=topic)


def read_changes(settings: WooCommerceSettings, delivery: Delivery, body: bytes) -> list[Change]:
    """Reads what a webhook says has changed; raises Refused when the body names nothing.

    A copy that is complete in the body comes with it; an order with refunds, and any product, is fetched.
    """
    resource, _, event = delivery.topic.partition(".")
    kind = _KINDS.get(resource)
    if kind is None:
        return []
    try:
        said = msgspec.json.decode(body, type=dict[str, Any])
    except (msgspec.DecodeError, UnicodeDecodeError) as failure:
        raise Refused("The webhook is no JSON object.") from failure
    try:
        external_id = str(int(said["id"]))
        if kind == "product" and said.get("type") == "variation" and said.get("parent_id"):
            return [Change(kind=kind, external_id=str(int(said["parent_id"])))]
        gone = event == "deleted" or said.get("status") in NO_ORDER
        # What comes back from the bin may look as it did before, so that only the store can say that it is there.
        snapshot = None if gone or event == "restored" else _copy_of(settings, kind, said)
    except (KeyError, TypeError, ValueError, AttributeError) as failure:
        raise Refused("The webhook does not say what it is about.") from failure
    return [Change(kind=kind, external_id=external_id, deleted=gone, snapshot=snapshot)]


def _copy_of(settings: WooCommerceSettings, kind: str, said: Node) -> AnySnapshot | None:
    if kind == "order" and "line_items" in said and not said["refunds"]:
        return build_order(said, [], build_base_url(settings))
    if kind == "customer" and "email" in said:
        return build_customer(said)
    return None


async def subscribe_all(session: Session) -> list[str]:
    """Makes sure of the webhooks, ends those that went to an older address of ours, and gives the topics.

    A secret is made up where there is none. WooCommerce never shows a secret again and switches webhooks off that
    failed five times, so those that are there are given the secret and switched on.
    """
    hook_url = session.link.hook_url
    secret = session.settings.webhook_secret
    if not secret:
        secret = secrets.token_urlsafe(32)
        await session.link.save_secret("webhook_secret", secret)
    have: set[str] = set()
    for one in await list_all(session, "webhooks"):
        if not _is_ours(one, hook_url):
            continue
        if one["delivery_url"] != hook_url or one["topic"] in have or one["topic"] not in TOPICS:
            await _end(session, one)
            continue
        await ask(session, "PUT", f"webhooks/{one['id']}", body={"status": "active", "secret": secret})
        have.add(one["topic"])
    for topic in TOPICS:
        if topic not in have:
            body = {
                "name": f"Parley: {topic}",
                "topic": topic,
                "delivery_url": hook_url,
                "secret": secret,
                "status": "active",
            }
            await ask(session, "POST", "webhooks", body=body)
            have.add(topic)
    return sorted(have)


async def unsubscribe_all(session: Session) -> None:
    """Ends the webhooks that come to this connection."""
    for one in await list_all(session, "webhooks"):
        if _is_ours(one, session.link.hook_url):
            await _end(session, one)


def _is_ours(webhook: Node, hook_url: str) -> bool:
    return urlsplit(webhook["delivery_url"]).path == urlsplit(hook_url).path


async def _end(session: Session, webhook: Node) -> None:
    await ask(session, "DELETE", f"webhooks/{webhook['id']}", {"force": True})
