"""Who has proven an address: he is whose orders, accounts and subscriptions under it are."""

from collections.abc import Iterable
from uuid import UUID

from parley.commerce.mirroring import email_key
from parley.kit.db import Transaction

HOLDERS = """
SELECT value_key, customer_id FROM identities
WHERE workspace_id = $1 AND kind = 'email' AND verified AND value_key = ANY($2)
"""


async def find_holders(tx: Transaction, workspace_id: UUID, addresses: Iterable[str]) -> dict[str, UUID]:
    """Gives, by `email_key`, the customers who have proven these addresses."""
    keys = sorted({key for address in addresses if (key := email_key(address))})
    rows = await tx.fetch(HOLDERS, workspace_id, keys) if keys else []
    return {row["value_key"]: row["customer_id"] for row in rows}
