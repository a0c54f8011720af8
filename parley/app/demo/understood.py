"""What the customers of the demo store meant: their past messages are understood by the same model as new ones."""

from uuid import UUID

from msgspec import Struct

from parley.assistant.understanding.model import Understanding
from parley.assistant.understanding.reading import UNDERSTANDER, ask_model
from parley.conversations.model import Inbound
from parley.facts.assistant import MessageUnderstood
from parley.kit.ctx import Ctx
from parley.kit.log.fact import SYSTEM
from parley.kit.runtime import Runtime

# All at once, after the conversations: one statement for some hundred messages.
KEEP = """
WITH given AS (
  SELECT * FROM jsonb_to_recordset($2) AS g(message_id uuid, conversation_id uuid, model text, language text,
    sentiment text, urgent boolean, threatening boolean, intents jsonb, entities jsonb, reasons jsonb, at timestamptz,
    intent text)
), kept AS (
  INSERT INTO understandings (workspace_id, message_id, conversation_id, model, language, sentiment, urgent,
    threatening, intents, entities, reasons, micros, at)
  SELECT $1, message_id, conversation_id, model, language, sentiment, urgent, threatening, intents, entities, reasons,
    0, at FROM given
)
UPDATE conversations c SET sentiment = g.sentiment, intent = g.intent FROM given g
WHERE c.workspace_id = $1 AND c.last_incoming_id = g.message_id AND c.id = g.conversation_id
"""


class Understood(Struct, frozen=True):
    """A message with what was made of it, to be kept with all the others."""

    message_id: UUID
    conversation_id: UUID
    found: Understanding
    at: object


def understand_past(
    ctx: Ctx, runtime: Runtime, inbound: Inbound, message_id: UUID, conversation_id: UUID, thread_id: UUID
) -> Understood:
    """Understands a message of the past and tells it at its time; keeping it is left to `keep_understood`."""
    text = "\n".join(part for part in (inbound.subject, inbound.text) if part)
    found = ask_model(runtime.parts[UNDERSTANDER], text, inbound.language)
    ctx.emit(
        MessageUnderstood(
            conversation_id=conversation_id,
            message_id=message_id,
            thread_id=thread_id,
            channel_id=inbound.channel_id,
            channel_kind=inbound.channel_kind,
            customer_id=inbound.customer_id,
            automatic=False,
            model=found.model,
            language=found.language,
            sentiment=found.sentiment,
            urgent=found.urgent,
            threatening=found.threatening,
            intents=list(found.intents),
        ),
        actor=SYSTEM,
    )
    return Understood(message_id, conversation_id, found, ctx.now)


async def keep_understood(ctx: Ctx, all_of_them: list[Understood]) -> None:
    """Stores what was understood; conversations show what the newest message of their customer says."""
    rows = [
        {
            "message_id": one.message_id,
            "conversation_id": one.conversation_id,
            "model": one.found.model,
            "language": one.found.language,
            "sentiment": one.found.sentiment,
            "urgent": one.found.urgent,
            "threatening": one.found.threatening,
            "intents": [list(intent) for intent in one.found.intents],
            "entities": list(one.found.entities),
            "reasons": list(one.found.reasons),
            "at": one.at,
            "intent": one.found.intents[0][0] if one.found.intents else None,
        }
        for one in all_of_them
    ]
    await ctx.tx.execute(KEEP, ctx.workspace_id, rows)
