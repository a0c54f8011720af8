"""`parley backfill` and `parley reconcile`: reading a whole store from the command line, also while the server runs."""

from collections.abc import Awaitable, Callable
from pathlib import Path

import click
import msgspec

from parley.app.connect import connect
from parley.app.settings import Settings
from parley.commerce.connections import Connection
from parley.commerce.reading import Compared, compare_store, find_store
from parley.kit.errors import ParleyError
from parley.kit.failures import Failure
from parley.kit.runtime import Runtime

DATA = click.option("--data", type=click.Path(path_type=Path), help="Folder of the installation.")
Work = Callable[[Runtime, Connection], Awaitable[None]]


class Report(msgspec.Struct, kw_only=True):
    """What a comparison found. `equal`: the mirror was as the store in everything."""

    store: str
    name: str
    equal: bool
    kinds: list[Compared]


@click.command()
@click.argument("store")
@DATA
def backfill(store: str, data: Path | None) -> None:
    """Read everything that a store (id or name) holds; what is there already is brought up to date."""

    async def work(runtime: Runtime, connection: Connection) -> None:
        for one in await compare_store(runtime, connection, "backfill"):
            click.echo(f"{one.kind}: {one.checked} read, {one.missing} new, {one.different} changed")

    _with_store(store, data, work)


@click.command()
@click.argument("store")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object and nothing else.")
@DATA
def reconcile(store: str, as_json: bool, data: Path | None) -> None:
    """Compare the mirror with a store (id or name), name what differs, and repair it."""

    async def work(runtime: Runtime, connection: Connection) -> None:
        kinds = await compare_store(runtime, connection, "reconcile")
        equal = not any(one.missing or one.different or one.gone for one in kinds)
        report = Report(store=str(connection.id), name=connection.name, equal=equal, kinds=kinds)
        if as_json:
            click.echo(msgspec.json.encode(report).decode())
            return
        for one in kinds:
            click.echo(
                f"{one.kind}: {one.checked} compared, {one.missing} were missing, {one.different} were different, "
                f"{one.gone} are gone"
            )
        click.echo("The mirror was as the store." if equal else "The mirror is as the store now.")

    _with_store(store, data, work)


def _with_store(wanted: str, data: Path | None, work: Work) -> None:
    from parley.app.cli import read_settings, run

    # The demo store's back office has a name that only this client knows; see `build_outbound`.
    settings: Settings = read_settings(data=data, log_level="error", demo=True)

    async def go() -> None:
        async with connect(settings) as runtime:
            found = await find_store(runtime, wanted)
            if len(found) != 1:
                known = (
                    "There are several of that name; give the id." if found else "Give its id or its name."
                )
                raise click.ClickException(f"Which store is {wanted!r}? {known}")
            try:
                await work(runtime, found[0])
            except ParleyError as failure:
                raise click.ClickException(failure.detail) from failure
            except Failure as failure:
                raise click.ClickException(f"The store could not be read: {failure.reason}.") from failure

    run(go())
