"""Runs Parley in one process or in several: embedded PostgreSQL, web, worker, all stopped together."""

import asyncio
import contextlib
import os
import signal
import socket as sockets
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from contextlib import asynccontextmanager
from typing import Any, TypeVar
from urllib.parse import parse_qs, urlsplit

import asyncpg
import structlog
import uvicorn

from parley.app.asgi import Door
from parley.app.build import build_app, build_runtime
from parley.app.garbage import collect_garbage
from parley.app.migrate import migrate
from parley.app.routes import ROUTES
from parley.app.settings import Settings
from parley.app.slices import SLICES
from parley.conversations.desk_socket import DeskSocket
from parley.kit.db import AWAY, Database
from parley.kit.jobs.worker import Worker
from parley.kit.live.bus import Bus
from parley.kit.log.readers import ReaderLoop
from parley.kit.postgres import EmbeddedPostgres, ServerEvent
from parley.kit.runtime import Runtime

log = structlog.get_logger("parley")
Say = Callable[[str], None]
Done = TypeVar("Done")


class Server(uvicorn.Server):
    """Uvicorn without its own signal handlers; ours stop everything in order."""

    @contextlib.contextmanager
    def capture_signals(self) -> Any:
        """Leaves the signals to `run`."""
        yield


@asynccontextmanager
async def open_database(settings: Settings, say: Say, *, patience: float = 0.0) -> AsyncIterator[str]:
    """Gives the address of the database; starts the embedded one where none is named.

    Waits up to `patience` seconds for one that is named; raises OSError when it does not let us in.
    """
    if settings.database_url:
        await _reach(settings.database_url, patience)
        yield settings.database_url
        return
    say(f"Starting PostgreSQL in {settings.data}")
    settings.data.mkdir(parents=True, exist_ok=True)
    server = EmbeddedPostgres(settings.data / "postgres")
    dsn = await asyncio.to_thread(server.start)
    watching = asyncio.create_task(server.supervise(_report), name="supervisor")
    watching.add_done_callback(_complain)
    try:
        yield dsn
    finally:
        watching.cancel()
        await asyncio.gather(watching, return_exceptions=True)
        await asyncio.to_thread(server.stop, 4.0)


def _report(event: ServerEvent) -> None:
    log.warning("embedded PostgreSQL", what=event.kind, detail=event.detail)


@asynccontextmanager
async def open_runtime(
    settings: Settings, dsn: str, *, bus: bool = True, patience: float = 0.0
) -> AsyncIterator[Runtime]:
    """Gives a runtime with every slice registered, its bus running.

    Waits up to `patience` seconds for a server that is not there yet; raises OSError when there is none.
    """
    settings.data.mkdir(parents=True, exist_ok=True)
    db = await _find_server(settings, dsn, patience)
    line = Bus(dsn) if bus else None
    runtime = build_runtime(db, settings, SLICES, bus=line)
    runtime.parts["desk_socket"] = DeskSocket(runtime)
    task = asyncio.create_task(line.run()) if line else None
    try:
        yield runtime
    finally:
        await runtime.hub.close()
        if task is not None:
            task.cancel()
            await asyncio.gather(task, return_exceptions=True)
        await runtime.http.close()
        await db.close()


async def _reach(url: str, patience: float) -> None:
    end = asyncio.get_running_loop().time() + patience
    while True:
        try:
            await (await asyncpg.connect(url, timeout=10)).close()
        except (*AWAY, asyncpg.PostgresError, ValueError) as failure:
            if not isinstance(failure, AWAY) or asyncio.get_running_loop().time() > end:
                raise OSError(explain_unreachable(url, failure)) from failure
            log.warning("waiting for the database", error=str(failure))
        else:
            return
        await asyncio.sleep(1)


def explain_unreachable(url: str, failure: BaseException) -> str:
    """Says in a sentence which database does not answer, without its password."""
    parts = urlsplit(url)
    host = parts.hostname or parse_qs(parts.query).get("host", ["localhost"])[0]
    place = f"{host}:{parts.port or 5432}" if not host.startswith("/") else host
    reason = str(failure) or type(failure).__name__
    if parts.password:
        reason = reason.replace(parts.password, "…")
    return f"DATABASE_URL: the database at {place} cannot be used ({reason.rstrip('.')})."


async def _find_server(settings: Settings, dsn: str, patience: float) -> Database:
    end = asyncio.get_running_loop().time() + patience
    while True:
        try:
            return await Database.open(dsn, max_size=settings.pool_size)
        except AWAY as failure:
            if asyncio.get_running_loop().time() > end:
                said = f"The database cannot be reached ({failure})."
                raise OSError(
                    explain_unreachable(dsn, failure) if settings.database_url else said
                ) from failure
            log.warning("waiting for the database", error=str(failure))
        await asyncio.sleep(1)


@asynccontextmanager
async def running_worker(runtime: Runtime) -> AsyncIterator[None]:
    """Runs queue, readers, channels and the heartbeat while the block runs."""
    worker = Worker(runtime, concurrency=runtime.settings.worker_concurrency)
    readers = ReaderLoop(runtime)
    runtime.nerves.readers = readers
    tasks = [
        asyncio.create_task(_keep_going(name, work), name=name)
        for name, work in (
            ("queue", worker.run),
            ("readers", readers.run),
            ("beat", lambda: _beat(runtime)),
            ("channels", getattr(runtime.parts["channels"], "run_plugins", asyncio.Event().wait)),
        )
    ]
    try:
        yield
    finally:
        await worker.stop()
        for task in tasks[1:]:
            task.cancel()
        await asyncio.wait(tasks, timeout=4)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _keep_going(name: str, work: Callable[[], Coroutine[Any, Any, Any]]) -> None:
    """Runs a part until it ends by itself; one that fails is begun again, for nobody else would."""
    while True:
        try:
            await work()
        except Exception:
            log.exception("a part of the process ended", part=name)
            await asyncio.sleep(1)
        else:
            return


