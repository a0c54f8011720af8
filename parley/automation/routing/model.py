"""What routing knows: its settings, agents who are there, conversations that want one."""

from datetime import UTC, datetime
from typing import Annotated, Any, Literal
from uuid import UUID

import msgspec
from msgspec import Meta

FAR = datetime(9999, 1, 1, tzinfo=UTC)
Mode = Literal["least_busy", "round_robin", "manual"]
Languages = Literal["off", "prefer", "require"]

DEFAULTS: dict[str, Any] = {
    "mode": "least_busy",
    "limit": 30,
    "team_only": True,
    "weights": {"chat": 1.0, "email": 1.0},
    "personal": True,
    "sticky_days": 30,
    "languages": "prefer",
    "skills": [],
    "hand_over": False,
    "peak": {"waiting": 0, "factor": 1.3},
}


class Skill(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A skill that conversations with one of these intents or tags want."""

    name: str
    intents: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()


class Peak(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """While so many wait (0: never) it is a peak, and agents take on `factor` times their capacity."""

    waiting: Annotated[int, Meta(ge=0, le=1_000_000)] = 0
    factor: Annotated[float, Meta(ge=1, le=10)] = 1.3


class Settings(msgspec.Struct, frozen=True):
    """How a workspace, or a team of its own, shares work out.

    `limit` is the capacity of an agent who has none of his own; a conversation takes up the weight of its channel
    (1 where none is given). `sticky_days`: who answered the customer last within so many days comes first; 0 never.
    `hand_over`: what an agent has open at the end of his shift goes on by itself.
    """

    mode: Mode = "least_busy"
    limit: Annotated[float, Meta(ge=0, le=9_999)] = 30
    team_only: bool = True
    weights: dict[str, Annotated[float, Meta(ge=0, le=1_000)]] = {}
    personal: bool = True
    sticky_days: Annotated[float, Meta(ge=0, le=3_650)] = 30
    languages: Languages = "prefer"
    skills: Annotated[tuple[Skill, ...], Meta(max_length=200)] = ()
    hand_over: bool = False
    peak: Peak = Peak()

    def stretch(self, queued: int) -> float:
        """Gives by how much capacities are stretched while so many wait."""
        return max(1.0, self.peak.factor) if 0 < self.peak.waiting <= queued else 1.0

    def weigh(self, channel_kind: str) -> float:
        """Gives how much of an agent's capacity a conversation takes up."""
        return max(0.0, float(self.weights.get(channel_kind, 1.0)))


class TeamSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """What a team does differently; `overflow` is the team that takes over when nobody of this one is there."""

    mode: Mode | None = None
    overflow: UUID | None = None


class Agent(msgspec.Struct, frozen=True):
    """An agent who is at the desk and takes work: what he can do and what he has; `last` is his last assignment."""

    id: UUID
    load: float = 0.0
    capacity: float = 30.0
    last: datetime | None = None
    teams: tuple[UUID, ...] = ()
    languages: tuple[str, ...] = ()
    skills: tuple[str, ...] = ()


class Item(msgspec.Struct, frozen=True):
    """A conversation that wants an agent. `personal` is the customer's own agent, `sticky` who answered him last."""

    conversation_id: UUID
    channel_kind: str
    team_id: UUID | None = None
    overflow: UUID | None = None
    mode: Mode | None = None
    language: str | None = None
    intent: str | None = None
    tags: tuple[str, ...] = ()
    personal: UUID | None = None
    sticky: UUID | None = None
    sticky_at: datetime | None = None
    refused: UUID | None = None
    """Who has given it back."""
    priority: int = 1
    due_at: datetime | None = None
    since: datetime | None = None

    @property
    def rank(self) -> tuple[object, ...]:
        """Sorts items as the queue is served: priority, promise, how long it has waited."""
        return (-self.priority, self.due_at or FAR, self.since or FAR, self.conversation_id)


def read_settings(values: dict[str, Any]) -> Settings:
    """Reads the configuration of the decider; raises msgspec.ValidationError."""
    return msgspec.convert(values, Settings)
