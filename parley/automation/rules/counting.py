"""How often rules held, how often a condition would have held, and whether a rule would hold now."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import msgspec

from parley.automation.rules.engine import Asked, Shelf, decide_rules
from parley.automation.rules.model import Rule
from parley.facts.automation import ConversationWaited
from parley.kit.conditions.catalogue import Catalogue, Event, Subject
from parley.kit.conditions.compiling import compile_condition
from parley.kit.conditions.explaining import Finding, explain
from parley.kit.conditions.model import Condition, fields_of
from parley.kit.ctx import Ctx
from parley.kit.decisions.registry import Act, Decision
from parley.kit.errors import NotFound
from parley.kit.ids import uuid7
from parley.kit.log.fact import Fact, Recorded, load_fact

SAMPLE = 2_000
SCANNED = 200_000
"""So many facts of a workspace, of whatever kind, are looked back over at most."""
SPAN = timedelta(days=30)
EXAMPLES = 3

NOTE = """
INSERT INTO rule_days AS d (workspace_id, rule_id, day, lane, matched)
SELECT $1, id, $3::date, $4, 1 FROM (SELECT DISTINCT unnest($2::uuid[]) AS id) links
ON CONFLICT (workspace_id, rule_id, day, lane) DO UPDATE SET matched = d.matched + 1
"""
COLUMNS = """workspace_id, epoch, xid, seq, id, kind, at, lane, conversation_id, subject_id, actor_kind, actor_id,
  cause_id, depth, data"""
TOTAL = """
SELECT count(*) FILTER (WHERE kind = ANY($3) AND at > $2) AS total, min(at) AS since, count(*) AS scanned
FROM (SELECT kind, at FROM facts WHERE workspace_id = $1 ORDER BY epoch DESC, xid DESC, seq DESC LIMIT $4) f
"""
NEWEST = f"""
SELECT {COLUMNS}
FROM (SELECT * FROM facts WHERE workspace_id = $1 ORDER BY epoch DESC, xid DESC, seq DESC LIMIT $4) f
WHERE kind = ANY($3) AND at > $2 ORDER BY epoch DESC, xid DESC, seq DESC LIMIT $5
"""
NEWEST_ABOUT = f"""
SELECT {COLUMNS} FROM facts WHERE workspace_id = $1 AND conversation_id = $2 AND kind = ANY($3)
ORDER BY epoch DESC, xid DESC, seq DESC LIMIT 50
"""


class Counted(msgspec.Struct, frozen=True, kw_only=True):
    """How many conversations a condition would have matched; `conversation_ids` are the newest of them.

    Of `total` events since `since`, the newest `sampled` were looked at, with what is known today about conversation,
    customer and order.
    """

    matched: int
    events: int
    sampled: int
    total: int
    since: datetime
    conversation_ids: list[UUID]


class Tried(msgspec.Struct, frozen=True, kw_only=True):
    """Whether a rule would hold on the newest event of a conversation, why or why not, and what it would do.

    Not `found` when nothing has happened yet that the rule is asked about.
    """

    found: bool
    holds: bool = False
    kind: str | None = None
    at: datetime | None = None
    message_id: UUID | None = None
    findings: list[Finding] = []
    acts: list[Act] = []
    skipped: list[dict[str, str]] = []


async def note_matches(ctx: Ctx, recorded: Recorded, decision: Decision) -> None:
    """Adds a decision to the day's counts of the rules that held."""
    if decision.links:
        await ctx.tx.execute(
            NOTE, ctx.workspace_id, [UUID(link) for link in decision.links], ctx.now.date(), recorded.lane
        )


async def count_condition(ctx: Ctx, catalogue: Catalogue, event: Event, condition: Condition) -> Counted:
    """Counts the conversations of the last 30 days in which a condition would have held, over the newest events.

    The number of statements is that of the sections and two more, however much there is.
    """
    kinds, since = [kind.__name__ for kind in event.kinds], ctx.now - SPAN
    row = await ctx.tx.fetchrow(TOTAL, ctx.workspace_id, since, kinds, SCANNED)
    found = await ctx.tx.fetch(NEWEST, ctx.workspace_id, since, kinds, SCANNED, SAMPLE)
    subjects = _list_subjects(event, (Recorded(**one) for one in found))
    await catalogue.load(ctx, subjects, _sections(event, condition, catalogue))
    holds = compile_condition(condition, catalogue.fields)
    matched = [subject for subject in subjects if holds(subject.sheet())]
    conversations = dict.fromkeys(
        subject.ids["conversation"] for subject in matched if "conversation" in subject.ids
    )
    cut = row is not None and row["scanned"] >= SCANNED
    return Counted(
        matched=len(conversations),
        events=len(matched),
        sampled=len(found),
        total=row["total"] if row else 0,
        since=max(since, row["since"]) if row and cut else since,
        conversation_ids=list(conversations)[:EXAMPLES],
    )


