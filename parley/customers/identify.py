"""Pure rules of who somebody is: keys of identities, colours of avatars."""

from uuid import UUID

HEARSAY = ("entered", "written_to")
"""Reasons for which an address counts as a customer's though nobody has proven it: an agent says so."""

# Who found an identity by which somebody can be known again has not proven who he is: a browser is nobody, and
# what an agent typed is hearsay. Column names are those of `identities i`.
PROVEN = "(i.verified AND i.kind IN ('email', 'account') AND i.reason NOT IN ('entered', 'written_to'))"
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
