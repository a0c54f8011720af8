"""What is to happen at a time: one row per kind and key, so that setting it again moves it and dropping it forgets it.

A timer that falls due becomes a job in the same transaction that takes its row away, so it fires once and is tried
again like any other job. Nothing is scanned: the due rows stand at the front of an index.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

import msgspec

from parley.kit.ctx import Ctx

if TYPE_CHECKING:
    from parley.kit.runtime import Runtime

BATCH = 200
SECONDS = 1.0
FIND_DUE = """
SELECT workspace_id, array_agg(kind ORDER BY due_at, kind, key) AS kinds, array_agg(key ORDER BY due_at, kind, key) AS keys
FROM (SELECT workspace_id, kind, key, due_at FROM timers WHERE due_at <= $1 ORDER BY due_at LIMIT $2) due
GROUP BY workspace_id ORDER BY workspace_id
"""
# Who sets, moves or drops timers locks them in the order of their keys as well, so that nobody waits in a circle.
# A timer that somebody is just moving is left to the next look.
TAKE_DUE = """
WITH mine AS (
  SELECT t.kind, t.key FROM timers t JOIN unnest($2::text[], $3::text[]) AS due(kind, key) USING (kind, key)
  WHERE t.workspace_id = $1 AND t.due_at <= $4 ORDER BY t.kind, t.key FOR UPDATE OF t SKIP LOCKED
), taken AS (
  DELETE FROM timers t USING mine WHERE t.workspace_id = $1 AND t.kind = mine.kind AND t.key = mine.key
  RETURNING t.kind, t.key, t.due_at, t.data
)
SELECT * FROM taken ORDER BY due_at, kind, key
"""
SET = """
INSERT INTO timers (workspace_id, kind, key, subject_id, due_at, data)
SELECT $1, $2, k, s, d, x FROM unnest($3::text[], $4::uuid[], $5::timestamptz[], $6::jsonb[]) AS given(k, s, d, x)
ORDER BY k
ON CONFLICT (workspace_id, kind, key)
DO UPDATE SET subject_id = excluded.subject_id, due_at = excluded.due_at, data = excluded.data
"""
DROP = """
DELETE FROM timers WHERE workspace_id = $1 AND kind = $2 AND key IN (
  SELECT key FROM timers WHERE workspace_id = $1 AND kind = $2 AND key = ANY($3) ORDER BY key FOR UPDATE)
"""
DROP_OF = """
DELETE FROM timers WHERE workspace_id = $1 AND kind = $2 AND key IN (
  SELECT key FROM timers WHERE workspace_id = $1 AND kind = $2 AND subject_id = $3 ORDER BY key FOR UPDATE)
"""


class Timer(msgspec.Struct, frozen=True):
    """When something is to happen; `subject_id` (a conversation, an agent, …) lets it be dropped with its subject."""

    key: str
    due_at: datetime
    data: dict[str, Any] = {}
    subject_id: UUID | None = None


async def set_timers(ctx: Ctx, kind: str, timers: Sequence[Timer]) -> None:
    """Has job `kind` done at these times, with `key`, `due_at` and `data` as payload; moves those that exist.

    Of two timers with the same key the last one counts.
    """
    given = list({timer.key: timer for timer in timers}.values())
    if given:
        await ctx.tx.execute(
            SET,
            ctx.workspace_id,
            kind,
            [timer.key for timer in given],
            [timer.subject_id for timer in given],
            [timer.due_at for timer in given],
            [timer.data for timer in given],
        )


async def drop_timers(ctx: Ctx, kind: str, keys: Iterable[str]) -> None:
    """Forgets timers; those that do not exist are no mistake."""
    wanted = list(keys)
    if wanted:
        await ctx.tx.execute(DROP, ctx.workspace_id, kind, wanted)


async def drop_timers_of(ctx: Ctx, kind: str, subject_id: UUID) -> None:
    """Forgets the timers of one kind that belong to a subject."""
    await ctx.tx.execute(
        DROP_OF,
        ctx.workspace_id,
        kind,
        subject_id,
    )


async def fire_due_timers(runtime: "Runtime") -> None:
    """Turns what is due into jobs, a batch at a time, until nothing is; each workspace in its own transaction."""
    while True:
        now = runtime.clock.now()
        async with runtime.db.transaction(None) as tx:
            due = await tx.fetch(FIND_DUE, now, BATCH)
        fired = 0
        for row in due:
            async with runtime.ctx(row["workspace_id"]) as ctx:
                taken = await ctx.tx.fetch(TAKE_DUE, ctx.workspace_id, row["kinds"], row["keys"], now)
                for timer in taken:
                    place = {
                        "key": timer["key"],
                        "due_at": timer["due_at"],
                        "workspace_id": ctx.workspace_id,
                    }
                    ctx.defer(timer["kind"], {**timer["data"], **place})
            fired += len(taken)
        if not fired or sum(len(row["keys"]) for row in due) < BATCH:
            return


def register_timers(runtime: "Runtime") -> None:
    """Lets one worker look every second for what is due."""
    runtime.jobs.every("timers", SECONDS, fire_due_timers)
