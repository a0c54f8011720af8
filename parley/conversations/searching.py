"""What somebody types into the search field, turned into conditions on index and tables. Pure.

`before:` a day leaves that day out, `after:` a day has it in; days are those of UTC.
"""

import re
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec

from parley.accounts.words import name_key
from parley.conversations.filters import Condition
from parley.conversations.model import STATUSES
from parley.conversations.weeks import list_windows, token_prefix, week_of, week_of_day
from parley.kit.errors import FieldError, Invalid
from parley.kit.search import Filter, SearchQuery, parse_query, query_terms, tokenise

OPERATORS = (
    "from",
    "to",
    "channel",
    "status",
    "tag",
    "assignee",
    "before",
    "after",
    "has",
    "is",
    "number",
)
IS = {"note": "is=note", "in": "is=in", "incoming": "is=in", "out": "is=out", "reply": "is=out"}
HAS = frozenset({"attachment", "attachments", "file", "files"})
_NUMBER = re.compile(r"(?<!\S)#(\d{1,15})(?!\S)", re.ASCII)
_QUOTED = re.compile(r'"[^"]*"?')
_OPERATOR = re.compile(r"(?<!\S)-?([a-z][a-z_-]{1,30}):(?=[^\s/])", re.ASCII | re.IGNORECASE)
_DAY = re.compile(r"(\d{4})(?:-(\d{1,2}))?(?:-(\d{1,2}))?", re.ASCII)


class Clause(msgspec.Struct, frozen=True):
    """Tokens that a message must have (or, negated, must not): all of them, or any of them."""

    tokens: tuple[str, ...]
    last_is_prefix: bool = False
    negated: bool = False
    any_of: bool = False

    def render(self, prefix: str) -> str:
        """Writes the clause as part of a tsquery, each token behind the prefix."""
        quoted = ["'" + (prefix + t).replace("\\", "\\\\").replace("'", "''") + "'" for t in self.tokens]
        if self.last_is_prefix:
            quoted[-1] += ":*"
        joined = (" | " if self.any_of else " & ").join(quoted)
        return f"{'!' if self.negated else ''}({joined})"


class Search(msgspec.Struct, frozen=True, kw_only=True):
    """A search taken apart: words for the index, conditions on conversations, a stretch of time."""

    query: SearchQuery
    clauses: tuple[Clause, ...]
    filters: tuple[Filter, ...]
    since: date | None = None
    until: date | None = None
    number: int | None = None

    @property
    def uses_index(self) -> bool:
        """Whether there is something to look up in the index; the rest narrows it down."""
        return any(not clause.negated for clause in self.clauses)

    @property
    def is_empty(self) -> bool:
        """Whether nothing is asked for."""
        narrows = self.filters or self.number is not None or self.since or self.until
        return not (self.clauses or narrows)


def parse_search(q: str, agent_id: UUID | None, channels: dict[str, list[UUID]] | None = None) -> Search:
    """Takes a search apart; `channels` are the ids behind the names in `list_channel_names`. Raises Invalid."""
    numbers = _NUMBER.findall(q)
    query = parse_query(_NUMBER.sub(" ", q), OPERATORS)
    clauses = [
        Clause(group.tokens, group.last_is_prefix, group.is_negated) for group in query_terms(query, "")
    ]
    kept: list[Filter] = []
    since: date | None = None
    until: date | None = None
    for found in query.filters:
        if found.name in ("before", "after"):
            day = parse_day(found.name, found.value)
            if (found.name == "before") != found.is_negated:
                until = min(until or day, day)
            else:
                since = max(since or day, day)
        elif found.name == "number":
            numbers.append(parse_number(found.value))
        elif found.name in ("status", "tag", "assignee"):
            kept.append(found)
        else:
            clauses.append(build_clause(found, agent_id, channels or {}))
    if len({int(n) for n in numbers}) > 1:
        raise wrong("number", "A conversation has one number; ask for one at a time.")
    return Search(
        query=query,
        clauses=tuple(clause for clause in clauses if clause.tokens),
        filters=tuple(kept),
        since=since,
        until=until,
        number=int(numbers[0]) if numbers else None,
    )


def list_unknown_operators(q: str) -> list[str]:
    """Gives what looks like an operator and is none; it is searched for as words, which its writer should know."""
    found = (match[1].lower() for match in _OPERATOR.finditer(_QUOTED.sub('""', q)))
    return [name for name in dict.fromkeys(found) if name not in OPERATORS][:10]


def list_channel_names(q: str) -> list[str]:
    """Gives what the search says after `channel:`, to be looked up among the channels' names."""
    return [f.value.lower() for f in parse_query(q, OPERATORS).filters if f.name == "channel"]


def build_clause(found: Filter, agent_id: UUID | None, channels: dict[str, list[UUID]]) -> Clause:
    """Turns an operator that a message answers by itself into tokens; raises Invalid."""
    value = found.value.lower()
    if found.name == "channel":
        ids = [f"channel={channel_id.hex}" for channel_id in channels.get(value, [])]
        return Clause((f"channel={value[:48]}", *ids), negated=found.is_negated, any_of=True)
    if found.name == "has":
        if value not in HAS:
            raise wrong("has", "has: knows attachment.")
        return Clause(("has=attachment",), negated=found.is_negated)
    if found.name == "is":
        if value not in IS:
            raise wrong("is", f"is: knows {', '.join(sorted(IS))}.")
        return Clause((IS[value],), negated=found.is_negated)
    if value == "me" and found.name == "from" and agent_id is not None:
        return Clause((f"from={agent_id.hex}",), negated=found.is_negated)
    return Clause(
        tuple(f"{found.name}={token}" for token in tokenise(found.value)),
        last_is_prefix=True,
        negated=found.is_negated,
    )


