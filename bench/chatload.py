"""Visitors that write as fast as they are answered, and what they leave behind to be recorded."""

import asyncio
import random
from collections import deque
from time import perf_counter
from typing import Any
from uuid import UUID

import msgspec

from bench.cast import Cast
from bench.texts import Writer
from bench.wire import Socket, encode, open_socket, visitor_address
from parley.channels.chat import frames as f
from parley.channels.chat.session import ChatSession
from parley.kit.ids import uuid7
from parley.kit.runtime import Runtime

_ACK = b'"t":"ack"'
_WELCOME = b'"t":"welcome"'
_REJECT = b'"t":"reject"'


class Visitors:
    """Open widgets, each in its own conversation."""

    def __init__(self, seed: int = 7) -> None:
        self._random = random.Random(seed)
        self._writer = Writer(self._random)
        self._free: deque[Socket] = deque()
        self._waiting: dict[Socket, asyncio.Future[bytes]] = {}
        self._running = False
        self.sockets: list[Socket] = []
        self.acked = 0
        self.refused: list[bytes] = []

    async def open(self, port: int, key: str, count: int) -> None:
        """Opens widgets; each says hello and writes its first message."""
        for start in range(0, count, 20):
            opened = await asyncio.gather(
                *(
                    open_socket(port, f"/widget/socket?channel={key}", self._hear, address=visitor_address(n))
                    for n in range(start, min(start + 20, count))
                )
            )
            await asyncio.gather(*(self._begin(socket) for socket in opened))
            self.sockets += opened
        self._free.extend(self.sockets)

    async def _begin(self, socket: Socket) -> None:
        language = self._writer.choose_language()
        socket.state = language
        await self._ask(socket, encode("hello", v=1, token=None, language=language, zone="Europe/Lisbon"))
        await self._ask(socket, self._message(socket))

    async def _ask(self, socket: Socket, payload: bytes) -> bytes:
        future: asyncio.Future[bytes] = asyncio.get_running_loop().create_future()
        self._waiting[socket] = future
        socket.send(payload)
        return await asyncio.wait_for(future, 15)

    def _message(self, socket: Socket) -> bytes:
        return encode("send", id=str(uuid7()), text=self._writer.write(str(socket.state), None), files=[])

    def _hear(self, socket: Socket, text: bytes) -> None:
        kind = text[:14]
        if _ACK in kind:
            self.acked += 1
            if self._running:
                self._free.append(socket)
                self._send_next()
        elif _REJECT in text[:20]:
            self.refused.append(text)
        elif _WELCOME not in text[:18]:
            return
        waiting = self._waiting.pop(socket, None)
        if waiting is not None and not waiting.done():
            waiting.set_result(text)

    def _send_next(self) -> None:
        if self._free:
            socket = self._free.popleft()
            socket.send(self._message(socket))

    async def write(self, seconds: float, at_once: int) -> float:
        """Writes for some seconds with so many messages under way; gives the accepted messages a second."""
        self._running, self.acked = True, 0
        began = perf_counter()
        for _ in range(at_once):
            self._send_next()
        await asyncio.sleep(seconds)
        counted, passed = self.acked, perf_counter() - began
        self._running = False
        # Those still under way are acknowledged and freed before anybody else is measured.
        await asyncio.sleep(1)
        self._free = deque(self.sockets)
        if self.refused or any(socket.closed for socket in self.sockets):
            closed = [socket.closed for socket in self.sockets if socket.closed]
            raise RuntimeError(
                f"{len(self.refused)} messages refused {self.refused[:1]}, sockets closed: {closed[:5]}"
            )
        return counted / passed

    def close(self) -> None:
        """Hangs all up."""
        for socket in self.sockets:
            socket.close()


class FakeWire:
    """What a session sends, kept."""

    def __init__(self) -> None:
        self.sent: list[dict[str, Any]] = []

    async def send(self, text: str) -> None:
        """Keeps a frame."""
        self.sent.append(msgspec.json.decode(text))

    async def close(self, code: int) -> None:
        """Raises: nobody should be shown the door here."""
        raise RuntimeError(f"closed with {code}")


async def open_session(runtime: Runtime, cast: Cast) -> tuple[ChatSession, FakeWire]:
    """Opens a widget inside this process: the product's session on a wire that keeps what is sent."""
    parts: Any = runtime.parts["channels"]
    async with runtime.db.transaction(None) as tx:
        channel = await parts.book.find_by_key(tx, cast.chat_key)
    assert channel is not None
    wire = FakeWire()
    session = ChatSession(runtime, parts, channel, wire)
    await session.handle(f.Hello(language="en"))
    return session, wire


async def send(session: ChatSession, wire: FakeWire, text: str) -> tuple[UUID, UUID]:
    """Sends one message; gives its id and the id under which the widget sent it."""
    external = uuid7()
    await session.handle(f.Send(id=external, text=text))
    ack = next(frame for frame in reversed(wire.sent) if frame["t"] == "ack")
    return UUID(ack["message"]["id"]), external
