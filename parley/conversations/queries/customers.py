"""What the inbox knows of and does for customers, asked by the slice below through its port."""

from collections.abc import Sequence
from uuid import UUID

from parley.conversations.actions.merging import give_back, take_over
from parley.customers.actions.merging import Merge
from parley.customers.ports import Summary
from parley.kit.ctx import Ctx
from parley.kit.db import Transaction

SUMMARISE = """
SELECT u.id, s.count, s.last_at FROM unnest($2::uuid[]) AS u(id) CROSS JOIN LATERAL (
  SELECT count(*) AS count, max(c.last_message_at) AS last_at FROM conversations c
  WHERE c.workspace_id = $1 AND c.customer_id = u.id) s
WHERE s.count > 0
"""


class CustomerConversations:
    """Implements `customers.ports.ConversationsPort`."""

    async def summarise(
        self, tx: Transaction, workspace_id: UUID, customer_ids: Sequence[UUID]
    ) -> dict[UUID, Summary]:
        """Sums up the conversations of these customers in one statement; who has none is absent."""
        rows = await tx.fetch(SUMMARISE, workspace_id, list(customer_ids))
        return {row["id"]: Summary(row["count"], row["last_at"]) for row in rows}

    async def take_over(self, ctx: Ctx, source: UUID) -> None:
        """Gives the conversations of a merged customer to whom he is part of."""
        await take_over(ctx, source)

    async def give_back(self, ctx: Ctx, merge: Merge) -> None:
        """Gives back the conversations that a merge moved."""
        await give_back(ctx, merge)
