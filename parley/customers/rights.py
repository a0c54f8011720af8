"""Who may do what with customers."""

from parley.kit.slices import permission

PERMISSIONS = (
    permission("customers:read", "collaborator"),
    permission("customers:write", "agent"),
)
