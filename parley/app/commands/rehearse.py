"""`parley rehearse`: tries a change of rules, routing, promises or macros on the past, from the command line."""

from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import click
import msgspec

from parley.app.connect import connect
from parley.app.settings import Settings
from parley.kit.errors import ParleyError
from parley.kit.runtime import Runtime
from parley.rehearsal.running import rehearse as run_through


class Day(click.ParamType[datetime]):
    """A date (midnight UTC) or a time in ISO 8601."""

    name = "date"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        """Reads a date or time; fails with a sentence."""
        if isinstance(value, datetime):
            return value
        try:
            if len(value) == len("2030-01-31"):
                return datetime.combine(date.fromisoformat(value), datetime.min.time(), UTC)
            at = datetime.fromisoformat(value)
        except ValueError:
            self.fail(f"{value!r} is no date such as 2030-01-31.", param, ctx)
        return at if at.tzinfo else at.replace(tzinfo=UTC)


@click.command()
@click.option(
    "--change", required=True, type=click.Path(path_type=Path, exists=True, dir_okay=False), help="JSON file."
)
@click.option("--from", "begins", required=True, type=Day(), help="First day, or time.")
@click.option("--to", "ends", required=True, type=Day(), help="The day, or time, before which to end.")
@click.option("--workspace", help="Short name of the workspace; not needed where there is one.")
@click.option("--json", "as_json", is_flag=True, help="Print the report as JSON and nothing else.")
@click.option("--data", type=click.Path(path_type=Path), help="Folder of the installation.")
def rehearse(
    change: Path, begins: datetime, ends: datetime, workspace: str | None, as_json: bool, data: Path | None
) -> None:
    """Try a change on the past: what would have been otherwise, with nobody told."""
    from parley.app.cli import read_settings, run

    settings: Settings = read_settings(data=data, log_level="error")
    try:
        wanted = msgspec.json.decode(change.read_bytes(), type=dict[str, Any])
    except msgspec.MsgspecError as mistake:
        raise click.ClickException(f"{change} is no JSON object: {mistake}.") from mistake

    async def go() -> None:
        async with connect(settings) as runtime:
            await _rehearse(runtime, workspace, wanted, begins, ends, as_json)

    run(go())


async def _rehearse(
    runtime: Runtime,
    workspace: str | None,
    change: dict[str, Any],
    begins: datetime,
    ends: datetime,
    as_json: bool,
) -> None:
    async with runtime.db.transaction(None) as tx:
        found = await tx.fetch(
            "SELECT workspace_id, slug FROM workspaces WHERE $1::text IS NULL OR slug = $1 ORDER BY slug",
            workspace,
        )
    if len(found) != 1:
        known = ", ".join(row["slug"] for row in found)
        raise click.ClickException(
            f"Which workspace? There are {known}." if found else "There is no such workspace."
        )

    async def progress(done: int, total: int) -> bool:
        if not as_json:
            click.echo(f"{done:,} of {total:,} facts", err=True)
        return True

    try:
        async with runtime.ctx(found[0]["workspace_id"]) as ctx:
            understander = runtime.parts.get("understander")
            report = await run_through(ctx, runtime.decisions, change, begins, ends, progress, understander)
    except ParleyError as refusal:
        places = "; ".join(f"{one.field}: {one.message}" for one in getattr(refusal, "errors", []))
        raise click.ClickException(f"{refusal.detail} {places}".strip()) from refusal
    encoded = msgspec.json.encode(report)
    click.echo(encoded.decode() if as_json else msgspec.json.format(encoded, indent=2).decode())
