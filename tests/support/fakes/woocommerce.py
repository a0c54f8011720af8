"""A fake WooCommerce on this machine: REST API v3 with OAuth 1.0a, its refusals and its signed webhooks.

It knows only what `parley.commerce.connectors.woocommerce` asks; tests/contracts/test_woocommerce.py holds its answers
against the schemas of a real shop. Switches: `faults`, `acts` (refused refunds), `outbox`.
"""

import base64
import hashlib
import hmac
import re
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

import msgspec

from tests.support.fakes.serving import Answer, Faults, Request, build_app, serving
from tests.support.fakes.woocommerce_acts import WooActs, WooError
from tests.support.fakes.woocommerce_state import Node, WooShop

PREFIX = "/wp-json/wc/v3/"
CONSUMER_KEY, CONSUMER_SECRET = "ck_good", "cs_good"
Observer = Callable[[str, str, dict[str, str], Any, int, Any], None]
_FIELDS = {"date": "date_created_gmt", "modified": "date_modified_gmt", "registered_date": "date_created_gmt"}


class Hook(msgspec.Struct, frozen=True):
    """A webhook that waits to be posted; a ping has no topic."""

    topic: str
    headers: dict[str, str]
    body: bytes


class FakeWoo:
    """The server's inside; `shop` is the state, `url` where it listens."""

    def __init__(self) -> None:
        self.shop = WooShop()
        self.acts = WooActs(self.shop)
        self.faults = Faults()
        self.url = ""
        self.asked: list[tuple[str, str, dict[str, str], Any]] = []
        self.outbox: list[Hook] = []
        self.observers: list[Observer] = []
        self.before_answer: Callable[[str], None] = lambda _: None
        self._nonces: set[str] = set()
        self.app = build_app(self.handle, self.faults, _label, self._throttled)
        self._routes: list[tuple[str, str, Callable[..., Any]]] = [
            ("GET", r"data/currencies/current", self._currency),
            ("GET", r"settings/general", self._general),
            ("GET", r"system_status", self._status),
            ("GET", r"payment_gateways/([\w-]+)", self._gateway),
            ("GET", r"(orders|products|customers)", self._list),
            ("GET", r"(orders|products|customers)/(\d+)", self._get),
            ("POST", r"orders", self._create_order),
            ("PUT", r"orders/(\d+)", self._change_order),
            ("GET", r"orders/(\d+)/refunds", self._list_refunds),
            ("POST", r"orders/(\d+)/refunds", self._create_refund),
            ("GET", r"orders/(\d+)/notes", self._list_notes),
            ("POST", r"orders/(\d+)/notes", self._create_note),
            ("GET", r"products/(\d+)/variations", self._list_variations),
            ("GET", r"coupons", self._list_coupons),
            ("POST", r"coupons", self._create_coupon),
            ("GET", r"webhooks", self._list_webhooks),
            ("POST", r"webhooks", self._create_webhook),
            ("PUT", r"webhooks/(\d+)", self._change_webhook),
            ("DELETE", r"webhooks/(\d+)", self._delete_webhook),
        ]

    def count(self, method: str, path: str) -> int:
        """How often something was asked for."""
        return sum(one == method and re.fullmatch(path, two) is not None for one, two, _, _ in self.asked)

    async def handle(self, request: Request) -> Answer:
        """Answers one request."""
        if request.path == "/wp-json/":
            return _json(
                {"name": "Loom &amp; Co", "home": "https://shop.example", "timezone_string": "Europe/Lisbon"}
            )
        if not request.path.startswith(PREFIX):
            return Answer(404, b"<html>Not found</html>", {"content-type": "text/html"})
        path = request.path.removeprefix(PREFIX)
        fault = self._check_signature(request)
        if fault:
            return _error(WooError("woocommerce_rest_authentication_error", fault, 401))
        query = {name: value for name, value in request.query.items() if not name.startswith("oauth_")}
        body = msgspec.json.decode(request.body) if request.body else None
        self.asked.append((request.method, path, query, body))
        self.before_answer(path)
        answer = self._answer(request.method, path, query, body)
        if request.method != "GET":
            self.shop.pass_time()
        for observer in self.observers:
            said = msgspec.json.decode(answer.body)
            observer(request.method, path, query, body, answer.status, said)
        return answer

    def _answer(self, method: str, path: str, query: dict[str, str], body: Any) -> Answer:
        for known, pattern, handler in self._routes:
            found = re.fullmatch(pattern, path)
            if found is None or known != method:
                continue
            try:
                given: Answer | Node | list[Node] = handler(*found.groups(), query=query, body=body)
            except WooError as error:
                return _error(error)
            return given if isinstance(given, Answer) else _json(given, 201 if method == "POST" else 200)
        return _error(
            WooError("rest_no_route", "No route was found matching the URL and request method.", 404)
        )

    def _check_signature(self, request: Request) -> str:
        """What is wrong with the signature; reckoned the way WC_REST_Authentication does it."""
        given = dict(request.query)
        signature = given.pop("oauth_signature", "")
        if not signature or given.get("oauth_consumer_key") != CONSUMER_KEY:
            return "Consumer key is invalid."
        if given["oauth_signature_method"] != "HMAC-SHA256" or given["oauth_nonce"] in self._nonces:
            return "Invalid nonce - nonce has already been used."
        if not given["oauth_timestamp"].isdigit():
            return "Invalid timestamp."
        self._nonces.add(given["oauth_nonce"])

        def twice(text: str) -> str:
            return quote(quote(text, safe="-._~"), safe="-._~")

        pairs = "%26".join(f"{twice(name)}%3D{twice(given[name])}" for name in sorted(given))
        base = f"{request.method}&{quote(self.url + request.path, safe='-._~')}&{pairs}"
        digest = hmac.digest(f"{CONSUMER_SECRET}&".encode(), base.encode(), "sha256")
        right = hmac.compare_digest(base64.b64encode(digest).decode(), signature)
        return "" if right else "Invalid signature - provided signature does not match."

    async def _throttled(self, _request: Request) -> Answer:
        return Answer(429, b'{"code":"too_many_requests"}', {"retry-after": "2"})

    # Reading

    def _currency(self, **_: Any) -> Node:
        return {"code": self.shop.currency, "name": "Euro", "symbol": "&euro;"}

    def _general(self, **_: Any) -> list[Node]:
        return [
            {"id": "woocommerce_default_country", "value": "PT:PT-11"},
            {"id": "woocommerce_currency", "value": self.shop.currency},
        ]

    def _status(self, **_: Any) -> Node:
        environment = {"home_url": "https://shop.example", "version": "10.3.0", "language": "pt_PT"}
        return {"environment": environment, "settings": {"currency": self.shop.currency}}

    def _gateway(self, name: str, **_: Any) -> Node:
        if name not in self.shop.gateways:
            raise WooError("woocommerce_rest_payment_gateway_invalid", "Resource does not exist.", 404)
        return {"id": name, "enabled": True, "method_supports": self.shop.gateways[name]}

    def _folder(self, name: str) -> dict[int, Node]:
        return {"orders": self.shop.orders, "products": self.shop.products, "customers": self.shop.customers}[
            name
        ]

    def _list(self, folder: str, *, query: dict[str, str], **_: Any) -> Answer:
        return _page([one for one in self._folder(folder).values() if one.get("status") != "trash"], query)

    def _get(self, folder: str, number: str, **_: Any) -> Node:
        known = int(number)
        found = self.shop.find_goods(known) if folder == "products" else self._folder(folder).get(known)
        return _there(found)

    def _list_refunds(self, order: str, *, query: dict[str, str], **_: Any) -> Answer:
        _there(self.shop.orders.get(int(order)))
        return _page(self.shop.refunds[int(order)], query)

    def _list_notes(self, order: str, *, query: dict[str, str], **_: Any) -> list[Node]:
        internal = query.get("type") == "internal"
        notes = self.shop.notes[_there(self.shop.orders.get(int(order)))["id"]]
        return [one for one in notes if not (internal and one["customer_note"])]

    def _list_variations(self, product: str, *, query: dict[str, str], **_: Any) -> Answer:
        return _page(
            [one for one in self.shop.variations.values() if one["parent_id"] == int(product)], query
        )

    def _list_coupons(self, *, query: dict[str, str], **_: Any) -> Answer:
        wanted = query["code"].lower()
        return _page([one for one in self.shop.coupons.values() if one["code"] == wanted], query)

    # Writing

    def _create_order(self, *, body: Node, **_: Any) -> Node:
        made = self.acts.create_order(body)
        self.tell("order.created", made)
        return made

    def _change_order(self, number: str, *, body: Node, **_: Any) -> Node:
        found = self.acts.change_order(_there(self.shop.orders.get(int(number))), body)
        self.tell("order.updated", found)
        return found

    def _create_refund(self, number: str, *, body: Node, **_: Any) -> Node:
        order = _there(self.shop.orders.get(int(number)))
        made = self.acts.create_refund(order, body)
        self.tell("order.updated", order)
        return made

    def _create_note(self, number: str, *, body: Node, **_: Any) -> Node:
        return self.acts.create_note(_there(self.shop.orders.get(int(number))), body)

    def _create_coupon(self, *, body: Node, **_: Any) -> Node:
        return self.acts.create_coupon(body)

    # Webhooks

    def _list_webhooks(self, *, query: dict[str, str], **_: Any) -> Answer:
        return _page([_without_secret(one) for one in self.shop.webhooks.values()], query)

    def _create_webhook(self, *, body: Node, **_: Any) -> Node:
        resource, _, event = body["topic"].partition(".")
        made = {
            "id": self.shop.new_number(),
            "name": body.get("name", ""),
            "status": body.get("status", "active"),
            "topic": body["topic"],
            "resource": resource,
            "event": event,
            "hooks": [],
            "delivery_url": body["delivery_url"],
            "secret": body["secret"],
            **self.shop.dates("date_created", "date_modified", at=self.shop.time()),
        }
        self.shop.webhooks[made["id"]] = made
        form = {"Content-Type": "application/x-www-form-urlencoded"}
        self.outbox.append(Hook("", form, f"webhook_id={made['id']}".encode()))
        return _without_secret(made)

    def _change_webhook(self, number: str, *, body: Node, **_: Any) -> Node:
        found = _there(self.shop.webhooks.get(int(number)))
        found.update(body)
        return _without_secret(found)

    def _delete_webhook(self, number: str, *, query: dict[str, str], **_: Any) -> Node:
        if query.get("force") != "true":
            message = "Webhooks do not support trashing."
            raise WooError("woocommerce_rest_trash_not_supported", message, 501)
        return _without_secret(_there(self.shop.webhooks.pop(int(number), None)))

    def tell(self, topic: str, body: Node) -> None:
        """Queues the webhooks of a topic."""
        for one in self.shop.webhooks.values():
            if one["topic"] == topic and one["status"] == "active":
                self.outbox.append(self.sign(one, msgspec.json.encode(body)))

    def sign(self, webhook: Node, body: bytes) -> Hook:
        """A delivery as WooCommerce posts it; its id is made of the webhook and the second."""
        digest = base64.b64encode(hmac.digest(webhook["secret"].encode(), body, "sha256")).decode()
        seed = f"{webhook['id']}{int(self.shop.now.timestamp())}".encode()
        headers = {
            "Content-Type": "application/json",
            "X-WC-Webhook-Source": "https://shop.example/",
            "X-WC-Webhook-Topic": webhook["topic"],
            "X-WC-Webhook-Resource": webhook["resource"],
            "X-WC-Webhook-Event": webhook["event"],
            "X-WC-Webhook-Signature": digest,
            "X-WC-Webhook-ID": str(webhook["id"]),
            "X-WC-Webhook-Delivery-ID": hashlib.sha256(seed).hexdigest()[:32],
        }
        return Hook(webhook["topic"], headers, body)


