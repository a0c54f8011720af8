"""Webhooks: asked for once, believed only when signed, read as what they are."""

from typing import Any

import msgspec
import pytest

from parley.commerce.connectors.woocommerce import CONNECTOR
from parley.commerce.connectors.woocommerce.hooks import TOPICS
from parley.commerce.connectors.woocommerce.tests.conftest import NOW, Store
from parley.commerce.model import StoreOrder
from parley.commerce.ports import BadSignatureError, Change, Delivery
from parley.kit.failures import Misconfigured, Refused
from tests.support.fakes.woocommerce import Hook, new_order


def take(store: Store, hook: Hook) -> Delivery | None:
    return CONNECTOR.verify(store.settings, hook.headers, hook.body, NOW)


def read(store: Store, hook: Hook) -> list[Change]:
    delivery = take(store, hook)
    assert delivery is not None
    return CONNECTOR.read(store.settings, delivery, hook.body)


async def subscribe(store: Store) -> list[str]:
    return await CONNECTOR.subscribe(store.link, store.settings)


async def test_webhooks_are_asked_for_once(store: Store) -> None:
    assert await subscribe(store) == sorted(TOPICS)
    assert await subscribe(store) == sorted(TOPICS)
    assert len(store.fake.shop.webhooks) == len(TOPICS)
    assert {one["secret"] for one in store.fake.shop.webhooks.values()} == {"hook-secret"}
    await CONNECTOR.unsubscribe(store.link, store.settings)
    await CONNECTOR.unsubscribe(store.link, store.settings)
    assert store.fake.shop.webhooks == {}


async def test_older_webhooks_are_mended_and_others_left_alone(store: Store) -> None:
    await subscribe(store)
    hooks = store.fake.shop.webhooks
    first, second, third = list(hooks.values())[:3]
    first["status"] = "disabled"
    second["delivery_url"] = "https://old.example/hooks/7"
    third["delivery_url"] = "https://other.example/elsewhere"
    hooks[9999] = {**first, "id": 9999}
    await subscribe(store)
    assert hooks[first["id"]]["status"] == "active"
    assert 9999 not in hooks
    assert second["id"] not in hooks
    assert third["id"] in hooks
    assert len(hooks) == len(TOPICS) + 1


async def test_a_secret_is_made_up_where_there_is_none(store: Store) -> None:
    store.settings.webhook_secret = ""
    await subscribe(store)
    made = store.link.secrets["webhook_secret"]
    assert len(made) > 30
    assert {one["secret"] for one in store.fake.shop.webhooks.values()} == {made}
    store.fake.tell("order.updated", store.orders[0])
    with pytest.raises(BadSignatureError):
        take(store, store.fake.outbox[-1])
    store.settings.webhook_secret = made
    assert take(store, store.fake.outbox[-1]) is not None


async def test_the_ping_of_a_new_webhook_is_harmless_and_nothing_else_unsigned_is(store: Store) -> None:
    await subscribe(store)
    ping = store.fake.outbox[0]
    assert ping.topic == ""
    assert take(store, ping) is None
    with pytest.raises(BadSignatureError):
        take(store, Hook("", ping.headers, b'{"id": 1}'))
    with pytest.raises(BadSignatureError):
        take(store, Hook("", {**ping.headers, "Content-Type": "application/json"}, ping.body))


