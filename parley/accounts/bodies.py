"""The bodies of requests about settings records."""

from datetime import datetime
from typing import Any
from uuid import UUID

from msgspec import UNSET, UnsetType, field

from parley.accounts.records import HolidayEntry, OpenPeriod
from parley.accounts.schemas import Body


class TeamBody(Body, kw_only=True):
    """A new team."""

    name: str
    colour: str = "slate"
    agent_ids: list[UUID] = field(default_factory=list)


class TeamPatch(Body, kw_only=True):
    """What is changed about a team; `agent_ids` are all members."""

    name: str | UnsetType = UNSET
    colour: str | UnsetType = UNSET
    agent_ids: list[UUID] | UnsetType = UNSET


class TagBody(Body, kw_only=True):
    """A new tag."""

    name: str
    colour: str = "slate"


class TagPatch(Body, kw_only=True):
    """What is changed about a tag."""

    name: str | UnsetType = UNSET
    colour: str | UnsetType = UNSET


class BrandBody(Body, kw_only=True):
    """A new brand; `signature_html` is made safe."""

    name: str
    colour: str = "#2f6f5e"
    logo: str | None = None
    signature_html: str = ""
    languages: list[str]
    is_default: bool = False


class BrandPatch(Body, kw_only=True):
    """What is changed about a brand; `is_default` true moves the default here."""

    name: str | UnsetType = UNSET
    colour: str | UnsetType = UNSET
    logo: str | UnsetType | None = UNSET
    signature_html: str | UnsetType = UNSET
    languages: list[str] | UnsetType = UNSET
    is_default: bool | UnsetType = UNSET


class FieldBody(Body, kw_only=True):
    """A new custom field; `type` is text, number, select, date or checkbox."""

    label: str
    type: str
    key: str | None = None
    options: list[str] = field(default_factory=list)
    position: int = 0


class FieldPatch(Body, kw_only=True):
    """What is changed about a custom field; key and type stay."""

    label: str | UnsetType = UNSET
    options: list[str] | UnsetType = UNSET
    position: int | UnsetType = UNSET


class ViewBody(Body, kw_only=True):
    """A new view."""

    name: str
    shared: bool = False
    position: int = 0
    filter: dict[str, Any] = field(default_factory=dict)
    sort: str = "newest"


class ViewPatch(Body, kw_only=True):
    """What is changed about a view."""

    name: str | UnsetType = UNSET
    shared: bool | UnsetType = UNSET
    position: int | UnsetType = UNSET
    filter: dict[str, Any] | UnsetType = UNSET
    sort: str | UnsetType = UNSET


class ChecklistBody(Body, kw_only=True):
    """A new template of steps; conversations with one of the tags are offered it first."""

    name: str
    intent: str = ""
    items: list[str]
    team_ids: list[UUID] = field(default_factory=list)
    tag_ids: list[UUID] = field(default_factory=list)


class ChecklistPatch(Body, kw_only=True):
    """What is changed about a template."""

    name: str | UnsetType = UNSET
    intent: str | UnsetType = UNSET
    items: list[str] | UnsetType = UNSET
    team_ids: list[UUID] | UnsetType = UNSET
    tag_ids: list[UUID] | UnsetType = UNSET


class HoursBody(Body, kw_only=True):
    """New business hours."""

    name: str
    time_zone: str
    periods: list[OpenPeriod] = field(default_factory=list)
    holidays: list[HolidayEntry] = field(default_factory=list)
    is_default: bool = False


class HoursPatch(Body, kw_only=True):
    """What is changed about business hours."""

    name: str | UnsetType = UNSET
    time_zone: str | UnsetType = UNSET
    periods: list[OpenPeriod] | UnsetType = UNSET
    holidays: list[HolidayEntry] | UnsetType = UNSET
    is_default: bool | UnsetType = UNSET


class TokenBody(Body, kw_only=True):
    """A new API token; `scopes` are permissions."""

    name: str
    scopes: list[str]
    expires_at: datetime | None = None


class WebhookBody(Body, kw_only=True):
    """A new webhook; no kinds means all."""

    url: str
    kinds: list[str] = field(default_factory=list)


class WebhookPatch(Body, kw_only=True):
    """What is changed about a webhook; `state` is active or paused."""

    url: str | UnsetType = UNSET
    kinds: list[str] | UnsetType = UNSET
    state: str | UnsetType = UNSET


class ReplayBody(Body, kw_only=True):
    """After which cursor to deliver again; an empty one means from the beginning."""

    after: str
