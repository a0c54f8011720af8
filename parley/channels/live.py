"""What widgets need beside the facts: under which id the client sent a message, and which form it brings."""

from typing import Any
from uuid import UUID

from parley.channels.chat.views import OUTSIDE, Outside
from parley.conversations.shapes import Message
from parley.kit.db import Transaction
from parley.kit.log.fact import Recorded


async def enrich_outside_ids(
    tx: Transaction, workspace_id: UUID, _: list[Recorded], extras: dict[str, Any]
) -> None:
    """Looks up, once per batch, what widgets need of the messages that the inbox has looked up before."""
    messages: list[Message] = extras.get("messages", [])
    ids = [message.id for message in messages if message.kind == "message"]
    if ids:
        rows = await tx.fetch(OUTSIDE, workspace_id, ids)
        extras["outside"] = {
            row["id"]: Outside(row["external_id"], row["envelope"], row["customer_id"]) for row in rows
        }
