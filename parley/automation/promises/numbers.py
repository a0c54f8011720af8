"""How many promises were kept: by SLA and kind, of those that began within a range of days."""

from datetime import timedelta
from uuid import UUID

import msgspec

from parley.kit.ctx import Ctx
from parley.kit.errors import FieldError, Invalid

DEFAULT_DAYS = 30
MOST_DAYS = 92
# Broken counts as soon as it is broken; what is neither met nor broken yet, or was dropped, is no part of the share.
COUNT = """
SELECT s.id AS sla_id, s.name, p.kind, count(*) FILTER (WHERE p.state = 'met') AS met,
  count(*) FILTER (WHERE p.state = 'broken') AS broken,
  count(*) FILTER (WHERE p.state IN ('running', 'paused')) AS standing,
  count(*) FILTER (WHERE p.state = 'dropped') AS dropped
FROM slas s JOIN promises p ON p.workspace_id = $1 AND p.sla_id = s.id AND p.started_at >= $2
WHERE s.workspace_id = $1
GROUP BY s.id, s.name, s.position, s.archived_at, p.kind
ORDER BY s.archived_at IS NOT NULL, s.position, s.id, array_position(ARRAY['first_reply', 'next_reply', 'resolution'], p.kind)
"""


class PromiseCount(msgspec.Struct, kw_only=True):
    """Promises of one kind under one SLA; `share` of those kept or broken that were kept (0..1), None without any."""

    sla_id: UUID
    name: str
    kind: str
    met: int
    broken: int
    standing: int
    dropped: int
    share: float | None


class PromiseNumbers(msgspec.Struct, kw_only=True):
    """How many promises were kept that began within the last `days` days."""

    days: int
    items: list[PromiseCount]


async def count_promises(ctx: Ctx, days: int = DEFAULT_DAYS) -> PromiseNumbers:
    """Counts the promises of the last days, at most 92, by SLA and kind; raises Invalid."""
    if not 1 <= days <= MOST_DAYS:
        sentence = f"Choose between 1 and {MOST_DAYS} days."
        raise Invalid("bad_range", sentence, FieldError("days", sentence))
    rows = await ctx.tx.fetch(COUNT, ctx.workspace_id, ctx.now - timedelta(days=days))
    return PromiseNumbers(
        days=days, items=[PromiseCount(**row, share=_share(row["met"], row["broken"])) for row in rows]
    )


def _share(met: int, broken: int) -> float | None:
    return met / (met + broken) if met + broken else None
