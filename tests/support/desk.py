"""A desk without a browser: fetches, listens to the live socket, resumes by cursor."""

import asyncio
import contextlib
from collections.abc import Callable
from typing import Any, Self

import httpx
import msgspec
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import WebSocketException

Origins = Callable[[], str]


def live_address(origin: str) -> str:
    """Gives the address of the desk's live socket."""
    return origin.replace("http", "ws", 1) + "/api/v1/live"


async def call_until_answered(
    origins: Origins,
    token: str,
    method: str,
    path: str,
    *,
    key: str | None = None,
    json: Any = None,
    seconds: float = 60.0,
) -> httpx.Response:
    """Calls the API until it answers something other than a passing failure; the same key every time."""
    headers = {"Authorization": f"Bearer {token}", **({"Idempotency-Key": key} if key else {})}
    async with asyncio.timeout(seconds), httpx.AsyncClient(headers=headers, timeout=10) as client:
        while True:
            with contextlib.suppress(httpx.TransportError):
                answer = await client.request(method, origins() + path, json=json)
                if answer.status_code not in (429, 502, 503):
                    return answer
            await asyncio.sleep(0.1)


class Desk:
    """What a desk holds: rows of conversations and messages by id, kept current by the live socket."""

    def __init__(self, origins: Origins, token: str) -> None:
        self._origins = origins
        self._token = token
        self._task: asyncio.Task[None] | None = None
        self._news = asyncio.Event()
        self.cursor: str | None = None
        self.rows: dict[str, Any] = {}
        self.messages: dict[str, Any] = {}
        self.facts: list[str] = []
        self.resets = 0
        self.resumes = 0

    async def __aenter__(self) -> Self:
        """Opens the desk."""
        self._task = asyncio.create_task(self._run())
        return self

    async def __aexit__(self, *_: object) -> None:
        """Closes it."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def until(self, holds: Callable[["Desk"], bool], seconds: float = 30.0) -> None:
        """Waits until something holds of this desk; raises TimeoutError."""
        async with asyncio.timeout(seconds):
            while not holds(self):
                self._news.clear()
                await self._news.wait()

    async def _run(self) -> None:
        while True:
            with contextlib.suppress(WebSocketException, OSError, TimeoutError, httpx.HTTPError):
                await self._sit()
            self._news.set()
            await asyncio.sleep(0.1)

    async def _sit(self) -> None:
        headers = {"Authorization": f"Bearer {self._token}"}
        address = live_address(self._origins())
        async with connect(
            address, additional_headers=headers, open_timeout=10, close_timeout=1, max_size=None
        ) as socket:
            await socket.send(msgspec.json.encode({"t": "hello", "after": self.cursor}).decode())
            async for text in socket:
                await self._hear(socket, msgspec.json.decode(text))
                self._news.set()

    async def _hear(self, _: ClientConnection, frame: dict[str, Any]) -> None:
        if frame["t"] == "ready":
            if frame["reset"]:
                self.resets += 1
                self.rows, self.messages = await fetch_everything(self._origins, self._token)
            else:
                self.resumes += 1
            self.cursor = frame["cursor"]
        elif frame["t"] == "changes":
            self.cursor = frame["cursor"]
            self.facts += [fact["kind"] for fact in frame["facts"]]
            self.rows |= {row["id"]: row for row in frame["conversations"]}
            self.messages |= {message["id"]: message for message in frame["messages"]}


async def fetch_pages(origins: Origins, token: str, path: str) -> list[dict[str, Any]]:
    """Reads a list to its end."""
    items: list[dict[str, Any]] = []
    after = ""
    while True:
        joint = "&" if "?" in path else "?"
        answer = await call_until_answered(origins, token, "GET", f"{path}{joint}limit=100{after}")
        assert answer.status_code == 200, answer.text
        page = answer.json()
        items += page["items"]
        if page["next"] is None:
            return items
        after = f"&after={page['next']}"


async def fetch_everything(origins: Origins, token: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """Fetches all conversations and all their messages, as a desk does that begins afresh."""
    rows = {row["id"]: row for row in await fetch_pages(origins, token, "/api/v1/conversations")}
    messages: dict[str, Any] = {}
    for conversation_id in rows:
        lines = await fetch_pages(origins, token, f"/api/v1/conversations/{conversation_id}/timeline")
        messages |= {line["id"]: line for line in lines if line["type"] == "message"}
    return rows, messages
