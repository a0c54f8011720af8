"""The running product from outside: first run, probes, tokens, what goes wrong at the start, the end."""

import shlex
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from parley.app.migrate import newest_revision
from tests.app.installation import OWNER, Installation
from tests.support.product import Running, free_port, is_running, postgres_pid, run_parley


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """A first run in a folder with a space, where the command line overrides the environment."""
    made = Installation(
        tmp_path_factory.mktemp("first run") / "data of ours",
        env={"PARLEY_PORT": "1", "PARLEY_DATA": "/nowhere", "PARLEY_LOG_LEVEL": "warning"},
    )
    made.start()
    yield made
    made.kill()


def test_a_first_run_prints_where_to_set_up_and_the_line_works_once(shop: Installation) -> None:
    assert shop.running is not None
    line = shop.running.wait_for("setup ")
    assert line.startswith(f"setup http://localhost:{shop.port}/setup?token=")
    shop.set_up()
    again = httpx.post(
        f"{shop.origin}/api/v1/setup",
        json={"token": line.rsplit("=", 1)[1], "workspace_name": "Second", **OWNER},
    )
    assert again.status_code == 409
    signed_in = httpx.post(
        f"{shop.origin}/api/v1/session", json={"email": OWNER["email"], "password": OWNER["password"]}
    )
    assert signed_in.status_code in (200, 201), signed_in.text


def test_nothing_was_complained_of(shop: Installation) -> None:
    assert shop.running is not None
    assert shop.running.complained == []


def test_a_token_from_the_command_line_is_all_that_is_printed_and_works(shop: Installation) -> None:
    done = run_parley(
        "token", "create", "--workspace", "corner-shop", "--scopes", "tokens:write, conversations:read",
        "--data", str(shop.data),
    )  # fmt: skip
    assert (done.returncode, done.stderr) == (0, "")
    token, rest = done.stdout.split("\n", 1)
    assert token.startswith("parley_")
    assert rest == ""
    bearer = {"Authorization": f"Bearer {token}"}
    assert httpx.get(f"{shop.origin}/api/v1/conversations", headers=bearer).status_code == 200
    scopes = httpx.get(f"{shop.origin}/api/v1/token-scopes", headers=bearer).json()["items"]
    assert scopes == ["conversations:read", "tokens:write"]
    assert httpx.get(f"{shop.origin}/api/v1/channels", headers=bearer).status_code == 403


@pytest.mark.parametrize(
    ("workspace", "scopes", "says"),
    [("nowhere", "all", "There is no workspace"), ("corner-shop", "conversations:fly", "Unknown scopes")],
)
def test_a_wrong_token_command_says_why_in_one_line(
    shop: Installation, workspace: str, scopes: str, says: str
) -> None:
    done = run_parley(
        "token", "create", "--workspace", workspace, "--scopes", scopes, "--data", str(shop.data)
    )
    assert done.returncode == 1
    assert done.stdout == ""
    assert done.stderr.startswith(f"parley: {says}")
    assert done.stderr.count("\n") == 1


def test_probes_and_pages_answer_signed_out(shop: Installation) -> None:
    for path in ("/healthz", "/readyz", "/api/openapi.json", "/widget.js", "/"):
        assert httpx.get(shop.origin + path).status_code == 200, path
    ready = httpx.get(f"{shop.origin}/readyz").json()
    assert ready["ok"] is True
    assert set(ready["checks"]) == {"database", "migrations", "worker"}
    assert httpx.get(f"{shop.origin}/demo/").status_code == 404


def test_metrics_are_for_this_machine_and_count_by_route(shop: Installation) -> None:
    httpx.get(f"{shop.origin}/healthz")
    answer = httpx.get(f"{shop.origin}/metrics")
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/plain; version=0.0.4")
    assert 'route="/healthz"' in answer.text
    assert answer.headers["content-type"].count("charset") == 1
    forwarded = httpx.get(f"{shop.origin}/metrics", headers={"X-Forwarded-For": "203.0.113.9"})
    assert forwarded.status_code == 403


