"""Carrying out what the decider of promises wants: rows, timers, what lists show. Each act can be taken back exactly."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

from parley.automation.promises.record import COLUMNS, Alarm, Promise
from parley.conversations.actions.changing import change_conversation
from parley.conversations.model import new_id
from parley.facts.automation import PromiseChanged
from parley.kit.ctx import Ctx
from parley.kit.errors import Conflict, NotFound
from parley.kit.runtime import Runtime
from parley.kit.timers import Timer, set_timers

JOB = "automation.promise"
INSERT = """
INSERT INTO promises (workspace_id, conversation_id, id, kind, sla_id, sla_version, state, target_minutes, started_at,
  spent_ms, counted_from, due_at, warned_at, broken_at, met_at, ended_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16) ON CONFLICT DO NOTHING RETURNING id
"""
GET = """
SELECT kind, sla_id, sla_version, state, target_minutes, started_at, spent_ms, counted_from, due_at, warned_at,
  broken_at, met_at, ended_at
FROM promises WHERE workspace_id = $1 AND id = $2 AND conversation_id = $3 FOR UPDATE
"""
UPDATE = """
UPDATE promises SET kind = $4, sla_id = $5, sla_version = $6, state = $7, target_minutes = $8, started_at = $9,
  spent_ms = $10, counted_from = $11, due_at = $12, warned_at = $13, broken_at = $14, met_at = $15, ended_at = $16
