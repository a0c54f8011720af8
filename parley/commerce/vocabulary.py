"""What rules can test of a customer's orders, of the one in question, its parcel and its return; and when."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, get_args
from uuid import UUID

from parley.commerce.model import Fulfilment, Payment, ReturnStatus, ShipmentStatus
from parley.facts.commerce import OrderChanged, OrderPlaced, ReturnChanged, ShipmentChanged
from parley.kit.conditions.catalogue import Event, Past, Section, Subject
from parley.kit.conditions.fields import Field
from parley.kit.ctx import Ctx
from parley.kit.money import Money
from parley.kit.runtime import Runtime

OVER = ("delivered", "returned", "cancelled")
SENT = ("fulfilled", "partially_fulfilled")
ABOUT_ORDER = (
    "order",
    "orders",
    "shipment",
    "return",
    "conversation",
    "history",
    "customer",
    "time",
    "promise",
)

# What all orders of a customer came to at a moment, in the currency of the shop's first store. Placing, cancelling and
# paying back bear their times, so that the same reading is right for the past.
LOAD_SUMS = """
SELECT w.n, f.currency, s.count, s.spent FROM unnest($2::int[], $3::uuid[], $4::timestamptz[]) AS w(n, customer_id, at)
LEFT JOIN LATERAL (
  SELECT currency FROM stores WHERE workspace_id = $1 ORDER BY created_at, id LIMIT 1) f ON true
CROSS JOIN LATERAL (
  SELECT count(*)::int AS count,
    coalesce(sum(o.total - r.amount) FILTER (WHERE o.currency = f.currency
      AND (o.cancelled_at IS NULL OR o.cancelled_at > w.at)), 0)::bigint AS spent
  FROM orders o CROSS JOIN LATERAL (
    SELECT coalesce(sum(b.amount), 0) AS amount FROM refunds b
    WHERE b.workspace_id = $1 AND b.order_id = o.id AND b.status <> 'failed' AND b.created_at <= w.at) r
  WHERE o.workspace_id = $1 AND o.customer_id = w.customer_id AND o.deleted_at IS NULL AND o.placed_at <= w.at) s
"""
ORDER = """
o.id, o.customer_id, o.store_id, o.number, o.payment, o.fulfilment, o.total, o.refunded, o.currency, o.placed_at,
o.cancelled_at, o.closed_at, o.promised_at, o.tags, (SELECT count(*)::int FROM order_lines l
  WHERE l.workspace_id = $1 AND l.order_id = o.id AND l.quantity > 0) AS lines
"""
LOAD_ORDERS = f"""
SELECT {ORDER}, NULL::uuid AS newest_of FROM orders o WHERE o.workspace_id = $1 AND o.id = ANY($2)
UNION ALL
SELECT o.*, u.id FROM unnest($3::uuid[]) AS u(id) CROSS JOIN LATERAL (
  SELECT {ORDER} FROM orders o WHERE o.workspace_id = $1 AND o.customer_id = u.id AND o.deleted_at IS NULL
  ORDER BY o.placed_at DESC, o.id DESC LIMIT 1) o
