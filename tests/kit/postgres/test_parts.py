"""The parts of the embedded server that need no running one."""

from __future__ import annotations

import os
import shutil
import sys
import threading
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.engine import make_url

from parley.kit.postgres import Installation, PostgresError, binaries, find_installation, process
from parley.kit.postgres.account import Account, may_execute
from parley.kit.postgres.process import Place, ServerProcess
from parley.kit.postgres.sockets import build_addresses, prepare_socket_dir

FILE_NAMES = st.text(
    st.characters(exclude_characters="/\0", exclude_categories=["Cs"]), min_size=1, max_size=30
)


@given(st.lists(FILE_NAMES, min_size=1, max_size=4))
def test_every_path_survives_the_address(parts: list[str]) -> None:
    folder = Path("/").joinpath(*parts)
    addresses = build_addresses(folder)
    for address in (addresses.app, addresses.admin):
        assert make_url(address).query["host"] == str(folder)


def test_the_wheel_brings_the_tools() -> None:
    installation = find_installation()
    for name in ("postgres", "initdb", "pg_dump", "pg_restore", "pgbench", "psql"):
        assert os.access(installation.program(name), os.X_OK)


def test_wrong_pg_bin_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PG_BIN", str(tmp_path))
    with pytest.raises(PostgresError, match="no working `postgres` program"):
        find_installation()


def test_absent_version_is_told() -> None:
    with pytest.raises(PostgresError, match="written by PostgreSQL 9, but only these versions are here"):
        find_installation(9)


def test_programs_in_a_closed_home_are_copied(
    needs_root: None, open_dir: Path, nobody: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    original = find_installation()
    if not original.from_wheel:
        pytest.skip("the programs in use are not from the wheel")
    home, package = open_dir / "home", original.bin_dir.parents[1]
    home.mkdir(mode=0o700)
    shutil.copytree(original.bin_dir.parent, home / package.name / original.bin_dir.parent.name)
    shutil.copytree(package.parent / f"{package.name}.libs", home / f"{package.name}.libs")
    closed = Installation(
        home / original.bin_dir.relative_to(package.parent), original.major, from_wheel=True
    )
    monkeypatch.setattr(binaries, "CACHE", open_dir / "cache")
    copied = binaries.open_to(closed, nobody)
    assert copied.bin_dir.is_relative_to(open_dir / "cache")
    assert may_execute(nobody, copied.program("postgres"))
    process.run_program([str(copied.program("pg_dump")), "--version"], nobody, Place("/"))
    assert binaries.open_to(closed, nobody) == copied
    with pytest.raises(PostgresError, match="nobody, who runs PostgreSQL because root may not"):
        binaries.open_to(Installation(closed.bin_dir, closed.major), nobody)


def test_socket_folder_of_a_stranger_is_not_used(open_dir: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(open_dir))
    usual = prepare_socket_dir(open_dir / "data", None, reachable=False)
    assert prepare_socket_dir(open_dir / "data", None, reachable=False) == usual
    usual.chmod(0o777)
    fresh = prepare_socket_dir(open_dir / "data", None, reachable=False)
    assert fresh != usual
    assert fresh.stat().st_mode & 0o777 == 0o700


def test_log_is_rotated_by_size(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(process, "LOG_BYTES", 2_000)
    ended = threading.Event()
    talk = [sys.executable, "-c", "for n in range(1000): print('line', n)"]
    child = ServerProcess(talk, None, Place("/"), tmp_path / "postgres.log", ended.set)
    child.start()
    assert ended.wait(10)
    child.join_log(10)
    written = sorted(tmp_path.glob("postgres.log*"))
    assert [path.name for path in written] == ["postgres.log", *(f"postgres.log.{n}" for n in (1, 2, 3))]
    assert all(path.stat().st_size <= 2_000 and path.stat().st_mode & 0o077 == 0 for path in written)
    assert child.last_words[-1] == "line 999"


def test_program_that_cannot_run_is_told(tmp_path: Path) -> None:
    with pytest.raises(PostgresError, match="cannot run"):
        process.run_program([str(tmp_path / "absent")], None, Place("/"))
