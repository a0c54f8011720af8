"""The bus between processes: small JSON events over PostgreSQL's LISTEN/NOTIFY, outside business transactions."""

import asyncio
import contextlib
import secrets
from collections.abc import Callable
from typing import Any

import asyncpg
import msgspec
import structlog

from parley.kit.db import TROUBLE

log = structlog.get_logger("bus")
CHANNEL = "parley"
MAX_PAYLOAD = 7000
# Between two notifications: under load many events share one.
GAP_SECONDS = 0.005
Listener = Callable[[dict[str, Any]], None]


class Bus:
    """Publishes events to the other processes and hears theirs; own events do not come back."""

    def __init__(self, dsn: str) -> None:
        self._dsn = dsn
        self._me = secrets.token_hex(6)
        self._listeners: list[Listener] = []
        self._outgoing: list[dict[str, Any]] = []
        self._wake = asyncio.Event()
        self._jobs_waiting = False
        self.reconnected: list[Callable[[], None]] = []
        self.connected = False

    def listen(self, listener: Listener) -> None:
        """Adds somebody who hears every event of the other processes."""
        self._listeners.append(listener)

    def publish(self, event: dict[str, Any]) -> None:
        """Queues an event for the other processes; it may be lost when the database goes away.

        One that does not fit into a notification (8,000 bytes) stays in this process.
        """
        if len(msgspec.json.encode(event)) > MAX_PAYLOAD:
            log.warning("an event is too large for the other processes", topic=event.get("t"))
        elif len(self._outgoing) < 10_000:
            self._outgoing.append(event)
        self._wake.set()

    def wake_jobs(self) -> None:
        """Tells the workers of all processes that the queue has something."""
        self._jobs_waiting = True
        self._wake.set()

    async def flushed(self, seconds: float) -> None:
        """Waits until nothing is left to publish, at most so long."""
        end = asyncio.get_running_loop().time() + seconds
        while (  # noqa: ASYNC110 - runs once, at the end
            self._outgoing or self._jobs_waiting or not self.connected
        ) and asyncio.get_running_loop().time() < end:
            await asyncio.sleep(0.01)

    async def run(self) -> None:
        """Keeps the connection alive until cancelled."""
        first = True
        while True:
            try:
                connection = await asyncpg.connect(self._dsn, server_settings={"synchronous_commit": "off"})
            except TROUBLE as failure:
                log.warning("bus cannot connect", error=str(failure))
                await asyncio.sleep(0.5)
                continue
            try:
                await connection.add_listener(CHANNEL, self._hear)
                self.connected = True
                if not first:
                    for hook in self.reconnected:
                        hook()
                first = False
                await self._send_until_lost(connection)
            except TROUBLE as failure:
                log.warning("bus lost its connection", error=str(failure))
            finally:
                self.connected = False
                with contextlib.suppress(Exception):
                    await connection.close(timeout=1)
            await asyncio.sleep(0.2)

    async def _send_until_lost(self, connection: Any) -> None:
        while not connection.is_closed():
            with contextlib.suppress(TimeoutError):
                # `wait_for` of Python 3.11 loses a cancellation that comes with the wake.
                async with asyncio.timeout(5):
                    await self._wake.wait()
            self._wake.clear()
            if self._jobs_waiting:
                self._jobs_waiting = False
                await connection.execute("SELECT pg_notify('ch_pgqueuer', $1)", job_wake_payload())
            while self._outgoing:
                batch = self._take_batch()
                await connection.execute("SELECT pg_notify($1, $2)", CHANNEL, batch)
            await asyncio.sleep(GAP_SECONDS)

    def _take_batch(self) -> str:
        taken: list[dict[str, Any]] = []
        size = 0
        while self._outgoing and len(taken) < 100:
            size += len(msgspec.json.encode(self._outgoing[0]))
            if taken and size > MAX_PAYLOAD:
                break
            taken.append(self._outgoing.pop(0))
        return msgspec.json.encode({"from": self._me, "events": taken}).decode()

    def _hear(self, _connection: Any, _pid: int, _channel: str, payload: object) -> None:
        try:
            message = msgspec.json.decode(str(payload))
        except msgspec.DecodeError:
            return
        if message.get("from") == self._me:
            return
        for event in message.get("events", []):
            for listener in self._listeners:
                listener(event)


def job_wake_payload() -> str:
    """Builds the event that pgqueuer's queue manager takes as "the table changed"."""
    from datetime import UTC, datetime

    return msgspec.json.encode(
        {
            "type": "table_changed_event",
            "channel": "ch_pgqueuer",
            "operation": "insert",
            "sent_at": datetime.now(UTC).isoformat(),
            "table": "pgqueuer",
        }
    ).decode()
