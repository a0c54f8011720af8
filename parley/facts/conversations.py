"""Facts of the conversations slice.

Every change of a conversation's row is told in `changes` (new values) and `previous`; a fold gives the row.
"""

from datetime import datetime
from uuid import UUID

import msgspec

from parley.kit.log.fact import Fact, register_facts


class ConversationOpened(Fact, frozen=True, kw_only=True):
    """A conversation began; `fields` are the row's values."""

    conversation_id: UUID
    customer_id: UUID
    channel_id: UUID
    channel_kind: str
    fields: dict[str, object]


class ConversationChanged(Fact, frozen=True, kw_only=True):
    """Base of the facts that change a conversation's row."""

    conversation_id: UUID
    changes: dict[str, object]
    previous: dict[str, object]


class ConversationAssigned(ConversationChanged, frozen=True, kw_only=True):
    """Assignee or team changed."""


class ConversationClosed(ConversationChanged, frozen=True, kw_only=True):
    """The conversation was closed."""


class ConversationReopened(ConversationChanged, frozen=True, kw_only=True):
    """A closed, snoozed or spam conversation became open again."""

    undone: bool = False
    """Somebody has taken a closing back: all is as it was, and nothing shall follow from it."""


class ConversationSnoozed(ConversationChanged, frozen=True, kw_only=True):
    """The conversation sleeps until a time or a reply."""


class ConversationMarkedSpam(ConversationChanged, frozen=True, kw_only=True):
    """The conversation was put aside as spam."""


class ConversationEdited(ConversationChanged, frozen=True, kw_only=True):
    """Priority, subject, language, custom fields, customer or rating changed."""


class ConversationMerged(ConversationChanged, frozen=True, kw_only=True):
    """The conversation became part of another (`into_id`): its threads, messages and drafts went over.

    `merge_id` names the record of what moved. The other conversation tells its own changes as ConversationJoined.
    """

    into_id: UUID
    merge_id: UUID
    automatic: bool


class ConversationJoined(ConversationChanged, frozen=True, kw_only=True):
    """The conversation took in another (`from_id`), or gave it back (`undone`)."""

    from_id: UUID
    merge_id: UUID
    undone: bool = False


class ConversationUnmerged(ConversationChanged, frozen=True, kw_only=True):
    """The conversation stands by itself again, with what had been moved and what came on its threads since."""

    into_id: UUID
    merge_id: UUID


class ConversationSplit(ConversationChanged, frozen=True, kw_only=True):
    """Messages left the conversation for a new one (`into_id`), or came back (`undone`)."""

    into_id: UUID
    merge_id: UUID
    message_ids: list[UUID]
    undone: bool = False


class ConversationProgressed(ConversationChanged, frozen=True, kw_only=True):
    """A reply left later than it was written, or was taken back: waiting, counts and last message moved."""


class ConversationFollowed(Fact, frozen=True, kw_only=True):
    """An agent began (`on`) or ceased to follow a conversation."""

    conversation_id: UUID
    agent_id: UUID
    on: bool


class ChecklistTicked(Fact, frozen=True, kw_only=True):
    """A checklist was put on a conversation, ticked, or taken off (None)."""

    conversation_id: UUID
    checklist_id: UUID | None
    done: list[int]


class BulkProgressed(Fact, frozen=True, kw_only=True):
    """An act on many conversations moved on; `state` is running, done, undoing or undone."""

    subject = "bulk_id"
    bulk_id: UUID
    done: int
    total: int
    state: str


class ConversationTagged(Fact, frozen=True, kw_only=True):
    """Tags were put on a conversation."""

    conversation_id: UUID
    tag_ids: list[UUID]


class ConversationUntagged(Fact, frozen=True, kw_only=True):
    """Tags were taken off a conversation."""

    conversation_id: UUID
    tag_ids: list[UUID]


class ThreadStarted(Fact, frozen=True, kw_only=True):
    """The conversation got a thread on a channel."""

    conversation_id: UUID
    thread_id: UUID
    channel_id: UUID
    channel_kind: str


class MessageReceived(Fact, frozen=True, kw_only=True):
    """A customer's message was accepted; `changes` are what it did to the conversation's row."""

    conversation_id: UUID
    message_id: UUID
    thread_id: UUID
    channel_id: UUID
    channel_kind: str
    customer_id: UUID
    identity_id: UUID | None = None
    automatic: bool = False
    changes: dict[str, object]
    previous: dict[str, object]


class MessagePosted(Fact, frozen=True, kw_only=True):
    """An agent, the assistant or a decider wrote to the customer."""

    conversation_id: UUID
    message_id: UUID
    thread_id: UUID
    channel_id: UUID
    channel_kind: str
    author_kind: str
    author_id: UUID | None = None
    automatic: bool = False
    scheduled_for: datetime | None = None
    changes: dict[str, object]
    previous: dict[str, object]


class NoteAdded(Fact, frozen=True, kw_only=True):
    """Somebody of the shop wrote a note."""

    conversation_id: UUID
    message_id: UUID
    author_kind: str
    author_id: UUID | None = None
    mentions: list[UUID] = msgspec.field(default_factory=list)
    changes: dict[str, object]
    previous: dict[str, object]


class MessageStateChanged(Fact, frozen=True, kw_only=True):
    """A message moved on: queued, sending, sent, delivered, failed, unknown, cancelled."""

    conversation_id: UUID
    message_id: UUID
    state: str
    previous: str


class MessageRescheduled(Fact, frozen=True, kw_only=True):
    """A message that waits for its hour got another one."""

    conversation_id: UUID
    message_id: UUID
    scheduled_for: datetime


class MessageDelivered(Fact, frozen=True, kw_only=True):
    """A channel took the message."""

    conversation_id: UUID
    message_id: UUID
    channel_id: UUID
    purpose: str


class MessageFailed(Fact, frozen=True, kw_only=True):
    """A message could not be sent, or nobody knows whether it was (`unknown`)."""

    conversation_id: UUID
    message_id: UUID
    channel_id: UUID
    purpose: str
    unknown: bool


class MessageSeen(Fact, frozen=True, kw_only=True):
    """The customer has read up to this message."""

    conversation_id: UUID
    message_id: UUID
    thread_id: UUID


class MessageRedacted(Fact, frozen=True, kw_only=True):
    """The content of a message was removed for good."""

    conversation_id: UUID
    message_id: UUID


class ConversationRead(Fact, frozen=True, kw_only=True):
    """An agent has read up to this message, or marked the conversation unread (None)."""

    conversation_id: UUID
    agent_id: UUID
    message_id: UUID | None


class ConversationRated(ConversationChanged, frozen=True, kw_only=True):
    """The customer rated the conversation."""


register_facts(
    ConversationOpened,
    ConversationAssigned,
    ConversationClosed,
    ConversationReopened,
    ConversationSnoozed,
    ConversationMarkedSpam,
    ConversationEdited,
    ConversationMerged,
    ConversationJoined,
    ConversationUnmerged,
    ConversationSplit,
    ConversationProgressed,
    ConversationFollowed,
    ChecklistTicked,
    BulkProgressed,
    ConversationTagged,
    ConversationUntagged,
    ThreadStarted,
    MessageReceived,
    MessagePosted,
    NoteAdded,
    MessageStateChanged,
    MessageRescheduled,
    MessageDelivered,
    MessageFailed,
    MessageSeen,
    MessageRedacted,
    ConversationRead,
    ConversationRated,
)