def test_doctor_finds_a_running_installation_well(shop: Installation) -> None:
    done = run_parley("doctor", "--data", str(shop.data), env={"PARLEY_PORT": str(shop.port)})
    bad = [line for line in done.stdout.splitlines() if line.startswith("BAD")]
    # A tree in which the browser parts are not built, or a nearly full disk, is not what is tried here.
    assert [line for line in bad if "browser parts" not in line and "disk" not in line] == []
    for name in ("database: PostgreSQL", "row security", "worker: running", "migrations: at"):
        assert f"ok   {name}" in done.stdout, done.stdout
    assert newest_revision() in done.stdout


def test_doctor_names_what_is_bad_and_what_to_do(tmp_path: Path) -> None:
    done = run_parley(
        "doctor", "--data", str(tmp_path),
        env={"DATABASE_URL": f"postgresql://parley@/parley?host={tmp_path}"},
    )  # fmt: skip
    assert done.returncode == 1
    assert "BAD  database" in done.stdout
    assert "Check DATABASE_URL" in done.stdout
    assert "Traceback" not in done.stdout + done.stderr


def test_a_second_one_on_the_same_folder_says_so(shop: Installation) -> None:
    done = run_parley("up", "--port", str(free_port()), "--data", str(shop.data), seconds=30)
    assert done.returncode == 1
    assert done.stderr.startswith("parley: ")
    assert done.stderr.count("\n") == 1
    assert str(shop.data) in done.stderr
    assert httpx.get(f"{shop.origin}/readyz").status_code == 200


def test_a_taken_port_says_so_before_anything_is_created(shop: Installation, tmp_path: Path) -> None:
    data = tmp_path / "other"
    done = run_parley("up", "--port", str(shop.port), "--data", str(data), seconds=30)
    assert done.returncode == 1
    assert f"Port {shop.port}" in done.stderr
    assert "--port" in done.stderr
    assert done.stderr.count("\n") == 1
    assert not data.exists()


def test_a_folder_that_cannot_be_used_says_so(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    done = run_parley("up", "--port", str(free_port()), "--data", str(tmp_path / "file" / "x"), seconds=30)
    assert done.returncode == 2
    assert "--data" in done.stderr
    assert done.stderr.count("\n") == 1
    assert done.stderr.startswith("parley: ")
    assert "Traceback" not in done.stderr


def test_wrong_settings_are_told_all_at_once() -> None:
    done = run_parley("up", env={"PARLEY_PORT": "x", "PARLEY_POOL_SIZE": "0", "DATABASE_URL": "nonsense"})
    assert done.returncode == 2
    assert done.stdout == ""
    lines = done.stderr.splitlines()
    assert len(lines) == 3
    assert all(line.startswith("parley: ") for line in lines)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_stops_within_ten_seconds_with_its_database_and_sockets(
    shop: Installation, number: signal.Signals
) -> None:
    """Runs last: twice stopped, once started again in between, with a request still open."""
    if shop.running is None or not shop.running.runs:
        shop.start()
    running = shop.running
    assert running is not None
    server = postgres_pid(shop.data)
    assert server is not None
    assert is_running(server)
    with httpx.Client() as held:
        assert held.get(f"{shop.origin}/healthz").status_code == 200
        seconds = running.stop(number)
    assert seconds < 10
    assert running.wait() == 0
    assert not is_running(server)
    with pytest.raises(httpx.ConnectError):
        httpx.get(f"{shop.origin}/healthz")


def test_a_killed_one_takes_its_database_along_and_the_next_start_recovers(tmp_path: Path) -> None:
    shop = Installation(tmp_path / "data")
    try:
        shop.start()
        shop.set_up()
        server = postgres_pid(shop.data)
        assert server is not None
        shop.kill()
        end = time.monotonic() + 10
        while is_running(server) and time.monotonic() < end:
            time.sleep(0.05)
        assert not is_running(server)
        running: Running = shop.start()
        assert shop.call("GET", "/api/v1/agents").status_code == 200
        assert not any(line.startswith("setup ") for line in running.said)
        command = shlex.split(running.wait_for("token "))
        assert command[1:] == [
            "parley", "token", "create", "--data", str(shop.data), "--workspace", "corner-shop", "--scopes", "all",
        ]  # fmt: skip
        assert run_parley(*command[2:]).stdout.startswith("parley_")
        assert running.stop() < 10
    finally:
        shop.kill()
