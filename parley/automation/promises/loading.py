"""Reading what the decider of promises looks at: the SLAs in force, the conversation as the fact found it."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from parley.automation.open_hours import OpenHours, load_open_hours
from parley.automation.promises.deciding import Asked, decide_promises
from parley.automation.promises.model import Sla, parse_sla
from parley.automation.promises.record import Promise
from parley.conversations.model import PRIORITIES
from parley.facts.conversations import (
    ConversationAssigned,
    ConversationClosed,
    ConversationEdited,
    ConversationJoined,
    ConversationMarkedSpam,
    ConversationMerged,
    ConversationProgressed,
    ConversationReopened,
    ConversationSnoozed,
    ConversationSplit,
    ConversationTagged,
    ConversationUnmerged,
    ConversationUntagged,
    MessagePosted,
    MessageReceived,
)
from parley.kit.conditions.catalogue import Catalogue, Subject
from parley.kit.conditions.compiling import Check, compile_condition
from parley.kit.conditions.model import fields_of
from parley.kit.ctx import Ctx
from parley.kit.decisions.registry import Decider
from parley.kit.errors import Invalid
from parley.kit.log.fact import Fact, Recorded

NAME = "promises"
FACTS: tuple[type[Fact], ...] = (
    MessageReceived,
    MessagePosted,
    ConversationProgressed,
    ConversationClosed,
    ConversationReopened,
    ConversationSnoozed,
    ConversationMarkedSpam,
    ConversationEdited,
    ConversationAssigned,
    ConversationTagged,
    ConversationUntagged,
    ConversationMerged,
    ConversationJoined,
    ConversationUnmerged,
    ConversationSplit,
)
OWN = frozenset({"promise_due_at", "promise_kind"})
REPLIES = (MessagePosted, ConversationProgressed)
PROBE = """
SELECT (SELECT string_agg(s.id::text || ':' || s.version, ',' ORDER BY s.position, s.id) FROM slas s
        WHERE s.workspace_id = $1 AND s.enabled AND s.archived_at IS NULL) AS shelf,
  EXISTS (SELECT 1 FROM promises p WHERE p.workspace_id = $1 AND p.conversation_id = $2 AND p.ended_at IS NULL) AS standing
"""
LOAD_SLAS = """
SELECT id, version, name, body FROM slas WHERE workspace_id = $1 AND enabled AND archived_at IS NULL
ORDER BY position, id
"""
# `later` are the values that facts after this one replaced, the newest first: laid over the row they give it back as it
# was when this one was told. Of each kind there is the promise that stands, or the last one.
LOAD = """
SELECT c.status, c.priority, c.created_at, c.waiting_since, c.first_reply_at, c.last_incoming_id, c.merged_into_id,
  c.promise_due_at, c.promise_kind,
  (SELECT coalesce(jsonb_agg(f.data -> 'previous' ORDER BY f.epoch DESC, f.xid DESC, f.seq DESC), '[]') FROM facts f
   WHERE f.workspace_id = $1 AND f.conversation_id = $2 AND (f.epoch, f.xid, f.seq) > ($3, $4::xid8, $5)
     AND jsonb_typeof(f.data -> 'previous') = 'object') AS later,
  (SELECT coalesce(jsonb_agg(to_jsonb(p) || jsonb_build_object('hours', v.body -> 'hours')), '[]') FROM (
     SELECT DISTINCT ON (kind) * FROM promises WHERE workspace_id = $1 AND conversation_id = $2
     ORDER BY kind, ended_at IS NULL DESC, started_at DESC, id DESC) p
   LEFT JOIN sla_versions v ON v.workspace_id = $1 AND v.sla_id = p.sla_id AND v.version = p.sla_version) AS promises,
  CASE WHEN $6 THEN (SELECT m.created_at FROM messages m WHERE m.workspace_id = $1 AND m.conversation_id = $2
     AND m.direction = 'out' AND m.automatic AND m.state <> 'cancelled' AND m.created_at <= $7
     ORDER BY m.id DESC LIMIT 1) END AS answered_at
FROM conversations c WHERE c.workspace_id = $1 AND c.id = $2
"""


class StandingRow(msgspec.Struct, frozen=True):
    """The columns of a conversation that promises depend on."""

    status: str
    priority: int
    created_at: datetime
    waiting_since: datetime | None = None
    first_reply_at: datetime | None = None
    last_incoming_id: UUID | None = None
    merged_into_id: UUID | None = None


class Shelf(msgspec.Struct, frozen=True):
    """The SLAs in force, compiled, in their order, and the sections that they test."""

    key: str | None
    slas: tuple[tuple[Sla, Check], ...] = ()
    sections: tuple[str, ...] = ()

    @property
    def automatic(self) -> bool:
        """Whether automatic replies count for any of them."""
        return any(sla.automatic_replies for sla, _ in self.slas)


class Shelves:
    """Gives the SLAs of a workspace; they are read again when one of them or their order is new."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue
        self._shelves: dict[UUID, Shelf] = {}

    async def get(self, ctx: Ctx, key: str | None) -> Shelf:
        """Gives the SLAs whose ids and versions are `key`; one that names what is no longer there is left out."""
        if key is None:
            return Shelf(None)
        known = self._shelves.get(ctx.workspace_id)
        if known is None or known.key != key:
            known = self._shelves[ctx.workspace_id] = self._compile(
                key, await ctx.tx.fetch(LOAD_SLAS, ctx.workspace_id)
            )
        return known

    def _compile(self, key: str, rows: Any) -> Shelf:
        slas: list[Sla] = []
        for row in rows:
            try:
                sla = parse_sla(row["body"], self._catalogue, row["id"], row["version"], row["name"])
            except Invalid:
                continue
            slas.append(sla)
        return compile_slas(key, slas, self._catalogue)


