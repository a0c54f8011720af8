"""(d) A whole installation: how soon it answers, and the memory it takes when nobody asks anything."""

import asyncio
import shutil
from pathlib import Path

from bench.report import Book, Goal
from bench.servers import Parley
from bench.stage import RUNS
from bench.usage import list_tree, read_pss, read_tree_pss

MEMORY = Goal(400.0)
START = Goal(5.0)
QUIET_SECONDS = 15.0
MEGABYTE = 1_000_000


async def measure_installation(book: Book, base: Path) -> None:
    """Starts `parley up` on empty folders and on one that is there; reads the memory after a while of silence."""
    first, again, stopping, memory, alone = [], [], [], [], []
    processes = 0
    for turn in range(RUNS):
        folder = base / f"installation-{turn}"
        parley = Parley("up", folder)
        try:
            first.append(await asyncio.to_thread(parley.start, "/"))
            stopping.append(await asyncio.to_thread(parley.stop))
            again.append(await asyncio.to_thread(parley.start, "/"))
            await asyncio.sleep(QUIET_SECONDS)
            memory.append(read_tree_pss(parley.pid) / MEGABYTE)
            alone.append(read_pss(parley.pid) / MEGABYTE)
            processes = len(list_tree(parley.pid))
            book.say(f"{turn + 1} of {RUNS}: first page after {again[-1]:.1f} s, {memory[-1]:.0f} MB")
        finally:
            await asyncio.to_thread(parley.stop)
            shutil.rmtree(folder, ignore_errors=True)
    book.add("parley up to the first page, empty folder", first, "s")
    book.add("parley up to the first page, once migrated", again, "s", goal=START)
    book.add("stopping everything, PostgreSQL included", stopping, "s", goal=Goal(10.0))
    book.add("memory of the idle installation (PSS)", memory, "MB", goal=MEMORY)
    book.add("memory of its Python process alone (PSS)", alone, "MB")
    book.note(f"installation: {processes} processes, PostgreSQL's included")
