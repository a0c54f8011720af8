"""(a) Accepted chat messages a second, against PostgreSQL alone running the same statements."""

import asyncio
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import asyncpg
import httpx

from bench.cast import Cast, make_cast, open_runtime
from bench.chatload import FakeWire, Visitors, open_session, send
from bench.pgbench import Pgbench, Target, store_targets, write_script
from bench.programs import Programs
from bench.recording import RecordingDatabase, Statement, describe, listening
from bench.report import Goal
from bench.servers import Cluster, Parley
from bench.stage import RUNS, Meter, Stage, settle
from parley.app.build import build_app
from parley.app.settings import Settings
from parley.app.slices import SLICES
from parley.channels.chat.session import ChatSession
from parley.kit.ids import uuid7_time
from parley.kit.runtime import Runtime

DATABASE = "bench_messages"
VISITORS = 400
TARGETS = 200
AT_ONCE = 40
SECONDS = 6.0
GOAL = Goal(0.4, at_least=True, of_ratio=True)
TEXT = "Hello, my parcel AP-104223 should have come on Friday. Could you have a look where it is? Thank you!"
WHERE = """
SELECT m.conversation_id AS conversation, m.thread_id AS thread, c.customer_id AS customer, t.identity_id AS identity
FROM messages m JOIN conversations c ON c.workspace_id = m.workspace_id AND c.id = m.conversation_id
JOIN threads t ON t.workspace_id = m.workspace_id AND t.id = m.thread_id
WHERE m.workspace_id = $1 AND m.id = $2
"""


class Shops:
    """Two shops alike: the product serves one, pgbench writes into the other, neither reads what the other wrote."""

    def __init__(self, runtime: Runtime, live: Cast, twin: Cast) -> None:
        self.runtime = runtime
        self.live = live
        self.twin = twin
        self.sessions: list[tuple[ChatSession, FakeWire]] = []
        self.targets: list[Target] = []

    async def fill(self) -> None:
        """Opens the twin's conversations through the product."""
        for number in range(TARGETS):
            session, wire = await open_session(self.runtime, self.twin)
            message, _ = await send(session, wire, TEXT)
            self.targets.append(Target(await self._where(message)))
            if number < RUNS:
                self.sessions.append((session, wire))

    async def _where(self, message: UUID) -> dict[str, UUID]:
        async with self.runtime.db.transaction(self.twin.workspace_id) as tx:
            row = await tx.fetchrow(WHERE, self.twin.workspace_id, message)
        assert row is not None
        return dict(row)


async def measure_messages(stage: Stage) -> None:
    """Measures both ways in, taking turns with pgbench."""
    await stage.copy(DATABASE)
    folder = stage.fresh("messages")
    dsn = stage.cluster.dsn(DATABASE)
    runtime = await open_runtime(dsn, stage.data, RecordingDatabase)
    try:
        shops = Shops(
            runtime, await make_cast(runtime, "live", tokens=48), await make_cast(runtime, "twin", tokens=1)
        )
        await shops.fill()
        await store_targets(stage.cluster, DATABASE, shops.targets)
        recorded = {"socket": await record_socket(shops), "API": await record_api(shops)}
        await stage.cluster.run("VACUUM (ANALYZE)", DATABASE)
        await stage.cluster.run("CHECKPOINT", DATABASE)
        with Parley("web", stage.data, database=dsn) as parley:
            for way, statements in recorded.items():
                await _measure_way(stage, shops, parley, folder, way, statements)
    finally:
        await runtime.hub.close()
        await runtime.http.close()
        await runtime.db.close()
        await stage.cluster.drop(DATABASE)


async def record_socket(shops: Shops) -> list[list[Statement]]:
    """Gives the statements of several messages through a widget."""
    recordings = []
    for session, wire in shops.sessions:
        async with listening() as heard:
            await send(session, wire, TEXT)
        recordings.append(heard)
    return recordings


