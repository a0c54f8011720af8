"""Facts of the accounts slice."""

from uuid import UUID

from parley.kit.log.fact import Fact, register_facts


class WorkspaceCreated(Fact, frozen=True, kw_only=True):
    """A workspace came into being."""


class AgentJoined(Fact, frozen=True, kw_only=True):
    """An agent accepted an invitation or was created as owner."""

    subject = "agent_id"
    agent_id: UUID
    role: str


class AgentChanged(Fact, frozen=True, kw_only=True):
    """An agent's role, state or teams changed."""

    subject = "agent_id"
    agent_id: UUID
    changes: dict[str, object]


class AgentPresenceChanged(Fact, frozen=True, kw_only=True):
    """An agent went online or away."""

    subject = "agent_id"
    agent_id: UUID
    presence: str


class SettingsChanged(Fact, frozen=True, kw_only=True):
    """A settings record (team, tag, brand, field, view, hours, channel …) was created, changed or removed."""

    subject = "record_id"
    record: str
    record_id: UUID
    act: str


class NotificationRaised(Fact, frozen=True, kw_only=True):
    """An agent was told about something."""

    subject = "agent_id"
    agent_id: UUID
    notification_id: UUID
    about: str


register_facts(
    WorkspaceCreated, AgentJoined, AgentChanged, AgentPresenceChanged, SettingsChanged, NotificationRaised
)
