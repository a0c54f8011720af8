"""Who may call a route. Every route names its access; a test walks them all."""

from collections.abc import Mapping
from typing import Any, Protocol
from uuid import UUID

import msgspec

from parley.kit.db import Transaction
from parley.kit.errors import NotAllowed
from parley.kit.log.fact import Actor


class Principal(msgspec.Struct, frozen=True):
    """Who is calling: an agent in a session, or a program with a token."""

    workspace_id: UUID
    actor: Actor
    permissions: frozenset[str]
    role: str
    csrf: str | None = None
    session_id: UUID | None = None

    @property
    def agent_id(self) -> UUID:
        """The calling agent; raises NotAllowed for a token, which has no screen, drafts or read marks."""
        if self.actor.kind != "agent" or self.actor.id is None:
            raise NotAllowed("agents_only", "Only a signed-in agent can do this; an API token cannot.")
        return self.actor.id

    def allows(self, permission: str) -> bool:
        """Says whether the caller holds a permission."""
        return permission in self.permissions


class Access(msgspec.Struct, frozen=True):
    """`permission` the caller must hold; None admits every signed-in caller, `public` everybody."""

    permission: str | None = None
    public: bool = False


PUBLIC = Access(public=True)
SIGNED_IN = Access()


def needs(permission: str) -> Access:
    """Admits callers that hold a permission such as `conversations:write`."""
    return Access(permission)


class Claim(msgspec.Struct, frozen=True):
    """What a request says of its caller, not yet believed: the workspace and a secret."""

    workspace_id: UUID
    secret: str
    kind: str


class Authenticator(Protocol):
    """Implemented by the accounts slice; chosen in `parley.app`."""

    def read_claim(self, headers: Mapping[str, str], cookies: Mapping[str, str]) -> Claim | None:
        """Reads the claim from headers or cookies without touching the database."""

    async def authenticate(self, tx: Transaction, claim: Claim, now: Any) -> Principal | None:
        """Checks the claim in one statement; None when it is not to be believed."""
