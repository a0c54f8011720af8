"""The plug-ins run: each channel in one process at a time, following what admins do, back after every failure."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from typing import Any
from uuid import UUID

import asyncpg
import msgspec
import pytest

from parley.channels import running
from parley.channels.actions.channels import change_channel, remove_channel
from parley.channels.plugins import load_plugins
from parley.channels.ports import Capabilities, Link, Manifest, OutboundMessage, RawItem, Sent, Step
from parley.channels.running import PluginRunner
from parley.kit.failures import Misconfigured, Retry
from tests.channels.email.conftest import until
from tests.support.mailroom import Mailroom, write_mail


class EchoSettings(msgspec.Struct, kw_only=True):
    address: str = "echo@shop.example"
    greeting: str = "hello"
    token: str = ""


class Echo:
    """A plug-in made for the test: it runs and does what it was told to."""

    manifest = Manifest(
        slug="echo",
        kind="email",
        title="Echo",
        description="For tests.",
        settings=EchoSettings,
        capabilities=Capabilities(),
    )

    def __init__(self) -> None:
        self.runs: list[str] = []
        self.ended = 0
        self.fail: list[Exception] = []
        self.renew = ""
        self.alive = 0

    async def run(self, link: Link, settings: EchoSettings) -> None:
        """Works until cancelled, or fails as told."""
        self.runs.append(settings.greeting)
        if self.fail:
            raise self.fail.pop(0)
        if self.renew:
            await link.save_secret("token", self.renew)
            self.renew = ""
        await link.report("")
        self.alive += 1
        try:
            await asyncio.Event().wait()
        finally:
            self.alive -= 1
            self.ended += 1

    async def send(self, link: Link, settings: EchoSettings, message: OutboundMessage) -> Sent:
        """Sends nothing."""
        return Sent()

    async def test(self, link: Link, settings: EchoSettings) -> AsyncIterator[Step]:
        """Tries nothing."""
        yield Step("echo", ok=True, detail="fine")


@pytest.fixture
async def echo(room: Mailroom, monkeypatch: pytest.MonkeyPatch) -> Echo:
    made = Echo()
    room.parts.book.plugins["echo"] = made
    monkeypatch.setattr(running, "LOOK_SECONDS", 0.1)
    monkeypatch.setattr(running, "FIRST_PAUSE", 0.1)
    monkeypatch.setattr(running, "WRONG_SETTING_PAUSE", 0.1)
    room.channel_id = UUID(int=0)
    await room.add_channel("echo@shop.example", plugin="echo")
    return made


@contextlib.asynccontextmanager
async def runner(room: Mailroom) -> AsyncIterator[PluginRunner]:
    made = PluginRunner(room.runtime)
    task = asyncio.create_task(made.run())
    try:
        yield made
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)


async def change(room: Mailroom, **values: Any) -> None:
    async with room.ctx() as ctx:
        await change_channel(ctx, room.parts.book, room.channel_id, **values)


async def alive(echo: Echo, number: int) -> None:
    async def is_so() -> bool:
        return echo.alive == number

    await until(is_so, 5)


async def test_channels_are_followed_as_they_are_changed(room: Mailroom, echo: Echo) -> None:
    async with runner(room):
        await alive(echo, 1)
        await change(room, settings={"greeting": "bonjour"})

        async def restarted() -> bool:
            return echo.runs == ["hello", "bonjour"] and echo.alive == 1

        await until(restarted, 5)
        await change(room, state="paused")
        await alive(echo, 0)
        await change(room, state="active")
        await alive(echo, 1)
        async with room.ctx() as ctx:
            await remove_channel(ctx, room.parts.book, room.channel_id)
        await alive(echo, 0)
    assert echo.ended == 3


async def test_a_renewed_secret_is_no_reason_to_start_again(room: Mailroom, echo: Echo) -> None:
    echo.renew = "new token"
    async with runner(room):
        await alive(echo, 1)
        await asyncio.sleep(0.5)
        assert echo.runs == ["hello"]
        assert (await room.channel()).settings.token == "new token"
        await change(room, settings={"greeting": "bonjour"})

        async def restarted() -> bool:
            return echo.runs == ["hello", "bonjour"]

        await until(restarted, 5)


async def test_failures_are_shown_and_tried_again(room: Mailroom, echo: Echo) -> None:
    echo.fail = [
        Misconfigured("password", "The password is wrong."),
        Retry(None, "The server is away."),
        ConnectionResetError("reset"),
        ValueError("a bug"),
    ]
    seen: list[str] = []

    async def watch() -> bool:
        row = await room.row(
            "SELECT state, error FROM channels WHERE workspace_id = $1 AND id = $2", room.channel_id
        )
        if not seen or seen[-1] != row["error"]:
            seen.append(row["error"])
        return echo.alive == 1

    async with runner(room):
        await until(watch, 10)
        await until(watch, 1)
    assert [text for text in seen if text][:2] == ["The password is wrong.", "The server is away."]
    state = await room.row("SELECT state FROM channels WHERE workspace_id = $1 AND id = $2", room.channel_id)
    assert state == {"state": "active"}


async def test_one_process_runs_a_channel_at_a_time(room: Mailroom, echo: Echo) -> None:
    async with runner(room):
        await alive(echo, 1)
        async with runner(room):
            await asyncio.sleep(0.5)
            assert echo.alive == 1
    await alive(echo, 0)
    async with runner(room):
        await alive(echo, 1)


async def test_who_loses_the_database_gives_the_channel_up(room: Mailroom, echo: Echo) -> None:
    async with runner(room):
        await alive(echo, 1)
        connection = await asyncpg.connect(room.runtime.db.dsn)
        await connection.execute(
            """SELECT pg_terminate_backend(l.pid) FROM pg_locks l
               WHERE l.locktype = 'advisory' AND l.granted AND l.pid <> pg_backend_pid()
                 AND l.pid NOT IN (SELECT pid FROM pg_stat_activity WHERE state LIKE 'idle in transaction%')"""
        )
        await connection.close()

        async def started_again() -> bool:
            return len(echo.runs) == 2 and echo.alive == 1

        await until(started_again, 10)
    assert echo.ended == 2


async def test_a_channel_with_broken_settings_stops_nobody_else(room: Mailroom, echo: Echo) -> None:
    async with room.ctx() as ctx:
        await ctx.tx.execute(
            """INSERT INTO channels (workspace_id, id, plugin, kind, name, public_key, settings, created_at)
               VALUES ($1, gen_random_uuid(), 'echo', 'email', 'Broken', 'broken', '{"greeting": 5}',
                       now() - interval '1 day')""",
            room.workspace_id,
        )
    async with runner(room):
        await alive(echo, 1)


async def test_what_a_plugin_takes_in_is_stored(room: Mailroom, echo: Echo) -> None:
    link = room.parts.link(await room.channel())
    item = RawItem(key="1", data=write_mail().as_bytes(), received_at=room.runtime.clock.now())
    assert await link.take_in(item) is True
    assert await link.take_in(item) is False
    await link.save_position({"uid": 5})
    assert await link.load_position() == {"uid": 5}


def test_only_plugins_that_fetch_are_run() -> None:
    runs = {slug for slug, plugin in load_plugins().items() if plugin.manifest.runs}
    assert "email_imap" in runs
    assert runs.isdisjoint({"chat", "contact_form", "email_listener", "email_webhook"})
