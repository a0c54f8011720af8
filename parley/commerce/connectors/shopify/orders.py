"""What the Admin API says of orders, in our words. Pure; amounts are in the customer's (presentment) currency."""

from datetime import datetime
from typing import Any, cast

from parley.commerce.connectors.shopify.mapping import Node, bag_minor, build_address, read_time
from parley.commerce.connectors.shopify.marks import drop_mark, find_mark
from parley.commerce.model import (
    Fulfilment,
    Payment,
    Pieces,
    ReturnStatus,
    ShipmentStatus,
    StoreFulfilment,
    StoreLine,
    StoreOrder,
    StoreParcel,
    StoreRefund,
    StoreReturn,
    StoreReturnLine,
)

_PAYMENTS: dict[str, Payment] = {
    "PENDING": "pending",
    "AUTHORIZED": "authorized",
    "PARTIALLY_PAID": "partially_paid",
    "PAID": "paid",
    "PARTIALLY_REFUNDED": "partially_refunded",
    "REFUNDED": "refunded",
    "VOIDED": "voided",
    "EXPIRED": "voided",
}
_FULFILMENTS: dict[str, Fulfilment] = {
    "FULFILLED": "fulfilled",
    "FULFILLMENT_NOT_REQUIRED": "fulfilled",
    "PARTIALLY_FULFILLED": "partially_fulfilled",
    "ON_HOLD": "on_hold",
}
_SHIPMENTS: dict[str, ShipmentStatus] = {
    "ATTEMPTED_DELIVERY": "in_transit",
    "CANCELED": "cancelled",
    "CARRIER_PICKED_UP": "in_transit",
    "CONFIRMED": "label_created",
    "DELAYED": "in_transit",
    "DELIVERED": "delivered",
    "FAILURE": "failed",
    "IN_TRANSIT": "in_transit",
    "LABEL_PRINTED": "label_created",
    "LABEL_PURCHASED": "label_created",
    "LABEL_VOIDED": "cancelled",
    "NOT_DELIVERED": "failed",
    "OUT_FOR_DELIVERY": "out_for_delivery",
    "PICKED_UP": "delivered",
    "READY_FOR_PICKUP": "ready_for_pickup",
    "SUBMITTED": "label_created",
}
_RETURNS: dict[str, ReturnStatus] = {
    "REQUESTED": "requested",
    "OPEN": "approved",
    "CLOSED": "closed",
    "DECLINED": "declined",
    "CANCELED": "cancelled",
}
_VOID = {"CANCELLED": "cancelled", "ERROR": "failed", "FAILURE": "failed"}
_OPEN = frozenset({"PENDING", "AWAITING_RESPONSE", "UNKNOWN"})
STORE_CREDIT = "shopify_store_credit"


def build_order(node: Node, admin_url: str) -> StoreOrder:
    """Maps an Order whose nested pages are complete; `admin_url` is the address of the store's admin."""
    currency = node["presentmentCurrencyCode"]
    fulfilments = [_build_fulfilment(one) for one in node["fulfillments"]]
    refunds = [build_refund(one, currency, taxes_included=node["taxesIncluded"]) for one in node["refunds"]]
    sent = _count(one.pieces for one in fulfilments if one.status not in _VOID.values())
    back = _count(one.pieces for one in refunds)
    address, paid = build_address(node["shippingAddress"]), _payment_of(node)
    shipping, customer = node["shippingLine"] or {}, node["customer"] or {}
    lines = [_build_line(line, currency, sent, back) for line in node["lineItems"]["nodes"]]
    # Shopify's subtotal is less the lines' discounts; ours is what the goods cost before them.
    subtotal = bag_minor(node["subtotalPriceSet"], currency) + sum(line.discount for line in lines)
    return StoreOrder(
        external_id=node["id"],
        updated_at=read_time(node["updatedAt"]),
        number=node["name"],
        placed_at=cast(datetime, read_time(node["processedAt"])),
        currency=currency,
        payment=_PAYMENTS.get(node["displayFinancialStatus"] or "", "pending"),
        fulfilment=_FULFILMENTS.get(node["displayFulfillmentStatus"], "unfulfilled"),
        subtotal=subtotal,
        discount=bag_minor(node["totalDiscountsSet"], currency),
        shipping=bag_minor(node["totalShippingPriceSet"], currency),
        tax=bag_minor(node["totalTaxSet"], currency),
        total=bag_minor(node["totalPriceSet"], currency),
        refunded=bag_minor(node["totalRefundedSet"], currency),
        taxes_included=node["taxesIncluded"],
        email=node["email"] or "",
        phone=node["phone"] or "",
        name=(address.name if address else "") or customer.get("displayName", ""),
        customer_id=customer.get("id"),
        language=node["customerLocale"] or "",
        address=address,
        shipping_code=shipping.get("code") or "",
        shipping_title=shipping.get("title") or "",
        promised_at=_promise_of(node),
        cancelled_at=read_time(node["cancelledAt"]),
        cancel_reason=(node["cancelReason"] or "").lower(),
        closed_at=read_time(node["closedAt"]),
        discount_codes=node["discountCodes"],
        note=drop_mark(node["note"]),
        tags=node["tags"],
        gateway=paid.get("gateway") or next(iter(node["paymentGatewayNames"]), ""),
        payment_reference=paid.get("paymentId") or "",
        admin_url=f"{admin_url}/orders/{node['legacyResourceId']}",
        status_url=node["statusPageUrl"],
        lines=lines,
        fulfilments=fulfilments,
        refunds=refunds,
        returns=[_build_return(one) for one in node["returns"]["nodes"]],
    )


