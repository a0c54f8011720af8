"""Who may do what in commerce. How much money an act may move is said by its limits, not here."""

from parley.kit.slices import permission

PERMISSIONS = (
    permission("orders:read", "collaborator"),
    permission("orders:write", "agent"),
    permission("orders:approve", "lead"),
    permission("limits:write", "admin"),
    permission("stores:read", "collaborator"),
    permission("stores:write", "admin"),
    permission("policies:read", "collaborator"),
    permission("policies:write", "lead"),
)
