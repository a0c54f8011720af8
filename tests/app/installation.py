"""A Parley that runs as a process, set up the way a shop owner does it."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx

from tests.support.product import Running, free_port, run_parley

OWNER = {"name": "Olga Owner", "email": "olga@shop.example", "password": "correct horse battery staple"}


class Installation:
    """One data folder, its process and a token for its API."""

    def __init__(self, data: Path, *, port: int | None = None, env: Mapping[str, str] | None = None) -> None:
        self.data = data
        self.port = port or free_port()
        self.env = dict(env or {})
        self.token = ""
        self.running: Running | None = None

    @property
    def origin(self) -> str:
        """Where it answers."""
        return f"http://127.0.0.1:{self.port}"

    def start(self, command: str = "up", *more: str, before: tuple[str, ...] = ()) -> Running:
        """Starts it and waits until it answers."""
        running = self.start_without_waiting(command, *more, before=before)
        running.wait_for("Parley")
        return running

    def start_without_waiting(self, command: str, *more: str, before: tuple[str, ...] = ()) -> Running:
        """Starts it."""
        places = ["--port", str(self.port), "--data", str(self.data)]
        self.running = Running(command, *places, *more, env=self.env, before=before)
        return self.running

    def set_up(self, name: str = "Corner Shop") -> None:
        """Follows the line printed at the first start, then makes a token of every scope."""
        assert self.running is not None
        address = self.running.wait_for("setup ").split(" ", 1)[1]
        (token,) = parse_qs(urlsplit(address).query)["token"]
        answer = httpx.post(
            f"{self.origin}/api/v1/setup", json={"token": token, "workspace_name": name, **OWNER}
        )
        assert answer.status_code == 201, answer.text
        self.token = self.make_token("all")

    def make_token(self, scopes: str, workspace: str = "corner-shop") -> str:
        """Makes a token by the command line, while the server runs."""
        done = run_parley(
            "token",
            "create",
            "--workspace",
            workspace,
            "--scopes",
            scopes,
            "--data",
            str(self.data),
            env=self.env,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    def call(self, method: str, path: str, **options: Any) -> httpx.Response:
        """Calls the API with the token."""
        headers = {"Authorization": f"Bearer {self.token}", **options.pop("headers", {})}
        return httpx.request(method, self.origin + path, headers=headers, timeout=20, **options)

    def add_chat(self) -> str:
        """Adds a chat channel and gives its public key."""
        answer = self.call("POST", "/api/v1/channels", json={"plugin": "chat", "name": "Shop chat"})
        assert answer.status_code == 201, answer.text
        return str(answer.json()["public_key"])

    def kill(self) -> None:
        """Ends it at once, if it runs."""
        if self.running is not None:
            self.running.kill()
