"""Probes: is the process alive, can it work, what does it measure."""

import asyncio
from typing import Any

import msgspec
from litestar import Request, Response

from parley.app.migrate import newest_revision
from parley.kit.db import TROUBLE
from parley.kit.errors import NotAllowed
from parley.kit.http.access import PUBLIC
from parley.kit.http.routes import route
from parley.kit.ids import is_same_secret
from parley.kit.metrics import render_metrics
from parley.kit.runtime import Runtime


class Check(msgspec.Struct):
    """One thing that must be well."""

    ok: bool
    detail: str


@route("GET", "/healthz", PUBLIC, in_schema=False)
async def healthz() -> dict[str, str]:
    """Says that the process is alive."""
    return {"status": "ok"}


@route("GET", "/readyz", PUBLIC, in_schema=False)
async def readyz(runtime: Runtime) -> Response[bytes]:
    """Checks database, migrations and worker; 503 when one of them is not well."""
    checks = await check_all(runtime)
    ok = all(check.ok for check in checks.values())
    return Response(
        msgspec.json.encode({"ok": ok, "checks": checks}),
        status_code=200 if ok else 503,
        media_type="application/json",
    )


async def check_all(runtime: Runtime) -> dict[str, Check]:
    """Runs all checks."""
    try:
        async with asyncio.timeout(3), runtime.db.transaction(None) as tx:
            row = await tx.fetchrow(
                """SELECT (SELECT version_num FROM alembic_version) AS revision,
                          (SELECT max(moved_at) FROM worker_beats) > now() - interval '30 seconds' AS beating"""
            )
    except TROUBLE as failure:
        away = Check(ok=False, detail=f"The database does not answer ({type(failure).__name__}).")
        unknown = Check(ok=False, detail="Not known while the database is away.")
        return {"database": away, "migrations": unknown, "worker": unknown}
    assert row is not None  # noqa: S101 - a SELECT without FROM has one row
    migrated = row["revision"] == newest_revision()
    return {
        "database": Check(ok=True, detail="The database answers."),
        "migrations": Check(
            ok=migrated,
            detail="The schema is current."
            if migrated
            else f"The schema is at {row['revision']}; run `parley migrate`.",
        ),
        "worker": Check(
            ok=bool(row["beating"]),
            detail="A worker is running."
            if row["beating"]
            else "No worker has been seen for 30 seconds; run `parley worker`.",
        ),
    }


@route("GET", "/metrics", PUBLIC, in_schema=False, media_type="text/plain")
async def metrics(request: Request[Any, Any, Any], runtime: Runtime) -> Response[bytes]:
    """Gives the metrics in Prometheus' format, to this machine or to whoever has PARLEY_METRICS_TOKEN."""
    token = runtime.settings.metrics_token
    given = request.headers.get("authorization", "").removeprefix("Bearer ")
    local = request.client is not None and request.client.host in ("127.0.0.1", "::1")
    if not (token and is_same_secret(given, token)) and not (local and not token):
        raise NotAllowed("metrics_closed", "Send the PARLEY_METRICS_TOKEN as a bearer token.")
    return Response(render_metrics(), media_type="text/plain; version=0.0.4")


ROUTES = (healthz, readyz, metrics)
