"""Stop mail loops: two machines that answer each other, and floods."""

import hashlib
import itertools
import re
from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Literal, NamedTuple

import msgspec

from parley.channels.mail.models import ParsedMail
from parley.channels.mail.subjects import subject_words

LOOP_HEADER = "X-Parley-Loop"

_LOOP_VALUE = re.compile(r"([A-Za-z0-9-]{1,64})(?:;\s*hops=(\d{1,3}))?")


class Exchange(NamedTuple):
    """One mail from or to a correspondent; `subject` is its `hash_subject`, `at` in UTC."""

    direction: Literal["in", "out"]
    automatic: bool
    subject: str
    at: datetime


class LoopLimits(msgspec.Struct, frozen=True, kw_only=True):
    """When exchanges with one correspondent count as a loop or a flood."""

    automatic_answers: int = 5
    answers_within: timedelta = timedelta(hours=1)
    same_subject: int = 8
    same_subject_within: timedelta = timedelta(hours=24)
    quick_answers: int = 3
    quick: timedelta = timedelta(seconds=90)
    flood: int = 30
    flood_within: timedelta = timedelta(minutes=10)


class LoopAction(StrEnum):
    """What to do: answer as configured; take the mail but stay silent; hold the correspondent's mail back."""

    ANSWER = "answer"
    SILENT = "silent"
    HOLD = "hold"


class LoopVerdict(NamedTuple):
    """The decision, why, and until when it holds (None: for this mail only)."""

    action: LoopAction
    reason: str
    until: datetime | None


def hash_subject(subject: str) -> str:
    """A short hash of what a subject is about; the same for a subject and the answers to it."""
    words = " ".join(subject_words(subject))
    return hashlib.sha256(words.encode("utf-8", "replace")).hexdigest()[:16]


def decide_loop(history: Sequence[Exchange], now: datetime, limits: LoopLimits | None = None) -> LoopVerdict:
    """Decide whether an automatic answer may go out now.

    `history` holds the exchanges with one correspondent, in any order, the mail in question last received
    included; exchanges later than `now` count as now.
    """
    rules = limits or LoopLimits()
    ordered = sorted(history, key=lambda one: one.at)
    received = [one for one in ordered if one.direction == "in"]
    answered = [one for one in ordered if one.direction == "out" and one.automatic]
    recent = _since(received, now - rules.flood_within)
    if len(recent) > rules.flood:
        return LoopVerdict(
            LoopAction.HOLD,
            f"{len(recent)} mails within {_minutes(rules.flood_within)}",
            recent[-1].at + rules.flood_within,
        )
    if received and received[-1].automatic:
        return LoopVerdict(LoopAction.SILENT, "the mail itself was sent by a program", None)
    lately = _since(answered, now - rules.answers_within)
    if len(lately) >= rules.automatic_answers:
        reason = f"{len(lately)} automatic answers within {_minutes(rules.answers_within)}"
        return LoopVerdict(LoopAction.SILENT, reason, lately[0].at + rules.answers_within)
    if received:
        subject = received[-1].subject
        same = [one for one in _since(answered, now - rules.same_subject_within) if one.subject == subject]
        if len(same) >= rules.same_subject:
            reason = f"{len(same)} automatic answers to this subject already"
            return LoopVerdict(LoopAction.SILENT, reason, same[0].at + rules.same_subject_within)
    quick = _count_quick(ordered, rules)
    if quick >= rules.quick_answers:
        reason = f"{quick} replies within {int(rules.quick.total_seconds())} s of our automatic answers"
        return LoopVerdict(LoopAction.SILENT, reason, now + rules.answers_within)
    return LoopVerdict(LoopAction.ANSWER, "no sign of a loop", None)


def _since(exchanges: Sequence[Exchange], start: datetime) -> list[Exchange]:
    return [one for one in exchanges if one.at > start]


def _minutes(span: timedelta) -> str:
    return f"{int(span.total_seconds() // 60)} min"


def _count_quick(ordered: Sequence[Exchange], rules: LoopLimits) -> int:
    """How many of the last mails came so soon after an automatic answer that only a program can have sent
    them."""
    count = 0
    for before, after in itertools.pairwise(ordered):
        if before.direction == "out" and before.automatic and after.direction == "in":
            count = count + 1 if after.at - before.at <= rules.quick else 0
    return count


def build_loop_header(installation: str, hops: int = 1) -> tuple[str, str]:
    """Build the header that marks mail of ours: the installation and how often it has been round.

    `installation` is up to 64 letters, digits and hyphens. Raises ValueError otherwise.
    """
    value = f"{installation}; hops={hops}"
    if not _LOOP_VALUE.fullmatch(value):
        raise ValueError("an installation is named by letters, digits and hyphens")
    return LOOP_HEADER, value


def count_hops(parsed: ParsedMail, installation: str) -> int:
    """How often a mail has left this installation already: 0 for mail from elsewhere."""
    hops = 0
    for value in parsed.list_headers(LOOP_HEADER):
        match = _LOOP_VALUE.fullmatch(value.strip())
        if match and match[1] == installation:
            hops = max(hops, int(match[2] or 1))
    return hops
