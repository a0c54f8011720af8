"""Child processes of the embedded server: started as its user, bound to our life, their words logged."""

from __future__ import annotations

import io
import logging
import logging.handlers
import os
import signal
import subprocess
import sys
import threading
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO

from parley.kit.postgres import exec_as
from parley.kit.postgres.account import Account
from parley.kit.postgres.errors import PostgresError

LOG_BYTES = 5_000_000
LOG_FILES = 3


@dataclass(frozen=True, slots=True)
class Place:
    """The folder of a cluster as its user sees it.

    `path` is what the programs are given. Where the user cannot walk there (data below root's closed home)
    it leads through an open descriptor of ours, `descriptor`, which the children inherit.
    """

    path: str
    descriptor: int | None = None

    def close(self) -> None:
        """Gives the descriptor back."""
        if self.descriptor is not None:
            os.close(self.descriptor)


def find_place(folder: Path, *, reachable: bool) -> Place:
    """The place of an existing `folder`; `reachable` tells whether the server's user can walk there."""
    if reachable:
        return Place(str(folder))
    descriptor = os.open(folder, os.O_PATH | os.O_DIRECTORY | os.O_CLOEXEC)
    return Place(f"/proc/self/fd/{descriptor}", descriptor)


@dataclass(slots=True)
class ServerProcess:
    """A running server. A thread of its own starts it and waits for it, and lives exactly as long as it does.

    The kernel sends the parent's death signal when the *thread* that forked ends, so no thread that somebody
    else might end (an executor's, an event loop's) may do it.
    """

    command: Sequence[str]
    account: Account | None
    place: Place
    log: Path
    on_exit: Callable[[], None]
    pid: int = 0
    exit_code: int | None = None
    last_words: deque[str] = field(default_factory=lambda: deque(maxlen=20))
    _started: threading.Event = field(default_factory=threading.Event)
    _ended: threading.Event = field(default_factory=threading.Event)
    _failure: Exception | None = None
    _logger: threading.Thread | None = None

    def start(self) -> None:
        """Starts the program; raises `PostgresError` when it cannot be started at all."""
        threading.Thread(target=self._keep, name="postgres-keeper", daemon=True).start()
        self._started.wait()
        if self._failure is not None:
            raise PostgresError(f"PostgreSQL cannot be started: {self._failure}.") from self._failure

    @property
    def running(self) -> bool:
        """Whether the server's first process is there."""
        return not self._ended.is_set()

    def wait(self, seconds: float) -> bool:
        """Waits for the end; tells whether it came."""
        return self._ended.wait(seconds)

    def join_log(self, seconds: float) -> None:
        """Waits until everything the server said is in the log, after its end."""
        if self._logger is not None:
            self._logger.join(seconds)

    def send(self, number: signal.Signals) -> None:
        """Sends a signal, unless the process is gone."""
        if self.running:
            try:
                os.kill(self.pid, number)
            except ProcessLookupError:
                return

    def _keep(self) -> None:
        try:
            child = subprocess.Popen(
                wrap_command(self.command, self.account, signal.SIGINT),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                cwd="/",
                env=build_environment(),
                pass_fds=() if self.place.descriptor is None else (self.place.descriptor,),
                # Ctrl-C in a terminal is for us: the server stops after its clients have.
                start_new_session=True,
            )
        except (OSError, subprocess.SubprocessError) as error:
            self._failure = error
            self._ended.set()
            self._started.set()
            return
        self.pid = child.pid
        assert child.stdout is not None  # noqa: S101
        self._logger = threading.Thread(
            target=self._copy_log, args=(child.stdout,), name="postgres-log", daemon=True
        )
        self._logger.start()
        self._started.set()
        self.exit_code = child.wait()
        self._ended.set()
        self.on_exit()

    def _copy_log(self, words: IO[bytes]) -> None:
        handler = _PrivateLog(
            self.log, maxBytes=LOG_BYTES, backupCount=LOG_FILES, encoding="utf-8", delay=True
        )
        with words:
            for line in words:
                text = line.decode("utf-8", "replace").rstrip("\n")
                self.last_words.append(text)
                handler.handle(logging.makeLogRecord({"msg": text}))
        handler.close()


class _PrivateLog(logging.handlers.RotatingFileHandler):
    """A rotated log that only its owner may read: statements in it may quote what people wrote."""

    def _open(self) -> io.TextIOWrapper:
        descriptor = os.open(self.baseFilename, os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC, 0o600)
        return os.fdopen(descriptor, "a", encoding=self.encoding)


def run_program(command: Sequence[str], account: Account | None, place: Place, words: str = "") -> None:
    """Runs a program to its end with `words` as input; raises `PostgresError` with its last output."""
    done = subprocess.run(
        wrap_command(command, account),
        input=words,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
        cwd="/",
        env=build_environment(),
        pass_fds=() if place.descriptor is None else (place.descriptor,),
    )
    if done.returncode != 0:
        said = " / ".join(done.stdout.strip().splitlines()[-5:]) or f"it ended with {done.returncode}"
        raise PostgresError(f"{Path(command[0]).name} failed: {said}.")


def wrap_command(command: Sequence[str], account: Account | None, death_signal: int = 0) -> list[str]:
    """The command that becomes `command` as `account`, and asks for `death_signal` when this process dies."""
    ids = ["-1", "-1", ""] if account is None else [str(account.uid), str(account.gid), _join(account.groups)]
    # Isolated and without site packages: this file needs nothing but the standard library, and starts faster.
    launcher = [sys.executable, "-I", "-S", exec_as.__file__, str(os.getpid()), str(int(death_signal)), *ids]
    return [*launcher, *command]


def build_environment() -> dict[str, str]:
    """The environment of the server's programs: nothing of ours leaks into it."""
    return {"PATH": "/usr/bin:/bin", "LC_ALL": "C", "TZ": "UTC"}


def _join(groups: tuple[int, ...]) -> str:
    return ",".join(str(group) for group in groups)
