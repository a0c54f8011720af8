"""Who may do what in the inbox."""

from parley.kit.slices import permission

PERMISSIONS = (
    permission("conversations:read", "collaborator"),
    permission("notes:write", "collaborator"),
    permission("conversations:write", "agent"),
    permission("conversations:bulk", "agent"),
    permission("conversations:redact", "lead"),
    permission("numbers:read", "agent"),
)
