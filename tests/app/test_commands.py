"""Commands that need no server: help, descriptions; and running as an ordinary user."""

import json
import os
import signal
import socket
import tempfile
from pathlib import Path

import click
import pytest

from parley.app.cli import main
from tests.app.installation import Installation
from tests.support.product import NOBODY, ROOT, as_ordinary_user, free_port, run_parley

COMMANDS = ("up", "web", "worker", "migrate", "token", "backup", "restore", "doctor", "openapi", "map")


def test_help_lists_every_command_with_a_sentence() -> None:
    done = run_parley("--help")
    assert (done.returncode, done.stderr) == (0, "")
    listed = {
        line.split()[0]: line.split(None, 1)[1]
        for line in done.stdout.split("Commands:")[1].splitlines()
        if line
    }
    assert set(COMMANDS) <= set(listed)
    assert set(listed) == set(main.commands)
    assert all(len(text.split()) >= 2 for text in listed.values())


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_explains_its_options(command: str) -> None:
    found = main.commands[command]
    assert found.help
    assert all(option.help for option in found.params if isinstance(option, click.Option))


def test_openapi_prints_what_is_committed() -> None:
    done = run_parley("openapi")
    assert (done.returncode, done.stderr) == (0, "")
    committed = json.loads((ROOT / "web/client/openapi.json").read_text(encoding="utf-8"))
    assert json.loads(done.stdout) == committed, "out of date: make openapi"


def test_map_prints_what_is_committed() -> None:
    done = run_parley("map")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == (ROOT / "docs/map.md").read_text(encoding="utf-8"), "out of date: make docs"


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become an ordinary user; everybody else is one")
def test_an_ordinary_user_starts_with_an_empty_folder() -> None:
    before = as_ordinary_user()
    if before is None:
        pytest.skip("setpriv is not installed")
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        os.chown(folder, NOBODY.uid, NOBODY.gid)
        shop = Installation(Path(folder) / "data", env={"HOME": folder})
        try:
            running = shop.start("up", before=tuple(before))
            assert Path(f"/proc/{running.pid}").stat().st_uid == NOBODY.uid
            assert running.wait_for("setup ")
            assert {path.stat().st_uid for path in shop.data.rglob("*")} == {NOBODY.uid}
            assert (shop.data / "secret.key").stat().st_mode & 0o777 == 0o600
            assert running.stop(signal.SIGINT) < 10
            assert running.wait() == 0
            assert running.complained == []
        finally:
            shop.kill()


@pytest.mark.parametrize(
    "command",
    [
        ("token", "create", "--workspace", "x", "--scopes", "all"),
        ("web",),
        ("worker",),
        ("backup", "archive.tar"),
        ("doctor",),
    ],
)
@pytest.mark.parametrize("named", [False, True])
def test_a_folder_without_an_installation_stays_empty(
    tmp_path: Path, command: tuple[str, ...], named: bool
) -> None:
    data = tmp_path / "data"
    url = f"postgresql://parley:hush@/parley?host={tmp_path}"
    words = [str(tmp_path / word) if word.endswith(".tar") else word for word in command]
    done = run_parley(*words, "--data", str(data), env={"DATABASE_URL": url} if named else None)
    assert done.returncode == 1
    said = done.stdout if command == ("doctor",) else done.stderr
    assert str(data) in said
    assert "--data" in said
    assert "hush" not in done.stdout + done.stderr
    assert not data.exists()
    if command != ("doctor",):
        assert done.stderr.startswith("parley: There is no installation in ")
        assert done.stderr.count("\n") == 1


def test_a_database_that_is_not_there_is_named_without_its_password(tmp_path: Path) -> None:
    port = free_port()
    for command in (("migrate",), ("up", "--port", str(free_port()))):
        done = run_parley(
            *command,
            "--data", str(tmp_path / "data"),
            env={"DATABASE_URL": f"postgresql://parley:hush@127.0.0.1:{port}/parley"},
        )  # fmt: skip
        assert done.returncode == 1
        assert done.stderr.startswith(
            f"parley: DATABASE_URL: the database at 127.0.0.1:{port} cannot be used"
        )
        assert done.stderr.count("\n") == 1
        assert "hush" not in done.stderr


def test_a_taken_port_of_the_mail_listener_is_told_at_the_start(tmp_path: Path) -> None:
    data = tmp_path / "data"
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = str(other.getsockname()[1])
        done = run_parley(
            "up", "--port", str(free_port()), "--data", str(data), env={"PARLEY_SMTP_PORT": port}
        )
        looked = run_parley("doctor", "--data", str(data), env={"PARLEY_SMTP_PORT": port})
    assert done.returncode == 1
    assert f"Port {port}" in done.stderr
    assert "PARLEY_SMTP_PORT" in done.stderr
    assert done.stderr.count("\n") == 1
    assert not data.exists()
    assert f"BAD  mail listener: Port {port}" in looked.stdout
