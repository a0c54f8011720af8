"""`parley doctor`: says what is wrong with an installation and what to do about it."""

import os
import shutil
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import asyncpg
import click
import msgspec

from parley.app.connect import find_database, has_installation
from parley.app.migrate import newest_revision
from parley.app.run import check_listener, explain_unreachable
from parley.app.settings import Settings
from parley.kit.errors import ParleyError
from parley.kit.http.webfiles import PLACES, part_folder
from parley.kit.postgres import PostgresError, find_installation, find_running

LOW_DISK = 2 * 1024**3


class Finding(msgspec.Struct, frozen=True):
    """One thing looked at; `advice` says what to do when it is not well."""

    name: str
    ok: bool
    detail: str
    advice: str = ""


@click.command()
@click.option("--data", type=click.Path(path_type=Path), help="Folder of the installation.")
def doctor(data: Path | None) -> None:
    """Explain what is wrong with this installation."""
    from parley.app.cli import read_settings, run

    settings: Settings = read_settings(data=data, log_level="error")
    bad = 0

    async def work() -> None:
        nonlocal bad
        async for finding in examine(settings):
            click.echo(f"{'ok  ' if finding.ok else 'BAD '} {finding.name}: {finding.detail}")
            if not finding.ok:
                bad += 1
                click.echo(f"     {finding.advice}")

    run(work())
    click.echo("All is well." if not bad else f"{bad} to look at.")
    raise SystemExit(1 if bad else 0)


async def examine(settings: Settings) -> AsyncIterator[Finding]:
    """Looks at everything in turn."""
    for finding in (
        *_look_at_folder(settings),
        _look_at_browser_parts(),
        _look_at_postgres(settings),
        _look_at_port(settings),
    ):
        yield finding
    yield _look_at_listener(settings)
    there = has_installation(settings)
    where = settings.data.absolute()
    yield Finding(
        "installation",
        there,
        f"in {where}" if there else f"none in {where}",
        "Give the folder of the installation with --data, or run `parley up` to make one.",
    )
    if there or settings.database_url:
        async for finding in _look_at_database(settings):
            yield finding
    yield _look_at_mail(settings)


def _look_at_folder(settings: Settings) -> list[Finding]:
    folder = settings.data
    there = folder if folder.exists() else folder.absolute().parent
    writable = there.exists() and os.access(there, os.W_OK)
    free = shutil.disk_usage(there).free if there.exists() else 0
    findings = [
        Finding(
            "data folder",
            writable,
            str(folder.absolute()),
            "Choose a folder that this user may write, with --data.",
        ),
        Finding(
            "disk",
            free > LOW_DISK,
            f"{free / 1e9:.1f} GB free",
            "Make room: the database stops when the disk is full.",
        ),
    ]
    key = folder / "secret.key"
    if key.exists():
        private = key.stat().st_mode & 0o077 == 0
        findings.append(Finding("key file", private, str(key), f"Others can read it: chmod 600 {key}"))
    return findings


def _look_at_browser_parts() -> Finding:
    missing = []
    for part in PLACES:
        try:
            part_folder(part)
        except ParleyError:
            missing.append(part)
    detail = "built" if not missing else f"missing: {', '.join(missing)}"
    return Finding(
        "browser parts", not missing, detail, "Run `make install` in the source tree, or install the wheel."
    )


def _look_at_postgres(settings: Settings) -> Finding:
    if settings.database_url:
        return Finding("PostgreSQL", ok=True, detail="named by DATABASE_URL")
    try:
        found = find_installation()
    except PostgresError as failure:
        return Finding(
            "PostgreSQL",
            ok=False,
            detail=str(failure),
            advice="Install the requirements, or set PG_BIN or DATABASE_URL.",
        )
    return Finding("PostgreSQL", ok=True, detail=f"programs in {found.program('postgres').parent}")


def _look_at_port(settings: Settings) -> Finding:
    with socket.socket() as probe:
        probe.settimeout(1)
        host = "127.0.0.1" if settings.host == "0.0.0.0" else settings.host  # noqa: S104 - comparing
        taken = probe.connect_ex((host, settings.port)) == 0
    running = settings.database_url is not None or find_running(settings.data / "postgres") is not None
    detail = f"{settings.port} is {'in use' if taken else 'free'}"
    advice = "Another program listens there: stop it, or choose another port with --port."
    return Finding("port", not taken or running, detail, advice)


