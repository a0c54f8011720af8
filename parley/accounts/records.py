"""Settings records as the API shows them, and the checks of what people enter."""

import re
from typing import Any, Literal
from uuid import UUID

import msgspec

from parley.accounts.hours import parse_hours
from parley.accounts.words import parse_language, parse_name, parse_time_zone, wrong
from parley.kit.richtext.sanitise import sanitise_html

MAX_ITEMS = 100
FIELD_TYPES = ("text", "number", "select", "date", "checkbox")
SORTS = ("newest", "oldest", "waiting", "priority", "due")
_KEY = re.compile(r"[a-z][a-z0-9_]{0,39}")


class Team(msgspec.Struct, kw_only=True):
    """A team with its members."""

    id: UUID
    name: str
    colour: str
    agent_ids: list[UUID]
    archived: bool


class Tag(msgspec.Struct, kw_only=True):
    """A tag."""

    id: UUID
    name: str
    colour: str
    archived: bool


class Brand(msgspec.Struct, kw_only=True):
    """A brand under which the workspace writes."""

    id: UUID
    name: str
    colour: str
    logo: str | None
    signature_html: str
    languages: list[str]
    is_default: bool
    archived: bool


class CustomField(msgspec.Struct, kw_only=True):
    """A field that the workspace has added to conversations; `options` are the choices of a select."""

    id: UUID
    key: str
    label: str
    type: str
    options: list[str]
    position: int
    archived: bool


class View(msgspec.Struct, kw_only=True):
    """A saved filter."""

    id: UUID
    name: str
    owner_id: UUID | None
    shared: bool
    position: int
    filter: dict[str, Any]
    sort: str


class Checklist(msgspec.Struct, kw_only=True):
    """A template of steps for a kind of conversation; those with one of the tags are offered it first."""

    id: UUID
    name: str
    intent: str
    items: list[str]
    team_ids: list[UUID]
    tag_ids: list[UUID]
    archived: bool


class OpenPeriod(msgspec.Struct, kw_only=True, rename={"opens": "from", "closes": "to"}):
    """A stretch of opening time on a weekday (0 is Monday); `to` before `from` means after midnight."""

    day: int
    opens: str
    closes: str


class DayPeriod(msgspec.Struct, kw_only=True, rename={"opens": "from", "closes": "to"}):
    """A stretch of opening time on a holiday."""

    opens: str
    closes: str


class HolidayEntry(msgspec.Struct, kw_only=True):
    """A date with its own opening times; none means closed."""

    date: str
    name: str = ""
    periods: list[DayPeriod] = []


class Hours(msgspec.Struct, kw_only=True):
    """Business hours."""

    id: UUID
    name: str
    time_zone: str
    periods: list[OpenPeriod]
    holidays: list[HolidayEntry]
    is_default: bool
    archived: bool


class ViewFilter(msgspec.Struct, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """What a view shows; the conversations slice turns it into a query."""

    status: list[Literal["open", "snoozed", "closed", "spam"]] = []
    assignee: str | None = None
    team: str | None = None
    channel: UUID | None = None
    channel_kind: str | None = None
    brand: UUID | None = None
    tag: UUID | None = None
    priority: list[Literal["low", "normal", "high", "urgent"]] = []
    customer: UUID | None = None
    language: str | None = None
    unread: bool = False
    waiting: bool = False
    due: Literal["overdue", "soon"] | None = None
    mentioned: bool = False
    draft: bool = False


def parse_filter(given: dict[str, Any]) -> dict[str, Any]:
    """Gives a view's filter as plain JSON; raises Invalid."""
    try:
        found = msgspec.convert(given, ViewFilter)
    except msgspec.ValidationError as failure:
        raise wrong("filter", str(failure)) from failure
    for field, words in (("assignee", ("me", "none", "any")), ("team", ("mine", "none"))):
        value = getattr(found, field)
        if value is not None and value not in words:
            _check_uuid(value, f"filter.{field}")
    plain: dict[str, Any] = msgspec.to_builtins(found)
    return plain


def _check_uuid(value: str, field: str) -> None:
    try:
        UUID(value)
    except ValueError as failure:
        raise wrong(field, "This is neither a known word nor an id.") from failure


def parse_sort(sort: str) -> str:
    """Gives the order of a view; raises Invalid."""
    if sort not in SORTS:
        raise wrong("sort", f"Choose one of {', '.join(SORTS)}.")
    return sort


def parse_position(position: int) -> int:
    """Gives a position in a list; raises Invalid."""
    if not 0 <= position <= 10_000:
        raise wrong("position", "Use 0 to 10000.")
    return position


def parse_lines(lines: list[str], field: str, *, limit: int = 200) -> list[str]:
    """Gives a list of short texts without blanks and doubles; raises Invalid."""
    found = list(dict.fromkeys(parse_name(line, field, limit=limit) for line in lines if line.strip()))
    if len(found) > MAX_ITEMS:
        raise wrong(field, f"Use at most {MAX_ITEMS}.")
    return found


def parse_field_key(key: str) -> str:
    """Gives the key of a custom field; raises Invalid."""
    if not _KEY.fullmatch(key):
        raise wrong("key", "Use lower-case letters, digits and underscores, beginning with a letter.")
    return key


def build_field_key(label: str) -> str:
    """Makes a key out of a label."""
    plain = re.sub(r"[^a-z0-9]+", "_", label.casefold()).strip("_")[:40]
    return plain if _KEY.fullmatch(plain) else "field"


def parse_options(kind: str, options: list[str]) -> list[str]:
    """Gives the choices of a custom field; raises Invalid unless exactly selects have some."""
    found = parse_lines(options, "options", limit=100)
    if (kind == "select") != bool(found):
        raise wrong("options", "A select needs choices; other fields have none.")
    return found


def parse_logo(logo: str | None) -> str | None:
    """Gives the address of a logo; raises Invalid unless it is https or a file of ours."""
    if not logo:
        return None
    if len(logo) > 1000 or not logo.isprintable() or not logo.startswith(("https://", "/files/")):
        raise wrong("logo", "Use an address that begins with https://, or upload a picture.")
    return logo


def parse_signature(html: str) -> str:
    """Gives a signature as safe rich text; raises Invalid when it is far too long."""
    if len(html.encode("utf-8", "replace")) > 20_000:
        raise wrong("signature_html", "Use at most 20000 bytes.")
    return sanitise_html(html)


def parse_languages(languages: list[str]) -> list[str]:
    """Gives language tags without doubles; raises Invalid."""
    found = list(dict.fromkeys(parse_language(tag, "languages") for tag in languages))
    if not 1 <= len(found) <= 50:
        raise wrong("languages", "Choose 1 to 50 languages.")
    return found


def check_hours(time_zone: str, periods: list[Any], holidays: list[Any]) -> None:
    """Raises Invalid unless these are business hours."""
    parse_time_zone(time_zone)
    if len(periods) > 7 * 10 or len(holidays) > 1000:
        raise wrong("periods", "These are too many.")
    try:
        parse_hours({"time_zone": time_zone, "periods": periods, "holidays": holidays})
    except (ValueError, KeyError, TypeError) as failure:
        raise wrong("holidays" if "holiday" in str(failure) else "periods", str(failure)) from failure
