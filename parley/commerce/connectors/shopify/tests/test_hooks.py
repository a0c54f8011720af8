"""Webhooks: genuine ones and others, what they say, and the subscriptions; the way into a store."""

import hmac
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import msgspec
import pytest

from parley.commerce.connectors.shopify import CONNECTOR
from parley.commerce.connectors.shopify.hooks import SUBSCRIPTION_TOPICS, TOPICS
from parley.commerce.connectors.shopify.oauth import build_install_url, exchange_code, verify_callback
from parley.commerce.connectors.shopify.settings import ShopifySettings, list_missing_scopes
from parley.commerce.connectors.shopify.tests.conftest import NOW, Store
from parley.commerce.ports import BadSignatureError, Change, Delivery
from parley.kit.failures import Misconfigured, Refused, Retry
from parley.kit.plugins import describe_settings, secret_names
from tests.support.fakes.shopify import CLIENT_ID, DOMAIN, SECRET, FakeShopify
from tests.support.fakes.shopify_oauth import Door

SETTINGS = ShopifySettings(shop=DOMAIN, api_secret=SECRET, client_id=CLIENT_ID)


def verify(headers: Mapping[str, str], body: bytes, settings: ShopifySettings = SETTINGS) -> Delivery:
    """The delivery; Shopify has no pings."""
    found = CONNECTOR.verify(settings, headers, body, NOW)
    assert found is not None
    return found


def test_shopifys_own_example_is_genuine() -> None:
    """From packages/shopify-api of Shopify/shopify-app-js, lib/webhooks/__tests__/validate.test.ts."""
    settings = ShopifySettings(shop="shop1.myshopify.io", api_secret="test_secret_key")
    headers = {
        "X-Shopify-Topic": "products/create",
        "X-Shopify-API-Version": "2023-01",
        "X-Shopify-Shop-Domain": "shop1.myshopify.io",
        "X-Shopify-Webhook-Id": "123456789",
        "X-Shopify-Hmac-Sha256": "B23tXN681gZ0qIWNRrgtzBE9XSDo5yaUu6wfmhu3a7g=",
    }
    assert verify(headers, b'{"foo": "bar"}', settings) == Delivery(key="123456789", topic="products/create")
    with pytest.raises(BadSignatureError):
        verify(headers, b'{"foo": "baz"}', settings)


def test_every_byte_and_every_header_counts() -> None:
    hook = FakeShopify().sign("orders/updated", b'{"id": 1}')
    delivery = verify(hook.headers, hook.body)
    assert delivery.key == hook.headers["X-Shopify-Webhook-Id"]
    assert delivery.at == datetime.fromisoformat(hook.headers["X-Shopify-Triggered-At"])
    lowered = {name.lower(): value for name, value in hook.headers.items()}
    assert verify(lowered, hook.body) == delivery
    for at in range(len(hook.body)):
        changed = hook.body[:at] + bytes([hook.body[at] ^ 1]) + hook.body[at + 1 :]
        with pytest.raises(BadSignatureError):
            verify(hook.headers, changed)
    for name in ("Topic", "Hmac-Sha256", "Shop-Domain", "API-Version", "Webhook-Id"):
        less = {key: value for key, value in hook.headers.items() if key != f"X-Shopify-{name}"}
        with pytest.raises(BadSignatureError):
            verify(less, hook.body)
    with pytest.raises(BadSignatureError):
        verify(hook.headers, b"")
    with pytest.raises(BadSignatureError, match="another store"):
        verify({**hook.headers, "X-Shopify-Shop-Domain": "other.myshopify.com"}, hook.body)
    with pytest.raises(BadSignatureError):
        verify(hook.headers, hook.body, ShopifySettings(shop=DOMAIN))


ORDER = Change(kind="order", external_id="gid://shopify/Order/5")
PRODUCT = Change(kind="product", external_id="gid://shopify/Product/6")
PERSON = Change(kind="customer", external_id="gid://shopify/Customer/7")
CONTRACT = Change(kind="subscription", external_id="gid://shopify/SubscriptionContract/8")


