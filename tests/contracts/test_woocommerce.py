"""Our WooCommerce connector and its fake against what a real shop (10.3.0) describes, answers and posts."""

import base64
import json
from collections.abc import AsyncIterator
from contextlib import suppress
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from parley.commerce.connectors.woocommerce import CONNECTOR
from parley.commerce.connectors.woocommerce.hooks import TOPICS
from parley.commerce.connectors.woocommerce.mapping import build_customer, build_product
from parley.commerce.connectors.woocommerce.orders import STATUSES, build_order
from parley.commerce.connectors.woocommerce.settings import WooCommerceSettings
from parley.commerce.connectors.woocommerce.tests.conftest import Store, TestLink
from parley.commerce.connectors.woocommerce.tests.test_acts import ADDRESS, intents, shirt_of
from parley.commerce.intents import (
    CancelOrder,
    CreateDiscount,
    CreateDraft,
    DuplicateOrder,
    EditOrder,
    NewLine,
    RefundOrder,
)
from parley.commerce.model import Kind, Pieces, StoreCustomer, StoreOrder, StoreVariant
from parley.commerce.ports import BadSignatureError, Change
from parley.kit.failures import Refused
from tests.support.fakes.woocommerce import fill, new_order, woocommerce
from tests.support.woocommerce_rules import Rules, load_rules

pytestmark = pytest.mark.contracts
NOW = datetime(2026, 11, 22, tzinfo=UTC)
SETTINGS = WooCommerceSettings(
    address="http://127.0.0.1:8088", key="ck", secret="cs", webhook_secret="hook-secret"
)
_SHOWN = {
    "orders": "orders",
    "products": "products",
    "customers": "customers",
    "coupons": "coupons",
    "webhooks": "webhooks",
}


class Judge:
    """Holds every exchange between the connector and the fake against the rules."""

    def __init__(self, rules: Rules) -> None:
        self.rules = rules
        self.wrong: list[str] = []
        self.seen: set[str] = set()

    def __call__(
        self, method: str, path: str, query: dict[str, str], body: Any, status: int, answer: Any
    ) -> None:
        """Notes what is wrong."""
        found = self.rules.check_request(method, path, query, body)
        kind = self._kind_of(path)
        if status < 400 and kind is not None:
            nodes = answer if isinstance(answer, list) else [answer]
            goods = [one for one in nodes if one.get("type") != "variation"]
            found += [one for node in goods for one in self.rules.check_answer(kind, node)]
        elif status >= 400:
            found += [] if answer.keys() == {"code", "message", "data"} else ["no error of the API"]
        self.wrong += [f"{method} {path}: {one}" for one in found]
        self.seen.add(f"{method} {''.join('#' if one.isdigit() else one for one in path)}")

    def _kind_of(self, path: str) -> str | None:
        parts = path.split("/")
        if len(parts) == 3:
            return {"refunds": "orders/1/refunds", "notes": "orders/1/notes"}.get(parts[2])
        return _SHOWN.get(parts[0])


@pytest.fixture
async def judged(contracts: Path) -> AsyncIterator[tuple[Store, Judge]]:
    """A fake whose every exchange is judged."""
    judge = Judge(load_rules(contracts))
    async with woocommerce() as fake:
        fake.shop.tax = Decimal(23)
        link = TestLink(patience=20)
        store = Store(fake, link)
        store.orders = fill(fake)
        fake.observers.append(judge)
        try:
            yield store, judge
        finally:
            await link.http.close()
        assert not judge.wrong, "\n".join(sorted(set(judge.wrong)))


