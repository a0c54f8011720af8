"""What screens need beside the facts: the rows and messages they tell of, looked up once per batch."""

from typing import Any
from uuid import UUID

from parley.conversations.queries.messages import list_messages
from parley.conversations.queries.rows import list_rows
from parley.kit.db import Transaction
from parley.kit.live.hub import Enricher
from parley.kit.log.fact import Recorded
from parley.kit.runtime import Runtime

WITH_MESSAGE = frozenset(
    {
        "MessageReceived",
        "MessagePosted",
        "NoteAdded",
        "MessageStateChanged",
        "MessageDelivered",
        "MessageFailed",
        "MessageRedacted",
        "MessageSeen",
    }
)


def build_enricher(runtime: Runtime) -> Enricher:
    """Gives the enricher of the inbox: `conversations` and `messages` for every batch of facts."""

    async def enrich(
        tx: Transaction, workspace_id: UUID, facts: list[Recorded], extras: dict[str, Any]
    ) -> None:
        touched = dict.fromkeys(fact.conversation_id for fact in facts if fact.conversation_id is not None)
        if not touched:
            return
        ids = dict.fromkeys(UUID(fact.data["message_id"]) for fact in facts if fact.kind in WITH_MESSAGE)
        extras["conversations"] = await list_rows(tx, workspace_id, list(touched), None)
        extras["messages"] = await list_messages(
            tx, workspace_id, list(ids), runtime.parts["file_links"], runtime.clock.now()
        )

    return enrich
