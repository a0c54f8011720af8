"""(g) Reading a whole store: orders a second and the memory of the process, at two sizes. Runs as a process of its own.

`python -m bench.backfill DSN FOLDER COUNT` prints one line of JSON.
"""

import asyncio
import json
import os
import subprocess
import sys
from pathlib import Path
from time import perf_counter
from typing import Any

from bench.cast import make_cast, open_runtime
from bench.shopping import BigStore, make_order
from bench.stage import Stage
from bench.usage import read_rss
from parley.app.migrate import migrate
from parley.commerce.actions.connections import NewConnection, create_connection
from parley.commerce.actions.sync_runs import begin_run, get_run
from parley.commerce.model import StoreInfo
from parley.commerce.reading import find_store, read_everything

COUNTS = {"10k": (10_000,), "100k": (100_000,), "1m": (100_000, 1_000_000)}
DATABASE = "bench_backfill"


async def measure_backfill(stage: Stage) -> None:
    """Reads stores of growing size into empty databases."""
    book = stage.book
    for count in COUNTS[stage.scales[-1]]:
        await stage.cluster.make(DATABASE)
        await migrate(stage.cluster.dsn(DATABASE))
        command = [
            sys.executable,
            "-m",
            "bench.backfill",
            stage.cluster.dsn(DATABASE),
            str(stage.data),
            str(count),
        ]
        done = await asyncio.to_thread(
            subprocess.run, command, capture_output=True, text=True, check=False, timeout=3600
        )
        if done.returncode != 0:
            raise RuntimeError(done.stderr[-3000:])
        found = json.loads(done.stdout.splitlines()[-1])
        name = f"back-fill of {count:,} orders"
        book.add(f"{name}: speed", [found["rate"]], "orders/s")
        book.add(f"{name}: memory it grows by", [found["grown"] / 1e6], "MB")
        await stage.cluster.drop(DATABASE)


async def read_store(dsn: str, folder: Path, count: int) -> dict[str, Any]:
    """Reads a store of so many orders; gives the orders a second and by how many bytes the process grew at most."""
    runtime = await open_runtime(dsn, folder)
    runtime.parts["commerce"].book.plugins["demo"] = BigStore(count)
    cast = await make_cast(runtime, "big")
    async with runtime.ctx(cast.workspace_id) as ctx:
        book = runtime.parts["commerce"].book
        info = StoreInfo(name="Big", domain="", currency="EUR")
        store_id = await create_connection(ctx, book, NewConnection(plugin="demo", name="Big"), info)
        run_id = await begin_run(ctx, store_id, "backfill", "order", job=False)
        run = await get_run(ctx, run_id)
    connection = (await find_store(runtime, str(store_id)))[0]
    make_order(1)
    before, peak, reading = _rss(), 0, True

    async def watch() -> None:
        nonlocal peak
        while reading:
            peak = max(peak, _rss())
            await asyncio.sleep(0.25)

    watching = asyncio.create_task(watch())
    began = perf_counter()
    counted = await read_everything(runtime, connection, run)
    seconds = perf_counter() - began
    reading = False
    await watching
    if counted["new"] != count:
        raise RuntimeError(f"{counted} of {count}")
    await runtime.hub.close()
    await runtime.http.close()
    await runtime.db.close()
    return {"rate": count / seconds, "grown": peak - before, "peak": peak}


def _rss() -> int:
    return read_rss(os.getpid())


if __name__ == "__main__":
    print(json.dumps(asyncio.run(read_store(sys.argv[1], Path(sys.argv[2]), int(sys.argv[3])))))
