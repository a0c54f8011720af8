"""What rules can test of an understanding, and the event of a message that was received and understood."""

from collections.abc import Sequence

from parley.facts.assistant import MessageUnderstood
from parley.kit.conditions.catalogue import Event, Section, Subject
from parley.kit.conditions.fields import Field
from parley.kit.ctx import Ctx
from parley.kit.runtime import Runtime

SENTIMENTS = ("positive", "promoter", "neutral", "negative", "furious")
FIELDS = (
    Field("understanding.intents", "choices", source="intents"),
    Field("understanding.top_intent", "choice", source="intents"),
    Field("understanding.confidence", "number"),
    Field("understanding.sentiment", "choice", SENTIMENTS),
    Field("understanding.urgent", "flag"),
    Field("understanding.threatening", "flag"),
    Field("understanding.language", "choice", source="languages"),
)
SURE = 0.5


async def load_understanding(_: Ctx, subjects: Sequence[Subject]) -> None:
    """Takes what was understood from the fact itself."""
    for subject in subjects:
        fact = subject.fact
        if isinstance(fact, MessageUnderstood):
            subject.values |= {
                "understanding.intents": [name for name, sure in fact.intents if sure >= SURE],
                "understanding.top_intent": fact.intents[0][0] if fact.intents else None,
                "understanding.confidence": fact.intents[0][1] if fact.intents else None,
                "understanding.sentiment": fact.sentiment,
                "understanding.urgent": fact.urgent,
                "understanding.threatening": fact.threatening,
                "understanding.language": fact.language,
            }


def register_vocabulary(runtime: Runtime) -> None:
    """Adds the section and the event."""
    runtime.catalogue.add_section(Section("understanding", FIELDS, load_understanding))
    sections = (
        "message",
        "conversation",
        "history",
        "customer",
        "orders",
        "order",
        "shipment",
        "understanding",
        "time",
        "promise",
    )
    runtime.catalogue.add_event(Event("message_received", (MessageUnderstood,), sections))