async def record_api(shops: Shops) -> list[list[Statement]]:
    """Gives the statements of several messages through the API."""
    app: Any = build_app(shops.runtime, SLICES)
    token = shops.twin.tokens[0]
    recordings = []
    async with httpx.AsyncClient(
        transport=httpx.ASGITransport(app=app),
        base_url="http://bench",
        headers={"Authorization": f"Bearer {token}"},
    ) as client:
        for target in shops.targets[: RUNS + 1]:
            path = f"/api/v1/conversations/{target.ids['conversation']}/messages"
            async with listening() as heard:
                answer = await client.post(path, json={"text": TEXT, "undo_seconds": 0})
            if answer.status_code != 201:
                raise RuntimeError(f"{answer.status_code} {answer.text[:300]}")
            recordings.append(heard)
    # The first one fills what the process keeps in memory.
    return recordings[1:]


def list_fresh(statements: Sequence[Statement], target: Target, since: datetime) -> dict[Any, int]:
    """Gives the ids among the arguments that were made since a time, each with a number of its own."""
    found: dict[Any, int] = {}

    def look(value: Any) -> None:
        if isinstance(value, (list, tuple)):
            for item in value:
                look(item)
            return
        known = value in target.ids.values() if isinstance(value, UUID) else False
        if not known and is_made_since(value, since):
            found.setdefault(value, len({UUID(str(one)) for one in found} | {UUID(str(value))}) - 1)

    for statement in statements:
        look(statement.args)
    return found


def is_made_since(value: Any, since: datetime) -> bool:
    """Says whether a value is an id (or its text) that was made since a time."""
    if isinstance(value, str) and len(value) == 36:
        try:
            value = UUID(value)
        except ValueError:
            return False
    return isinstance(value, UUID) and value.version == 7 and uuid7_time(value) >= since


async def write_bench(
    cluster: Cluster, shops: Shops, folder: Path, statements: Sequence[Statement]
) -> Pgbench:
    """Gives the benchmark of these statements over all of the twin's conversations."""
    target = _target_of(statements, shops.targets)
    since = max(uuid7_time(target.ids["conversation"]), uuid7_time(target.ids["thread"])) + timedelta(
        milliseconds=1
    )
    newest = max(uuid7_time(t.ids["conversation"]) for t in shops.targets)
    fresh = list_fresh(statements, target, max(since, newest + timedelta(milliseconds=1)))
    clients = Settings().pool_size
    connection = await asyncpg.connect(cluster.dsn(DATABASE))
    try:
        script = await write_script(connection, statements, target, fresh, len(shops.targets), clients)
    finally:
        await connection.close()
    return Pgbench(cluster, DATABASE, script, folder, clients)


def _target_of(statements: Sequence[Statement], targets: Sequence[Target]) -> Target:
    given = {value for statement in statements for value in statement.args if isinstance(value, UUID)}
    return next(t for t in targets if given & {t.ids["conversation"], t.ids["thread"]})


async def _measure_way(
    stage: Stage, shops: Shops, parley: Parley, folder: Path, way: str, recordings: list[list[Statement]]
) -> None:
    book = stage.book
    name = f"messages by {way}"
    book.add(f"{name}: statements each", [float(len(heard)) for heard in recordings], "statements")
    for statement in recordings[-1]:
        book.say(f"      {describe(statement)}")
    bench = await write_bench(stage.cluster, shops, folder / way, recordings[-1])
    load: Visitors | Programs = Visitors() if way == "socket" else Programs(shops.live, shops.runtime)
    await load.open(parley.port, shops.live.chat_key, VISITORS)
    await asyncio.to_thread(bench.run, 2)
    await load.write(2, AT_ONCE)
    meter, meter_alone = (Meter(parley.pid, stage.cluster.pid) for _ in range(2))
    alone, served = [], []
    for _ in range(RUNS):
        alone.append(await meter_alone.during(asyncio.to_thread(bench.run, SECONDS)))
        await settle()
        served.append(await meter.during(load.write(SECONDS, AT_ONCE)))
        book.say(f"{name}: {served[-1]:,.0f} a second, pgbench {alone[-1]:,.0f}")
        await settle()
    load.close()
    book.add(f"{name}: pgbench, same statements", alone, "messages/s")
    book.add(
        f"{name}: accepted", served, "messages/s", against=f"{name}: pgbench, same statements", goal=GOAL
    )
    book.note(
        f"{name}: processor time each: {meter.total.per(sum(served) * SECONDS)}, others {meter.noise:.2f} cores; "
        f"with pgbench: {meter_alone.total.per(sum(alone) * SECONDS)}, others {meter_alone.noise:.2f} cores"
    )
