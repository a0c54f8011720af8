"""To whom answers go, from whom, with which signature; starting and forwarding."""

from typing import Any

import pytest

from parley.kit.errors import Conflict, Invalid
from parley.kit.files.actions import store_file
from tests.support.app import Shop
from tests.support.mailroom import HELP, ZOE, Mailroom, write_mail
from tests.support.smtp import Mailbox


async def test_reply_to_and_copies_without_ourselves(room: Mailroom, shop: Shop, outbox: Mailbox) -> None:
    await room.add_channel("sales@shop.example")
    item = await room.arrive(
        write_mail(
            Reply_To="Zoë at work <zoe@work.example>",
            to=f"{HELP}, max@customer.example",
            Cc="Sales <sales@shop.example>, Mia <mia@customer.example>",
        )
    )
    await room.reply(item["conversation_id"], await shop.agent(), "Hello")
    await room.deliver()
    (mail,) = outbox.mails
    assert "zoe@work.example" in str(mail["To"])
    assert "sales@shop.example" not in str(mail["Cc"])
    assert [one.addr_spec for one in mail["Cc"].addresses] == ["max@customer.example", "mia@customer.example"]


async def test_what_the_writer_chose_wins(room: Mailroom, shop: Shop, outbox: Mailbox) -> None:
    item = await room.arrive(write_mail(Cc="max@customer.example"))
    wanted = {
        "to": [{"name": "Zoë", "address": "Zoe@Work.Example"}],
        "cc": [],
        "bcc": [{"address": "boss@shop.example"}],
        "subject": "  About your \n parcel ",
    }
    posted = await room.reply(item["conversation_id"], await shop.agent(), "Hello", wanted=wanted)
    await room.deliver()
    (mail,) = outbox.mails
    assert (mail["To"].addresses[0].addr_spec, mail["Cc"], mail["Bcc"]) == ("zoe@work.example", None, None)
    assert mail["Subject"] == "About your parcel"
    envelope = (await room.message(posted.message_id))["envelope"]
    assert envelope["bcc"] == [{"name": "", "address": "boss@shop.example"}]


@pytest.mark.parametrize(
    "wanted",
    [{"to": [{"address": "nobody"}]}, {"cc": [{"address": "a@b@c"}]}, {"sender": "nobody@elsewhere.example"}],
)
async def test_wrong_addresses_are_named(room: Mailroom, shop: Shop, wanted: dict[str, Any]) -> None:
    item = await room.arrive(write_mail())
    with pytest.raises(Invalid) as caught:
        await room.reply(item["conversation_id"], await shop.agent(), "Hello", wanted=wanted)
    assert caught.value.errors[0].field == next(iter(wanted))


async def test_line_breaks_cannot_smuggle_headers(room: Mailroom, shop: Shop, outbox: Mailbox) -> None:
    item = await room.arrive(write_mail())
    wanted = {
        "to": [{"name": "Zoë\r\nBcc: victim@elsewhere.example", "address": ZOE}],
        "subject": "Hi\r\nX-Evil: yes",
    }
    await room.reply(item["conversation_id"], await shop.agent(), "Hello", wanted=wanted)
    await room.deliver()
    assert (outbox.mails[0]["X-Evil"], outbox.mails[0]["Bcc"]) == (None, None)


async def test_senders_and_signatures(room: Mailroom, shop: Shop, outbox: Mailbox) -> None:
    admin = await shop.signed_in("admin")
    path = f"/api/v1/channels/{room.channel_id}/senders"
    first = (
        await admin.post(
            path,
            json={
                "name": "{agent} of Test shop",
                "address": "Team@Shop.example",
                "signature_html": "<p>Best, {agent}<script>alert(1)</script></p>",
            },
        )
    ).json()
    assert (first["address"], first["is_default"], first["signature_html"]) == (
        "team@shop.example",
        True,
        "<p>Best, {agent}</p>",
    )
    second = (await admin.post(path, json={"name": "Returns", "address": "returns@shop.example"})).json()
    assert second["is_default"] is False
    assert (await admin.post(path, json={"address": "returns@shop.example"})).status_code == 409
    assert (await admin.post(path, json={"address": "no address"})).status_code == 422
    assert (
        await admin.post(f"/api/v1/channels/{first['id']}/senders", json={"address": "a@b.example"})
    ).status_code == 404
    assert (
        await (await shop.signed_in("agent")).post(path, json={"address": "a@b.example"})
    ).status_code == 403
    agent = await shop.agent(name="Ana Novak")
    item = await room.arrive(write_mail())
    await room.reply(item["conversation_id"], agent, "Hello")
    to_returns = await room.arrive(write_mail(to="returns@shop.example", subject="Return of order 4411"))
    await room.reply(to_returns["conversation_id"], agent, "Hello")
    await room.reply(item["conversation_id"], agent, "Again", wanted={"sender": second["id"]})
    await room.deliver()
    by_id = {str(mail["Message-ID"]): mail for mail in outbox.mails}
    assert len(by_id) == 3
    froms = sorted(str(mail["From"]) for mail in outbox.mails)
    assert froms == [
        "Ana Novak of Test shop <team@shop.example>",
        "Returns <returns@shop.example>",
        "Returns <returns@shop.example>",
    ]
    team = next(mail for mail in outbox.mails if "team@" in str(mail["From"]))
    body = team.get_body(("plain",))
    assert body is not None
    assert body.get_content().splitlines()[2:4] == ["-- ", "Best, Ana Novak"]
    changed = (await admin.patch(f"{path}/{second['id']}", json={"is_default": True, "name": "Back"})).json()
    assert (changed["is_default"], changed["name"]) == (True, "Back")
    assert (await admin.delete(f"{path}/{second['id']}")).status_code == 204
    left = (await admin.get(path)).json()["items"]
    assert [(one["address"], one["is_default"]) for one in left] == [("team@shop.example", True)]


