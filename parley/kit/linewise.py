"""Answers too long for memory: read piece by piece, given line by line."""

import asyncio
from collections.abc import AsyncIterator

import httpx

from parley.kit.failures import Refused, Retry


async def bound_pieces(response: httpx.Response, max_bytes: int, seconds: float) -> AsyncIterator[bytes]:
    """Gives the raw pieces of an answer that is too long for memory, held to a size and a time; raises Refused, Retry."""
    if response.headers.get("content-encoding", "identity").strip().lower() not in {"identity", ""}:
        raise Refused("the answer is packed although it was asked for as it is")
    loop = asyncio.get_running_loop()
    until, received = loop.time() + seconds, 0
    async for piece in response.aiter_raw():
        received += len(piece)
        if received > max_bytes:
            raise Refused(f"the answer is longer than {max_bytes} bytes")
        if loop.time() > until:
            raise Retry(None, "the server took too long")
        yield piece


async def split_lines(
    pieces: AsyncIterator[bytes], skip: int, offset: int, max_line: int
) -> AsyncIterator[tuple[int, bytes]]:
    """Gives each line without its end and the offset behind it, leaving out the first `skip` bytes; raises Refused."""
    rest = b""
    async for piece in pieces:
        dropped = min(skip, len(piece))
        skip, offset = skip - dropped, offset + dropped
        *lines, rest = (rest + piece[dropped:]).split(b"\n")
        for line in lines:
            offset += len(line) + 1
            yield offset, line
        if len(rest) > max_line:
            raise Refused(f"a line of the answer is longer than {max_line} bytes")
    if rest:
        yield offset + len(rest), rest
