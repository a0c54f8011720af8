"""The line between processes ends when it shall, whatever is being said on it."""

import asyncio

import pytest

from parley.kit.live.bus import Bus
from parley.kit.postgres import EmbeddedPostgres


@pytest.mark.parametrize("later", range(5))
async def test_it_ends_in_the_moment_something_is_published(postgres: EmbeddedPostgres, later: int) -> None:
    bus = Bus(postgres.dsn)
    running = asyncio.create_task(bus.run())
    async with asyncio.timeout(10):
        await bus.flushed(10)
        assert bus.connected
        await asyncio.sleep(0.2)
    bus.publish({"t": "anything"})
    for _ in range(later):
        await asyncio.sleep(0)
    running.cancel()
    done, _ = await asyncio.wait({running}, timeout=2)
    running.cancel()
    assert done
    assert running.cancelled()
