"""Noticing that a webhook has something to deliver."""

import importlib
import pkgutil
from time import monotonic
from uuid import UUID

import parley.facts
from parley.accounts.actions.webhooks import DRAIN
from parley.facts.accounts import SettingsChanged
from parley.kit.ctx import Ctx
from parley.kit.log.fact import Fact, Recorded, fact_kinds
from parley.kit.runtime import Runtime

READER = "webhooks"
KEPT_SECONDS = 5.0
LOOK_EVERY_SECONDS = 15.0


def every_fact() -> tuple[type[Fact], ...]:
    """Gives all kinds of facts of the installation."""
    for module in pkgutil.iter_modules(parley.facts.__path__, "parley.facts."):
        importlib.import_module(module.name)
    return tuple(kind for kind in fact_kinds().values() if kind.__module__.startswith("parley.facts."))


class Announcer:
    """Marks webhooks that want a fact; remembers for a few seconds who wants what, since every fact asks."""

    def __init__(self) -> None:
        self._kept: dict[UUID, tuple[float, list[tuple[UUID, frozenset[str]]]]] = {}

    async def announce(self, ctx: Ctx, fact: Fact, recorded: Recorded) -> None:
        """Defers a job for every active webhook that wants this fact and has none waiting yet."""
        if isinstance(fact, SettingsChanged) and fact.record == "webhook":
            self._kept.pop(ctx.workspace_id, None)
        wanting = [i for i, kinds in await self._webhooks(ctx) if not kinds or recorded.kind in kinds]
        if not wanting:
            return
        rows = await ctx.tx.fetch(
            """UPDATE webhooks SET announced = true WHERE workspace_id = $1 AND id = ANY($2) AND NOT announced
                 AND state = 'active' AND (retry_at IS NULL OR retry_at <= $3) RETURNING id""",
            ctx.workspace_id,
            wanting,
            ctx.now,
        )
        for row in rows:
            ctx.defer(DRAIN, {"webhook_id": row["id"]})

    async def _webhooks(self, ctx: Ctx) -> list[tuple[UUID, frozenset[str]]]:
        kept = self._kept.get(ctx.workspace_id)
        if kept is not None and kept[0] > monotonic():
            return kept[1]
        rows = await ctx.tx.fetch(
            "SELECT id, kinds FROM webhooks WHERE workspace_id = $1 AND state = 'active'", ctx.workspace_id
        )
        found = [(row["id"], frozenset(row["kinds"])) for row in rows]
        if len(self._kept) > 10_000:
            self._kept.clear()
        self._kept[ctx.workspace_id] = (monotonic() + KEPT_SECONDS, found)
        return found


async def wake_webhooks(runtime: Runtime) -> None:
    """Finds webhooks that have something to deliver and no job for it: left by a crash, or too new to be known."""
    now = runtime.clock.now()
    async with runtime.db.transaction(None) as tx:
        rows = await tx.fetch(
            """SELECT w.workspace_id, w.id FROM webhooks w
               WHERE w.state = 'active' AND (w.retry_at IS NULL OR w.retry_at <= $1)
                 AND (w.lease_id IS NULL OR w.leased_until < $1)
                 AND EXISTS (SELECT 1 FROM facts f WHERE f.workspace_id = w.workspace_id
                   AND (f.epoch, f.xid, f.seq) > (w.cursor_epoch, w.cursor_xid::text::xid8, w.cursor_seq))
               LIMIT 500""",
            now,
        )
    for row in rows:
        async with runtime.ctx(row["workspace_id"]) as ctx:
            ctx.defer(DRAIN, {"webhook_id": row["id"]}, key=f"{DRAIN}:{row['id']}")
