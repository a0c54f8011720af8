"""Reading the log of a workspace, for programs."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from parley.kit.db import Database, Transaction
from parley.kit.errors import BadInput
from parley.kit.http.paging import Page
from parley.kit.log.cursor import START, BadCursor, Cursor, parse_cursor
from parley.kit.log.fact import Actor, Recorded
from parley.kit.log.read import newest_cursor, read_workspace


class FactView(msgspec.Struct, kw_only=True):
    """A fact as programs see it; `cursor` is its place on the log."""

    cursor: str
    id: UUID
    kind: str
    at: datetime
    actor: Actor
    conversation_id: UUID | None
    subject_id: UUID | None
    cause_id: UUID | None
    data: dict[str, Any]


class FactPage(Page[FactView], kw_only=True):
    """Facts in order; `cursor` is where to go on, also at the end, where `next` is null."""

    cursor: str


def view_fact(recorded: Recorded) -> FactView:
    """Turns a fact of the log into what programs see."""
    return FactView(
        cursor=recorded.cursor,
        id=recorded.id,
        kind=recorded.kind,
        at=recorded.at,
        actor=Actor(recorded.actor_kind, recorded.actor_id),
        conversation_id=recorded.conversation_id,
        subject_id=recorded.subject_id,
        cause_id=recorded.cause_id,
        data=recorded.data,
    )


def parse_position(text: str | None) -> Cursor:
    """Gives a position on the log, the beginning for None; raises BadInput."""
    if not text:
        return START
    try:
        return parse_cursor(text)
    except BadCursor as failure:
        raise BadInput("bad_cursor", "The cursor in `after` is not one of ours.") from failure


async def read_facts(
    db: Database,
    tx: Transaction,
    workspace_id: UUID,
    *,
    after: Cursor,
    kinds: Sequence[str] | None = None,
    conversation_id: UUID | None = None,
    limit: int = 100,
) -> FactPage:
    """Reads settled facts after a position; the same position asked later goes on where this ended."""
    newest = await newest_cursor(tx, workspace_id, epoch=db.epoch, own=db.sees_own_writes)
    found = await read_workspace(
        tx,
        workspace_id,
        after,
        epoch=db.epoch,
        own=db.sees_own_writes,
        limit=limit + 1,
        kinds=kinds,
        conversation_id=conversation_id,
    )
    facts = [view_fact(recorded) for recorded in found[:limit]]
    more = len(found) > limit
    last = parse_cursor(facts[-1].cursor) if facts else after
    # At the end: nothing of these kinds came until `newest`, so the reader need not look there again.
    cursor = str(last if more else max(last, newest))
    return FactPage(items=facts, next=cursor if more else None, cursor=cursor)
