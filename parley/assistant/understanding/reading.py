"""The reader that understands each message of a customer, stores what was found and tells it."""

import time
from uuid import UUID

import structlog

from parley.assistant.understanding.model import Understander, Understanding
from parley.conversations.actions.changing import change_conversation
from parley.facts.assistant import MessageUnderstood
from parley.facts.conversations import MessageReceived, MessageRedacted
from parley.kit.ctx import Ctx
from parley.kit.log.fact import Fact, Recorded
from parley.kit.log.readers import Handler
from parley.kit.metrics import UNDERSTANDING_FAILED
from parley.kit.runtime import Runtime

log = structlog.get_logger("assistant")
READER = "assistant"
UNDERSTANDER = "understander"

LOAD = """
SELECT m.conversation_id, m.text, p.value AS subject, coalesce(c.language, cu.language) AS language,
  c.last_incoming_id = m.id AS newest
FROM messages m JOIN conversations c ON c.workspace_id = $1 AND c.id = m.conversation_id
JOIN customers cu ON cu.workspace_id = $1 AND cu.id = c.customer_id
LEFT JOIN personal_values p ON p.workspace_id = $1 AND p.id = m.subject_value_id
WHERE m.workspace_id = $1 AND m.id = $2
"""
STORE = """
INSERT INTO understandings (workspace_id, message_id, conversation_id, model, language, sentiment, urgent, threatening,
  intents, entities, reasons, micros, at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13) ON CONFLICT DO NOTHING RETURNING true
"""
FORGET = "UPDATE understandings SET entities = '[]' WHERE workspace_id = $1 AND message_id = $2"
NOBODY = "none"


def build_reader(runtime: Runtime) -> Handler:
    """Gives the handler of MessageReceived."""

    async def handle(ctx: Ctx, fact: Fact, _recorded: Recorded) -> None:
        if isinstance(fact, MessageReceived):
            await understand_message(ctx, runtime.parts[UNDERSTANDER], fact)

    return handle


async def understand_message(ctx: Ctx, understander: Understander, fact: MessageReceived) -> None:
    """Understands one message, stores and tells it; also when there is nothing to read, so that rules are asked.

    It is told of the conversation in which the message is by now: a merge may have been faster.
    """
    row = await ctx.tx.fetchrow(LOAD, ctx.workspace_id, fact.message_id)
    if row is None:
        return
    began = time.perf_counter_ns()
    text = "\n".join(part for part in (row["subject"], row["text"]) if part)
    found = ask_model(understander, text, row["language"])
    micros = (time.perf_counter_ns() - began) // 1_000
    if not await _store(ctx, row["conversation_id"], fact.message_id, found, micros):
        return
    if row["newest"]:
        intent = found.intents[0][0] if found.intents else None
        await change_conversation(
            ctx, row["conversation_id"], {"sentiment": found.sentiment, "intent": intent}
        )
    ctx.emit(
        MessageUnderstood(
            conversation_id=row["conversation_id"],
            message_id=fact.message_id,
            thread_id=fact.thread_id,
            channel_id=fact.channel_id,
            channel_kind=fact.channel_kind,
            customer_id=fact.customer_id,
            automatic=fact.automatic,
            model=found.model,
            language=found.language,
            sentiment=found.sentiment,
            urgent=found.urgent,
            threatening=found.threatening,
            intents=list(found.intents),
        )
    )


def ask_model(understander: Understander, text: str, language: str | None) -> Understanding:
    """Asks a model; whatever goes wrong in it, the message is told, as neutral and of the model `none`."""
    try:
        return understander.understand(text, language)
    except Exception as failure:  # noqa: BLE001 - a model may fail in any way
        # The type alone: what a model says of its failure, and its trace, may quote the customer.
        log.error(  # noqa: TRY400
            "not understood", model=understander.name, failure=type(failure).__name__
        )
        UNDERSTANDING_FAILED.labels(understander.name).inc()
        return Understanding(model=NOBODY, language=language)


async def forget_entities(ctx: Ctx, fact: Fact, _: Recorded) -> None:
    """Empties what was named in a message that was redacted."""
    if isinstance(fact, MessageRedacted):
        await ctx.tx.execute(FORGET, ctx.workspace_id, fact.message_id)


async def _store(
    ctx: Ctx, conversation_id: UUID, message_id: UUID, found: Understanding, micros: int
) -> bool:
    stored = await ctx.tx.fetchval(
        STORE,
        ctx.workspace_id,
        message_id,
        conversation_id,
        found.model,
        found.language,
        found.sentiment,
        found.urgent,
        found.threatening,
        [list(intent) for intent in found.intents],
        list(found.entities),
        list(found.reasons),
        micros,
        ctx.now,
    )
    return stored is not None
