"""Bodies of requests to the inbox."""

from datetime import datetime
from typing import Annotated, Any, Literal
from uuid import UUID

import msgspec
from msgspec import UNSET, Meta, UnsetType

Html = Annotated[str, Meta(max_length=500_000)]
Short = Annotated[str, Meta(max_length=998)]
Ids = Annotated[list[UUID], Meta(max_length=100)]


class AddressBody(msgspec.Struct, forbid_unknown_fields=True):
    """A recipient."""

    address: Annotated[str, Meta(max_length=320)]
    name: Annotated[str, Meta(max_length=200)] = ""


Addresses = Annotated[list[AddressBody], Meta(max_length=100)]


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
    send_at: datetime | None = None
    undo_seconds: Annotated[int, Meta(ge=0, le=60)] | None = None
    then: Literal["close", "snooze"] | None = None
    snooze_until: datetime | None = None
    seen_up_to: UUID | None = None
    anyway: bool = False


class ChangeBody(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """Changes to a conversation; absent fields stay."""

    status: Literal["open", "snoozed", "closed", "spam"] | UnsetType = UNSET
    snoozed_until: datetime | UnsetType | None = UNSET
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

    send_at: datetime
