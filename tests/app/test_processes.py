"""Web and worker as processes of their own: what /readyz says while one of them or the database is away."""

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx

from parley.kit.postgres import EmbeddedPostgres
from tests.support.product import Running, free_port, run_parley


def wait_until(holds: Callable[[], bool], seconds: float = 40.0) -> None:
    """Waits until something holds; fails when it does not."""
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, "it did not come about"
        time.sleep(0.1)


def test_readyz_says_which_part_is_away(tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    with EmbeddedPostgres(tmp_path / "server") as server:
        env = {"DATABASE_URL": server.dsn, "PARLEY_DATA": str(tmp_path / "data")}
        port = str(free_port())

        early = run_parley("web", "--port", port, env=env)
        assert early.returncode == 1
        assert early.stderr.startswith("parley: ")
        assert "parley migrate" in early.stderr

        assert run_parley("migrate", env=env).stdout.startswith("The database is at revision ")
        web = Running("web", "--port", port, env=env)
        worker = None

        def ready() -> tuple[int, dict[str, Any]]:
            answer = httpx.get(f"http://127.0.0.1:{port}/readyz", timeout=10)
            return answer.status_code, {name: c["ok"] for name, c in answer.json()["checks"].items()}

        try:
            web.wait_for("Parley's web process runs")
            assert ready() == (503, {"database": True, "migrations": True, "worker": False})
            worker = Running("worker", env=env)
            worker.wait_for("Parley's worker runs")
            wait_until(lambda: ready() == (200, {"database": True, "migrations": True, "worker": True}))

            server.stop()
            assert ready() == (503, {"database": False, "migrations": False, "worker": False})
            assert httpx.get(f"http://127.0.0.1:{port}/healthz").status_code == 200
            server.start()
            wait_until(lambda: ready()[0] == 200)

            assert worker.stop() < 10
            assert web.stop() < 10
            assert (web.wait(), worker.wait()) == (0, 0)
        finally:
            for process in (web, worker):
                if process is not None:
                    process.kill()