def _look_at_listener(settings: Settings) -> Finding:
    if not settings.smtp_port:
        return Finding("mail listener", ok=True, detail="closed (PARLEY_SMTP_PORT is not set)")
    try:
        check_listener(settings)
    except OSError as failure:
        mine = settings.database_url is not None or find_running(settings.data / "postgres") is not None
        detail = f"{settings.smtp_port} is in use" if mine else str(failure)
        return Finding("mail listener", mine, detail, "Another program has PARLEY_SMTP_PORT: stop it.")
    return Finding("mail listener", ok=True, detail=f"{settings.smtp_port} is free")


async def _look_at_database(settings: Settings) -> AsyncIterator[Finding]:
    try:
        async with _find_address(settings) as dsn:
            connection = await asyncpg.connect(dsn, timeout=5)
            try:
                async for finding in _ask_database(connection):
                    yield finding
            finally:
                await connection.close()
    except (OSError, TimeoutError, asyncpg.PostgresError, PostgresError) as failure:
        said = explain_unreachable(settings.database_url, failure) if settings.database_url else str(failure)
        yield Finding(
            "database", ok=False, detail=said, advice="Check DATABASE_URL and that the server runs."
        )


@asynccontextmanager
async def _find_address(settings: Settings) -> AsyncIterator[str]:
    """Gives the address of the database, also of a named one whose keys are not here."""
    if settings.database_url:
        yield settings.database_url
        return
    async with find_database(settings) as dsn:
        yield dsn


async def _ask_database(connection: asyncpg.Connection) -> AsyncIterator[Finding]:
    version = await connection.fetchval("SELECT current_setting('server_version_num')::int / 10000")
    yield Finding("database", version >= 15, f"PostgreSQL {version}", "Parley needs PostgreSQL 15 or newer.")
    exempt = await connection.fetchval(
        "SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user"
    )
    yield Finding(
        "row security", not exempt, "the role is bound by it" if not exempt else "the role is exempt from it",
        "Use a role without SUPERUSER and BYPASSRLS, so that workspaces stay apart even if a query is wrong.",
    )  # fmt: skip
    if not await connection.fetchval("SELECT to_regclass('alembic_version') IS NOT NULL"):
        yield Finding(
            "migrations",
            ok=False,
            detail="the database is empty",
            advice="Run `parley migrate` or `parley up`.",
        )
        return
    revision = await connection.fetchval("SELECT version_num FROM alembic_version")
    yield Finding("migrations", revision == newest_revision(), f"at {revision}", "Run `parley migrate`.")
    await connection.execute("SELECT set_config('parley.workspace', 'all', false)")
    row = await connection.fetchrow(
        """SELECT (SELECT max(moved_at) FROM worker_beats) > now() - interval '30 seconds' AS beating,
                  (SELECT count(*) FROM pgqueuer WHERE status = 'failed') AS jobs,
                  (SELECT count(*) FROM inbound_items WHERE state = 'quarantined') AS quarantined,
                  (SELECT string_agg(name || ' (' || error || ')', '; ') FROM channels
                     WHERE state = 'error' AND deleted_at IS NULL) AS channels,
                  (SELECT max(now() - xact_start) FROM pg_stat_activity WHERE state <> 'idle'
                     AND datname = current_database()) AS oldest"""
    )
    assert row is not None  # noqa: S101 - a SELECT without FROM has one row
    yield Finding(
        "worker",
        bool(row["beating"]),
        "running" if row["beating"] else "none seen",
        "Run `parley up` or `parley worker`.",
    )
    failed = row["jobs"] + row["quarantined"]
    yield Finding(
        "failed work",
        not failed,
        f"{row['jobs']} jobs, {row['quarantined']} items in quarantine",
        "Look at Failed work in the desk.",
    )
    yield Finding(
        "channels",
        not row["channels"],
        row["channels"] or "none in trouble",
        "Open Settings, Channels, and test the connection.",
    )
    seconds = row["oldest"].total_seconds() if row["oldest"] else 0.0
    yield Finding(
        "transactions",
        seconds < 60,
        f"the oldest runs for {seconds:.0f} s",
        "A long transaction holds back every reader: end it.",
    )


def _look_at_mail(settings: Settings) -> Finding:
    detail = (
        f"from {settings.mail_from}" if settings.mail_url else "not set: invitations are handed over by link"
    )
    return Finding("system mail", ok=True, detail=detail)
