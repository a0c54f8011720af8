"""What stands in the demo store's settings of automation, as `automation.json` tells it."""

from functools import cache
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Struct

SOURCE = Path(__file__).parent / "automation.json"


class DemoRule(Struct, frozen=True, forbid_unknown_fields=True):
    """A rule made of a template; the team by its key."""

    template: str
    choices: dict[str, str | None]
    enabled: bool
    team: str | None = None


class Span(Struct, frozen=True, forbid_unknown_fields=True, rename={"from_": "from"}):
    """Hours of some days of the week (0 is Monday) in a time zone."""

    time_zone: str
    days: list[int]
    from_: str
    to: str
    name: str = ""
    agent: str = ""


class DemoSla(Struct, frozen=True, forbid_unknown_fields=True):
    """An SLA of a channel; `open_only` counts the shop's hours only."""

    name: str
    channel: str
    targets: dict[str, Any]
    open_only: bool
    warn_minutes: list[int]


class DemoSkill(Struct, frozen=True, forbid_unknown_fields=True):
    """What conversations with these intents or tags want, and who can do it."""

    name: str
    intents: list[str]
    tags: list[str]
    agents: list[str]


class DemoTeam(Struct, frozen=True, forbid_unknown_fields=True):
    """How a team shares work out."""

    team: str
    mode: Any = None
    overflow: str | None = None


class DemoRehearsal(Struct, frozen=True, forbid_unknown_fields=True):
    """A rehearsal of switching a rule on, over the last days."""

    title: str
    rule: str
    days: int


class Automation(Struct, frozen=True, forbid_unknown_fields=True):
    """Everything that runs by itself."""

    days_ago: int
    rules: list[DemoRule]
    hours: Span
    slas: list[DemoSla]
    skills: list[DemoSkill]
    capacities: dict[str, float]
    shifts: list[Span]
    teams: list[DemoTeam]
    queued: str
    seen_after_seconds: float
    rehearsal: DemoRehearsal


@cache
def load_automation() -> Automation:
    """Reads the settings; raises msgspec.ValidationError when they are malformed."""
    return msgspec.json.decode(SOURCE.read_bytes(), type=Automation)
