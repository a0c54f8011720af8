"""Where providers post mail."""

import hashlib
from collections.abc import Mapping
from uuid import UUID

import msgspec

from parley.channels.actions.intake import store_item
from parley.channels.adapters.email_webhook.payloads import Payload, is_genuine, read_payload
from parley.channels.model import Channel
from parley.channels.ports import RawItem
from parley.kit.errors import NotFound, SignedOut
from parley.kit.http.hooks import HookReply, Take
from parley.kit.http.limits import Limiter
from parley.kit.runtime import Runtime

PLUGIN = "email_webhook"
HOOKS = Limiter(rate=50, burst=500)


class HookAnswer(msgspec.Struct):
    """What became of a posted mail: `new` is false when the same mail had been posted before."""

    stored: bool
    new: bool


async def find_mail_hook(runtime: Runtime, key: str) -> Take | None:
    """Gives what takes the mails posted under a key, None for a key that is no webhook channel's."""
    try:
        channel = await find_hook_channel(runtime, key)
    except NotFound:
        return None

    async def take(headers: Mapping[str, str], body: bytes) -> HookReply:
        HOOKS.check(str(channel.id))
        payload = read_payload(headers.get("content-type", ""), body)
        if not is_genuine(channel.settings, headers, payload.fields, runtime.clock.now()):
            raise SignedOut("bad_secret", "The secret or signature is wrong.")
        answer = HookAnswer(stored=True, new=await _store(runtime, channel, payload))
        return HookReply(msgspec.json.encode(answer))

    return take


async def find_hook_channel(runtime: Runtime, key: str) -> Channel:
    """Gives the webhook channel of a public key or an id; raises NotFound."""
    book = runtime.parts["channels"].book
    async with runtime.db.transaction(None) as tx:
        channel: Channel | None = await book.find_by_key(tx, key[:200])
        if channel is None and (channel_id := _read_id(key)) is not None:
            workspace_id = await tx.fetchval(
                "SELECT workspace_id FROM channels WHERE id = $1 AND deleted_at IS NULL", channel_id
            )
            channel = await book.get(tx, workspace_id, channel_id) if workspace_id else None
    if channel is None or channel.plugin != PLUGIN or channel.state == "paused":
        raise NotFound("webhook")
    return channel


def _read_id(key: str) -> UUID | None:
    try:
        return UUID(key)
    except ValueError:
        return None


async def _store(runtime: Runtime, channel: Channel, payload: Payload) -> bool:
    return await store_item(
        runtime,
        channel,
        RawItem(
            key=hashlib.sha256(payload.data).hexdigest(),
            data=payload.data,
            received_at=runtime.clock.now(),
            envelope={"mail_from": payload.sender, "rcpt_to": payload.recipient},
        ),
    )
