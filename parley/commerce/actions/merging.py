"""What becomes of orders when two customers turn out to be one, and two again."""

from typing import Any
from uuid import UUID

from parley.customers.actions.merging import find_standing, list_moved, note_moved
from parley.facts.commerce import OrderLinked
from parley.facts.customers import CustomersMerged, CustomersUnmerged
from parley.kit.ctx import Ctx
from parley.kit.log.fact import Fact, Recorded

# What was linked by address follows the address (`actions.linking`); this is for the rest, and does no harm there.
TABLES = {"order": "orders", "store_customer": "store_customers", "subscription": "subscriptions"}
TAKE = "UPDATE {table} SET customer_id = $3 WHERE workspace_id = $1 AND customer_id = $2 RETURNING id"
GIVE = """
UPDATE {table} SET customer_id = $3 WHERE workspace_id = $1 AND customer_id = $2 AND id = ANY($4) RETURNING id
"""
REASON = "merge"


async def follow_merge(ctx: Ctx, fact: Fact, _recorded: Recorded) -> None:
    """Gives what belongs to a merged customer to whom he is part of, or gives it back."""
    if isinstance(fact, CustomersMerged):
        await _take_over(ctx, fact.customer_id)
    elif isinstance(fact, CustomersUnmerged):
        await _give_back(ctx, fact)


async def _take_over(ctx: Ctx, source: UUID) -> None:
    merge = await find_standing(ctx, source)
    if merge is None:
        return
    for kind, table in TABLES.items():
        rows = await ctx.tx.fetch(TAKE.format(table=table), ctx.workspace_id, source, merge.target_id)
        await note_moved(ctx, merge.id, kind, [row["id"] for row in rows])
        if kind == "order":
            _tell(ctx, rows, source, merge.target_id)


async def _give_back(ctx: Ctx, fact: CustomersUnmerged) -> None:
    for kind, table in TABLES.items():
        items = await list_moved(ctx, fact.merge_id, kind)
        rows = await ctx.tx.fetch(
            GIVE.format(table=table), ctx.workspace_id, fact.into_id, fact.customer_id, items
        )
        if kind == "order":
            _tell(ctx, rows, fact.into_id, fact.customer_id)


def _tell(ctx: Ctx, rows: list[Any], before: UUID, after: UUID) -> None:
    for row in rows:
        ctx.emit(
            OrderLinked(order_id=row["id"], customer_id=after, previous_customer_id=before, reason=REASON)
        )
