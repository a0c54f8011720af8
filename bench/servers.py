"""PostgreSQL with the product's own settings, and Parley as processes of its own."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import Self

import asyncpg
import httpx

from parley.kit.postgres import EmbeddedPostgres

START_SECONDS = 60.0


class Cluster:
    """One embedded server, set up as `parley up` does it, with a database for each purpose."""

    def __init__(self, server: EmbeddedPostgres) -> None:
        self._server = server

    def __enter__(self) -> Self:
        self._server.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._server.stop()

    @property
    def pid(self) -> int:
        """The server's first process."""
        pid = self._server.pid
        assert pid is not None
        return pid

    def program(self, name: str) -> Path:
        """Gives one of PostgreSQL's programs, from the same package as the server."""
        return self._server.installation.program(name)

    @property
    def socket_dir(self) -> Path:
        """The folder of the server's socket."""
        return self._server.addresses.socket_dir

    def dsn(self, database: str) -> str:
        """Gives the address under which Parley uses a database."""
        return self._server.dsn.replace("@/parley?", f"@/{database}?")

    def admin_dsn(self, database: str) -> str:
        """Gives the superuser's address of a database; COPY is not allowed under row security."""
        return self._server.admin_dsn.replace("@/postgres?", f"@/{database}?")

    async def run(self, sql: str, database: str = "postgres") -> None:
        """Runs one statement as superuser."""
        connection = await asyncpg.connect(self.admin_dsn(database))
        try:
            await connection.execute(sql)
        finally:
            await connection.close()

    async def has(self, database: str) -> bool:
        """Says whether a database exists."""
        connection = await asyncpg.connect(self.admin_dsn("postgres"))
        try:
            return bool(
                await connection.fetchval(
                    "SELECT EXISTS (SELECT 1 FROM pg_database WHERE datname = $1)", database
                )
            )
        finally:
            await connection.close()

    async def make(self, database: str, *, like: str = "template1") -> None:
        """Makes a database afresh, empty or as a copy of another one."""
        await self.run(f'DROP DATABASE IF EXISTS "{database}" WITH (FORCE)')
        await self.run(f'CREATE DATABASE "{database}" OWNER parley TEMPLATE "{like}" STRATEGY file_copy')

    async def drop(self, database: str) -> None:
        """Removes a database."""
        await self.run(f'DROP DATABASE IF EXISTS "{database}" WITH (FORCE)')


def free_port() -> int:
    """Gives a port of this machine that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def clean_environment(extra: Mapping[str, str]) -> dict[str, str]:
    """Gives the environment for Parley: nothing of the caller's settings, only `extra`."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith("PARLEY_") and name not in ("DATABASE_URL", "SCALE", "BENCH")
    }
    return {**kept, **extra}


class Parley:
    """`parley <command>` as a process of its own, started as users start it."""

    def __init__(self, command: str, data: Path, *, database: str | None = None, demo: bool = False) -> None:
        self.port = free_port()
        self.data = data
        self._arguments = [
            command,
            "--port",
            str(self.port),
            "--data",
            str(data),
            *(["--demo"] if demo else []),
        ]
        self._environment = clean_environment(
            {"PARLEY_LOG_LEVEL": "warning", **({"DATABASE_URL": database} if database else {})}
        )
        self._log = data / f"{command}-{self.port}.log"
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def pid(self) -> int:
        """The process."""
        assert self._process is not None
        return self._process.pid

    @property
    def origin(self) -> str:
        """Where it listens."""
        return f"http://127.0.0.1:{self.port}"

    def start(self, first_page: str = "/healthz") -> float:
        """Starts it and gives the seconds until `first_page` answers 200; raises RuntimeError when it does not."""
        self.data.mkdir(parents=True, exist_ok=True)
        with self._log.open("ab") as out:
            began = time.monotonic()
            self._process = subprocess.Popen(
                [sys.executable, "-m", "parley.app.cli", *self._arguments],
                env=self._environment,
                stdout=out,
                stderr=out,
                stdin=subprocess.DEVNULL,
            )
        with httpx.Client(base_url=self.origin, timeout=5) as client:
            while time.monotonic() - began < START_SECONDS:
                if self._process.poll() is not None:
                    break
                try:
                    if client.get(first_page).status_code == 200:
                        return time.monotonic() - began
                except httpx.TransportError:
                    pass
                time.sleep(0.005)
        said = self._log.read_text(errors="replace")[-2000:]
        self.stop()
        raise RuntimeError(f"parley {' '.join(self._arguments)} does not answer:\n{said}")

    def stop(self) -> float:
        """Stops it and gives the seconds that took."""
        process, self._process = self._process, None
        if process is None:
            return 0.0
        began = time.monotonic()
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(15)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        return time.monotonic() - began

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()
