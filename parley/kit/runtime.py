"""What one process holds: database, clock, registries, hub, files, secrets. Built once, in `parley.app`."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any
from uuid import UUID

from parley.kit.clock import Clock, SystemClock
from parley.kit.conditions.catalogue import Catalogue
from parley.kit.ctx import Ctx
from parley.kit.db import Database, Transaction
from parley.kit.decisions.registry import DecisionRegistry
from parley.kit.jobs.registry import JobRegistry
from parley.kit.live.bus import Bus
from parley.kit.live.hub import LiveHub
from parley.kit.live.waker import Nerves
from parley.kit.log.fact import SYSTEM, Actor, Recorded
from parley.kit.log.readers import ReaderRegistry

if TYPE_CHECKING:
    from parley.kit.files.store import FileStore
    from parley.kit.outbound import OutboundClient
    from parley.kit.secrets import SecretBox


class Runtime:
    """Everything that lives as long as the process. Slices register themselves into the registries."""

    def __init__(
        self,
        db: Database,
        *,
        files: "FileStore",
        box: "SecretBox",
        http: "OutboundClient",
        settings: Any,
        clock: Clock | None = None,
        bus: Bus | None = None,
    ) -> None:
        self.db = db
        self.clock = clock or SystemClock()
        self.files = files
        self.box = box
        self.http = http
        self.settings = settings
        self.bus = bus
        self.jobs = JobRegistry()
        self.readers = ReaderRegistry()
        self.decisions = DecisionRegistry()
        self.catalogue = Catalogue()
        self.hub = LiveHub(self)
        self.nerves = Nerves(self.hub, bus)
        self.parts: dict[str, Any] = {}

    @asynccontextmanager
    async def ctx(
        self, workspace_id: UUID, actor: Actor = SYSTEM, *, cause_id: UUID | None = None, depth: int = 0
    ) -> AsyncIterator[Ctx]:
        """Opens a transaction of a workspace; facts and jobs are written just before the commit."""
        async with self.db.transaction(workspace_id) as tx:
            ctx = Ctx(
                self.db,
                tx,
                workspace_id,
                self.clock,
                actor=actor,
                waker=self.nerves,
                cause_id=cause_id,
                depth=depth,
            )
            yield ctx
            await ctx.flush()

    def reader_ctx(self, tx: Transaction, recorded: Recorded) -> Ctx:
        """Gives the context in which a reader handles a fact: facts told there name it as their cause."""
        return Ctx(
            self.db,
            tx,
            recorded.workspace_id,
            self.clock,
            actor=SYSTEM,
            waker=self.nerves,
            cause_id=recorded.id,
            depth=recorded.depth + 1,
        )

    async def flush_bus(self, seconds: float = 1.0) -> None:
        """Waits until the other processes have been told, at most so long; for commands that end at once."""
        if self.bus is not None:
            await self.bus.flushed(seconds)
