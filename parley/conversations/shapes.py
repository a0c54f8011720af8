"""What the inbox shows of itself: the shapes of API answers and live pushes."""

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

import msgspec


class CustomerRef(msgspec.Struct, kw_only=True):
    """The customer of a conversation, as a list shows him; `verified` says that the e-mail address is proven."""

    id: UUID
    name: str
    email: str | None
    avatar_colour: str
    verified: bool
    blocked: bool
    vip: bool


class ChannelRef(msgspec.Struct, kw_only=True):
    """The channel of the newest message."""

    id: UUID
    kind: str
    name: str


class Preview(msgspec.Struct, kw_only=True):
    """The last words of a person; what a program said only where nobody else has said anything."""

    text: str
    author_kind: str
    at: datetime


class ConversationRow(msgspec.Struct, kw_only=True):
    """A conversation as the inbox lists it; `version` grows with every change."""

    id: UUID
    number: int
    subject: str
    status: str
    priority: str
    customer: CustomerRef
    channel: ChannelRef
    brand_id: UUID | None
    assignee_id: UUID | None
    team_id: UUID | None
    tags: list[UUID]
    preview: Preview | None
    unread: bool
    waiting_since: datetime | None
    promise_due_at: datetime | None
    """When the next promise to the customer falls due, or the first one fell due that is still owed."""
    promise_kind: str | None
    sentiment: str | None
    """Of the customer's newest message: positive, promoter, neutral, negative, furious."""
    intent: str | None
    snoozed_until: datetime | None
    snoozed_until_reply: bool
    last_message_at: datetime
    last_incoming_id: UUID | None
    created_at: datetime
    message_count: int
    language: str | None
    rating: int | None
    custom_fields: dict[str, Any]
    merged_into_id: UUID | None
    """The conversation that this one is part of; it takes nothing itself."""
    version: int


class Author(msgspec.Struct, kw_only=True):
    """Who wrote: agent, token (a program), customer, assistant or system; `public_name` is what the customer sees."""

    kind: str
    id: UUID | None
    name: str
    avatar_colour: str
    public_name: str = ""


class Attachment(msgspec.Struct, kw_only=True):
    """A file of a message; the addresses are signed and expire."""

    id: UUID
    name: str
    type: str
    size: int
    url: str
    thumbnail_url: str | None
    width: int | None
    height: int | None
    inline: bool
    content_id: str | None = None


class Address(msgspec.Struct):
    """A name and an address."""

    name: str
    address: str


class OmittedFile(msgspec.Struct, kw_only=True):
    """A file that came with a mail and was not taken; `size` is in bytes as it was sent."""

    name: str
    type: str
    size: int


SenderCheck = Literal["confirmed", "failed", "unconfirmed", "named", "unknown"]
"""What is known about a mail's sender: the receiving server confirmed him, says that he is false, could not confirm
him; or he is only named by somebody else (a form, a forward); or nobody asked."""


class Message(msgspec.Struct, kw_only=True, tag_field="type", tag="message"):
    """A message or note of the timeline; `html` is sanitised rich text."""

    id: UUID
    conversation_id: UUID
    thread_id: UUID | None
    channel_kind: str
    kind: str
    direction: str
    author: Author
    subject: str | None
    html: str
    text: str
    quoted_html: str | None
    attachments: list[Attachment]
    sender: Address | None
    to: list[Address]
    cc: list[Address]
    bcc: list[Address]
    state: str
    error: str | None
    undo_until: datetime | None
    scheduled_for: datetime | None
    seen_at: datetime | None
    mentions: list[UUID]
    redacted: bool
    forwarded_from: Address | None
    automatic: bool
    remote_images: int
    has_source: bool
    omitted: list[OmittedFile]
    """The first hundred files that were left out; `omitted_count` counts them all."""
    omitted_count: int
    cut: bool
    """A part of the text is missing here; the source may have it."""
    sender_check: SenderCheck | None
    """None for what is no mail of somebody outside."""
    decision_id: UUID | None
    """The decision that an automatic message came of; None for what somebody wrote."""
    created_at: datetime


class Event(msgspec.Struct, kw_only=True, tag_field="type", tag="event"):
    """A line of the timeline that tells what happened; `data` are the fact's fields."""

    id: UUID
    at: datetime
    kind: str
    actor_kind: str
    actor_id: UUID | None
    data: dict[str, Any]
    decision_id: UUID | None


class ThreadRef(msgspec.Struct, kw_only=True):
    """A thread of a conversation and whether a reply can go there now."""

    id: UUID
    channel_id: UUID
    kind: str
    purpose: str
    channel_name: str
    address: str | None
    subject: str | None
    participants: list[Address]
    can_reply: bool
    reason: str | None
    last_message_at: datetime


class DraftView(msgspec.Struct, kw_only=True):
    """The caller's own unfinished reply or note."""

    kind: str
    html: str
    thread_id: UUID | None
    to: list[Address]
    cc: list[Address]
    bcc: list[Address]
    subject: str | None
    file_ids: list[UUID]
    updated_at: datetime


class ChecklistView(msgspec.Struct, kw_only=True):
    """A guided checklist and what has been ticked."""

    checklist_id: UUID
    name: str
    items: list[str]
    done: list[int]


class ConversationDetails(msgspec.Struct, kw_only=True):
    """One conversation with everything its page needs beside the timeline."""

    conversation: ConversationRow
    threads: list[ThreadRef]
    draft: DraftView | None
    checklist: ChecklistView | None
    followers: list[UUID]
    rating_comment: str | None


class ViewRow(msgspec.Struct, kw_only=True):
    """A view with what is in it, counted up to 1,001; the built-in ones have no id and are named by the desk."""

    id: UUID | None
    key: str
    name: str
    shared: bool
    position: int
    filter: dict[str, Any]
    sort: str
    count: int
    unread: int


class SearchHit(msgspec.Struct, kw_only=True):
    """A conversation that a search found, with its newest hit; `highlights` count UTF-16 code units."""

    conversation: ConversationRow
    message_id: UUID
    snippet: str
    highlights: list[list[int]]
    hits: int = 1


TimelineItem = Message | Event
