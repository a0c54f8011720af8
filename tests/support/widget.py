"""A widget without a browser: speaks the protocol of docs/widget.md over a real socket, as often as it must."""

import asyncio
import contextlib
from collections.abc import Callable
from typing import Any, Self
from uuid import uuid4

import msgspec
from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import WebSocketException

from parley.kit.log.cursor import parse_cursor

FINAL_CODES = (4403, 4404)


class Widget:
    """One tab of a visitor. Keeps what the protocol tells a client to keep, and resends until it is acknowledged."""

    def __init__(self, origins: Callable[[], str], channel: str, *, token: str | None = None) -> None:
        self._origins = origins
        self._channel = channel
        self._socket: ClientConnection | None = None
        self._task: asyncio.Task[None] | None = None
        self._news = asyncio.Event()
        self.token = token
        self.cursor: str | None = None
        self.messages: dict[str, dict[str, Any]] = {}
        self.conversation: dict[str, Any] | None = None
        self.pending: dict[str, str] = {}
        self.acked: dict[str, str] = {}
        self.rejected: dict[str, str] = {}
        self.errors: list[str] = []
        self.welcomes = 0
        self.closed: list[int] = []
        # What the server should not do: say the same again to the same socket, or go back on the log.
        self.repeats: list[str] = []
        self.backwards: list[tuple[str, str]] = []
        self._here: dict[str, dict[str, Any]] = {}
        self._at: str | None = None

    async def __aenter__(self) -> Self:
        """Opens the widget."""
        self._task = asyncio.create_task(self._run())
        return self

    async def __aexit__(self, *_: object) -> None:
        """Closes it."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def say(self, text: str, *, files: list[str] | None = None) -> str:
        """Queues a message, sends it when there is a socket, and gives the client's id."""
        client_id = str(uuid4())
        frame = {"t": "send", "id": client_id, "text": text, "files": files or []}
        self.pending[client_id] = msgspec.json.encode(frame).decode()
        await self._send(self.pending[client_id])
        return client_id

    async def tell(self, t: str, **fields: Any) -> None:
        """Sends any other frame; it is lost when there is no socket."""
        await self._send(msgspec.json.encode({"t": t, **fields}).decode())

    async def until(self, holds: Callable[["Widget"], bool], seconds: float = 30.0) -> None:
        """Waits until something holds of this widget; raises TimeoutError."""
        async with asyncio.timeout(seconds):
            while not holds(self):
                self._news.clear()
                await self._news.wait()

    def texts(self, *kinds: str) -> list[str]:
        """Gives the texts shown, in order, of authors of these kinds (all when none is named)."""
        shown = sorted(self.messages.values(), key=lambda message: message["id"])
        return [m["text"] for m in shown if not kinds or m["author"]["kind"] in kinds]

    async def _send(self, text: str) -> None:
        if self._socket is not None and self.welcomes:
            with contextlib.suppress(WebSocketException, OSError):
                await self._socket.send(text)

    async def _run(self) -> None:
        while not (self.closed and self.closed[-1] in FINAL_CODES):
            with contextlib.suppress(WebSocketException, OSError, TimeoutError):
                await self._visit()
            self._news.set()
            await asyncio.sleep(0.1)

    async def _visit(self) -> None:
        address = self._origins().replace("http", "ws", 1) + f"/widget/socket?channel={self._channel}"
        async with connect(
            address, open_timeout=10, close_timeout=1, ping_interval=5, ping_timeout=5
        ) as socket:
            try:
                hello = {"t": "hello", "v": 1, "token": self.token, "language": "en", "after": self.cursor}
                await socket.send(msgspec.json.encode(hello).decode())
                async for text in socket:
                    await self._hear(socket, msgspec.json.decode(text))
                    self._news.set()
            finally:
                self._socket = None
                if socket.close_code is not None:
                    self.closed.append(socket.close_code)

    async def _hear(self, socket: ClientConnection, frame: dict[str, Any]) -> None:
        match frame["t"]:
            case "welcome":
                await self._enter(socket, frame)
            case "ack":
                self._keep([frame["message"]])
                self.pending.pop(frame["id"], None)
                known = self.acked.setdefault(frame["id"], frame["message"]["id"])
                assert known == frame["message"]["id"], "one client id was acknowledged as two messages"
            case "reject":
                self.pending.pop(frame["id"], None)
                self.rejected[frame["id"]] = frame["code"]
            case "message":
                self._notice(frame["message"])
                self._keep([frame["message"]])
                self._move(frame["cursor"])
            case "conversation":
                self.conversation = frame["conversation"]
                self._move(frame["cursor"])
            case "history":
                self._keep(frame["messages"])
                if frame["more"]:
                    await self._ask_history(socket)
            case "error":
                self.errors.append(frame["code"])

    async def _enter(self, socket: ClientConnection, frame: dict[str, Any]) -> None:
        self.token, self.cursor, self.conversation = frame["token"], frame["cursor"], frame["conversation"]
        if frame["reset"]:
            self.messages.clear()
        self._keep(frame["messages"])
        # What was written while the server looked may be in the welcome and come once more behind it.
        self._here.clear()
        self._at = None
        self._socket = socket
        self.welcomes += 1
        if frame["reset"] and frame["more"]:
            await self._ask_history(socket)
        for text in list(self.pending.values()):
            await socket.send(text)

    def _notice(self, message: dict[str, Any]) -> None:
        # One's own message comes as an `ack` and as a `message`.
        if message["author"]["kind"] != "customer" and self._here.get(message["id"]) == message:
            self.repeats.append(message["id"])
        self._here[message["id"]] = message

    def _move(self, cursor: str | None) -> None:
        if cursor is None:
            return
        if self._at is not None and parse_cursor(cursor) < parse_cursor(self._at):
            self.backwards.append((self._at, cursor))
        self.cursor = self._at = cursor

    async def _ask_history(self, socket: ClientConnection) -> None:
        before = {"t": "history", "before": min(self.messages)}
        await socket.send(msgspec.json.encode(before).decode())

    def _keep(self, messages: list[dict[str, Any]]) -> None:
        self.messages |= {message["id"]: message for message in messages}
