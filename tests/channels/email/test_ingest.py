"""Mails become messages of the right customers in the right conversations."""

from datetime import timedelta
from email.message import EmailMessage
from uuid import UUID

import pytest

from parley.kit.clock import FixedClock
from tests.support.app import Shop
from tests.support.jobs import run_jobs
from tests.support.mailroom import HELP, ZOE, Mailroom, write_mail
from tests.support.smtp import Mailbox

PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000050000000508020000000288b10000000017494441547801"
    "636060606060600000000005000102d0b1c50000000049454e44ae426082"
)


async def test_a_first_mail_opens_a_conversation(room: Mailroom, shop: Shop) -> None:
    item = await room.arrive(write_mail("Where is my parcel?\n\n-- \nZoë"))
    assert (item["state"], item["error"]) == ("done", "")
    message = await room.message(item["message_id"])
    assert message["text"].startswith("Where is my parcel?")
    assert message["raw_file_id"] == item["file_id"]
    assert message["envelope"]["from"] == [{"name": "Zoë Žagar", "address": ZOE}]
    row = await room.row(
        """SELECT c.status, c.channel_kind, c.waiting_since, s.value AS subject, n.value AS name, i.value AS email, i.verified
           FROM conversations c JOIN personal_values s ON s.id = c.subject_value_id
           JOIN customers u ON u.id = c.customer_id JOIN personal_values n ON n.id = u.name_id
           JOIN identities i ON i.customer_id = u.id WHERE c.workspace_id = $1""",
    )
    assert row["subject"] == "Parcel 4711 has not come"
    assert (row["name"], row["email"], row["verified"]) == ("Zoë Žagar", ZOE, True)
    assert row["waiting_since"] is not None


async def test_question_and_answer_stay_in_one_conversation(
    room: Mailroom, shop: Shop, outbox: Mailbox
) -> None:
    first = await room.arrive(
        write_mail(message_id="first@mail.customer.example", Cc="Max <max@customer.example>")
    )
    agent = await shop.agent(name="Ana Novak")
    posted = await room.reply(first["conversation_id"], agent, "It leaves today.")
    await room.deliver()
    (sent,) = outbox.mails
    assert sent["To"] == "=?utf-8?b?Wm/DqyDFvWFnYXI=?= <zoe@customer.example>" or ZOE in str(sent["To"])
    assert "max@customer.example" in str(sent["Cc"])
    assert sent["Subject"] == "Re: Parcel 4711 has not come"
    assert sent["From"] == f"Test shop <{HELP}>"
    assert sent["Message-ID"] == f"<{posted.message_id}@shop.example>"
    assert sent["In-Reply-To"] == "<first@mail.customer.example>"
    assert (await room.message(posted.message_id))["state"] == "sent"
    answer = write_mail(
        "Thank you!", subject=str(sent["Subject"]), answers=str(sent["Message-ID"]).strip("<>")
    )
    second = await room.arrive(answer)
    assert second["conversation_id"] == first["conversation_id"]
    third = await room.arrive(
        write_mail(
            "Me too",
            sender="max@customer.example",
            name="Max",
            subject="AW: Parcel 4711 has not come",
            answers="first@mail.customer.example",
        )
    )
    assert third["conversation_id"] == first["conversation_id"]


async def test_a_stranger_with_our_reference_gets_his_own_conversation(room: Mailroom) -> None:
    first = await room.arrive(write_mail(message_id="first@mail.customer.example"))
    stranger = await room.arrive(
        write_mail(
            "Send me the invoice",
            sender="eve@elsewhere.example",
            name="Eve",
            subject="Re: Parcel 4711 has not come",
            answers="first@mail.customer.example",
        )
    )
    assert stranger["conversation_id"] != first["conversation_id"]


