"""Real mail servers, and a shop whose mailbox is there."""

import asyncio
import contextlib
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from uuid import UUID

import msgspec
import pytest

from parley.channels.adapters.email_imap import ADAPTER
from parley.channels.running import PluginRunner
from tests.support.app import Shop
from tests.support.jobs import run_jobs
from tests.support.mailroom import Mailroom
from tests.support.mailservers import DOMAIN, PASSWORD, MailServers, mail_servers, missing_programs


@pytest.fixture(scope="session")
def servers() -> Iterator[MailServers]:
    """Dovecot and Exim, started once."""
    missing = missing_programs()
    if missing:
        pytest.skip(f"not installed: {', '.join(missing)}")
    with tempfile.TemporaryDirectory(prefix="parley-mail-", ignore_cleanup_errors=True) as folder:
        Path(folder).chmod(0o755)
        with mail_servers(Path(folder)) as running:
            yield running


@pytest.fixture
def clean(servers: MailServers) -> MailServers:
    """The servers with empty mailboxes."""
    servers.empty()
    return servers


class Post(Mailroom):
    """A shop whose channel is the mailbox help@shop.test on the real servers."""

    servers: MailServers

    async def join(self, **settings: Any) -> UUID:
        """Adds the mailbox as a channel."""
        given = {
            "provider": "other",
            "user": "help",
            "password": PASSWORD,
            "imap_host": "127.0.0.1",
            "imap_port": self.servers.imap_port,
            "imap_security": "none",
            "check_certificates": False,
        }
        self.smtp_port = self.servers.smtp_port
        return await self.add_channel(f"help@{DOMAIN}", plugin="email_imap", **{**given, **settings})

    @asynccontextmanager
    async def receiving(self, **changes: Any) -> AsyncIterator["asyncio.Task[None]"]:
        """Runs the plug-in itself while the block runs."""
        channel = await self.channel()
        settings = msgspec.structs.replace(channel.settings, **changes)
        task = asyncio.create_task(ADAPTER.run(self.parts.link(channel), settings))
        try:
            yield task
        finally:
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError, Exception):
                await task

    @asynccontextmanager
    async def running(self) -> AsyncIterator[PluginRunner]:
        """Runs all plug-ins as the worker does while the block runs."""
        runner = PluginRunner(self.runtime)
        task = asyncio.create_task(runner.run())
        try:
            yield runner
        finally:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)

    async def items(self, number: int, seconds: float = 15) -> list[dict[str, Any]]:
        """Waits for that many items, has them read, and gives them."""

        async def enough() -> bool:
            return await self.count("inbound_items") >= number

        await until(enough, seconds)
        await run_jobs(self.runtime, "channels.ingest")
        return await self.rows("SELECT * FROM inbound_items WHERE workspace_id = $1 ORDER BY id")

    async def health(self) -> tuple[str, str]:
        """Gives state and error of the channel."""
        row = await self.row(
            "SELECT state, error FROM channels WHERE workspace_id = $1 AND id = $2", self.channel_id
        )
        return row["state"], row["error"]


async def until(true: Callable[[], Awaitable[bool]], seconds: float = 15) -> None:
    """Waits for something; raises AssertionError when it does not come true."""
    end = time.monotonic() + seconds
    while not await true():
        assert time.monotonic() < end, "it did not come true in time"
        await asyncio.sleep(0.05)


@pytest.fixture
def desk(shop: Shop, clean: MailServers) -> Post:
    """The shop's mail on the real servers, without a channel yet."""
    made = Post(shop.runtime, shop.workspace_id)
    made.servers = clean
    return made