def _build_line(node: Node, currency: str, sent: dict[str, int], back: dict[str, int]) -> StoreLine:
    discount = sum(bag_minor(one["allocatedAmountSet"], currency) for one in node["discountAllocations"])
    return StoreLine(
        external_id=node["id"],
        title=node["title"],
        variant_title=node["variantTitle"] or "",
        sku=node["sku"] or "",
        product_id=(node["product"] or {}).get("id"),
        variant_id=(node["variant"] or {}).get("id"),
        ordered=node["quantity"],
        quantity=node["currentQuantity"],
        fulfilled=sent.get(node["id"], 0),
        refunded=back.get(node["id"], 0),
        unit_price=bag_minor(node["originalUnitPriceSet"], currency),
        total=bag_minor(node["originalTotalSet"], currency) - discount,
        discount=discount,
        tax=sum(bag_minor(tax["priceSet"], currency) for tax in node["taxLines"]),
        image_url=(node["image"] or {}).get("url", ""),
        digital=not node["requiresShipping"],
    )


def _build_fulfilment(node: Node) -> StoreFulfilment:
    shown = node["displayStatus"] or ""
    created = cast(datetime, read_time(node["createdAt"]))
    return StoreFulfilment(
        external_id=node["id"],
        status=_VOID.get(node["status"]) or (shown or node["status"]).lower(),
        created_at=created,
        pieces=[
            Pieces(item["lineItem"]["id"], item["quantity"] or 0)
            for item in node["fulfillmentLineItems"]["nodes"]
        ],
        parcels=[
            StoreParcel(
                number=info["number"] or "",
                carrier=info["company"] or "",
                url=info["url"] or "",
                status="cancelled" if node["status"] in _VOID else _SHIPMENTS.get(shown, "unknown"),
                shipped_at=read_time(node["inTransitAt"]) or created,
                estimated_at=read_time(node["estimatedDeliveryAt"]),
                delivered_at=read_time(node["deliveredAt"]),
            )
            for info in node["trackingInfo"]
            if info["number"] or info["url"]
        ],
    )


def build_refund(node: Node, currency: str, *, taxes_included: bool = True) -> StoreRefund:
    """Maps a Refund; lines and shipping only where the query asked for them."""

    def amount_of(net: Node, tax: Node) -> int:
        return bag_minor(net, currency) + (0 if taxes_included else bag_minor(tax, currency))

    payments = [one for one in node["transactions"]["nodes"] if one["kind"] == "REFUND"]
    return StoreRefund(
        external_id=node["id"],
        created_at=cast(datetime, read_time(node["createdAt"] or node["processedAt"])),
        amount=bag_minor(node["totalRefundedSet"], currency),
        shipping=sum(
            amount_of(one["subtotalAmountSet"], one["taxAmountSet"])
            for one in node.get("refundShippingLines", {}).get("nodes", [])
        ),
        note=drop_mark(node["note"]),
        key=find_mark(node["note"]),
        pieces=[
            Pieces(one["lineItem"]["id"], one["quantity"], amount_of(one["subtotalSet"], one["totalTaxSet"]))
            for one in node.get("refundLineItems", {}).get("nodes", [])
        ],
        destination="store_credit" if any(one["gateway"] == STORE_CREDIT for one in payments) else "original",
        status=cast(Any, _status_of(payments)),
    )


def _status_of(payments: list[Node]) -> str:
    statuses = {one["status"] for one in payments}
    if statuses & _OPEN:
        return "pending"
    return "failed" if statuses and "SUCCESS" not in statuses else "done"


def _build_return(node: Node) -> StoreReturn:
    return StoreReturn(
        external_id=node["id"],
        status=_RETURNS.get(node["status"], "requested"),
        number=node["name"],
        created_at=read_time(node["createdAt"]),
        lines=[
            StoreReturnLine(
                line=item["fulfillmentLineItem"]["lineItem"]["id"],
                quantity=item["quantity"],
                reason=(item["returnReasonDefinition"] or {}).get("name", ""),
                note=drop_mark(item["returnReasonNote"]),
            )
            for item in node["returnLineItems"]["nodes"]
            if "fulfillmentLineItem" in item
        ],
    )


def _count(groups: Any) -> dict[str, int]:
    counted: dict[str, int] = {}
    for pieces in groups:
        for one in pieces:
            counted[one.line] = counted.get(one.line, 0) + one.quantity
    return counted


def _payment_of(node: Node) -> Node:
    """The first payment that went well."""
    good = [
        one
        for one in node["transactions"]
        if one["status"] == "SUCCESS" and one["kind"] in {"SALE", "CAPTURE", "AUTHORIZATION"}
    ]
    return good[0] if good else {}


def _promise_of(node: Node) -> datetime | None:
    """The latest day that was promised at the checkout."""
    times = (
        read_time((one["deliveryMethod"] or {}).get("maxDeliveryDateTime"))
        for one in node["fulfillmentOrders"]["nodes"]
    )
    return max((at for at in times if at is not None), default=None)


def complete_from_lines(node: Node) -> bool:
    """Completes an order of a bulk file, where fulfilments have no lines; False: it has to be fetched by itself.

    With one fulfilment and nothing refunded or returned, what is not unfulfilled has been sent with it.
    """
    node["returns"] = {"nodes": []}
    if node["refunds"] or node["returnStatus"] != "NO_RETURN" or len(node["fulfillments"]) > 1:
        return False
    for one in node["fulfillments"]:
        sent = [
            {
                "lineItem": {"id": line["id"]},
                "quantity": line["currentQuantity"] - line["unfulfilledQuantity"],
            }
            for line in node["lineItems"]["nodes"]
            if line["currentQuantity"] > line["unfulfilledQuantity"]
        ]
        if one["status"] in _VOID or sum(item["quantity"] for item in sent) != one["totalQuantity"]:
            return False
        one["fulfillmentLineItems"] = {"nodes": sent}
    return True
