"""Who may do what in the inbox."""

from uuid import UUID

from parley.kit.http.access import Principal
from parley.kit.slices import permission

PERMISSIONS = (
    permission("conversations:read", "collaborator"),
    permission("notes:write", "collaborator"),
    permission("conversations:write", "agent"),
    permission("conversations:bulk", "agent"),
    permission("conversations:redact", "lead"),
    permission("numbers:read", "agent"),
)


def agent_of(me: Principal) -> UUID | None:
    """Gives the calling agent; None for a program, which has read nothing and holds nothing."""
    return me.actor.id if me.actor.kind == "agent" else None
