"""Clients that cost little: a WebSocket and an HTTP connection, just enough of RFC 6455 and RFC 9112.

The measuring side shares the machine with what is measured, so it must be lean.
"""

import asyncio
import base64
import os
from collections import deque
from collections.abc import Callable, Mapping

import msgspec

OnText = Callable[["Socket", bytes], None]


def frame(payload: bytes, opcode: int = 1) -> bytes:
    """Builds a client's frame; the mask is zero, which the protocol allows and which spares the work."""
    size = len(payload)
    head = bytes([0x80 | opcode])
    if size < 126:
        head += bytes([0x80 | size])
    elif size < 65536:
        head += bytes([0x80 | 126]) + size.to_bytes(2, "big")
    else:
        head += bytes([0x80 | 127]) + size.to_bytes(8, "big")
    return head + b"\0\0\0\0" + payload


class Socket(asyncio.Protocol):
    """A WebSocket client; `on_text` is called for every text frame."""

    __slots__ = ("_buffer", "_shaken", "_transport", "closed", "on_text", "state")

    def __init__(self, on_text: OnText) -> None:
        self.on_text = on_text
        self.closed: int | None = None
        self.state: object = None
        self._buffer = b""
        self._shaken: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._transport: asyncio.Transport | None = None

    async def shake(self, host: str, path: str, headers: Mapping[str, str]) -> None:
        """Does the opening handshake; raises ConnectionError when it is refused."""
        assert self._transport is not None
        key = base64.b64encode(os.urandom(16)).decode()
        lines = [
            f"GET {path} HTTP/1.1",
            f"Host: {host}",
            "Upgrade: websocket",
            "Connection: Upgrade",
            f"Sec-WebSocket-Key: {key}",
            "Sec-WebSocket-Version: 13",
            *(f"{name}: {value}" for name, value in headers.items()),
        ]
        self._transport.write(("\r\n".join(lines) + "\r\n\r\n").encode())
        await self._shaken

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keeps the transport."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def connection_lost(self, _: Exception | None) -> None:
        """Notes the end."""
        self.closed = self.closed or 1006
        if not self._shaken.done():
            self._shaken.set_exception(ConnectionError("refused"))

    def data_received(self, data: bytes) -> None:
        """Takes what has arrived apart."""
        data = self._buffer + data if self._buffer else data
        if not self._shaken.done():
            data = self._read_answer(data)
        at = 0
        while (taken := self._read_frame(data, at)) > at:
            at = taken
        self._buffer = data[at:]

    def _read_answer(self, data: bytes) -> bytes:
        head, end, rest = data.partition(b"\r\n\r\n")
        if not end:
            self._buffer = data
            return b""
        self._buffer = b""
        if b" 101 " in head.split(b"\r\n", 1)[0]:
            self._shaken.set_result(None)
        else:
            self._shaken.set_exception(ConnectionError(head.split(b"\r\n", 1)[0].decode()))
        return rest

    def _read_frame(self, data: bytes, at: int) -> int:
        if len(data) < at + 2:
            return at
        size, start = data[at + 1] & 127, at + 2
        if size == 126:
            size, start = int.from_bytes(data[at + 2 : at + 4], "big"), at + 4
        elif size == 127:
            size, start = int.from_bytes(data[at + 2 : at + 10], "big"), at + 10
        if len(data) < start + size or start > len(data):
            return at
        opcode, payload = data[at] & 15, data[start : start + size]
        if opcode == 1:
            self.on_text(self, payload)
        elif opcode == 9:
            self._write(frame(payload, 10))
        elif opcode == 8:
            self.closed = int.from_bytes(payload[:2], "big") if payload else 1005
        return start + size

    def send(self, payload: bytes) -> None:
        """Sends one text frame."""
        self._write(frame(payload))

    def _write(self, data: bytes) -> None:
        if self._transport is not None and not self._transport.is_closing():
            self._transport.write(data)

    def close(self) -> None:
        """Hangs up."""
        if self._transport is not None:
            self._transport.abort()


async def open_socket(
    port: int,
    path: str,
    on_text: OnText,
    *,
    address: str = "127.0.0.1",
    headers: Mapping[str, str] | None = None,
) -> Socket:
    """Opens a WebSocket from a loopback `address`, so that many visitors do not look like one."""
    _, protocol = await asyncio.get_running_loop().create_connection(
        lambda: Socket(on_text), "127.0.0.1", port, local_addr=(address, 0)
    )
    await protocol.shake(f"127.0.0.1:{port}", path, headers or {})
    return protocol


def visitor_address(number: int) -> str:
    """Gives the loopback address of a visitor; a hundred share one, as behind a household's router."""
    place = number // 100
    return f"127.1.{place // 250}.{place % 250 + 1}"


class Http(asyncio.Protocol):
    """One kept-alive connection with one request at a time; answers need a Content-Length."""

    def __init__(self) -> None:
        self._buffer = b""
        self._transport: asyncio.Transport | None = None
        self._waiting: deque[asyncio.Future[tuple[int, bytes]]] = deque()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keeps the transport."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def connection_lost(self, failure: Exception | None) -> None:
        """Tells whoever waits."""
        for future in self._waiting:
            if not future.done():
                future.set_exception(failure or ConnectionError("closed"))
        self._waiting.clear()

    def data_received(self, data: bytes) -> None:
        """Hands out the answer when it is whole."""
        self._buffer += data
        head, end, body = self._buffer.partition(b"\r\n\r\n")
        if not end:
            return
        lower = head.lower()
        at = lower.find(b"content-length:")
        size = int(lower[at + 15 :].split(b"\r\n", 1)[0]) if at >= 0 else 0
        if len(body) < size:
            return
        self._buffer = body[size:]
        self._waiting.popleft().set_result((int(head[9:12]), body[:size]))

    async def ask(
        self, method: str, path: str, headers: Mapping[str, str], body: bytes = b""
    ) -> tuple[int, bytes]:
        """Sends a request and gives status and body."""
        assert self._transport is not None
        lines = [f"{method} {path} HTTP/1.1", "Host: 127.0.0.1", *(f"{n}: {v}" for n, v in headers.items())]
        if body:
            lines += ["Content-Type: application/json", f"Content-Length: {len(body)}"]
        future: asyncio.Future[tuple[int, bytes]] = asyncio.get_running_loop().create_future()
        self._waiting.append(future)
        self._transport.write(("\r\n".join(lines) + "\r\n\r\n").encode() + body)
        return await future

    def close(self) -> None:
        """Hangs up."""
        if self._transport is not None:
            self._transport.abort()


async def open_http(port: int) -> Http:
    """Opens a connection."""
    _, protocol = await asyncio.get_running_loop().create_connection(Http, "127.0.0.1", port)
    return protocol


def encode(t: str, **fields: object) -> bytes:
    """Builds the text of a frame."""
    return msgspec.json.encode({"t": t, **fields})
