"""What widgets need beside the facts: under which id the client sent a message, and which form it brings."""

from typing import Any
from uuid import UUID

from parley.channels.chat.views import CLIENT_IDS
from parley.kit.db import Transaction
from parley.kit.log.fact import Recorded

CHAT_FACTS = ("MessageReceived", "MessagePosted")


async def enrich_outside_ids(
    tx: Transaction, workspace_id: UUID, facts: list[Recorded], extras: dict[str, Any]
) -> None:
    """Looks up, once per batch, what widgets show of chat messages."""
    ids = [
        UUID(f.data["message_id"])
        for f in facts
        if f.kind in CHAT_FACTS and f.data.get("channel_kind") == "chat"
    ]
    if ids:
        rows = await tx.fetch(CLIENT_IDS, workspace_id, ids)
        extras["outside"] = {row["id"]: (row["external_id"], row["envelope"]) for row in rows}
