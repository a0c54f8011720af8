"""The words of a broadcast filled in for many customers: two statements, and three more where orders are spoken of."""

from collections.abc import Collection, Sequence
from uuid import UUID

import msgspec

from parley.automation.macros.rendering import spell_values_in
from parley.automation.macros.template import Value, render_template
from parley.automation.macros.variables import fill_order, fill_people
from parley.commerce.queries.orders import WHOLE
from parley.commerce.shapes import OrderView
from parley.kit.ctx import Ctx
from parley.outreach.broadcasts.model import Letter, Target

PEOPLE = """
SELECT u.n, c.number, c.channel_kind, c.intent, s.value AS subject, coalesce(n.value, o.name) AS name, cu.vip,
  w.name AS workspace, b.name AS brand, a.name AS agent, w.time_zone,
  coalesce((
    SELECT i.value FROM identities i WHERE i.workspace_id = $1 AND i.customer_id = u.customer_id AND i.kind = 'email'
    ORDER BY i.verified DESC, i.seen_at DESC NULLS LAST, i.id LIMIT 1), nullif(o.email, '')) AS email
FROM unnest($2::int[], $3::uuid[], $4::uuid[], $6::uuid[]) AS u(n, customer_id, conversation_id, order_id)
JOIN workspaces w ON w.workspace_id = $1
LEFT JOIN customers cu ON cu.workspace_id = $1 AND cu.id = u.customer_id
LEFT JOIN conversations c ON c.workspace_id = $1 AND c.id = u.conversation_id
LEFT JOIN personal_values n ON n.workspace_id = $1 AND n.id = cu.name_id
LEFT JOIN personal_values s ON s.workspace_id = $1 AND s.id = c.subject_value_id
LEFT JOIN agents a ON a.workspace_id = $1 AND a.id = $5
LEFT JOIN orders o ON o.workspace_id = $1 AND o.id = u.order_id
LEFT JOIN stores st ON st.workspace_id = $1 AND st.id = o.store_id
LEFT JOIN LATERAL (SELECT name FROM brands WHERE workspace_id = $1 AND archived_at IS NULL
  AND (id = coalesce(c.brand_id, st.brand_id) OR coalesce(c.brand_id, st.brand_id) IS NULL AND is_default)
  ORDER BY id LIMIT 1) b ON true
"""
NEWEST = """
SELECT u.n, o.id FROM unnest($2::int[], $3::uuid[]) AS u(n, customer_id) CROSS JOIN LATERAL (
  SELECT id FROM orders WHERE workspace_id = $1 AND customer_id = u.customer_id AND deleted_at IS NULL
  ORDER BY placed_at DESC, id DESC LIMIT 1) o
"""
WHOLE_ORDERS = f"SELECT {WHOLE} FROM orders o WHERE o.workspace_id = $1 AND o.id = ANY($2)"
ZONES = "SELECT id, time_zone FROM stores WHERE workspace_id = $1"


class Filled(msgspec.Struct, frozen=True, kw_only=True):
    """Words for one customer; `missing` are the variables that have no value."""

    html: str
    subject: str
    missing: list[str]


Values = dict[str, Value]


async def load_values(
    ctx: Ctx, targets: Sequence[Target], names: Collection[str], agent_id: UUID | None
) -> list[Values]:
    """Gives the variables for each target; of the order he is told about, else of his newest one."""
    if not names:
        return [{} for _ in targets]
    rows = await ctx.tx.fetch(
        PEOPLE,
        ctx.workspace_id,
        list(range(len(targets))),
        [one.customer_id for one in targets],
        [one.conversation_id for one in targets],
        agent_id,
        [one.order_id for one in targets],
    )
    values: list[Values] = [{} for _ in targets]
    zones: dict[int, str] = {}
    for row in rows:
        values[row["n"]] = fill_people(dict(row))
        zones[row["n"]] = row["time_zone"]
        if row["number"] is None:
            values[row["n"]]["conversation.number"] = None
    if any(name.startswith(("order.", "shipment.")) for name in names):
        await _add_orders(ctx, targets, values, zones)
    return values


async def _add_orders(
    ctx: Ctx, targets: Sequence[Target], values: list[Values], zones: dict[int, str]
) -> None:
    about = {n: one.order_id for n, one in enumerate(targets) if one.order_id is not None}
    others = [n for n, one in enumerate(targets) if n not in about and one.customer_id is not None]
    if others:
        customers = [targets[n].customer_id for n in others]
        rows = await ctx.tx.fetch(NEWEST, ctx.workspace_id, others, customers)
        about |= {row["n"]: row["id"] for row in rows}
    if not about:
        return
    found = await ctx.tx.fetch(WHOLE_ORDERS, ctx.workspace_id, list(set(about.values())))
    orders = {row["id"]: msgspec.convert(dict(row), OrderView) for row in found}
    stores = {row["id"]: row["time_zone"] for row in await ctx.tx.fetch(ZONES, ctx.workspace_id)}
    for n, order_id in about.items():
        order = orders.get(order_id)
        if order is not None:
            target = targets[n]
            spelled = spell_values_in(target.text_language, [target.language])
            zone = stores.get(order.store_id) or zones.get(n, "UTC")
            name = values[n].get("customer.name") or order.name
            values[n] |= fill_order(order, spelled, zone) | {"customer.name": name}


def fill_letter(letter: Letter, values: Values) -> Filled:
    """Fills words in. Pure."""
    body, subject = render_template(letter.html, values), render_template(letter.subject, values)
    missing = dict.fromkeys([*body.missing, *subject.missing])
    return Filled(html=body.html, subject=" ".join(subject.text.split()), missing=list(missing))
