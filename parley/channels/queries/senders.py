"""Under which name and address a channel writes, and with which signature."""

from uuid import UUID

import msgspec

from parley.kit.ctx import Ctx

SENDERS = """
SELECT s.id, s.channel_id, s.name, s.address, s.signature_html, s.is_default FROM senders s
WHERE s.workspace_id = $1 AND s.channel_id = $2 ORDER BY s.is_default DESC, s.id
"""
VOICE = """
SELECT w.name AS workspace, b.name AS brand, b.signature_html AS brand_signature,
       (SELECT a.name FROM agents a WHERE a.workspace_id = $1 AND a.id = $3) AS agent,
       (SELECT a.signature_html FROM agents a WHERE a.workspace_id = $1 AND a.id = $3) AS agent_signature
FROM workspaces w LEFT JOIN brands b ON b.workspace_id = $1 AND b.archived_at IS NULL
  AND (b.id = $2 OR $2::uuid IS NULL AND b.is_default)
WHERE w.workspace_id = $1 LIMIT 1
"""


class SenderRow(msgspec.Struct, frozen=True, kw_only=True):
    """An address from which a channel writes."""

    id: UUID
    channel_id: UUID
    name: str
    address: str
    signature_html: str
    is_default: bool


class VoiceRow(msgspec.Struct, frozen=True, kw_only=True):
    """Whose voice speaks: the workspace, its brand, the agent."""

    workspace: str
    brand: str | None
    brand_signature: str | None
    agent: str | None
    agent_signature: str | None

    @property
    def shop(self) -> str:
        """The name that customers know."""
        return self.brand or self.workspace


async def list_senders(ctx: Ctx, channel_id: UUID) -> list[SenderRow]:
    """Lists the senders of a channel, the default one first."""
    return [SenderRow(**row) for row in await ctx.tx.fetch(SENDERS, ctx.workspace_id, channel_id)]


async def read_voice(ctx: Ctx, brand_id: UUID | None, agent_id: UUID | None) -> VoiceRow:
    """Reads names and signatures of the brand (None: the default one) and an agent."""
    row = await ctx.tx.fetchrow(VOICE, ctx.workspace_id, brand_id, agent_id)
    if row is None:
        return VoiceRow(workspace="", brand=None, brand_signature=None, agent=None, agent_signature=None)
    return VoiceRow(**row)
