"""Channels with their settings opened."""

from time import monotonic
from typing import Any
from uuid import UUID

import msgspec

from parley.channels.model import Channel
from parley.channels.plugins import get_plugin
from parley.channels.ports import Adapter
from parley.kit.db import Transaction
from parley.kit.errors import NotFound
from parley.kit.plugins import read_settings
from parley.kit.secrets import SecretBox

COLUMNS = (
    "workspace_id, id, plugin, kind, name, address, public_key, brand_id, state, error, settings, secrets"
)
KEPT_SECONDS = 5.0
FIELD = "channels.secrets"


def open_channel(row: Any, plugins: dict[str, Adapter], box: SecretBox) -> Channel:
    """Builds a channel from its row: settings and decrypted secrets together become the plug-in's struct."""
    adapter = get_plugin(plugins, row["plugin"])
    secrets: dict[str, Any] = {}
    if row["secrets"]:
        secrets = msgspec.json.decode(
            box.open(row["secrets"], owner=owner(row["workspace_id"], row["id"]), field=FIELD)
        )
    return Channel(
        workspace_id=row["workspace_id"],
        id=row["id"],
        plugin=row["plugin"],
        kind=row["kind"],
        name=row["name"],
        address=row["address"],
        public_key=row["public_key"],
        brand_id=row["brand_id"],
        state=row["state"],
        error=row["error"],
        settings=read_settings(adapter.manifest, {**row["settings"], **secrets}),
        capabilities=adapter.manifest.capabilities,
    )


def owner(workspace_id: UUID, channel_id: UUID) -> str:
    """Names where a channel's secrets belong, so that a ciphertext cannot be moved elsewhere."""
    return f"{workspace_id}:{channel_id}"


class ChannelBook:
    """The channels of all workspaces, kept for a few seconds; a change elsewhere is seen after that."""

    def __init__(self, plugins: dict[str, Adapter], box: SecretBox) -> None:
        self.plugins = plugins
        self.box = box
        self._by_id: dict[UUID, tuple[float, Channel]] = {}
        self._by_key: dict[str, UUID] = {}

    async def get(self, tx: Transaction, workspace_id: UUID, channel_id: UUID) -> Channel:
        """Gives a channel by id; raises NotFound."""
        kept = self._by_id.get(channel_id)
        if kept is not None and kept[0] > monotonic() and kept[1].workspace_id == workspace_id:
            return kept[1]
        row = await tx.fetchrow(
            f"SELECT {COLUMNS} FROM channels WHERE workspace_id = $1 AND id = $2 AND deleted_at IS NULL",
            workspace_id,
            channel_id,
        )
        if row is None:
            raise NotFound("channel")
        return self._keep(row)

    async def find_by_key(self, tx: Transaction, key: str) -> Channel | None:
        """Gives a channel by the public key of its script tag; `tx` must see all workspaces."""
        channel_id = self._by_key.get(key)
        kept = self._by_id.get(channel_id) if channel_id else None
        if kept is not None and kept[0] > monotonic():
            return kept[1]
        row = await tx.fetchrow(
            f"SELECT {COLUMNS} FROM channels WHERE public_key = $1 AND deleted_at IS NULL", key
        )
        return self._keep(row) if row else None

    def peek(self, key: str) -> Channel | None:
        """Gives a channel that is kept in memory, without touching the database."""
        channel_id = self._by_key.get(key)
        kept = self._by_id.get(channel_id) if channel_id else None
        return kept[1] if kept is not None and kept[0] > monotonic() else None

    async def list_all(
        self, tx: Transaction, workspace_id: UUID | None, *, kind: str | None = None
    ) -> list[Channel]:
        """Lists the channels of a workspace, or of all of them."""
        rows = await tx.fetch(
            f"""SELECT {COLUMNS} FROM channels WHERE deleted_at IS NULL AND ($1::uuid IS NULL OR workspace_id = $1)
                AND ($2::text IS NULL OR kind = $2) ORDER BY workspace_id, created_at, id""",
            workspace_id,
            kind,
        )
        return [open_channel(row, self.plugins, self.box) for row in rows]

    def forget(self, channel_id: UUID) -> None:
        """Drops a channel from memory after a change."""
        self._by_id.pop(channel_id, None)

    def _keep(self, row: Any) -> Channel:
        channel = open_channel(row, self.plugins, self.box)
        self._by_id[channel.id] = (monotonic() + KEPT_SECONDS, channel)
        self._by_key[channel.public_key] = channel.id
        return channel
