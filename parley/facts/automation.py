"""Facts of the automation slice: waiting, promises, queue, alerts, macros."""

from datetime import datetime
from uuid import UUID

import msgspec

from parley.kit.log.fact import Fact, register_facts


class ConversationWaited(Fact, frozen=True, kw_only=True):
    """So many minutes have passed since something (`since`), and a rule had asked to be told.

    `anchor` is what was waited for: reply, customer, assignment, closed, opened. `hours` names the business hours
    that were counted (an id or `default`); None counts every minute.
    """

    conversation_id: UUID
    anchor: str
    since: datetime
    minutes: int
    hours: str | None = None


class PromiseChanged(Fact, frozen=True, kw_only=True):
    """A promise was made, paused, resumed, warned of, met, broken or dropped.

    `kind` is first_reply, next_reply or resolution; `state` running, paused, met, broken or dropped. A broken promise
    that is kept late stays broken and gets `met_at`.
    """

    conversation_id: UUID
    promise_id: UUID
    kind: str
    sla_id: UUID
    sla_version: int
    state: str
    previous_state: str | None
    warned: bool = False
    due_at: datetime | None = None
    at: datetime


class QueueChanged(Fact, frozen=True, kw_only=True):
    """A conversation began to wait for an agent, or waits no more (`outcome`: assigned, closed, snoozed, merged)."""

    conversation_id: UUID
    entry_id: UUID
    team_id: UUID | None
    waiting: bool
    outcome: str | None = None


class AlertRaised(Fact, frozen=True, kw_only=True):
    """Somebody has to look at once; `agent_ids` were told."""

    conversation_id: UUID
    alert_id: UUID
    kind: str
    message_id: UUID | None
    agent_ids: list[UUID]


class AlertSeen(Fact, frozen=True, kw_only=True):
    """An alert stood on an agent's screen (`seconds` after the message was received), or was taken in hand."""

    conversation_id: UUID
    alert_id: UUID
    agent_id: UUID
    seconds: float
    handled: bool = False


class WorkHandedOver(Fact, frozen=True, kw_only=True):
    """An agent's open conversations went on to the next shift."""

    subject = "handover_id"
    handover_id: UUID
    agent_id: UUID
    conversation_ids: list[UUID]


class ChosenMacro(msgspec.Struct, frozen=True):
    """A macro whose text went into a message; `acts` are the places of those to be done, None for all."""

    macro_id: UUID
    acts: list[int] | None = None


class MacrosSent(Fact, frozen=True, kw_only=True):
    """A message was posted that was written with macros: their acts are due."""

    conversation_id: UUID
    message_id: UUID
    agent_id: UUID | None
    macros: list[ChosenMacro]


class MacroUsed(Fact, frozen=True, kw_only=True):
    """A macro was put to use in a conversation, by an agent or by a decider."""

    conversation_id: UUID
    macro_id: UUID
    version: int
    message_id: UUID | None
    agent_id: UUID | None


register_facts(
    ConversationWaited,
    PromiseChanged,
    QueueChanged,
    AlertRaised,
    AlertSeen,
    WorkHandedOver,
    MacrosSent,
    MacroUsed,
)
