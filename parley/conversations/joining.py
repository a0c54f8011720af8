"""What becomes of a conversation's row when two are joined and taken apart, in pure code."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

OF_STATUS = ("status", "closed_at", "snoozed_until", "snoozed_until_reply")
REPLAYED = (*OF_STATUS, "waiting_since", "first_reply_at", "channel_id", "channel_kind")
COUNTED = ("message_count", "last_message_id", "preview_message_id", "last_message_at", "last_incoming_id")
TAKEN = ("priority", "assignee_id", "team_id", "language", "custom_fields")
KEPT = (*REPLAYED, *COUNTED, *TAKEN)
AWAKE: dict[str, Any] = {
    "status": "open",
    "closed_at": None,
    "snoozed_until": None,
    "snoozed_until_reply": False,
}


class Before(msgspec.Struct, frozen=True):
    """The columns of a conversation that joining or replaying may move, as they were."""

    status: str
    closed_at: datetime | None
    snoozed_until: datetime | None
    snoozed_until_reply: bool
    waiting_since: datetime | None
    first_reply_at: datetime | None
    channel_id: UUID
    channel_kind: str
    message_count: int
    last_message_id: UUID | None
    preview_message_id: UUID | None
    last_message_at: datetime
    last_incoming_id: UUID | None
    priority: int
    assignee_id: UUID | None
    team_id: UUID | None
    language: str | None
    custom_fields: dict[str, Any]


class Taken(msgspec.Struct, frozen=True):
    """What a merge noted: both rows before, the target's after, and the newest message of both (None: none)."""

    source: Before
    target: Before
    after: Before
    newest: UUID | None


class Came(msgspec.Struct, frozen=True):
    """A message that came since; `answers` says that it went to the customer and left."""

    at: datetime
    incoming: bool
    automatic: bool
    aside: bool
    answers: bool
    channel_id: UUID
    channel_kind: str


class Turned(msgspec.Struct, frozen=True):
    """Somebody gave the conversation another status."""

    at: datetime
    changes: dict[str, Any]


def build_before(row: Mapping[str, Any]) -> Before:
    """Takes from a conversation's row what is noted."""
    return Before(**{name: row[name] for name in Before.__struct_fields__})


def decide_joined(source: Before, target: Before, counted: Mapping[str, Any]) -> dict[str, Any]:
    """Gives the target's new columns: it wakes for an open source, and takes what it lacks itself."""
    changes: dict[str, Any] = dict(counted)
    wakes = source.status == "open" and target.status in ("closed", "snoozed")
    if wakes:
        changes |= AWAKE
    status = "open" if wakes else target.status
    changes["waiting_since"] = (
        _earlier(source.waiting_since, target.waiting_since) if status in ("open", "snoozed") else None
    )
    changes["first_reply_at"] = _earlier(source.first_reply_at, target.first_reply_at)
    changes["priority"] = max(source.priority, target.priority)
    changes["language"] = target.language or source.language
    changes["custom_fields"] = {**source.custom_fields, **target.custom_fields}
    if target.assignee_id is None and target.team_id is None:
        changes |= {"assignee_id": source.assignee_id, "team_id": source.team_id}
    if source.last_incoming_id is not None and (
        target.last_incoming_id is None or source.last_incoming_id > target.last_incoming_id
    ):
        changes |= {"channel_id": source.channel_id, "channel_kind": source.channel_kind}
    return changes


def replay(before: Before, events: Iterable[Came | Turned]) -> dict[str, Any]:
    """Gives the columns a conversation would have had by itself: what it was, and what happened to it since."""
    row: dict[str, Any] = {name: getattr(before, name) for name in REPLAYED}
    for event in sorted(events, key=lambda one: one.at):
        if isinstance(event, Turned):
            if event.changes.get("status") == row["status"] == "closed":
                continue
            row |= {name: event.changes[name] for name in OF_STATUS if name in event.changes}
            if row["status"] in ("closed", "spam"):
                row["waiting_since"] = None
        elif event.incoming:
            row |= _received(row, event)
        elif event.answers:
            row |= {"waiting_since": None, "first_reply_at": row["first_reply_at"] or event.at}
    return row


def decide_parted(now: Mapping[str, Any], taken: Taken) -> dict[str, Any]:
    """Gives what the target hands back of what it took: fields that nobody has changed since."""
    changes: dict[str, Any] = {}
    for name in TAKEN:
        before, after = getattr(taken.target, name), getattr(taken.after, name)
        if name == "custom_fields":
            changes[name] = {
                key: value for key, value in now[name].items() if key in before or after.get(key) != value
            }
        elif before != after and now[name] == after:
            changes[name] = before
    return changes


def _received(row: dict[str, Any], event: Came) -> dict[str, Any]:
    changes: dict[str, Any] = (
        {} if event.aside else {"channel_id": event.channel_id, "channel_kind": event.channel_kind}
    )
    if row["status"] == "spam":
        return changes
    if not event.automatic:
        changes |= AWAKE
        if not event.aside:
            changes["waiting_since"] = row["waiting_since"] or event.at
    return changes


def _earlier(one: datetime | None, other: datetime | None) -> datetime | None:
    return min((at for at in (one, other) if at is not None), default=None)
