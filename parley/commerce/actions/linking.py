"""Whose order it is: found by a proven address, or said by hand."""

from uuid import UUID

from parley.facts.commerce import OrderLinked
from parley.facts.customers import IdentityAdded, IdentityMoved, IdentityVerified
from parley.kit.ctx import Ctx
from parley.kit.errors import NotFound
from parley.kit.log.fact import Fact, Recorded

# What was linked by hand stays; what was linked by address follows the address.
FOLLOW = """
WITH held AS (
  SELECT value_key, customer_id FROM identities WHERE workspace_id = $1 AND id = ANY($2) AND kind = 'email' AND verified
), old AS (
  SELECT o.id, o.customer_id AS previous, h.customer_id FROM orders o JOIN held h ON h.value_key = o.email_key
  WHERE o.workspace_id = $1 AND o.customer_id IS DISTINCT FROM h.customer_id
    AND o.linked_by IS DISTINCT FROM 'hand' ORDER BY o.id FOR UPDATE OF o
)
UPDATE orders o SET customer_id = old.customer_id, linked_by = 'email' FROM old
WHERE o.workspace_id = $1 AND o.id = old.id RETURNING o.id, old.previous, old.customer_id
"""
BESIDE = """
UPDATE {table} t SET customer_id = i.customer_id FROM identities i
WHERE t.workspace_id = $1 AND i.workspace_id = $1 AND i.id = ANY($2) AND i.kind = 'email' AND i.verified
  AND t.email_key = i.value_key AND t.customer_id IS DISTINCT FROM i.customer_id
"""


async def follow_identity(ctx: Ctx, fact: Fact, _recorded: Recorded) -> None:
    """Links the orders under an address that has been proven, or that moved to another customer."""
    if isinstance(fact, IdentityAdded) and not (fact.verified and fact.kind == "email"):
        return
    if not isinstance(fact, IdentityAdded | IdentityVerified | IdentityMoved):
        return
    ids = [fact.identity_id]
    for row in await ctx.tx.fetch(FOLLOW, ctx.workspace_id, ids):
        ctx.emit(
            OrderLinked(
                order_id=row["id"],
                customer_id=row["customer_id"],
                previous_customer_id=row["previous"],
                reason="email",
            )
        )
    for table in ("store_customers", "subscriptions"):
        await ctx.tx.execute(BESIDE.format(table=table), ctx.workspace_id, ids)


async def link_order(ctx: Ctx, order_id: UUID, customer_id: UUID | None) -> None:
    """Says by hand whose order it is, or that it is nobody's we know. Raises NotFound."""
    row = await ctx.tx.fetchrow(
        "SELECT customer_id FROM orders WHERE workspace_id = $1 AND id = $2 FOR UPDATE",
        ctx.workspace_id,
        order_id,
    )
    if row is None:
        raise NotFound("order")
    if customer_id is not None and not await ctx.tx.fetchval(
        "SELECT true FROM customers WHERE workspace_id = $1 AND id = $2", ctx.workspace_id, customer_id
    ):
        raise NotFound("customer")
    if row["customer_id"] == customer_id:
        return
    await ctx.tx.execute(
        "UPDATE orders SET customer_id = $3, linked_by = 'hand' WHERE workspace_id = $1 AND id = $2",
        ctx.workspace_id,
        order_id,
        customer_id,
    )
    ctx.emit(
        OrderLinked(
            order_id=order_id, customer_id=customer_id, previous_customer_id=row["customer_id"], reason="hand"
        )
    )
