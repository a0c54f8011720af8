"""Stores and other connections, for the settings."""

from uuid import UUID

import msgspec

from parley.commerce.connections import ConnectionBook
from parley.commerce.shapes import StoreView, SyncView
from parley.kit.db import Transaction
from parley.kit.plugins import show_settings

STORES = """
SELECT s.id, s.name, s.domain, s.currency, s.time_zone, s.country,
  (SELECT count(*)::int FROM (SELECT 1 FROM orders o WHERE o.workspace_id = $1 AND o.store_id = s.id LIMIT 10001) n)
    AS orders,
  (SELECT coalesce(jsonb_agg(to_jsonb(r) ORDER BY r.started_at DESC), '[]') FROM (
     SELECT DISTINCT ON (purpose, kind) id, purpose, kind, state, done, total, changed, error, started_at, finished_at
     FROM sync_runs WHERE workspace_id = $1 AND store_id = s.id ORDER BY purpose, kind, started_at DESC) r) AS syncs
FROM stores s WHERE s.workspace_id = $1
"""


async def list_stores(
    tx: Transaction, book: ConnectionBook, workspace_id: UUID, origin: str
) -> list[StoreView]:
    """Gives the stores with how far each has been read; there are few, so they come together."""
    connections = await book.list_all(tx, workspace_id, "store")
    rows = {row["id"]: row for row in await tx.fetch(STORES, workspace_id)}
    found = []
    for one in connections:
        row = rows.get(one.id)
        if row is None:
            continue
        manifest = book.connector(one).manifest
        shown, secrets_set = show_settings(manifest, one.settings)
        found.append(
            StoreView(
                id=one.id,
                plugin=one.plugin,
                name=one.name,
                domain=row["domain"],
                currency=row["currency"],
                time_zone=row["time_zone"],
                country=row["country"],
                state=one.state,
                error=one.error,
                acts=sorted(manifest.acts),
                settings=shown,
                secrets_set=secrets_set,
                hook_url=f"{origin}/hooks/{one.id}",
                orders=row["orders"],
                syncs=msgspec.convert(row["syncs"], list[SyncView]),
            )
        )
    return found
