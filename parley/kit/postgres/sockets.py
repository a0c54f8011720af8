"""The private folder of the server's socket, and the addresses that follow from it."""

from __future__ import annotations

import contextlib
import hashlib
import os
import stat
import tempfile
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from parley.kit.postgres.account import Account

SOCKET_NAME = ".s.PGSQL.5432"
# The kernel's sun_path has 108 bytes, the last one a zero.
LONGEST_PATH = 107
ADMIN = "postgres"
ROLE = "parley"


@dataclass(frozen=True, slots=True)
class Addresses:
    """Connection strings of a running server, for asyncpg and libpq alike.

    `app` is the role that owns the database `parley` and nothing else, `admin` the superuser.
    """

    app: str
    admin: str
    socket_dir: Path


def build_addresses(socket_dir: Path) -> Addresses:
    """The addresses of a server that listens in `socket_dir`."""
    host = quote(str(socket_dir), safe="/")
    return Addresses(
        app=f"postgresql://{ROLE}@/{ROLE}?host={host}",
        admin=f"postgresql://{ADMIN}@/postgres?host={host}",
        socket_dir=socket_dir,
    )


def prepare_socket_dir(data_dir: Path, account: Account | None, *, reachable: bool) -> Path:
    """Creates the socket folder, closed to everybody but the server's user, and returns its path.

    It lies in `data_dir` unless its path would be too long for a socket, holds a comma (which separates hosts
    in an address), or the server's user cannot get there (`reachable` false); then a short one below the
    temporary folder, the same at every start, serves.
    """
    owner = account.uid if account is not None else os.geteuid()
    inside = data_dir / "socket"
    if reachable and "," not in str(inside) and len(os.fsencode(inside / SOCKET_NAME)) <= LONGEST_PATH:
        inside.mkdir(mode=0o700, exist_ok=True)
        return _close(inside, account)
    digest = hashlib.sha256(os.fsencode(data_dir)).hexdigest()[:12]
    short = Path(tempfile.gettempdir()) / f"parley-{owner}-{digest}"
    if len(os.fsencode(short / SOCKET_NAME)) > LONGEST_PATH:
        short = Path("/tmp") / short.name  # noqa: S108
    try:
        short.mkdir(mode=0o700)
    except FileExistsError:
        if not _is_private(short, owner):
            # Somebody else took the name: a fresh one cannot be taken from us.
            short = Path(tempfile.mkdtemp(prefix="parley-", dir=short.parent))
    return _close(short, account)


def remove_socket_dir(socket_dir: Path, data_dir: Path) -> None:
    """Removes a socket folder that lies outside the data folder, once the server has left it."""
    if not socket_dir.is_relative_to(data_dir):
        with contextlib.suppress(OSError):
            socket_dir.rmdir()


def _close(folder: Path, account: Account | None) -> Path:
    folder.chmod(0o700)
    if account is not None:
        os.chown(folder, account.uid, account.gid, follow_symlinks=False)
    for leftover in (SOCKET_NAME, f"{SOCKET_NAME}.lock"):
        (folder / leftover).unlink(missing_ok=True)
    return folder


def _is_private(folder: Path, owner: int) -> bool:
    info = folder.lstat()
    return stat.S_ISDIR(info.st_mode) and info.st_uid in {owner, os.geteuid()} and not info.st_mode & 0o077
