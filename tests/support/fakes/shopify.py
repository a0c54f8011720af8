"""A fake Shopify on this machine: Admin GraphQL with its costs, bulk operations, OAuth and signed webhooks.

It knows only what `parley.commerce.connectors.shopify` asks; tests/contracts/test_shopify.py holds its answers against
the official schema. Switches: `faults`, `acts` (refused refunds, waiting jobs), `budget`, `cut_file_at`, `outbox`.
"""

import asyncio
import base64
import hmac
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any
from urllib.parse import parse_qs

import msgspec

from tests.support.fakes.serving import Answer, Faults, Request, build_app, serving
from tests.support.fakes.shopify_acts import Acts, wrong
from tests.support.fakes.shopify_goods import (
    view_contract,
    view_contract_line,
    view_customer,
    view_product,
    view_variant,
)
from tests.support.fakes.shopify_graphql import (
    Document,
    Obj,
    UserFault,
    count_cost,
    execute,
    flatten,
)
from tests.support.fakes.shopify_oauth import Door
from tests.support.fakes.shopify_state import Line, Order, gid
from tests.support.fakes.shopify_store import Shop, number

DOMAIN = "loom.myshopify.com"
TOKEN = "shpat_good"
CLIENT_ID = "client-1"
SECRET = "shpss_secret"
MAX_COST = 1000
Observer = Callable[[str, str, Obj, Obj], None]


class Hook(msgspec.Struct, frozen=True):
    """A webhook that waits to be posted."""

    topic: str
    headers: dict[str, str]
    body: bytes


