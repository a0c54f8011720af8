"""How a slice registers itself: its routes, permissions, and a function that fills the runtime's registries."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import msgspec

if TYPE_CHECKING:
    from parley.kit.runtime import Runtime

ROLES = ("owner", "admin", "lead", "agent", "collaborator")


class Permission(msgspec.Struct, frozen=True):
    """A right such as `conversations:write` and the roles that hold it; a token names it as a scope."""

    name: str
    roles: frozenset[str]


def permission(name: str, lowest: str, *also: str) -> Permission:
    """Gives a permission held by every role from the owner down to `lowest`, and by those in `also`."""
    return Permission(name, frozenset(ROLES[: ROLES.index(lowest) + 1]) | frozenset(also))


class Slice(msgspec.Struct, frozen=True):
    """What a slice brings. `register` adds readers, jobs, deciders, acts and enrichers; it must not do I/O.

    `complete` is called when every slice has registered, for what depends on all that there is.
    """

    name: str
    routes: tuple[Any, ...] = ()
    permissions: tuple[Permission, ...] = ()
    register: "Callable[[Runtime], None] | None" = None
    complete: "Callable[[Runtime], None] | None" = None


def permissions_of(slices: tuple[Slice, ...]) -> dict[str, frozenset[str]]:
    """Gives, per role, all permissions of the slices."""
    every = [p for s in slices for p in s.permissions]
    return {role: frozenset(p.name for p in every if role in p.roles) for role in ROLES}
