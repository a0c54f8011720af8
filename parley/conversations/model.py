"""Words of the inbox in pure code: priorities, states, what a change does to a conversation."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec

PRIORITIES = ("low", "normal", "high", "urgent")
STATUSES = ("open", "snoozed", "closed", "spam")
WAITING_STATES = ("scheduled", "queued")


class FileLink(msgspec.Struct, frozen=True):
    """A stored file on its way to becoming an attachment."""

    file_id: UUID
    name: str
    content_id: str | None = None
    inline: bool = False


class Inbound(msgspec.Struct, frozen=True, kw_only=True):
    """A customer's message as the channels hand it over: identified, sanitised, with its files stored."""

    channel_id: UUID
    channel_kind: str
    brand_id: UUID | None = None
    thread_id: UUID | None = None
    thread_key: str
    customer_id: UUID
    identity_id: UUID | None = None
    external_id: str | None = None
    html: str
    text: str
    quoted_html: str | None = None
    subject: str = ""
    language: str | None = None
    envelope: dict[str, Any] | None = None
    participants: list[dict[str, str]] = []
    files: list[FileLink] = []
    remote_images: int = 0
    automatic: bool = False
    raw_file_id: UUID | None = None
    conversation_id: UUID | None = None
    """Start the new thread in this conversation (an answer by another channel) instead of a new one."""
    spam: bool = False


class Received(msgspec.Struct, frozen=True):
    """What became of it; `new` is False when the same message had been received before."""

    message_id: UUID
    conversation_id: UUID
    thread_id: UUID
    new: bool


def decide_reopen(status: str, closed_at: datetime | None, now: datetime, window: timedelta) -> bool:
    """Says whether a message continues this conversation; False asks for a new one."""
    return status != "closed" or closed_at is None or now - closed_at <= window


def as_changes(row: Any, *names: str, prefix: str = "") -> dict[str, Any]:
    """Takes the named values from a row for a fact; ids and times become text when the fact is encoded."""
    return {name: row[prefix + name] for name in names}


def only_changed(changes: dict[str, Any], previous: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Drops the fields that stayed as they were."""
    names = [name for name, value in changes.items() if value != previous.get(name)]
    return {n: changes[n] for n in names}, {n: previous.get(n) for n in names}
