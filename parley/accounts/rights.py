"""Rights: what accounts lets people do, and who may change whom."""

from parley.kit.errors import FieldError, Invalid, NotAllowed
from parley.kit.slices import ROLES, permission

PERMISSIONS = (
    permission("settings:read", "collaborator"),
    permission("settings:write", "lead"),
    permission("agents:read", "collaborator"),
    permission("agents:write", "admin"),
    permission("tokens:write", "admin"),
    permission("webhooks:write", "admin"),
    permission("audit:read", "admin"),
    permission("facts:read", "admin"),
    permission("work:read", "lead"),
    permission("work:write", "lead"),
)


def rank_of(role: str) -> int:
    """Gives how high a role stands: 0 for the lowest; a program's token stands with the admins."""
    if role == "token":
        return rank_of("admin")
    return len(ROLES) - 1 - ROLES.index(role)


def may_manage(actor_role: str, target_role: str) -> bool:
    """Says whether somebody may change or disable an agent: nobody reaches above himself."""
    return rank_of(actor_role) >= rank_of(target_role)


def may_grant(actor_role: str, new_role: str) -> bool:
    """Says whether somebody may give a role: nobody raises another above himself."""
    return rank_of(actor_role) >= rank_of(new_role)


def check_manage(actor_role: str, target_role: str, new_role: str | None = None) -> None:
    """Raises NotAllowed unless the caller may change an agent of `target_role` (into `new_role`).

    Raises Invalid for a role that there is not.
    """
    if target_role not in ROLES or new_role not in (None, *ROLES):
        raise Invalid(
            "invalid", "There is no such role.", FieldError("role", f"Choose one of {', '.join(ROLES)}.")
        )
    if not may_manage(actor_role, target_role):
        raise NotAllowed("above_you", "You cannot change somebody whose role is above yours.")
    if new_role is not None and not may_grant(actor_role, new_role):
        raise NotAllowed("above_you", "You cannot give a role that is above yours.")


def known_permissions(by_role: dict[str, frozenset[str]]) -> frozenset[str]:
    """Gives every permission of the installation; these are the scopes a token may have."""
    return frozenset[str]().union(*by_role.values())
