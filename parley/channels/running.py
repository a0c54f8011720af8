"""Running the plug-ins: one task per active channel, each in one process at a time, started again when it fails."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable
from time import monotonic
from typing import TYPE_CHECKING, Any
from uuid import UUID

import asyncpg
import msgspec
import structlog

from parley.channels.link import ChannelLink
from parley.channels.model import Channel
from parley.channels.queries.channels import COLUMNS, open_channel
from parley.channels.trouble import AWAY
from parley.kit.errors import ParleyError
from parley.kit.failures import Failure, Misconfigured
from parley.kit.secrets import SecretError

if TYPE_CHECKING:
    from parley.kit.runtime import Runtime

log = structlog.get_logger("channels")
LOOK_SECONDS = 2.0
FIRST_PAUSE = 2.0
LONGEST_PAUSE = 300.0
# Signing in with a wrong password again and again gets a mailbox or an address locked.
WRONG_SETTING_PAUSE = 60.0
STEADY_SECONDS = 60.0
LOCK = 11

CHANNELS = f"""
SELECT {COLUMNS}, md5(plugin || address || settings::text || coalesce(encode(secrets, 'hex'), '')) AS print
FROM channels WHERE deleted_at IS NULL AND state <> 'paused' AND plugin = ANY($1) ORDER BY created_at, id
"""


class Running(msgspec.Struct):
    """A channel that runs here."""

    channel: Channel
    print: str
    link: ChannelLink
    task: asyncio.Task[None]


class PluginRunner:
    """Keeps the plug-ins of all channels running that no other process runs."""

    def __init__(self, runtime: "Runtime") -> None:
        self._runtime = runtime
        self._book = runtime.parts["channels"].book
        self._running: dict[UUID, Running] = {}
        self._broken: dict[UUID, str] = {}

    async def run(self) -> None:
        """Runs plug-ins until cancelled; without the database they stop, with it they start again."""
        while True:
            connection = None
            try:
                # A session of its own: the locks in it last as long as this process holds it.
                connection = await asyncpg.connect(self._runtime.db.dsn)
                await self._follow(connection)
            except (*AWAY, asyncpg.PostgresError) as failure:
                log.warning("plug-ins lost their database", error=type(failure).__name__)
            finally:
                await self._stop_all()
                if connection is not None:
                    with contextlib.suppress(Exception):
                        await connection.close(timeout=1)
            await asyncio.sleep(1)

    async def _follow(self, connection: Any) -> None:
        lost = asyncio.Event()
        connection.add_termination_listener(lambda _: lost.set())
        while not lost.is_set():
            await self._look(connection)
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(lost.wait(), LOOK_SECONDS)

    async def _look(self, connection: Any) -> None:
        """Starts what should run, stops what should not, restarts what was changed."""
        runnable = [slug for slug, plugin in self._book.plugins.items() if plugin.manifest.runs]
        async with self._runtime.db.transaction(None) as tx:
            rows = {row["id"]: row for row in await tx.fetch(CHANNELS, runnable)}
        for channel_id, running in list(self._running.items()):
            row = rows.get(channel_id)
            if row is None or (row["print"] != running.print and self._is_changed(row, running)):
                await self._stop(connection, channel_id)
        for channel_id, row in rows.items():
            if channel_id not in self._running and self._broken.get(channel_id) != row["print"]:
                await self._start(connection, row)

    def _is_changed(self, row: Any, running: Running) -> bool:
        """Says whether settings differ by more than what the plug-in has renewed itself."""
        try:
            channel = open_channel(_columns(row), self._book.plugins, self._book.box)
        except (ParleyError, SecretError):
            return True
        expected = msgspec.structs.replace(running.channel.settings, **running.link.renewed)
        if channel.settings != expected or channel.address != running.channel.address:
            return True
        running.print = row["print"]
        return False

    async def _start(self, connection: Any, row: Any) -> None:
        try:
            channel = open_channel(_columns(row), self._book.plugins, self._book.box)
        except (ParleyError, SecretError) as failure:
            self._broken[row["id"]] = row["print"]
            log.warning("a channel cannot be opened", channel=str(row["id"]), error=str(failure)[:300])
            return
        if not await connection.fetchval(
            "SELECT pg_try_advisory_lock(hashtextextended($1, $2))", str(channel.id), LOCK
        ):
            return
        link = self._runtime.parts["channels"].link(channel)
        task = asyncio.create_task(self._keep_running(channel, link), name=f"channel {channel.id}")
        self._running[channel.id] = Running(channel, row["print"], link, task)

    async def _stop(self, connection: Any, channel_id: UUID) -> None:
        running = self._running.pop(channel_id)
        await _end([running.task])
        await connection.execute("SELECT pg_advisory_unlock(hashtextextended($1, $2))", str(channel_id), LOCK)

    async def _stop_all(self) -> None:
        tasks = [running.task for running in self._running.values()]
        self._running.clear()
        await _end(tasks)

    async def _keep_running(self, channel: Channel, link: ChannelLink) -> None:
        """Runs one plug-in; a failure is shown at the channel, and it is tried again after growing pauses."""
        plugin = self._book.plugins[channel.plugin]
        pause = FIRST_PAUSE
        while True:
            began = monotonic()
            try:
                settings = msgspec.structs.replace(channel.settings, **link.renewed)
                await plugin.run(link, settings)
            except Failure as failure:
                reason = failure.reason
                least = WRONG_SETTING_PAUSE if isinstance(failure, Misconfigured) else 0.0
            except AWAY as failure:
                reason, least = f"The connection broke ({type(failure).__name__}).", 0.0
            except Exception as failure:
                log.exception("a channel failed", channel=str(channel.id), plugin=channel.plugin)
                reason, least = f"Something went wrong ({type(failure).__name__}); it is tried again.", 0.0
            else:
                return
            if monotonic() - began > STEADY_SECONDS:
                # Servers end old connections; that is no news unless it cannot be mended at once.
                pause = FIRST_PAUSE
                await asyncio.sleep(pause)
                continue
            with contextlib.suppress(*AWAY):
                await link.report(reason)
            await asyncio.sleep(max(pause, least))
            pause = min(LONGEST_PAUSE, pause * 2)


def _columns(row: Any) -> dict[str, Any]:
    return {name: row[name] for name in COLUMNS.split(", ")}


async def _end(tasks: list["asyncio.Task[None]"]) -> None:
    for task in tasks:
        task.cancel()
    if tasks:
        await asyncio.wait(tasks, timeout=5)


async def keep_going(name: str, work: Callable[[], Awaitable[None]]) -> None:
    """Does work until cancelled; whatever ends it is told, and it begins anew."""
    while True:
        try:
            await work()
        except Exception:
            log.exception("a part of the channels ended, it begins anew", part=name)
        await asyncio.sleep(5)
