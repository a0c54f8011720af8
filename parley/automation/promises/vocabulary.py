"""What rules can test of a promise, and when they are asked because of one."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from parley.automation.promises.model import KINDS, STATES
from parley.facts.automation import PromiseChanged
from parley.kit.conditions.catalogue import Event, Past, Section, Subject
from parley.kit.conditions.fields import Field
from parley.kit.ctx import Ctx
from parley.kit.log.fact import Fact
from parley.kit.runtime import Runtime

ABOUT_CONVERSATION = ("conversation", "history", "customer", "orders", "order", "shipment", "time", "promise")
FIELDS = (
    Field("promise.kind", "choice", KINDS),
    Field("promise.state", "choice", STATES),
    Field("promise.minutes_left", "number", unit="minutes"),
)
# Of each conversation the promise that falls due next or is overdue the longest, else one that is paused.
LOAD = """
SELECT DISTINCT ON (conversation_id) conversation_id, kind, state, due_at FROM promises
WHERE workspace_id = $1 AND conversation_id = ANY($2) AND ended_at IS NULL
ORDER BY conversation_id, counted_from IS NULL, due_at NULLS LAST, id
"""


def is_warned(fact: Fact) -> bool:
    """Says whether a promise was warned of."""
    return isinstance(fact, PromiseChanged) and fact.warned


def is_broken(fact: Fact) -> bool:
    """Says whether a promise was broken just now."""
    return (
        isinstance(fact, PromiseChanged)
        and fact.state == "broken"
        and fact.previous_state not in ("broken", "met", "dropped", None)
    )


EVENTS = (
    Event("promise_warned", (PromiseChanged,), ABOUT_CONVERSATION, is_warned),
    Event("promise_broken", (PromiseChanged,), ABOUT_CONVERSATION, is_broken),
)


async def load_promises(ctx: Ctx, subjects: Sequence[Subject]) -> None:
    """Gives the promise that the fact is about, else the one of the conversation that falls due next."""
    others: dict[UUID, list[Subject]] = {}
    for subject in subjects:
        if isinstance(subject.fact, PromiseChanged):
            recall_promise(None, subject)
        elif (conversation_id := subject.ids.get("conversation")) is not None:
            others.setdefault(conversation_id, []).append(subject)
    if not others:
        return
    for row in await ctx.tx.fetch(LOAD, ctx.workspace_id, list(others)):
        for subject in others[row["conversation_id"]]:
            subject.values |= _describe(row["kind"], row["state"], row["due_at"], subject.now)


def recall_promise(_: Past | None, subject: Subject) -> None:
    """Gives the promise that the fact is about; of others the past knows nothing."""
    fact = subject.fact
    if isinstance(fact, PromiseChanged):
        subject.values |= _describe(fact.kind, fact.state, fact.due_at, subject.now)


def _describe(kind: str, state: str, due: datetime | None, now: datetime) -> dict[str, Any]:
    """Gives the fields; `minutes_left` is by the clock on the wall, below zero when it is overdue."""
    left = None if due is None else int((due - now).total_seconds() // 60)
    return {"promise.kind": kind, "promise.state": state, "promise.minutes_left": left}


def register_promise_vocabulary(runtime: Runtime) -> None:
    """Adds the section and the events."""
    section = Section("promise", FIELDS, load_promises, recall=recall_promise, after=("conversation",))
    runtime.catalogue.add_section(section)
    for event in EVENTS:
        runtime.catalogue.add_event(event)