def compile_slas(key: str, slas: Sequence[Sla], catalogue: Catalogue) -> Shelf:
    """Compiles SLAs in their order."""
    compiled = tuple((sla, compile_condition(sla.condition, catalogue.fields)) for sla in slas)
    tested = {name.partition(".")[0] for sla in slas for name in fields_of(sla.condition)}
    return Shelf(key, compiled, tuple(sorted(tested)))


def build_promises_decider(catalogue: Catalogue) -> Decider:
    """Gives the decider; it asks nothing of a workspace without SLAs but whether there are any."""
    shelves = Shelves(catalogue)

    async def load(ctx: Ctx, fact: Fact, recorded: Recorded) -> Asked | None:
        conversation_id = fact.conversation()
        if conversation_id is None or is_own(fact):
            return None
        probe = await ctx.tx.fetchrow(PROBE, ctx.workspace_id, conversation_id)
        if probe is None or (probe["shelf"] is None and not probe["standing"]):
            return None
        shelf = await shelves.get(ctx, probe["shelf"])
        return await _load(ctx, catalogue, fact, recorded, conversation_id, shelf)

    return Decider(NAME, FACTS, load, decide_promises, {})


async def _load(
    ctx: Ctx, catalogue: Catalogue, fact: Fact, recorded: Recorded, conversation_id: UUID, shelf: Shelf
) -> Asked | None:
    place = (recorded.epoch, recorded.xid, recorded.seq)
    row = await ctx.tx.fetchrow(LOAD, ctx.workspace_id, conversation_id, *place, shelf.automatic, recorded.at)
    if row is None:
        return None
    subject = Subject(fact, recorded, ctx.now)
    if shelf.sections:
        await catalogue.load(ctx, [subject], shelf.sections)
    promises = {one["kind"]: msgspec.convert(one, Promise) for one in row["promises"]}
    counted = any(sla.hours for sla, _ in shelf.slas) or any(one.hours for one in promises.values())
    asked = build_asked(
        fact, recorded.at, conversation_id, _rewind(dict(row), row["later"]), row["answered_at"]
    )
    return msgspec.structs.replace(
        asked,
        promises=promises,
        shown=(row["promise_due_at"], row["promise_kind"]),
        slas=shelf.slas,
        fields=catalogue.fields,
        sheet=subject.sheet(),
        hours=await load_open_hours(ctx) if counted else OpenHours(),
    )


def build_asked(
    fact: Fact, at: datetime, conversation_id: UUID, row: Mapping[str, Any], answered_at: datetime | None
) -> Asked:
    """Gives what follows from a fact and from the conversation's row as it stood then, without SLAs and promises."""
    then = msgspec.convert({name: row[name] for name in StandingRow.__struct_fields__}, StandingRow)
    changes, previous = _moved(fact)
    restored = bool(getattr(fact, "undone", False)) or isinstance(fact, ConversationUnmerged)
    began = changes.get("status") == "open" and previous.get("status") in ("closed", "spam")
    return Asked(
        conversation_id=conversation_id,
        at=at,
        status=then.status,
        priority=PRIORITIES[then.priority],
        created_at=then.created_at,
        waiting_since=then.waiting_since,
        first_reply_at=then.first_reply_at,
        written=then.last_incoming_id is not None,
        merged=then.merged_into_id is not None,
        replied=isinstance(fact, REPLIES) and _answers(changes),
        reopened=began and not restored,
        restored=restored,
        answered=_is_after(answered_at, then.waiting_since),
    )


def _rewind(row: Mapping[str, Any], later: list[dict[str, Any]]) -> dict[str, Any]:
    """Gives the row as it was before the later facts; `later` begins with the newest."""
    values = {name: row[name] for name in StandingRow.__struct_fields__}
    for previous in later:
        values |= {name: value for name, value in previous.items() if name in values}
    return values


def _moved(fact: Fact) -> tuple[dict[str, Any], dict[str, Any]]:
    return getattr(fact, "changes", {}), getattr(fact, "previous", {})


def _answers(changes: Mapping[str, Any]) -> bool:
    """Says whether the customer waits no longer since then."""
    return "waiting_since" in changes and changes["waiting_since"] is None


def _is_after(at: datetime | None, since: datetime | None) -> bool:
    return at is not None and since is not None and at >= since


def is_own(fact: Fact) -> bool:
    """What lists show of the next promise follows from promises, and is no reason to look at them again."""
    return isinstance(fact, ConversationEdited) and fact.changes.keys() <= OWN
