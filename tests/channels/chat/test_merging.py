"""A visitor whose customer turns out to be another, and does not."""

from uuid import UUID

import msgspec
import pytest

from parley.channels.actions.channels import NewChannel, create_channel
from parley.channels.chat.frames import Identity
from parley.channels.chat.identity import sign_identity
from parley.customers.actions.identify import identify_customer
from parley.customers.actions.merging import merge_customers, unmerge_customer
from parley.kit.log.readers import ReaderLoop
from tests.channels.chat.test_resuming import Chat
from tests.support.app import Shop, body_of
from tests.support.mailroom import Mailroom


@pytest.fixture
async def chat(room: Mailroom) -> Chat:
    async with room.ctx() as ctx:
        made = await create_channel(ctx, room.parts.book, NewChannel(plugin="chat", name="Chat"))
    return Chat(room, await room.channel(made))


async def whose(shop: Shop, conversation_id: UUID) -> tuple[UUID, UUID]:
    """Gives whose a conversation is and whose the only visitor is, after the readers."""
    await ReaderLoop(shop.runtime).drain()
    return (
        await shop.count("SELECT customer_id FROM conversations WHERE id = $1", conversation_id),
        await shop.count("SELECT customer_id FROM visitors WHERE customer_id IS NOT NULL"),
    )


async def test_a_visitor_follows_and_goes_back(chat: Chat, room: Mailroom, shop: Shop) -> None:
    conversation_id, _ = await chat.write("One")
    visitor, _ = await whose(shop, conversation_id)
    async with room.ctx() as ctx:
        known = (await identify_customer(ctx, "email", "zoe@example.com", reason="wrote_mail")).customer_id
        await merge_customers(ctx, visitor, known, reason="by_hand")
    assert await whose(shop, conversation_id) == (known, known)
    assert (await chat.write("Two"))[0] == conversation_id
    async with room.ctx() as ctx:
        await unmerge_customer(ctx, visitor)
    await ReaderLoop(shop.runtime).drain()
    assert await shop.count("SELECT customer_id FROM visitors") == visitor


async def test_what_a_signature_joined_can_be_taken_back(chat: Chat, room: Mailroom, shop: Shop) -> None:
    conversation_id, cursor = await chat.write("One")
    visitor, _ = await whose(shop, conversation_id)
    async with room.ctx() as ctx:
        known = (await identify_customer(ctx, "email", "zoe@example.com", reason="wrote_mail")).customer_id
    expires = int(room.runtime.clock.now().timestamp()) + 600
    claim = Identity(id="42", email="zoe@example.com", name="Zoë", expires=expires)
    signature = sign_identity(chat.channel.settings.identity_secret, claim)
    await chat.come_back(cursor, identity=msgspec.structs.replace(claim, signature=signature))
    assert (await whose(shop, conversation_id))[0] == known
    desk = await shop.signed_in()
    (merge,) = body_of(await desk.get(f"/api/v1/customers/{known}/merges"))["items"]
    assert (merge["automatic"], merge["conversations"]) == (True, 1)
    assert (await desk.post(f"/api/v1/customers/{visitor}/unmerge")).status_code == 200
    assert (await whose(shop, conversation_id))[0] == visitor
