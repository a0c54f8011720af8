"""Sockets without a network: drives an ASGI application as a server would, frame by frame."""

import asyncio
from collections.abc import Callable
from typing import Any, Self

import msgspec


class AsgiSocket:
    """One WebSocket on an ASGI application; what it sends and how it closes."""

    def __init__(self, app: Any, path: str, query: str = "", **headers: str) -> None:
        self._app = app
        self._scope = {
            "type": "websocket",
            "path": path,
            "raw_path": path.encode(),
            "query_string": query.encode("latin-1"),
            "headers": [(b"host", b"desk.test")]
            + [(name.replace("_", "-").encode(), value.encode("latin-1")) for name, value in headers.items()],
            "client": ("127.0.0.1", 50_000),
            "server": ("desk.test", 80),
            "scheme": "ws",
            "subprotocols": [],
        }
        self._to_app: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self._news = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self.accepted = False
        self.closed: int | None = None
        self.frames: list[dict[str, Any]] = []

    async def __aenter__(self) -> Self:
        """Opens it and waits until it is accepted or refused."""
        await self._to_app.put({"type": "websocket.connect"})
        self._task = asyncio.create_task(self._app(self._scope, self._to_app.get, self._hear))
        await self.until(lambda s: s.accepted or s.closed is not None or s.ended)
        return self

    async def __aexit__(self, *_: object) -> None:
        """Goes away; raises what the application raised."""
        await self._to_app.put({"type": "websocket.disconnect", "code": 1001})
        if self._task is not None:
            await asyncio.wait_for(self._task, 10)

    @property
    def ended(self) -> bool:
        """Whether the application has returned."""
        return self._task is not None and self._task.done()

    async def _hear(self, event: dict[str, Any]) -> None:
        if event["type"] == "websocket.accept":
            self.accepted = True
        elif event["type"] == "websocket.close":
            self.closed = event.get("code", 1000)
        else:
            self.frames.append(msgspec.json.decode(event["text"]))
        self._news.set()

    async def send(self, t: str, **fields: Any) -> None:
        """Sends a frame."""
        await self.send_text(msgspec.json.encode({"t": t, **fields}).decode())

    async def send_text(self, text: str) -> None:
        """Sends a text frame as it is."""
        await self._to_app.put({"type": "websocket.receive", "text": text})

    async def send_bytes(self, data: bytes) -> None:
        """Sends a binary frame."""
        await self._to_app.put({"type": "websocket.receive", "bytes": data})

    async def until(self, holds: Callable[["AsgiSocket"], bool], seconds: float = 10.0) -> None:
        """Waits until something holds; raises TimeoutError."""
        async with asyncio.timeout(seconds):
            while not holds(self):
                self._news.clear()
                waiting = asyncio.create_task(self._news.wait())
                tasks = {waiting} if self._task is None or self._task.done() else {waiting, self._task}
                await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED, timeout=1)
                waiting.cancel()

    async def next(self, *kinds: str, seconds: float = 10.0) -> dict[str, Any]:
        """Takes the next frame of one of these kinds, leaving out others."""
        found: list[dict[str, Any]] = []

        def there(socket: AsgiSocket) -> bool:
            while socket.frames:
                frame = socket.frames.pop(0)
                if not kinds or frame["t"] in kinds:
                    found.append(frame)
                    return True
            return socket.closed is not None

        await self.until(there, seconds)
        assert found, f"closed with {self.closed} before any of {kinds}"
        return found[0]

    async def until_closed(self, seconds: float = 10.0) -> int:
        """Waits for the end and gives its code."""
        await self.until(lambda s: s.closed is not None, seconds)
        assert self.closed is not None
        return self.closed
