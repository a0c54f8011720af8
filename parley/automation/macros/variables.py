"""What a macro may say of customer, agent, conversation, order, parcel, return and policy; read only where asked for."""

from collections.abc import Collection, Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

import msgspec

from parley.automation.macros.template import Value
from parley.commerce.policies.answering import WindowQuestion, answer_window
from parley.commerce.policies.terms import Terms
from parley.commerce.queries.orders import get_order, list_customer_orders
from parley.commerce.queries.policies import find_policy
from parley.commerce.queries.returns import list_order_returns
from parley.commerce.shapes import OrderView
from parley.commerce.variables import ORDER_VARIABLES, current_shipment, fill_order_variables
from parley.kit.ctx import Ctx
from parley.kit.errors import NotFound
from parley.kit.i18n.formats import format_date
from parley.kit.money import Money, format_money

ABOUT = """
SELECT c.customer_id, c.number, c.language, c.channel_kind, c.intent, s.value AS subject, n.value AS name,
  cu.language AS customer_language, cu.vip, w.name AS workspace, w.language AS workspace_language,
  w.time_zone, b.name AS brand, a.name AS agent,
  (SELECT i.value FROM identities i WHERE i.workspace_id = $1 AND i.customer_id = c.customer_id AND i.kind = 'email'
   ORDER BY i.verified DESC, i.seen_at DESC NULLS LAST, i.id LIMIT 1) AS email
FROM conversations c
JOIN workspaces w ON w.workspace_id = $1
JOIN customers cu ON cu.workspace_id = $1 AND cu.id = c.customer_id
LEFT JOIN personal_values n ON n.workspace_id = $1 AND n.id = cu.name_id
LEFT JOIN personal_values s ON s.workspace_id = $1 AND s.id = c.subject_value_id
LEFT JOIN agents a ON a.workspace_id = $1 AND a.id = CASE WHEN $3::uuid IS NULL THEN c.assignee_id ELSE $3 END
LEFT JOIN LATERAL (SELECT name FROM brands WHERE workspace_id = $1 AND archived_at IS NULL
  AND (id = c.brand_id OR c.brand_id IS NULL AND is_default) ORDER BY id LIMIT 1) b ON true
WHERE c.workspace_id = $1 AND c.id = $2
"""
ZONE = "SELECT time_zone FROM stores WHERE workspace_id = $1 AND id = $2"

PEOPLE = (
    "customer.name",
    "customer.first_name",
    "customer.email",
    "customer.vip",
    "agent.name",
    "agent.first_name",
    "brand.name",
    "workspace.name",
    "conversation.number",
    "conversation.subject",
    "conversation.channel",
    "conversation.intent",
)
SHOP = (
    *(name for name in ORDER_VARIABLES if name not in PEOPLE),
    "order.payment",
    "order.fulfilment",
    "order.cancelled",
    "order.count",
    "shipment.status",
)
RETURN = ("return.number", "return.state", "return.refund", "return.tracking")
POLICY = ("policy.return_days", "policy.exchange_days", "policy.last_return_day", "policy.may_return")
VARIABLES = (*PEOPLE, *SHOP, *RETURN, *POLICY)
FLAGS = ("customer.vip", "order.cancelled", "policy.may_return")
NUMBERS = ("order.count", "policy.return_days", "policy.exchange_days")


class About(msgspec.Struct, frozen=True):
    """The conversation a text is for: its row, the languages that suit it best first."""

    conversation_id: UUID
    row: dict[str, Any]
    languages: list[str]


async def load_about(ctx: Ctx, conversation_id: UUID, agent_id: UUID | None) -> About:
    """Reads who a text is for and from; raises NotFound."""
    row = await ctx.tx.fetchrow(ABOUT, ctx.workspace_id, conversation_id, agent_id)
    if row is None:
        raise NotFound("conversation")
    wanted = (row["language"], row["customer_language"], row["workspace_language"])
    return About(conversation_id, dict(row), [tag for tag in wanted if tag])


