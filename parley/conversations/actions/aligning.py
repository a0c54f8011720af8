"""What a change of a customer does to his conversations: blocking sends them to spam."""

from uuid import UUID

from parley.conversations.actions.changing import mark_spam
from parley.facts.customers import CustomerChanged
from parley.kit.ctx import Ctx
from parley.kit.log.fact import Actor, Fact, Recorded

# Nobody writes more; a longer tail would keep the transaction open for too long.
MOST = 500


async def align_conversations(ctx: Ctx, fact: Fact, recorded: Recorded) -> None:
    """Brings a customer's conversations in line with what has changed about him."""
    if not isinstance(fact, CustomerChanged):
        return
    ctx.actor = Actor(recorded.actor_kind, recorded.actor_id)
    if fact.changes.get("blocked_at") is not None:
        await spam_conversations_of(ctx, fact.customer_id)


async def spam_conversations_of(ctx: Ctx, customer_id: UUID) -> None:
    """Puts the open and sleeping conversations of a customer aside as spam, if he is still blocked."""
    rows = await ctx.tx.fetch(
        """SELECT c.id FROM conversations c
           JOIN customers u ON u.workspace_id = $1 AND u.id = c.customer_id AND u.blocked_at IS NOT NULL
           WHERE c.workspace_id = $1 AND c.customer_id = $2 AND c.status IN ('open', 'snoozed')
           ORDER BY c.id LIMIT $3""",
        ctx.workspace_id,
        customer_id,
        MOST,
    )
    for row in rows:
        await mark_spam(ctx, row["id"])