def _complain(task: asyncio.Task[None]) -> None:
    if not task.cancelled() and task.exception() is not None:
        log.error("a part of the process ended", part=task.get_name(), exc_info=task.exception())


async def _beat(runtime: Runtime) -> None:
    me = f"{sockets.gethostname()}:{os.getpid()}"
    while True:
        with contextlib.suppress(OSError, Exception):
            async with runtime.db.transaction(None) as tx:
                await tx.execute(
                    """INSERT INTO worker_beats (worker, moved_at) VALUES ($1, now())
                       ON CONFLICT (worker) DO UPDATE SET moved_at = now()""",
                    me,
                )
                await tx.execute("DELETE FROM worker_beats WHERE moved_at < now() - interval '1 day'")
        await asyncio.sleep(5)


async def serve_web(
    runtime: Runtime,
    listening: sockets.socket,
    stop: asyncio.Event,
    started: Callable[[], Awaitable[None]],
    extra: tuple[Any, ...] = (),
) -> None:
    """Serves HTTP and sockets on a bound socket (see `bind`) until `stop` is set."""
    settings: Settings = runtime.settings
    door = Door(runtime, build_app(runtime, SLICES, extra_routes=(*ROUTES, *extra)))
    server = Server(
        uvicorn.Config(
            door,
            loop="uvloop",
            http="httptools",
            ws="websockets-sansio",
            ws_per_message_deflate=False,
            lifespan="on",
            ws_max_size=128 * 1024,
            ws_ping_interval=25,
            ws_ping_timeout=25,
            log_config=None,
            access_log=False,
            server_header=False,
            proxy_headers=True,
            forwarded_allow_ips=settings.trusted_proxies,
            timeout_graceful_shutdown=3,
            timeout_keep_alive=30,
            backlog=4096,
        )
    )
    serving = asyncio.create_task(server.serve(sockets=[listening]))
    while not server.started and not serving.done():  # noqa: ASYNC110 - uvicorn offers no event
        await asyncio.sleep(0.01)
    await started()
    collecting = asyncio.create_task(collect_garbage())
    stopping = asyncio.create_task(stop.wait())
    await asyncio.wait({serving, stopping}, return_when=asyncio.FIRST_COMPLETED)
    stopping.cancel()
    collecting.cancel()
    await door.close_sockets()
    server.should_exit = True
    await serving


def bind(host: str, port: int, advice: str = "Choose another with --port.") -> sockets.socket:
    """Takes the port; raises OSError with a sentence and advice when somebody else has it."""
    family = sockets.AF_INET6 if ":" in host else sockets.AF_INET
    listening = sockets.socket(family, sockets.SOCK_STREAM)
    listening.setsockopt(sockets.SOL_SOCKET, sockets.SO_REUSEADDR, 1)
    try:
        listening.bind((host, port))
    except OSError as failure:
        listening.close()
        raise OSError(f"Port {port} on {host} cannot be used ({failure.strerror}). {advice}") from failure
    return listening


def check_listener(settings: Settings) -> None:
    """Raises OSError with a sentence when the port of the mail listener belongs to somebody else."""
    if settings.smtp_port:
        advice = "Choose another with PARLEY_SMTP_PORT, or 0 for no mail listener."
        bind(settings.smtp_host, settings.smtp_port, advice).close()


def stop_on_signals() -> asyncio.Event:
    """Gives an event that SIGINT and SIGTERM set; a second signal ends the process at once."""
    stop = asyncio.Event()

    def ask() -> None:
        if stop.is_set():
            os._exit(130)
        stop.set()

    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, ask)
    return stop


async def up(
    settings: Settings,
    say: Say,
    *,
    before: Callable[[Runtime], Coroutine[Any, Any, tuple[Any, ...]]],
    ready: Callable[[Runtime], Awaitable[None]],
) -> None:
    """Runs everything in one process: database, migrations, web and worker; returns after a signal."""
    stop = stop_on_signals()
    # The port first: whoever must choose another one is told before anything is created.
    with contextlib.closing(bind(settings.host, settings.port)) as listening:
        check_listener(settings)
        async with open_database(settings, say) as dsn:
            say("Bringing the database up to date")
            await migrate(dsn)
            async with open_runtime(settings, dsn) as runtime:
                extra = await _unless_stopped(stop, before(runtime))
                if extra is not None:
                    async with running_worker(runtime):
                        await serve_web(runtime, listening, stop, lambda: ready(runtime), extra)
                say("Stopping")


async def _unless_stopped(stop: asyncio.Event, work: Coroutine[Any, Any, Done]) -> Done | None:
    """Gives what the work gives; None, and the work is cancelled, when `stop` is set before."""
    working, stopping = asyncio.create_task(work), asyncio.create_task(stop.wait())
    await asyncio.wait({working, stopping}, return_when=asyncio.FIRST_COMPLETED)
    stopping.cancel()
    if working.done():
        return working.result()
    working.cancel()
    await asyncio.gather(working, return_exceptions=True)
    return None
