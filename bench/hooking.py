"""(f) Webhooks of a store taken in a second, against PostgreSQL alone running the same statements."""

import asyncio
import hashlib
import hmac
from datetime import timedelta
from pathlib import Path
from time import perf_counter
from typing import Any
from uuid import UUID

import asyncpg
import msgspec

from bench.cast import make_cast, open_runtime
from bench.messages import list_fresh
from bench.pgbench import Pgbench, Target, store_targets, write_script
from bench.recording import RecordingDatabase, Statement, describe, listening
from bench.servers import Parley
from bench.shopping import make_orders
from bench.stage import RUNS, Meter, Stage, settle
from bench.wire import Http, open_http
from parley.app.settings import Settings
from parley.commerce.actions.connections import NewConnection, create_connection
from parley.commerce.hooks import take_hook
from parley.commerce.model import StoreInfo
from parley.kit.ids import uuid7, uuid7_time
from parley.kit.runtime import Runtime

DATABASE = "bench_hooks"
SECRET = "bench"
STORES = 20
AT_ONCE = 40
SECONDS = 6.0


def sign(body: bytes, key: str) -> dict[str, str]:
    """Gives the headers of a genuine webhook."""
    digest = hmac.new(SECRET.encode(), body, hashlib.sha256).hexdigest()
    return {
        "content-type": "application/json",
        "x-demo-signature": f"sha256={digest}",
        "x-demo-delivery": key,
        "x-demo-topic": "order.changed",
    }


async def measure_hooks(stage: Stage) -> None:
    """Measures the intake, taking turns with pgbench. What a worker reads out of the bodies later is not in it."""
    await stage.copy(DATABASE)
    folder = stage.fresh("hooks")
    dsn = stage.cluster.dsn(DATABASE)
    runtime = await open_runtime(dsn, stage.data, RecordingDatabase)
    body = msgspec.json.encode({"kind": "order", "external_id": "1", "snapshot": next(make_orders(1))})
    try:
        live, twin = await connect_stores(runtime, "live"), await connect_stores(runtime, "twin")
        await store_targets(stage.cluster, DATABASE, twin[1])
        recorded = await record_hooks(runtime, twin, body)
        await stage.cluster.run("VACUUM (ANALYZE)", DATABASE)
        bench = await write_bench(stage, twin[1], folder, recorded[-1])
        with Parley("web", stage.data, database=dsn) as parley:
            await _measure(
                stage, parley, bench, [target.ids["connection"] for target in live[1]], body, recorded
            )
    finally:
        await runtime.hub.close()
        await runtime.http.close()
        await runtime.db.close()
        await stage.cluster.drop(DATABASE)


async def connect_stores(runtime: Runtime, slug: str) -> tuple[UUID, list[Target]]:
    """Makes a workspace with stores."""
    cast = await make_cast(runtime, slug)
    book = runtime.parts["commerce"].book
    made = []
    async with runtime.ctx(cast.workspace_id) as ctx:
        for number in range(STORES):
            settings: dict[str, Any] = {"url": "http://127.0.0.1:1", "token": "t", "secret": SECRET}
            wanted = NewConnection(plugin="demo", name=f"Store {number}", settings=settings)
            info = StoreInfo(name="Store", domain="", currency="EUR")
            made.append(Target({"connection": await create_connection(ctx, book, wanted, info)}))
    return cast.workspace_id, made


async def record_hooks(
    runtime: Runtime, shop: tuple[UUID, list[Target]], body: bytes
) -> list[list[Statement]]:
    """Gives the statements of several webhooks, after one that fills what the process keeps in memory."""
    recordings = []
    for target in shop[1][: RUNS + 1]:
        async with runtime.db.transaction(shop[0]) as tx:
            connection = await runtime.parts["commerce"].book.get(tx, shop[0], target.ids["connection"])
        async with listening() as heard:
            await take_hook(runtime, connection, sign(body, str(uuid7())), body)
        recordings.append(heard)
    return recordings[1:]


async def write_bench(
    stage: Stage, targets: list[Target], folder: Path, statements: list[Statement]
) -> Pgbench:
    """Gives the benchmark of these statements over all of the twin's stores."""
    given = {value for statement in statements for value in statement.args if isinstance(value, UUID)}
    target = next(one for one in targets if one.ids["connection"] in given)
    newest = max(uuid7_time(one.ids["connection"]) for one in targets)
    fresh = list_fresh(statements, target, newest + timedelta(milliseconds=1))
    clients = Settings().pool_size
    connection = await asyncpg.connect(stage.cluster.dsn(DATABASE))
    try:
        script = await write_script(connection, statements, target, fresh, len(targets), clients)
    finally:
        await connection.close()
    return Pgbench(stage.cluster, DATABASE, script, folder, clients)


async def _measure(
    stage: Stage,
    parley: Parley,
    bench: Pgbench,
    stores: list[UUID],
    body: bytes,
    recorded: list[list[Statement]],
) -> None:
    book, name = stage.book, "webhooks of stores"
    book.add(f"{name}: statements each", [float(len(heard)) for heard in recorded], "statements")
    for statement in recorded[-1]:
        book.say(f"      {describe(statement)}")
    clients = [await open_http(parley.port) for _ in range(AT_ONCE)]
    meter, alone, served = Meter(parley.pid, stage.cluster.pid), [], []
    await asyncio.to_thread(bench.run, 2)
    await _post(clients, stores, body, 2)
    for _ in range(RUNS):
        alone.append(await asyncio.to_thread(bench.run, SECONDS))
        await settle()
        served.append(await meter.during(_post(clients, stores, body, SECONDS)))
        book.say(f"{name}: {served[-1]:,.0f} a second, pgbench {alone[-1]:,.0f}")
        await settle()
    for client in clients:
        client.close()
    book.add(f"{name}: pgbench, same statements", alone, "webhooks/s")
    book.add(f"{name}: taken", served, "webhooks/s", against=f"{name}: pgbench, same statements")
    book.note(f"{name}: processor time each: {meter.total.per(sum(served) * SECONDS)}")


async def _post(clients: list[Http], stores: list[UUID], body: bytes, seconds: float) -> float:
    """Posts for some seconds over all connections; gives the webhooks taken a second."""
    began = perf_counter()
    until = began + seconds

    async def go_on(number: int, client: Http) -> int:
        taken = 0
        while perf_counter() < until:
            store = stores[(number + taken) % len(stores)]
            status, answer = await client.ask("POST", f"/hooks/{store}", sign(body, str(uuid7())), body)
            if status != 200:
                raise RuntimeError(f"{status} {answer[:300]!r}")
            taken += 1
        return taken

    counts = await asyncio.gather(*(go_on(number, client) for number, client in enumerate(clients)))
    return sum(counts) / (perf_counter() - began)
