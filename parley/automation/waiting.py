"""Rules that are asked after a time: what they wait for becomes timers, set and moved as conversations change.

A timer's key is `<conversation>:<anchor>:<minutes>:<hours>`. When it falls due and what was waited for still stands
since the same moment, `ConversationWaited` is told, once. Nothing is scanned; new waits are brought to the
conversations that stand open by a job, in batches.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

import msgspec

from parley.automation.open_hours import OpenHours, load_open_hours
from parley.automation.rules.model import Wait
from parley.facts.accounts import SettingsChanged
from parley.facts.automation import ConversationWaited
from parley.facts.conversations import ConversationChanged, ConversationOpened, MessagePosted, MessageReceived
from parley.kit.ctx import Ctx
from parley.kit.jobs.registry import Job
from parley.kit.log.fact import SYSTEM, Actor, Fact, Recorded, fact_kinds
from parley.kit.timers import Timer, drop_timers, set_timers

if TYPE_CHECKING:
    from parley.kit.runtime import Runtime

WAITED = "automation.waited"
SEED = "automation.seed_waits"
BATCH = 500
# A closed conversation may have been closed so long after its last message and still be found.
MARGIN = timedelta(days=30)
# A week has about four times as many minutes as a shop is open.
STRETCH = 5

# The columns that move an anchor. Talking moves it only when a person talks, so that an automatic reminder does not
# ask for the next one.
MOVED_BY: dict[str, frozenset[str]] = {
    "reply": frozenset({"waiting_since", "status", "merged_into_id"}),
    "customer": frozenset({"waiting_since", "status", "preview_message_id", "merged_into_id"}),
    "assignment": frozenset({"assignee_id", "status", "merged_into_id"}),
    "opened": frozenset({"created_at", "merged_into_id"}),
    "closed": frozenset({"status", "closed_at", "merged_into_id"}),
}
# These stand for good, so that they are not waited for again once their time has passed.
LASTING = frozenset({"opened", "closed"})

NEWEST = "SELECT max(version) FROM rule_sets WHERE workspace_id = $1"
BEFORE = "SELECT max(version) FROM rule_sets WHERE workspace_id = $1 AND at < $2"
WAITS = """
SELECT DISTINCT v.body -> 'wait' AS wait
FROM rule_sets s CROSS JOIN LATERAL jsonb_array_elements(s.members) AS m(pair)
JOIN rule_versions v ON v.workspace_id = $1 AND v.rule_id = (m.pair ->> 0)::uuid AND v.version = (m.pair ->> 1)::int
WHERE s.workspace_id = $1 AND s.version = $2 AND v.body ? 'wait'
"""
# `answered_at`: when a person of ours spoke last, if nobody has spoken after him. `free_since`: when it was opened or
# given back; sleep does not count, nor what a merge did that was taken back. Both are read only where a rule waits for them.
ANCHORS = """
c.id, c.status, c.assignee_id, c.waiting_since, c.closed_at, c.created_at, c.merged_into_id, c.last_message_at,
  CASE WHEN $3 AND c.waiting_since IS NULL AND c.status IN ('open', 'snoozed') THEN (
    SELECT CASE WHEN m.direction = 'out' THEN coalesce(m.scheduled_for, m.created_at) END
    FROM messages m JOIN threads t ON t.workspace_id = $1 AND t.id = m.thread_id AND t.purpose = 'customer'
    WHERE m.workspace_id = $1 AND m.conversation_id = c.id AND NOT m.automatic AND m.state <> 'cancelled'
      AND NOT (m.state = 'scheduled' AND m.scheduled_for IS NOT NULL)
    ORDER BY m.id DESC LIMIT 1) END AS answered_at,
  CASE WHEN $4 AND c.assignee_id IS NULL AND c.status = 'open' THEN coalesce((
    SELECT f.at FROM facts f WHERE f.workspace_id = $1 AND f.conversation_id = c.id
      AND (f.kind = 'ConversationOpened' OR f.data -> 'changes' ? 'assignee_id'
        OR f.data -> 'changes' ->> 'status' = 'open' AND f.data -> 'previous' ->> 'status' <> 'snoozed')
      AND NOT EXISTS (SELECT 1 FROM conversation_merges g WHERE g.workspace_id = $1
        AND g.id = (f.data ->> 'merge_id')::uuid AND g.act = 'merge' AND g.undone_at IS NOT NULL
        AND NOT (f.kind = 'ConversationUnmerged' AND g.taken -> 'source' ->> 'status' = 'closed'))
    ORDER BY f.epoch DESC, f.xid DESC, f.seq DESC LIMIT 1), c.created_at) END AS free_since
