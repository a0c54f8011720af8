"""Bodies of requests to the inbox."""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

import msgspec
from msgspec import UNSET, Meta, UnsetType

from parley.conversations.filters import Filter

Html = Annotated[str, Meta(max_length=500_000)]
Short = Annotated[str, Meta(max_length=998)]
# A time without a zone could mean any hour of the day.
When = Annotated[datetime, Meta(tz=True)]
Ids = Annotated[list[UUID], Meta(max_length=100)]


class AddressBody(msgspec.Struct, forbid_unknown_fields=True):
    """A recipient."""

    address: Annotated[str, Meta(max_length=320)]
    name: Annotated[str, Meta(max_length=200)] = ""


Addresses = Annotated[list[AddressBody], Meta(max_length=100)]


class MacroBody(msgspec.Struct, forbid_unknown_fields=True):
    """A macro that a message was written with; `acts` are the places of those to be done, null for all."""

    id: UUID
    acts: Annotated[list[int], Meta(max_length=20)] | None = None


class PostBody(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """A reply or a note; `seen_up_to` is the newest message that was read, `anyway` sends all the same."""

    kind: Literal["message", "note"] = "message"
    thread_id: UUID | None = None
    html: Html = ""
    text: Html = ""
    file_ids: Ids = []
    to: Addresses | None = None
    cc: Addresses | None = None
    bcc: Addresses | None = None
    subject: Short | None = None
    sender_id: UUID | None = None
    mentions: Ids = []
    send_at: When | None = None
    undo_seconds: Annotated[int, Meta(ge=0, le=60)] | None = None
    then: Literal["close", "snooze"] | None = None
    snooze_until: When | None = None
    seen_up_to: UUID | None = None
    anyway: bool = False
    macros: Annotated[list[MacroBody], Meta(max_length=20)] = []


class ChangeBody(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """Changes to a conversation; absent fields stay. `snoozed_until` or `snooze_until_reply` alone put it to sleep."""

    status: Literal["open", "snoozed", "closed", "spam"] | UnsetType = UNSET
    snoozed_until: When | UnsetType | None = UNSET
    snooze_until_reply: bool | UnsetType = UNSET
    assignee_id: UUID | UnsetType | None = UNSET
    team_id: UUID | UnsetType | None = UNSET
    priority: Literal["low", "normal", "high", "urgent"] | UnsetType = UNSET
    subject: Short | UnsetType = UNSET
    language: Annotated[str, Meta(max_length=35)] | UnsetType | None = UNSET
    custom_fields: dict[str, Any] | UnsetType = UNSET


class TagsBody(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """Tags to put on and to take off."""

    add: Ids = []
    remove: Ids = []


class RescheduleBody(msgspec.Struct, forbid_unknown_fields=True):
    """Another time for a scheduled message."""

    send_at: When


class DraftBody(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """An unfinished reply or note."""

    kind: Literal["message", "note"] = "message"
    html: Html = ""
    thread_id: UUID | None = None
    to: Addresses | None = None
    cc: Addresses | None = None
    bcc: Addresses | None = None
    subject: Short | None = None
    file_ids: Ids = []


class RedactBody(msgspec.Struct, forbid_unknown_fields=True):
    """Why the content of a message is removed; the reason goes into the audit."""

    reason: Annotated[str, Meta(min_length=1, max_length=500)]


class FollowersBody(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """Agents who are to follow, and who no longer."""

    add: Ids = []
    remove: Ids = []


class ChecklistBody(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """The checklist of a conversation (null: none) and the positions of the ticked items."""

    checklist_id: UUID | None
    done: Annotated[list[int], Meta(max_length=200)] = []


class BeginBody(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """A conversation that the shop begins by e-mail."""

    channel_id: UUID
    to: Annotated[list[AddressBody], Meta(min_length=1, max_length=100)]
    cc: Addresses = []
    bcc: Addresses = []
    subject: Short = ""
    html: Html
    file_ids: Ids = []
    sender_id: UUID | None = None
    assignee_id: UUID | None = None
    tags: Ids = []
    send_at: When | None = None
    undo_seconds: Annotated[int, Meta(ge=0, le=60)] | None = None


class ForwardBody(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """Messages handed on to somebody else; without a channel, by that of the newest e-mail thread."""

    to: Annotated[list[AddressBody], Meta(min_length=1, max_length=100)]
    cc: Addresses = []
    html: Html = ""
    subject: Short = ""
    message_ids: Annotated[list[UUID], Meta(min_length=1, max_length=50)]
    channel_id: UUID | None = None
    undo_seconds: Annotated[int, Meta(ge=0, le=60)] | None = None


class ActBody(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """What is done to each of many conversations; absent fields stay."""

    status: Literal["open", "snoozed", "closed", "spam"] | None = None
    snoozed_until: When | None = None
    snooze_until_reply: bool = False
    assignee_id: UUID | UnsetType | None = UNSET
    team_id: UUID | UnsetType | None = UNSET
    priority: Literal["low", "normal", "high", "urgent"] | None = None
    add_tags: Ids = []
    remove_tags: Ids = []


class BulkBody(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """Which conversations (by ids, or all of a view narrowed by a filter) and what is done to them."""

    act: ActBody
    ids: Annotated[list[UUID], Meta(max_length=10_000)] | None = None
    view: Annotated[str, Meta(max_length=64)] | None = None
    filter: Filter | None = None


class UndoBody(msgspec.Struct, forbid_unknown_fields=True):
    """Which act on many conversations is to be undone."""

    undo_token: UUID
