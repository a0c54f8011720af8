"""Looking after parcels on their way: which carrier to ask, how often, and being told where one tells by itself."""

import asyncio
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

import msgspec
import structlog

from parley.commerce.actions.connections import set_connection_health
from parley.commerce.actions.due_parcels import (
    JOB,
    DueParcel,
    follow_parcels,
    mark_watched,
    put_off_parcels,
    take_due_parcels,
)
from parley.commerce.actions.mirror_parts import LOOKED_AFTER
from parley.commerce.actions.tracking import record_tracking
from parley.commerce.connections import Connection
from parley.commerce.model import Tracking
from parley.facts.commerce import ShipmentChanged, StoreChanged
from parley.kit.failures import Failure, Misconfigured, Refused, Retry
from parley.kit.jobs.registry import Job
from parley.kit.log.fact import Actor

if TYPE_CHECKING:
    from parley.kit.runtime import Runtime

log = structlog.get_logger("commerce")
LOOK_EVERY = 60.0
BATCH = 100
AT_ONCE = 4
LONGEST = timedelta(hours=12)
SHORTEST = timedelta(minutes=30)
# By status; twice as long where the carrier tells by itself.
PAUSES = {
    "out_for_delivery": timedelta(minutes=30),
    "in_transit": timedelta(hours=3),
    "failed": timedelta(hours=3),
    "ready_for_pickup": timedelta(hours=6),
    "label_created": timedelta(hours=6),
}
# Carriers tell for about two weeks (UPS Track Alert: 14 days); then they are asked to again.
WATCHED_FOR = timedelta(days=12)
AFTER_TROUBLE = timedelta(minutes=5)
AFTER_MISCONFIGURED = timedelta(hours=1)


def decide_next_look(
    now: datetime, status: str, begun_at: datetime | None = None, *, watched: bool = False
) -> datetime | None:
    """Says when a parcel is to be asked after again; None when it has been on its way for too long."""
    if begun_at is not None and now - begun_at > LOOKED_AFTER:
        return None
    pause = PAUSES.get(status, LONGEST)
    return now + min(pause * 2 if watched else pause, LONGEST)


def decide_look_after_failure(now: datetime, known_at: datetime, least: timedelta) -> datetime:
    """Says when to ask again after a failure: the longer nothing was heard, the later."""
    return now + min(max(now - known_at, least), LONGEST)


def choose_carrier(book: Any, carriers: Sequence[Connection], parcel: DueParcel) -> Connection | None:
    """Gives the connection to ask: the one that told before, a carrier's own, one that speaks for many."""
    knowing = [
        one for one in carriers if book.connector(one).recognises(one.settings, parcel.carrier, parcel.number)
    ]
    known = next((one for one in knowing if one.id == parcel.connection_id), None)
    return known or min(knowing, key=lambda one: book.connector(one).manifest.many, default=None)


async def look_for_due_parcels(runtime: "Runtime") -> None:
    """Starts the job in every workspace that has a carrier and parcels whose time has come."""
    async with runtime.db.transaction(None) as tx:
        rows = await tx.fetch(
            """SELECT DISTINCT c.workspace_id FROM connections c
               WHERE c.kind = 'carrier' AND c.state <> 'paused' AND c.deleted_at IS NULL AND EXISTS (
                 SELECT 1 FROM shipments s WHERE s.workspace_id = c.workspace_id AND s.check_at <= $1)""",
            runtime.clock.now(),
        )
    for row in rows:
        async with runtime.ctx(row["workspace_id"]) as ctx:
            ctx.defer(JOB, {}, key=f"parcels:{row['workspace_id']}")


async def look_after_parcels(job: Job) -> None:
    """Asks after the parcels of a workspace whose time has come, a batch of them."""
    runtime: Runtime = job.runtime
    book = runtime.parts["commerce"].book
    async with runtime.ctx(job.workspace_id) as ctx:
        found = await book.list_all(ctx.tx, job.workspace_id, "carrier")
        carriers = [one for one in found if one.state != "paused"]
        if not carriers:
            return
        due = await take_due_parcels(ctx, BATCH)
        old = {one.key for one in due if ctx.now - one.begun_at > LOOKED_AFTER}
        await put_off_parcels(ctx, dict.fromkeys(old))
        groups: dict[UUID, dict[str, DueParcel]] = {}
        nobody: dict[str, datetime | None] = {}
        for one in due:
            if one.key in old:
                continue
            carrier = choose_carrier(book, carriers, one)
            if carrier is None:
                nobody[one.key] = ctx.now + LONGEST
            else:
                groups.setdefault(carrier.id, {})[one.key] = one
        await put_off_parcels(ctx, nobody)
    known = {one.id: one for one in carriers}
    rounds = (Round(runtime, known[cid], list(parcels.values())).run() for cid, parcels in groups.items())
    await asyncio.gather(*rounds)
    if len(due) == BATCH:
        async with runtime.ctx(job.workspace_id) as ctx:
            ctx.defer(JOB, {}, key=f"parcels:{job.workspace_id}")