"""
OF_THIS = f"SELECT {ANCHORS} FROM conversations c WHERE c.workspace_id = $1 AND c.id = $2"
LOCKED = f"""
SELECT {ANCHORS} FROM conversations c WHERE c.workspace_id = $1 AND c.id = $2 FOR NO KEY UPDATE OF c
"""
OF_STATUS = f"""
SELECT {ANCHORS} FROM conversations c
WHERE c.workspace_id = $1 AND c.status = $2 AND c.last_message_at > $5
  AND (c.last_message_at, c.id) < ($6, $7)
ORDER BY c.last_message_at DESC, c.id DESC LIMIT $8
"""
TOLD = """
SELECT EXISTS (SELECT 1 FROM facts f WHERE f.workspace_id = $1 AND f.conversation_id = $2
  AND f.kind = 'ConversationWaited' AND f.data @> $3)
"""
FIRST = UUID(int=2**128 - 1)
LONG_AGO = datetime(1970, 1, 1, tzinfo=UTC)
Row = Mapping[str, Any]


def find_anchor(row: Row, anchor: str) -> datetime | None:
    """Says since when a conversation waits for something; None while it does not. Pure.

    `row` has the conversation's columns with `answered_at` and `free_since`. What was merged waits for nothing.
    """
    if row["merged_into_id"] is not None:
        return None
    status: str = row["status"]
    since: dict[str, tuple[bool, datetime | None]] = {
        "reply": (status == "open", row["waiting_since"]),
        "customer": (
            status in ("open", "snoozed") and row["waiting_since"] is None,
            row.get("answered_at"),
        ),
        "assignment": (status == "open" and row["assignee_id"] is None, row.get("free_since")),
        "opened": (True, row["created_at"]),
        "closed": (status == "closed", row["closed_at"]),
    }
    stands, at = since[anchor]
    return at if stands else None


def plan_timers(
    row: Row,
    waits: Sequence[Wait],
    hours: OpenHours,
    told_at: datetime,
    decision: Mapping[str, Any] | None = None,
) -> list[Timer]:
    """Gives the timers of a conversation. Pure.

    `told_at` is the time of what has just been told: what stands for good is not waited for once its time has passed.
    `decision` is noted where an act of a decider has moved the anchor, so that its chain goes on.
    """
    timers: list[Timer] = []
    for wait in waits:
        since = find_anchor(row, wait.anchor)
        due_at = None if since is None else hours.add(wait.hours, since, wait.minutes)
        if since is None or due_at is None or (wait.anchor in LASTING and due_at < told_at):
            continue
        data = {"conversation_id": row["id"], "since": since, **msgspec.to_builtins(wait)}
        if decision is not None and since >= told_at:
            data |= decision
        timers.append(Timer(timer_key(row["id"], wait), due_at, data, row["id"]))
    return timers


def timer_key(conversation_id: UUID, wait: Wait) -> str:
    """Gives the key under which a conversation waits."""
    return f"{conversation_id}:{wait.anchor}:{wait.minutes}:{wait.hours or ''}"


class Waits:
    """The distinct waits of the rules in force; one look at the number of their set while that stays the same."""

    def __init__(self) -> None:
        self._known: dict[UUID, tuple[int, tuple[Wait, ...]]] = {}

    async def get(self, ctx: Ctx) -> tuple[Wait, ...]:
        """Gives the waits of the workspace."""
        version = await ctx.tx.fetchval(NEWEST, ctx.workspace_id) or 0
        known = self._known.get(ctx.workspace_id)
        if known is None or known[0] != version:
            known = self._known[ctx.workspace_id] = (version, await load_waits(ctx, version))
        return known[1]


async def load_waits(ctx: Ctx, version: int) -> tuple[Wait, ...]:
    """Reads the distinct waits of one version of the set."""
    rows = await ctx.tx.fetch(WAITS, ctx.workspace_id, version) if version else []
    waits = [msgspec.convert(row["wait"], Wait) for row in rows if row["wait"] is not None]
    return tuple(sorted(waits, key=lambda wait: (wait.anchor, wait.minutes, wait.hours or "")))


async def follow_conversation(ctx: Ctx, fact: Fact, recorded: Recorded, waits: Waits) -> None:
    """Sets, moves and drops the timers of a conversation whose anchors a fact has moved."""
    columns = _columns_of(fact)
    conversation_id = fact.conversation()
    if conversation_id is None or not any(columns & moved_by for moved_by in MOVED_BY.values()):
        return
    moved = [wait for wait in await waits.get(ctx) if columns & MOVED_BY[wait.anchor]]
    if not moved:
        return
    row = await ctx.tx.fetchrow(OF_THIS, ctx.workspace_id, conversation_id, *_wanted(moved))
    decision = None
    if recorded.actor_kind == "decider" and recorded.actor_id is not None:
        decision = {"decision_id": recorded.actor_id, "depth": recorded.depth}
    hours = await _hours_for(ctx, moved)
    timers = plan_timers(dict(row), moved, hours, recorded.at, decision) if row is not None else []
    keys = {timer.key for timer in timers}
    await set_timers(ctx, WAITED, timers)
    await drop_timers(
        ctx, WAITED, [key for wait in moved if (key := timer_key(conversation_id, wait)) not in keys]
    )


def _columns_of(fact: Fact) -> frozenset[str]:
    """Gives the columns that a fact tells of; a conversation's first fact tells of all."""
    if isinstance(fact, ConversationOpened):
        return frozenset({"status", "assignee_id", "created_at", "waiting_since"})
    return frozenset(getattr(fact, "changes", ()))


