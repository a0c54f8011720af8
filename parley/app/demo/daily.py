"""The everyday talks behind the told ones: eight weeks of short, finished conversations, more on weekdays and by day.

They are made from `daily.json` by the date alone, so that the same day has the same talks on every machine, and they
are played through the same actions as the told ones. Texts may name `{product}`, `{name}` and `{first}`.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from random import Random
from typing import Literal

import msgspec
from msgspec import Struct

from parley.app.demo.catalogue import load_catalogue
from parley.app.demo.content import Conversation, Message, Rating, Sender

FILE = Path(__file__).parent / "daily.json"
DAYS = 56
# Monday first: how many begin on a usual day, and how the day's hours (UTC) share them.
BY_WEEKDAY = (7.5, 6.5, 6.0, 5.8, 5.2, 3.0, 2.6)
BY_HOUR = (0, 0, 0, 0, 0, 0, 1, 7, 12, 14, 13, 11, 9, 10, 11, 11, 10, 9, 8, 6, 4, 3, 1, 1)
# Minutes to the first answer, from the quickest tenth to the slowest; and by night until somebody is there.
WAIT = {"chat": (1, 2, 3, 3, 4, 6, 9, 14, 25, 48), "email": (8, 14, 20, 28, 36, 50, 70, 100, 160, 290)}
OPENS, CLOSES = 7, 20


class Talk(Struct, frozen=True, forbid_unknown_fields=True):
    """What is asked and answered again and again."""

    language: str
    channel: Literal["chat", "email"]
    tags: tuple[str, ...]
    team: str
    agents: tuple[str, ...]
    ask: tuple[str, ...]
    answer: str
    subject: tuple[str, ...] = ()
    thanks: str | None = None


class Daily(Struct, frozen=True, forbid_unknown_fields=True):
    """The talks and the people who have them, by language."""

    names: dict[str, tuple[str, ...]]
    talks: tuple[Talk, ...]


@cache
def load_daily() -> Daily:
    """Reads `daily.json`; raises msgspec.ValidationError when it is malformed."""
    return msgspec.json.decode(FILE.read_bytes(), type=Daily)


def build_daily(now: datetime, told: Sequence[Conversation] = ()) -> list[Conversation]:
    """Makes the talks of the weeks that end yesterday, oldest first; offsets are minutes before `now`.

    The `told` conversations count towards a day, so that the busy last days are not busier than others.
    """
    taken = Counter((now + timedelta(minutes=one.messages[0].at)).date() for one in told)
    today = now.replace(hour=0, minute=0, second=0, microsecond=0)
    found: list[Conversation] = []
    for days_ago in range(DAYS, 0, -1):
        midnight = today - timedelta(days=days_ago)
        dice = Random(midnight.date().toordinal())  # noqa: S311 - nothing secret, and the same every time
        usual = BY_WEEKDAY[midnight.weekday()] * (1 - 0.12 * days_ago / DAYS)
        count = max(1, round(usual * dice.uniform(0.75, 1.3)) - taken[midnight.date()])
        found.extend(_build_talk(dice, midnight, number, now) for number in range(count))
    return sorted(found, key=lambda one: one.messages[0].at)


def _build_talk(dice: Random, midnight: datetime, number: int, now: datetime) -> Conversation:
    daily = load_daily()
    talk = dice.choice(daily.talks)
    hour = dice.choices(range(24), BY_HOUR)[0]
    begun = midnight + timedelta(hours=hour, minutes=dice.randrange(60))
    answered = min(begun + timedelta(minutes=_find_wait(dice, talk, begun)), now - timedelta(minutes=90))
    name = dice.choice(daily.names[talk.language])
    values = {
        "product": dice.choice(_list_titles()),
        "name": name,
        "first": name.split()[0],
    }
    agent = dice.choice(talk.agents)

    def at(moment: datetime) -> int:
        return min(-91, -round((now - moment).total_seconds() / 60))

    messages = [
        Message(at(begun), "customer", dice.choice(talk.ask).format(**values)),
        Message(at(answered), agent, talk.answer.format(**values)),
    ]
    if talk.thanks is not None and dice.random() < 0.6:
        messages.append(
            Message(at(answered + timedelta(minutes=dice.randrange(1, 6))), "customer", talk.thanks)
        )
    rated = talk.channel == "chat" and dice.random() < 0.3
    known = talk.channel == "email" or dice.random() < 0.95
    return Conversation(
        key=f"daily-{midnight:%Y-%m-%d}-{number}",
        channel=talk.channel,
        language=talk.language,
        status="closed",
        messages=tuple(messages),
        sender=Sender(name, _write_address(name)) if known else None,
        subject=dice.choice(talk.subject) if talk.subject else None,
        team=talk.team,
        assignee=agent,
        tags=talk.tags,
        rating=Rating(dice.choices((5, 4, 3, 2), (60, 25, 10, 5))[0], messages[-1].at + 2) if rated else None,
    )


@cache
def _list_titles() -> tuple[str, ...]:
    return tuple(one.title["en"] for one in load_catalogue().products.values() if one.handle != "gift-card")


def _find_wait(dice: Random, talk: Talk, begun: datetime) -> float:
    wait = dice.choice(WAIT[talk.channel]) * dice.uniform(0.7, 1.4)
    if OPENS <= begun.hour < CLOSES:
        return wait
    opening = begun.replace(hour=OPENS, minute=0) + timedelta(days=1 if begun.hour >= CLOSES else 0)
    return (opening - begun).total_seconds() / 60 + wait


def _write_address(name: str) -> str:
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z]+", ".", plain) + "@example.com"