def parse_day(name: str, value: str) -> date:
    """Reads 2026, 2026-03 or 2026-03-04 (missing parts: the first); raises Invalid."""
    found = _DAY.fullmatch(value)
    try:
        if found is not None:
            return date(int(found[1]), int(found[2] or 1), int(found[3] or 1))
    except ValueError:
        pass
    raise wrong(name, f"{name}: takes a day such as 2026-03-04.")


def parse_number(value: str) -> str:
    """Reads the number of a conversation, with or without #; raises Invalid."""
    digits = value.removeprefix("#")
    if not (digits.isascii() and digits.isdigit() and len(digits) <= 15):
        raise wrong("number", "number: takes the number of a conversation.")
    return digits


def wrong(name: str, message: str) -> Invalid:
    """Builds the error for an operator that is used wrongly."""
    return Invalid("bad_search", message, FieldError(name, message))


def add_conversation_filters(condition: Condition, search: Search, agent_id: UUID | None) -> None:
    """Adds what a search asks of the conversation `c`; raises Invalid."""
    for found in search.filters:
        if found.name == "status":
            sql = _status(condition, found.value)
        elif found.name == "tag":
            sql = _tag(condition, found.value)
        else:
            sql = _assignee(condition, found.value, agent_id)
        condition.add(f"NOT coalesce(({sql}), false)" if found.is_negated else f"({sql})")
    if search.number is not None:
        condition.add(f"c.number = {condition.bind(search.number)}")


def _status(condition: Condition, value: str) -> str:
    if value.lower() not in STATUSES:
        raise wrong("status", f"status: knows {', '.join(STATUSES)}.")
    return f"c.status = {condition.bind(value.lower())}"


def _tag(condition: Condition, value: str) -> str:
    by_id = as_uuid(value)
    named = f"t.id = {condition.bind(by_id)}" if by_id else f"t.name_key = {condition.bind(name_key(value))}"
    return (
        "EXISTS (SELECT 1 FROM conversation_tags ct JOIN tags t ON t.workspace_id = $1 AND t.id = ct.tag_id"
        f" WHERE ct.workspace_id = $1 AND ct.conversation_id = c.id AND {named})"
    )


def _assignee(condition: Condition, value: str, agent_id: UUID | None) -> str:
    if value.lower() in ("none", "nobody"):
        return "c.assignee_id IS NULL"
    by_id = agent_id if value.lower() == "me" else as_uuid(value)
    if by_id is not None:
        return f"c.assignee_id = {condition.bind(by_id)}"
    given = condition.bind(value.casefold())
    return (
        "c.assignee_id IN (SELECT a.id FROM agents a WHERE a.workspace_id = $1"
        f" AND (a.email_key = {given} OR starts_with(lower(a.name), {given})))"
    )


def as_uuid(value: str) -> UUID | None:
    """Reads an id; None for anything else."""
    try:
        return UUID(value)
    except ValueError:
        return None


def build_tsqueries(workspace_id: UUID, clauses: Sequence[Clause], windows: Iterable[range]) -> list[str]:
    """Writes one tsquery per window of weeks, newest first: in one of its weeks all clauses hold."""
    queries: list[str] = []
    for window in windows:
        weeks = []
        for week in window:
            prefix = token_prefix(workspace_id, week)
            weeks.append("(" + " & ".join(clause.render(prefix) for clause in clauses) + ")")
        queries.append(" | ".join(weeks))
    return queries


def plan_windows(search: Search, oldest: UUID, newest: UUID, after: UUID | None) -> list[range]:
    """Gives the weeks to look at, newest first, within the history, the stretch asked for and what was shown."""
    first, last = week_of(oldest), week_of(after or newest)
    if search.since is not None:
        first = max(first, week_of_day(search.since))
    if search.until is not None:
        last = min(last, week_of_day(search.until))
    return list_windows(first, last) if first <= last else []


def id_at(day: date) -> UUID:
    """Gives the smallest id of a day: ids of version 7 begin with the time (RFC 9562)."""
    at = datetime(day.year, day.month, day.day, tzinfo=UTC)
    milliseconds = max(0, (at - datetime(1970, 1, 1, tzinfo=UTC)) // timedelta(milliseconds=1))
    return UUID(int=milliseconds << 80)


def utf16_spans(text: str, spans: Sequence[tuple[int, int]]) -> list[list[int]]:
    """Counts places in a text as JavaScript does, in UTF-16 code units."""
    return [[_utf16(text[:start]), _utf16(text[:end])] for start, end in spans]


def _utf16(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def add_time(condition: Condition, column: str, search: Search) -> None:
    """Adds the stretch of time to an id of version 7."""
    values: list[tuple[str, Any]] = [(">=", search.since), ("<", search.until)]
    for comparison, day in values:
        if day is not None:
            condition.add(f"{column} {comparison} {condition.bind(id_at(day))}")
