"""The addresses and signatures with which an e-mail channel writes."""

from typing import Any
from uuid import UUID

from parley.channels.mail.addresses import normalise_address
from parley.facts.channels import ChannelChanged
from parley.kit.ctx import Ctx
from parley.kit.errors import Conflict, FieldError, Invalid, NotFound
from parley.kit.ids import uuid7
from parley.kit.richtext import sanitise_html

MOST = 50
MAX_SIGNATURE = 50_000
INSERT = """
INSERT INTO senders (workspace_id, id, channel_id, name, address, signature_html, is_default, created_at)
SELECT $1, $2, $3, $4, $5, $6, $7 OR NOT EXISTS (SELECT 1 FROM senders WHERE workspace_id = $1 AND channel_id = $3), $8
ON CONFLICT (workspace_id, channel_id, address) DO NOTHING RETURNING true
"""
CHANGE = """
UPDATE senders SET name = coalesce($4, name), address = coalesce($5, address),
       signature_html = coalesce($6, signature_html), is_default = is_default OR $7
WHERE workspace_id = $1 AND channel_id = $2 AND id = $3 RETURNING true
"""


async def add_sender(
    ctx: Ctx, channel_id: UUID, *, name: str, address: str, signature_html: str = "", is_default: bool = False
) -> UUID:
    """Adds a sender to an e-mail channel, the first one as its default; raises NotFound, Invalid and Conflict."""
    await _check_channel(ctx, channel_id)
    sender_id = uuid7()
    if is_default:
        await _clear_default(ctx, channel_id)
    added = await ctx.tx.fetchval(
        INSERT,
        ctx.workspace_id,
        sender_id,
        channel_id,
        _clean_name(name),
        _clean_address(address),
        _clean_signature(signature_html),
        is_default,
        ctx.now,
    )
    if not added:
        raise Conflict("already_exists", "The channel has a sender with this address.")
    ctx.emit(ChannelChanged(channel_id=channel_id, act="changed"))
    return sender_id


async def change_sender(ctx: Ctx, channel_id: UUID, sender_id: UUID, changes: dict[str, Any]) -> None:
    """Changes name, address, signature or the default; raises NotFound and Invalid."""
    if changes.get("is_default"):
        await _clear_default(ctx, channel_id)
    name, address, signature = (changes.get(key) for key in ("name", "address", "signature_html"))
    changed = await ctx.tx.fetchval(
        CHANGE,
        ctx.workspace_id,
        channel_id,
        sender_id,
        None if name is None else _clean_name(name),
        None if address is None else _clean_address(address),
        None if signature is None else _clean_signature(signature),
        bool(changes.get("is_default")),
    )
    if not changed:
        raise NotFound("sender")
    ctx.emit(ChannelChanged(channel_id=channel_id, act="changed"))


async def remove_sender(ctx: Ctx, channel_id: UUID, sender_id: UUID) -> None:
    """Removes a sender; the oldest one left becomes the default when it was that. Raises NotFound."""
    was_default = await ctx.tx.fetchval(
        "DELETE FROM senders WHERE workspace_id = $1 AND channel_id = $2 AND id = $3 RETURNING is_default",
        ctx.workspace_id,
        channel_id,
        sender_id,
    )
    if was_default is None:
        raise NotFound("sender")
    if was_default:
        await ctx.tx.execute(
            """UPDATE senders SET is_default = true WHERE workspace_id = $1 AND id = (
                 SELECT id FROM senders WHERE workspace_id = $1 AND channel_id = $2 ORDER BY id LIMIT 1)""",
            ctx.workspace_id,
            channel_id,
        )
    ctx.emit(ChannelChanged(channel_id=channel_id, act="changed"))


async def _check_channel(ctx: Ctx, channel_id: UUID) -> None:
    row = await ctx.tx.fetchrow(
        """SELECT kind, (SELECT count(*) FROM senders s WHERE s.workspace_id = $1 AND s.channel_id = $2) AS senders
           FROM channels WHERE workspace_id = $1 AND id = $2 AND deleted_at IS NULL FOR UPDATE""",
        ctx.workspace_id,
        channel_id,
    )
    if row is None:
        raise NotFound("channel")
    if row["kind"] != "email":
        raise Invalid("no_mail_channel", "Only e-mail channels have senders.")
    if row["senders"] >= MOST:
        raise Invalid("too_many_senders", f"A channel has at most {MOST} senders.")


async def _clear_default(ctx: Ctx, channel_id: UUID) -> None:
    await ctx.tx.execute(
        "UPDATE senders SET is_default = false WHERE workspace_id = $1 AND channel_id = $2 AND is_default",
        ctx.workspace_id,
        channel_id,
    )


def _clean_name(name: str) -> str:
    return " ".join(name.split())[:200]


def _clean_address(address: str) -> str:
    found = normalise_address(address)
    if found is None:
        raise Invalid(
            "bad_address", "This is not an e-mail address.", FieldError("address", "not an address")
        )
    return found


def _clean_signature(source: str) -> str:
    return sanitise_html(source, images="cid", max_bytes=MAX_SIGNATURE)
