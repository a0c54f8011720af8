"""A batch of facts as one visitor is shown it."""

from typing import Any

from parley.channels.chat.views import (
    ask_of,
    build_widget_conversation,
    build_widget_message,
    may_see,
)
from parley.channels.chat.visitors import Visitor
from parley.conversations.shapes import ConversationRow, Message
from parley.kit.live.hub import Batch
from parley.kit.log.fact import Recorded

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
    outside = batch.extras.get("outside", {})
    messages: list[Message] = batch.extras.get("messages", [])
    for message in messages:
        if message.conversation_id == visitor.conversation_id and may_see(visitor, message):
            client, envelope = outside.get(message.id, (None, None))
            shown = build_widget_message(
                message, client if message.direction == "in" else None, ask_of(envelope)
            )
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
