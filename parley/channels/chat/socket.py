"""The widget's socket as bare ASGI: ten thousand idle ones must cost little memory."""

import asyncio
import contextlib
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

import asyncpg
import msgspec
import structlog

from parley.channels.chat import frames as f
from parley.channels.chat.session import ChatSession
from parley.channels.model import Channel
from parley.kit.db import TROUBLE
from parley.kit.errors import BadInput
from parley.kit.http.limits import Limiter
from parley.kit.metrics import SOCKETS

if TYPE_CHECKING:
    from parley.channels.parts import ChannelParts
    from parley.kit.runtime import Runtime

log = structlog.get_logger("chat")
PATH = "/widget/socket"
LARGEST_FRAME = 64 * 1024
HELLO_SECONDS = 10.0
SILENCE_SECONDS = 120.0


class GoneError(ConnectionError):
    """Raised when something is to be sent and the other side is gone."""


class AsgiWire:
    """A `Wire` over ASGI's send."""

    __slots__ = ("_open", "_send")

    def __init__(self, send: Any) -> None:
        self._send = send
        self._open = True

    async def send(self, text: str) -> None:
        """Sends one frame; raises GoneError when the socket is closed."""
        if not self._open:
            raise GoneError("closed")
        try:
            await self._send({"type": "websocket.send", "text": text})
        except OSError as failure:
            self._open = False
            raise GoneError("closed") from failure

    async def close(self, code: int) -> None:
        """Closes once."""
        if self._open:
            self._open = False
            with contextlib.suppress(OSError):
                await self._send({"type": "websocket.close", "code": code})


class ChatSocket:
    """The ASGI application behind `/widget/socket`."""

    def __init__(self, runtime: "Runtime", parts: "ChannelParts") -> None:
        self._runtime = runtime
        self._parts = parts
        self._speed = Limiter(rate=10, burst=60)
        self._arrivals = Limiter(rate=5, burst=200)
        self._looking: asyncio.Task[None] | None = None
        self._open: dict[AsgiWire, ChatSession] = {}
        if runtime.bus is not None:
            runtime.bus.reconnected.append(self._after_silence)

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Serves one socket."""
        await receive()
        await send({"type": "websocket.accept"})
        wire = AsgiWire(send)
        channel = await self._admit(scope, wire)
        if channel is None:
            return
        SOCKETS.labels("widget").inc()
        session = self._open[wire] = ChatSession(self._runtime, self._parts, channel, wire)
        try:
            await self._listen(session, receive, wire, str(scope["client"]))
        finally:
            self._open.pop(wire, None)
            SOCKETS.labels("widget").dec()
            await session.leave()

    async def close_all(self) -> None:
        """Tells every widget to come back at once; used when the process stops."""
        await asyncio.gather(*(wire.close(1012) for wire in list(self._open)), return_exceptions=True)

    def _after_silence(self) -> None:
        # While the bus was away a visitor may have begun a conversation in a tab that another process serves.
        self._looking = asyncio.create_task(self._look_again())

    async def _look_again(self) -> None:
        for session in [s for s in self._open.values() if not s.has_conversation]:
            with contextlib.suppress(*TROUBLE):
                await session.look_again()

    async def _admit(self, scope: Any, wire: AsgiWire) -> Channel | None:
        if self._arrivals.take(str((scope.get("client") or ("", 0))[0])) > 0:
            await wire.close(4429)
            return None
        key = (parse_qs(scope["query_string"].decode("latin-1")).get("channel") or [""])[0][:100]
        channel = self._parts.book.peek(key)
        if channel is None and key.isprintable():
            try:
                async with self._runtime.db.transaction(None) as tx:
                    channel = await self._parts.book.find_by_key(tx, key)
            except TROUBLE:
                await wire.close(1012)
                return None
        if channel is None or channel.kind != "chat" or channel.state == "paused":
            await wire.close(4404)
            return None
        if not is_same_origin(scope):
            await wire.close(4403)
            return None
        return channel

    async def _listen(self, session: ChatSession, receive: Any, wire: AsgiWire, who: str) -> None:
        patience = HELLO_SECONDS
        while True:
            try:
                # Not wait_for: that would keep a task of its own for every silent socket.
                async with asyncio.timeout(patience):
                    event = await receive()
            except TimeoutError:
                await wire.close(4408)
                return
            if event["type"] == "websocket.disconnect":
                return
            patience = SILENCE_SECONDS
            text = event.get("text")
            if text is None or len(text) > LARGEST_FRAME:
                await wire.close(4400)
                return
            if self._speed.take(who) > 0:
                await wire.close(4429)
                return
            if not await self._handle(session, wire, text):
                return

    async def _handle(self, session: ChatSession, wire: AsgiWire, text: str) -> bool:
        try:
            await session.handle(f.DECODER.decode(text))
        except (msgspec.DecodeError, BadInput):
            await wire.close(4400)
            return False
        except GoneError:
            return False
        except (asyncpg.DataError, asyncpg.CharacterNotInRepertoireError):
            await wire.close(4400)
            return False
        except TROUBLE as failure:
            log.warning("socket lost the database", error=type(failure).__name__)
            await wire.close(1012)
            return False
        return True


def is_same_origin(scope: Any) -> bool:
    """Says whether the socket was opened by a page of our own origin (the frame) or by no page at all."""
    headers = {name.lower(): value for name, value in scope["headers"]}
    origin: str = headers.get(b"origin", b"").decode("latin-1")
    if not origin:
        return True
    host: str = headers.get(b"host", b"").decode("latin-1")
    return urlsplit(origin).netloc == host