@pytest.mark.parametrize(
    ("topic", "body", "changes"),
    [
        ("orders/create", {"id": 5, "admin_graphql_api_id": "gid://shopify/Order/5"}, [ORDER]),
        ("orders/updated", {"id": 5}, [ORDER]),
        ("orders/delete", {"id": 5}, [msgspec.structs.replace(ORDER, deleted=True)]),
        ("orders/edited", {"order_edit": {"id": 1, "order_id": 5}}, [ORDER]),
        ("refunds/create", {"id": 9, "order_id": 5}, [ORDER]),
        ("fulfillments/update", {"id": 9, "order_id": 5}, [ORDER]),
        ("fulfillment_events/create", {"id": 9, "order_id": 5}, [ORDER]),
        ("order_transactions/create", {"id": 9, "order_id": 5}, [ORDER]),
        (
            "returns/approve",
            {"id": 9, "order": {"id": 5, "admin_graphql_api_id": "gid://shopify/Order/5"}},
            [ORDER],
        ),
        ("products/update", {"id": 6}, [PRODUCT]),
        ("products/delete", {"id": 6}, [msgspec.structs.replace(PRODUCT, deleted=True)]),
        ("variants/out_of_stock", {"id": 9, "product_id": 6}, [PRODUCT]),
        ("customers/update", {"id": 7}, [PERSON]),
        ("customers/delete", {"id": 7}, [msgspec.structs.replace(PERSON, deleted=True)]),
        ("customers/redact", {"customer": {"id": 7}}, [msgspec.structs.replace(PERSON, deleted=True)]),
        ("customers/data_request", {"customer": {"id": 7}}, []),
        (
            "customers/merge",
            {
                "admin_graphql_api_customer_kept_id": "gid://shopify/Customer/7",
                "admin_graphql_api_customer_deleted_ids": ["gid://shopify/Customer/70"],
            },
            [PERSON, Change(kind="customer", external_id="gid://shopify/Customer/70", deleted=True)],
        ),
        (
            "subscription_contracts/update",
            {"admin_graphql_api_id": CONTRACT.external_id, "id": 8},
            [CONTRACT],
        ),
        ("subscription_billing_cycles/skip", {"subscription_contract_id": 8}, [CONTRACT]),
        (
            "app/uninstalled",
            {"id": 1, "myshopify_domain": DOMAIN},
            [Change(kind="uninstalled", external_id=DOMAIN)],
        ),
        ("themes/publish", {"id": 1}, []),
    ],
)
def test_what_webhooks_say(topic: str, body: dict[str, Any], changes: list[Change]) -> None:
    delivery = Delivery(key="k", topic=topic)
    assert CONNECTOR.read(SETTINGS, delivery, msgspec.json.encode(body)) == changes


@pytest.mark.parametrize("body", [b"", b"[]", b"{", b"{}", b'{"order": 4}', b"\xff"])
@pytest.mark.parametrize(
    "topic", ["orders/updated", "refunds/create", "customers/merge", "variants/in_stock"]
)
def test_what_cannot_be_understood_is_refused(topic: str, body: bytes) -> None:
    with pytest.raises(Refused):
        CONNECTOR.read(SETTINGS, Delivery(key="k", topic=topic), body)


async def test_subscribing_twice_is_subscribing_once(store: Store) -> None:
    topics = await CONNECTOR.subscribe(store.link, store.settings)
    assert topics == sorted((*TOPICS, *SUBSCRIPTION_TOPICS))
    made = dict(store.fake.shop.webhooks)
    assert await CONNECTOR.subscribe(store.link, store.settings) == topics
    assert store.fake.shop.webhooks == made
    store.link.hook_url = "https://new.example/hooks/7"
    assert await CONNECTOR.subscribe(store.link, store.settings) == topics
    assert {one["uri"] for one in store.fake.shop.webhooks.values()} == {store.link.hook_url}
    await CONNECTOR.unsubscribe(store.link, store.settings)
    await CONNECTOR.unsubscribe(store.link, store.settings)
    assert store.fake.shop.webhooks == {}


async def test_topics_without_their_scope_are_left_out(store: Store) -> None:
    store.fake.shop.denied = {"RETURNS", "SUBSCRIPTION"}
    topics = await CONNECTOR.subscribe(store.link, store.settings)
    assert topics == sorted(topic for topic in TOPICS if not topic.startswith("RETURNS"))
    store.fake.shop.webhooks.clear()
    store.fake.shop.denied = {"ORDERS"}
    with pytest.raises(Misconfigured):
        await CONNECTOR.subscribe(store.link, store.settings)


async def test_a_change_at_the_store_comes_as_a_genuine_webhook(store: Store) -> None:
    await CONNECTOR.subscribe(store.link, store.settings)
    store.fake.shop.touch(store.orders[0])
    hook = store.fake.outbox[-1]
    delivery = verify(hook.headers, hook.body)
    assert CONNECTOR.read(SETTINGS, delivery, hook.body) == [
        Change(kind="order", external_id=store.orders[0].id)
    ]
    assert CONNECTOR.answer(SETTINGS, hook.headers, hook.body) is None


