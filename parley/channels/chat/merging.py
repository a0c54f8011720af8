"""What becomes of visitors when two customers turn out to be one, and two again."""

from parley.customers.actions.merging import find_standing, list_moved, note_moved
from parley.facts.customers import CustomersMerged, CustomersUnmerged
from parley.kit.ctx import Ctx
from parley.kit.log.fact import Fact, Recorded


async def follow_merge(ctx: Ctx, fact: Fact, _recorded: Recorded) -> None:
    """Lets the browsers of a merged customer be those of whom he is part of, and gives them back."""
    if isinstance(fact, CustomersMerged):
        merge = await find_standing(ctx, fact.customer_id)
        if merge is None:
            return
        rows = await ctx.tx.fetch(
            "UPDATE visitors SET customer_id = $3 WHERE workspace_id = $1 AND customer_id = $2 RETURNING id",
            ctx.workspace_id,
            merge.source_id,
            merge.target_id,
        )
        await note_moved(ctx, merge.id, "visitor", [row["id"] for row in rows])
    elif isinstance(fact, CustomersUnmerged):
        await ctx.tx.execute(
            """UPDATE visitors SET customer_id = $3
               WHERE workspace_id = $1 AND customer_id = $2 AND (id = ANY($4) OR identity_id = ANY($5))""",
            ctx.workspace_id,
            fact.into_id,
            fact.customer_id,
            await list_moved(ctx, fact.merge_id, "visitor"),
            await list_moved(ctx, fact.merge_id, "identity"),
        )
