"""Which job names exist, who handles them and how often they may be tried."""

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any
from uuid import UUID

import msgspec

if TYPE_CHECKING:
    from parley.kit.runtime import Runtime

Handler = Callable[["Job"], Awaitable[None]]


class Job(msgspec.Struct):
    """One attempt at a job: the process's runtime, the workspace and the payload (plain JSON)."""

    runtime: Any
    id: int
    name: str
    workspace_id: UUID
    payload: dict[str, Any]
    attempt: int
    last_attempt: bool

    def uuid(self, name: str) -> UUID:
        """Reads a UUID from the payload; raises KeyError or ValueError."""
        return UUID(self.payload[name])


class JobKind(msgspec.Struct, frozen=True):
    """How a job is handled: `max_attempts` tries with doubling pauses from `first_delay` seconds to `max_delay`."""

    name: str
    handler: Handler
    max_attempts: int
    first_delay: float
    max_delay: float
    concurrency: int


class Periodic(msgspec.Struct, frozen=True):
    """Work that every worker process offers to do on schedule; an advisory lock lets one of them do it."""

    name: str
    seconds: float
    run: "Callable[[Runtime], Awaitable[None]]"


class JobRegistry:
    """All job kinds and periodic work of an installation."""

    def __init__(self) -> None:
        self.kinds: dict[str, JobKind] = {}
        self.periodic: list[Periodic] = []

    def add(
        self,
        name: str,
        handler: Handler,
        *,
        max_attempts: int = 12,
        first_delay: float = 2.0,
        max_delay: float = 3600.0,
        concurrency: int = 0,
    ) -> None:
        """Registers a job kind; raises ValueError for a name taken."""
        if name in self.kinds:
            raise ValueError(f"two jobs are called {name}")
        self.kinds[name] = JobKind(name, handler, max_attempts, first_delay, max_delay, concurrency)

    def every(self, name: str, seconds: float, run: "Callable[[Runtime], Awaitable[None]]") -> None:
        """Registers periodic work."""
        self.periodic.append(Periodic(name, seconds, run))
