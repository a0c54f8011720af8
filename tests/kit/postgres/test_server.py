"""The embedded server, really started."""

from __future__ import annotations

import asyncio
import itertools
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import asyncpg
import pytest

from parley.kit.postgres import EmbeddedPostgres, PostgresError, ServerEvent, find_running
from parley.kit.postgres.account import Account, may_execute
from tests.kit.postgres.conftest import ROOT, find_python

CHILD = """
import sys, time
from pathlib import Path
from parley.kit.postgres import EmbeddedPostgres
server = EmbeddedPostgres(Path(sys.argv[1]))
print(server.start(), server.pid, flush=True)
time.sleep(60)
"""


LOST = (asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError, OSError)


async def fetch(dsn: str, sql: str) -> object:
    connection = await asyncpg.connect(dsn)
    try:
        return await connection.fetchval(sql)
    finally:
        await connection.close()


async def write_without_end(
    connection: asyncpg.Connection, numbers: Iterator[int], acknowledged: list[int]
) -> None:
    for number in numbers:
        await connection.execute("insert into written values ($1)", number)
        acknowledged.append(number)


def is_gone(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rsplit(")", 1)[1].split()[0]
    except FileNotFoundError:
        return True
    return state == "Z"


def wait_for(done: Callable[[], bool], seconds: float = 10) -> None:
    deadline = time.monotonic() + seconds
    while not done():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.02)


async def test_first_start_and_restart(tmp_path: Path) -> None:
    async with EmbeddedPostgres(tmp_path) as server:
        assert await fetch(server.dsn, "select current_user || ' ' || current_database()") == "parley parley"
        assert await fetch(server.dsn, "select rolsuper from pg_roles where rolname = 'parley'") is False
        assert (
            await fetch(server.admin_dsn, "select rolsuper from pg_roles where rolname = current_user")
            is True
        )
        assert await fetch(server.admin_dsn, "show data_checksums") == "on"
        assert await fetch(server.admin_dsn, "show listen_addresses") == ""
        assert await fetch(server.dsn, "show server_encoding") == "UTF8"
        assert await fetch(server.dsn, "select upper('ž') || lower('Ä')") == "Žä"
        await fetch(server.dsn, "create table kept as select 42 as answer")
        assert find_running(tmp_path) == server.addresses
        assert server.addresses.socket_dir.stat().st_mode & 0o777 == 0o700
        assert (tmp_path / "cluster").stat().st_mode & 0o777 == 0o700
        assert server.log_path.stat().st_mode & 0o777 == 0o600
    assert find_running(tmp_path) is None
    async with EmbeddedPostgres(tmp_path, settings={"work_mem": "5MB"}) as server:
        assert await fetch(server.dsn, "select answer from kept") == 42
        assert await fetch(server.dsn, "show work_mem") == "5MB"


async def test_first_start_survives_a_half_made_folder(tmp_path: Path) -> None:
    partial = tmp_path / "cluster.new"
    partial.mkdir()
    (partial / "PG_VERSION").write_text("18\n", encoding="ascii")
    async with EmbeddedPostgres(tmp_path) as server:
        assert await fetch(server.dsn, "select 1") == 1


async def test_path_with_spaces_and_signs(open_dir: Path) -> None:
    async with EmbeddedPostgres(open_dir / "my données \"50 %\" & 'more'") as server:
        assert await fetch(server.dsn, "select 1") == 1
        assert server.addresses.socket_dir.is_relative_to(open_dir)


async def test_path_with_a_comma(open_dir: Path) -> None:
    async with EmbeddedPostgres(open_dir / "a,b") as server:
        assert await fetch(server.dsn, "select 1") == 1


async def test_path_too_long_for_a_socket(open_dir: Path) -> None:
    deep = open_dir.joinpath(*["a-rather-long-folder-name"] * 6)
    server = EmbeddedPostgres(deep)
    async with server:
        assert await fetch(server.dsn, "select 1") == 1
        assert find_running(deep) == server.addresses
        assert len(str(server.addresses.socket_dir)) < 80
    assert not server.addresses.socket_dir.exists()


def test_second_start_is_refused(tmp_path: Path) -> None:
    with EmbeddedPostgres(tmp_path) as server:
        with pytest.raises(PostgresError, match=f"in use by another Parley .process {os.getpid()}"):
            EmbeddedPostgres(tmp_path).start()
        assert server.pid is not None
        assert server.start() == server.dsn


def test_data_of_another_version_is_refused(tmp_path: Path) -> None:
    with EmbeddedPostgres(tmp_path):
        pass
    (tmp_path / "cluster" / "PG_VERSION").write_text("12\n", encoding="ascii")
    with pytest.raises(PostgresError, match="written by PostgreSQL 12"):
        EmbeddedPostgres(tmp_path).start()


def test_wrong_setting_is_told(tmp_path: Path) -> None:
    server = EmbeddedPostgres(tmp_path, settings={"shared_buffers": "plenty"})
    with pytest.raises(PostgresError, match='invalid value for parameter "shared_buffers"'):
        server.start()
    # The folder is free again.
    with EmbeddedPostgres(tmp_path):
        pass


def test_stale_pid_file_of_a_number_in_use(tmp_path: Path) -> None:
    with EmbeddedPostgres(tmp_path) as server:
        written = (tmp_path / "cluster" / "postmaster.pid").read_text(encoding="utf-8")
        assert server.pid is not None
        stale = written.replace(str(server.pid), str(os.getpid()), 1)
    (tmp_path / "cluster" / "postmaster.pid").write_text(stale, encoding="utf-8")
    assert find_running(tmp_path) is None
    with EmbeddedPostgres(tmp_path) as server:
        assert server.pid is not None