WHERE workspace_id = $1 AND conversation_id = $2 AND id = $3
"""
TAKE_TIMERS = """
DELETE FROM timers WHERE workspace_id = $1 AND subject_id = $2 AND kind = $3 RETURNING key, due_at, data
"""


class SetPromise(msgspec.Struct, frozen=True):
    """The arguments of `set_promise` and `end_promise`; a promise without an id is a new one."""

    conversation_id: UUID
    promise: Promise
    at: datetime
    alarms: list[Alarm] = []


async def perform_set(ctx: Ctx, args: dict[str, Any], _key: str) -> dict[str, Any]:
    """Makes a promise or changes one that stands, and has it looked at when it is time."""
    wanted = msgspec.convert(args, SetPromise)
    previous: dict[str, Any] | None = None
    timers: list[dict[str, Any]] = []
    if wanted.promise.id is None:
        promise_id = new_id(wanted.at)
        stored = await ctx.tx.fetchval(
            INSERT, *_values(ctx, wanted.conversation_id, promise_id, wanted.promise)
        )
        if stored is None:
            raise Conflict("promise_stands", "There is a promise of this kind already.")
    else:
        promise_id = wanted.promise.id
        previous, timers = await _replace(ctx, wanted.conversation_id, promise_id, wanted.promise)
    await set_timers(ctx, JOB, build_timers(promise_id, wanted.alarms))
    before = None if previous is None else previous["state"]
    tell(ctx, wanted.conversation_id, promise_id, wanted.promise, before, wanted.at)
    return _plain({"promise_id": promise_id, "previous": previous, "timers": timers})


async def perform_end(ctx: Ctx, args: dict[str, Any], _key: str) -> dict[str, Any]:
    """Ends a promise that was met, was broken and met late, or is no longer owed."""
    wanted = msgspec.convert(args, SetPromise)
    promise_id = wanted.promise.id
    if promise_id is None:
        raise NotFound("promise")
    previous, timers = await _replace(ctx, wanted.conversation_id, promise_id, wanted.promise)
    tell(ctx, wanted.conversation_id, promise_id, wanted.promise, previous["state"], wanted.at)
    return _plain({"promise_id": promise_id, "previous": previous, "timers": timers})


async def undo_promise(ctx: Ctx, args: dict[str, Any], result: dict[str, Any]) -> None:
    """Takes a new promise away, gives one that was changed its terms and its timers back."""
    conversation_id, promise_id = UUID(args["conversation_id"]), UUID(result["promise_id"])
    now = msgspec.convert(args["promise"], Promise)
    if result["previous"] is None:
        await ctx.tx.fetch(TAKE_TIMERS, ctx.workspace_id, promise_id, JOB)
        await ctx.tx.execute(
            "DELETE FROM promises WHERE workspace_id = $1 AND id = $2", ctx.workspace_id, promise_id
        )
        gone = msgspec.structs.replace(now, state="dropped", due_at=None)
        tell(ctx, conversation_id, promise_id, gone, now.state, ctx.now)
        return
    before = msgspec.convert({**result["previous"], "id": promise_id}, Promise)
    await _replace(ctx, conversation_id, promise_id, before)
    timers = msgspec.convert(result["timers"], list[Timer])
    await set_timers(ctx, JOB, [msgspec.structs.replace(one, subject_id=promise_id) for one in timers])
    tell(ctx, conversation_id, promise_id, before, now.state, ctx.now)


async def perform_show(ctx: Ctx, args: dict[str, Any], _key: str) -> dict[str, Any]:
    """Lets lists show which promise falls due next."""
    due = msgspec.convert(args["due_at"], datetime | None)
    previous = await show_promise(ctx, UUID(args["conversation_id"]), due, args["kind"])
    return {"previous": previous}


async def undo_show(ctx: Ctx, args: dict[str, Any], result: dict[str, Any]) -> None:
    """Lets lists show what they showed before."""
    previous = dict(result["previous"])
    if "promise_due_at" in previous:
        previous["promise_due_at"] = msgspec.convert(previous["promise_due_at"], datetime | None)
    if previous:
        await change_conversation(ctx, UUID(args["conversation_id"]), previous)


async def show_promise(
    ctx: Ctx, conversation_id: UUID, due_at: datetime | None, kind: str | None
) -> dict[str, Any]:
    """Keeps with the conversation which promise falls due next; raises NotFound."""
    return await change_conversation(ctx, conversation_id, {"promise_due_at": due_at, "promise_kind": kind})


def build_timers(promise_id: UUID, alarms: Sequence[Alarm]) -> list[Timer]:
    """Gives the timers of a promise."""
    return [
        Timer(
            f"{promise_id}:{alarm.minutes}",
            alarm.at,
            {"promise_id": str(promise_id), "minutes": alarm.minutes},
            promise_id,
        )
        for alarm in alarms
    ]


def tell(
    ctx: Ctx,
    conversation_id: UUID,
    promise_id: UUID,
    promise: Promise,
    previous: str | None,
    at: datetime,
    *,
    warned: bool = False,
) -> None:
    """Tells what became of a promise."""
    ctx.emit(
        PromiseChanged(
            conversation_id=conversation_id,
            promise_id=promise_id,
            kind=promise.kind,
            sla_id=promise.sla_id,
            sla_version=promise.sla_version,
            state=promise.state,
            previous_state=previous,
            warned=warned,
            due_at=promise.due_at,
            at=at,
        )
    )


async def _replace(
    ctx: Ctx, conversation_id: UUID, promise_id: UUID, promise: Promise
) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """Writes a promise over what was there and gives that, with its timers, which are dropped; raises NotFound."""
    row = await ctx.tx.fetchrow(GET, ctx.workspace_id, promise_id, conversation_id)
    if row is None:
        raise NotFound("promise")
    await ctx.tx.execute(UPDATE, *_values(ctx, conversation_id, promise_id, promise))
    taken = await ctx.tx.fetch(TAKE_TIMERS, ctx.workspace_id, promise_id, JOB)
    return dict(row), [dict(timer) for timer in taken]


def _values(ctx: Ctx, conversation_id: UUID, promise_id: UUID, promise: Promise) -> tuple[Any, ...]:
    return (ctx.workspace_id, conversation_id, promise_id, *(getattr(promise, name) for name in COLUMNS))


def _plain(value: dict[str, Any]) -> dict[str, Any]:
    plain: dict[str, Any] = msgspec.to_builtins(value)
    return plain


def register_promise_acts(runtime: Runtime) -> None:
    """Adds the acts of promises."""
    acts = runtime.decisions
    acts.add_act("set_promise", perform_set, undo_promise)
    acts.add_act("end_promise", perform_end, undo_promise)
    acts.add_act("show_promise", perform_show, undo_show)
