"""What the fake Shopify knows, of orders, in Shopify's shapes."""

import msgspec

from tests.support.fakes.shopify_graphql import Connection, Obj

CURRENCY = "EUR"


def gid(kind: str, number: object) -> str:
    """A global id."""
    return f"gid://shopify/{kind}/{number}"


def amount(minor: int) -> str:
    """Minor units as Shopify writes them."""
    sign = "-" if minor < 0 else ""
    return f"{sign}{abs(minor) // 100}.{abs(minor) % 100:02d}"


def bag(minor: int) -> Obj:
    """A MoneyBag; the shop counts in dollars of half the worth, so that a mix-up is seen."""
    return {
        "presentmentMoney": {"amount": amount(minor), "currencyCode": CURRENCY},
        "shopMoney": {"amount": amount(minor * 2), "currencyCode": "USD"},
    }


def minor(text: str) -> int:
    """Reads an amount of two digits."""
    whole, _, rest = text.partition(".")
    return int(whole) * 100 + int(rest.ljust(2, "0")[:2] or 0)


class Line(msgspec.Struct, kw_only=True):
    """A line: `price` for one, `discount` for all; `removed` by edits."""

    number: int
    variant: int | None
    quantity: int
    price: int
    title: str = "Shirt"
    discount: int = 0
    tax: int = 0
    removed: int = 0
    ships: bool = True

    @property
    def id(self) -> str:
        """Its global id."""
        return gid("LineItem", self.number)


class Shipment(msgspec.Struct, kw_only=True):
    """A fulfilment: numbers of lines and how many pieces."""

    number: int
    at: str
    pieces: list[tuple[int, int]]
    tracking: list[tuple[str, str, str]] = []
    status: str = "SUCCESS"
    display: str | None = "IN_TRANSIT"
    estimated: str | None = None
    delivered: str | None = None


class Repayment(msgspec.Struct, kw_only=True):
    """A refund: pieces with how they are put back, shares by gateway."""

    number: int
    at: str
    note: str
    pieces: list[tuple[int, int, str]]
    shipping: int
    shares: list[tuple[str, int]]
    status: str = "SUCCESS"

    @property
    def total(self) -> int:
        """What was given back, or is being so."""
        return sum(part for _, part in self.shares) if self.status in {"SUCCESS", "PENDING"} else 0


class Homecoming(msgspec.Struct, kw_only=True):
    """A return."""

    number: int
    name: str
    at: str
    items: list[tuple[int, int, str, str | None]]
    exchange: list[tuple[str, int]] = []
    status: str = "OPEN"


class Order(msgspec.Struct, kw_only=True):
    """An order, paid in full when it was placed."""

    number: int
    at: str
    updated: str
    lines: list[Line]
    shipping: int = 500
    paid: int = 0
    customer: int | None = 1
    email: str = "ana@example.com"
    address: Obj | None = None
    note: str | None = None
    tags: list[str] = []
    cancelled: str | None = None
    cancel_reason: str | None = None
    promised: str | None = None
    shipments: list[Shipment] = []
    refunds: list[Repayment] = []
    returns: list[Homecoming] = []

    @property
    def id(self) -> str:
        """Its global id."""
        return gid("Order", self.number)

    @property
    def subtotal(self) -> int:
        """The lines after discounts and edits."""
        return sum(line.price * (line.quantity - line.removed) - line.discount for line in self.lines)

    @property
    def total(self) -> int:
        """Lines and shipping."""
        return self.subtotal + self.shipping

    @property
    def refunded(self) -> int:
        """What was given back."""
        return sum(one.total for one in self.refunds)

    def sent_of(self, line: Line) -> int:
        """How many pieces went out."""
        good = (one for one in self.shipments if one.status == "SUCCESS")
        return sum(count for one in good for number, count in one.pieces if number == line.number)

    def refunded_of(self, line: Line, *ways: str) -> int:
        """How many pieces were refunded, in these ways of putting back or in all."""
        return sum(
            count
            for one in self.refunds
            for number, count, way in one.pieces
            if number == line.number and (not ways or way in ways)
        )

    def current_of(self, line: Line) -> int:
        """How many pieces are left."""
        return line.quantity - line.removed - self.refunded_of(line)


def _financial(order: Order) -> str:
    if order.refunded and order.refunded >= order.paid:
        return "REFUNDED"
    if order.refunded:
        return "PARTIALLY_REFUNDED"
    return "PAID" if order.paid else "PENDING"


def _fulfilled(order: Order) -> str:
    sent = sum(order.sent_of(line) for line in order.lines)
    if not sent:
        return "UNFULFILLED"
    return "FULFILLED" if all(_unsent(order, line) == 0 for line in order.lines) else "PARTIALLY_FULFILLED"


def _unsent(order: Order, line: Line) -> int:
    left = line.quantity - line.removed - order.refunded_of(line, "CANCEL")
    return max(0, left - order.sent_of(line))