class FakeShopify:
    """The server's inside; `shop` is the state, `url` where it listens."""

    def __init__(self) -> None:
        self.shop = Shop()
        self.acts = Acts(self.shop)
        self.faults = Faults()
        self.url = ""
        self.tokens = {TOKEN}
        self.door = Door(DOMAIN, CLIENT_ID, SECRET)
        self.most = 1_000_000.0
        self.budget = self.most
        self.restore_rate = 1000.0
        self.seen_at = 0.0
        self.bulk_polls = 0
        self.bulk_fails = 0
        self.bulk_at_once = 5
        self.cut_file_at: int | None = None
        self.ranges = True
        self.throttles = 0
        self.asked: list[tuple[str, Obj]] = []
        self.files_asked: list[str] = []
        self.outbox: list[Hook] = []
        self.observers: list[Observer] = []
        self.shop.listeners.append(self._queue_hooks)
        self.app = build_app(self.handle, self.faults, self._label, self._throttled)

    def count(self, operation: str) -> int:
        """How often an operation was asked for."""
        return sum(name == operation for name, _ in self.asked)

    async def handle(self, request: Request) -> Answer:
        """Answers one request."""
        if request.path == "/admin/oauth/authorize":
            return self.door.show(request)
        if request.path == "/admin/oauth/access_token":
            return self._give_token(request)
        if request.path.startswith("/bulk/"):
            return self._give_file(request)
        parts = request.path.split("/")
        if parts[:3] != ["", "admin", "api"] or parts[4:] != ["graphql.json"]:
            return Answer(404)
        if request.headers.get("x-shopify-access-token") not in self.tokens:
            return _json({"errors": "[API] Invalid API key or access token"}, 401)
        return self._graphql(parts[3], msgspec.json.decode(request.body))

    def _graphql(self, version: str, said: Obj) -> Answer:
        document = Document(said["query"], said.get("variables"))
        cost = count_cost(document)
        self._restore()
        if cost > MAX_COST:
            fault = UserFault("MAX_COST_EXCEEDED", f"Query cost is {cost}, which exceeds {MAX_COST}")
            return self._answer_fault(fault, cost)
        if cost > self.budget:
            self.throttles += 1
            return self._answer_fault(UserFault("THROTTLED", "Throttled"), cost)
        self.asked.append((document.name, document.variables))
        self.budget -= max(1, cost // 10)
        try:
            data = execute(document, self._roots(version, document))
        except UserFault as fault:
            return self._answer_fault(fault, cost)
        answer = {"data": data, "extensions": {"cost": self._cost(cost)}}
        for observer in self.observers:
            observer(version, said["query"], document.variables, data)
        return _json(answer)

    def _roots(self, version: str, document: Document) -> dict[str, Callable[[Obj], Any]]:
        if not document.is_mutation:
            return self.shop.queries()
        return {
            **self.acts.mutations(),
            "bulkOperationRunQuery": lambda args: self._start_bulk(version, args),
        }

    def _restore(self) -> None:
        now = asyncio.get_running_loop().time()
        self.budget = min(self.most, self.budget + (now - self.seen_at) * self.restore_rate)
        self.seen_at = now

    def _cost(self, cost: int) -> Obj:
        return {
            "requestedQueryCost": cost,
            "actualQueryCost": max(1, cost // 10),
            "throttleStatus": {
                "maximumAvailable": self.most,
                "currentlyAvailable": int(self.budget),
                "restoreRate": self.restore_rate,
            },
        }

    def _answer_fault(self, fault: UserFault, cost: int) -> Answer:
        error = {"message": fault.message, "extensions": {"code": fault.code}}
        spent = {**self._cost(cost), "actualQueryCost": None}
        return _json({"errors": [error], "extensions": {"cost": spent}})

    async def _throttled(self, request: Request) -> Answer:
        if not request.path.endswith("graphql.json"):
            return Answer(429, headers={"retry-after": "2"})
        document = Document(msgspec.json.decode(request.body)["query"])
        return self._answer_fault(UserFault("THROTTLED", "Throttled"), count_cost(document))

    def _label(self, request: Request) -> str:
        if not request.path.endswith("graphql.json"):
            return request.path
        said = msgspec.json.decode(request.body)
        return Document(said["query"]).name

    def _start_bulk(self, version: str, args: Obj) -> Obj:
        if sum(one["status"] == "RUNNING" for one in self.shop.bulk.values()) >= self.bulk_at_once:
            refusal = wrong("A bulk query operation for this app is already in progress", bulkOperation=None)
            refusal["userErrors"][0]["code"] = "OPERATION_IN_PROGRESS"
            return refusal
        assert args["groupObjects"] is True
        document = Document(args["query"])
        known = self.shop.new_number()
        operation: Obj = {
            "id": gid("BulkOperation", known),
            "status": "RUNNING",
            "errorCode": None,
            "objectCount": "0",
            "rootObjectCount": "0",
            "url": None,
            "polls": self.bulk_polls,
        }

        def finish() -> None:
            if self.bulk_fails:
                self.bulk_fails -= 1
                operation.update(status="FAILED", errorCode="INTERNAL_SERVER_ERROR")
                return
            data = execute(document, self.shop.queries(), whole=True)
            for observer in self.observers:
                observer(version, args["query"], {}, data)
            lines = flatten(data)
            operation["file"] = b"".join(msgspec.json.encode(line) + b"\n" for line in lines)
            operation.update(
                status="COMPLETED",
                objectCount=str(len(lines)),
                rootObjectCount=str(sum("__parentId" not in line for line in lines)),
                url=f"{self.url}/bulk/{known}.jsonl" if lines else None,
            )

        operation["finish"] = finish
        self.shop.bulk[known] = operation
        return {"bulkOperation": operation, "userErrors": []}

    def _give_file(self, request: Request) -> Answer:
        body: bytes = self.shop.bulk[number(request.path.removesuffix(".jsonl"))]["file"]
        asked = request.headers.get("range", "")
        self.files_asked.append(asked)
        cut, self.cut_file_at = self.cut_file_at, None
        if asked and self.ranges:
            start = int(asked.removeprefix("bytes=").rstrip("-"))
            return Answer(206, body[start:], cut=cut)
        return Answer(200, body, cut=cut)

    def _give_token(self, request: Request) -> Answer:
        form = {name: values[0] for name, values in parse_qs(request.body.decode()).items()}
        good = form.get("client_id") == CLIENT_ID and form.get("client_secret") == SECRET
        own = good and form.get("grant_type") == "client_credentials"
        scope = "write_orders,read_products" if own else self.door.take(form)
        if scope is None:
            return _json({"error": "invalid_request"}, 400)
        token = f"shpat_{self.shop.new_number()}"
        self.tokens.add(token)
        return _json({"access_token": token, "scope": scope})

    def _queue_hooks(self, topic: str, body: Obj) -> None:
        wanted = topic.upper().replace("/", "_")
        if any(one["topic"] == wanted for one in self.shop.webhooks.values()):
            self.outbox.append(self.sign(topic, msgspec.json.encode(body)))

    def sign(self, topic: str, body: bytes) -> Hook:
        """A webhook as Shopify posts it."""
        known = self.shop.new_number()
        digest = base64.b64encode(hmac.digest(SECRET.encode(), body, "sha256")).decode()
        headers = {
            "Content-Type": "application/json",
            "X-Shopify-Topic": topic,
            "X-Shopify-Hmac-Sha256": digest,
            "X-Shopify-Shop-Domain": DOMAIN,
            "X-Shopify-API-Version": "2026-07",
            "X-Shopify-Webhook-Id": f"hook-{known}",
            "X-Shopify-Event-Id": f"event-{known}",
            "X-Shopify-Triggered-At": self.shop.now(),
        }
        return Hook(topic, headers, body)


def _json(body: Obj, status: int = 200) -> Answer:
    return Answer(status, msgspec.json.encode(body), {"content-type": "application/json"})


def fill(fake: FakeShopify, orders: int = 1) -> list[Order]:
    """Gives the shop two products, two customers, a contract, and so many paid orders of two lines."""
    shop = fake.shop
    sizes = [
        view_variant(11, "S", 1000),
        view_variant(12, "M", 1000),
        view_variant(13, "L", 1200, stock=None),
    ]
    shop.products[1] = view_product(1, "Shirt", sizes, shop.now())
    shop.products[2] = view_product(2, "Mug", [view_variant(21, "Default", 700, stock=0)], shop.now())
    shop.customers[1] = view_customer(1, "Ana Silva", "ana@example.com", shop.now())
    shop.customers[2] = view_customer(2, "Guest", None, shop.now())
    shop.contracts[1] = view_contract(1, [view_contract_line(1, 11, 2, 900)], shop.now())
    made = [new_order(fake, 1001 + at) for at in range(orders)]
    shop.scopes = ["write_own_subscription_contracts", "write_orders", "read_products"]
    return made


def new_order(fake: FakeShopify, known: int, **fields: Any) -> Order:
    """Puts a paid order into the shop: two shirts and a mug for 27.00, less 2.00, and 5.00 for shipping."""
    at = fake.shop.now()
    lines = [
        Line(number=known * 10 + 1, variant=11, quantity=2, price=1000, discount=200, tax=300),
        Line(number=known * 10 + 2, variant=21, quantity=1, price=700, title="Mug"),
    ]
    address = {
        "name": "Ana Silva",
        "company": None,
        "address1": "Rua A 1",
        "address2": None,
        "city": "Lisboa",
        "province": "Lisboa",
        "provinceCode": "PT-11",
        "zip": "1100-001",
        "countryCodeV2": "PT",
        "phone": None,
    }
    whole: dict[str, Any] = {"lines": lines, "address": address, **fields}
    order = Order(number=known, at=at, updated=at, **whole)
    order.paid = fields.get("paid", order.total)
    fake.shop.orders[known] = order
    return order


@asynccontextmanager
async def shopify() -> AsyncIterator[FakeShopify]:
    """Runs a fake Shopify."""
    fake = FakeShopify()
    async with serving(fake.app) as url:
        fake.url = url
        yield fake
