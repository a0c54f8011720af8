"""A message as a plug-in carries it out."""

from typing import TYPE_CHECKING

from parley.channels.ports import OutboundFile, OutboundMessage
from parley.conversations.actions.delivering import Delivery
from parley.kit.ctx import Ctx
from parley.kit.errors import NotFound

if TYPE_CHECKING:
    from parley.kit.runtime import Runtime

FILES = """
SELECT a.name, a.content_id, a.inline, f.type, f.sha256 FROM attachments a
JOIN files f ON f.workspace_id = a.workspace_id AND f.id = a.file_id
WHERE a.workspace_id = $1 AND a.message_id = $2 ORDER BY a.position
"""


async def read_outbound(runtime: "Runtime", ctx: Ctx, delivery: Delivery) -> OutboundMessage:
    """Reads a message with its files; raises NotFound when it was taken away meanwhile."""
    row = await ctx.tx.fetchrow(
        """SELECT html, text, envelope, automatic, external_id, created_at FROM messages
           WHERE workspace_id = $1 AND id = $2 AND redacted_at IS NULL""",
        ctx.workspace_id,
        delivery.message_id,
    )
    if row is None:
        raise NotFound("message")
    files = await ctx.tx.fetch(FILES, ctx.workspace_id, delivery.message_id)
    return OutboundMessage(
        message_id=delivery.message_id,
        thread_id=delivery.thread_id,
        conversation_id=delivery.conversation_id,
        external_id=delivery.external_id or row["external_id"],
        html=row["html"] or "",
        text=row["text"] or "",
        files=[
            OutboundFile(
                item["name"],
                item["type"],
                await runtime.files.read(str(ctx.workspace_id), item["sha256"]),
                item["content_id"],
                item["inline"],
            )
            for item in files
        ],
        envelope={**(row["envelope"] or {}), **(delivery.address or {})},
        automatic=row["automatic"],
        created_at=row["created_at"],
        attempt=delivery.attempts + 1,
    )
