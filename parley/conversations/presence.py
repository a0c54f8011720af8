"""Who looks at a conversation, who is typing, who is at the desk. In memory; spread by ephemeral events."""

from typing import TYPE_CHECKING, Any
from uuid import UUID

from parley.kit.http.access import Principal
from parley.kit.live.hub import DESK, conversation_topic

if TYPE_CHECKING:
    from parley.kit.runtime import Runtime


# The topic of what every visitor of a workspace's chats must hear.
VISITORS = "visitors"


class PresenceBoard:
    """This process's desks and, as far as they have told, those of the other processes."""

    def __init__(self, runtime: "Runtime") -> None:
        self._runtime = runtime
        # workspace → conversation → agent → sockets that look
        self._viewers: dict[UUID, dict[UUID, dict[UUID, set[object]]]] = {}
        self._typing: dict[tuple[UUID, UUID], str] = {}
        self._here: dict[UUID, dict[UUID, set[object]]] = {}
        self._names: dict[UUID, str] = {}

    def view(self, me: Principal, conversation_id: UUID, socket: object) -> None:
        """Notes that a desk looks at a conversation and tells everybody."""
        who = self._viewers.setdefault(me.workspace_id, {}).setdefault(conversation_id, {})
        who.setdefault(me.agent_id, set()).add(socket)
        self._tell(me.workspace_id, conversation_id)

    def leave(self, me: Principal, conversation_id: UUID, socket: object) -> None:
        """Notes that a desk looks elsewhere."""
        conversations = self._viewers.get(me.workspace_id, {})
        who = conversations.get(conversation_id, {})
        sockets = who.get(me.agent_id)
        if sockets is not None:
            sockets.discard(socket)
            if not sockets:
                del who[me.agent_id]
                self._typing.pop((conversation_id, me.agent_id), None)
        if not who:
            conversations.pop(conversation_id, None)
        self._tell(me.workspace_id, conversation_id)

    def type(self, me: Principal, conversation_id: UUID, kind: str | None) -> None:
        """Notes what an agent types (`reply`, `note`, None: nothing); the customer sees replies typed."""
        key = (conversation_id, me.agent_id)
        before = self._typing.get(key)
        if kind is None:
            self._typing.pop(key, None)
        else:
            self._typing[key] = kind
        if before != kind:
            self._tell(me.workspace_id, conversation_id)
        if kind == "reply" or before == "reply":
            self._runtime.nerves.tell(
                me.workspace_id,
                conversation_topic(conversation_id),
                {"what": "agent_typing", "on": kind == "reply", "name": self._names.get(me.agent_id, "")},
            )

    def here(self, me: Principal, socket: object, name: str) -> None:
        """Notes that an agent's desk is open; the customer sees the name while the agent types."""
        sockets = self._here.setdefault(me.workspace_id, {}).setdefault(me.agent_id, set())
        self._names[me.agent_id] = name
        if not sockets:
            self._tell_agents(me.workspace_id, {me.agent_id})
            self._runtime.nerves.tell(me.workspace_id, VISITORS, {"what": "presence"})
        sockets.add(socket)

    def gone(self, me: Principal, socket: object) -> None:
        """Notes that a desk was closed."""
        agents = self._here.get(me.workspace_id, {})
        sockets = agents.get(me.agent_id) if me.actor.kind == "agent" and me.actor.id else None
        if sockets is None:
            return
        sockets.discard(socket)
        if not sockets:
            del agents[me.agent_id]
            self._tell_agents(me.workspace_id, set())

    def online(self, workspace_id: UUID) -> list[UUID]:
        """Gives the agents whose desk is open in this process."""
        return sorted(self._here.get(workspace_id, {}))

    def viewers(self, workspace_id: UUID, conversation_id: UUID) -> list[dict[str, Any]]:
        """Gives who looks at a conversation and what they type."""
        who = self._viewers.get(workspace_id, {}).get(conversation_id, {})
        return [
            {"agent_id": str(agent_id), "typing": self._typing.get((conversation_id, agent_id))}
            for agent_id in sorted(who)
        ]

    def _tell(self, workspace_id: UUID, conversation_id: UUID) -> None:
        self._runtime.nerves.tell(
            workspace_id,
            DESK,
            {
                "what": "presence",
                "conversation": str(conversation_id),
                "viewers": self.viewers(workspace_id, conversation_id),
            },
        )

    def _tell_agents(self, workspace_id: UUID, added: set[UUID]) -> None:
        online = sorted({*self.online(workspace_id), *added})
        self._runtime.nerves.tell(workspace_id, DESK, {"what": "agents", "online": [str(a) for a in online]})
