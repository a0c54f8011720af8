"""Who may do what with channels."""

from parley.kit.slices import permission

PERMISSIONS = (permission("channels:read", "collaborator"), permission("channels:write", "admin"))
