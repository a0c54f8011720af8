"""Order messages as the API shows them."""

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

import msgspec

from parley.outreach.settings import Words

Kind = Literal["confirmation", "shipped", "delivered", "late", "unsent", "stock_out", "pickup", "collect"]
State = Literal["planned", "sent", "skipped", "failed", "cancelled"]


class OrderMessageView(msgspec.Struct, kw_only=True):
    """What a shopper is, was or was not told about an order, and why; `due_at` is the hour it leaves or left.

    `decision_id` leads to the decision; `conversation_id` and `message_id` to what was written.
    """

    id: UUID
    order_id: UUID
    key: str
    kind: Kind
    state: State
    language: str
    shipment_id: UUID | None
    line: str | None
    promised_at: datetime | None
    days: int
    due_at: datetime | None
    decision_id: UUID | None
    conversation_id: UUID | None
    message_id: UUID | None
    reasons: list[dict[str, Any]]
    created_at: datetime
    finished_at: datetime | None


class OrderTextView(msgspec.Struct, kw_only=True):
    """A message of a kind as it would be written about an example order; `html` is made of safe markup only."""

    kind: Kind
    subject: str
    html: str
    words: Words
    """What is said where nothing else is set."""
    own: Words
    """What is set; empty: nothing."""


class OrderTextsView(msgspec.Struct, kw_only=True):
    """The words of order messages in a language, and the languages that there are words in."""

    language: str
    languages: list[str]
    variables: list[str]
    """What may stand in subject and body in braces, such as {number}."""
    items: list[OrderTextView]
