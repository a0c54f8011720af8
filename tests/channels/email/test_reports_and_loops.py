"""Bounces, automatic answers, and circles of programs."""

from datetime import timedelta

from parley.conversations.actions.posting import Draft, post_message
from parley.kit.clock import FixedClock
from tests.support.app import Shop
from tests.support.mailroom import HELP, ZOE, Mailroom, write_mail
from tests.support.smtp import Mailbox

BOUNCE = """From: Mail Delivery System <MAILER-DAEMON@mx.example>
To: help@shop.example
Subject: Undelivered Mail Returned to Sender
Message-ID: <bounce{n}@mx.example>
Date: Wed, 04 Mar 2026 10:01:00 +0000
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: text/plain

I'm sorry to have to inform you that your message could not be delivered.

--b
Content-Type: message/delivery-status

Reporting-MTA: dns; mx.example

Final-Recipient: rfc822; zoe@customer.example
Action: {action}
Status: {status}
Diagnostic-Code: smtp; {code} {status} User unknown

--b
Content-Type: text/rfc822-headers

From: help@shop.example
Message-ID: <{message_id}>

--b--
"""


def bounce(message_id: str, *, n: int = 1, permanent: bool = True) -> bytes:
    failed = {"action": "failed", "status": "5.1.1", "code": 550}
    values = failed if permanent else {"action": "delayed", "status": "4.4.1", "code": 451}
    return BOUNCE.format(n=n, message_id=message_id, **values).replace("\n", "\r\n").encode()


async def test_a_bounce_makes_the_message_a_failed_one(room: Mailroom, shop: Shop) -> None:
    first = await room.arrive(write_mail())
    posted = await room.reply(first["conversation_id"], await shop.agent(), "Hello")
    await room.deliver()
    item = await room.arrive(bounce(f"{posted.message_id}@shop.example"))
    message = await room.message(posted.message_id)
    assert message["state"] == "failed"
    assert message["error"] == "The mail came back. zoe@customer.example: 550 5.1.1 User unknown"
    assert (item["message_id"], item["conversation_id"]) == (posted.message_id, first["conversation_id"])
    assert await room.count("messages") == 2
    (fact,) = await shop.facts("MessageFailed")
    assert fact["message_id"] == str(posted.message_id)


async def test_a_delay_changes_nothing(room: Mailroom, shop: Shop) -> None:
    first = await room.arrive(write_mail())
    posted = await room.reply(first["conversation_id"], await shop.agent(), "Hello")
    await room.deliver()
    await room.arrive(bounce(f"{posted.message_id}@shop.example", permanent=False))
    assert (await room.message(posted.message_id))["state"] == "sent"


async def test_a_bounce_of_an_unknown_mail_opens_nothing(room: Mailroom) -> None:
    item = await room.arrive(bounce("unknown@elsewhere.example"))
    assert (item["state"], item["message_id"]) == ("done", None)
    assert await room.count("conversations") == 0


async def answer_automatically(
    room: Mailroom, conversation_id: object, text: str = "We have got your mail."
) -> str:
    async with room.ctx() as ctx:
        posted = await post_message(
            ctx,
            room.runtime.parts["channel_port"],
            Draft(conversation_id=conversation_id, text=text, automatic=True, author_kind="system"),  # type: ignore[arg-type]
        )
    await room.deliver()
    return str((await room.message(posted.message_id))["state"])


async def test_automatic_answers_say_so(room: Mailroom, outbox: Mailbox) -> None:
    first = await room.arrive(write_mail())
    assert await answer_automatically(room, first["conversation_id"]) == "sent"
    (mail,) = outbox.mails
    assert mail["Auto-Submitted"] == "auto-replied"
    assert mail["X-Auto-Response-Suppress"] == "All"


async def test_programs_are_never_answered_automatically(room: Mailroom, outbox: Mailbox) -> None:
    for number, headers in enumerate(
        [
            {"Auto_Submitted": "auto-replied"},
            {"Precedence": "bulk"},
            {"List_Id": "<news.elsewhere.example>"},
            {"Return_Path": "<>"},
            {"X_Auto_Response_Suppress": "All"},
        ]
    ):
        item = await room.arrive(
            write_mail(f"hello {number}", subject=f"Notice number {number}{number}{number}", **headers)
        )
        assert await answer_automatically(room, item["conversation_id"]) == "failed"
    assert outbox.mails == []


async def test_two_programs_do_not_talk_for_ever(room: Mailroom, outbox: Mailbox, clock: FixedClock) -> None:
    """A program that hides what it is answers each of our automatic answers within seconds."""
    item = await room.arrive(write_mail("hello", subject="Are you there 0815"))
    sent = 0
    for number in range(20):
        state = await answer_automatically(room, item["conversation_id"], f"Answer {number}")
        sent += state == "sent"
        clock.advance(timedelta(seconds=5))
        item = await room.arrive(write_mail(f"hello again {number}", subject="Are you there 0815"))
    assert sent == len(outbox.mails) <= 4
    message = await room.message(item["message_id"])
    assert message["envelope"]["silent"]


async def test_people_are_answered_by_people_whatever_the_guard_says(
    room: Mailroom, shop: Shop, outbox: Mailbox
) -> None:
    item = await room.arrive(write_mail("newsletter", Precedence="bulk"))
    await room.reply(item["conversation_id"], await shop.agent(), "Please take us off the list")
    await room.deliver()
    assert len(outbox.mails) == 1
    assert outbox.mails[0]["Auto-Submitted"] is None
    assert (ZOE in str(outbox.mails[0]["To"]), HELP in str(outbox.mails[0]["From"])) == (True, True)
