"""Asking for workspaces."""

from uuid import UUID

import asyncpg
import msgspec

from parley.accounts.models import Workspace
from parley.kit.db import Transaction
from parley.kit.errors import NotFound


class WorkspaceSettings(msgspec.Struct, kw_only=True):
    """What a workspace has decided; kept in `workspaces.settings`."""

    undo_seconds: int = 10
    mask_cards: bool = True
    require_totp: bool = False
    broadcast_approval: int = 500
    """A broadcast to more customers than this waits for a second person."""


_COLUMNS = "workspace_id AS id, name, slug, language, time_zone, settings, created_at"


def workspace_from(row: asyncpg.Record) -> Workspace:
    """Turns a row with `_COLUMNS` into a workspace."""
    settings = msgspec.convert(row["settings"], WorkspaceSettings)
    values = {name: value for name, value in row.items() if name != "settings"}
    return Workspace(**values, **msgspec.structs.asdict(settings))


async def get_workspace(tx: Transaction, workspace_id: UUID) -> Workspace:
    """Gives a workspace; raises NotFound."""
    row = await tx.fetchrow(f"SELECT {_COLUMNS} FROM workspaces WHERE workspace_id = $1", workspace_id)
    if row is None:
        raise NotFound("workspace")
    return workspace_from(row)


async def list_workspaces(tx: Transaction) -> list[Workspace]:
    """Gives the workspaces of the transaction's scope, oldest first; for the command line."""
    return [
        workspace_from(row)
        for row in await tx.fetch(f"SELECT {_COLUMNS} FROM workspaces ORDER BY workspace_id")
    ]


async def find_workspace_id(tx: Transaction, name: str) -> UUID | None:
    """Finds a workspace by slug, by name or by id; None when there is none."""
    return await tx.fetchval(  # type: ignore[no-any-return]
        """SELECT workspace_id FROM workspaces WHERE slug = $1 OR name = $1 OR workspace_id::text = lower($1)
           ORDER BY slug = $1 DESC, workspace_id LIMIT 1""",
        name,
    )


async def is_set_up(tx: Transaction) -> bool:
    """Says whether there is a workspace at all; needs a transaction over all of them."""
    return bool(await tx.fetchval("SELECT EXISTS (SELECT 1 FROM workspaces)"))
