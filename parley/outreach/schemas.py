"""Order messages as the API shows them."""

from datetime import datetime
from typing import Any, Literal
from uuid import UUID

import msgspec

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
