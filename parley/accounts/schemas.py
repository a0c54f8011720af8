"""The bodies of requests about people and sign-in, and answers that no query gives."""

from typing import Any
from uuid import UUID

import msgspec
from msgspec import UNSET, Struct, UnsetType

from parley.accounts.models import Agent, Me, Workspace


class Body(Struct, kw_only=True, forbid_unknown_fields=True):
    """Base of all bodies: a field that does not exist is an error."""


class SignIn(Body, kw_only=True):
    """E-mail address and password; `workspace` (its slug) for people who work in several."""

    email: str
    password: str
    workspace: str | None = None


class Code(Body, kw_only=True):
    """Six digits of the app, or a recovery code."""

    code: str


class Credential(Body, kw_only=True):
    """What the browser gave for a passkey; `name` is how its owner calls it."""

    credential: dict[str, Any]
    name: str = "Passkey"


class SessionState(Struct, kw_only=True):
    """`state` is `setup`, `signed_out`, `totp` or `signed_in`; `csrf` goes into X-CSRF-Token."""

    state: str
    agent: Me | None = None
    workspace: Workspace | None = None
    csrf: str = ""
    version: str


class SetUp(Body, kw_only=True):
    """The first workspace and its owner; `token` is printed when Parley starts."""

    token: str
    workspace_name: str
    name: str
    email: str
    password: str
    language: str = "en"
    time_zone: str = "UTC"


class ResetRequest(Body, kw_only=True):
    """Whose password is to be reset."""

    email: str


class ResetConfirm(Body, kw_only=True):
    """The secret of the mailed link and the new password."""

    token: str
    password: str


class Acceptance(Body, kw_only=True):
    """Name and password of somebody who was invited."""

    name: str
    password: str


class MePatch(Body, kw_only=True):
    """What an agent changes about himself; `notifications` is laid over what was there."""

    name: str | UnsetType = UNSET
    language: str | UnsetType = UNSET
    time_zone: str | UnsetType = UNSET
    theme: str | UnsetType = UNSET
    signature_html: str | UnsetType = UNSET
    notifications: dict[str, Any] | UnsetType = UNSET


class PasswordChange(Body, kw_only=True):
    """The current password and the new one."""

    current: str = ""
    password: str


class Presence(Body, kw_only=True):
    """`online` or `away`."""

    state: str


class RecoveryCodes(Struct, kw_only=True):
    """Codes to be written down; shown this once."""

    recovery_codes: list[str]


class InviteBody(Body, kw_only=True):
    """Who is invited, with which role, into which teams."""

    email: str
    role: str = "agent"
    team_ids: list[UUID] = []


class Invited(Struct, kw_only=True):
    """The invited agent; `link` is given only when it cannot be mailed, to be handed over."""

    agent: Agent
    mailed: bool
    link: str | None


class HandedLink(Struct, kw_only=True):
    """A link for a colleague, valid for a day."""

    link: str


class AgentBody(Body, kw_only=True):
    """A new agent with a password."""

    email: str
    name: str
    role: str = "agent"
    password: str
    team_ids: list[UUID] = []


class AgentPatch(Body, kw_only=True):
    """What an admin changes about an agent."""

    role: str | UnsetType = UNSET
    state: str | UnsetType = UNSET
    name: str | UnsetType = UNSET
    team_ids: list[UUID] | UnsetType = UNSET


class WorkspacePatch(Body, kw_only=True):
    """What is changed about the workspace."""

    name: str | UnsetType = UNSET
    language: str | UnsetType = UNSET
    time_zone: str | UnsetType = UNSET
    undo_seconds: int | UnsetType = UNSET
    mask_cards: bool | UnsetType = UNSET
    require_totp: bool | UnsetType = UNSET
    broadcast_approval: int | UnsetType = UNSET


class ReadBody(Body, kw_only=True):
    """Which notifications were read."""

    ids: list[UUID] = []
    all: bool = False


class PushKeys(Struct, kw_only=True):
    """The keys of a browser's subscription, in base64url."""

    p256dh: str
    auth: str


class PushSubscription(Struct, kw_only=True, rename={"expires_at": "expirationTime"}):
    """What `PushSubscription.toJSON()` gives."""

    endpoint: str
    keys: PushKeys
    expires_at: float | None = None


def changes_of(body: Struct) -> dict[str, Any]:
    """Gives the fields of a patch that were sent."""
    return {name: value for name, value in msgspec.structs.asdict(body).items() if value is not UNSET}
