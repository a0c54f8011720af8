"""What a fake WooCommerce holds: orders, products and customers in the shape in which the REST API shows them."""

from datetime import UTC, datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

Node = dict[str, Any]
CENT = Decimal("0.01")
ADDRESS: Node = {
    "first_name": "Ana",
    "last_name": "Silva",
    "company": "",
    "address_1": "Rua A 1",
    "address_2": "",
    "city": "Lisboa",
    "state": "PT-11",
    "postcode": "1100-001",
    "country": "PT",
    "phone": "",
}


def money(amount: Any) -> str:
    """A decimal text of two digits."""
    return str(Decimal(str(amount or 0)).quantize(CENT, ROUND_HALF_UP))


class WooShop:
    """The state; `now` moves only when told to, by seconds as WooCommerce dates its things."""

    def __init__(self) -> None:
        self.now = datetime(2026, 11, 22, 10, tzinfo=UTC)
        self.currency = "EUR"
        self.tax = Decimal(0)
        self.taxes_included = True
        self.orders: dict[int, Node] = {}
        self.refunds: dict[int, list[Node]] = {}
        self.notes: dict[int, list[Node]] = {}
        self.products: dict[int, Node] = {}
        self.variations: dict[int, Node] = {}
        self.customers: dict[int, Node] = {}
        self.coupons: dict[int, Node] = {}
        self.webhooks: dict[int, Node] = {}
        self.gateways: dict[str, list[str]] = {"stripe": ["products", "refunds"], "bacs": ["products"]}
        self._number = 5_000

    def new_number(self) -> int:
        """A number that nothing has yet; orders, items and refunds share the row as their ids never clash."""
        self._number += 1
        return self._number

    def pass_time(self, seconds: int = 1) -> None:
        """Moves the clock."""
        self.now += timedelta(seconds=seconds)

    def time(self) -> str:
        """The time as WooCommerce writes it, without a zone."""
        return self.now.strftime("%Y-%m-%dT%H:%M:%S")

    def dates(self, *names: str, at: str | None) -> Node:
        """Each date twice: in the site's zone, which is UTC here, and in UTC."""
        return {f"{name}{end}": at for name in names for end in ("", "_gmt")}

    def touch(self, node: Node) -> None:
        """Dates a change."""
        node.update(self.dates("date_modified", at=self.time()))

    def add_product(self, number: int, name: str, price: str, **fields: Any) -> Node:
        """Puts a simple product into the shop."""
        made = self._goods(number, name, price) | {
            "slug": name.lower(), "type": "simple", "featured": False, "catalog_visibility": "visible",
            "short_description": "", "total_sales": 0, "external_url": "", "button_text": "",
            "sold_individually": False, "shipping_required": True, "reviews_allowed": True, "average_rating": "0",
            "rating_count": 0, "upsell_ids": [], "cross_sell_ids": [], "parent_id": 0, "purchase_note": "",
            "categories": [{"id": 15, "name": "Clothes", "slug": "clothes"}], "brands": [], "tags": [],
            "images": [], "attributes": [], "default_attributes": [], "variations": [], "grouped_products": [],
            "price_html": "", "related_ids": [], "has_options": False, "post_password": "",
            "permalink_template": "", "generated_slug": name.lower(), **fields,
        }  # fmt: skip
        self.products[number] = made
        return made

    def add_variation(self, number: int, parent: int, option: str, price: str, **fields: Any) -> Node:
        """Adds a variation to a product, which becomes a variable one."""
        made = self._goods(number, f"{self.products[parent]['name']} - {option}", price) | {
            "type": "variation", "parent_id": parent, "image": None,
            "attributes": [{"id": 1, "name": "Size", "slug": "pa_size", "option": option}], **fields,
        }  # fmt: skip
        self.variations[number] = made
        self.products[parent]["type"] = "variable"
        self.products[parent]["variations"].append(number)
        return made

    def _goods(self, number: int, name: str, price: str) -> Node:
        return {
            "id": number, "name": name, "permalink": f"https://shop.example/product/{number}/",
            **self.dates("date_created", "date_modified", at=self.time()), "status": "publish",
            "description": "", "sku": f"SKU-{number}", "price": price, "regular_price": price, "sale_price": "",
            **self.dates("date_on_sale_from", "date_on_sale_to", at=None), "on_sale": False,
            "purchasable": True, "virtual": False, "downloadable": False, "downloads": [], "download_limit": -1,
            "download_expiry": -1, "tax_status": "taxable", "tax_class": "", "manage_stock": True,
            "stock_quantity": 10, "backorders": "no", "backorders_allowed": False, "backordered": False,
            "low_stock_amount": None, "weight": "", "dimensions": {"length": "", "width": "", "height": ""},
            "shipping_class": "", "shipping_class_id": 0, "shipping_taxable": True, "menu_order": 0,
            "meta_data": [], "stock_status": "instock", "global_unique_id": "",
        }  # fmt: skip

    def add_customer(self, number: int, first: str, email: str, **fields: Any) -> Node:
        """Puts a customer into the shop."""
        made: Node = {
            "id": number, **self.dates("date_created", "date_modified", at=self.time()), "email": email,
            "first_name": first, "last_name": "Silva", "role": "customer", "username": first.lower(),
            "billing": {**ADDRESS, "email": email}, "shipping": dict(ADDRESS), "is_paying_customer": True,
            "avatar_url": "https://shop.example/a.png", "meta_data": [], **fields,
        }  # fmt: skip
        self.customers[number] = made
        return made

    def find_goods(self, number: int) -> Node | None:
        """A product or variation by its number."""
        return self.variations.get(number) or self.products.get(number)

    def add_order(self, number: int | None = None, **fields: Any) -> Node:
        """Puts an empty order into the shop."""
        known = number or self.new_number()
        made: Node = {
            "id": known, "parent_id": 0, "number": str(known), "order_key": f"wc_order_{known}",
            "created_via": "rest-api", "version": "10.3.0", "status": "pending", "currency": self.currency,
            **self.dates("date_created", "date_modified", at=self.time()),
            **self.dates("date_paid", "date_completed", at=None),
            "discount_total": "0.00", "discount_tax": "0.00", "shipping_total": "0.00", "shipping_tax": "0.00",
            "cart_tax": "0.00", "total": "0.00", "total_tax": "0.00",
            "prices_include_tax": self.taxes_included, "customer_id": 0, "customer_ip_address": "",
            "customer_user_agent": "", "customer_note": "", "billing": {**ADDRESS, "email": ""},
            "shipping": dict.fromkeys(ADDRESS, ""), "payment_method": "", "payment_method_title": "",
            "transaction_id": "", "cart_hash": "", "meta_data": [], "line_items": [], "tax_lines": [],
            "shipping_lines": [], "fee_lines": [], "coupon_lines": [], "refunds": [],
            "payment_url": f"https://shop.example/checkout/order-pay/{known}/", "currency_symbol": "€",
            **fields,
        }  # fmt: skip
        self.orders[known], self.refunds[known], self.notes[known] = made, [], []
        self.reckon(made)
        return made

    def build_line(self, product: int, quantity: int, **fields: Any) -> Node:
        """A line at the product's price."""
        goods = self.find_goods(product)
        if goods is None:
            raise LookupError("no such product")
        parent = goods["parent_id"] if goods["type"] == "variation" else 0
        total = self._net(Decimal(goods["price"])) * quantity
        return {
            "id": self.new_number(), "name": goods["name"], "product_id": parent or product,
            "variation_id": product if parent else 0, "quantity": quantity, "tax_class": "",
            "subtotal": money(total), "subtotal_tax": "0.00", "total": money(total), "total_tax": "0.00",
            "taxes": [], "meta_data": _options_of(self, goods), "sku": goods["sku"], "global_unique_id": "",
            "price": 0, "image": {"id": "", "src": ""},
            "parent_name": self.products[parent]["name"] if parent else None, **fields,
        }  # fmt: skip

    def build_shipping(self, method: str, title: str, total: str) -> Node:
        """A shipping line."""
        return {
            "id": self.new_number(), "method_title": title, "method_id": method, "instance_id": "",
            "total": money(total), "total_tax": "0.00", "taxes": [], "tax_status": "taxable", "meta_data": [],
        }  # fmt: skip

    def _net(self, price: Decimal) -> Decimal:
        return price / (1 + self.tax / 100) if self.taxes_included else price

    def reckon(self, order: Node) -> None:
        """Reckons taxes and totals as WooCommerce does after a change of lines."""
        for line in [*order["line_items"], *order["shipping_lines"]]:
            self._tax(line)
        items, shipping = order["line_items"], order["shipping_lines"]
        order["discount_total"] = money(_sum(items, "subtotal") - _sum(items, "total"))
        order["discount_tax"] = money(_sum(items, "subtotal_tax") - _sum(items, "total_tax"))
        order["shipping_total"], order["shipping_tax"] = (
            money(_sum(shipping, "total")),
            money(_sum(shipping, "total_tax")),
        )
        order["cart_tax"] = money(_sum(items, "total_tax"))
        order["total_tax"] = money(_sum([*items, *shipping], "total_tax"))
        order["total"] = money(_sum([*items, *shipping], "total") + Decimal(order["total_tax"]))
        self.restate(order)

    def _tax(self, line: Node) -> None:
        line["taxes"] = []
        for name in ("subtotal", "total"):
            if name in line:
                line[f"{name}_tax"] = money(Decimal(line[name]) * self.tax / 100)
        if line.get("quantity"):
            line["price"] = float(Decimal(line["total"]) / line["quantity"])
        if self.tax:
            before = {"subtotal": line["subtotal_tax"]} if "subtotal" in line else {}
            line["taxes"] = [{"id": 1, "total": line["total_tax"], **before}]

    def restate(self, order: Node) -> None:
        """What follows from the status."""
        status, total = order["status"], Decimal(order["total"])
        if status in {"processing", "completed"} and not order["date_paid"]:
            order.update(self.dates("date_paid", at=self.time()))
        if status == "completed" and not order["date_completed"]:
            order.update(self.dates("date_completed", at=self.time()))
        order["is_editable"] = status in {"pending", "on-hold", "auto-draft"}
        order["needs_payment"] = status in {"pending", "failed"} and total > 0
        order["needs_processing"] = True
        order["refunds"] = [
            {"id": one["id"], "reason": one["reason"], "total": f"-{one['amount']}"}
            for one in self.refunds.get(order["id"], [])
        ]


def _options_of(shop: WooShop, goods: Node) -> list[Node]:
    if goods["type"] != "variation":
        return []
    return [
        {
            "id": shop.new_number(),
            "key": one["slug"],
            "value": one["option"].lower(),
            "display_key": one["name"],
            "display_value": one["option"],
        }
        for one in goods["attributes"]
    ]


def _sum(lines: list[Node], name: str) -> Decimal:
    return sum((Decimal(line[name]) for line in lines), Decimal(0))