class Round:
    """One round of questions to one carrier; what goes wrong puts parcels off and never goes further."""

    def __init__(self, runtime: "Runtime", connection: Connection, parcels: list[DueParcel]) -> None:
        self._runtime = runtime
        self._connection = connection
        self._parcels = parcels
        self._connector: Any = runtime.parts["commerce"].book.connector(connection)
        self._link: Any = runtime.parts["commerce"].link(connection)
        self._watched: set[str] = set()

    def _ctx(self) -> Any:
        return self._runtime.ctx(self._connection.workspace_id, Actor("connection", self._connection.id))

    async def run(self) -> None:
        """Asks to be told of the parcels that are new, then after each of them."""
        stop = await self._watch() if self._connector.manifest.webhooks else None
        answered = False
        for start in range(0, len(self._parcels), AT_ONCE):
            some = self._parcels[start : start + AT_ONCE]
            if stop is not None:
                await self._put_off(some, stop)
                continue
            failures = await asyncio.gather(*(self._look(one) for one in some))
            answered = answered or None in failures
            stop = _reason_to_stop(failures)
        await self._note_health(stop, answered=answered)

    async def _watch(self) -> Failure | None:
        """Gives the failure after which it is no use to go on."""
        now = self._runtime.clock.now()
        new = [one for one in self._parcels if one.watched_at is None or now - one.watched_at > WATCHED_FOR]
        self._watched = {one.key for one in self._parcels} - {one.key for one in new}
        if not new:
            return None
        try:
            await self._connector.watch(
                self._link, self._connection.settings, [(one.carrier, one.number) for one in new]
            )
        except Failure as failure:
            log.debug("a carrier does not watch", connection=str(self._connection.id), reason=failure.reason)
            return _reason_to_stop([failure])
        self._watched |= {one.key for one in new}
        async with self._ctx() as ctx:
            await mark_watched(ctx, self._connection.id, [one.key for one in new])
        return None

    async def _look(self, parcel: DueParcel) -> Failure | None:
        """Asks after one parcel and records the answer; gives the failure, which has put it off."""
        try:
            told: Tracking = await self._connector.track(
                self._link, self._connection.settings, parcel.carrier, parcel.number
            )
        except Failure as failure:
            await self._put_off([parcel], failure)
            return failure
        except Exception as failure:
            # An answer that nobody foresaw must not stop the others.
            log.exception("a carrier's answer cannot be read", connection=str(self._connection.id))
            unread = Refused(type(failure).__name__)
            await self._put_off([parcel], unread)
            return unread
        async with self._ctx() as ctx:
            watched = parcel.key in self._watched
            status = told.status if told.status != "unknown" else parcel.status
            await record_tracking(
                ctx,
                msgspec.structs.replace(told, number=parcel.number),
                told_by="carrier",
                connection_id=self._connection.id,
                check_at=decide_next_look(ctx.now, status, parcel.begun_at, watched=watched),
            )
        return None

    async def _put_off(self, parcels: list[DueParcel], failure: Failure) -> None:
        least = SHORTEST
        if isinstance(failure, Misconfigured):
            least = AFTER_MISCONFIGURED
        elif isinstance(failure, Retry):
            least = max(failure.after or AFTER_TROUBLE, AFTER_TROUBLE)
        async with self._ctx() as ctx:
            await put_off_parcels(
                ctx, {one.key: decide_look_after_failure(ctx.now, one.known_at, least) for one in parcels}
            )

    async def _note_health(self, stop: Failure | None, *, answered: bool) -> None:
        """Shows at the connection that its settings are wrong, or that all is well again."""
        if isinstance(stop, Misconfigured):
            error = stop.reason
        elif answered and self._connection.error:
            error = ""
        else:
            return
        async with self._ctx() as ctx:
            book = self._runtime.parts["commerce"].book
            await set_connection_health(ctx, book, self._connection.id, error)


def _reason_to_stop(failures: Sequence[Failure | None]) -> Failure | None:
    """Gives the failure after which the carrier is left alone for now: wrong settings, too fast, or nobody there."""
    for failure in failures:
        if isinstance(failure, Misconfigured) or (isinstance(failure, Retry) and failure.after is not None):
            return failure
    last = failures[-1] if failures else None
    return last if isinstance(last, Retry) and all(isinstance(one, Retry) for one in failures) else None


def register_tracking(runtime: "Runtime") -> None:
    """Adds the job, its schedule and its reader."""
    runtime.jobs.add(JOB, look_after_parcels, max_attempts=4, max_delay=300, concurrency=2)
    runtime.jobs.every("due_parcels", LOOK_EVERY, look_for_due_parcels)
    runtime.readers.subscribe("parcels", follow_parcels, ShipmentChanged, StoreChanged)
