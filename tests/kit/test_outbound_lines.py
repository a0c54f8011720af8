import asyncio
import tracemalloc
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest

from parley.kit.failures import Misconfigured, Refused, Retry
from parley.kit.outbound import OutboundClient, Times
from tests.kit.outbound_servers import raw_server, serving

LINES = [b'{"n":%d}' % n + b"x" * (n % 97) for n in range(5000)]
TEXT = b"\n".join(LINES) + b"\n"


@asynccontextmanager
async def client(**options: Any) -> AsyncIterator[OutboundClient]:
    made = OutboundClient(**{"allow": ("127.0.0.1",), **options})
    try:
        yield made
    finally:
        await made.close()


@asynccontextmanager
async def file_server(text: bytes = TEXT, *, ranges: bool = True, piece: int = 1000) -> AsyncIterator[str]:
    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode().lower()
        asked = next((line for line in head.split("\r\n") if line.startswith("range:")), "")
        start = int(asked.partition("=")[2].rstrip("-")) if asked and ranges else 0
        status = "206 Partial" if asked and ranges else "200 OK"
        body = text[start:]
        writer.write(f"HTTP/1.1 {status}\r\nContent-Length: {len(body)}\r\n\r\n".encode())
        for at in range(0, len(body), piece):
            writer.write(body[at : at + piece])
            await writer.drain()

    async with raw_server(answer) as port:
        yield f"http://127.0.0.1:{port}/"


async def collect(lines: AsyncIterator[tuple[int, bytes]], into: list[bytes]) -> None:
    async for _, line in lines:
        into.append(line)


@pytest.mark.parametrize("piece", [1, 7, 64_000])
async def test_lines_come_whole_however_the_pieces_fall(piece: int) -> None:
    text = b"a\n\nbc\nd" if piece == 1 else TEXT
    async with file_server(text, piece=piece) as url, client() as http:
        got = [line async for line in http.stream_lines(url)]
    assert b"\n".join(line for _, line in got) == text.removesuffix(b"\n")
    assert got[-1][0] == len(text)


@pytest.mark.parametrize("ranges", [True, False])
async def test_reading_goes_on_at_an_offset(ranges: bool) -> None:
    async with file_server(ranges=ranges) as url, client() as http:
        got = [one async for one in http.stream_lines(url)]
        offset, _ = got[2499]
        assert [one async for one in http.stream_lines(url, start=offset)] == got[2500:]


async def test_a_long_text_is_never_in_memory() -> None:
    async with file_server(TEXT * 20, piece=64_000) as url, client() as http:
        tracemalloc.start()
        before = tracemalloc.get_traced_memory()[0]
        tracemalloc.reset_peak()
        count = 0
        async for _ in http.stream_lines(url):
            count += 1
        peak = tracemalloc.get_traced_memory()[1] - before
        tracemalloc.stop()
    assert count == 100_000
    assert peak < len(TEXT) * 4


async def test_too_much_is_refused() -> None:
    async with file_server() as url, client() as http:
        with pytest.raises(Refused, match="longer than 10000 bytes"):
            _ = [one async for one in http.stream_lines(url, max_bytes=10_000)]
    async with file_server(b"x" * 100_000) as url, client() as http:
        with pytest.raises(Refused, match="a line"):
            _ = [one async for one in http.stream_lines(url, max_line=10_000)]


async def test_failures_are_named() -> None:
    async def half(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\na\nb\nhalf")

    async def silent(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\na\n")
        await writer.drain()
        await asyncio.sleep(5)

    for handler, times in ((half, None), (silent, Times(read=0.2, total=60))):
        got: list[bytes] = []
        async with raw_server(handler) as port, client() as http:
            with pytest.raises(Retry) as caught:
                await collect(http.stream_lines(f"http://127.0.0.1:{port}/", times=times), got)
        assert got == ([b"a", b"b"] if handler is half else [b"a"])
        assert not caught.value.uncertain
    async with serving() as port:
        async with client() as http:
            with pytest.raises(Misconfigured, match="403"):
                await anext(http.stream_lines(f"http://127.0.0.1:{port}/status?403"))
            with pytest.raises(Refused, match="packed"):
                await anext(http.stream_lines(f"http://127.0.0.1:{port}/gzip?20"))
            url = f"http://127.0.0.1:{port}/to?http://127.0.0.1:{port}/long?30"
            assert [line async for _, line in http.stream_lines(url)] == [b"x" * 30]
        async with client(allow=()) as http:
            with pytest.raises(Misconfigured, match="public"):
                await anext(http.stream_lines(f"http://127.0.0.1:{port}/long?30"))
