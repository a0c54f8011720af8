"""What a model says of a text."""

from typing import Any, Protocol

import msgspec


class Entity(msgspec.Struct, frozen=True):
    """Something named in a text: kind (order_number, email, phone, date, amount, …), words and value."""

    kind: str
    text: str
    value: Any = None


class Understanding(msgspec.Struct, frozen=True, kw_only=True):
    """Language (BCP 47), sentiment, intents with probabilities (the likeliest first), entities, and why.

    `reasons` name what decided, never quoting the text: `[{"sentiment": "furious", "by": "phrase"}]`.
    """

    model: str
    language: str | None = None
    sentiment: str = "neutral"
    urgent: bool = False
    threatening: bool = False
    intents: tuple[tuple[str, float], ...] = ()
    entities: tuple[Entity, ...] = ()
    reasons: tuple[dict[str, Any], ...] = ()


class Understander(Protocol):
    """A model: pure, in the process, a few milliseconds a text."""

    name: str

    def understand(self, text: str, language: str | None) -> Understanding:
        """Says what a text is about; `language` is what is known of the customer."""
        ...
