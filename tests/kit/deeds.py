"""Facts and handlers to test the kit with."""

from typing import Any
from uuid import UUID

from parley.kit.ctx import Ctx
from parley.kit.db import Database
from parley.kit.log.fact import Fact, Recorded, register_facts
from parley.kit.runtime import Runtime


class Probed(Fact, frozen=True, kw_only=True):
    """Something was tried."""

    conversation_id: UUID
    n: int


class Answered(Fact, frozen=True, kw_only=True):
    """Something was answered."""

    conversation_id: UUID
    n: int


register_facts(Probed, Answered)


async def tell(runtime: Runtime, workspace_id: UUID, conversation_id: UUID, *numbers: int) -> None:
    """Tells of tries, each in a transaction of its own."""
    for n in numbers:
        async with runtime.ctx(workspace_id) as ctx:
            ctx.emit(Probed(conversation_id=conversation_id, n=n))


async def note(ctx: Ctx, who: str, fact: Any, text: str = "") -> None:
    """Writes a deed."""
    await ctx.tx.execute(
        "INSERT INTO deeds (who, subject, n, note) VALUES ($1, $2, $3, $4)",
        who,
        fact.conversation_id,
        fact.n,
        text,
    )


def noting(who: str) -> Any:
    """Gives a handler that writes a deed for every fact."""

    async def handle(ctx: Ctx, fact: Fact, _: Recorded) -> None:
        await note(ctx, who, fact)

    return handle


async def deeds(database: Database, who: str | None = None) -> list[Any]:
    """Gives the deeds in order."""
    async with database.transaction(None) as tx:
        return await tx.fetch("SELECT * FROM deeds WHERE $1::text IS NULL OR who = $1 ORDER BY seq", who)
