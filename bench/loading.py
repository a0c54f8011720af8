"""Fills a database with a history by COPY; what an earlier run left and still fits is taken as it is."""

import asyncio
import hashlib
import io
from collections.abc import Callable, Mapping
from pathlib import Path
from time import monotonic

import asyncpg
import msgspec

from bench.cast import Cast, make_cast, open_runtime, skip_readers
from bench.history import History, start_of_today
from bench.rows import COLUMNS, Rows
from bench.servers import Cluster
from bench.talk import Sample
from parley.app.migrate import FOLDER, migrate

HERE = Path(__file__).parent
SIZES = {"10k": 10_000, "100k": 100_000, "1m": 1_000_000}
BATCH = 4_000
SECONDARY = """
SELECT i.indexrelid::regclass::text AS name, pg_get_indexdef(i.indexrelid) AS definition
FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid
WHERE c.relname = ANY($1) AND NOT i.indisprimary AND NOT EXISTS (
  SELECT 1 FROM pg_constraint x WHERE x.conindid = i.indexrelid)
ORDER BY 1
"""


class Loaded(msgspec.Struct, frozen=True):
    """A database with a history in it."""

    database: str
    size: int
    messages: int
    cast: Cast
    samples: list[Sample]
    fingerprint: str


def fingerprint() -> str:
    """Gives a value that changes with the schema and with how histories are made."""
    digest = hashlib.sha256()
    files = [
        *sorted((FOLDER / "versions").glob("*.sql")),
        *(HERE / n for n in ("history.py", "rows.py", "talk.py", "texts.py", "cast.py")),
    ]
    for file in files:
        digest.update(file.read_bytes())
    return digest.hexdigest()[:16]


async def load(cluster: Cluster, scale: str, data: Path, say: Callable[[str], None]) -> Loaded:
    """Gives the database of a scale, loading it when it is missing or older than the code."""
    database = f"bench_{scale}"
    known = await _find(cluster, database)
    if known is not None:
        say(f"{scale}: {known.size:,} conversations are there already")
        return known
    began = monotonic()
    await asyncio.to_thread(data.mkdir, parents=True, exist_ok=True)
    await cluster.make(database)
    await migrate(cluster.dsn(database))
    runtime = await open_runtime(cluster.dsn(database), data)
    try:
        cast = await make_cast(runtime, scale, tokens=4)
        rows = Rows(cast.workspace_id)
        history = History(cast, SIZES[scale], start_of_today(), rows)
        await _copy(cluster, database, history, rows, say, scale)
        await skip_readers(runtime)
    finally:
        await runtime.http.close()
        await runtime.db.close()
    loaded = Loaded(database, SIZES[scale], history.messages, cast, history.samples, fingerprint())
    await _finish(cluster, loaded)
    say(
        f"{scale}: {loaded.size:,} conversations, {loaded.messages:,} messages in {monotonic() - began:.0f} s"
    )
    return loaded


async def _find(cluster: Cluster, database: str) -> Loaded | None:
    if not await cluster.has(database):
        return None
    connection = await asyncpg.connect(cluster.admin_dsn(database))
    try:
        if not await connection.fetchval("SELECT to_regclass('bench.loaded') IS NOT NULL"):
            return None
        loaded = msgspec.json.decode(await connection.fetchval("SELECT value FROM bench.loaded"), type=Loaded)
        return loaded if loaded.fingerprint == fingerprint() else None
    finally:
        await connection.close()


async def _copy(
    cluster: Cluster, database: str, history: History, rows: Rows, say: Callable[[str], None], scale: str
) -> None:
    connection = await asyncpg.connect(cluster.admin_dsn(database))
    try:
        # The rows are whole by construction; foreign keys are checked one by one otherwise.
        await connection.execute("SET session_replication_role = replica; SET maintenance_work_mem = '512MB'")
        await connection.execute("SET synchronous_commit = off")
        indexes = await connection.fetch(SECONDARY, list(COLUMNS))
        for index in indexes:
            await connection.execute(f"DROP INDEX {index['name']}")
        told, blocks, last = history.tell(), dict[str, bytes](), monotonic()

        def tell_on() -> tuple[int, dict[str, bytes]]:
            reached = next(told, SIZES[scale])
            return reached, rows.take(BATCH if reached < SIZES[scale] else 1)

        reached = 0
        while reached < SIZES[scale]:
            # PostgreSQL takes one batch while the next is being told.
            (reached, following), _ = await asyncio.gather(
                asyncio.to_thread(tell_on), _write(connection, blocks)
            )
            blocks = following
            if monotonic() - last > 15:
                last = monotonic()
                say(f"{scale}: {reached:,} conversations")
        await _write(connection, blocks)
        say(f"{scale}: building {len(indexes)} indexes")
        for index in indexes:
            await connection.execute(index["definition"])
        await connection.execute(
            """INSERT INTO counters (workspace_id, name, value)
               SELECT workspace_id, 'conversation', max(number) FROM conversations GROUP BY 1
               ON CONFLICT (workspace_id, name) DO UPDATE SET value = excluded.value"""
        )
    finally:
        await connection.close()


async def _write(connection: asyncpg.Connection, blocks: Mapping[str, bytes]) -> None:
    for table, lines in blocks.items():
        await connection.copy_to_table(
            table, source=io.BytesIO(lines), columns=COLUMNS[table].split(), format="text"
        )


async def _finish(cluster: Cluster, loaded: Loaded) -> None:
    connection = await asyncpg.connect(cluster.admin_dsn(loaded.database))
    try:
        await connection.execute("CREATE SCHEMA IF NOT EXISTS bench")
        await connection.execute("CREATE TABLE bench.loaded (value text NOT NULL)")
        await connection.execute("INSERT INTO bench.loaded VALUES ($1)", msgspec.json.encode(loaded).decode())
        await connection.execute("VACUUM (ANALYZE)")
        await connection.execute("CHECKPOINT")
    finally:
        await connection.close()
