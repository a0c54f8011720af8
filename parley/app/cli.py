"""The `parley` command."""

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import asyncpg
import click

from parley import __version__
from parley.app.logs import set_up_logs
from parley.app.settings import Settings, SettingsError, load_settings
from parley.kit.postgres import PostgresError

DATA = click.option(
    "--data", type=click.Path(path_type=Path), help="Folder for the database, files and keys."
)
PORT = click.option("--port", type=click.IntRange(1, 65535), help="Port to listen on (8000).")
HOST = click.option("--host", help="Address to listen on (127.0.0.1).")


def read_settings(**overrides: Any) -> Settings:
    """Reads the settings and sets up the logs; ends with one sentence per mistake."""
    try:
        settings = load_settings(None, **overrides)
    except SettingsError as failure:
        for mistake in failure.mistakes:
            click.echo(f"parley: {mistake}", err=True)
        sys.exit(2)
    set_up_logs(settings.log_level, settings.log_format)
    return settings


def run(work: Any) -> None:
    """Runs an async command; what a person can mend is told in one sentence."""
    import uvloop

    try:
        uvloop.run(work)
    except (PostgresError, click.ClickException, OSError, asyncpg.PostgresError) as failure:
        message = failure.message if isinstance(failure, click.ClickException) else str(failure)
        click.echo(f"parley: {message}", err=True)
        sys.exit(1)
    except KeyboardInterrupt:
        sys.exit(130)


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="parley")
def main() -> None:
    """Parley, the customer-service desk for online stores."""


@main.command()
@click.option("--demo", is_flag=True, default=None, help="Load the demo store to look around in.")
@PORT
@HOST
@DATA
def up(demo: bool | None, port: int | None, host: str | None, data: Path | None) -> None:
    """Start everything in one process: database, web and worker."""
    settings = read_settings(demo=demo, port=port, host=host, data=data)
    from parley.app.start import start_everything

    run(start_everything(settings, click.echo))


@main.command()
@PORT
@HOST
@DATA
def web(port: int | None, host: str | None, data: Path | None) -> None:
    """Serve HTTP and sockets; needs DATABASE_URL and a migrated database."""
    settings = read_settings(port=port, host=host, data=data)
    from parley.app.start import start_web

    run(start_web(settings, click.echo))


@main.command()
@DATA
def worker(data: Path | None) -> None:
    """Run jobs, readers and channels; needs DATABASE_URL and a migrated database."""
    settings = read_settings(data=data)
    from parley.app.start import start_worker

    run(start_worker(settings, click.echo))


@main.command()
@DATA
def migrate(data: Path | None) -> None:
    """Bring the database up to date."""
    settings = read_settings(data=data)
    from parley.app.start import start_migration

    run(start_migration(settings, click.echo))


def _add_commands(add: Callable[[click.Command], None]) -> None:
    from parley.app.commands import COMMANDS

    for command in COMMANDS:
        add(command)


_add_commands(main.add_command)


if __name__ == "__main__":
    main()
