"""Where each of many customers can be told: a conversation's thread, else a new mail. One statement each."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from parley.conversations.ports import ChannelPort
from parley.kit.ctx import Ctx

# The thread in which an answer would go, where it still belongs to the customer and its channel is there.
THREADS = """
SELECT c.id AS conversation_id, c.customer_id, c.status = 'spam' AS spam, c.last_message_at AS at,
  cu.blocked_at IS NOT NULL AS blocked, coalesce(c.language, cu.language, w.language, 'en') AS language,
  t.id AS thread_id, t.channel_id, t.channel_kind
FROM conversations c
JOIN customers cu ON cu.workspace_id = $1 AND cu.id = c.customer_id
JOIN workspaces w ON w.workspace_id = $1
LEFT JOIN LATERAL (
  SELECT t.id, t.channel_id, t.channel_kind FROM threads t
  JOIN channels h ON h.workspace_id = $1 AND h.id = t.channel_id AND h.deleted_at IS NULL
  LEFT JOIN identities i ON i.workspace_id = $1 AND i.id = t.identity_id
  WHERE t.workspace_id = $1 AND t.conversation_id = c.id AND t.purpose = 'customer'
    AND (i.id IS NULL OR i.customer_id = c.customer_id)
  ORDER BY t.last_message_at DESC, t.id DESC LIMIT 1) t ON true
WHERE c.workspace_id = $1 AND c.id = ANY($2) AND c.merged_into_id IS NULL
"""
OPEN_OF = """
SELECT u.id AS customer_id, c.id FROM unnest($2::uuid[]) AS u(id) CROSS JOIN LATERAL (
  SELECT id FROM conversations WHERE workspace_id = $1 AND customer_id = u.id AND status IN ('open', 'snoozed')
    AND merged_into_id IS NULL
  ORDER BY last_message_at DESC, id DESC LIMIT 1) c
"""
# The brand's own address before one for all, as for the messages about orders.
MAILS = """
SELECT o.id AS order_id, o.customer_id, o.placed_at AS at, cu.blocked_at IS NOT NULL AS blocked,
  coalesce(nullif(o.language, ''), cu.language, w.language, 'en') AS language, s.brand_id,
  o.email_key, coalesce(i.value, nullif(o.email, '')) AS address, coalesce(nv.value, o.name, '') AS name, h.id AS channel_id
FROM orders o
JOIN stores s ON s.workspace_id = $1 AND s.id = o.store_id
JOIN workspaces w ON w.workspace_id = $1
LEFT JOIN customers cu ON cu.workspace_id = $1 AND cu.id = o.customer_id
LEFT JOIN personal_values nv ON nv.workspace_id = $1 AND nv.id = cu.name_id
LEFT JOIN LATERAL (
  SELECT value FROM identities WHERE workspace_id = $1 AND customer_id = o.customer_id AND kind = 'email'
  ORDER BY verified DESC, seen_at DESC NULLS LAST, id LIMIT 1) i ON true
LEFT JOIN LATERAL (
  SELECT id FROM channels WHERE workspace_id = $1 AND kind = 'email' AND state = 'active' AND deleted_at IS NULL
    AND (brand_id IS NULL OR s.brand_id IS NULL OR brand_id = s.brand_id)
  ORDER BY brand_id IS NOT DISTINCT FROM s.brand_id DESC, created_at, id LIMIT 1) h ON true
WHERE o.workspace_id = $1 AND o.id = ANY($2)
"""


class Place(msgspec.Struct, frozen=True, kw_only=True):
    """Where somebody would be told, or why not: `key` tells him from others, `at` is how new it is."""

    customer_id: UUID | None
    key: str
    language: str
    at: datetime
    conversation_id: UUID | None = None
    thread_id: UUID | None = None
    channel_id: UUID | None = None
    channel_kind: str | None = None
    order_id: UUID | None = None
    address: str = ""
    name: str = ""
    brand_id: UUID | None = None
    reason: str | None = None


class Places:
    """Finds places, and keeps of each channel whether it can be written to."""

    def __init__(self, ctx: Ctx, port: ChannelPort) -> None:
        self._ctx = ctx
        self._port = port
        self._writable: dict[UUID, bool] = {}

    async def in_conversations(self, ids: Sequence[UUID]) -> list[Place]:
        """Gives the places in conversations; those that became part of another are left out."""
        rows = await self._ctx.tx.fetch(THREADS, self._ctx.workspace_id, list(ids)) if ids else []
        return [
            Place(
                customer_id=row["customer_id"],
                key=str(row["customer_id"]),
                language=row["language"],
                at=row["at"],
                conversation_id=row["conversation_id"],
                thread_id=row["thread_id"],
                channel_id=row["channel_id"],
                channel_kind=row["channel_kind"],
                reason=await self._refuse(row, spam=row["spam"]),
            )
            for row in map(dict, rows)
        ]

    async def of_orders(self, ids: Sequence[UUID]) -> list[Place]:
        """Gives for each order the customer's newest open conversation, where it can be written to, else a new mail."""
        ctx = self._ctx
        rows = await ctx.tx.fetch(MAILS, ctx.workspace_id, list(ids)) if ids else []
        customers = list({row["customer_id"] for row in rows if row["customer_id"]})
        newest = await ctx.tx.fetch(OPEN_OF, ctx.workspace_id, customers) if customers else []
        talking = {
            place.customer_id: place
            for place in await self.in_conversations([row["id"] for row in newest])
            if place.reason is None
        }
        return [await self._of_order(row, talking.get(row["customer_id"])) for row in map(dict, rows)]

    async def _of_order(self, row: Mapping[str, Any], talking: Place | None) -> Place:
        if talking is not None:
            return msgspec.structs.replace(talking, order_id=row["order_id"], at=row["at"])
        reason = await self._refuse(row, spam=False)
        return Place(
            customer_id=row["customer_id"],
            key=str(row["customer_id"] or row["email_key"] or row["order_id"]),
            language=row["language"],
            at=row["at"],
            channel_id=row["channel_id"],
            channel_kind="email",
            order_id=row["order_id"],
            address=row["address"] or "",
            name=row["name"],
            brand_id=row["brand_id"],
            reason=reason or (None if row["address"] else "no_address"),
        )

    async def _refuse(self, row: Mapping[str, Any], *, spam: bool) -> str | None:
        if row["blocked"]:
            return "blocked"
        if spam:
            return "spam"
        return None if await self._may_write(row["channel_id"]) else "no_channel"

    async def _may_write(self, channel_id: UUID | None) -> bool:
        if channel_id is None:
            return False
        if channel_id not in self._writable:
            rules = await self._port.get_rules(self._ctx, channel_id)
            self._writable[channel_id] = rules.refusal is None
        return self._writable[channel_id]
