"""The senders of an e-mail channel: names, addresses and signatures."""

from typing import Annotated
from uuid import UUID

import msgspec
from msgspec import Meta

from parley.channels.actions.senders import add_sender, change_sender, remove_sender
from parley.channels.queries.senders import SenderRow, list_senders
from parley.kit.ctx import Ctx
from parley.kit.errors import NotFound
from parley.kit.http.access import needs
from parley.kit.http.paging import Page, cut_page
from parley.kit.http.routes import route

READ = needs("channels:read")
WRITE = needs("channels:write")
PATH = "/api/v1/channels/{channel_id:uuid}/senders"
Name = Annotated[str, Meta(max_length=200)]
Address = Annotated[str, Meta(max_length=320)]
Signature = Annotated[str, Meta(max_length=100_000)]


class SenderBody(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """A new sender; `{agent}` in name or signature becomes the writing agent's name."""

    name: Name = ""
    address: Address
    signature_html: Signature = ""
    is_default: bool = False


class SenderChangeBody(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """Changes to a sender; what is left out stays."""

    name: Name | None = None
    address: Address | None = None
    signature_html: Signature | None = None
    is_default: bool | None = None


@route("GET", PATH, READ)
async def get_senders(
    ctx: Ctx, channel_id: UUID, limit: int = 200, after: str | None = None
) -> Page[SenderRow]:
    """Lists the senders of a channel, the default one first."""
    return cut_page(await list_senders(ctx, channel_id), lambda sender: str(sender.id), limit, after)


@route("POST", PATH, WRITE)
async def post_sender(ctx: Ctx, channel_id: UUID, data: SenderBody) -> SenderRow:
    """Adds a sender; the first one becomes the default."""
    sender_id = await add_sender(
        ctx,
        channel_id,
        name=data.name,
        address=data.address,
        signature_html=data.signature_html,
        is_default=data.is_default,
    )
    return await _get(ctx, channel_id, sender_id)


@route("PATCH", PATH + "/{sender_id:uuid}", WRITE)
async def patch_sender(ctx: Ctx, channel_id: UUID, sender_id: UUID, data: SenderChangeBody) -> SenderRow:
    """Changes a sender."""
    await change_sender(ctx, channel_id, sender_id, msgspec.to_builtins(data))
    return await _get(ctx, channel_id, sender_id)


@route("DELETE", PATH + "/{sender_id:uuid}", WRITE)
async def delete_sender(ctx: Ctx, channel_id: UUID, sender_id: UUID) -> None:
    """Removes a sender; messages that were sent with it stay as they are."""
    await remove_sender(ctx, channel_id, sender_id)


async def _get(ctx: Ctx, channel_id: UUID, sender_id: UUID) -> SenderRow:
    found = next((one for one in await list_senders(ctx, channel_id) if one.id == sender_id), None)
    if found is None:
        raise NotFound("sender")
    return found


ROUTES = (get_senders, post_sender, patch_sender, delete_sender)
