"""Reading the log by cursor, below the oldest running transaction."""

from collections.abc import Sequence
from uuid import UUID

from parley.kit.db import Transaction, rows_as
from parley.kit.log.cursor import START, Cursor
from parley.kit.log.fact import Recorded

_COLUMNS = """workspace_id, epoch, xid, seq, id, kind, at, lane, conversation_id, subject_id,
       actor_kind, actor_id, cause_id, depth, data"""

# A fact carries where the counter of transactions stood when it was written, W, at least its writer's id + 1.
# The oldest running transaction has the id `xmin`: whoever runs now, or will, has an id >= xmin and so writes
# facts with W > xmin. What has W <= xmin is therefore complete. And two transactions that wanted the same row
# wrote their facts one after the other, so W (and within it `seq`) tells them in the order of their changes.
# Facts of an older epoch came with a restore and are wholly visible.
_SETTLED = "({f}.epoch < {epoch} OR {f}.xid <= pg_snapshot_xmin(pg_current_snapshot()))"


def settled(epoch: int, own: bool, alias: str = "facts") -> str:
    """Gives the condition under which a fact may be read; with `own` also what one has not committed yet (tests)."""
    return "true" if own else _SETTLED.format(epoch=int(epoch), f=alias)


async def read_workspace(
    tx: Transaction,
    workspace_id: UUID,
    after: Cursor,
    *,
    epoch: int,
    own: bool,
    limit: int = 500,
    kinds: Sequence[str] | None = None,
    conversation_id: UUID | None = None,
) -> list[Recorded]:
    """Gives at most `limit` settled facts of a workspace after a position, in order."""
    rows = await tx.fetch(
        f"""
        SELECT {_COLUMNS} FROM facts
        WHERE workspace_id = $1 AND (epoch, xid, seq) > ($2, $3::xid8, $4) AND {settled(epoch, own)}
          AND ($5::text[] IS NULL OR kind = ANY($5)) AND ($6::uuid IS NULL OR conversation_id = $6)
        ORDER BY epoch, xid, seq LIMIT $7
        """,
        workspace_id,
        *after,
        kinds,
        conversation_id,
        limit,
    )
    return rows_as(Recorded, rows)


async def read_lane(
    tx: Transaction, lane: int, after: Cursor, kinds: Sequence[str], *, epoch: int, own: bool, limit: int
) -> tuple[list[Recorded], Cursor, bool]:
    """Gives the wanted kinds among the next `limit` settled facts of a lane, the position reached, and whether it was all."""
    rows = await tx.fetch(
        f"""
        SELECT {_COLUMNS} FROM facts
        WHERE lane = $1 AND (epoch, xid, seq) > ($2, $3::xid8, $4) AND {settled(epoch, own)}
        ORDER BY epoch, xid, seq LIMIT $5
        """,
        lane,
        *after,
        limit,
    )
    if not rows:
        return [], after, True
    last = rows[-1]
    wanted = set(kinds)
    reached = Cursor(last["epoch"], last["xid"], last["seq"])
    return rows_as(Recorded, [row for row in rows if row["kind"] in wanted]), reached, len(rows) < limit


async def newest_cursor(tx: Transaction, workspace_id: UUID, *, epoch: int, own: bool) -> Cursor:
    """Gives the position of the newest settled fact of a workspace, or the start."""
    row = await tx.fetchrow(
        f"""
        SELECT epoch, xid, seq FROM facts WHERE workspace_id = $1 AND {settled(epoch, own)}
        ORDER BY epoch DESC, xid DESC, seq DESC LIMIT 1
        """,
        workspace_id,
    )
    return Cursor(row["epoch"], row["xid"], row["seq"]) if row else START
