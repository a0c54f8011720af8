"""`parley backup` and `parley restore`: database, files and keys in one archive, also while the server runs."""

import asyncio
import io
import json
import os
import tarfile
import tempfile
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import asyncpg
import click

from parley import __version__
from parley.app.connect import find_database
from parley.app.migrate import migrate, newest_revision
from parley.app.run import open_database
from parley.app.settings import Settings
from parley.kit.postgres import find_installation, find_running

MANIFEST = "manifest.json"
DUMP = "database.dump"
KEY = "secret.key"
FILES = "files"
FORMAT = 1


@click.command()
@click.argument("archive", type=click.Path(path_type=Path, dir_okay=False))
@click.option("--data", type=click.Path(path_type=Path), help="Folder of the installation.")
def backup(archive: Path, data: Path | None) -> None:
    """Write database, files and keys into ARCHIVE (a tar file)."""
    from parley.app.cli import read_settings, run

    settings: Settings = read_settings(data=data)
    run(make_backup(settings, archive))
    click.echo(
        f"Backed up to {archive} ({archive.stat().st_size / 1e6:.1f} MB). It holds the keys: keep it safe."
    )


@click.command()
@click.argument("archive", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option(
    "--data", type=click.Path(path_type=Path), help="Folder of the new installation; must be empty."
)
def restore(archive: Path, data: Path | None) -> None:
    """Restore ARCHIVE into an empty installation."""
    from parley.app.cli import read_settings, run

    settings: Settings = read_settings(data=data)
    run(restore_backup(settings, archive))
    click.echo("Restored. Start Parley with `parley up`.")


async def make_backup(settings: Settings, archive: Path) -> None:
    """Writes the archive beside its final name and moves it there when it is whole.

    The dump is taken first: a file that a row names was on disk before the row was committed.
    """
    archive.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=archive.parent) as folder:
        dump, partial = Path(folder) / DUMP, Path(folder) / "archive"
        async with find_database(settings) as dsn:
            await run_program(
                "pg_dump",
                ["--format=custom", "--enable-row-security", f"--file={dump}", admin_dsn(settings, dsn)],
            )
        await asyncio.to_thread(_write_archive, settings, dump, partial)
        partial.replace(archive)


def admin_dsn(settings: Settings, dsn: str) -> str:
    """Gives the superuser's address of the embedded server, or the named address."""
    running = None if settings.database_url else find_running(settings.data / "postgres")
    return running.admin.replace("/postgres?", "/parley?") if running else dsn


def _write_archive(settings: Settings, dump: Path, target: Path) -> None:
    manifest = {
        "format": FORMAT,
        "version": __version__,
        "revision": newest_revision(),
        "at": datetime.now(UTC).isoformat(timespec="seconds"),
    }
    # It holds the keys: nobody but the owner may read it.
    target.touch(mode=0o600)
    with tarfile.open(target, "w") as tar:
        text = json.dumps(manifest, indent=1).encode()
        entry = tarfile.TarInfo(MANIFEST)
        entry.size = len(text)
        tar.addfile(entry, io.BytesIO(text))
        tar.add(dump, DUMP)
        for name in (KEY, FILES):
            if (settings.data / name).exists():
                tar.add(settings.data / name, name)


async def restore_backup(settings: Settings, archive: Path) -> None:
    """Restores into an empty installation, begins a new epoch of the log and runs newer migrations."""
    with tempfile.TemporaryDirectory() as folder:
        await asyncio.to_thread(_unpack, archive, Path(folder))
        for name in (KEY, FILES):
            if (settings.data / name).exists():
                raise click.ClickException(f"{settings.data / name} exists; restore into an empty folder.")
        async with open_database(settings, click.echo) as dsn:
            await check_empty(dsn)
            await run_program(
                "pg_restore",
                [
                    "--no-owner",
                    "--no-privileges",
                    "--exit-on-error",
                    f"--dbname={dsn}",
                    str(Path(folder) / DUMP),
                ],
            )
            await begin_epoch(dsn, f"restore of {archive.name}")
            await migrate(dsn)
        await asyncio.to_thread(_place, Path(folder), settings.data)


def _unpack(archive: Path, folder: Path) -> None:
    try:
        with tarfile.open(archive, "r:") as tar:
            _extract(tar, folder)
        manifest = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    except (tarfile.TarError, OSError, ValueError) as failure:
        raise click.ClickException(
            f"{archive} is no backup of Parley, or is damaged ({failure})."
        ) from failure
    if manifest.get("format") != FORMAT:
        raise click.ClickException(
            f"{archive} was made by another version of Parley ({manifest.get('version')})."
        )


def _extract(tar: tarfile.TarFile, folder: Path) -> None:
    """Unpacks plain files and folders that stay inside; raises TarError for an archive with anything else in it.

    The filter that does the same came to Python 3.11 with 3.11.4; Debian 12 has an older one.
    """
    for member in tar.getmembers():
        inside = (folder / member.name).resolve().is_relative_to(folder.resolve())
        if not inside or not (member.isfile() or member.isdir()):
            raise tarfile.TarError(f"{member.name!r} does not belong into a backup")
    if hasattr(tarfile, "data_filter"):
        tar.extractall(folder, filter="data")
    else:
        tar.extractall(folder)  # noqa: S202 - every member was looked at


def _place(folder: Path, data: Path) -> None:
    data.mkdir(parents=True, exist_ok=True)
    for name in (KEY, FILES):
        if (folder / name).exists():
            import shutil

            shutil.move(str(folder / name), str(data / name))


async def check_empty(dsn: str) -> None:
    """Raises ClickException when the database holds tables already."""
    connection = await asyncpg.connect(dsn)
    try:
        tables = await connection.fetchval("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'")
    finally:
        await connection.close()
    if tables:
        raise click.ClickException("The database is not empty; restore into a new one.")


async def begin_epoch(dsn: str, reason: str) -> None:
    """Begins a new epoch: transaction ids of the old server say nothing about those of this one."""
    connection = await asyncpg.connect(dsn)
    try:
        await connection.execute(
            "INSERT INTO log_epochs (epoch, reason) SELECT max(epoch) + 1, $1 FROM log_epochs", reason
        )
    finally:
        await connection.close()


async def run_program(name: str, arguments: Sequence[str]) -> None:
    """Runs a PostgreSQL program; raises ClickException with its own words when it fails."""
    program = find_installation().program(name)
    # Row security is for the application; a dump is of every workspace.
    environment = {**os.environ, "PGOPTIONS": "-c parley.workspace=all"}
    process = await asyncio.create_subprocess_exec(
        str(program),
        *arguments,
        env=environment,
        stderr=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.DEVNULL,
    )
    _, complaint = await process.communicate()
    if process.returncode != 0:
        raise click.ClickException(f"{name} failed: {complaint.decode(errors='replace').strip()[-800:]}")
