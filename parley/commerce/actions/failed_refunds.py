"""Refunds that a bank had taken on and that moved no money after all."""

from datetime import timedelta
from uuid import UUID

from parley.commerce.actions.committing import READ, set_state
from parley.kit.ctx import Ctx
from parley.kit.money import Money, format_decimal_string

# Banks say it within a month.
LATEST = timedelta(days=90)
# Where the entries stand that take others back; behind the steps and what undoes them.
BACK_FROM = 200
MADE = """
SELECT l.act_id, l.position, l.amount, l.currency, o.number FROM ledger_entries l
JOIN act_steps s ON s.workspace_id = $1 AND s.act_id = l.act_id AND s.position = l.position
LEFT JOIN orders o ON o.workspace_id = $1 AND o.id = l.order_id
WHERE l.workspace_id = $1 AND l.at > $2 AND l.external_id = $3 AND s.connection_id = $4 AND l.amount > 0
"""
TAKE_BACK = """
INSERT INTO ledger_entries (workspace_id, act_id, position, store_id, order_id, kind, amount, currency, external_id, at)
SELECT workspace_id, act_id, position + $4::smallint, store_id, order_id, kind, -amount, currency, external_id, $5
FROM ledger_entries WHERE workspace_id = $1 AND act_id = $2 AND position = $3
ON CONFLICT DO NOTHING RETURNING act_id
"""


async def take_back_refund(ctx: Ctx, connection_id: UUID, refund: str, why: str) -> str:
    """Takes a refund of ours off the ledger, whose act has failed with it; gives what a person must be told.

    Empty for a refund that we did not make, and for one that was taken back before.
    """
    made = await ctx.tx.fetchrow(MADE, ctx.workspace_id, ctx.now - LATEST, refund, connection_id)
    if made is None:
        return ""
    row = await ctx.tx.fetchrow(READ, ctx.workspace_id, made["act_id"])
    taken = await ctx.tx.fetchval(
        TAKE_BACK, ctx.workspace_id, made["act_id"], made["position"], BACK_FROM, ctx.now
    )
    if taken is None:
        return ""
    error = f"The bank could not give the money back after all: {why}."
    await ctx.tx.execute(
        """UPDATE act_steps SET state = 'failed', error = $4
           WHERE workspace_id = $1 AND act_id = $2 AND position = $3""",
        ctx.workspace_id,
        made["act_id"],
        made["position"],
        error,
    )
    await set_state(ctx, row, "failed", error)
    money = _write(Money(made["amount"], made["currency"]))
    return f"{money} for order {made['number'] or '?'} did not arrive: {why}. Give it back another way."


def _write(money: Money) -> str:
    return f"{money.currency} {format_decimal_string(money)}"
