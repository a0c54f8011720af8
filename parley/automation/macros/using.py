"""Macros in use: their acts are a decision of the decider `macro`, their uses are counted when the message is sent."""

from collections.abc import Sequence
from contextlib import suppress
from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

import msgspec

from parley.automation.macros.model import Macro
from parley.automation.macros.planning import Wanted, plan_macros, sections_for
from parley.automation.macros.queries import Viewer, get_macro
from parley.facts.automation import MacrosSent, MacroUsed
from parley.facts.conversations import MessageStateChanged
from parley.kit.conditions.catalogue import Catalogue, Subject
from parley.kit.ctx import Ctx
from parley.kit.decisions.executor import perform_acts, store_decision, undo_decision
from parley.kit.decisions.registry import Config, Decider, Decision
from parley.kit.errors import Conflict, NotFound
from parley.kit.ids import uuid7
from parley.kit.log.fact import Fact, Recorded

if TYPE_CHECKING:
    from parley.kit.runtime import Runtime

NAME = "macro"
NOTE = """
WITH noted AS (
  INSERT INTO macro_uses (workspace_id, id, macro_id, version, conversation_id, message_id, agent_id, intent, at)
  SELECT $1, w.id, m.id, m.version, c.id, $4, $5, c.intent, $6
  FROM unnest($2::uuid[], $3::uuid[]) AS w(id, macro_id)
  JOIN macros m ON m.workspace_id = $1 AND m.id = w.macro_id
  JOIN conversations c ON c.workspace_id = $1 AND c.id = $7
  RETURNING macro_id, version
), counted AS (
  UPDATE macros m SET used = m.used + n.times, used_at = $6
  FROM (SELECT macro_id, count(*) AS times FROM noted GROUP BY macro_id) n
  WHERE m.workspace_id = $1 AND m.id = n.macro_id
)
SELECT macro_id, version FROM noted
"""
TAKE_BACK = """
WITH gone AS (
  DELETE FROM macro_uses WHERE workspace_id = $1 AND conversation_id = $2 AND message_id = $3 RETURNING macro_id
)
UPDATE macros m SET used = m.used - n.times
FROM (SELECT macro_id, count(*) AS times FROM gone GROUP BY macro_id) n
WHERE m.workspace_id = $1 AND m.id = n.macro_id
"""
DECIDED = """
SELECT id FROM decisions WHERE workspace_id = $1 AND conversation_id = $2 AND decider = 'macro'
  AND facts ->> 'message_id' = $3 AND undone_at IS NULL
"""


class Applied(msgspec.Struct, frozen=True, kw_only=True):
    """What became of a macro's acts: the decision that says why (None when nothing was to be done), and each act."""

    decision_id: UUID | None
    done: list[str]
    refused: list[str]


def build_macro_decider(catalogue: Catalogue) -> Decider:
    """Gives the decider that carries out the acts of the macros a message was written with."""

    async def load(ctx: Ctx, fact: Fact, recorded: Recorded) -> Wanted | None:
        if not isinstance(fact, MacrosSent):
            return None
        viewer = Viewer(fact.agent_id, manages=True)
        macros = []
        for one in fact.macros:
            with suppress(NotFound):
                macros.append((await get_macro(ctx, viewer, one.macro_id), one.acts))
        macros = [(macro, acts) for macro, acts in macros if macro.acts]
        if not macros:
            return None
        subject = await load_subject(ctx, catalogue, fact, recorded, [macro for macro, _ in macros])
        facts = {"message_id": str(fact.message_id)}
        return Wanted(macros, subject.sheet(), subject.ids, facts)

    def decide(_: Fact, wanted: Wanted, __: Config, ___: datetime) -> Decision:
        return plan_macros(catalogue, wanted)

    return Decider(NAME, (MacrosSent,), load, decide, {})


async def load_subject(
    ctx: Ctx, catalogue: Catalogue, fact: Fact, recorded: Recorded, macros: Sequence[Macro]
) -> Subject:
    """Reads what the acts of macros look at."""
    subject = Subject(fact, recorded, ctx.now)
    await catalogue.load(ctx, [subject], sections_for(catalogue, macros))
    return subject


