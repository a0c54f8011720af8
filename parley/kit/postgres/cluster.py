"""The data folder: created whole or not at all, bound to one version, used by one server at a time."""

from __future__ import annotations

import contextlib
import fcntl
import os
import shutil
import signal
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from parley.kit.postgres.account import Account
from parley.kit.postgres.binaries import Installation
from parley.kit.postgres.errors import PostgresError
from parley.kit.postgres.process import find_place, run_program
from parley.kit.postgres.sockets import ADMIN, ROLE

CLUSTER = "cluster"
ORPHAN_SECONDS = 10.0

# No TCP, and the socket lies in a folder that only the server's user and root may enter.
HBA = "local all all trust\nlocal replication all trust\n"
FIRST_WORDS = (
    f"CREATE ROLE {ROLE} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE;\nCREATE DATABASE {ROLE} OWNER {ROLE};\n"
)


@dataclass(frozen=True, slots=True)
class Postmaster:
    """What a server writes into its pid file."""

    pid: int
    socket_dir: Path
    ready: bool


def lock_data_dir(data_dir: Path) -> int:
    """Takes the lock of the data folder and returns its descriptor; it is free again when we close it or die.

    Raises `PostgresError` when another process holds it.
    """
    descriptor = os.open(data_dir / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        holder = os.pread(descriptor, 20, 0).decode().strip() or "unknown"
        os.close(descriptor)
        raise PostgresError(
            f"The data folder {data_dir} is in use by another Parley (process {holder}). Stop that one "
            "first, or choose another folder with --data."
        ) from None
    os.truncate(descriptor, 0)
    os.pwrite(descriptor, str(os.getpid()).encode(), 0)
    return descriptor


def read_owner(cluster: Path) -> int | None:
    """The user id that owns existing data, None when there is none."""
    try:
        return (cluster / "PG_VERSION").stat().st_uid
    except FileNotFoundError:
        return None


def read_major(cluster: Path) -> int | None:
    """The major version that wrote the data, None when there is none; raises `PostgresError` for nonsense."""
    try:
        text = (cluster / "PG_VERSION").read_text(encoding="ascii").strip()
        return int(text)
    except FileNotFoundError:
        return None
    except ValueError:
        raise PostgresError(
            f"{cluster} does not look like a PostgreSQL data folder: PG_VERSION is damaged."
        ) from None


def create_cluster(
    data_dir: Path, installation: Installation, account: Account | None, *, reachable: bool
) -> None:
    """Creates the cluster with the application's role and database; it gets its name only when complete."""
    partial = data_dir / f"{CLUSTER}.new"
    shutil.rmtree(partial, ignore_errors=True)
    partial.mkdir(mode=0o700)
    give_to(partial, account)
    place = find_place(partial, reachable=reachable)
    initdb = [
        str(installation.program("initdb")),
        "-D",
        place.path,
        "--username",
        ADMIN,
        "--encoding",
        "UTF8",
    ]
    initdb += ["--auth", "trust", "--no-instructions", "--data-checksums", "--locale", "C"]
    if installation.major >= 17:
        initdb += ["--locale-provider", "builtin", "--builtin-locale", "C.UTF-8"]
    single = [str(installation.program("postgres")), "--single", "-D", place.path]
    single += ["-c", "exit_on_error=on", "-c", "log_checkpoints=off", "postgres"]
    try:
        run_program(initdb, account, place)
        (partial / "pg_hba.conf").write_text(HBA, encoding="ascii")
        run_program(single, account, place, FIRST_WORDS)
        partial.rename(data_dir / CLUSTER)
    except BaseException:
        shutil.rmtree(partial, ignore_errors=True)
        raise
    finally:
        place.close()


def give_to(folder: Path, account: Account | None) -> None:
    """Makes the account the owner of the folder and all that is in it; nothing to do without an account."""
    if account is None or folder.stat().st_uid == account.uid:
        return
    for path in (folder, *folder.rglob("*")):
        os.chown(path, account.uid, account.gid, follow_symlinks=False)


def read_postmaster(cluster: Path) -> Postmaster | None:
    """Reads the pid file of a server of this cluster, None when there is none or it is incomplete."""
    try:
        lines = (cluster / "postmaster.pid").read_text(encoding="utf-8").splitlines()
    except (FileNotFoundError, UnicodeDecodeError):
        return None
    if len(lines) < 5 or not lines[0].strip().isdigit():
        return None
    ready = len(lines) > 7 and lines[7].strip() == "ready"
    return Postmaster(int(lines[0]), Path(lines[4]), ready)


def is_alive(postmaster: Postmaster, cluster: Path) -> bool:
    """Whether the process of the pid file is a server of this cluster, not one that got its number later."""
    try:
        os.kill(postmaster.pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    if sys.platform != "linux":
        return True
    try:
        # A server works inside its data folder; a zombie works nowhere.
        return Path(f"/proc/{postmaster.pid}/cwd").samefile(cluster)
    except FileNotFoundError:
        return False
    except PermissionError:
        return True


def clear_leftovers(cluster: Path) -> None:
    """Ends a server that outlived its parent and removes a stale pid file; we hold the lock.

    Raises `PostgresError` when such a server does not end.
    """
    left = read_postmaster(cluster)
    if left is not None and is_alive(left, cluster):
        # Most often it is stopping already, because its parent died a moment ago.
        for number in (signal.SIGINT, signal.SIGQUIT):
            _signal(left.pid, number)
            if _wait_until(lambda: not is_alive(left, cluster)):
                break
        else:
            raise PostgresError(
                f"An older PostgreSQL (process {left.pid}) still holds {cluster} and does not end."
            )
    # Without their first process the others end by themselves, unless one is deep in a long calculation.
    for number in (signal.SIGQUIT, signal.SIGKILL):
        if not (orphans := list_processes(cluster)):
            break
        for pid in orphans:
            _signal(pid, number)
        _wait_until(lambda: not list_processes(cluster))
    # PostgreSQL itself would refuse to start when an unrelated process has got the old number.
    (cluster / "postmaster.pid").unlink(missing_ok=True)


def list_processes(cluster: Path) -> list[int]:
    """The processes of a server that work in this cluster; empty where the system does not tell."""
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            if (entry / "cwd").samefile(cluster) and (entry / "exe").readlink().name.startswith("postgres"):
                found.append(int(entry.name))
    return found


def _signal(pid: int, number: signal.Signals) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.kill(pid, number)


def _wait_until(done: Callable[[], bool], seconds: float = ORPHAN_SECONDS) -> bool:
    deadline = time.monotonic() + seconds
    while not done():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True