async def test_one_changed_byte_is_refused(store: Store) -> None:
    await subscribe(store)
    store.fake.tell("order.updated", store.orders[0])
    hook = store.fake.outbox[-1]
    assert take(store, hook) is not None
    for at in (0, len(hook.body) // 2, len(hook.body) - 1):
        forged = bytearray(hook.body)
        forged[at] ^= 1
        with pytest.raises(BadSignatureError):
            take(store, Hook(hook.topic, hook.headers, bytes(forged)))
    without = {name: value for name, value in hook.headers.items() if name != "X-WC-Webhook-Topic"}
    with pytest.raises(BadSignatureError):
        take(store, Hook(hook.topic, without, hook.body))


async def test_a_repeated_delivery_is_the_same_and_two_of_one_second_are_not(store: Store) -> None:
    await subscribe(store)
    store.fake.outbox.clear()
    order = store.orders[0]
    store.fake.tell("order.updated", order)
    order["status"] = "completed"
    store.fake.tell("order.updated", order)
    first, second = store.fake.outbox
    assert first.headers["X-WC-Webhook-Delivery-ID"] == second.headers["X-WC-Webhook-Delivery-ID"]
    one, two, again = take(store, first), take(store, second), take(store, first)
    assert one is not None
    assert two is not None
    assert one == again
    assert one.key != two.key
    assert (one.topic, one.key.partition(":")[0]) == (
        "order.updated",
        first.headers["X-WC-Webhook-Delivery-ID"],
    )


async def test_a_complete_copy_comes_along_and_is_what_fetching_gives(store: Store) -> None:
    await subscribe(store)
    store.fake.tell("order.created", store.orders[0])
    store.fake.tell("customer.updated", store.fake.shop.customers[1])
    order, customer = (read(store, hook)[0] for hook in store.fake.outbox[-2:])
    assert order.snapshot == await store.order()
    assert customer.snapshot == await CONNECTOR.fetch(store.link, store.settings, "customer", "1")
    assert isinstance(order.snapshot, StoreOrder)
    assert not order.deleted


async def test_what_is_not_complete_in_the_body_is_fetched(store: Store) -> None:
    await subscribe(store)
    shop = store.fake.shop
    store.fake.acts.create_refund(store.orders[0], {"amount": "5.00"})
    store.fake.tell("order.updated", store.orders[0])
    store.fake.tell("product.updated", shop.products[1])
    store.fake.tell("product.updated", shop.variations[12])
    store.fake.tell("order.restored", new_order(store.fake, 2001))
    changes = [read(store, hook) for hook in store.fake.outbox[-4:]]
    assert changes.pop() == [Change(kind="order", external_id="2001")]
    assert changes == [
        [Change(kind="order", external_id="1001")],
        [Change(kind="product", external_id="1")],
        [Change(kind="product", external_id="1")],
    ]


@pytest.mark.parametrize(
    ("topic", "body", "expected"),
    [
        ("order.deleted", {"id": 5}, [Change(kind="order", external_id="5", deleted=True)]),
        ("product.deleted", {"id": 6}, [Change(kind="product", external_id="6", deleted=True)]),
        ("customer.deleted", {"id": 7}, [Change(kind="customer", external_id="7", deleted=True)]),
        (
            "order.updated",
            {"id": 5, "status": "trash"},
            [Change(kind="order", external_id="5", deleted=True)],
        ),
        ("order.restored", {"id": 5}, [Change(kind="order", external_id="5")]),
        ("coupon.created", {"id": 8}, []),
        ("action.woocommerce_add_to_cart", {"arg": 8}, []),
    ],
)
def test_topics(topic: str, body: dict[str, Any], expected: list[Change]) -> None:
    delivery = Delivery(key="k", topic=topic)
    assert CONNECTOR.read(_settings(), delivery, msgspec.json.encode(body)) == expected


@pytest.mark.parametrize("body", [b"", b"[]", b"{}", b"\xff", b'{"id":"x"}', b'{"id":1,"line_items":1}'])
def test_a_body_that_says_nothing_is_refused(body: bytes) -> None:
    with pytest.raises(Refused):
        CONNECTOR.read(_settings(), Delivery(key="k", topic="order.updated"), body)


def _settings() -> Any:
    return CONNECTOR.manifest.settings(address="https://a.example", key="k", secret="s")


async def test_the_connection_test_says_what_is_missing(store: Store) -> None:
    steps = [step async for step in CONNECTOR.test(store.link, store.settings)]
    assert [(step.name, step.ok) for step in steps] == [
        ("address", False),
        ("store", True),
        ("webhooks", False),
    ]
    await subscribe(store)
    assert [step.ok async for step in CONNECTOR.test(store.link, store.settings)][1:] == [True, True]
    store.settings.secret = "wrong"
    steps = [step async for step in CONNECTOR.test(store.link, store.settings)]
    assert (steps[-1].name, steps[-1].ok) == ("store", False)
    assert "signature" in steps[-1].detail


async def test_a_wrong_key_or_address_is_misconfigured(store: Store) -> None:
    store.settings.key = "ck_other"
    with pytest.raises(Misconfigured) as caught:
        await store.order()
    assert caught.value.field == "key"
    store.settings.address += "/elsewhere"
    with pytest.raises(Misconfigured) as caught:
        await store.order()
    assert caught.value.field == "address"
