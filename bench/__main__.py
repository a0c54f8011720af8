"""`python -m bench`: measures, prints a table and writes `bench/results.json`. See README.md beside this file.

Environment: SCALE (10k, 100k, 1m), BENCH (parts, such as `a,c`), BENCH_DATA (folder for what is made meanwhile)
and BENCH_KEEP=1 (keeps the loaded databases in that folder for the next run).
"""

import asyncio
import contextlib
import os
import shutil
import signal
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from bench.alerting import measure_alerts
from bench.backfill import measure_backfill
from bench.hooking import measure_hooks
from bench.installation import measure_installation
from bench.loading import SIZES
from bench.messages import measure_messages
from bench.reading import measure_reading
from bench.rehearsing import measure_rehearsal
from bench.report import Book
from bench.ruling import measure_rules
from bench.servers import Cluster
from bench.sizes import measure_sizes
from bench.sockets import measure_sockets
from bench.stage import Stage
from bench.usage import describe_machine
from parley.app.logs import set_up_logs
from parley.kit.postgres import EmbeddedPostgres

PARTS = {
    "a": "accepted chat messages a second",
    "b": "idle sockets, and deliveries beside them",
    "c": "inbox, opening a conversation, search",
    "d": "the whole installation: start and memory",
    "e": "sizes of loader and frame",
    "f": "webhooks of stores taken in a second",
    "g": "reading a whole store",
    "h": "rules: many of them, and other engines",
    "i": "rehearsals",
    "j": "a furious message to a lead's screen",
}
DATA = Path(".data")


def choose_parts(wanted: str) -> list[str]:
    """Gives the chosen parts in order, all of them for an empty choice; raises ValueError for an unknown one."""
    chosen = {part.strip().lower() for part in wanted.split(",") if part.strip()}
    if unknown := chosen - PARTS.keys():
        raise ValueError(f"BENCH knows no {', '.join(sorted(unknown))}; there are {', '.join(PARTS)}")
    return [part for part in PARTS if part in chosen or not chosen]


def choose_scales(wanted: str) -> list[str]:
    """Gives a scale and every smaller one, because growth is measured in one run; raises ValueError."""
    if wanted not in SIZES:
        raise ValueError(f"SCALE is {wanted}; there are {', '.join(SIZES)}")
    return list(SIZES)[: list(SIZES).index(wanted) + 1]


@contextlib.contextmanager
def open_folder(base: Path, *, keep: bool) -> Iterator[Path]:
    """Gives the folder for everything that is made meanwhile and removes it afterwards, unless it is kept."""
    folder = (base / ("bench-kept" if keep else f"bench-{os.getpid()}")).absolute()
    folder.mkdir(parents=True, exist_ok=True)
    try:
        yield folder
    finally:
        if not keep:
            shutil.rmtree(folder, ignore_errors=True)


async def measure(parts: list[str], scales: list[str], folder: Path, book: Book) -> None:
    """Measures the parts, those first that need an otherwise empty machine."""
    # SIGTERM ends a run as Ctrl-C does: by cancelling it, so that everything started is stopped.
    task = asyncio.current_task()
    assert task is not None
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)
    if "e" in parts:
        book.begin(PARTS["e"])
        measure_sizes(book)
    if "d" in parts:
        book.begin(PARTS["d"])
        await measure_installation(book, folder)
    if not {"a", "b", "c", "f", "g", "h", "i", "j"} & set(parts):
        return
    with Cluster(EmbeddedPostgres(folder / "postgres")) as cluster:
        stage = Stage(cluster, folder, scales, book)
        for part, work in (
            ("c", measure_reading),
            ("a", measure_messages),
            ("b", measure_sockets),
            ("f", measure_hooks),
            ("g", measure_backfill),
            ("h", measure_rules),
            ("i", measure_rehearsal),
            ("j", measure_alerts),
        ):
            if part in parts:
                book.begin(PARTS[part])
                await work(stage)


def main() -> int:
    """Runs; 0 when everything was measured, whether or not the goals are met."""
    began = time.monotonic()

    def say(text: str) -> None:
        minutes, seconds = divmod(int(time.monotonic() - began), 60)
        print(f"{minutes:3}:{seconds:02}  {text}", flush=True)

    try:
        parts, scales = (
            choose_parts(os.environ.get("BENCH", "")),
            choose_scales(os.environ.get("SCALE", "100k")),
        )
    except ValueError as mistake:
        print(mistake, file=sys.stderr)
        return 2
    set_up_logs("warning", "text")
    book = Book(say)
    say(describe_machine())
    try:
        base, keep = Path(os.environ.get("BENCH_DATA") or DATA), bool(os.environ.get("BENCH_KEEP"))
        with open_folder(base, keep=keep) as folder:
            asyncio.run(measure(parts, scales, folder, book))
    except (KeyboardInterrupt, asyncio.CancelledError):
        say("stopped; everything that was started is stopped too")
        return 130
    finally:
        if book.results:
            print(f"\n{book.table()}\n\nwritten to {book.path}", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
