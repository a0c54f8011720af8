"""Which conversations a list shows: a filter as data, turned into SQL conditions. Pure."""

from datetime import datetime, timedelta
from typing import Any, Literal
from uuid import UUID

import msgspec

from parley.conversations.model import PRIORITIES, STATUSES
from parley.kit.errors import FieldError, Invalid

Sort = Literal["newest", "oldest", "waiting", "priority", "due"]
Due = Literal["overdue", "soon"]
DUE_SOON = timedelta(hours=1)


class Filter(msgspec.Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """Conditions that must all hold; an absent one does not narrow."""

    status: list[str] = []
    assignee: str | None = None
    """`me`, `none`, `any` or an agent's id."""
    team: str | None = None
    """`none`, `any`, `mine` or a team's id."""
    channel: UUID | None = None
    channel_kind: str | None = None
    brand: UUID | None = None
    tag: UUID | None = None
    priority: list[str] = []
    customer: UUID | None = None
    language: str | None = None
    sentiment: str | None = None
    unread: bool = False
    waiting: bool = False
    due: Due | None = None
    """`overdue`: a promise has fallen due; `soon`: one has, or will within the hour."""
    mentioned: bool = False
    draft: bool = False
    created_from: datetime | None = None
    created_to: datetime | None = None


BUILT_IN: dict[str, tuple[Filter, Sort]] = {
    "mine": (Filter(status=["open"], assignee="me"), "newest"),
    "unassigned": (Filter(status=["open"], assignee="none"), "newest"),
    "all_open": (Filter(status=["open"]), "newest"),
    "mentions": (Filter(mentioned=True), "newest"),
    "waiting": (Filter(status=["open"], waiting=True), "waiting"),
    "due": (Filter(status=["open"], due="soon"), "due"),
    "drafts": (Filter(draft=True), "newest"),
    "snoozed": (Filter(status=["snoozed"]), "newest"),
    "closed": (Filter(status=["closed"]), "newest"),
    "spam": (Filter(status=["spam"]), "newest"),
    "all": (Filter(), "newest"),
}

ORDERS: dict[str, tuple[str, str, str]] = {
    # sort → (column, ORDER BY, comparison with the cursor)
    "newest": ("c.last_message_at", "c.last_message_at DESC, c.id DESC", "<"),
    "oldest": ("c.last_message_at", "c.last_message_at, c.id", ">"),
    "waiting": ("c.waiting_since", "c.waiting_since, c.id", ">"),
    "due": ("c.promise_due_at", "c.promise_due_at, c.id", ">"),
    "priority": ("c.priority", "c.priority DESC, c.last_message_at DESC, c.id DESC", "<"),
}


class Condition:
    """Collects SQL conditions with their arguments; the first arguments are given by the caller."""

    def __init__(self, *args: Any) -> None:
        self.args: list[Any] = list(args)
        self.parts: list[str] = []

    def bind(self, value: Any) -> str:
        """Adds an argument and gives its placeholder."""
        self.args.append(value)
        return f"${len(self.args)}"

    def add(self, sql: str) -> None:
        """Adds a condition."""
        self.parts.append(sql)

    def sql(self) -> str:
        """Gives the conditions joined by AND."""
        return " AND ".join(self.parts) or "true"


def narrow(base: Filter, *others: dict[str, Any]) -> Filter:
    """Lays further conditions over a filter; a condition that is given again replaces the one of the base."""
    given = {name: value for other in others for name, value in other.items() if value is not None}
    return msgspec.structs.replace(base, **given)


def parse_uuid(text: str, field: str) -> UUID:
    """Reads an id given where a word is also possible; raises Invalid."""
    try:
        return UUID(text)
    except ValueError:
        raise Invalid(
            "bad_filter", f"{text!r} is not something {field} can be.", FieldError(field, "unknown")
        ) from None


def check_filter(wanted: Filter) -> None:
    """Raises Invalid for a word that no status or priority has."""
    for status in wanted.status:
        if status not in STATUSES:
            raise Invalid("bad_filter", f"There is no status {status!r}.", FieldError("status", "unknown"))
    for priority in wanted.priority:
        if priority not in PRIORITIES:
            raise Invalid(
                "bad_filter", f"There is no priority {priority!r}.", FieldError("priority", "unknown")
            )
    if wanted.assignee not in (None, "me", "none", "any"):
        parse_uuid(wanted.assignee, "assignee")
    if wanted.team not in (None, "none", "any", "mine"):
        parse_uuid(wanted.team, "team")


def build_condition(wanted: Filter, workspace_id: UUID, agent_id: UUID | None, now: datetime) -> Condition:
    """Turns a filter into conditions on `conversations c`; argument $1 is the workspace. Raises Invalid."""
    check_filter(wanted)
    condition = Condition(workspace_id)
    condition.add("c.workspace_id = $1")
    # What is part of another is found there.
    condition.add("c.merged_into_id IS NULL")
    _add_people(condition, wanted, agent_id)
    if len(wanted.status) == 1:
        condition.add(f"c.status = {condition.bind(wanted.status[0])}")
    elif wanted.status:
        condition.add(f"c.status = ANY({condition.bind(wanted.status)})")
    if wanted.priority:
        condition.add(
            f"c.priority = ANY({condition.bind([PRIORITIES.index(p) for p in wanted.priority])}::smallint[])"
        )
    for column, value in (
        ("channel_id", wanted.channel),
        ("channel_kind", wanted.channel_kind),
        ("brand_id", wanted.brand),
        ("customer_id", wanted.customer),
        ("language", wanted.language),
        ("sentiment", wanted.sentiment),
    ):
        if value is not None:
            condition.add(f"c.{column} = {condition.bind(value)}")
    if wanted.tag is not None:
        condition.add(
            "EXISTS (SELECT 1 FROM conversation_tags ct"
            " WHERE ct.workspace_id = $1 AND ct.conversation_id = c.id"
            f" AND ct.tag_id = {condition.bind(wanted.tag)})"
        )
    _add_times(condition, wanted, now)
    return condition


def _add_times(condition: Condition, wanted: Filter, now: datetime) -> None:
    if wanted.waiting:
        condition.add("c.waiting_since IS NOT NULL")
    if wanted.due is not None:
        latest = now + DUE_SOON if wanted.due == "soon" else now
        condition.add(f"c.promise_due_at <= {condition.bind(latest)}")
    if wanted.created_from is not None:
        condition.add(f"c.created_at >= {condition.bind(wanted.created_from)}")
    if wanted.created_to is not None:
        condition.add(f"c.created_at < {condition.bind(wanted.created_to)}")


def _add_people(condition: Condition, wanted: Filter, agent_id: UUID | None) -> None:
    _add_holder(condition, "c.assignee_id", wanted.assignee, "assignee", agent_id)
    if wanted.team == "mine":
        condition.add(
            "c.team_id IN (SELECT tm.team_id FROM team_members tm WHERE tm.workspace_id = $1"
            f" AND tm.agent_id = {condition.bind(agent_id)})"
        )
    else:
        _add_holder(condition, "c.team_id", wanted.team, "team", agent_id)
    for wants, table in ((wanted.mentioned, "mentions"), (wanted.draft, "drafts")):
        if wants:
            condition.add(
                f"c.id IN (SELECT x.conversation_id FROM {table} x WHERE x.workspace_id = $1"
                f" AND x.agent_id = {condition.bind(agent_id)})"
            )
    if wanted.unread:
        condition.add(unread_sql(condition.bind(agent_id)))


def _add_holder(
    condition: Condition, column: str, wanted: str | None, field: str, agent_id: UUID | None
) -> None:
    """Adds who holds the conversation: `me`, `none`, `any` or an id."""
    if wanted == "me":
        condition.add(f"{column} = {condition.bind(agent_id)}")
    elif wanted in ("none", "any"):
        condition.add(f"{column} IS {'' if wanted == 'none' else 'NOT '}NULL")
    elif wanted is not None:
        condition.add(f"{column} = {condition.bind(parse_uuid(wanted, field))}")


def unread_sql(agent: str) -> str:
    """Gives the condition that an agent (a placeholder) has not read the newest incoming message."""
    return (
        "c.last_incoming_id IS NOT NULL AND NOT EXISTS ("
        "SELECT 1 FROM read_marks rm WHERE rm.workspace_id = $1"
        f" AND rm.agent_id = {agent} AND rm.conversation_id = c.id AND rm.message_id >= c.last_incoming_id)"
    )