def test_the_rules_are_not_lenient(contracts: Path) -> None:
    rules = load_rules(contracts)
    right = {"per_page": "100", "orderby": "modified", "dates_are_gmt": "true", "status": "any"}
    assert rules.check_request("GET", "orders", right, None) == []
    for method, path, query, body in (
        ("GET", "ordres", {}, None),
        ("PATCH", "coupons", {}, None),
        ("GET", "orders", {"per_page": "101"}, None),
        ("GET", "orders", {"per_page": "many"}, None),
        ("GET", "orders", {"orderby": "changed"}, None),
        ("GET", "orders", {"modified_after": "yesterday"}, None),
        ("GET", "orders", {"since": "2026-01-01T00:00:00"}, None),
        ("POST", "orders", {}, {"status": "paid"}),
        ("POST", "orders", {}, {"total": "1.00"}),
        ("POST", "orders", {}, {"line_items": [{"product": 1}]}),
        ("POST", "orders", {}, {"line_items": [{"quantity": "1"}]}),
        ("POST", "orders", {}, {"line_items": [{"total_tax": "1.00"}]}),
        ("POST", "orders", {}, {"shipping": {"phone": "1"}}),
        ("POST", "orders/1/refunds", {}, {"amount": 1.0}),
        ("POST", "orders/1/refunds", {}, {"line_items": [{"id": 1, "qty": 1}]}),
        ("POST", "webhooks", {}, {"topic": "order.created"}),
    ):
        assert rules.check_request(method, path, query, body), (method, path, query, body)
    order = rules.samples["order"]
    assert rules.check_answer("orders", order) == []
    assert rules.check_answer("orders", {**order, "more": 1})
    assert rules.check_answer("orders", {**order, "total": 48.98})
    assert rules.check_answer("orders", {**order, "status": "paid"})
    assert rules.check_answer("orders", {k: v for k, v in order.items() if k != "billing"})


def test_every_word_of_ours_is_one_of_theirs(contracts: Path) -> None:
    rules = load_rules(contracts)
    statuses = rules.schemas["orders"]["schema"]["properties"]["status"]["enum"]
    assert set(STATUSES) == set(statuses) - {"auto-draft"}
    assert len(TOPICS) == len(set(TOPICS)) == 11


async def test_all_that_is_sent_and_answered_fits(judged: tuple[Store, Judge]) -> None:
    store, judge = judged
    await CONNECTOR.subscribe(store.link, store.settings)
    await CONNECTOR.subscribe(store.link, store.settings)
    assert [step async for step in CONNECTOR.test(store.link, store.settings)]
    order = await store.order()
    assert await CONNECTOR.quote(store.link, store.settings, RefundOrder(amount=1), order)
    for act, intent in intents(store).items():
        if act not in {"cancel", "edit"}:
            await _do(store, intent)
    store.orders.append(new_order(store.fake, 2001))
    store.orders[1].update(status="on-hold", date_paid=None, date_paid_gmt=None)
    shirt, mug = (str(one["id"]) for one in store.orders[1]["line_items"])
    for extra in (
        RefundOrder(amount=600, pieces=[Pieces(shirt, 1)], shipping=100, restock=True, note="x"),
        RefundOrder(amount=50),
        EditOrder(quantities=[Pieces(shirt, 1)]),
        EditOrder(quantities=[Pieces(mug, 0)], add=[NewLine("11", 1)]),
        DuplicateOrder(free=False, lines=[NewLine("2", 1)], email="a@example.com", address=ADDRESS),
        CreateDraft(lines=[NewLine("13", 3)], percent_off=15, customer="2", address=ADDRESS, note="VIP"),
        CreateDiscount(code="A", amount=500, least_subtotal=100, ends_at=NOW, uses=None),
        CreateDiscount(code="F", free_shipping=True),
        CancelOrder(),
    ):
        await _do(store, extra, at=1)
    for kind in ("order", "product", "customer"):
        await _read(store, kind)
    with suppress(Refused):
        await store.perform(await store.step(RefundOrder(amount=1), at=0), "again")
    await CONNECTOR.unsubscribe(store.link, store.settings)
    writing = {one for one in judge.seen if not one.startswith("GET")}
    assert writing == {
        "POST orders", "PUT orders/####", "POST orders/####/refunds", "POST orders/####/notes", "POST coupons",
        "POST webhooks", "PUT webhooks/####", "DELETE webhooks/####",
    }  # fmt: skip


async def _do(store: Store, intent: Any, at: int = 0) -> None:
    for number, step in enumerate(await store.steps(intent, at)):
        key = f"key-{len(store.fake.asked)}:{number}"
        await store.find(step, key)
        await store.perform(step, key)
        assert await store.find(step, key) is not None


async def _read(store: Store, kind: Kind) -> None:
    for since in (None, datetime(2020, 1, 1, tzinfo=UTC)):
        assert await store.read_all(kind, since=since)


