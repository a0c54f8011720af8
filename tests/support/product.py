"""The real product as processes: started, watched, stopped and killed."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from parley.kit.postgres.account import Account, may_execute

ROOT = Path(__file__).resolve().parent.parent.parent
NOBODY = Account("nobody", 65534, 65534, ())


def free_port() -> int:
    """Gives a port nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def clean_environment(**values: str) -> dict[str, str]:
    """Gives our environment without any setting of Parley, plus `values`."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith("PARLEY_") and name != "DATABASE_URL"
    }
    return {**kept, "PYTHONPATH": str(ROOT), **values}


def as_ordinary_user() -> list[str] | None:
    """Gives the words before a command that make root run it as `nobody`; none when we are no root already.

    None where that cannot be done. Where root's home is closed and Python lives in it, `nobody` gets the one
    right to read there.
    """
    if os.geteuid() != 0:
        return []
    setpriv = shutil.which("setpriv")
    if setpriv is None:
        return None
    words = [setpriv, f"--reuid={NOBODY.uid}", f"--regid={NOBODY.gid}", "--clear-groups", "--no-new-privs"]
    python = Path(sys.executable).resolve()
    if not may_execute(NOBODY, python) or not may_execute(NOBODY, ROOT):
        words += ["--inh-caps=+dac_read_search", "--ambient-caps=+dac_read_search"]
    tried = subprocess.run([*words, "true"], capture_output=True, check=False)
    return words if tried.returncode == 0 else None


class Running:
    """A `parley` command that runs: what it says, how it ends."""

    def __init__(
        self,
        *arguments: str,
        env: Mapping[str, str] | None = None,
        before: Sequence[str] = (),
        cwd: Path = ROOT,
    ) -> None:
        self.said: list[str] = []
        self.complained: list[str] = []
        self._news = threading.Condition()
        self._process = subprocess.Popen(
            [*before, sys.executable, "-m", "parley.app.cli", *arguments],
            env=clean_environment(**(env or {})),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            cwd=cwd,
            start_new_session=True,
        )
        self._readers = [
            threading.Thread(target=self._read, args=(pipe, lines), daemon=True)
            for pipe, lines in ((self._process.stdout, self.said), (self._process.stderr, self.complained))
        ]
        for reader in self._readers:
            reader.start()

    def _read(self, pipe: object, lines: list[str]) -> None:
        for raw in pipe:  # type: ignore[attr-defined]
            with self._news:
                lines.append(raw.decode(errors="replace").rstrip("\n"))
                self._news.notify_all()

    @property
    def pid(self) -> int:
        """The process's id."""
        return self._process.pid

    @property
    def runs(self) -> bool:
        """Whether it has not ended."""
        return self._process.poll() is None

    def wait_for(self, beginning: str, seconds: float = 60.0) -> str:
        """Waits for a line that begins so and gives it; fails with everything said when none comes."""
        end = time.monotonic() + seconds
        with self._news:
            while True:
                for line in self.said:
                    if line.startswith(beginning):
                        return line
                left = end - time.monotonic()
                if left <= 0 or not (self.runs or any(reader.is_alive() for reader in self._readers)):
                    break
                self._news.wait(min(left, 0.2))
        self.kill()
        raise AssertionError(f"no line {beginning!r}; said {self.said}, complained {self.complained[-20:]}")

    def send(self, number: signal.Signals) -> None:
        """Sends a signal."""
        self._process.send_signal(number)

    def wait(self, seconds: float = 30.0) -> int:
        """Waits for the end and gives the exit status."""
        code = self._process.wait(seconds)
        for reader in self._readers:
            reader.join(5)
        for pipe in (self._process.stdout, self._process.stderr):
            if pipe is not None:
                pipe.close()
        return code

    def stop(self, number: signal.Signals = signal.SIGTERM, seconds: float = 30.0) -> float:
        """Stops it by a signal and gives the seconds that took."""
        began = time.monotonic()
        if self.runs:
            self.send(number)
        self.wait(seconds)
        return time.monotonic() - began

    def kill(self) -> None:
        """Ends it without a chance to tidy up."""
        if self.runs:
            self._process.kill()
        self.wait()


def run_parley(
    *arguments: str, env: Mapping[str, str] | None = None, before: Sequence[str] = (), seconds: float = 120
) -> subprocess.CompletedProcess[str]:
    """Runs a command to its end."""
    return subprocess.run(
        [*before, sys.executable, "-m", "parley.app.cli", *arguments],
        env=clean_environment(**(env or {})),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        cwd=ROOT,
        timeout=seconds,
        check=False,
    )


def postgres_pid(data: Path) -> int | None:
    """Gives the first process of the embedded server of a data folder, None when it has written none."""
    try:
        return int((data / "postgres" / "cluster" / "postmaster.pid").read_text().split("\n", 1)[0])
    except (FileNotFoundError, ValueError):
        return None


def is_running(pid: int) -> bool:
    """Whether a process exists and is no zombie."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return False
    return state != "Z"
