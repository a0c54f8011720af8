"""What the REST API says of orders and refunds, in our words. Pure.

The totals of lines, shipping and discounts come without tax and the tax beside them; where the store's prices include
tax they are added here, as `parley.commerce.model` has it.
"""

from datetime import UTC, datetime
from typing import Any, cast

from parley.commerce.connectors.woocommerce.mapping import (
    KEY,
    Node,
    build_address,
    find_meta,
    html_text,
    read_time,
    to_minor,
)
from parley.commerce.model import (
    Fulfilment,
    Payment,
    Pieces,
    StoreFulfilment,
    StoreLine,
    StoreOrder,
    StoreParcel,
    StoreRefund,
)

STATUSES = (
    "pending", "processing", "on-hold", "completed", "cancelled", "refunded", "failed", "checkout-draft",
)  # fmt: skip
NO_ORDER = frozenset({"trash", "auto-draft"})
"""What lies in the bin, or is a form that somebody has opened, is no order."""

_TRACKING = "_wc_shipment_tracking_items"
_UNPAID: dict[str, Payment] = {"cancelled": "voided", "refunded": "refunded"}


def build_order(node: Node, refunds: list[Node], address: str) -> StoreOrder:
    """Maps an order and its refunds; `address` is the store's."""
    currency, taxed = node["currency"], bool(node["prices_include_tax"])
    mapped = [build_refund(one, currency) for one in refunds]
    back: dict[str, int] = {}
    for refund in mapped:
        for piece in refund.pieces:
            back[piece.line] = back.get(piece.line, 0) + piece.quantity
    refunded = sum(one.amount for one in mapped)
    sent = node["status"] == "completed"
    lines = [_build_line(one, currency, back, taxed=taxed, sent=sent) for one in node["line_items"]]
    place, method = _place_of(node), _first(node["shipping_lines"])
    cancelled = node["status"] == "cancelled"

    def with_tax(net: str, tax: str) -> int:
        return to_minor(node[net], currency) + (to_minor(node[tax], currency) if taxed else 0)

    return StoreOrder(
        external_id=str(node["id"]),
        updated_at=read_time(node["date_modified_gmt"]),
        number=f"#{node['number']}",
        placed_at=_time_of(node, "date_created_gmt"),
        currency=currency,
        payment=_payment_of(node, refunded, to_minor(node["total"], currency)),
        fulfilment=_fulfilment_of(node),
        subtotal=sum(line.total + line.discount for line in lines),
        discount=with_tax("discount_total", "discount_tax"),
        shipping=with_tax("shipping_total", "shipping_tax"),
        tax=to_minor(node["total_tax"], currency),
        total=to_minor(node["total"], currency),
        refunded=refunded,
        taxes_included=taxed,
        email=node["billing"].get("email") or "",
        phone=node["billing"].get("phone") or "",
        name=place.name or build_address(node["billing"]).name,
        customer_id=str(node["customer_id"]) if node["customer_id"] else None,
        language=str(find_meta(node["meta_data"], "wpml_language") or ""),
        address=place if place.line1 or place.city or place.country else None,
        shipping_code=method.get("method_id") or "",
        shipping_title=method.get("method_title") or "",
        cancelled_at=read_time(node["date_modified_gmt"]) if cancelled else None,
        closed_at=read_time(node["date_completed_gmt"]) if sent else None,
        discount_codes=[one["code"] for one in node["coupon_lines"]],
        note=node["customer_note"] or "",
        tags=[node["status"]],
        gateway=node["payment_method"] or "",
        payment_reference=_reference_of(node),
        admin_url=f"{address}/wp-admin/post.php?post={node['id']}&action=edit",
        status_url=node["payment_url"] if node.get("needs_payment") else "",
        lines=lines,
        fulfilments=_build_fulfilments(node, lines),
        refunds=mapped,
    )


def _payment_of(node: Node, refunded: int, total: int) -> Payment:
    """What has been paid: WooCommerce dates the payment, and refunds only what it has recorded."""
    if node["date_paid_gmt"]:
        if node["status"] == "refunded" or (refunded and refunded >= total):
            return "refunded"
        return "partially_refunded" if refunded else "paid"
    if node["status"] == "on-hold" and node["transaction_id"]:
        return "authorized"
    return _UNPAID.get(node["status"], "pending")


def _fulfilment_of(node: Node) -> Fulfilment:
    if node["status"] == "completed":
        return "fulfilled"
    if node["status"] == "on-hold":
        return "on_hold"
    return "partially_fulfilled" if _parcels_of(node) else "unfulfilled"


