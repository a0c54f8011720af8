"""What the commands `up`, `web`, `worker` and `migrate` do."""

import contextlib
import shlex
from collections.abc import Callable
from typing import Any

import click

from parley.accounts.actions.joining import issue_setup_token
from parley.app.build import read_keys
from parley.app.connect import require_installation
from parley.app.migrate import migrate, newest_revision
from parley.app.run import (
    bind,
    open_database,
    open_runtime,
    running_worker,
    serve_web,
    stop_on_signals,
    up,
)
from parley.app.settings import Settings
from parley.kit.runtime import Runtime

Say = Callable[[str], None]
# Seconds for which a process that was started together with its database waits for it.
PATIENCE = 30.0


async def start_everything(settings: Settings, say: Say) -> None:
    """Runs database, web and worker in this process until a signal comes."""
    lines: list[str] = []

    async def before(runtime: Runtime) -> tuple[Any, ...]:
        if settings.demo:
            # Late, because the shop and its conversations take their time to import.
            from parley.app.demo.loading import load_demo

            demo = await load_demo(runtime, say)
            lines.extend(demo.lines)
            lines.extend(await list_token_commands(runtime))
            return demo.routes
        if not await has_workspace(runtime):
            token = await issue_setup_token(runtime)
            lines.append(f"setup {settings.origin}/setup?token={token}")
        lines.extend(await list_token_commands(runtime))
        return ()

    async def ready(_: Runtime) -> None:
        say(f"Parley runs at {settings.origin}")
        for line in lines:
            say(line)

    await up(settings, say, before=before, ready=ready)


async def start_web(settings: Settings, say: Say) -> None:
    """Serves HTTP and sockets until a signal comes."""
    stop = stop_on_signals()
    require_installation(settings)
    with contextlib.closing(bind(settings.host, settings.port)) as listening:
        async with (
            open_database(settings, say, patience=PATIENCE) as dsn,
            open_runtime(settings, dsn, patience=PATIENCE) as runtime,
        ):
            await check_migrated(runtime)

            async def ready() -> None:
                say(f"Parley's web process runs at {settings.origin}")

            await serve_web(runtime, listening, stop, ready)


async def start_worker(settings: Settings, say: Say) -> None:
    """Runs jobs, readers and channels until a signal comes.

    Of several workers on one machine one has the mail listener's port; the others wait to take over.
    """
    stop = stop_on_signals()
    require_installation(settings)
    async with (
        open_database(settings, say, patience=PATIENCE) as dsn,
        open_runtime(settings, dsn, patience=PATIENCE) as runtime,
    ):
        await check_migrated(runtime)
        async with running_worker(runtime):
            say("Parley's worker runs")
            await stop.wait()


async def start_migration(settings: Settings, say: Say) -> None:
    """Brings the database up to date and says which revision it has reached."""
    async with open_database(settings, say) as dsn:
        # With the database come the keys: other processes find both here and make neither.
        settings.data.mkdir(parents=True, exist_ok=True)
        read_keys(settings)
        say(f"The database is at revision {await migrate(dsn)}.")


async def check_migrated(runtime: Runtime) -> None:
    """Raises ClickException when the schema is not the one this version needs."""
    async with runtime.db.transaction(None) as tx:
        known = await tx.fetchval("SELECT to_regclass('alembic_version') IS NOT NULL")
        revision = await tx.fetchval("SELECT version_num FROM alembic_version") if known else None
    if revision != newest_revision():
        raise click.ClickException(
            f"The database is at revision {revision}, this version needs {newest_revision()}; run `parley migrate`."
        )


async def list_token_commands(runtime: Runtime) -> list[str]:
    """Gives for each workspace the command that makes a token for its API, as lines `token <command>`."""
    async with runtime.db.transaction(None) as tx:
        rows = await tx.fetch("SELECT slug FROM workspaces ORDER BY created_at LIMIT 5")
    data = str(runtime.settings.data.absolute())
    return [
        "token "
        + shlex.join(
            ["parley", "token", "create", "--data", data, "--workspace", row["slug"], "--scopes", "all"]
        )
        for row in rows
    ]


async def has_workspace(runtime: Runtime) -> bool:
    """Says whether anybody has set Parley up."""
    async with runtime.db.transaction(None) as tx:
        return bool(await tx.fetchval("SELECT EXISTS (SELECT 1 FROM workspaces)"))
