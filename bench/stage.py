"""What every benchmark is given: the cluster, the loaded databases, the book of results."""

import asyncio
import os
import shutil
from collections.abc import Awaitable
from pathlib import Path
from typing import TypeVar

import msgspec

from bench.loading import Loaded, load
from bench.report import Book
from bench.servers import Cluster
from bench.usage import read_cpu, read_machine, read_tree_cpu

RUNS = 5
Answer = TypeVar("Answer")


class Stage:
    """The surroundings of a run."""

    def __init__(self, cluster: Cluster, folder: Path, scales: list[str], book: Book) -> None:
        self.cluster = cluster
        self.folder = folder
        self.scales = scales
        self.book = book
        # One for all, because what is stored encrypted needs its key; the files and logs stay small.
        self.data = folder / "installation"
        self._loaded: dict[str, Loaded] = {}

    async def loaded(self, scale: str) -> Loaded:
        """Gives the database of a scale, loading it the first time."""
        if scale not in self._loaded:
            self._loaded[scale] = await load(self.cluster, scale, self.data, self.book.say)
        return self._loaded[scale]

    async def copy(self, name: str) -> str:
        """Gives a database of its own with the largest history up to a hundred thousand conversations."""
        self.book.say("copying the database")
        scale = "100k" if "100k" in self.scales else "10k"
        loaded = await self.loaded(scale)
        await self.cluster.make(name, like=loaded.database)
        return name

    def fresh(self, name: str) -> Path:
        """Gives an empty folder."""
        folder = self.folder / name
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        return folder


class Usage(msgspec.Struct):
    """Processor seconds by who used them."""

    web: float = 0.0
    postgres: float = 0.0
    bench: float = 0.0
    others: float = 0.0

    def per(self, count: float) -> str:
        """Says where the time of one of `count` things went, in microseconds."""
        parts = (("web", self.web), ("PostgreSQL", self.postgres), ("this programme", self.bench))
        return ", ".join(f"{name} {seconds / max(count, 1) * 1e6:.0f} µs" for name, seconds in parts)


class Meter:
    """Adds up what a block of work uses; others on the machine are told apart, so that noise is seen."""

    def __init__(self, web: int, postgres: int) -> None:
        self._pids = (web, postgres, os.getpid())
        self.total = Usage()
        self.seconds = 0.0

    async def during(self, work: Awaitable[Answer]) -> Answer:
        """Awaits the work and adds what it used."""
        before = self._read()
        answer = await work
        after = self._read()
        used = [b - a for a, b in zip(before, after, strict=True)]
        self.total.web += used[0]
        self.total.postgres += used[1]
        self.total.bench += used[2]
        self.total.others += max(0.0, used[3] - sum(used[:3]))
        self.seconds += used[4]
        return answer

    def _read(self) -> tuple[float, ...]:
        web, postgres, bench = self._pids
        machine, at = read_machine()
        return read_cpu(web), read_tree_cpu(postgres), read_cpu(bench), machine, at

    @property
    def noise(self) -> float:
        """The cores that others used meanwhile."""
        return self.total.others / max(self.seconds, 1e-6)


async def settle(seconds: float = 1.0) -> None:
    """Lets background work end before the next measurement."""
    await asyncio.sleep(seconds)
