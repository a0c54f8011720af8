"""Connections with their settings opened: stores, carriers and payment providers."""

from time import monotonic
from typing import Any
from uuid import UUID

import msgspec

from parley.commerce.plugins import get_connector
from parley.kit.db import Transaction
from parley.kit.errors import Invalid, NotFound
from parley.kit.plugins import read_settings
from parley.kit.secrets import SecretBox

COLUMNS = "workspace_id, id, plugin, kind, name, state, error, settings, secrets"
KEPT_SECONDS = 5.0
FIELD = "commerce.secrets"


class Connection(msgspec.Struct, frozen=True, kw_only=True):
    """A connector joined to one workspace, with its settings as the connector's own struct (None: unreadable)."""

    workspace_id: UUID
    id: UUID
    plugin: str
    kind: str
    name: str
    state: str
    error: str
    settings: Any


def owner(workspace_id: UUID, connection_id: UUID) -> str:
    """Names where a connection's secrets belong, so that a ciphertext cannot be moved elsewhere."""
    return f"{workspace_id}:{connection_id}"


def open_secrets(
    box: SecretBox, workspace_id: UUID, connection_id: UUID, sealed: bytes | None
) -> dict[str, Any]:
    """Decrypts the secret settings of a connection."""
    if not sealed:
        return {}
    found: dict[str, Any] = msgspec.json.decode(
        box.open(sealed, owner=owner(workspace_id, connection_id), field=FIELD)
    )
    return found


class ConnectionBook:
    """The connections of all workspaces, kept for a few seconds; a change elsewhere is seen after that."""

    def __init__(self, plugins: dict[str, Any], box: SecretBox) -> None:
        self.plugins = plugins
        self.box = box
        self._kept: dict[UUID, tuple[float, Connection]] = {}

    def connector(self, connection: Connection) -> Any:
        """Gives the connector of a connection."""
        return get_connector(self.plugins, connection.plugin)

    async def get(self, tx: Transaction, workspace_id: UUID, connection_id: UUID) -> Connection:
        """Gives a connection by id; raises NotFound."""
        found = await self.find(tx, connection_id)
        if found is None or found.workspace_id != workspace_id:
            raise NotFound("connection")
        return found

    async def find(self, tx: Transaction, connection_id: UUID) -> Connection | None:
        """Gives a connection by id, of any workspace that `tx` may see."""
        kept = self._kept.get(connection_id)
        if kept is not None and kept[0] > monotonic():
            return kept[1]
        row = await tx.fetchrow(
            f"SELECT {COLUMNS} FROM connections WHERE id = $1 AND deleted_at IS NULL", connection_id
        )
        if row is None:
            return None
        connection = self._open(row)
        self._kept[connection_id] = (monotonic() + KEPT_SECONDS, connection)
        return connection

    def peek(self, connection_id: UUID) -> Connection | None:
        """Gives a connection that is kept in memory, without touching the database."""
        kept = self._kept.get(connection_id)
        return kept[1] if kept is not None and kept[0] > monotonic() else None

    async def list_all(
        self, tx: Transaction, workspace_id: UUID | None, kind: str | None = None
    ) -> list[Connection]:
        """Lists the connections of a workspace, or of all of them."""
        rows = await tx.fetch(
            f"""SELECT {COLUMNS} FROM connections WHERE deleted_at IS NULL
                AND ($1::uuid IS NULL OR workspace_id = $1) AND ($2::text IS NULL OR kind = $2)
                ORDER BY workspace_id, created_at, id""",
            workspace_id,
            kind,
        )
        return [self._open(row) for row in rows if row["plugin"] in self.plugins]

    def forget(self, connection_id: UUID) -> None:
        """Drops a connection from memory after a change."""
        self._kept.pop(connection_id, None)

    def _open(self, row: Any) -> Connection:
        manifest = get_connector(self.plugins, row["plugin"]).manifest
        secrets = open_secrets(self.box, row["workspace_id"], row["id"], row["secrets"])
        settings, state, error = None, row["state"], row["error"]
        try:
            settings = read_settings(manifest, {**row["settings"], **secrets})
        except Invalid as failure:
            # What an older version accepted must not take the whole list of connections away.
            state, error = "error", failure.detail
        return Connection(
            workspace_id=row["workspace_id"],
            id=row["id"],
            plugin=row["plugin"],
            kind=row["kind"],
            name=row["name"],
            state=state,
            error=error,
            settings=settings,
        )