"""
LOAD_SHIPMENTS = """
SELECT s.id, s.order_id, s.direction, s.status, s.carrier, s.shipped_at, s.estimated_at, s.delivered_at, o.promised_at
FROM shipments s JOIN orders o ON o.workspace_id = $1 AND o.id = s.order_id
WHERE s.workspace_id = $1 AND s.order_id = ANY($2) ORDER BY s.id
"""
LOAD_RETURNS = """
SELECT r.id, r.state, r.refund_amount, r.currency, r.destination FROM returns r
WHERE r.workspace_id = $1 AND r.id = ANY($2)
"""

SUM_FIELDS = (
    Field("orders.count", "number"),
    Field("orders.spent", "number", unit="currency"),
)
ORDER_FIELDS = (
    Field("order.number", "text"),
    Field("order.status", "choice", ("open", "closed", "cancelled")),
    Field("order.payment", "choice", get_args(Payment)),
    Field("order.fulfilment", "choice", get_args(Fulfilment)),
    Field("order.total", "number", unit="currency"),
    Field("order.refunded", "number", unit="currency"),
    Field("order.currency", "choice", source="currencies"),
    Field("order.placed_at", "moment"),
    Field("order.age_hours", "number", unit="hours"),
    Field("order.lines", "number"),
    Field("order.tags", "choices", source="order_tags"),
    Field("order.shipped", "flag"),
    Field("order.cancelled", "flag"),
    Field("order.store_id", "choice", source="stores"),
)
SHIPMENT_FIELDS = (
    Field("shipment.status", "choice", get_args(ShipmentStatus)),
    Field("shipment.carrier", "text"),
    Field("shipment.late_days", "number", unit="days"),
    Field("shipment.delivered_days", "number", unit="days"),
)
RETURN_FIELDS = (
    Field("return.state", "choice", get_args(ReturnStatus)),
    Field("return.amount", "number", unit="currency"),
    Field("return.destination", "choice", ("original", "store_credit")),
)
EVENTS = (
    Event("order_placed", (OrderPlaced,), ABOUT_ORDER),
    Event("order_changed", (OrderChanged,), ABOUT_ORDER),
    Event("shipment_changed", (ShipmentChanged,), ABOUT_ORDER),
    Event("return_changed", (ReturnChanged,), ABOUT_ORDER),
)


async def load_sums(ctx: Ctx, subjects: Sequence[Subject]) -> None:
    """Counts the orders that the customers had at each subject's moment."""
    known = [subject for subject in subjects if "customer" in subject.ids]
    if not known:
        return
    rows = await ctx.tx.fetch(
        LOAD_SUMS,
        ctx.workspace_id,
        list(range(len(known))),
        [subject.ids["customer"] for subject in known],
        [subject.now for subject in known],
    )
    for row in rows:
        known[row["n"]].values |= {
            "orders.count": row["count"],
            "orders.spent": major(row["spent"], row["currency"]),
        }


async def load_orders(ctx: Ctx, subjects: Sequence[Subject]) -> None:
    """Reads the orders that the facts name, else the newest of the customers."""
    named = {subject: one for subject in subjects if (one := _named(subject, "order_id")) is not None}
    others = [subject for subject in subjects if subject not in named and "customer" in subject.ids]
    if not named and not others:
        return
    customers = list({subject.ids["customer"] for subject in others})
    rows = await ctx.tx.fetch(LOAD_ORDERS, ctx.workspace_id, list(set(named.values())), customers)
    by_id = {row["id"]: dict(row) for row in rows if row["newest_of"] is None}
    newest = {row["newest_of"]: dict(row) for row in rows if row["newest_of"] is not None}
    for subject in subjects:
        row = by_id.get(named[subject]) if subject in named else newest.get(subject.ids.get("customer"))
        if row is not None:
            fill_order(subject, row)


def recall_order(past: Past, subject: Subject) -> None:
    """Gives the order as it stood when the fact was told; rows of kind `order` have the columns of `ORDER`."""
    order_id = _named(subject, "order_id")
    row = None if order_id is None else past.row("order", order_id)
    if order_id is None and "customer" in subject.ids:
        rows = _living(past, subject.ids["customer"], subject.recorded.at)
        row = max(rows, key=lambda one: (one["placed_at"], one["id"]), default=None)
    if row is not None:
        fill_order(subject, row)


def _living(past: Past, customer_id: UUID, at: datetime) -> list[Mapping[str, Any]]:
    return [
        row
        for row in past.rows("order", customer_id=customer_id)
        if row["placed_at"] <= at and row.get("deleted_at") is None
    ]


def fill_order(subject: Subject, row: Mapping[str, Any]) -> None:
    """Lays an order's row on the subject's sheet."""
    subject.ids["order"] = row["id"]
    if row["customer_id"] is not None:
        subject.ids.setdefault("customer", row["customer_id"])
    state = "closed" if row["closed_at"] is not None else "open"
    subject.values |= {
        "order.number": row["number"],
        "order.status": "cancelled" if row["cancelled_at"] is not None else state,
        "order.payment": row["payment"],
        "order.fulfilment": row["fulfilment"],
        "order.total": major(row["total"], row["currency"]),
        "order.refunded": major(row["refunded"], row["currency"]),
        "order.currency": row["currency"],
        "order.placed_at": row["placed_at"],
        "order.age_hours": int((subject.now - row["placed_at"]) / timedelta(hours=1)),
        "order.lines": row["lines"],
        "order.tags": sorted(row["tags"]),
        "order.shipped": row["fulfilment"] in SENT,
        "order.cancelled": row["cancelled_at"] is not None,
        "order.store_id": str(row["store_id"]),
    }


