"""Creating and changing channels."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import msgspec

from parley.channels.plugins import get_plugin
from parley.channels.queries.channels import FIELD, ChannelBook, owner
from parley.facts.channels import ChannelChanged
from parley.kit.ctx import Ctx
from parley.kit.errors import Conflict, FieldError, Invalid, NotFound
from parley.kit.ids import make_token, uuid7
from parley.kit.plugins import check_names, read_settings, secret_names, split_secrets

TAKEN = """
SELECT c.id, c.name, a.address FROM channels c CROSS JOIN LATERAL (
  SELECT c.address UNION ALL
  SELECT m FROM jsonb_array_elements_text(coalesce(c.settings -> 'more_addresses', '[]')) m) AS a(address)
WHERE c.workspace_id = $1 AND c.kind = 'email' AND c.deleted_at IS NULL AND lower(a.address) = ANY($2)
  AND c.id IS DISTINCT FROM $3 ORDER BY c.created_at LIMIT 1
"""


class NewChannel(msgspec.Struct, frozen=True, kw_only=True):
    """What a channel starts with."""

    plugin: str
    name: str
    address: str = ""
    brand_id: UUID | None = None
    settings: dict[str, Any] = {}
    public_key: str | None = None


async def create_channel(ctx: Ctx, book: ChannelBook, wanted: NewChannel) -> UUID:
    """Creates a channel; raises Invalid for an unknown plug-in or setting, Conflict for an address in use."""
    adapter = get_plugin(book.plugins, wanted.plugin)
    if not wanted.name.strip():
        raise Invalid("name_missing", "Give the channel a name.", FieldError("name", "empty"))
    check_names(adapter.manifest, wanted.settings)
    values = dict(wanted.settings)
    if "identity_secret" in secret_names(adapter.manifest) and not values.get("identity_secret"):
        values["identity_secret"] = make_token("id", 32)
    read = read_settings(adapter.manifest, values)
    plain, secret = split_secrets(secret_names(adapter.manifest), values)
    channel_id = uuid7()
    address = wanted.address or str(getattr(read, "address", ""))
    await check_addresses(ctx, adapter.manifest.kind, [address, *getattr(read, "more_addresses", ())])
    await ctx.tx.execute(
        """INSERT INTO channels (workspace_id, id, plugin, kind, name, address, public_key, brand_id, settings,
                                 secrets, created_at)
           VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)""",
        ctx.workspace_id,
        channel_id,
        wanted.plugin,
        adapter.manifest.kind,
        wanted.name.strip(),
        address,
        wanted.public_key or make_token("ch", 16),
        wanted.brand_id,
        plain,
        seal(ctx, book, channel_id, secret),
        ctx.now,
    )
    ctx.emit(ChannelChanged(channel_id=channel_id, act="created"))
    return channel_id


async def change_channel(
    ctx: Ctx,
    book: ChannelBook,
    channel_id: UUID,
    *,
    name: str | None = None,
    brand_id: UUID | None = None,
    state: str | None = None,
    settings: dict[str, Any] | None = None,
) -> None:
    """Changes a channel; settings given are merged, an empty secret keeps the old one. Raises NotFound and Invalid."""
    row = await ctx.tx.fetchrow(
        """SELECT plugin, address, settings, secrets FROM channels
           WHERE workspace_id = $1 AND id = $2 AND deleted_at IS NULL FOR UPDATE""",
        ctx.workspace_id,
        channel_id,
    )
    if row is None:
        raise NotFound("channel")
    adapter = get_plugin(book.plugins, row["plugin"])
    check_names(adapter.manifest, settings or {})
    names = secret_names(adapter.manifest)
    old_secrets: dict[str, Any] = (
        msgspec.json.decode(
            book.box.open(row["secrets"], owner=owner(ctx.workspace_id, channel_id), field=FIELD)
        )
        if row["secrets"]
        else {}
    )
    given = {
        key: value for key, value in (settings or {}).items() if not (key in names and value in ("", None))
    }
    values = {**row["settings"], **old_secrets, **given}
    read = read_settings(adapter.manifest, values)
    plain, secret = split_secrets(names, values)
    address = str(getattr(read, "address", ""))
    moved = address.lower() not in ("", row["address"].lower())
    if moved or "more_addresses" in given:
        mine = [address, *getattr(read, "more_addresses", ())]
        await check_addresses(ctx, adapter.manifest.kind, mine, but=channel_id)
    await ctx.tx.execute(
        """UPDATE channels SET name = coalesce($3, name), brand_id = coalesce($4, brand_id), state = coalesce($5, state),
             error = CASE WHEN $5 = 'active' THEN '' ELSE error END, settings = $6, secrets = $7,
             address = CASE WHEN $8 <> '' THEN $8 ELSE address END, shares_address = shares_address AND NOT $9
           WHERE workspace_id = $1 AND id = $2""",
        ctx.workspace_id,
        channel_id,
        name,
        brand_id,
        state,
        plain,
        seal(ctx, book, channel_id, secret),
        address,
        moved,
    )
    ctx.emit(ChannelChanged(channel_id=channel_id, act="changed"))
    ctx.tx.after_commit.append(lambda: book.forget(channel_id))


async def check_addresses(ctx: Ctx, kind: str, addresses: Sequence[str], *, but: UUID | None = None) -> None:
    """Raises Conflict that names the channel which has one of these e-mail addresses already; `but` is who asks."""
    wanted = sorted({address.lower() for address in addresses if address})
    if kind != "email" or not wanted:
        return
    other = await ctx.tx.fetchrow(TAKEN, ctx.workspace_id, wanted, but)
    if other is not None:
        raise Conflict(
            "address_taken",
            f"The channel {other['name']!r} has the address {other['address']} already.",
            channel_id=other["id"],
        )


async def remove_channel(ctx: Ctx, book: ChannelBook, channel_id: UUID) -> None:
    """Removes a channel; its conversations stay. Raises NotFound."""
    found = await ctx.tx.fetchval(
        """UPDATE channels SET deleted_at = $3, state = 'paused', secrets = NULL
           WHERE workspace_id = $1 AND id = $2 AND deleted_at IS NULL RETURNING true""",
        ctx.workspace_id,
        channel_id,
        ctx.now,
    )
    if not found:
        raise NotFound("channel")
    ctx.emit(ChannelChanged(channel_id=channel_id, act="removed"))
    ctx.tx.after_commit.append(lambda: book.forget(channel_id))


async def set_channel_health(ctx: Ctx, channel_id: UUID, error: str) -> None:
    """Notes the health of a channel; tells only when it changes."""
    changed = await ctx.tx.fetchval(
        """UPDATE channels c SET error = $3, state = CASE WHEN $3 <> '' THEN 'error' ELSE 'active' END, checked_at = $4
           FROM (SELECT error FROM channels WHERE workspace_id = $1 AND id = $2) old
           WHERE c.workspace_id = $1 AND c.id = $2 AND c.state <> 'paused' RETURNING old.error <> $3""",
        ctx.workspace_id,
        channel_id,
        error[:1000],
        ctx.now,
    )
    if changed:
        ctx.emit(ChannelChanged(channel_id=channel_id, act="broken" if error else "mended"))


def seal(ctx: Ctx, book: ChannelBook, channel_id: UUID, secret: dict[str, Any]) -> bytes | None:
    """Encrypts a channel's secrets for their place; None when there are none."""
    if not secret:
        return None
    return book.box.seal(msgspec.json.encode(secret), owner=owner(ctx.workspace_id, channel_id), field=FIELD)