def _label(request: Request) -> str:
    return f"{request.method} {request.path.removeprefix(PREFIX)}"


def _there(found: Node | None) -> Node:
    if found is None:
        raise WooError("woocommerce_rest_shop_order_invalid_id", "Invalid ID.", 404)
    return found


def _without_secret(webhook: Node) -> Node:
    return {name: value for name, value in webhook.items() if name != "secret"}


def _page(nodes: list[Node], query: dict[str, str]) -> Answer:
    """A page of a list: bounds of time are no part of what they bound, as in WordPress."""
    for name, field, later in (
        ("after", "date_created_gmt", True),
        ("before", "date_created_gmt", False),
        ("modified_after", "date_modified_gmt", True),
        ("modified_before", "date_modified_gmt", False),
    ):
        if name in query:
            assert query.get("dates_are_gmt") == "true"
            bound = datetime.fromisoformat(query[name]).replace(tzinfo=None)
            nodes = [one for one in nodes if _is_beyond(one[field], bound, later=later)]
    field = _FIELDS.get(query.get("orderby", "date"), "id")
    nodes = sorted(nodes, key=lambda one: (one.get(field) or "", one["id"]))
    if query.get("order", "desc") == "desc":
        nodes.reverse()
    many = int(query.get("per_page", "10"))
    start = int(query["offset"]) if "offset" in query else (int(query.get("page", "1")) - 1) * many
    totals = {"x-wp-total": str(len(nodes)), "x-wp-totalpages": str(-(-len(nodes) // many))}
    return _json(nodes[start : start + many], headers=totals)


def _is_beyond(text: str, bound: datetime, *, later: bool) -> bool:
    at = datetime.fromisoformat(text).replace(tzinfo=UTC).replace(tzinfo=None)
    return at > bound if later else at < bound


def _json(body: Any, status: int = 200, headers: dict[str, str] | None = None) -> Answer:
    return Answer(status, msgspec.json.encode(body), {"content-type": "application/json", **(headers or {})})


def _error(error: WooError) -> Answer:
    return _json(
        {"code": error.code, "message": error.message, "data": {"status": error.status}}, error.status
    )


def fill(fake: FakeWoo, orders: int = 1) -> list[Node]:
    """Gives the shop a shirt in three sizes, a mug, two customers, and so many paid orders of two lines."""
    shop = fake.shop
    shop.add_product(1, "Shirt", "10.00")
    for number, size, price in ((11, "S", "10.00"), (12, "M", "10.00"), (13, "L", "12.00")):
        shop.add_variation(number, 1, size, price)
    shop.add_product(2, "Mug", "7.00", stock_quantity=0, stock_status="outofstock")
    shop.add_customer(1, "Ana", "ana@example.com")
    shop.add_customer(2, "Rui", "rui@example.com")
    return [new_order(fake, 1001 + at) for at in range(orders)]


def new_order(fake: FakeWoo, number: int, **fields: Any) -> Node:
    """Puts a paid order into the shop: two shirts and a mug for 27.00, less 2.00, and 5.00 for shipping."""
    shop = fake.shop
    shop.pass_time()
    lines = [shop.build_line(11, 2, total="18.00"), shop.build_line(2, 1)]
    whole: Node = {
        "status": "processing",
        "customer_id": 1,
        "line_items": lines,
        "shipping_lines": [shop.build_shipping("flat_rate", "Flat", "5.00")],
        "payment_method": "stripe",
        "payment_method_title": "Card",
        "transaction_id": f"ch_{number}",
        **fields,
    }
    order = shop.add_order(number, **whole)
    order["billing"]["email"] = "ana@example.com"
    order["shipping"].update({**order["billing"], "email": None})
    order["shipping"].pop("email")
    return order


@asynccontextmanager
async def woocommerce() -> AsyncIterator[FakeWoo]:
    """Runs a fake WooCommerce."""
    fake = FakeWoo()
    async with serving(fake.app) as url:
        fake.url = url
        yield fake
