"""Facts of the outreach slice: delays that were found, and what shoppers are told without having asked."""

from datetime import datetime
from uuid import UUID

from parley.kit.log.fact import Fact, register_facts


class DelayFound(Fact, frozen=True, kw_only=True):
    """Something about an order takes longer than was promised; told once per order, kind and thing.

    `kind` is late, unsent, stock_out, pickup or collect; `line` is the store's id of the line that ran out. `days`
    is how long it is late, or how long it waits.
    """

    subject = "order_id"
    order_id: UUID
    shipment_id: UUID | None
    kind: str
    promised_at: datetime | None
    days: int
    line: str | None = None
    customer_id: UUID | None = None


class OrderMessageChanged(Fact, frozen=True, kw_only=True):
    """A message about an order was planned, sent, skipped, cancelled, or came back."""

    subject = "order_id"
    order_id: UUID
    order_message_id: UUID
    kind: str
    key: str
    state: str
    previous_state: str | None
    about_conversation_id: UUID | None
    message_id: UUID | None


class BroadcastChanged(Fact, frozen=True, kw_only=True):
    """A broadcast was drafted, started, paused, moved on, ended or was cancelled."""

    subject = "broadcast_id"
    broadcast_id: UUID
    state: str
    total: int
    sent: int
    failed: int
    replied: int


register_facts(DelayFound, OrderMessageChanged, BroadcastChanged)
