"""The product as processes that can be killed: all in one, or two web and two worker processes on one PostgreSQL."""

import asyncio
import contextlib
import os
import random
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Protocol

import httpx

from parley.kit.postgres import EmbeddedPostgres, find_running
from tests.support.product import Running, free_port, postgres_pid, run_parley


class House(Protocol):
    """A running product. `kill` ends one of its `parts` by force and brings it back as its operator would."""

    data: Path

    @property
    def parts(self) -> tuple[str, ...]:
        """What can be killed."""

    @property
    def dsn(self) -> str:
        """The database's address."""

    @property
    def origins(self) -> list[str]:
        """All addresses where it answers."""

    def origin(self) -> str:
        """Gives one of them, not always the same."""

    def ended(self) -> list[str]:
        """Names the parts that have ended without having been killed."""

    async def kill(self, part: str) -> None:
        """Kills a part and starts it again; returns before it is ready."""

    async def close(self) -> None:
        """Stops everything."""

    def complaints(self) -> list[str]:
        """Gives what was logged by processes that have ended or still run."""


async def wait_ready(house: House, seconds: float = 60.0) -> None:
    """Waits until every address says that it is ready."""
    async with asyncio.timeout(seconds), httpx.AsyncClient(timeout=5) as client:
        for origin in house.origins:
            while True:
                with contextlib.suppress(httpx.TransportError):
                    if (await client.get(f"{origin}/readyz")).status_code == 200:
                        break
                assert not house.ended(), f"ended by themselves: {house.ended()}"
                await asyncio.sleep(0.1)


def kill_postgres(folder: Path) -> None:
    """Kills the first process of the embedded server below a folder, if there is one."""
    pid = postgres_pid(folder)
    if pid is not None:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)


class OneProcess:
    """`parley up`: killing it kills its PostgreSQL too; PostgreSQL alone comes back by itself."""

    parts = ("all", "postgres")

    def __init__(self, folder: Path, env: dict[str, str]) -> None:
        self.data = folder / "data"
        self._env = env
        self._port = free_port()
        self._ended: list[Running] = []
        self._running = self._start()

    def _start(self) -> Running:
        return Running("up", "--port", str(self._port), "--data", str(self.data), env=self._env)

    @property
    def dsn(self) -> str:
        """The address of the embedded server, while it runs."""
        running = find_running(self.data / "postgres")
        assert running is not None, "PostgreSQL does not run"
        return running.app

    def origin(self) -> str:
        """Gives the one address."""
        return self.origins[0]

    @property
    def origins(self) -> list[str]:
        """The one address."""
        return [f"http://127.0.0.1:{self._port}"]

    def ended(self) -> list[str]:
        """Tells whether it has ended."""
        return [] if self._running.runs else ["all"]

    async def kill(self, part: str) -> None:
        """Kills the process or PostgreSQL."""
        if part == "postgres":
            kill_postgres(self.data)
            return
        await asyncio.to_thread(self._running.kill)
        self._ended.append(self._running)
        self._running = self._start()

    async def close(self) -> None:
        """Stops it in order, so that what it complains of at the end is seen as well."""
        await asyncio.to_thread(self._running.stop)
        self._running.kill()

    def complaints(self) -> list[str]:
        """Gives the log."""
        return [line for process in (*self._ended, self._running) for line in process.complained]


class FourProcesses:
    """Two web and two worker processes and a PostgreSQL that the test supervises."""

    parts = ("web0", "web1", "worker0", "worker1", "postgres")

    def __init__(
        self, folder: Path, env: dict[str, str], server: EmbeddedPostgres, chance: random.Random
    ) -> None:
        self.data = folder / "data"
        self._env = {**env, "DATABASE_URL": server.dsn, "PARLEY_DATA": str(self.data)}
        self._folder = folder
        self._chance = chance
        self._ports = (free_port(), free_port())
        self._ended: list[Running] = []
        self._running: dict[str, Running] = {}
        self._server = server
        assert run_parley("migrate", env=self._env).returncode == 0
        for part in self.parts[:4]:
            self._running[part] = self._start(part)

    def _start(self, part: str) -> Running:
        kind, number = part[:-1], int(part[-1])
        more = ["--port", str(self._ports[number])] if kind == "web" else []
        return Running(kind, *more, env=self._env)

    @property
    def dsn(self) -> str:
        """The address of the test's server."""
        return self._server.dsn

    def origin(self) -> str:
        """Gives one of the two addresses."""
        return self._chance.choice(self.origins)

    @property
    def origins(self) -> list[str]:
        """Both addresses."""
        return [f"http://127.0.0.1:{port}" for port in self._ports]

    def ended(self) -> list[str]:
        """Names the processes that have ended."""
        return [part for part, process in self._running.items() if not process.runs]

    async def kill(self, part: str) -> None:
        """Kills a process or PostgreSQL."""
        if part == "postgres":
            kill_postgres(self._folder)
            return
        await asyncio.to_thread(self._running[part].kill)
        self._ended.append(self._running[part])
        self._running[part] = self._start(part)

    async def close(self) -> None:
        """Stops the processes."""
        for process in self._running.values():
            await asyncio.to_thread(process.stop)
            process.kill()

    def complaints(self) -> list[str]:
        """Gives the logs."""
        return [line for process in (*self._ended, *self._running.values()) for line in process.complained]


@asynccontextmanager
async def open_house(
    kind: str, folder: Path, env: dict[str, str], chance: random.Random
) -> AsyncIterator[House]:
    """Starts a house of a kind, `one` or `four`, and waits until it is ready."""
    async with contextlib.AsyncExitStack() as stack:
        house: House
        if kind == "one":
            house = OneProcess(folder, env)
        else:
            server = await stack.enter_async_context(EmbeddedPostgres(folder / "postgres"))
            watching = asyncio.create_task(server.supervise(lambda _: None))
            stack.callback(watching.cancel)
            house = await asyncio.to_thread(FourProcesses, folder, env, server, chance)
        stack.push_async_callback(house.close)
        await wait_ready(house)
        try:
            yield house
        except BaseException:
            sys.stdout.write("\n".join(["what the processes complained of:", *house.complaints(), ""]))
            raise


async def wreak_havoc(house: House, chance: random.Random, seconds: float) -> list[str]:
    """Kills parts at random moments for so long, each at least once; gives what was killed."""
    loop = asyncio.get_running_loop()
    end = loop.time() + seconds
    killed: list[str] = []
    waiting = list(house.parts)
    chance.shuffle(waiting)
    while loop.time() < end or waiting:
        await asyncio.sleep(chance.uniform(0.2, 1.5))
        part = waiting.pop() if waiting else chance.choice(house.parts)
        await house.kill(part)
        killed.append(part)
        # Now and then the next blow falls while this one is still being recovered from.
        if chance.random() < 0.7:
            await wait_ready(house)
    await wait_ready(house)
    return killed
