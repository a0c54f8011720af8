"""What the inbox knows of customers, asked by the slice below through its port."""

from collections.abc import Sequence
from uuid import UUID

from parley.customers.ports import Summary
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
