"""The embedded server as an object: start, stop, supervise."""

from __future__ import annotations

import asyncio
import os
import signal
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Literal, Self

from parley.kit.postgres import cluster as clusters
from parley.kit.postgres.account import Account, choose_account, may_execute
from parley.kit.postgres.binaries import Installation, find_installation, open_to
from parley.kit.postgres.errors import PostgresError
from parley.kit.postgres.process import Place, ServerProcess, find_place
from parley.kit.postgres.sockets import Addresses, build_addresses, prepare_socket_dir, remove_socket_dir

FAST_STOP_SECONDS = 8.0
FIRST_DELAY = 0.1
LONGEST_DELAY = 10.0

# Sized for a small machine that also runs Parley; every one can be overridden.
SETTINGS: dict[str, str] = {
    "shared_buffers": "64MB",
    "max_connections": "100",
    "synchronous_commit": "on",
    "wal_compression": "on",
    "max_wal_size": "512MB",
    "random_page_cost": "1.1",
    "effective_cache_size": "1GB",
    "jit": "off",
    "log_min_messages": "warning",
    "log_checkpoints": "off",
    "log_line_prefix": "%m [%p] ",
    "log_timezone": "UTC",
    "timezone": "UTC",
}
# Version 18 otherwise keeps three more processes for reading ahead.
SETTINGS_18 = {"io_method": "sync"}


@dataclass(frozen=True, slots=True)
class ServerEvent:
    """What the supervisor saw or did; `detail` is a sentence for the log."""

    kind: Literal["died", "restarted", "restart_failed"]
    detail: str
    attempt: int


