"""Pure rules of who somebody is: keys of identities, colours of avatars."""

from uuid import UUID

COLOURS = ("slate", "rose", "amber", "lime", "emerald", "cyan", "blue", "violet")


def identity_key(kind: str, value: str) -> str:
    """Gives the comparable form of an identity: e-mail addresses ignore case, everything else is exact."""
    return value.strip().lower() if kind == "email" else value.strip()


def avatar_colour(customer_id: UUID) -> str:
    """Picks a colour that stays with the customer."""
    return COLOURS[customer_id.int % len(COLOURS)]


def token_prefix(workspace_id: UUID) -> str:
    """Gives what stands before each search token of a customer of this workspace."""
    return f"{workspace_id.hex[-8:]}:"
