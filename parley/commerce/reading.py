"""Reading whole stores: back-fills, and comparing the mirror with the store."""

from collections import Counter
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

import msgspec

from parley.commerce.actions.sync_runs import SyncRun, begin_run, end_run, get_run, move_run
from parley.commerce.connections import Connection
from parley.commerce.mirroring import Reading
from parley.commerce.model import Kind
from parley.commerce.ports import Page, StoreConnector
from parley.commerce.syncing import TABLES, mirror, refresh
from parley.kit.log.fact import Actor

if TYPE_CHECKING:
    from parley.kit.runtime import Runtime

# Rows written in one transaction; none may last over a second.
CHUNK = 200
# Things that the store did not show, looked for one by one; more of them are left to the next comparison.
MOST_LOOKED_FOR = 1_000


class Compared(msgspec.Struct, kw_only=True):
    """What a comparison of one kind found, and repaired: `missing` here, `different`, `gone` at the store."""

    kind: Kind
    checked: int = 0
    missing: int = 0
    different: int = 0
    gone: int = 0


async def read_everything(runtime: "Runtime", connection: Connection, run: SyncRun) -> Counter[str]:
    """Reads all pages of a pass into the mirror and counts what came of it.

    Every page moves the pass on in the transaction that writes it; a pass that is cancelled ends at the next page.
    """
    parts = runtime.parts["commerce"]
    connector: StoreConnector = parts.book.connector(connection)
    pages = connector.pages(
        parts.link(connection), connection.settings, run.kind, position=run.position, since=run.since
    )
    total = Counter[str]()
    began: datetime = runtime.clock.now()
    async for page in pages:
        counted = await _write_page(runtime, connection, run, page, began)
        if counted is None:
            return total
        total += counted
        began = runtime.clock.now()
    async with runtime.ctx(connection.workspace_id, Actor("connection", connection.id)) as ctx:
        await end_run(ctx, run.id, "done")
    return total


async def _write_page(
    runtime: "Runtime", connection: Connection, run: SyncRun, page: Page, began: datetime
) -> Counter[str] | None:
    """Writes a page in transactions of bounded size; None when the pass was cancelled meanwhile."""
    quiet = run.purpose == "backfill"
    reading = Reading(store_id=connection.id, read_at=page.read_at or began, quiet=quiet)
    chunks = [page.items[at : at + CHUNK] for at in range(0, len(page.items), CHUNK)] or [[]]
    counted = Counter[str]()
    for number, chunk in enumerate(chunks, 1):
        async with runtime.ctx(connection.workspace_id, Actor("connection", connection.id)) as ctx:
            if (await get_run(ctx, run.id, lock=True)).state != "running":
                return None
            counted.update(await mirror(ctx, run.kind, chunk, reading))
            if number == len(chunks):
                changed = counted["new"] + counted["changed"]
                await move_run(
                    ctx, run, page.position, read=len(page.items), changed=changed, total=page.total
                )
    return counted


async def compare_store(runtime: "Runtime", connection: Connection, purpose: str) -> list[Compared]:
    """Reads the whole store now, in this process, and gives what differed; afterwards the mirror is as the store.

    Raises Conflict while the store is being read elsewhere, and the failures of `kit.failures`.
    """
    found = []
    for kind in runtime.parts["commerce"].book.connector(connection).manifest.kinds:
        async with runtime.ctx(connection.workspace_id) as ctx:
            run_id = await begin_run(ctx, connection.id, purpose, kind, job=False)
            run = await get_run(ctx, run_id)
        try:
            counted = await read_everything(runtime, connection, run)
        except BaseException as failure:
            async with runtime.ctx(connection.workspace_id) as ctx:
                await end_run(ctx, run_id, "failed", type(failure).__name__)
            raise
        gone = await _look_for_missing(runtime, connection, kind, run.started_at)
        found.append(
            Compared(
                kind=kind,
                checked=sum(counted.values()),
                missing=counted["new"],
                different=counted["changed"],
                gone=gone,
            )
        )
    return found


async def _look_for_missing(runtime: "Runtime", connection: Connection, kind: Kind, began: datetime) -> int:
    """Asks the store for everything it did not show; gives how much of that is gone."""
    async with runtime.db.transaction(connection.workspace_id) as tx:
        rows = await tx.fetch(
            f"""SELECT external_id FROM {TABLES[kind]} WHERE workspace_id = $1 AND store_id = $2 AND read_at < $3
                AND deleted_at IS NULL ORDER BY external_id LIMIT $4""",
            connection.workspace_id,
            connection.id,
            began,
            MOST_LOOKED_FOR,
        )
    gone = 0
    for row in rows:
        gone += await refresh(runtime, connection, kind, row["external_id"]) is None
    return gone


async def find_store(runtime: "Runtime", wanted: str) -> list[Connection]:
    """Gives the stores of this id or name, of all workspaces."""
    async with runtime.db.transaction(None) as tx:
        every: list[Connection] = await runtime.parts["commerce"].book.list_all(tx, None, "store")
    try:
        wanted_id = UUID(wanted)
    except ValueError:
        return [one for one in every if one.name.casefold() == wanted.casefold()]
    return [one for one in every if one.id == wanted_id]