async def load_values(
    ctx: Ctx, about: About, names: Collection[str], language: str, order_id: UUID | None = None
) -> dict[str, Value]:
    """Gives the variables that are asked for; of the customer's newest order, or of his that the caller names.

    One statement for each of orders, store, returns and policy, and only for those that `names` speak of.
    """
    groups = {name.partition(".")[0] for name in names}
    values = fill_people(about.row)
    if not groups & {"order", "shipment", "return", "policy"}:
        return values
    order = await _find_order(ctx, about.row["customer_id"], order_id)
    if order is not None:
        zone = await ctx.tx.fetchval(ZONE, ctx.workspace_id, order.store_id) or about.row["time_zone"]
        values |= fill_order(order, language, zone) | {"customer.name": values["customer.name"] or order.name}
    if order is not None and "return" in groups:
        values |= await _fill_return(ctx, order, language)
    if "policy" in groups:
        found = await find_policy(ctx.tx, ctx.workspace_id, order.store_id if order else None)
        if found is not None:
            values |= _fill_policy(found.terms, order, ctx.now, language)
    return values


async def _find_order(ctx: Ctx, customer_id: UUID, order_id: UUID | None) -> OrderView | None:
    if order_id is not None:
        order = await get_order(ctx.tx, ctx.workspace_id, order_id)
        if order.customer_id != customer_id:
            raise NotFound("order")
        return order
    found = await list_customer_orders(ctx.tx, ctx.workspace_id, customer_id, 1)
    return found.items[0] if found.items else None


def first_name(name: str | None) -> str | None:
    """Gives how somebody is addressed; None for what is no name (an address, a number)."""
    first = (name or "").strip().split(" ", 1)[0]
    return first if first and "@" not in first and not first[0].isdigit() else None


def fill_people(row: Mapping[str, Any]) -> dict[str, Value]:
    """Gives what a text may say of people; `row` has the columns of `ABOUT`. Pure."""
    name = row["name"] if first_name(row["name"]) else None
    return {
        "customer.name": name,
        "customer.first_name": first_name(name),
        "customer.email": row["email"],
        "customer.vip": row["vip"],
        "agent.name": row["agent"],
        "agent.first_name": first_name(row["agent"]),
        "brand.name": row["brand"] or row["workspace"],
        "workspace.name": row["workspace"],
        "conversation.number": str(row["number"]),
        "conversation.subject": row["subject"],
        "conversation.channel": row["channel_kind"],
        "conversation.intent": row["intent"],
    }


def fill_order(order: OrderView, language: str, zone: str) -> dict[str, Value]:
    """Gives what a text may say of an order and its parcel, in the reader's language and the store's zone. Pure."""
    shipment = current_shipment(order)
    filled: dict[str, Value] = dict(fill_order_variables(order, language, zone))
    del filled["customer.name"]
    if not order.refunded:
        filled["order.refunded"] = None
    return filled | {
        "order.payment": order.payment,
        "order.fulfilment": order.fulfilment,
        "order.cancelled": order.cancelled_at is not None,
        "order.count": order.items,
        "shipment.status": shipment.status if shipment else None,
    }


async def _fill_return(ctx: Ctx, order: OrderView, language: str) -> dict[str, Value]:
    found = await list_order_returns(ctx.tx, ctx.workspace_id, [order.id])
    if not found:
        return {}
    newest = found[0]
    return {
        "return.number": newest.number,
        "return.state": newest.state,
        "return.refund": format_money(language, Money(newest.refund_amount, newest.currency)),
        "return.tracking": newest.tracking_url,
    }


def _fill_policy(terms: Terms, order: OrderView | None, now: datetime, language: str) -> dict[str, Value]:
    country = order.address.country if order and order.address else ""
    returns = terms.returns
    values: dict[str, Value] = {
        "policy.return_days": returns.windows.get(country, returns.window),
        "policy.exchange_days": returns.exchange_window,
    }
    shipment = current_shipment(order) if order else None
    if order is None or shipment is None:
        return values
    said = answer_window(
        terms,
        WindowQuestion(
            now=now,
            country=country,
            sent_at=shipment.shipped_at,
            delivered_at=shipment.delivered_at,
            expected_at=shipment.estimated_at,
            on_its_way=shipment.status not in ("delivered", "returned"),
        ),
    )
    if "last_day" in said.values:
        last = date.fromisoformat(said.values["last_day"])
        values["policy.last_return_day"] = format_date(language, last, width="long")
        values["policy.may_return"] = said.code == "window.open"
    return values
