"""What the inbox does when it reads the log: search index, notifications, what changes with a customer."""

from parley.conversations.actions.aligning import align_conversations
from parley.conversations.actions.indexing import index_message, index_subject
from parley.conversations.actions.merging import follow_merge
from parley.conversations.notifying import notify
from parley.facts.conversations import (
    ConversationAssigned,
    ConversationEdited,
    MessageFailed,
    MessagePosted,
    MessageReceived,
    MessageRedacted,
    NoteAdded,
)
from parley.facts.customers import CustomerChanged, CustomersMerged
from parley.kit.runtime import Runtime


def register_subscribers(runtime: Runtime) -> None:
    """Adds the readers of the slice."""
    readers = runtime.readers
    readers.subscribe("search", index_message, MessageReceived, MessagePosted, NoteAdded, MessageRedacted)
    readers.subscribe("search", index_subject, ConversationEdited)
    readers.subscribe("notify", notify, NoteAdded, ConversationAssigned, MessageFailed, MessageReceived)
    readers.subscribe("customers", align_conversations, CustomerChanged)
    readers.subscribe("customers", follow_merge, CustomersMerged)