def view_order(order: Order, variants: dict[int, tuple[int, Obj]]) -> Obj:
    """An Order."""
    lines = [_view_line(order, line, variants) for line in order.lines]
    by_number = {line.number: view for line, view in zip(order.lines, lines, strict=True)}
    return {
        "id": order.id,
        "legacyResourceId": str(order.number),
        "name": f"#{order.number}",
        "email": order.email,
        "phone": None,
        "note": order.note,
        "tags": order.tags,
        "createdAt": order.at,
        "processedAt": order.at,
        "updatedAt": order.updated,
        "cancelledAt": order.cancelled,
        "cancelReason": order.cancel_reason,
        "closedAt": None,
        "customerLocale": "pt-BR",
        "presentmentCurrencyCode": CURRENCY,
        "displayFinancialStatus": _financial(order),
        "displayFulfillmentStatus": _fulfilled(order),
        "returnStatus": "IN_PROGRESS" if order.returns else "NO_RETURN",
        "taxesIncluded": True,
        "discountCodes": ["WELCOME"] if any(line.discount for line in order.lines) else [],
        "paymentGatewayNames": ["shopify_payments"],
        "statusPageUrl": f"https://shop.example/orders/{order.number}",
        "subtotalPriceSet": bag(order.subtotal),
        "totalDiscountsSet": bag(sum(line.discount for line in order.lines)),
        "totalShippingPriceSet": bag(order.shipping),
        "totalTaxSet": bag(sum(line.tax for line in order.lines)),
        "totalPriceSet": bag(order.total),
        "totalRefundedSet": bag(order.refunded),
        "customer": None
        if order.customer is None
        else {"id": gid("Customer", order.customer), "displayName": "Ana Silva"},
        "shippingAddress": order.address,
        "shippingLine": {"code": "standard", "title": "Standard"},
        "transactions": [
            {
                "id": gid("OrderTransaction", order.number * 10),
                "kind": "SALE",
                "status": "SUCCESS",
                "gateway": "shopify_payments",
                "paymentId": f"pay-{order.number}",
            }
        ],
        "lineItems": Connection(lines),
        "fulfillmentsCount": {"count": len(order.shipments)},
        "fulfillments": [_view_shipment(one, by_number) for one in order.shipments],
        "refunds": [_view_refund(one, order, by_number) for one in order.refunds],
        "returns": Connection(_view_return(one, by_number) for one in order.returns),
        "fulfillmentOrders": Connection(
            [
                {
                    "id": gid("FulfillmentOrder", order.number),
                    "deliveryMethod": {"maxDeliveryDateTime": order.promised},
                }
            ]
        ),
    }


def _view_line(order: Order, line: Line, variants: dict[int, tuple[int, Obj]]) -> Obj:
    product, variant = variants.get(line.variant or 0, (None, None))
    return {
        "id": line.id,
        "title": line.title,
        "variantTitle": variant["title"] if variant else None,
        "sku": variant["sku"] if variant else None,
        "quantity": line.quantity,
        "currentQuantity": order.current_of(line),
        "unfulfilledQuantity": _unsent(order, line),
        "requiresShipping": line.ships,
        "originalUnitPriceSet": bag(line.price),
        "originalTotalSet": bag(line.price * line.quantity),
        "discountAllocations": [{"allocatedAmountSet": bag(line.discount)}] if line.discount else [],
        "taxLines": [{"priceSet": bag(line.tax)}] if line.tax else [],
        "image": {"url": f"https://cdn.example/{line.variant}.jpg"} if variant else None,
        "product": {"id": gid("Product", product)} if variant else None,
        "variant": {"id": gid("ProductVariant", line.variant)} if variant else None,
    }


def _view_shipment(one: Shipment, lines: dict[int, Obj]) -> Obj:
    return {
        "id": gid("Fulfillment", one.number),
        "status": one.status,
        "displayStatus": one.display,
        "createdAt": one.at,
        "inTransitAt": one.at,
        "estimatedDeliveryAt": one.estimated,
        "deliveredAt": one.delivered,
        "totalQuantity": sum(count for _, count in one.pieces),
        "trackingInfo": [
            {"company": company, "number": number, "url": url or None}
            for company, number, url in one.tracking
        ],
        "fulfillmentLineItems": Connection(
            {"id": item_id(one.number, number), "quantity": count, "lineItem": lines[number]}
            for number, count in one.pieces
        ),
    }


def item_id(shipment: int, line: int) -> str:
    """The id of a line of a fulfilment."""
    return gid("FulfillmentLineItem", f"{shipment}{line:06d}")


def _view_refund(one: Repayment, order: Order, lines: dict[int, Obj]) -> Obj:
    prices = {line.number: line.price for line in order.lines}
    return {
        "id": gid("Refund", one.number),
        "createdAt": one.at,
        "processedAt": one.at,
        "note": one.note,
        "totalRefundedSet": bag(one.total),
        "refundShippingLines": Connection(
            [{"subtotalAmountSet": bag(one.shipping), "taxAmountSet": bag(0)}] if one.shipping else []
        ),
        "transactions": Connection(
            {"kind": "REFUND", "status": one.status, "gateway": gateway} for gateway, _ in one.shares
        ),
        "refundLineItems": Connection(
            {
                "quantity": count,
                "lineItem": lines[number],
                "subtotalSet": bag(prices[number] * count),
                "totalTaxSet": bag(0),
            }
            for number, count, _ in one.pieces
        ),
    }


def _view_return(one: Homecoming, lines: dict[int, Obj]) -> Obj:
    return {
        "id": gid("Return", one.number),
        "name": one.name,
        "status": one.status,
        "createdAt": one.at,
        "returnLineItems": Connection(
            {
                "id": gid("ReturnLineItem", f"{one.number}{number}"),
                "quantity": count,
                "returnReasonNote": note,
                "returnReasonDefinition": {"name": reason} if reason else None,
                "fulfillmentLineItem": {"lineItem": lines[number]},
            }
            for number, count, note, reason in one.items
        ),
    }
