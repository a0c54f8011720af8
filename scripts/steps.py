"""Steps that are done once: shown with their time, skipped while nothing changed, loud when they fail."""

from __future__ import annotations

import fcntl
import hashlib
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
STATE = ROOT / ".make"
HEARTBEAT_SECONDS = 15.0


class StepError(Exception):
    """A step failed; the text says what to do, after the step's own output."""


@dataclass(frozen=True)
class Step:
    """One step: `key` names its stamp, `inputs` digests what it depends on, `done` looks for its result.

    A step that fails raises `StepError`. Without `inputs` it runs every time.
    """

    key: str
    title: str
    run: Callable[[], None]
    inputs: Callable[[], str] | None = None
    done: Callable[[], bool] = lambda: True


def run_steps(steps: Sequence[Step], *, first: int = 1, total: int | None = None) -> None:
    """Runs what is not up to date, in order, and tells how long each took."""
    STATE.mkdir(exist_ok=True)
    with alone():
        for number, step in enumerate(steps, start=first):
            Progress.label = f"{number}/{total or len(steps)} {step.title}"
            run_step(step)


def run_step(step: Step) -> None:
    """Runs one step unless its stamp shows that nothing it depends on has changed."""
    stamp = STATE / f"{step.key}.stamp"
    digest = step.inputs() if step.inputs is not None else ""
    if digest and stamp.is_file() and stamp.read_text(encoding="ascii") == digest and step.done():
        say(f"{Progress.label}: unchanged")
        return
    stamp.unlink(missing_ok=True)
    began = time.monotonic()
    say(f"{Progress.label} …")
    step.run()
    if digest:
        stamp.write_text(digest, encoding="ascii")
    say(f"{Progress.label}: done in {time.monotonic() - began:.1f} s")


class Progress:
    """The line that is being shown."""

    label = ""


def say(text: str) -> None:
    """Prints a line at once."""
    print(text, flush=True)


@contextmanager
def alone() -> Iterator[None]:
    """Waits until no other make in this checkout is installing."""
    with (STATE / "lock").open("w") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("Another make is at work in this checkout; waiting for it …")
            fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def call(command: Sequence[str | Path], *, env: Mapping[str, str] | None = None) -> None:
    """Runs a command, its output kept in a file and shown in full when it fails; raises `StepError`."""
    log = STATE / "last-command.log"
    began = time.monotonic()
    with log.open("wb") as out:
        child = subprocess.Popen(
            [str(part) for part in command],
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=subprocess.STDOUT,
            env={**os.environ, **(env or {})},
        )
        code = wait_visibly(child, began)
    if code != 0:
        sys.stderr.write(log.read_text(encoding="utf-8", errors="replace"))
        raise StepError(f"This failed with status {code}: {' '.join(str(part) for part in command)}")


def wait_visibly(child: subprocess.Popen[bytes], began: float) -> int:
    """Waits for the command; now and then a line shows that it is still at work."""
    patience = 1.0 if sys.stdout.isatty() else HEARTBEAT_SECONDS
    while True:
        try:
            code = child.wait(patience)
        except subprocess.TimeoutExpired:
            elapsed = time.monotonic() - began
            if sys.stdout.isatty():
                print(f"\r{Progress.label} … {elapsed:.0f} s ", end="", flush=True)
            else:
                say(f"    still at it after {elapsed:.0f} s")
        except BaseException:
            child.terminate()
            child.wait()
            raise
        else:
            if sys.stdout.isatty():
                print("\r\033[K", end="")
            return code


def digest_files(paths: Iterable[Path], *extra: str) -> str:
    """A digest of the files' names and contents and of `extra`."""
    total = hashlib.sha256()
    for path in sorted(set(paths)):
        total.update(f"{path.relative_to(ROOT)}\0".encode())
        total.update(hashlib.sha256(path.read_bytes()).digest())
    for text in extra:
        total.update(f"{text}\0".encode())
    return total.hexdigest()


def list_files(folder: Path, *, skip: frozenset[str]) -> Iterator[Path]:
    """Every file below `folder`, leaving out folders called one of `skip`."""
    for current, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if name not in skip]
        yield from (Path(current) / name for name in names)