def test_server_outlives_the_thread_that_started_it(tmp_path: Path) -> None:
    server = EmbeddedPostgres(tmp_path)
    starter = threading.Thread(target=server.start)
    starter.start()
    starter.join()
    pid = server.pid
    assert pid is not None
    time.sleep(0.3)
    assert not is_gone(pid)
    server.stop()
    assert is_gone(pid)


def test_killed_parent_leaves_no_server(tmp_path: Path) -> None:
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-c", CHILD, str(tmp_path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as child:
        assert child.stdout is not None
        pid = int(child.stdout.readline().split()[1])
        assert not is_gone(pid)
        child.kill()
        child.wait()
        # At once again, while the old server is still on its way out.
        with EmbeddedPostgres(tmp_path) as server:
            assert server.pid not in (None, pid)
            assert is_gone(pid)


def test_orphan_is_replaced(tmp_path: Path) -> None:
    first = EmbeddedPostgres(tmp_path)
    first.start()
    orphan, lock = first.pid, first._lock
    assert orphan is not None
    assert lock is not None
    os.close(lock)
    first._lock = None
    with EmbeddedPostgres(tmp_path) as second:
        assert is_gone(orphan)
        assert second.pid != orphan


async def test_killed_server_comes_back_with_every_acknowledged_row(tmp_path: Path) -> None:
    events: asyncio.Queue[ServerEvent] = asyncio.Queue()
    acknowledged: list[int] = []
    numbers = itertools.count()
    async with EmbeddedPostgres(tmp_path) as server:
        await fetch(server.dsn, "create table written (n int primary key)")
        watcher = asyncio.create_task(server.supervise(events.put_nowait))
        for _ in range(3):
            connection = await asyncpg.connect(server.dsn)
            killed = server.pid
            assert killed is not None
            asyncio.get_running_loop().call_later(0.15, os.kill, killed, signal.SIGKILL)
            with pytest.raises(LOST):
                await write_without_end(connection, numbers, acknowledged)
            connection.terminate()
            assert [(await events.get()).kind, (await events.get()).kind] == ["died", "restarted"]
            assert server.pid not in (None, killed)
        connection = await asyncpg.connect(server.dsn)
        present = {row["n"] for row in await connection.fetch("select n from written")}
        await connection.close()
    await asyncio.wait_for(watcher, 5)
    assert len(acknowledged) > 30
    assert set(acknowledged) <= present
    assert events.empty()


async def test_backend_deep_in_a_calculation_does_not_block_the_restart(tmp_path: Path) -> None:
    restarted = asyncio.Event()

    def note(event: ServerEvent) -> None:
        if event.kind == "restarted":
            restarted.set()

    async with EmbeddedPostgres(tmp_path) as server:
        watcher = asyncio.create_task(server.supervise(note))
        connection = await asyncpg.connect(server.dsn)
        endless = asyncio.create_task(
            connection.execute("do $$ begin loop perform 1; end loop; end $$", timeout=60)
        )
        await asyncio.sleep(0.2)
        assert server.pid is not None
        os.kill(server.pid, signal.SIGKILL)
        await asyncio.wait_for(restarted.wait(), 20)
        with pytest.raises(LOST):
            await endless
        connection.terminate()
        assert await fetch(server.dsn, "select 1") == 1
    await asyncio.wait_for(watcher, 5)


def test_as_an_ordinary_user(needs_root: None, open_dir: Path, nobody: Account) -> None:
    data, python = open_dir / "data", find_python(nobody)
    if not may_execute(nobody, ROOT):
        pytest.skip("the checkout is closed to other users")
    data.mkdir()
    os.chown(data, nobody.uid, nobody.gid)
    with EmbeddedPostgres(open_dir / "probe") as probe:
        environment = {"PYTHONPATH": str(ROOT), "PG_BIN": str(probe.installation.bin_dir)}
    with subprocess.Popen(
        [python, "-c", CHILD, str(data)],
        stdout=subprocess.PIPE,
        text=True,
        env=environment,
        cwd="/",
        user=nobody.uid,
        group=nobody.gid,
        extra_groups=[],
    ) as child:
        assert child.stdout is not None
        dsn, pid = child.stdout.readline().split()
        assert Path(f"/proc/{pid}").stat().st_uid == nobody.uid
        assert asyncio.run(fetch(dsn, "select current_user::text")) == "parley"
        child.kill()
        wait_for(lambda: is_gone(int(pid)))


def test_as_root_it_runs_as_somebody_else_who_keeps_the_data(
    needs_root: None, open_dir: Path, nobody: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PARLEY_PG_USER", "nobody")
    with EmbeddedPostgres(open_dir / "data") as server:
        assert Path(f"/proc/{server.pid}").stat().st_uid == nobody.uid
    monkeypatch.delenv("PARLEY_PG_USER")
    with EmbeddedPostgres(open_dir / "data") as server:
        assert Path(f"/proc/{server.pid}").stat().st_uid == nobody.uid


async def test_data_in_a_closed_home_of_root(needs_root: None, open_dir: Path) -> None:
    home = open_dir / "home"
    home.mkdir(mode=0o700)
    for _ in range(2):
        async with EmbeddedPostgres(home / "data") as server:
            assert await fetch(server.dsn, "select count(*) > 0 from pg_class") is True
            assert find_running(home / "data") == server.addresses
    assert home.stat().st_mode & 0o777 == 0o700


def test_unknown_user_is_told(needs_root: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PARLEY_PG_USER", "no-such-user-here")
    with pytest.raises(PostgresError, match="no-such-user-here, which is not an unprivileged user"):
        EmbeddedPostgres(tmp_path).start()