async def tell_waited(ctx: Ctx, payload: Mapping[str, Any], waits: Waits) -> None:
    """Tells that a conversation has waited, unless no rule asks any more or what was waited for has moved.

    Where it stands since another moment, its timer is set anew. The same is never told twice.
    """
    wait = msgspec.convert({name: payload[name] for name in ("anchor", "minutes", "hours")}, Wait)
    if wait not in await waits.get(ctx):
        return
    found = await ctx.tx.fetchrow(
        LOCKED, ctx.workspace_id, UUID(payload["conversation_id"]), *_wanted([wait])
    )
    row = dict(found or {})
    since = find_anchor(row, wait.anchor) if row else None
    if since is None:
        return
    if since != datetime.fromisoformat(payload["since"]):
        timers = plan_timers(row, [wait], await _hours_for(ctx, [wait]), since)
        await set_timers(ctx, WAITED, timers)
        return
    fact = ConversationWaited(
        conversation_id=row["id"], anchor=wait.anchor, since=since, minutes=wait.minutes, hours=wait.hours
    )
    same = {"anchor": wait.anchor, "since": since, "minutes": wait.minutes, "hours": wait.hours}
    if await ctx.tx.fetchval(TOLD, ctx.workspace_id, row["id"], same):
        return
    if payload.get("decision_id"):
        ctx.depth = int(payload["depth"]) + 1
    ctx.emit(
        fact, actor=Actor("decider", UUID(payload["decision_id"])) if payload.get("decision_id") else SYSTEM
    )