async def test_another_matter_under_an_old_reference_is_a_new_conversation(room: Mailroom) -> None:
    first = await room.arrive(write_mail(message_id="first@mail.customer.example"))
    other = await room.arrive(
        write_mail(
            "I would like to return the lamp",
            subject="Return of lamp 99812",
            answers="first@mail.customer.example",
        )
    )
    assert other["conversation_id"] != first["conversation_id"]


async def test_the_same_mail_twice_is_accepted_once(room: Mailroom) -> None:
    mail = write_mail()
    await room.arrive(mail, key="7.1")
    assert await room.take_in(mail.as_bytes(), key="7.1") is False
    again = await room.arrive(mail, key="8.1")
    assert again["error"] == "It had been received before."
    assert await room.count("messages") == 1


async def test_programs_that_repeat_message_ids_lose_nothing(room: Mailroom) -> None:
    await room.arrive(write_mail("one", message_id="same@scanner.example"))
    await room.arrive(write_mail("two", message_id="same@scanner.example"))
    texts = [
        row["text"]
        for row in await room.rows("SELECT text FROM messages WHERE workspace_id = $1 ORDER BY id")
    ]
    assert texts == ["one", "two"]


async def test_one_mail_to_two_of_our_addresses_is_one_question(room: Mailroom) -> None:
    sales = await room.add_channel("sales@shop.example", name="Sales")
    mail = write_mail(to=f"{HELP}, sales@shop.example")
    first = await room.arrive(mail)
    second = await room.arrive(mail, channel_id=sales)
    assert second["message_id"] == first["message_id"]
    assert await room.count("conversations") == 1


async def test_pictures_files_and_quotes_find_their_places(room: Mailroom) -> None:
    mail = write_mail(
        "See the picture.\n\nOn Mon, Ana wrote:\n> How does it look?\n",
        html='<p>See <img src="cid:photo1@x"> and <img src="https://tracker.example/a.png" width="30" height="30"></p>'
        '<blockquote type="cite"><p>How does it look?</p></blockquote>',
    )
    html = mail.get_payload()[1]  # type: ignore[index]
    assert isinstance(html, EmailMessage)
    html.add_related(PIXEL, "image", "png", cid="<photo1@x>", filename="photo.png")
    mail.add_attachment(b"a,b\n1,2\n", maintype="text", subtype="csv", filename="order list.csv")
    item = await room.arrive(mail)
    message = await room.message(item["message_id"])
    assert 'src="cid:photo1@x"' in message["html"]
    assert "tracker" not in message["html"]
    assert message["remote_images"] == 1
    assert "How does it look?" not in message["html"]
    assert "How does it look?" in message["quoted_html"]
    files = await room.rows(
        "SELECT name, inline, content_id FROM attachments WHERE workspace_id = $1 AND message_id = $2 ORDER BY position",
        item["message_id"],
    )
    assert files == [
        {"name": "photo.png", "inline": True, "content_id": "photo1@x"},
        {"name": "order list.csv", "inline": False, "content_id": None},
    ]


async def test_hundreds_of_files(room: Mailroom) -> None:
    mail = write_mail()
    for number in range(150):
        mail.add_attachment(f"{number}".encode(), maintype="text", subtype="plain", filename=f"{number}.txt")
    item = await room.arrive(mail)
    assert (await room.message(item["message_id"]))["attachment_count"] == 150


async def test_automatic_mail_is_kept_and_wakes_nobody(room: Mailroom) -> None:
    first = await room.arrive(write_mail(message_id="first@mail.customer.example"))
    away = await room.arrive(
        write_mail(
            "I am away until Monday.",
            subject="Automatic reply: Parcel 4711 has not come",
            answers="first@mail.customer.example",
            Auto_Submitted="auto-replied",
        )
    )
    assert away["conversation_id"] == first["conversation_id"]
    message = await room.message(away["message_id"])
    assert message["automatic"] is True
    assert message["envelope"]["silent"]


async def test_marked_spam_goes_aside(room: Mailroom) -> None:
    item = await room.arrive(write_mail("Cheap watches", X_Spam_Flag="YES"))
    assert (await room.conversation(item["conversation_id"]))["status"] == "spam"


