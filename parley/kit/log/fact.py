"""What a fact is: a frozen record in the past tense, registered by its class name."""

from datetime import datetime
from typing import Any, ClassVar
from uuid import UUID

import msgspec

LANES = 8


class Fact(msgspec.Struct, frozen=True, kw_only=True):
    """Base of all facts. Fields are ids and plain values, never message text, names or addresses."""

    subject: ClassVar[str | None] = None
    """Name of the field whose id says what the fact is about, where that is no conversation."""

    def subject_id(self) -> UUID | None:
        """Gives the id the fact is about, or None."""
        return getattr(self, self.subject) if self.subject else None

    def conversation(self) -> UUID | None:
        """Gives the conversation the fact belongs to, or None."""
        return getattr(self, "conversation_id", None)


class Actor(msgspec.Struct, frozen=True):
    """Who did it: `kind` is agent, customer, token, decider, channel or system."""

    kind: str
    id: UUID | None = None


SYSTEM = Actor("system")


class Recorded(msgspec.Struct, frozen=True, kw_only=True):
    """A fact as it stands on the log; `data` are the fact's own fields as plain JSON."""

    workspace_id: UUID
    epoch: int
    xid: int
    seq: int
    id: UUID
    kind: str
    at: datetime
    lane: int
    conversation_id: UUID | None
    subject_id: UUID | None
    actor_kind: str
    actor_id: UUID | None
    cause_id: UUID | None
    depth: int
    data: dict[str, Any]

    @property
    def cursor(self) -> str:
        """The position on the log, opaque to callers."""
        return f"{self.epoch}.{self.xid}.{self.seq}"


_kinds: dict[str, type[Fact]] = {}


def register_facts(*kinds: type[Fact]) -> None:
    """Makes fact classes known by name; raises ValueError when two classes share a name."""
    for kind in kinds:
        known = _kinds.setdefault(kind.__name__, kind)
        if known is not kind:
            raise ValueError(f"two facts are called {kind.__name__}")


def fact_kinds() -> dict[str, type[Fact]]:
    """Gives all registered fact classes by name."""
    return dict(_kinds)


def load_fact(recorded: Recorded) -> Fact:
    """Rebuilds the fact from the log; raises KeyError for an unknown kind and msgspec.ValidationError for bad data."""
    return msgspec.convert(recorded.data, _kinds[recorded.kind])


def lane_of(key: UUID) -> int:
    """Gives the lane of a conversation (or, without one, of the subject): facts of one key stay in order."""
    return key.int % LANES