class EmbeddedPostgres:
    """A PostgreSQL server below one data folder, for the life of this process at most.

    `data_dir` gets `cluster/` (the data), `socket/`, `postgres.log` (rotated) and `lock`. Started as root it
    runs as another user (see `choose_account`). It is a child of ours with the parent's death signal, so it
    stops even when we are killed. Usable as a context manager, also an asynchronous one.
    """

    def __init__(
        self, data_dir: Path, *, settings: Mapping[str, str] | None = None, start_seconds: float = 120.0
    ) -> None:
        self.data_dir = data_dir.absolute()
        self.cluster = self.data_dir / clusters.CLUSTER
        self.log_path = self.data_dir / "postgres.log"
        self._overrides = dict(settings or {})
        self._start_seconds = start_seconds
        self._lock: int | None = None
        self._account: Account | None = None
        self._place: Place | None = None
        self._process: ServerProcess | None = None
        self._installation: Installation | None = None
        self._addresses: Addresses | None = None
        self._stopping = threading.Event()
        # A restart by the supervisor and a stop never overlap.
        self._turn = threading.Lock()
        self._exit_listeners: list[Callable[[], None]] = []

    @property
    def addresses(self) -> Addresses:
        """Where the server listens; raises `PostgresError` before the first start."""
        if self._addresses is None:
            raise PostgresError("The embedded PostgreSQL has not been started.")
        return self._addresses

    @property
    def dsn(self) -> str:
        """The connection string of the application's role."""
        return self.addresses.app

    @property
    def admin_dsn(self) -> str:
        """The connection string of the superuser."""
        return self.addresses.admin

    @property
    def installation(self) -> Installation:
        """The programs in use (`pg_dump` and the rest); raises `PostgresError` before the first start."""
        if self._installation is None:
            raise PostgresError("The embedded PostgreSQL has not been started.")
        return self._installation

    @property
    def pid(self) -> int | None:
        """The server's first process, None while it is not running."""
        process = self._process
        return process.pid if process is not None and process.running else None

    def start(self) -> str:
        """Starts the server, creating the data the first time, and returns the application's address.

        Blocks until it accepts connections: under a second, longer after a crash under load. Raises
        `PostgresError` with one sentence: in use, no programs, other version, no permission, does not start.
        """
        if self.pid is not None:
            return self.dsn
        self._stopping.clear()
        try:
            self._prepare()
            self._launch()
        except OSError as error:
            self.stop()
            raise PostgresError(f"The data folder {self.data_dir} cannot be used: {error}.") from error
        except BaseException:
            self.stop()
            raise
        return self.dsn

    def stop(self, seconds: float = FAST_STOP_SECONDS) -> None:
        """Stops the server, after `seconds` by force, and frees the data folder; may be repeated."""
        self._stopping.set()
        with self._turn:
            self._end_process(seconds)
            self._release()

    def _end_process(self, seconds: float) -> None:
        process = self._process
        if process is not None:
            # Fast, then immediate (a crash as far as the next start is concerned), then by force.
            for number, patience in ((signal.SIGINT, seconds), (signal.SIGQUIT, 1.0), (signal.SIGKILL, 1.0)):
                process.send(number)
                if process.wait(patience):
                    break
        self._process = None

    def _release(self) -> None:
        if self._place is not None:
            self._place.close()
            self._place = None
        if self._addresses is not None:
            remove_socket_dir(self._addresses.socket_dir, self.data_dir)
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None

    async def supervise(self, on_event: Callable[[ServerEvent], None]) -> None:
        """Restarts the server whenever it dies, with back-off after failures; ends when `stop` is called.

        `on_event` is called in this task for every death, restart and failed attempt.
        """
        loop, ended = asyncio.get_running_loop(), asyncio.Event()

        def wake() -> None:
            if not loop.is_closed():
                loop.call_soon_threadsafe(ended.set)

        self._exit_listeners.append(wake)
        try:
            while not self._stopping.is_set():
                if self.pid is not None:
                    await ended.wait()
                    ended.clear()
                elif not await self._revive(on_event):
                    return
        finally:
            self._exit_listeners.remove(wake)

    async def _revive(self, on_event: Callable[[ServerEvent], None]) -> bool:
        """Restarts the dead server, as often as it takes; False when we are stopping."""
        code = self._process.exit_code if self._process is not None else None
        on_event(ServerEvent("died", f"PostgreSQL ended with status {code}; restarting it.", 0))
        attempt, delay = 0, FIRST_DELAY
        while not self._stopping.is_set():
            attempt += 1
            try:
                await asyncio.to_thread(self._launch)
            except (PostgresError, OSError) as error:
                on_event(ServerEvent("restart_failed", f"PostgreSQL does not restart: {error}", attempt))
                await asyncio.sleep(delay)
                delay = min(delay * 2, LONGEST_DELAY)
            else:
                if self.pid is None:
                    continue
                on_event(ServerEvent("restarted", "PostgreSQL runs again.", attempt))
                return True
        return False

    def _prepare(self) -> None:
        self.data_dir.mkdir(parents=True, exist_ok=True)
        self._lock = clusters.lock_data_dir(self.data_dir)
        owner = clusters.read_owner(self.cluster)
        if os.geteuid() != 0 and owner not in (None, os.geteuid()):
            raise PostgresError(
                f"The data in {self.cluster} belongs to another user (id {owner}); "
                "start Parley as that user or as root."
            )
        account = choose_account(owner)
        reachable = account is None or may_execute(account, self.data_dir)
        self._installation = self._find_programs(account)
        if owner is None:
            clusters.create_cluster(self.data_dir, self._installation, account, reachable=reachable)
        clusters.give_to(self.cluster, account)
        self._place = find_place(self.cluster, reachable=reachable)
        socket_dir = prepare_socket_dir(self.data_dir, account, reachable=reachable)
        self._addresses = build_addresses(socket_dir)
        self._account = account

    def _find_programs(self, account: Account | None) -> Installation:
        return open_to(find_installation(clusters.read_major(self.cluster)), account)

    def _launch(self) -> None:
        """Starts the server process and waits until it accepts connections; nothing while stopping."""
        with self._turn:
            if self._place is not None and not self._stopping.is_set():
                self._launch_at(self._place)

    def _launch_at(self, place: Place) -> None:
        clusters.clear_leftovers(self.cluster)
        self._process = ServerProcess(
            command=self._build_command(place),
            account=self._account,
            place=place,
            log=self.log_path,
            on_exit=self._tell_exit,
        )
        self._process.start()
        self._wait_until_ready(self._process)

    def _build_command(self, place: Place) -> list[str]:
        settings = {**SETTINGS, **(SETTINGS_18 if self.installation.major >= 18 else {}), **self._overrides}
        settings |= {
            "listen_addresses": "",
            "unix_socket_directories": _quote(str(self.addresses.socket_dir)),
        }
        options = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        return [str(self.installation.program("postgres")), "-D", place.path, *options]

    def _wait_until_ready(self, process: ServerProcess) -> None:
        deadline = time.monotonic() + self._start_seconds
        while not process.wait(0.01):
            written = clusters.read_postmaster(self.cluster)
            if written is not None and written.ready and written.pid == process.pid:
                return
            if self._stopping.is_set():
                raise PostgresError("PostgreSQL was stopped while it was starting.")
            if time.monotonic() > deadline:
                process.send(signal.SIGQUIT)
                raise PostgresError(
                    f"PostgreSQL was not ready after {self._start_seconds:.0f} s; its log is {self.log_path}."
                )
        process.join_log(1)
        said = " / ".join(list(process.last_words)[-3:]) or f"status {process.exit_code}"
        raise PostgresError(f"PostgreSQL ended while starting: {said} (log: {self.log_path}).")

    def _tell_exit(self) -> None:
        for listener in list(self._exit_listeners):
            listener()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    async def __aenter__(self) -> Self:
        await asyncio.to_thread(self.start)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await asyncio.to_thread(self.stop)


def find_running(data_dir: Path) -> Addresses | None:
    """Where the server of this data folder listens, asked by another process; None when none is running."""
    cluster = data_dir.absolute() / clusters.CLUSTER
    try:
        written = clusters.read_postmaster(cluster)
    except PermissionError as error:
        raise PostgresError(
            f"The data in {cluster} belongs to another user; ask as that user or as root."
        ) from error
    if written is None or not written.ready or not clusters.is_alive(written, cluster):
        return None
    return build_addresses(written.socket_dir)


def _quote(path: str) -> str:
    # The setting is a list: a path with a comma or a space must be one quoted item.
    return '"' + path.replace('"', '""') + '"'