def _build_line(node: Node, currency: str, back: dict[str, int], *, taxed: bool, sent: bool) -> StoreLine:
    ordered, refunded = int(node["quantity"]), back.get(str(node["id"]), 0)
    tax = to_minor(node["total_tax"], currency)
    total = to_minor(node["total"], currency) + (tax if taxed else 0)
    before = to_minor(node["subtotal"], currency)
    before += to_minor(node["subtotal_tax"], currency) if taxed else 0
    variant = node["variation_id"] or node["product_id"]
    options = [
        str(one["display_value"])
        for one in node["meta_data"]
        if not str(one["key"]).startswith("_") and isinstance(one.get("display_value"), str)
    ]
    parent = node.get("parent_name")
    return StoreLine(
        external_id=str(node["id"]),
        title=html_text(str(parent or node["name"])),
        variant_title=html_text(" / ".join(options)) if node["variation_id"] else "",
        sku=node.get("sku") or "",
        product_id=str(node["product_id"]) if node["product_id"] else None,
        variant_id=str(variant) if variant else None,
        ordered=ordered,
        # What was paid back before it was sent will not be sent.
        quantity=ordered if sent else max(0, ordered - refunded),
        fulfilled=ordered if sent else 0,
        refunded=refunded,
        unit_price=(before * 2 + ordered) // (ordered * 2) if ordered else before,
        total=total,
        discount=before - total,
        tax=tax,
        image_url=str((node.get("image") or {}).get("src") or ""),
    )


def _place_of(node: Node) -> Any:
    """Where it goes; an order without an address of its own for that goes to the one on the bill."""
    place = build_address(node["shipping"])
    return place if place.line1 or place.city else build_address(node["billing"])


def _reference_of(node: Node) -> str:
    """What the payment provider calls the payment; Stripe's plug-in keeps the intent in a field of its own."""
    intent = find_meta(node["meta_data"], "_stripe_intent_id")
    return str(intent or node["transaction_id"] or "")


def _parcels_of(node: Node) -> list[Node]:
    """The entries of the usual plug-ins for shipment tracking."""
    found = find_meta(node["meta_data"], _TRACKING)
    items = list(found.values()) if isinstance(found, dict) else found
    if not isinstance(items, list):
        return []
    return [one for one in items if isinstance(one, dict) and one.get("tracking_number")]


def _build_fulfilments(node: Node, lines: list[StoreLine]) -> list[StoreFulfilment]:
    """One per parcel; whose pieces are known only where everything went out in one."""
    sent = node["status"] == "completed"
    everything = [Pieces(line.external_id, line.ordered) for line in lines] if sent else []
    parcels, done = _parcels_of(node), read_time(node["date_completed_gmt"])
    if not parcels and sent:
        at = done or _time_of(node, "date_modified_gmt")
        return [
            StoreFulfilment(external_id=f"{node['id']}", status="completed", created_at=at, pieces=everything)
        ]
    return [
        StoreFulfilment(
            external_id=str(one.get("tracking_id") or f"{node['id']}-{one['tracking_number']}"),
            status="shipped",
            created_at=_shipped_at(one) or done or _time_of(node, "date_modified_gmt"),
            pieces=everything if len(parcels) == 1 else [],
            parcels=[
                StoreParcel(
                    number=str(one["tracking_number"]).strip(),
                    carrier=str(one.get("custom_tracking_provider") or one.get("tracking_provider") or ""),
                    url=str(one.get("custom_tracking_link") or ""),
                    shipped_at=_shipped_at(one),
                )
            ],
        )
        for one in parcels
    ]


def _shipped_at(parcel: Node) -> datetime | None:
    """The plug-ins keep the day as seconds since 1970."""
    text = str(parcel.get("date_shipped") or "")
    return datetime.fromtimestamp(int(text), UTC) if text.isdigit() and len(text) < 12 else None


def build_refund(node: Node, currency: str) -> StoreRefund:
    """Maps a refund, whose lines are negative and name the order's lines in a meta field; amounts contain the tax."""
    pieces = [
        Pieces(str(line), abs(int(one["quantity"])), _taken_back(one, currency))
        for one in node["line_items"]
        if (line := find_meta(one["meta_data"], "_refunded_item_id"))
    ]
    key = find_meta(node["meta_data"], KEY)
    return StoreRefund(
        external_id=str(node["id"]),
        created_at=_time_of(node, "date_created_gmt"),
        amount=to_minor(node["amount"], currency),
        shipping=sum(_taken_back(one, currency) for one in node["shipping_lines"]),
        reason=node["reason"] or "",
        pieces=pieces,
        key=str(key) if key else None,
    )


def _taken_back(line: Node, currency: str) -> int:
    return -to_minor(line["total"], currency) - to_minor(line["total_tax"], currency)


def _first(nodes: list[Node]) -> Node:
    return nodes[0] if nodes else {}


def _time_of(node: Node, name: str) -> datetime:
    return cast(datetime, read_time(node[name]))