def test_a_recorded_order_is_read(contracts: Path) -> None:
    samples = load_rules(contracts).samples
    order = build_order(samples["order"], samples["refunds"], SETTINGS.address)
    assert (order.external_id, order.number, order.currency) == ("11", "#11", "USD")
    assert order.placed_at == datetime(2026, 11, 22, 1, 8, 46, tzinfo=UTC)
    assert order.updated_at == datetime(2026, 11, 22, 1, 8, 47, tzinfo=UTC)
    assert (order.subtotal, order.shipping, order.tax, order.total, order.refunded) == (
        4398,
        500,
        0,
        4898,
        2199,
    )
    assert (order.payment, order.tags, order.gateway) == ("partially_refunded", ["cancelled"], "cod")
    assert order.cancelled_at is not None
    assert order.address is not None
    assert (order.address.line1, order.address.city, order.email) == ("2 New St", "SF", "ann@example.com")
    line, refund = order.lines[0], order.refunds[0]
    assert (line.sku, line.ordered, line.quantity, line.refunded, line.unit_price) == ("TEE-1", 2, 1, 1, 2199)
    assert (line.product_id, line.variant_id, line.total) == ("10", "10", 4398)
    assert (refund.amount, refund.reason, refund.pieces) == (2199, "damaged", [Pieces("1", 1, 2199)])


def test_a_recorded_product_and_customer_are_read(contracts: Path) -> None:
    samples = load_rules(contracts).samples
    product = build_product(samples["product"], [], "USD")
    assert (product.title, product.kind, product.status) == ("Tee", "Uncategorized", "active")
    assert product.variants == [
        StoreVariant(external_id="10", title="", price=2199, sku="TEE-1", stock=10, available=True)
    ]
    customer = build_customer(samples["customer"])
    assert (customer.external_id, customer.name, customer.email) == ("2", "Ann Lee", "ann@example.com")


def _deliveries(contracts: Path) -> list[tuple[dict[str, str], bytes]]:
    lines = (contracts / "woocommerce" / "wc_webhook_deliveries_10.3.0.jsonl").read_bytes().splitlines()
    found = [json.loads(line) for line in lines]
    return [(one["headers"], base64.b64decode(one["body_b64"])) for one in found]


def test_recorded_deliveries_are_believed_and_read(contracts: Path) -> None:
    keys: list[str] = []
    changes: list[Change] = []
    pings = 0
    for headers, body in _deliveries(contracts):
        delivery = CONNECTOR.verify(SETTINGS, headers, body, NOW)
        if delivery is None:
            pings += 1
            continue
        keys.append(delivery.key)
        changes += CONNECTOR.read(SETTINGS, delivery, body)
        for at in (0, len(body) // 3, len(body) - 1):
            forged = bytearray(body)
            forged[at] ^= 1
            with pytest.raises(BadSignatureError):
                CONNECTOR.verify(SETTINGS, headers, bytes(forged), NOW)
    assert pings == 3
    # The shop gave three different deliveries of one second the same id.
    assert len(set(keys)) == len(keys) == 6
    assert len({key.partition(":")[0] for key in keys}) == 4
    assert [(one.kind, one.external_id) for one in changes] == [("customer", "2"), *[("order", "11")] * 5]
    customer, orders = changes[0].snapshot, [one.snapshot for one in changes[1:]]
    assert isinstance(customer, StoreCustomer)
    assert customer.email == "ann@example.com"
    copies = [one for one in orders if isinstance(one, StoreOrder)]
    assert copies[0] == copies[1]
    assert copies[0].lines[0].title == "Tee"
    # From the refund on a copy is not complete, and the order is fetched.
    assert orders[-1] is None
    assert copies[0].total == 4898


def test_what_is_ours_in_a_refund_comes_back(contracts: Path) -> None:
    samples = load_rules(contracts).samples
    refund = dict(samples["refunds"][0])
    refund["meta_data"] = [*refund["meta_data"], {"id": 99, "key": "_parley_key", "value": "act:0"}]
    assert build_order(samples["order"], [refund], "").refunds[0].key == "act:0"
    assert load_rules(contracts).check_answer("orders/1/refunds", refund) == []


async def test_the_shirt_is_taxed(judged: tuple[Store, Judge]) -> None:
    """The tax of a line goes back with it: net and tax together are what the line cost."""
    store, _ = judged
    store.orders.append(new_order(store.fake, 2001))
    line = store.orders[1]["line_items"][0]
    step = await store.step(RefundOrder(amount=1107, pieces=[Pieces(str(line["id"]), 1)]), at=1)
    await store.perform(step)
    sent = store.fake.asked[-1][3]
    assert sent["line_items"] == [
        {
            "id": line["id"],
            "quantity": 1,
            "refund_total": 9.0,
            "refund_tax": [{"id": 1, "refund_total": 2.07}],
        }
    ]
    assert shirt_of(store) != str(line["id"])
    assert (await store.order(1)).refunds[0].pieces == [Pieces(str(line["id"]), 1, 1107)]
