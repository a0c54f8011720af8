"""Facts of the assistant slice."""

from uuid import UUID

from parley.kit.log.fact import Fact, register_facts


class MessageUnderstood(Fact, frozen=True, kw_only=True):
    """What an inbound message is about, as far as a model can tell; follows every message of a customer.

    `intents` are names with their probabilities, the likeliest first; `sentiment` is positive, promoter, neutral,
    negative or furious. What the text itself says (numbers, names, dates) lies in the table `understandings`.
    """

    conversation_id: UUID
    message_id: UUID
    thread_id: UUID
    channel_id: UUID
    channel_kind: str
    customer_id: UUID
    automatic: bool
    model: str
    language: str | None
    sentiment: str
    urgent: bool
    threatening: bool
    intents: list[tuple[str, float]]


register_facts(MessageUnderstood)
