"""What a history remembers of people and conversations while they go on."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import msgspec


class Person(msgspec.Struct, frozen=True):
    """A customer as the history remembers him."""

    id: UUID
    identity: UUID
    name: str
    email: str
    language: str


class Sample(msgspec.Struct, frozen=True):
    """A message to search for afterwards."""

    language: str
    text: str
    order: str | None


@dataclass(slots=True)
class Talk:
    """A conversation under way; `left` counts the messages to come, -1 once it is written down."""

    id: UUID
    thread: UUID
    number: int
    customer: Person
    opened: datetime
    at: datetime
    chat: bool
    spam: bool
    order: str | None
    team: UUID
    agent: UUID | None
    tags: list[UUID]
    left: int
    subject: str | None = None
    subject_id: UUID | None = None
    messages: int = 0
    last: UUID | None = None
    incoming: UUID | None = None
    waiting: datetime | None = None
    snoozed: datetime | None = None
    first_reply: datetime | None = None
    closed: datetime | None = None
    rating: int | None = None
