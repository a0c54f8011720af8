"""A batch of facts as one visitor is shown it."""

from typing import Any
from uuid import UUID

from parley.channels.chat.views import (
    Outside,
    ask_of,
    build_widget_conversation,
    build_widget_message,
    may_see,
)
from parley.channels.chat.visitors import Visitor
from parley.conversations.shapes import ConversationRow, Message
from parley.kit.live.hub import Batch
from parley.kit.log.fact import Recorded

NOTHING = Outside()
# After these a visitor's messages may be elsewhere, and others' beside them: he is shown everything anew.
REARRANGED = frozenset(
    {"ConversationMerged", "ConversationJoined", "ConversationUnmerged", "ConversationSplit"}
)
STATUS_FACTS = frozenset(
    {
        "ConversationClosed",
        "ConversationReopened",
        "ConversationRated",
        "ConversationSnoozed",
    }
)


def build_frames(batch: Batch, visitor: Visitor) -> list[tuple[str, dict[str, Any]]]:
    """Gives what a visitor is shown of a batch: messages, what the other side has read, the state of the conversation."""
    found: list[tuple[str, dict[str, Any]]] = []
    outside: dict[UUID, Outside] = batch.extras.get("outside", {})
    messages: list[Message] = batch.extras.get("messages", [])
    for message in messages:
        beside = outside.get(message.id, NOTHING)
        if message.conversation_id == visitor.conversation_id and may_see(
            visitor, message, beside.customer_id
        ):
            client = beside.external_id if message.direction == "in" else None
            shown = build_widget_message(message, client, ask_of(beside.envelope))
            found.append(("message", {"message": shown}))
    read = [
        f.data["message_id"] for f in batch.facts if f.kind == "ConversationRead" and f.data.get("message_id")
    ]
    found += [("seen", {"message": message_id}) for message_id in read]
    if any(is_about_status(fact) for fact in batch.facts):
        rows: list[ConversationRow] = batch.extras.get("conversations", [])
        found += [
            ("conversation", {"conversation": build_widget_conversation(row)})
            for row in rows
            if row.id == visitor.conversation_id
        ]
    return found


def is_about_status(fact: Recorded) -> bool:
    """Says whether a fact can have changed what a visitor sees of a conversation; most messages do not."""
    return fact.kind in STATUS_FACTS or (fact.kind == "MessageReceived" and "status" in fact.data["changes"])
