"""Our own addresses, our agents' addresses, and the channel through which mail goes out."""

from uuid import UUID

import msgspec

from parley.accounts.emails import email_key
from parley.channels.mail.addresses import normalise_address
from parley.kit.ctx import Ctx

OWN = """
SELECT address, settings->'more_addresses' AS more FROM channels
WHERE workspace_id = $1 AND kind = 'email' AND deleted_at IS NULL
UNION ALL
SELECT s.address, NULL FROM senders s JOIN channels c ON c.workspace_id = $1 AND c.id = s.channel_id
WHERE s.workspace_id = $1 AND c.deleted_at IS NULL
"""
# A channel that has no server for sending is no way out.
SENDING = """
SELECT id, brand_id, address FROM channels
WHERE workspace_id = $1 AND kind = 'email' AND deleted_at IS NULL AND state <> 'paused'
  AND (plugin NOT IN ('email_listener', 'email_webhook') OR coalesce(settings->>'smtp_host', '') <> '')
ORDER BY id = $3 DESC, brand_id IS NOT DISTINCT FROM $2 DESC, brand_id IS NULL DESC, created_at, id
LIMIT 1
"""


class MailChannel(msgspec.Struct, frozen=True):
    """An e-mail channel through which something can be sent."""

    id: UUID
    brand_id: UUID | None
    address: str


async def list_own_addresses(ctx: Ctx) -> frozenset[str]:
    """Lists the addresses of the workspace's e-mail channels and senders, normalised."""
    found: set[str] = set()
    for row in await ctx.tx.fetch(OWN, ctx.workspace_id):
        found |= {
            one for text in (row["address"], *(row["more"] or ())) if (one := normalise_address(str(text)))
        }
    return frozenset(found)


async def find_agent(ctx: Ctx, address: str) -> UUID | None:
    """Finds the active agent with this address."""
    found: UUID | None = await ctx.tx.fetchval(
        "SELECT id FROM agents WHERE workspace_id = $1 AND email_key = $2 AND state = 'active'",
        ctx.workspace_id,
        email_key(address),
    )
    return found


async def find_mail_channel(
    ctx: Ctx, brand_id: UUID | None, preferred: UUID | None = None
) -> MailChannel | None:
    """Finds the e-mail channel for a brand: the preferred one, the brand's own, one for all brands, else any."""
    row = await ctx.tx.fetchrow(SENDING, ctx.workspace_id, brand_id, preferred)
    return MailChannel(**row) if row else None