async def test_a_sender_proven_false_never_reaches_the_real_customer(room: Mailroom) -> None:
    first = await room.arrive(write_mail(message_id="first@mail.customer.example"))
    forged = await room.arrive(
        write_mail(
            "Change my address please",
            answers="first@mail.customer.example",
            Authentication_Results="mx.shop.example; dmarc=fail header.from=customer.example",
        )
    )
    assert forged["conversation_id"] != first["conversation_id"]
    one, other = [await room.conversation(item["conversation_id"]) for item in (first, forged)]
    assert one["customer_id"] != other["customer_id"]


async def test_behind_a_contact_form_of_the_shop_stands_the_customer(room: Mailroom) -> None:
    item = await room.arrive(
        write_mail(
            "My order?", sender="wordpress@shop.example", name="Shop", Reply_To="Zoë <zoe@customer.example>"
        )
    )
    identity = await room.row("SELECT value, verified, reason FROM identities WHERE workspace_id = $1")
    assert identity == {"value": ZOE, "verified": False, "reason": "named_in_reply_to"}
    conversation = await room.conversation(item["conversation_id"])
    own = await room.arrive(write_mail("It is me"))
    assert (await room.conversation(own["conversation_id"]))["customer_id"] == conversation["customer_id"]
    assert (await room.row("SELECT verified FROM identities WHERE workspace_id = $1"))["verified"] is True


async def test_a_mail_without_sender_is_shown_all_the_same(room: Mailroom) -> None:
    item = await room.arrive(b"Subject: hello\r\n\r\nwho am I\r\n")
    assert item["state"] == "done"
    assert (await room.message(item["message_id"]))["text"] == "who am I"


async def test_our_own_mail_that_comes_back_is_no_message(
    room: Mailroom, shop: Shop, outbox: Mailbox
) -> None:
    first = await room.arrive(write_mail())
    await room.reply(first["conversation_id"], await shop.agent(), "Hello")
    await room.deliver()
    back = await room.arrive(outbox.mails[0].as_bytes())
    assert back["error"] == "It went out from here and came back."
    assert back["message_id"] is None


async def test_a_blocked_customer_writes_into_spam(room: Mailroom) -> None:
    first = await room.arrive(write_mail())
    async with room.ctx() as ctx:
        await ctx.tx.execute(
            "UPDATE customers SET blocked_at = now() WHERE workspace_id = $1", room.workspace_id
        )
    again = await room.arrive(write_mail("Answer me!", subject="Another matter entirely 5512"))
    assert (await room.conversation(again["conversation_id"]))["status"] == "spam"
    assert again["conversation_id"] != first["conversation_id"]


async def test_the_reading_of_an_item_is_told_once(room: Mailroom, shop: Shop) -> None:
    await room.arrive(write_mail())
    assert [fact["kind"] for fact in await shop.facts("MessageReceived", "ConversationOpened")] == [
        "ConversationOpened",
        "MessageReceived",
    ]
    await run_jobs(room.runtime, "channels.ingest")
    assert len(await shop.facts("MessageReceived")) == 1


@pytest.mark.parametrize("days", [1, 13])
async def test_an_answer_reopens_a_conversation_closed_lately(
    room: Mailroom, clock: FixedClock, days: int
) -> None:
    first = await room.arrive(write_mail(message_id="first@mail.customer.example"))
    async with room.ctx() as ctx:
        await ctx.tx.execute(
            "UPDATE conversations SET status = 'closed', closed_at = $2 WHERE workspace_id = $1",
            room.workspace_id,
            room.runtime.clock.now(),
        )
    clock.advance(timedelta(days=days))
    again = await room.arrive(write_mail("Still nothing", answers="first@mail.customer.example"))
    assert again["conversation_id"] == first["conversation_id"]
    assert (await room.conversation(UUID(str(first["conversation_id"]))))["status"] == "open"