async def test_an_agents_own_signature_comes_before_the_brands(
    room: Mailroom, shop: Shop, outbox: Mailbox
) -> None:
    agent = await shop.agent(name="Ana Novak")
    async with room.ctx() as ctx:
        await ctx.tx.execute(
            "UPDATE brands SET signature_html = '<p>The shop</p>' WHERE workspace_id = $1", room.workspace_id
        )
        await ctx.tx.execute(
            "UPDATE agents SET signature_html = '<p>Yours, Ana</p>' WHERE workspace_id = $1 AND id = $2",
            room.workspace_id,
            agent,
        )
    item = await room.arrive(write_mail())
    await room.reply(item["conversation_id"], agent, "Hello")
    await room.deliver()
    body = outbox.mails[0].get_body(("plain",))
    assert body is not None
    assert body.get_content().splitlines()[2:4] == ["-- ", "Yours, Ana"]


async def test_the_customers_last_message_is_quoted(room: Mailroom, shop: Shop, outbox: Mailbox) -> None:
    item = await room.arrive(write_mail("Where is my parcel?"))
    await room.reply(item["conversation_id"], await shop.agent(), "It leaves today.")
    await room.deliver()
    body = outbox.mails[0].get_body(("plain",))
    assert body is not None
    assert body.get_content().splitlines()[-1] == "> Where is my parcel?"


async def test_plus_addresses_help_to_find_the_way_home(room: Mailroom, shop: Shop, outbox: Mailbox) -> None:
    plus = await room.add_channel("plus@shop.example", plus_addressing=True)
    item = await room.arrive(write_mail(to="plus@shop.example"), channel_id=plus)
    await room.reply(item["conversation_id"], await shop.agent(), "Hello")
    await room.deliver()
    back = outbox.mails[0]["Reply-To"].addresses[0].addr_spec
    assert back.startswith("plus+")
    lost = write_mail("No references any more", to=back, subject="Re: Parcel 4711 has not come")
    assert (await room.arrive(lost, channel_id=plus))["conversation_id"] == item["conversation_id"]
    stranger = write_mail(
        "Let me in", to=back, sender="eve@elsewhere.example", subject="Re: Parcel 4711 has not come"
    )
    assert (await room.arrive(stranger, channel_id=plus))["conversation_id"] != item["conversation_id"]


async def test_threads_that_the_shop_begins(room: Mailroom, shop: Shop) -> None:
    port = room.runtime.parts["channel_port"]
    async with room.ctx() as ctx:
        begun = await port.start_thread_to(
            ctx, room.channel_id, [{"name": "Max", "address": "Max@Supplier.example"}], "Stock"
        )
        assert (begun.address, begun.identity_kind, begun.channel_kind) == (
            "max@supplier.example",
            "email",
            "email",
        )
        with pytest.raises(Invalid):
            await port.start_thread_to(ctx, room.channel_id, [{"address": "nobody"}], "Stock")
        with pytest.raises(Invalid):
            await port.start_thread_to(ctx, room.channel_id, [{"address": HELP}], "Stock")
    chat = await room.add_channel(plugin="contact_form", name="Form")
    async with room.ctx() as ctx:
        with pytest.raises(Conflict):
            await port.start_thread_to(ctx, chat, [{"address": ZOE}], "Stock")


async def test_pictures_of_ours_travel_with_the_mail(room: Mailroom, shop: Shop, outbox: Mailbox) -> None:
    item = await room.arrive(write_mail())
    async with room.ctx() as ctx:
        file = await store_file(
            ctx,
            room.runtime,
            name="map.gif",
            data=b"GIF89a\x01\x00\x01\x00\x00\x00\x00;",
            claimed_type="image/gif",
            owner_kind="agent",
            owner_id=None,
        )
    html = f'<p>Here: <img src="/files/{room.workspace_id}/{file.id}?e=1&amp;s=abc" alt="map" width="40" height="40"></p>'
    await room.reply(item["conversation_id"], await shop.agent(), "", html=html, file_ids=[file.id])
    await room.deliver()
    related = outbox.mails[0].get_body(("html",))
    assert related is not None
    assert f"cid:{file.id}@files" in related.get_content()
    pictures = [part for part in outbox.mails[0].walk() if part.get_content_type() == "image/gif"]
    assert [part["Content-ID"] for part in pictures] == [f"<{file.id}@files>"]
