"""Running a rehearsal: the log of a period once through, both sides of each trial beside each other."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from datetime import datetime
from typing import Any

import structlog

from parley.assistant.understanding.model import Understander
from parley.kit.ctx import Ctx
from parley.kit.decisions.registry import DecisionRegistry
from parley.kit.decisions.trials import Heard, Sides, Trial
from parley.kit.errors import FieldError, Invalid
from parley.kit.log.fact import Recorded, load_fact
from parley.rehearsal.comparing import list_done
from parley.rehearsal.completing import complete
from parley.rehearsal.report import Tally
from parley.rehearsal.world import OTHER_KINDS, World

log = structlog.get_logger("rehearsal")
BATCH = 1_000
BREATH = 40
FOLDED = (
    "ConversationOpened", "ConversationAssigned", "ConversationClosed", "ConversationReopened", "ConversationSnoozed",
    "ConversationMarkedSpam", "ConversationEdited", "ConversationProgressed", "ConversationTagged",
    "ConversationUntagged", "ConversationRated", "ConversationMerged", "ConversationJoined", "ConversationUnmerged",
    "ConversationSplit", "MessageReceived", "MessagePosted", "NoteAdded", *OTHER_KINDS,
)  # fmt: skip
LOG = """
SELECT workspace_id, epoch, xid::text::bigint AS xid, seq, id, kind, at, lane, conversation_id, subject_id, actor_kind,
  actor_id, cause_id, depth, data
FROM facts WHERE workspace_id = $1 AND at >= $2 AND at < $3 AND kind = ANY($4)
ORDER BY at, epoch, facts.xid, seq
"""
COUNT = "SELECT count(*) FROM facts WHERE workspace_id = $1 AND at >= $2 AND at < $3 AND kind = ANY($4)"
NUMBERS = "SELECT id, number FROM conversations WHERE workspace_id = $1 AND id = ANY($2)"
Progress = Callable[[int, int], Awaitable[bool]]


class Cancelled(Exception):
    """Somebody has stopped the rehearsal."""


async def rehearse(
    ctx: Ctx,
    registry: DecisionRegistry,
    change: Mapping[str, Any],
    begins: datetime,
    ends: datetime,
    progress: Progress | None = None,
    understander: Understander | None = None,
) -> dict[str, Any]:
    """Replays a period with the configuration as it stands and as it would be, and gives the report.

    `change` has a part for each trial that is to be tried (`rules`, `routing`, …). `progress` is told of facts done and
    all; it answers False to stop, which raises Cancelled. Nothing is written and nobody is told. Raises Invalid for a
    change that cannot be read. Messages that nobody has understood yet are, by `understander`. What the log did (acts
    of deciders included) is the same for both sides.
    """
    trials = choose_trials(registry, change)
    sides = {trial.name: await trial.prepare(ctx, change[trial.name]) for trial in trials}
    kinds = sorted({*FOLDED, *(kind.__name__ for trial in trials for kind in trial.kinds)})
    total = await ctx.tx.fetchval(COUNT, ctx.workspace_id, begins, ends, kinds)
    tally, world, done = Tally(), World(ctx, begins), 0
    memories: dict[tuple[str, str], dict[Any, Any]] = {
        (t.name, s): {} for t in trials for s in ("before", "after")
    }
    async for read in _read(ctx, begins, ends, kinds):
        batch = await complete(ctx, understander, read)
        await world.meet(batch)
        for trial in trials:
            heard = [one for one in batch if _is_asked(trial, one)]
            await trial.gather(ctx, sides[trial.name], heard)
        for number, one in enumerate(batch):
            _hear(one, world, trials, sides, memories, tally)
            if number % BREATH == BREATH - 1:
                await asyncio.sleep(0)
        done += len(read)
        if progress is not None and not await progress(done, total):
            raise Cancelled
    numbers = await ctx.tx.fetch(NUMBERS, ctx.workspace_id, [key for key, _ in tally.most_different()])
    return {
        "period": {"from": begins.isoformat(), "to": ends.isoformat()},
        "about": {name: side.about for name, side in sides.items()},
        "erased": world.erased,
        **tally.build({row["id"]: row["number"] for row in numbers}),
    }


def choose_trials(registry: DecisionRegistry, change: Mapping[str, Any]) -> list[Trial]:
    """Gives the trials that a change names; raises Invalid for a part that nothing is tried by."""
    if not change:
        raise Invalid("empty_change", "Say what is to be changed.", FieldError("change", "empty"))
    for name in change:
        if name not in registry.trials:
            known = ", ".join(sorted(registry.trials))
            raise Invalid(
                "unknown_change",
                f"{name!r} cannot be rehearsed; these can: {known}.",
                FieldError(f"change.{name}", "unknown"),
            )
    return [registry.trials[name] for name in sorted(change)]


def _is_asked(trial: Trial, heard: Heard) -> bool:
    """What deciders have done themselves is not put before them again: each side would have done otherwise.

    A trial that looks at just that says so with `hears_deciders`.
    """
    if not isinstance(heard.fact, trial.kinds):
        return False
    return heard.recorded.actor_kind != "decider" or getattr(trial, "hears_deciders", False)


def _hear(
    heard: Heard,
    world: World,
    trials: list[Trial],
    sides: Mapping[str, Sides],
    memories: Mapping[tuple[str, str], dict[Any, Any]],
    tally: Tally,
) -> None:
    recorded = heard.recorded
    if recorded.actor_kind == "agent" and recorded.conversation_id is not None:
        for deed in list_done(recorded):
            tally.note_done(recorded.conversation_id, deed)
    world.apply(recorded)
    tally.see(heard)
    for trial in trials:
        if _is_asked(trial, heard):
            side = sides[trial.name]
            before = trial.decide(side.before, heard, world, memories[trial.name, "before"])
            after = trial.decide(side.after, heard, world, memories[trial.name, "after"])
            tally.compare(heard, trial.name, before, after)


async def _read(ctx: Ctx, begins: datetime, ends: datetime, kinds: list[str]) -> AsyncIterator[list[Heard]]:
    cursor = await ctx.tx.connection.cursor(LOG, ctx.workspace_id, begins, ends, kinds)
    while rows := await cursor.fetch(BATCH):
        batch = []
        for row in rows:
            recorded = Recorded(**dict(row))
            batch.append(Heard(load_fact(recorded), recorded))
        yield batch