async def count_sent(ctx: Ctx, fact: Fact, _: Recorded) -> None:
    """Counts the macros of a message that was posted."""
    assert isinstance(fact, MacrosSent)  # noqa: S101 - subscribed to nothing else
    ids = [one.macro_id for one in fact.macros]
    await note_uses(ctx, ids, fact.conversation_id, message_id=fact.message_id, agent_id=fact.agent_id)


async def note_uses(
    ctx: Ctx,
    macro_ids: Sequence[UUID],
    conversation_id: UUID,
    *,
    message_id: UUID | None = None,
    agent_id: UUID | None = None,
) -> list[UUID]:
    """Notes that macros were used in a conversation, with its intent at that time; gives the facts that tell it."""
    rows = await ctx.tx.fetch(
        NOTE,
        ctx.workspace_id,
        [uuid7() for _ in macro_ids],
        list(macro_ids),
        message_id,
        agent_id,
        ctx.now,
        conversation_id,
    )
    return [
        ctx.emit(
            MacroUsed(
                conversation_id=conversation_id,
                macro_id=row["macro_id"],
                version=row["version"],
                message_id=message_id,
                agent_id=agent_id,
            )
        )
        for row in rows
    ]


def build_take_back(runtime: "Runtime") -> Any:
    """Gives the handler for messages that are taken back before they leave: uses do not count, acts are undone."""

    async def take_back(ctx: Ctx, fact: Fact, _: Recorded) -> None:
        if not isinstance(fact, MessageStateChanged) or fact.state != "cancelled":
            return
        await ctx.tx.execute(TAKE_BACK, ctx.workspace_id, fact.conversation_id, fact.message_id)
        decided = await ctx.tx.fetchval(DECIDED, ctx.workspace_id, fact.conversation_id, str(fact.message_id))
        if decided is not None:
            with suppress(Conflict, NotFound):
                await undo_decision(runtime.decisions, ctx, decided)

    return take_back


async def apply_macro(
    ctx: Ctx,
    runtime: "Runtime",
    macro: Macro,
    conversation_id: UUID,
    acts: list[int] | None,
    agent_id: UUID | None,
) -> Applied:
    """Carries a macro's acts out at once and counts the use; raises NotFound for the conversation."""
    fact = MacroUsed(
        conversation_id=conversation_id,
        macro_id=macro.id,
        version=macro.version,
        message_id=None,
        agent_id=agent_id,
    )
    told = await note_uses(ctx, [macro.id], conversation_id, agent_id=agent_id)
    if not told:
        raise NotFound("conversation")
    recorded = record(ctx, fact, told[0])
    subject = await load_subject(ctx, runtime.catalogue, fact, recorded, [macro])
    decision = plan_macros(runtime.catalogue, Wanted([(macro, acts)], subject.sheet(), subject.ids))
    if not decision.acts:
        return Applied(decision_id=None, done=[], refused=[])
    decision_id = await store_decision(ctx, NAME, 0, recorded, decision)
    assert decision_id is not None  # noqa: S101 - the fact is new
    await perform_acts(runtime.decisions, ctx, NAME, decision_id, recorded.id, decision.acts)
    rows = await ctx.tx.fetch(
        """SELECT act, state, result ->> 'detail' AS detail FROM decision_acts
           WHERE workspace_id = $1 AND decision_id = $2 ORDER BY position""",
        ctx.workspace_id,
        decision_id,
    )
    return Applied(
        decision_id=decision_id,
        done=[row["act"] for row in rows if row["state"] == "done"],
        refused=[row["detail"] or row["act"] for row in rows if row["state"] == "failed"],
    )


def record(ctx: Ctx, fact: Fact, fact_id: UUID) -> Recorded:
    """Gives a fact as it will stand on the log, for a decision in the transaction that tells it."""
    return Recorded(
        workspace_id=ctx.workspace_id,
        epoch=0,
        xid=0,
        seq=0,
        id=fact_id,
        kind=type(fact).__name__,
        at=ctx.now,
        lane=0,
        conversation_id=fact.conversation(),
        subject_id=fact.subject_id(),
        actor_kind=ctx.actor.kind,
        actor_id=ctx.actor.id,
        cause_id=ctx.cause_id,
        depth=ctx.depth,
        data={},
    )
