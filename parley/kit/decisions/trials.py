"""How a decider is tried on the past: it registers a trial, and whoever rehearses knows no decider by name."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Protocol
from uuid import UUID

from parley.kit.conditions.catalogue import Past
from parley.kit.ctx import Ctx
from parley.kit.decisions.registry import Decision
from parley.kit.log.fact import Fact, Recorded


class Heard:
    """A fact of the past on its way through a rehearsal: ids that are known of it, and what trials have read for it."""

    __slots__ = ("fact", "ids", "loaded", "now", "recorded")

    def __init__(self, fact: Fact, recorded: Recorded) -> None:
        self.fact = fact
        self.recorded = recorded
        self.now: datetime = recorded.at
        self.ids: dict[str, UUID] = {}
        self.loaded: dict[str, Any] = {}


class Trial(Protocol):
    """A decider with the configuration that stands and the one that is tried."""

    name: str
    kinds: tuple[type[Fact], ...]

    async def prepare(self, ctx: Ctx, change: Any) -> "Sides":
        """Reads what stands and lays the change over it; raises Invalid with the place of a mistake in the change."""
        ...

    async def gather(self, ctx: Ctx, sides: "Sides", batch: Sequence[Heard], /) -> None:
        """Reads for a batch of facts what does not change over time, in a number of statements that does not grow."""
        ...

    def decide(self, config: Any, heard: Heard, past: Past, memory: dict[Any, Any], /) -> Decision:
        """Decides as the decider would have; `memory` is kept for one side through the whole rehearsal. Pure else."""
        ...


class Sides:
    """A configuration before and after a change; `about` names what differs, for the report."""

    __slots__ = ("about", "after", "before")

    def __init__(self, before: Any, after: Any, about: Mapping[str, Any]) -> None:
        self.before = before
        self.after = after
        self.about = dict(about)