def callback(**changes: str) -> dict[str, str]:
    """The query of a genuine callback, with changes made before it is signed."""
    query = {"code": "good-code", "shop": DOMAIN, "state": "s1", "timestamp": "1", "host": "YWI", **changes}
    message = urlencode(sorted(query.items()))
    return {**query, "hmac": hmac.digest(SECRET.encode(), message.encode(), "sha256").hex()}


def test_a_callback_is_genuine_or_refused() -> None:
    assert verify_callback(SETTINGS, callback(), "s1") == "good-code"
    for query in (
        {**callback(), "code": "bad"},
        {**callback(), "extra": "1"},
        {**callback(), "hmac": ""},
        callback(state="s2"),
        callback(shop="evil.example"),
        callback(shop="other.myshopify.com"),
        callback(code=""),
    ):
        with pytest.raises(Refused):
            verify_callback(SETTINGS, query, "s1")
    with pytest.raises(Refused):
        verify_callback(ShopifySettings(shop=DOMAIN), callback(), "s1")


# The example of Shopify's documentation, with the secret "hush".
EXAMPLE = {
    "code": "0907a61c0c8d55e99db179b68161bc00",
    "hmac": "700e2dadb827fcc8609e9d5ce208b2e9cdaab9df07390d2cbca10d7c328fc4bf",
    "shop": "some-shop.myshopify.com",
    "state": "0.6784241404160823",
    "timestamp": "1337178173",
}


def test_the_published_example_is_genuine_and_one_changed_byte_is_not() -> None:
    settings = ShopifySettings(shop=EXAMPLE["shop"], api_secret="hush", client_id=CLIENT_ID)
    assert verify_callback(settings, EXAMPLE, EXAMPLE["state"]) == EXAMPLE["code"]
    unsigned = {name: value for name, value in EXAMPLE.items() if name != "hmac"}
    # The fake signs as the example is signed, so that its callbacks prove something.
    assert Door(EXAMPLE["shop"], CLIENT_ID, "hush").sign(unsigned) == EXAMPLE
    for name, value in EXAMPLE.items():
        for at in range(len(value)):
            changed = f"{value[:at]}{'x' if value[at] != 'x' else 'y'}{value[at + 1 :]}"
            with pytest.raises(Refused):
                verify_callback(settings, {**EXAMPLE, name: changed}, EXAMPLE["state"])


def test_installing_needs_an_app() -> None:
    for missing in ("client_id", "api_secret"):
        settings = msgspec.structs.replace(SETTINGS, **{missing: ""})
        with pytest.raises(Misconfigured) as failure:
            build_install_url(settings, "https://desk.example/back", "s1")
        assert failure.value.field == missing
    # A gateway for the API is no place for a person to sign in.
    behind = msgspec.structs.replace(SETTINGS, api_address="https://gateway.example")
    url = build_install_url(behind, "https://desk.example/back", "s1")
    assert url.startswith(f"https://{DOMAIN}/admin/oauth/authorize?")


async def test_a_code_becomes_a_token(store: Store) -> None:
    url = urlsplit(build_install_url(SETTINGS, "https://desk.example/back", "s1"))
    query = parse_qs(url.query)
    assert (url.netloc, query["state"], query["client_id"]) == (DOMAIN, ["s1"], [CLIENT_ID])
    assert "write_returns" in query["scope"][0].split(",")
    granted = await exchange_code(store.link, store.settings, "good-code")
    assert granted == ["write_orders", "read_products"]
    store.settings.access_token = store.link.secrets["access_token"]
    await store.order()
    with pytest.raises(Misconfigured):
        await exchange_code(store.link, store.settings, "good-code")


async def test_an_expired_token_is_renewed_by_client_id_and_secret(store: Store) -> None:
    store.fake.tokens.clear()
    await store.order()
    assert store.link.secrets["access_token"] in store.fake.tokens
    store.settings.access_token = ""
    await store.order()
    store.fake.faults.add("silence_after", "access_token")
    with pytest.raises(Retry) as unheard:
        await store.order()
    assert not unheard.value.uncertain
    store.settings.api_secret = "wrong"
    with pytest.raises(Misconfigured) as caught:
        await store.order()
    assert caught.value.field == "api_secret"


def test_settings_become_a_form() -> None:
    assert secret_names(CONNECTOR.manifest) == {"access_token", "api_secret"}
    fields = {field.name: field for field in describe_settings(CONNECTOR.manifest)}
    assert fields["api_version"].default == "2026-07"
    assert [name for name, field in fields.items() if field.required] == ["shop"]
    granted = ["write_products", "write_orders"]
    missing = list_missing_scopes(SETTINGS, granted)
    assert "read_products" not in missing
    assert "read_customers" in missing
