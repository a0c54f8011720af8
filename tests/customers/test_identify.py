"""Who somebody is: identities, claims and proofs."""

from uuid import UUID

from parley.customers.actions.identify import (
    add_identity,
    create_customer,
    find_identity,
    identify_customer,
    prove_identity,
)
from tests.support.app import Shop
from tests.support.inbox import Inbox


async def test_the_same_address_is_the_same_customer(shop: Shop, inbox: Inbox) -> None:
    async with inbox.ctx() as ctx:
        first = await identify_customer(ctx, "email", "Zoe@Example.com", name="Zoë", reason="wrote")
    async with inbox.ctx() as ctx:
        again = await identify_customer(ctx, "email", " zoe@example.com ", name="Other", reason="wrote")
    assert (first.new, again.new) == (True, False)
    assert again.customer_id == first.customer_id
    assert len(await shop.facts("CustomerCreated")) == 1
    assert await shop.count("SELECT count(*) FROM facts WHERE kind = 'IdentityAdded'") == 1
    assert "zoe" not in repr(await shop.facts()).lower()


async def test_a_claim_opens_nothing_until_it_is_proven(shop: Shop, inbox: Inbox) -> None:
    async with inbox.ctx() as ctx:
        visitor = await create_customer(ctx)
        await add_identity(ctx, visitor, "email", "zoe@example.com", verified=False, reason="said so")
        assert await find_identity(ctx, "email", "zoe@example.com") is None
    async with inbox.ctx() as ctx:
        assert (
            await prove_identity(ctx, visitor, "email", "zoe@example.com", reason="answered a mail")
            == visitor
        )
        found = await find_identity(ctx, "email", "zoe@example.com")
    assert found is not None
    assert found.customer_id == visitor
    assert [f["reason"] for f in await shop.facts("IdentityVerified")] == ["answered a mail"]


async def test_a_claim_that_becomes_known_is_told(shop: Shop, inbox: Inbox) -> None:
    async with inbox.ctx() as ctx:
        customer = await create_customer(ctx)
        first = await add_identity(ctx, customer, "email", "a@b.example", verified=False, reason="said so")
        second = await add_identity(ctx, customer, "email", "A@b.example", verified=True, reason="signed")
        third = await add_identity(ctx, customer, "email", "a@b.example", verified=False, reason="said so")
    assert first == second == third
    assert len(await shop.facts("IdentityVerified")) == 1
    assert await shop.count("SELECT count(*) FROM facts WHERE kind = 'IdentityAdded'") == 1
    assert await shop.count("SELECT verified FROM identities") is True
    assert await shop.count("SELECT reason FROM identities") == "signed"


async def test_a_proof_that_another_holds_joins_the_two(shop: Shop, inbox: Inbox) -> None:
    got = await inbox.receive("By mail", email="zoe@example.com")
    known: UUID = (await inbox.row(got.conversation_id))["customer_id"]
    async with inbox.ctx() as ctx:
        visitor = await create_customer(ctx)
        await add_identity(ctx, visitor, "visitor", "cookie", verified=True, reason="browser")
    chat = await inbox.receive("By chat", email="other@example.com", key="chat")
    async with inbox.ctx() as ctx:
        from parley.conversations.actions.changing import change_conversation

        await change_conversation(ctx, chat.conversation_id, {"customer_id": visitor})
    async with inbox.ctx() as ctx:
        assert await prove_identity(ctx, visitor, "email", "zoe@example.com", reason="signed") == known
        found = await find_identity(ctx, "visitor", "cookie")
    assert found is not None
    assert found.customer_id == known
    await inbox.read_log()
    assert (await inbox.row(chat.conversation_id))["customer_id"] == known
    assert await shop.count("SELECT merged_into_id FROM customers WHERE id = $1", visitor) == known
