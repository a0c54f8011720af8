"""Channels over the API: what is refused, and in which words."""

from typing import Any

import asyncpg
import httpx
import pytest

from parley.channels.examples import EXAMPLES
from parley.kit.ids import uuid7
from tests.support.app import Shop, body_of

LIST = "/api/v1/channels"


@pytest.fixture
async def owner(shop: Shop) -> httpx.AsyncClient:
    """The owner's browser."""
    return await shop.signed_in("owner")


async def add(client: httpx.AsyncClient, plugin: str, name: str = "Help", **settings: Any) -> httpx.Response:
    """Adds a channel."""
    return await client.post(LIST, json={"plugin": plugin, "name": name, "settings": settings})


async def test_a_typo_in_a_setting_is_refused(shop: Shop, owner: httpx.AsyncClient) -> None:
    refused = await add(owner, "email_imap", address="help@shop.example", imap_hots="mail.shop.example")
    assert refused.status_code == 422
    assert body_of(refused)["errors"][0]["field"] == "imap_hots"
    assert "imap_host" in body_of(refused)["detail"]
    made = await add(owner, "email_listener", address="help@shop.example")
    assert made.status_code == 201, made.text
    path = f"{LIST}/{body_of(made)['id']}"
    assert (await owner.patch(path, json={"settings": {"addres": "x@y.example"}})).status_code == 422
    # A setting that a newer version has dropped stays where it was stored and troubles nobody.
    async with shop.runtime.ctx(shop.workspace_id) as ctx:
        await ctx.tx.execute(
            "UPDATE channels SET settings = settings || '{\"dropped\": 1}' WHERE workspace_id = $1",
            shop.workspace_id,
        )
    assert (await owner.patch(path, json={"name": "Other"})).status_code == 200


async def test_an_unknown_plugin_is_told_which_there_are(owner: httpx.AsyncClient) -> None:
    refused = await add(owner, "imap")
    assert refused.status_code == 422
    for slug in ("chat", "email_imap", "email_listener", "email_webhook", "contact_form"):
        assert slug in body_of(refused)["detail"]


async def test_a_malformed_address_is_refused_in_plain_words(owner: httpx.AsyncClient) -> None:
    refused = await add(owner, "email_listener", address="help at shop")
    assert refused.status_code == 422
    assert body_of(refused)["errors"] == [
        {"field": "address", "message": "Address: this must be an e-mail address like help@shop.example."}
    ]


async def test_the_form_offers_the_e_mail_channels(owner: httpx.AsyncClient) -> None:
    mail = body_of(await add(owner, "email_listener", "Mail", address="help@shop.example"))["id"]
    await add(owner, "chat", "Chat")
    kinds = {kind["slug"]: kind for kind in body_of(await owner.get("/api/v1/channel-kinds"))["items"]}
    fields = {field["name"]: field for field in kinds["contact_form"]["fields"]}
    through = fields["reply_channel"]
    assert (through["type"], through["options"]) == ("select", ["", mail])
    assert through["option_labels"] == {mail: "Mail"}


async def test_an_address_belongs_to_one_channel(
    shop: Shop, neighbour: Shop, owner: httpx.AsyncClient
) -> None:
    first = body_of(await add(owner, "email_listener", "First", address="help@shop.example"))
    taken = await add(owner, "email_webhook", "Second", address="Help@Shop.example")
    assert taken.status_code == 409
    assert "'First'" in body_of(taken)["detail"]
    assert body_of(taken)["channel_id"] == first["id"]
    other = body_of(await add(owner, "email_webhook", "Second", address="sales@shop.example"))
    moved = await owner.patch(f"{LIST}/{other['id']}", json={"settings": {"address": "HELP@shop.example"}})
    assert moved.status_code == 409, moved.text
    own = await owner.patch(f"{LIST}/{first['id']}", json={"settings": {"address": "HELP@shop.example"}})
    assert own.status_code == 200, own.text
    also = await add(
        owner, "email_listener", "Third", address="new@shop.example", more_addresses=["Sales@shop.example"]
    )
    assert also.status_code == 409, also.text
    more = await owner.patch(
        f"{LIST}/{first['id']}", json={"settings": {"more_addresses": ["sales@shop.example"]}}
    )
    assert more.status_code == 409, more.text
    stranger = await neighbour.signed_in("owner")
    assert (await add(stranger, "email_listener", address="help@shop.example")).status_code == 201
    await owner.delete(f"{LIST}/{first['id']}")
    assert (await add(owner, "email_listener", address="help@shop.example")).status_code == 201


async def test_the_database_refuses_an_address_twice(shop: Shop, owner: httpx.AsyncClient) -> None:
    await add(owner, "email_listener", "First", address="help@shop.example")
    with pytest.raises(asyncpg.UniqueViolationError):
        async with shop.runtime.ctx(shop.workspace_id) as ctx:
            await ctx.tx.execute(
                """INSERT INTO channels (workspace_id, id, plugin, kind, name, address, public_key, created_at)
                   VALUES ($1, $2, 'email_webhook', 'email', 'Race', 'HELP@shop.example', 'k', now())""",
                shop.workspace_id,
                uuid7(),
            )


@pytest.mark.parametrize("name", EXAMPLES)
async def test_a_documented_body_makes_a_channel(owner: httpx.AsyncClient, name: str) -> None:
    made = await owner.post(LIST, json=EXAMPLES[name])
    assert made.status_code == 201, made.text
    assert body_of(made)["plugin"] == name
