"""What the log of an older past lacks: messages that nobody has understood are understood now, the same each time."""

from collections.abc import Sequence
from uuid import UUID, uuid5

import msgspec

from parley.assistant.understanding.model import Understander
from parley.facts.assistant import MessageUnderstood
from parley.facts.conversations import MessageReceived
from parley.kit.ctx import Ctx
from parley.kit.decisions.trials import Heard

LACKING = """
SELECT m.id, m.text, p.value AS subject FROM messages m
LEFT JOIN personal_values p ON p.workspace_id = $1 AND p.id = m.subject_value_id
WHERE m.workspace_id = $1 AND m.id = ANY($2)
  AND NOT EXISTS (SELECT 1 FROM understandings u WHERE u.workspace_id = $1 AND u.message_id = m.id)
"""


async def complete(ctx: Ctx, understander: Understander | None, batch: Sequence[Heard]) -> list[Heard]:
    """Gives the batch with a `MessageUnderstood` after each message of a customer that has none on the log."""
    received = {h.fact.message_id: h.fact for h in batch if isinstance(h.fact, MessageReceived)}
    if not received or understander is None:
        return list(batch)
    rows = {row["id"]: row for row in await ctx.tx.fetch(LACKING, ctx.workspace_id, list(received))}
    whole: list[Heard] = []
    for heard in batch:
        whole.append(heard)
        if isinstance(heard.fact, MessageReceived) and heard.fact.message_id in rows:
            row = rows[heard.fact.message_id]
            text = "\n".join(part for part in (row["subject"], row["text"]) if part)
            whole.append(_understood(heard, heard.fact, understander, text))
    return whole


def _understood(heard: Heard, fact: MessageReceived, understander: Understander, text: str) -> Heard:
    found = understander.understand(text, None)
    told = MessageUnderstood(
        conversation_id=fact.conversation_id,
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
    recorded = msgspec.structs.replace(
        heard.recorded,
        id=_id(heard.recorded.id),
        kind="MessageUnderstood",
        actor_kind="system",
        actor_id=None,
        data={},
    )
    return Heard(told, recorded)


def _id(fact_id: UUID) -> UUID:
    return uuid5(fact_id, "understood")
