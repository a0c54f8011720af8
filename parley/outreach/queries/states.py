"""Orders as the deciders see them."""

from datetime import timedelta
from uuid import UUID

import msgspec

from parley.commerce.queries.orders import get_order
from parley.commerce.shapes import OrderView
from parley.kit.ctx import Ctx
from parley.outreach.model import OrderState, Snapshot, Talk, Told

# The newest conversations of a customer are looked at, not all he ever had.
LATELY = timedelta(hours=24)
STATE = """
SELECT o.id, o.store_id, s.brand_id, o.customer_id, o.number, o.email, o.name, cu.time_zone,
  coalesce(nullif(o.address ->> 'country', ''), cu.country, s.country) AS country, s.time_zone AS store_zone,
  coalesce(nullif(o.language, ''), cu.language, b.languages[1], w.language, 'en') AS language,
  s.created_at AS connected_at, o.placed_at, o.promised_at,
  o.cancelled_at IS NOT NULL OR o.payment = 'voided' AS cancelled,
  o.payment = 'refunded' OR (o.total > 0 AND o.refunded >= o.total) AS refunded,
  o.deleted_at IS NOT NULL AS deleted, cu.blocked_at IS NOT NULL AS blocked,
  (SELECT coalesce(jsonb_agg(jsonb_build_object('ref', l.external_id, 'variant_ref', l.variant_ref,
      'pieces', l.quantity - l.fulfilled, 'available', v.available, 'stock', v.stock, 'newer', (
        SELECT coalesce(sum(n.quantity - n.fulfilled), 0) FROM radar_checks r
        JOIN orders p ON p.workspace_id = $1 AND p.id = r.order_id
        JOIN order_lines n ON n.workspace_id = $1 AND n.order_id = r.order_id AND n.external_id = r.subject
        WHERE v.stock < 0 AND r.workspace_id = $1 AND r.store_id = o.store_id AND r.variant_ref = l.variant_ref
          AND (p.placed_at, p.id) > (o.placed_at, o.id) AND p.cancelled_at IS NULL)) ORDER BY l.position), '[]')
   FROM order_lines l
   LEFT JOIN variants v ON v.workspace_id = $1 AND v.store_id = o.store_id AND v.external_id = l.variant_ref
     AND v.deleted_at IS NULL
   WHERE l.workspace_id = $1 AND l.order_id = o.id AND l.quantity > l.fulfilled AND NOT l.digital
     AND o.fulfilment <> 'fulfilled') AS waiting,
  (SELECT coalesce(jsonb_agg(jsonb_build_object('id', p.id, 'status', p.status, 'shipped_at', p.shipped_at,
      'estimated_at', p.estimated_at, 'delivered_at', p.delivered_at, 'last_event_at', p.last_event_at,
      'created_at', p.created_at) ORDER BY p.id), '[]')
   FROM shipments p WHERE p.workspace_id = $1 AND p.order_id = o.id AND p.direction = 'out') AS parcels,
  (SELECT t.terms -> 'processing' FROM policies t WHERE t.workspace_id = $1 AND t.state = 'published'
   AND (t.store_id = o.store_id OR t.store_id IS NULL) ORDER BY t.store_id NULLS LAST LIMIT 1) AS processing
FROM orders o JOIN stores s ON s.workspace_id = $1 AND s.id = o.store_id
JOIN workspaces w ON w.workspace_id = $1
LEFT JOIN brands b ON b.workspace_id = $1 AND b.id = s.brand_id
LEFT JOIN customers cu ON cu.workspace_id = $1 AND cu.id = o.customer_id
WHERE o.workspace_id = $1 AND o.id = $2
"""
TOLD = """
SELECT key, kind, state, coalesce(finished_at, created_at) AS at FROM order_messages
WHERE workspace_id = $1 AND order_id = $2
"""
# A conversation is about the order when its number stands in a field, the subject or a message.
TALK = r"""
WITH near AS (
  SELECT c.id, c.status, c.custom_fields, c.subject_value_id, c.last_message_at FROM conversations c
  WHERE c.workspace_id = $1 AND c.customer_id = $2 AND c.merged_into_id IS NULL AND c.status <> 'spam'
    AND (c.status <> 'closed' OR c.last_message_at > $5)
  ORDER BY c.last_message_at DESC LIMIT 30
), about AS (
  SELECT n.id, n.status, n.last_message_at FROM near n
  LEFT JOIN personal_values sv ON sv.workspace_id = $1 AND sv.id = n.subject_value_id
  WHERE n.custom_fields::text ~* $4 OR sv.value ~* $4
    OR EXISTS (SELECT 1 FROM order_messages om WHERE om.workspace_id = $1 AND om.order_id = $3
               AND om.conversation_id = n.id)
    OR EXISTS (SELECT 1 FROM messages m WHERE m.workspace_id = $1 AND m.conversation_id = n.id
               AND m.kind = 'message' AND m.text ~* $4)
)
SELECT
  (SELECT a.id FROM about a WHERE a.status <> 'closed' ORDER BY a.last_message_at DESC LIMIT 1) AS conversation_id,
  EXISTS (SELECT 1 FROM about a JOIN messages m ON m.workspace_id = $1 AND m.conversation_id = a.id
          WHERE a.status <> 'closed' AND m.direction = 'in' AND NOT m.automatic) AS asked,
  (SELECT max(m.created_at) FROM about a JOIN messages m ON m.workspace_id = $1 AND m.conversation_id = a.id
   WHERE m.kind = 'message' AND m.direction = 'out' AND m.author_kind IN ('agent', 'token')
     AND m.state <> 'cancelled') AS agent_wrote_at
"""
SIGNS = ".^$*+?()[]{}|\\"


async def find_state(ctx: Ctx, order_id: UUID) -> OrderState | None:
    """Gives an order with what it waits for; None when it is gone."""
    row = await ctx.tx.fetchrow(STATE, ctx.workspace_id, order_id)
    return msgspec.convert(dict(row), OrderState, strict=False) if row else None


async def find_snapshot(ctx: Ctx, order_id: UUID) -> Snapshot | None:
    """Gives an order with what was told and is being said about it; None when it is gone."""
    order = await find_state(ctx, order_id)
    if order is None:
        return None
    rows = await ctx.tx.fetch(TOLD, ctx.workspace_id, order_id)
    told = [msgspec.convert(dict(row), Told) for row in rows]
    return Snapshot(order=order, told=told, talk=await find_talk(ctx, order))


async def find_talk(ctx: Ctx, order: OrderState) -> Talk:
    """Gives what is being said about an order."""
    if order.customer_id is None:
        return Talk()
    pattern = number_pattern(order.number)
    row = await ctx.tx.fetchrow(
        TALK, ctx.workspace_id, order.customer_id, order.id, pattern, ctx.now - LATELY
    )
    return msgspec.convert(dict(row), Talk) if row else Talk()


def number_pattern(number: str) -> str:
    """Gives a pattern that finds an order's number, with or without its sign, but not inside a longer one."""
    bare = number.strip().lstrip("#") or number
    escaped = "".join(f"\\{letter}" if letter in SIGNS else letter for letter in bare)
    return f"(^|[^0-9A-Za-z]){escaped}($|[^0-9A-Za-z])"


async def get_view(ctx: Ctx, order_id: UUID) -> OrderView:
    """Gives an order as its variables are filled from; raises NotFound."""
    return await get_order(ctx.tx, ctx.workspace_id, order_id)
