"""Connecting a command to an installation, whether its server runs or not."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import click

from parley.app.migrate import migrate
from parley.app.run import open_database, open_runtime
from parley.app.settings import Settings
from parley.kit.postgres import find_running
from parley.kit.runtime import Runtime


def has_installation(settings: Settings) -> bool:
    """Says whether there is an installation in the data folder, or one elsewhere that needs nothing from it."""
    if settings.database_url:
        return bool(settings.secret_key) or (settings.data / "secret.key").is_file()
    return (settings.data / "postgres").is_dir()


def require_installation(settings: Settings) -> None:
    """Raises ClickException where only `up`, `migrate` and `restore` could go on: they create what is not there."""
    if not has_installation(settings):
        wanted = "run `parley migrate` first, set PARLEY_SECRET_KEY or " if settings.database_url else ""
        raise click.ClickException(
            f"There is no installation in {settings.data.absolute()}; {wanted}give --data."
        )


@asynccontextmanager
async def find_database(settings: Settings) -> AsyncIterator[str]:
    """Gives the database's address: the named one, the running embedded one, or one started for the moment."""
    require_installation(settings)
    if settings.database_url:
        yield settings.database_url
        return
    running = find_running(settings.data / "postgres")
    if running is not None:
        yield running.app
        return
    async with open_database(settings, lambda _: None) as dsn:
        await migrate(dsn)
        yield dsn


@asynccontextmanager
async def connect(settings: Settings) -> AsyncIterator[Runtime]:
    """Gives a runtime for one command; what it commits wakes the running processes."""
    async with find_database(settings) as dsn, open_runtime(settings, dsn) as runtime:
        try:
            yield runtime
        finally:
            await runtime.flush_bus()
