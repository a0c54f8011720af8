"""What a workspace may set: which messages are sent, how patient the radar is, when nobody is disturbed."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import msgspec

from parley.kit.hours import parse_clock_time

STATUS_KINDS = ("confirmation", "shipped", "delivered")
DELAY_KINDS = ("late", "unsent", "stock_out", "pickup", "collect")
# Stores send the status messages themselves; what is late they do not tell.
DEFAULTS: dict[str, Any] = {
    **dict.fromkeys(STATUS_KINDS, False),
    **dict.fromkeys(DELAY_KINDS, True),
    "grace_days": 1,
    "processing_days": 0,
    "label_days": 3,
    "collect_days": 4,
    "stock_out_hours": 24,
    "stock_out_at_zero": False,
    "quiet_from": "21:00",
    "quiet_to": "08:00",
    "most_an_hour": 500,
    # By language and kind: {"pt-BR": {"late": {"subject": "…", "body": "…"}}}; what is empty is said in our words.
    "texts": {},
}
DAY = 1_440
MOST_LETTERS = {"subject": 200, "body": 4_000}


class Words(msgspec.Struct, frozen=True):
    """A workspace's own words for a message, with variables such as {number}; empty: ours."""

    subject: str = ""
    body: str = ""


class Settings(msgspec.Struct, frozen=True, kw_only=True):
    """The settings, read. `quiet_from` and `quiet_to` are minutes after midnight; equal means no quiet hours.

    `processing_days` are the workdays until an order leaves where no policy says so; 0: nothing was promised.
    """

    on: frozenset[str]
    grace: timedelta
    processing_days: int
    label: timedelta
    collect: timedelta
    stock_out: timedelta
    stock_out_at_zero: bool
    quiet_from: int
    quiet_to: int
    most_an_hour: int
    texts: dict[tuple[str, str], Words] = {}
    """By language and kind."""


def read_settings(values: dict[str, Any], *, enabled: bool = True) -> Settings:
    """Reads the values of a configuration; a time of day that cannot be read is the default one."""
    return Settings(
        on=frozenset(kind for kind in (*STATUS_KINDS, *DELAY_KINDS) if enabled and values[kind]),
        grace=timedelta(days=_whole(values, "grace_days")),
        processing_days=_whole(values, "processing_days"),
        label=timedelta(days=_whole(values, "label_days")),
        collect=timedelta(days=_whole(values, "collect_days")),
        stock_out=timedelta(hours=_whole(values, "stock_out_hours")),
        stock_out_at_zero=bool(values["stock_out_at_zero"]),
        quiet_from=_minutes(values, "quiet_from"),
        quiet_to=_minutes(values, "quiet_to"),
        most_an_hour=_whole(values, "most_an_hour"),
        texts=dict(_read_texts(values["texts"])),
    )


def _read_texts(found: Any) -> Iterator[tuple[tuple[str, str], Words]]:
    """Reads the own words; what is not of their form is left out, for a message must be written in any case."""
    for language, kinds in found.items() if isinstance(found, dict) else ():
        for kind, texts in kinds.items() if isinstance(kinds, dict) else ():
            if isinstance(texts, dict):
                given = {
                    name: str(texts.get(name) or "").strip()[:most] for name, most in MOST_LETTERS.items()
                }
                if any(given.values()):
                    yield (str(language), str(kind)), Words(**given)


def _whole(values: dict[str, Any], name: str) -> int:
    return min(max(int(values[name]), 0), 10_000)


def _minutes(values: dict[str, Any], name: str) -> int:
    try:
        return parse_clock_time(str(values[name])) % DAY
    except ValueError:
        return parse_clock_time(DEFAULTS[name]) % DAY
