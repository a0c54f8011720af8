"""What can be done at a fake WooCommerce, with the refusals of the real one."""

import copy
from decimal import Decimal
from typing import Any

from tests.support.fakes.woocommerce_state import ADDRESS, Node, WooShop, money

STATUSES = frozenset(
    {"pending", "processing", "on-hold", "completed", "cancelled", "refunded", "failed", "checkout-draft"}
)


class WooError(Exception):
    """An error of the API."""

    def __init__(self, code: str, message: str, status: int = 400) -> None:
        super().__init__(message)
        self.code, self.message, self.status = code, message, status


class WooActs:
    """Changes the shop; `refuse_refunds` is what the gateway says, `crash_before_meta` lets a refund lose its fields."""

    def __init__(self, shop: WooShop) -> None:
        self.shop = shop
        self.refuse_refunds = ""
        self.crash_before_meta = False
        self.given_back: list[tuple[int, Decimal]] = []
        """What gateways have really given back."""

    def create_order(self, body: Node) -> Node:
        """Makes an order."""
        self._check_status(body)
        lines = [self._build_line(one) for one in body.get("line_items", [])]
        order = self.shop.add_order(
            status=body.get("status", "pending"),
            customer_id=body.get("customer_id", 0),
            billing=dict.fromkeys(ADDRESS, "") | {"email": ""} | body.get("billing", {}),
            shipping=dict.fromkeys(ADDRESS, "") | body.get("shipping", {}),
            line_items=lines,
            shipping_lines=[
                self.shop.build_shipping(one["method_id"], one["method_title"], one["total"])
                for one in body.get("shipping_lines", [])
            ],
            meta_data=self._meta(body),
        )
        self.shop.reckon(order)
        return order

    def change_order(self, order: Node, body: Node) -> Node:
        """Changes an order; its totals are reckoned anew when lines or addresses changed."""
        self._check_status(body)
        for one in body.get("line_items", []):
            self._set_line(order, one)
        for name in ("billing", "shipping"):
            order[name].update(body.get(name, {}))
        if {"line_items", "billing", "shipping"} & body.keys():
            self.shop.reckon(order)
        order["status"] = body.get("status", order["status"])
        self.shop.restate(order)
        self.shop.touch(order)
        return order

    def _check_status(self, body: Node) -> None:
        if body.get("status", "pending") not in STATUSES:
            raise WooError("rest_invalid_param", "Invalid parameter(s): status")

    def _set_line(self, order: Node, body: Node) -> None:
        if "id" not in body:
            order["line_items"].append(self._build_line(body))
            return
        line = next((one for one in order["line_items"] if one["id"] == body["id"]), None)
        if body.get("quantity") == 0:
            order["line_items"] = [one for one in order["line_items"] if one is not line]
            return
        if line is None:
            raise WooError(
                "woocommerce_rest_invalid_item_id", "Order item ID provided is not associated with order."
            )
        line.update({name: body[name] for name in ("quantity", "total", "subtotal") if name in body})

    def _build_line(self, body: Node) -> Node:
        prices = {name: money(body[name]) for name in ("total", "subtotal") if name in body}
        try:
            return self.shop.build_line(body["product_id"], body.get("quantity", 1), **prices)
        except LookupError as error:
            message = "Product ID or SKU is required."
            raise WooError("woocommerce_rest_required_product_reference", message) from error

    def _meta(self, body: Node) -> list[Node]:
        return [{"id": self.shop.new_number(), **one} for one in body.get("meta_data", [])]

    def create_refund(self, order: Node, body: Node) -> Node:
        """Refunds: written down, given back by the gateway, and only then with the fields of whoever asked."""
        amount = Decimal(body["amount"])
        left = Decimal(order["total"]) - sum(
            (Decimal(one["amount"]) for one in self.shop.refunds[order["id"]]), Decimal(0)
        )
        if amount > left or amount <= 0:
            raise _no_refund("Invalid refund amount.")
        by_gateway = body.get("api_refund", True)
        if by_gateway and "refunds" not in self.shop.gateways.get(order["payment_method"], []):
            raise _no_refund("The payment gateway for this order does not support automatic refunds.")
        if by_gateway and self.refuse_refunds:
            raise _no_refund(self.refuse_refunds)
        refund = self._write_refund(order, body, amount)
        if by_gateway:
            self.given_back.append((order["id"], amount))
        if not self.crash_before_meta:
            refund["meta_data"] = self._meta(body)
        if amount == left:
            order["status"] = "refunded"
        self.shop.restate(order)
        self.shop.touch(order)
        if self.crash_before_meta:
            raise WooError("internal_server_error", "There has been a critical error on this website.", 500)
        return refund

    def _write_refund(self, order: Node, body: Node, amount: Decimal) -> Node:
        at = self.shop.time()
        items = body.get("line_items", [])
        refund: Node = {
            "id": self.shop.new_number(),
            **self.shop.dates("date_created", at=at),
            "amount": money(amount),
            "reason": body.get("reason") or "",
            "refunded_by": 1,
            "refunded_payment": bool(body.get("api_refund", True)),
            "meta_data": [],
            "line_items": self._taken(order["line_items"], items),
            "shipping_lines": self._taken(order["shipping_lines"], items),
            "tax_lines": [],
            "fee_lines": [],
        }
        self.shop.refunds[order["id"]].append(refund)
        return refund

    def _taken(self, lines: list[Node], items: list[Node]) -> list[Node]:
        """The lines of a refund: copies of the order's with negative amounts."""
        found = []
        for item in items:
            line = next((one for one in lines if one["id"] == item["id"]), None)
            if line is None:
                continue
            taken = copy.deepcopy(line)
            tax = sum((Decimal(str(one["refund_total"])) for one in item.get("refund_tax", [])), Decimal(0))
            total = money(-Decimal(str(item["refund_total"])))
            changes: Node = {"total": total, "total_tax": money(-tax), "taxes": []}
            if "subtotal" in line:
                changes |= {
                    "subtotal": total,
                    "subtotal_tax": money(-tax),
                    "quantity": -item["quantity"],
                }
            source = {"id": self.shop.new_number(), "key": "_refunded_item_id", "value": str(line["id"])}
            if "subtotal" in line:
                source = _displayed(source)
            taken.update(changes | {"id": self.shop.new_number(), "meta_data": [source]})
            taken.pop("tax_status", None)
            found.append(taken)
        return found

    def create_note(self, order: Node, body: Node) -> Node:
        """Writes a note."""
        note = {
            "id": self.shop.new_number(),
            "author": "WooCommerce",
            **self.shop.dates("date_created", at=self.shop.time()),
            "note": body["note"],
            "customer_note": bool(body.get("customer_note")),
        }
        self.shop.notes[order["id"]].insert(0, note)
        return note

    def create_coupon(self, body: Node) -> Node:
        """Makes a coupon; its code is written in lower case."""
        code = body["code"].lower()
        if any(one["code"] == code for one in self.shop.coupons.values()):
            raise WooError("woocommerce_rest_coupon_code_already_exists", "The coupon code already exists")
        made: Node = {
            "id": self.shop.new_number(), "code": code, "amount": money(body.get("amount")), "status": "publish",
            **self.shop.dates("date_created", "date_modified", at=self.shop.time()),
            "discount_type": body.get("discount_type", "fixed_cart"), "description": "",
            "date_expires": body.get("date_expires_gmt"), "date_expires_gmt": body.get("date_expires_gmt"),
            "usage_count": 0, "individual_use": False, "product_ids": [], "excluded_product_ids": [],
            "usage_limit": body.get("usage_limit"), "usage_limit_per_user": body.get("usage_limit_per_user"),
            "limit_usage_to_x_items": None, "free_shipping": bool(body.get("free_shipping")),
            "product_categories": [], "excluded_product_categories": [], "exclude_sale_items": False,
            "minimum_amount": money(body.get("minimum_amount")), "maximum_amount": "0.00",
            "email_restrictions": [], "used_by": [], "meta_data": self._meta(body),
        }  # fmt: skip
        self.shop.coupons[made["id"]] = made
        return made


def _displayed(meta: Node) -> Node:
    return {**meta, "display_key": meta["key"], "display_value": meta["value"]}


def _no_refund(message: str) -> Any:
    return WooError("woocommerce_rest_cannot_create_order_refund", message, 500)
