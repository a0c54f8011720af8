"""Connecting, changing and removing stores, carriers and payment providers."""

from typing import Any
from uuid import UUID

import msgspec

from parley.accounts.actions.auditing import write_audit
from parley.commerce.connections import FIELD, ConnectionBook, open_secrets, owner
from parley.commerce.model import StoreInfo
from parley.commerce.plugins import get_connector
from parley.facts.commerce import StoreChanged
from parley.kit.ctx import Ctx
from parley.kit.errors import FieldError, Invalid, NotFound
from parley.kit.ids import uuid7
from parley.kit.plugins import check_names, read_settings, secret_names, split_secrets


class NewConnection(msgspec.Struct, frozen=True, kw_only=True):
    """What a connection starts with; `id` where the caller has already promised one."""

    plugin: str
    name: str
    settings: dict[str, Any] = {}
    brand_id: UUID | None = None
    id: UUID | None = None


async def create_connection(
    ctx: Ctx, book: ConnectionBook, wanted: NewConnection, info: StoreInfo | None = None
) -> UUID:
    """Creates a connection, and the store behind it when `info` is given.

    Raises NotFound for an unknown connector and Invalid for a wrong setting.
    """
    manifest = get_connector(book.plugins, wanted.plugin).manifest
    name = wanted.name.strip() or (info.name if info else "")
    if not name:
        raise Invalid("name_missing", "Give the connection a name.", FieldError("name", "empty"))
    check_names(manifest, wanted.settings)
    read_settings(manifest, wanted.settings)
    plain, secret = split_secrets(secret_names(manifest), wanted.settings)
    connection_id = wanted.id or uuid7()
    await ctx.tx.execute(
        """INSERT INTO connections (workspace_id, id, plugin, kind, name, settings, secrets, created_at)
           VALUES ($1, $2, $3, $4, $5, $6, $7, $8)""",
        ctx.workspace_id,
        connection_id,
        wanted.plugin,
        manifest.kind,
        name,
        plain,
        seal(ctx, book, connection_id, secret),
        ctx.now,
    )
    if manifest.kind == "store":
        await save_store(ctx, connection_id, name, info, wanted.brand_id)
    await write_audit(ctx, "store_connected", "connection", connection_id, plugin=wanted.plugin)
    ctx.emit(StoreChanged(connection_id=connection_id, kind=manifest.kind, act="created"))
    return connection_id


async def save_store(
    ctx: Ctx, store_id: UUID, name: str, info: StoreInfo | None, brand_id: UUID | None = None
) -> None:
    """Keeps what a store says of itself."""
    await ctx.tx.execute(
        """INSERT INTO stores (workspace_id, id, name, domain, currency, time_zone, country, brand_id, created_at)
           VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
           ON CONFLICT (workspace_id, id) DO UPDATE SET domain = excluded.domain, currency = excluded.currency,
             time_zone = excluded.time_zone, country = excluded.country""",
        ctx.workspace_id,
        store_id,
        name,
        info.domain if info else "",
        info.currency if info else "EUR",
        info.time_zone if info else "UTC",
        info.country if info else "",
        brand_id,
        ctx.now,
    )


async def change_connection(
    ctx: Ctx,
    book: ConnectionBook,
    connection_id: UUID,
    *,
    name: str | None = None,
    state: str | None = None,
    settings: dict[str, Any] | None = None,
) -> None:
    """Changes a connection; settings given are merged, an empty secret keeps the old one. Raises NotFound, Invalid."""
    row = await ctx.tx.fetchrow(
        """SELECT plugin, kind, settings, secrets FROM connections
           WHERE workspace_id = $1 AND id = $2 AND deleted_at IS NULL FOR UPDATE""",
        ctx.workspace_id,
        connection_id,
    )
    if row is None:
        raise NotFound("connection")
    manifest = get_connector(book.plugins, row["plugin"]).manifest
    check_names(manifest, settings or {})
    names = secret_names(manifest)
    kept = open_secrets(book.box, ctx.workspace_id, connection_id, row["secrets"])
    given = {k: v for k, v in (settings or {}).items() if not (k in names and v in ("", None))}
    values = {**row["settings"], **kept, **given}
    read_settings(manifest, values)
    plain, secret = split_secrets(names, values)
    await ctx.tx.execute(
        """UPDATE connections SET name = coalesce($3, name), state = coalesce($4, state),
             error = CASE WHEN $4 = 'active' THEN '' ELSE error END, settings = $5, secrets = $6
           WHERE workspace_id = $1 AND id = $2""",
        ctx.workspace_id,
        connection_id,
        name,
        state,
        plain,
        seal(ctx, book, connection_id, secret),
    )
    if name is not None:
        await ctx.tx.execute(
            "UPDATE stores SET name = $3 WHERE workspace_id = $1 AND id = $2",
            ctx.workspace_id,
            connection_id,
            name,
        )
    ctx.emit(StoreChanged(connection_id=connection_id, kind=row["kind"], act="changed"))
    ctx.tx.after_commit.append(lambda: book.forget(connection_id))


async def remove_connection(ctx: Ctx, book: ConnectionBook, connection_id: UUID) -> None:
    """Removes a connection; what it mirrored stays readable. Raises NotFound."""
    kind = await ctx.tx.fetchval(
        """UPDATE connections SET deleted_at = $3, state = 'paused', secrets = NULL
           WHERE workspace_id = $1 AND id = $2 AND deleted_at IS NULL RETURNING kind""",
        ctx.workspace_id,
        connection_id,
        ctx.now,
    )
    if kind is None:
        raise NotFound("connection")
    await write_audit(ctx, "store_removed", "connection", connection_id)
    ctx.emit(StoreChanged(connection_id=connection_id, kind=kind, act="removed"))
    ctx.tx.after_commit.append(lambda: book.forget(connection_id))


async def set_connection_health(ctx: Ctx, book: ConnectionBook, connection_id: UUID, error: str) -> None:
    """Notes the health of a connection; tells only when it changes."""
    row = await ctx.tx.fetchrow(
        """UPDATE connections c SET error = $3, checked_at = $4,
             state = CASE WHEN $3 <> '' THEN 'error' ELSE 'active' END
           FROM (SELECT error FROM connections WHERE workspace_id = $1 AND id = $2) old
           WHERE c.workspace_id = $1 AND c.id = $2 AND c.state <> 'paused' AND c.deleted_at IS NULL
           RETURNING old.error <> $3 AS changed, c.kind""",
        ctx.workspace_id,
        connection_id,
        error[:1000],
        ctx.now,
    )
    if row is not None and row["changed"]:
        act = "broken" if error else "mended"
        ctx.emit(StoreChanged(connection_id=connection_id, kind=row["kind"], act=act))
        ctx.tx.after_commit.append(lambda: book.forget(connection_id))


def seal(ctx: Ctx, book: ConnectionBook, connection_id: UUID, secret: dict[str, Any]) -> bytes | None:
    """Encrypts a connection's secrets for their place; None when there are none."""
    if not secret:
        return None
    return book.box.seal(
        msgspec.json.encode(secret), owner=owner(ctx.workspace_id, connection_id), field=FIELD
    )
