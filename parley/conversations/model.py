"""Words of the inbox in pure code: priorities, states, what a change does to a conversation."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec

from parley.kit.errors import FieldError, Invalid
from parley.kit.ids import uuid7

PRIORITIES = ("low", "normal", "high", "urgent")
FARTHEST = timedelta(days=5 * 366)
# The queue counts a delay by the database's clock and from the transaction's begin, so that its job comes a little
# before the time by ours, and is put off once more. One that comes even earlier is left to the sweep.
EARLY = timedelta(seconds=5)
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
    """What became of it, with the content as stored; `new` is False, and no content there, when it was known."""

    message_id: UUID
    conversation_id: UUID
    thread_id: UUID
    new: bool
    html: str = ""
    text: str = ""


def decide_reopen(status: str, closed_at: datetime | None, now: datetime, window: timedelta) -> bool:
    """Says whether a message continues this conversation; False asks for a new one."""
    return status != "closed" or closed_at is None or now - closed_at <= window


def only_changed(changes: dict[str, Any], previous: dict[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Drops the fields that stayed as they were."""
    names = [name for name, value in changes.items() if value != previous.get(name)]
    return {n: changes[n] for n in names}, {n: previous.get(n) for n in names}


def decide_changes(changes: dict[str, Any], row: Any) -> tuple[dict[str, Any], dict[str, Any]]:
    """Gives what changes really change about a row, new and old; closing what is closed changes nothing."""
    new, previous = only_changed(changes, dict(row))
    if changes.get("status") == "closed" and "status" not in new:
        new.pop("closed_at", None)
        previous.pop("closed_at", None)
    return new, previous


def status_changes(
    status: str, now: datetime, until: datetime | None = None, *, until_reply: bool = False
) -> dict[str, Any]:
    """Gives the columns that a status brings with it: who is closed or spam keeps nobody waiting, and sleeps not."""
    changes: dict[str, Any] = {
        "status": status,
        "closed_at": now if status == "closed" else None,
        "snoozed_until": until if status == "snoozed" else None,
        "snoozed_until_reply": status == "snoozed" and until_reply,
    }
    if status in ("closed", "spam"):
        changes["waiting_since"] = None
    return changes


def check_snooze(now: datetime, until: datetime | None, *, until_reply: bool) -> None:
    """Raises Invalid for a sleep without an end or with one in the past."""
    if until is None and not until_reply:
        raise Invalid("snooze_without_end", "Say until when it sleeps, or that it sleeps until a reply.")
    if until is not None and until <= now:
        raise Invalid("snooze_in_the_past", "Choose a time in the future.")
    if until is not None:
        check_future(now, until, "snoozed_until")


def check_future(now: datetime, at: datetime, field: str) -> None:
    """Raises Invalid for a time that nobody will live to see."""
    if at > now + FARTHEST:
        raise Invalid(
            "too_far_away", "Choose a time within the next five years.", FieldError(field, "too far")
        )


def split_row(row: Any, names: Sequence[str]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Takes from a row with the columns `x` and `old_x` what changed: new and previous values."""
    return only_changed({name: row[name] for name in names}, {name: row[f"old_{name}"] for name in names})


def new_id(now: datetime) -> UUID:
    """Makes an id with the time of the injected clock, so that ids sort like times also in loaded history."""
    return uuid7(int(now.timestamp() * 1000))


# What the row of a new conversation holds beside the fields that its first fact tells.
NEW_ROW: dict[str, Any] = {
    "custom_fields": {},
    "snoozed_until": None,
    "snoozed_until_reply": False,
    "waiting_since": None,
    "last_message_id": None,
    "preview_message_id": None,
    "last_incoming_id": None,
    "first_reply_at": None,
    "closed_at": None,
    "message_count": 0,
    "rating": None,
    "rating_value_id": None,
    "merged_into_id": None,
    "promise_due_at": None,
    "promise_kind": None,
    "sentiment": None,
    "intent": None,
}


def fold_conversation(facts: Iterable[tuple[str, Mapping[str, Any]]]) -> dict[str, Any]:
    """Gives a conversation's row, without its version, from its facts (kind, data) in order."""
    row: dict[str, Any] = {}
    for kind, data in facts:
        if kind == "ConversationOpened":
            row = {**NEW_ROW, "id": data["conversation_id"], **data["fields"]}
        else:
            row |= data.get("changes", {})
    return row