async def try_rule(ctx: Ctx, catalogue: Catalogue, rule: Rule, conversation_id: UUID) -> Tried:
    """Asks a rule about the newest event of a conversation and does nothing; raises NotFound."""
    customer_id = await ctx.tx.fetchval(
        "SELECT customer_id FROM conversations WHERE workspace_id = $1 AND id = $2",
        ctx.workspace_id,
        conversation_id,
    )
    if customer_id is None:
        raise NotFound("conversation")
    event = catalogue.events[rule.event]
    subject = await _find_subject(ctx, catalogue, event, rule, conversation_id, customer_id)
    if subject is None:
        return Tried(found=False)
    shelf = Shelf(event.name, [rule], catalogue)
    await catalogue.load(ctx, [subject], shelf.sections)
    sheet = subject.sheet()
    decision = decide_rules(catalogue, Asked([shelf], sheet, subject.ids, waited=rule.wait))
    told: list[dict[str, Any]] = [one.values for one in decision.reasons if one.key == "rule.matched"]
    return Tried(
        found=True,
        holds=bool(told),
        kind=subject.recorded.kind,
        at=subject.recorded.at,
        message_id=subject.ids.get("message"),
        findings=explain(rule.condition, catalogue.fields, sheet),
        acts=decision.acts,
        skipped=[skipped for one in told for skipped in one.get("skipped", [])],
    )


async def _find_subject(
    ctx: Ctx, catalogue: Catalogue, event: Event, rule: Rule, conversation_id: UUID, customer_id: UUID
) -> Subject | None:
    if rule.wait is not None:
        return _wait_now(ctx, rule, conversation_id)
    kinds = [kind.__name__ for kind in event.kinds]
    rows = await ctx.tx.fetch(NEWEST_ABOUT, ctx.workspace_id, conversation_id, kinds)
    found = _list_subjects(event, (Recorded(**row) for row in rows), ctx.now)
    if found or any("conversation_id" in kind.__struct_fields__ for kind in event.kinds):
        return next(iter(found), None)
    # What a store tells does not name the conversation; its sections find whose it is.
    rows = await ctx.tx.fetch(NEWEST, ctx.workspace_id, ctx.now - SPAN, kinds, SCANNED, SAMPLE)
    found = _list_subjects(event, (Recorded(**row) for row in rows), ctx.now)
    await catalogue.load(ctx, found, [name for name in event.sections if name in catalogue.sections])
    return next((one for one in found if customer_id == one.ids.get("customer")), None)


def _wait_now(ctx: Ctx, rule: Rule, conversation_id: UUID) -> Subject:
    """Takes it that the time has just passed."""
    assert rule.wait is not None  # noqa: S101 - asked before
    wait = rule.wait
    fact = ConversationWaited(
        conversation_id=conversation_id,
        anchor=wait.anchor,
        since=ctx.now - timedelta(minutes=wait.minutes),
        minutes=wait.minutes,
        hours=wait.hours,
    )
    return Subject(fact, _record(ctx, fact, conversation_id), ctx.now)


def _record(ctx: Ctx, fact: Fact, conversation_id: UUID) -> Recorded:
    return Recorded(
        workspace_id=ctx.workspace_id,
        epoch=0,
        xid=0,
        seq=0,
        id=uuid7(),
        kind=type(fact).__name__,
        at=ctx.now,
        lane=0,
        conversation_id=conversation_id,
        subject_id=None,
        actor_kind="system",
        actor_id=None,
        cause_id=None,
        depth=0,
        data=msgspec.to_builtins(fact),
    )


def _list_subjects(event: Event, facts: Iterable[Recorded], now: datetime | None = None) -> list[Subject]:
    """Gives the events among facts; each is asked about at its own time where no other is given."""
    loaded = ((recorded, load_fact(recorded)) for recorded in facts)
    return [
        Subject(fact, recorded, now or recorded.at)
        for recorded, fact in loaded
        if event.accepts is None or event.accepts(fact)
    ]


def _sections(event: Event, condition: Condition, catalogue: Catalogue) -> Sequence[str]:
    tested = {name.partition(".")[0] for name in fields_of(condition)} | {"conversation"}
    return [name for name in event.sections if name in tested and name in catalogue.sections]