async def follow_settings(ctx: Ctx, fact: Fact, recorded: Recorded, waits: Waits) -> None:
    """Has new waits, and after a change of business hours those that count them, brought to what stands open."""
    if not isinstance(fact, SettingsChanged) or fact.record not in ("rule", "business_hours"):
        return
    now = await waits.get(ctx)
    if fact.record == "business_hours":
        new = [wait for wait in now if wait.hours is not None]
    elif now:
        before = await ctx.tx.fetchval(BEFORE, ctx.workspace_id, recorded.at) or 0
        known = set(await load_waits(ctx, before))
        new = [wait for wait in now if wait not in known]
    else:
        new = []
    if new:
        ctx.defer(SEED, {"waits": new, "status": "open"})


async def seed_waits(ctx: Ctx, payload: Mapping[str, Any]) -> None:
    """Sets the timers of new waits for a batch of conversations by index, and defers the next batch.

    Open and snoozed conversations first; closed ones only where a rule waits after closing, and only as far back as
    that can still fall due.
    """
    waits = msgspec.convert(payload["waits"], list[Wait])
    status = payload["status"]
    reach = max(wait.minutes * (STRETCH if wait.hours else 1) for wait in waits)
    rows = await ctx.tx.fetch(
        OF_STATUS,
        ctx.workspace_id,
        status,
        *_wanted(waits),
        ctx.now - timedelta(minutes=reach) - MARGIN if status == "closed" else LONG_AGO,
        datetime.fromisoformat(payload["before"]) if "before" in payload else ctx.now + MARGIN,
        UUID(payload["id"]) if "id" in payload else FIRST,
        BATCH,
    )
    hours = await _hours_for(ctx, waits)
    wanted = [wait for wait in waits if status != "closed" or wait.anchor == "closed"]
    await set_timers(
        ctx, WAITED, [timer for row in rows for timer in plan_timers(dict(row), wanted, hours, ctx.now)]
    )
    if len(rows) == BATCH:
        last = {"before": rows[-1]["last_message_at"], "id": rows[-1]["id"]}
        ctx.defer(SEED, {"waits": waits, "status": status, **last})
    elif status == "open":
        ctx.defer(SEED, {"waits": waits, "status": "snoozed"})
    elif status == "snoozed" and any(wait.anchor == "closed" for wait in waits):
        ctx.defer(SEED, {"waits": waits, "status": "closed"})


def _wanted(waits: Sequence[Wait]) -> tuple[bool, bool]:
    """Says whether `answered_at` and `free_since` have to be read."""
    anchors = {wait.anchor for wait in waits}
    return "customer" in anchors, "assignment" in anchors


async def _hours_for(ctx: Ctx, waits: Sequence[Wait]) -> OpenHours:
    return await load_open_hours(ctx) if any(wait.hours is not None for wait in waits) else OpenHours()


def register_waiting(runtime: "Runtime", reader: str) -> None:
    """Adds the readers and jobs."""
    waits = Waits()

    async def follow(ctx: Ctx, fact: Fact, recorded: Recorded) -> None:
        await follow_conversation(ctx, fact, recorded, waits)

    async def settle(ctx: Ctx, fact: Fact, recorded: Recorded) -> None:
        await follow_settings(ctx, fact, recorded, waits)

    async def waited(job: Job) -> None:
        async with runtime.ctx(job.workspace_id) as ctx:
            await tell_waited(ctx, job.payload, waits)

    async def seed(job: Job) -> None:
        async with runtime.ctx(job.workspace_id) as ctx:
            await seed_waits(ctx, job.payload)

    changing = [kind for kind in fact_kinds().values() if issubclass(kind, ConversationChanged)]
    kinds = [kind for kind in changing if kind is not ConversationChanged]
    runtime.readers.subscribe(reader, follow, ConversationOpened, MessageReceived, MessagePosted, *kinds)
    runtime.readers.subscribe(reader, settle, SettingsChanged)
    runtime.jobs.add(WAITED, waited, max_attempts=8, max_delay=300)
    runtime.jobs.add(SEED, seed, max_attempts=6, max_delay=600, concurrency=1)