async def load_shipments(ctx: Ctx, subjects: Sequence[Subject]) -> None:
    """Reads the parcels of the orders and takes the one in question."""
    known = [subject for subject in subjects if "order" in subject.ids]
    if not known:
        return
    ids = list({subject.ids["order"] for subject in known})
    rows = await ctx.tx.fetch(LOAD_SHIPMENTS, ctx.workspace_id, ids)
    for subject in known:
        parcels = [dict(row) for row in rows if row["order_id"] == subject.ids["order"]]
        fill_shipment(subject, choose_parcel(parcels, _named(subject, "shipment_id")))


def recall_shipment(past: Past, subject: Subject) -> None:
    """Gives the parcel as it stood when the fact was told."""
    if "order" not in subject.ids:
        return
    order = past.row("order", subject.ids["order"])
    parcels = [
        {**row, "promised_at": order["promised_at"] if order is not None else None}
        for row in sorted(past.rows("shipment", order_id=subject.ids["order"]), key=lambda row: row["id"])
    ]
    fill_shipment(subject, choose_parcel(parcels, _named(subject, "shipment_id")))


def choose_parcel(parcels: Sequence[Mapping[str, Any]], wanted: UUID | None) -> Mapping[str, Any] | None:
    """Gives the parcel that is named, else the newest that is still on its way out, else the newest. Pure."""
    for parcel in parcels:
        if parcel["id"] == wanted:
            return parcel
    sent = [parcel for parcel in parcels if parcel["direction"] == "out"]
    moving = [parcel for parcel in sent if parcel["status"] not in OVER]
    candidates = moving or sent
    return candidates[-1] if candidates else None


def fill_shipment(subject: Subject, row: Mapping[str, Any] | None) -> None:
    """Lays a parcel's row on the subject's sheet; `late_days` counts from what was promised, else expected."""
    if row is None:
        return
    subject.ids["shipment"] = row["id"]
    due = row["promised_at"] or row["estimated_at"]
    arrived = row["delivered_at"]
    # What came back or was called off is not late any more.
    waits = row["status"] not in OVER or arrived is not None
    late = max((arrived or subject.now) - due, timedelta(0)) if due is not None and waits else None
    subject.values |= {
        "shipment.status": row["status"],
        "shipment.carrier": row["carrier"],
        "shipment.late_days": None if late is None else late.days,
        "shipment.delivered_days": None if arrived is None else (subject.now - arrived).days,
    }


async def load_returns(ctx: Ctx, subjects: Sequence[Subject]) -> None:
    """Reads the returns that the facts name; the state is the one that the fact tells, where it tells one."""
    wanted = {subject: one for subject in subjects if (one := _named(subject, "return_id")) is not None}
    if not wanted:
        return
    rows = await ctx.tx.fetch(LOAD_RETURNS, ctx.workspace_id, list(set(wanted.values())))
    found = {row["id"]: row for row in rows}
    for subject, return_id in wanted.items():
        row = found.get(return_id)
        if row is not None:
            told = getattr(subject.fact, "changes", {})
            subject.ids["return"] = return_id
            subject.values |= {
                "return.state": told.get("state", row["state"]),
                "return.amount": major(row["refund_amount"], row["currency"]),
                "return.destination": row["destination"],
            }


def major(minor: int, currency: str | None) -> float | None:
    """Gives an amount in major units as a number that a rule can name; None without a currency. Pure."""
    return None if currency is None else float(Money(minor, currency).to_decimal())


def _named(subject: Subject, name: str) -> UUID | None:
    found = getattr(subject.fact, name, None)
    return found if isinstance(found, UUID) else None


def register_vocabulary(runtime: Runtime) -> None:
    """Adds sections and events of the slice."""
    catalogue = runtime.catalogue
    after = ("conversation",)
    catalogue.add_section(Section("orders", SUM_FIELDS, load_sums, after=after))
    catalogue.add_section(Section("order", ORDER_FIELDS, load_orders, recall=recall_order, after=after))
    catalogue.add_section(
        Section("shipment", SHIPMENT_FIELDS, load_shipments, recall=recall_shipment, after=("order",))
    )
    catalogue.add_section(Section("return", RETURN_FIELDS, load_returns))
    for event in EVENTS:
        catalogue.add_event(event)
