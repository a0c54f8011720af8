"""The fake Shopify's shop: its state, what can be asked of it, and the clock that dates every change."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from tests.support.fakes.shopify_graphql import Connection, Obj
from tests.support.fakes.shopify_state import (
    CURRENCY,
    Order,
    bag,
    gid,
    item_id,
    minor,
    view_order,
)

START = datetime(2026, 11, 1, tzinfo=UTC)


def number(gid_text: str) -> int:
    """The number in a global id, 0 where there is none."""
    found = re.search(r"/(\d+)$", gid_text)
    return int(found[1]) if found else 0


class Shop:
    """Everything one shop knows."""

    def __init__(self) -> None:
        self.ticks = 0
        self.next_number = 9000
        self.orders: dict[int, Order] = {}
        self.products: dict[int, Obj] = {}
        self.customers: dict[int, Obj] = {}
        self.contracts: dict[int, Obj] = {}
        self.skipped: set[tuple[int, str]] = set()
        self.drafts: dict[int, Obj] = {}
        self.discounts: dict[str, Obj] = {}
        self.webhooks: dict[int, Obj] = {}
        self.jobs: dict[str, bool] = {}
        self.edits: dict[int, Obj] = {}
        self.contract_drafts: dict[int, Obj] = {}
        self.bulk: dict[int, Obj] = {}
        self.idempotent: dict[str, Any] = {}
        self.scopes: list[str] = []
        self.denied: set[str] = set()
        self.listeners: list[Callable[[str, Obj], None]] = []

    def now(self) -> str:
        """The time of the next change."""
        self.ticks += 1
        return (START + timedelta(seconds=self.ticks)).strftime("%Y-%m-%dT%H:%M:%SZ")

    def new_number(self) -> int:
        """A number for something new."""
        self.next_number += 1
        return self.next_number

    def tell(self, topic: str, body: Obj) -> None:
        """Tells those who post webhooks."""
        for listener in self.listeners:
            listener(topic, body)

    def touch(self, order: Order, topic: str = "orders/updated", body: Obj | None = None) -> None:
        """Notes that an order has changed, and tells of it."""
        order.updated = self.now()
        named = {"id": order.number, "admin_graphql_api_id": order.id, "updated_at": order.updated}
        self.tell(topic, body or named)
        if topic != "orders/updated":
            self.tell("orders/updated", named)

    def variants(self) -> dict[int, tuple[int, Obj]]:
        """The variants by number, with their product."""
        return {
            number(variant["id"]): (known, variant)
            for known, product in self.products.items()
            for variant in product["variants"]
        }

    def view(self, order: Order) -> Obj:
        """An order, with what a refund of it would come to."""
        return {
            **view_order(order, self.variants()),
            "suggestedRefund": lambda args: self._suggest(order, args),
        }

    def find_order(self, gid_text: str) -> Order | None:
        """The order with an id."""
        return self.orders.get(number(gid_text))

    def _suggest(self, order: Order, args: Obj) -> Obj:
        lines = {line.id: line for line in order.lines}
        asked = args.get("refundLineItems") or []
        worth = sum(lines[one["lineItemId"]].price * one["quantity"] for one in asked)
        shipping = minor(args["shippingAmount"]) if args.get("shippingAmount") else 0
        left = order.paid - order.refunded
        view = view_order(order, self.variants())
        return {
            "amountSet": bag(min(worth + shipping, left)),
            "maximumRefundableSet": bag(left),
            "refundLineItems": [
                {
                    "lineItem": next(v for v in view["lineItems"] if v["id"] == one["lineItemId"]),
                    "location": {"id": gid("Location", 1)},
                }
                for one in asked
            ],
            # Where nothing stands behind a refund, nothing is suggested for it.
            "suggestedTransactions": []
            if not (asked or shipping or args.get("suggestFullRefund"))
            else [
                {
                    "gateway": gateway,
                    "amountSet": bag(0),
                    "maximumRefundableSet": bag(most),
                    "parentTransaction": {"id": gid("OrderTransaction", order.number * 10 + at)},
                }
                for at, (gateway, most) in enumerate(self._left_by_gateway(order, left))
            ],
        }

    def _left_by_gateway(self, order: Order, left: int) -> list[tuple[str, int]]:
        """A fifth of every payment came from a gift card, so that a large refund has two parts."""
        card = min(left, max(0, order.paid // 5 - self.refunded_by(order, "gift_card")))
        return [("shopify_payments", left - card), ("gift_card", card)]

    def refunded_by(self, order: Order, gateway: str) -> int:
        """What was given back through a gateway."""
        return sum(part for one in order.refunds for name, part in one.shares if name == gateway)

    def queries(self) -> dict[str, Callable[[Obj], Any]]:
        """The fields of the root."""
        return {
            "order": lambda a: self._one(self.find_order(a["id"])),
            "orders": lambda a: self._search([self.view(one) for one in self.orders.values()], a),
            "fulfillment": lambda a: self._part("fulfillments", a["id"]),
            "refund": lambda a: self._part("refunds", a["id"]),
            "return": lambda a: self._part("returns", a["id"]),
            "product": lambda a: self.products.get(number(a["id"])),
            "products": lambda a: self._search(list(self.products.values()), a),
            "customer": lambda a: self.customers.get(number(a["id"])),
            "customers": lambda a: self._search(list(self.customers.values()), a),
            "subscriptionContract": lambda a: self.contracts.get(number(a["id"])),
            "subscriptionContracts": lambda a: self._search(list(self.contracts.values()), a),
            "subscriptionBillingCycle": self._cycle,
            "bulkOperation": lambda a: self._bulk(a["id"]),
            "shop": lambda _: SHOP,
            "currentAppInstallation": lambda _: {
                "accessScopes": [{"handle": handle} for handle in self.scopes]
            },
            "shopLocales": lambda _: [
                {"locale": "en", "primary": False},
                {"locale": "pt-BR", "primary": True},
            ],
            "webhookSubscriptions": lambda _: Connection(self.webhooks.values()),
            "node": lambda a: self.edits[number(a["id"])]["view"],
            "nodes": lambda a: [self.variants().get(number(one), (0, None))[1] for one in a["ids"]],
            "job": lambda a: {"id": a["id"], "done": self.jobs[a["id"]]} if a["id"] in self.jobs else None,
            "draftOrders": self._drafts,
            "codeDiscountNodeByCode": lambda a: self.discounts.get(a["code"].upper()),
            "returnableFulfillments": self._returnable,
            "returnReasonDefinitions": lambda _: Connection(REASONS),
        }

    def _one(self, order: Order | None) -> Obj | None:
        return None if order is None else self.view(order)

    def _part(self, kind: str, gid_text: str) -> Obj | None:
        parts = (part for order in self.orders.values() for part in self.view(order)[kind])
        return next((part for part in parts if part["id"] == gid_text), None)

    def _search(self, nodes: list[Obj], args: Obj) -> Connection:
        found = re.fullmatch(r"updated_at:>='(.+)'", args.get("query") or "")
        kept = [node for node in nodes if found is None or node["updatedAt"] >= found[1]]
        if args.get("sortKey") == "UPDATED_AT":
            kept.sort(key=lambda node: node["updatedAt"])
        return Connection(kept)

    def _drafts(self, args: Obj) -> Connection:
        found = re.fullmatch(r"tag:'(.+)'", args.get("query") or "")
        return Connection(
            draft
            for draft in self.drafts.values()
            # The search index is behind: what was made a moment ago is only in the plain list.
            if found is None or (found[1] in draft["tags"] and draft["indexed"])
        )

    def _cycle(self, args: Obj) -> Obj | None:
        asked = args["billingCycleInput"]
        contract = self.contracts.get(number(asked["contractId"]))
        if contract is None:
            return None
        month = asked["selector"]["date"][:7]
        return {
            "cycleIndex": int(month[5:]),
            "skipped": (number(contract["id"]), month) in self.skipped,
            "billingAttemptExpectedDate": asked["selector"]["date"],
            "status": "UNBILLED",
        }

    def _bulk(self, gid_text: str) -> Obj | None:
        found = self.bulk.get(number(gid_text))
        if found is not None and found["status"] == "RUNNING":
            found["polls"] -= 1
            if found["polls"] < 0:
                found["finish"]()
        return found

    def _returnable(self, args: Obj) -> Connection:
        order = self.find_order(args["orderId"])
        if order is None:
            return Connection()
        taken: dict[int, int] = {}
        for one in order.returns:
            for line, count, _, _ in one.items:
                taken[line] = taken.get(line, 0) + count
        view = {line["id"]: line for line in self.view(order)["lineItems"]}
        return Connection(
            {
                "id": gid("ReturnableFulfillment", one.number),
                "returnableFulfillmentLineItems": Connection(
                    {
                        "quantity": count - taken.get(line, 0),
                        "fulfillmentLineItem": {
                            "id": item_id(one.number, line),
                            "lineItem": view[gid("LineItem", line)],
                        },
                    }
                    for line, count in one.pieces
                    if count > taken.get(line, 0)
                ),
            }
            for one in order.shipments
            if one.status == "SUCCESS"
        )


SHOP = {
    "name": "Loom & Co",
    "myshopifyDomain": "loom.myshopify.com",
    "currencyCode": CURRENCY,
    "ianaTimezone": "Europe/Lisbon",
    "primaryDomain": {"host": "loom.example"},
    "shopAddress": {"countryCodeV2": "PT"},
}
REASONS = [
    {
        "id": gid("ReturnReasonDefinition", at),
        "handle": handle,
        "name": handle.replace("-", " ").capitalize(),
        "deleted": False,
    }
    for at, handle in enumerate(("size-too-small", "size-too-large", "damaged", "other"), start=1)
]
