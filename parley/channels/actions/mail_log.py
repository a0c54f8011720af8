"""The list of mails exchanged with each correspondent, by which loops are noticed."""

from datetime import datetime, timedelta
from uuid import UUID

from parley.channels.mail.loops import Exchange, LoopVerdict, decide_loop, hash_subject
from parley.kit.ctx import Ctx
from parley.kit.db import Transaction
from parley.kit.ids import uuid7

KEPT = timedelta(days=2)
LOOKED_AT = 200


async def note_exchange(
    ctx: Ctx, channel_id: UUID, correspondent: str, *, direction: str, automatic: bool, subject: str
) -> None:
    """Notes a mail from (`in`) or to (`out`) a correspondent."""
    await ctx.tx.execute(
        """INSERT INTO mail_seen (workspace_id, id, channel_id, correspondent, at, direction, automatic, subject_hash)
           VALUES ($1, $2, $3, $4, $5, $6, $7, $8)""",
        ctx.workspace_id,
        uuid7(),
        channel_id,
        correspondent.lower()[:320],
        ctx.now,
        direction,
        automatic,
        hash_subject(subject),
    )


async def judge_exchange(ctx: Ctx, channel_id: UUID, correspondent: str) -> LoopVerdict:
    """Decides by what has been exchanged lately whether a program may write to a correspondent now."""
    rows = await ctx.tx.fetch(
        """SELECT direction, automatic, subject_hash, at FROM mail_seen
           WHERE workspace_id = $1 AND channel_id = $2 AND correspondent = $3 AND at > $4
           ORDER BY at DESC, id DESC LIMIT $5""",
        ctx.workspace_id,
        channel_id,
        correspondent.lower()[:320],
        ctx.now - KEPT,
        LOOKED_AT,
    )
    history = [Exchange(r["direction"], r["automatic"], r["subject_hash"], r["at"]) for r in reversed(rows)]
    return decide_loop(history, ctx.now)


async def forget_exchanges(tx: Transaction, now: datetime) -> None:
    """Drops what is too old to matter; `tx` must see all workspaces."""
    await tx.execute("DELETE FROM mail_seen WHERE at < $1", now - KEPT)
