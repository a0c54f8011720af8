"""What the queries of this slice give: rows as structs, in the shape in which the API shows them."""

from datetime import datetime
from uuid import UUID

import msgspec

from parley.accounts.preferences import NotificationPrefs


class Workspace(msgspec.Struct, kw_only=True):
    """A workspace with the settings that screens need."""

    id: UUID
    name: str
    slug: str
    language: str
    time_zone: str
    undo_seconds: int
    mask_cards: bool
    require_totp: bool
    broadcast_approval: int
    created_at: datetime


class Agent(msgspec.Struct, kw_only=True):
    """An agent as every colleague may see him."""

    id: UUID
    name: str
    email: str
    role: str
    state: str
    language: str
    time_zone: str
    avatar_colour: str
    presence: str
    online: bool
    team_ids: list[UUID]
    totp: bool
    last_seen_at: datetime | None
    created_at: datetime


class Passkey(msgspec.Struct, kw_only=True):
    """A registered passkey."""

    id: UUID
    name: str
    created_at: datetime
    last_used_at: datetime | None


class Me(Agent, kw_only=True):
    """What an agent sees of himself."""

    theme: str
    signature_html: str
    notifications: NotificationPrefs
    recovery_codes_left: int
    passkeys: list[Passkey]
    permissions: list[str]
    must_enrol_totp: bool


class IssuedToken(msgspec.Struct, kw_only=True):
    """A new API token; `token` is shown this once."""

    id: UUID
    name: str
    hint: str
    scopes: list[str]
    created_by: UUID | None
    created_at: datetime
    expires_at: datetime | None
    last_used_at: datetime | None
    token: str | None = None
