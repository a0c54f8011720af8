"""Search words of commerce."""

from uuid import UUID


def token_prefix(workspace_id: UUID) -> str:
    """Gives what stands before each search token of this workspace's commerce."""
    return f"{workspace_id.hex[-8:]}$"
